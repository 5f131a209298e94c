"""The report of a scenario: what is assumed, what follows from it month by month, and what it is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.scenario import MONTH, Assumptions, Cohort, Month, Order
from sagsbarometer.reporting.charts.chart_curves import CurveLine, Plot
from sagsbarometer.reporting.charts.scene import DARK, FILL
from sagsbarometer.reporting.document import (
    Block,
    Box,
    Bullets,
    Column,
    Document,
    FigureBlock,
    Heading,
    Table,
    TableCell,
)
from sagsbarometer.reporting.numbers import danish
from sagsbarometer.reporting.pages.curve_report import (
    FILE,
    WEEK,
    Drawn,
    count,
    curve_edition,
    grid,
    inlines,
    missing,
    paragraph,
    report_files,
    week_words,
    weeks,
)
from sagsbarometer.reporting.pages.facts import Mark, unmarked
from sagsbarometer.reporting.pages.scenario_facts import COLUMNS, assumption, scenario_facts

NO_FORECAST = "Det er et regneeksempel under de antagelser, der står her, ikke en prognose."
ASSUMED = "assumed"  # the origin where no register was asked
_SOURCE = "regneeksempel under de antagelser, der står i teksten; ingen prognose"
_PENDING, _AGE, _TAKEN = "venter_ved_udgangen", "liggetid_uger", "sagsbehandlingstid_uger"
ORDERS = {
    Order.OLDEST_FIRST: "den sag, der har ventet længst, afgøres først",
    Order.RANDOM: "alle ventende sager er lige tit de næste",
    Order.NEWEST_FIRST: "den sag, der kom sidst, afgøres først",
}
_READING = (
    "Hver måned kommer sager ind, en del af alle ventende bortfalder, og derefter afgøres så mange, som "
    "der er kapacitet til. "
    "Sagerne regnes i hele sager, samlet efter den måned de kom; der er intet tilfældigt i regnestykket.",
    "En måned er 365,25/12 dage. Sager kommer jævnt over måneden, så de er en halv måned gamle ved dens "
    "udgang. Afgørelser "
    "regnes midt i måneden, og en sag, der afgøres i den måned, den kom, regnes som en tredjedel måned.",
    "Er der færre tal end måneder, gælder det sidste tal for resten. Rækkefølgen flytter ventetiden "
    "mellem sagerne, men ikke, hvor "
    "mange der venter.",
    "Liggetiden er alderen på de sager, der venter; sagsbehandlingstiden er, hvor længe de sager tog, "
    "der blev afgjort. Når der "
    "kommer flere ind, end der går ud, vokser køen fra første måned. Afgøres de ældste først, følger tiderne "
    "efter: de nye sager er unge og trækker først liggetiden ned, og sagsbehandlingstiden måler sager, der "
    "kom tidligere.",
    "Er de sager, der venter ved starten, ældre, end de ville være med den valgte rækkefølge, kan tiderne "
    "falde i de første måneder. Se på retningen bagefter.",
    "Ikke med i regnestykket: at sager er forskellige, at nogle går foran efter loven, ferie, sygdom, "
    "oplæring, og at en "
    "lang ventetid selv kan ændre, hvor mange der klager.",
)


@dataclass(frozen=True, slots=True)
class Scenario:
    """What was assumed, where each assumption comes from (a Danish line each), and what follows. `origin` is "" and
    `data_date` too where no register was asked."""

    assumed: Assumptions
    backlog: tuple[Cohort, ...]
    told: tuple[str, ...]
    months: tuple[Month, ...]
    origin: str = ""
    data_date: str = ""

    @property
    def start(self) -> tuple[int, Fraction | None]:
        """Those that wait at the start, and their mean age in days."""
        cases = sum(cohort.cases for cohort in self.backlog)
        total = sum((cohort.cases * cohort.age for cohort in self.backlog), Fraction(0))
        return cases, total / cases if cases else None


def scenario_report(of: Scenario, manifest: Mapping[str, object] | None = None) -> dict[str, bytes]:
    """Every file of the report; the same bytes for the same assumptions. `manifest`: what the numbers were made of."""
    title = f"Regneeksempel: køen {_next(len(of.months))}"
    facts = scenario_facts(of)
    table = facts.table("maaned", months_table(of), COLUMNS)
    drawn = (_pending(of, table), _times(of, table))
    blocks: list[Block] = [
        paragraph(f"*{NO_FORECAST}*"),
        _heading("Antagelser"),
        _bullets([assumption(facts, at, line) for at, line in enumerate(of.told, 1)]),
        _heading("Hvad der følger"),
        *(paragraph(line) for line in scenario_words(of, facts.mark)),
        *(FigureBlock(item.id, item.id.replace("_", "-")) for item in drawn),
        table,
        _heading("Sådan er der regnet"),
        Box(inlines("Modellen"), tuple(paragraph(line) for line in _READING)),
    ]
    origin, made_of = of.origin or "real", manifest or {"origin": ASSUMED}
    edition = curve_edition(title, _SOURCE, origin, of.data_date, NO_FORECAST, made_of)
    document = Document(title, "", FILE, tuple(blocks), (), False)
    return report_files(edition, document, drawn, [table], facts=facts)


def scenario_words(of: Scenario, mark: Mark = unmarked) -> tuple[str, ...]:
    """What the months come to, in words. `mark`: makes a number open what is known of it."""
    cases, age = of.start
    last = of.months[-1]
    start, end = "maaned.start", f"maaned.{last.number}"
    begins = f"Ved starten venter {_cases(mark, f'{start}.{_PENDING}', cases)}{_old(cases, age, mark, start)}"
    ends = f"Efter {_months(len(of.months))} venter {_cases(mark, f'{end}.{_PENDING}', last.pending)}"
    ends += _old(last.pending, last.pending_age, mark, end)
    lines = [f"{begins}. *{ends}.*", *(tell(of, mark) for tell in (_direction, _taken, _idle, _little))]
    return tuple(line for line in lines if line)


def months_table(of: Scenario) -> Table:
    """Each month, after a row for the start."""
    columns = (
        Column("Måned", weight=1.2),
        Column("Modtaget", "count"),
        Column("Bortfaldet", "count"),
        Column("Afgjort", "count"),
        Column("Ledig kapacitet", "count"),
        Column("Venter ved udgangen", "count"),
        Column("Liggetid, uger", "value"),
        Column("Sagsbehandlingstid, uger", "value"),
    )
    cases, age = of.start
    nothing = [missing() for _ in range(4)]
    rows = [[TableCell("Start"), *nothing, count(cases), weeks(age), missing()]]
    rows += [
        [
            TableCell(str(month.number)),
            *(
                count(number)
                for number in (month.received, month.lapsed, month.decided, month.idle, month.pending)
            ),
            weeks(month.pending_age),
            weeks(month.decided_time),
        ]
        for month in of.months
    ]
    return grid("1", "Køen måned for måned", columns, rows, f"–: der er intet tal. {NO_FORECAST}")


def plain(of: Scenario) -> dict[str, Any]:
    """Everything as one object: cases are whole, times are days with two decimals as text."""
    cases, age = of.start
    assumed = of.assumed
    return {
        "schema_version": 1,
        "forecast": False,
        "assumptions": {
            "receipts": list(assumed.receipts),
            "capacity": list(assumed.capacity),
            "months": assumed.months,
            "lapse": str(round_half_up(assumed.lapse, 6)),
            "order": assumed.order.value,
            "told": [line.replace("*", "") for line in of.told],
        },
        "start": {"pending": cases, "pending_age_days": _days(age)},
        "months": [
            {
                "month": month.number,
                "received": month.received,
                "lapsed": month.lapsed,
                "decided": month.decided,
                "idle": month.idle,
                "pending": month.pending,
                "pending_age_days": _days(month.pending_age),
                "decided_days": _days(month.decided_time),
            }
            for month in of.months
        ],
    }


def _direction(of: Scenario, mark: Mark) -> str:
    received = sum(month.received for month in of.months)
    decided = sum(month.decided for month in of.months)
    lapsed = sum(month.lapsed for month in of.months)
    flow = (
        f"I alt kommer {_cases(mark, 'i_alt.modtaget', received)} ind, {mark('i_alt.afgjort', danish(decided))} "
        f"afgøres, og {mark('i_alt.bortfaldet', danish(lapsed))} bortfalder"
    )
    more = received - decided - lapsed
    apart = mark("i_alt.forskel", danish(abs(more)))
    if more > 0:
        return f"{flow}: {apart} flere kommer ind, end der går ud, og køen vokser med dem."
    if more < 0:
        return f"{flow}: {apart} flere går ud, end der kommer ind, og køen bliver så meget kortere."
    return f"{flow}: lige så mange går ud, som der kommer ind."


def _taken(of: Scenario, mark: Mark) -> str:
    decided = [month for month in of.months if month.decided_time is not None]
    if not decided:
        return "Ingen sager afgøres, så der er ingen sagsbehandlingstid."

    def took(month: Month) -> str:
        return mark(f"maaned.{month.number}.{_TAKEN}", _weeks(month.decided_time))

    first, last = decided[0], decided[-1]
    told = (
        f"De sager, der afgøres i måned {first.number}, har i gennemsnit taget {took(first)}; de, der afgøres i "
        f"måned {last.number}, {took(last)}."
    )
    if first is last:
        return told.partition(";")[0] + "."
    least = min(decided, key=lambda month: month.decided_time or 0)
    low = least.decided_time or 0
    if (first.decided_time or 0) - low > WEEK and (last.decided_time or 0) > low:
        told += f" Lavest er det i måned {least.number}, {took(least)}{_why(of, first)}."
    return told


def _why(of: Scenario, first: Month) -> str:
    """Why the first month's cases took longer than later ones; only what the order makes so."""
    # A case that came in after the start has at most as many months as have passed.
    if (first.decided_time or 0) <= first.number * MONTH:
        return ""
    if of.assumed.order is Order.OLDEST_FIRST:
        return ": først afgøres de ældste af dem, der ventede ved starten"
    if of.assumed.order is Order.NEWEST_FIRST:
        return ": de, der ventede ved starten, afgøres kun i måneder, hvor der er plads til alle, der er kommet siden"
    return ""


def _idle(of: Scenario, mark: Mark) -> str:
    idle = [month for month in of.months if month.idle]
    if not idle:
        return ""
    total = sum(month.idle for month in idle)
    many, of_all = mark("i_alt.ledige_maaneder", str(len(idle))), mark("i_alt.maaneder", str(len(of.months)))
    unit = "måned" if len(of.months) == 1 else "måneder"
    return (
        f"*Kapaciteten er større end køen i {many} af {of_all} {unit}:* der er plads til "
        f"{mark('i_alt.ledig', danish(total))} {'afgørelse' if total == 1 else 'afgørelser'} "
        "mere, end der er sager til. Pladsen flyttes ikke til andre måneder."
    )


def _little(of: Scenario, mark: Mark) -> str:
    """Little's law as a check on the last month: those that wait, by those that leave in a month."""
    last = of.months[-1]
    leave = last.decided + last.lapsed
    if not leave or not last.pending or last.decided_time is None:
        return ""
    says = Fraction(last.pending, leave) * MONTH
    end = f"maaned.{last.number}"
    told = (
        f"Prøve med Littles lov: når {_cases(mark, f'{end}.{_PENDING}', last.pending)} venter, og "
        f"{mark('little.ud', danish(leave))} går ud om måneden, svarer det i en kø i "
        f"balance til {mark('little.tid', week_words(says))} pr. sag. De sager, der afgøres i den sidste måned, tog "
        f"{mark(f'{end}.{_TAKEN}', _weeks(last.decided_time))}."
    )
    apart = says - last.decided_time
    if apart > WEEK:
        return f"{told} De er lavere: tiden har ikke nået at stige endnu, eller nogle sager bliver liggende."
    if apart < -WEEK:
        return (
            f"{told} De er højere: de afgjorte er ældre, end køen nu svarer til, eller unge sager bortfalder."
        )
    return f"{told} De to er næsten ens."


def _cases(mark: Mark, key: str, cases: int) -> str:
    """`1.234 sager`, the number marked."""
    return mark(key, danish(cases)) + (" sag" if cases == 1 else " sager")


def _pending(of: Scenario, table: Table) -> Drawn:
    cases, _ = of.start
    points = ((0.0, float(cases)), *((float(month.number), float(month.pending)) for month in of.months))
    line = CurveLine(f"Venter: {danish(of.months[-1].pending)}", points, DARK, 2.5)
    plot = Plot("", (line,), "Måneder fra start", (3, 6, 12, 24, 60), percent=False)
    end = f"{danish(of.months[-1].pending)} efter {_months(len(of.months))}"
    alt = f"Kurve over tid. Ventende sager: {danish(cases)} ved start, {end}."
    return Drawn("figur_1", "1", "Sager, der venter", (plot,), (f"Note: {NO_FORECAST}",), alt, table)


def _times(of: Scenario, table: Table) -> Drawn:
    _, age = of.start
    ages = [(0, age), *((month.number, month.pending_age) for month in of.months)]
    taken = [(month.number, month.decided_time) for month in of.months]
    lines = tuple(
        CurveLine(
            f"{name} {_weeks(known[-1][1])}",
            tuple((float(at), float(days / WEEK)) for at, days in known),
            colour,
            2.5,
        )
        for name, colour, known in (
            ("Liggetid", DARK, _known(ages)),
            ("Sagsbehandlingstid", FILL, _known(taken)),
        )
        if known
    )
    plot = Plot("", lines, "Måneder fra start; uger op ad", (3, 6, 12, 24, 60), percent=False)
    notes = (
        f"Note: Liggetid er alderen på dem, der venter; sagsbehandlingstid er, hvor længe de afgjorte "
        f"tog. {NO_FORECAST}",
    )
    alt = (
        "Kurver over tid. Ved slutningen: " + (", ".join(line.name for line in lines) or "ingen sager") + "."
    )
    return Drawn("figur_2", "2", "Liggetid og sagsbehandlingstid, uger", (plot,), notes, alt, table)


def _known(points: Sequence[tuple[int, Fraction | None]]) -> list[tuple[int, Fraction]]:
    return [(at, days) for at, days in points if days is not None]


def _months(number: int) -> str:
    return f"{number} {'måned' if number == 1 else 'måneder'}"


def _next(months: int) -> str:
    return "den næste måned" if months == 1 else f"de næste {months} måneder"


def _old(cases: int, age: Fraction | None, mark: Mark, of: str) -> str:
    """`, i gennemsnit 40,0 uger gamle`; empty where nobody waits."""
    if age is None:
        return ""
    told = mark(f"{of}.{_AGE}", week_words(age))
    return f", {told} gammel" if cases == 1 else f", i gennemsnit {told} gamle"


def _weeks(days: Fraction | None) -> str:
    return "ingen" if days is None else week_words(days)


def _days(days: Fraction | None) -> str | None:
    return None if days is None else str(round_half_up(days, 2))


def _heading(text: str) -> Heading:
    return Heading(1, inlines(text), f"afsnit-{text.split()[0].lower()}")


def _bullets(lines: Sequence[str]) -> Bullets:
    return Bullets(tuple((paragraph(line),) for line in lines), False)
