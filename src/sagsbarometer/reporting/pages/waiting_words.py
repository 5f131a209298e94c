"""How long cases wait, in words: half of them, one in ten, and why the mean of the decided cases is not it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from sagsbarometer.appeals.analyses.waiting import ALL, ORDINARY, PRIORITY, UNKNOWN, Waiting
from sagsbarometer.appeals.analyses.waits import (
    DECIDED,
    ENDED,
    LAPSED,
    LATER,
    NEGATIVE,
    NO_RECEIPT,
    UNDATED,
    Queue,
)
from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.times import quantile
from sagsbarometer.reporting.numbers import danish
from sagsbarometer.reporting.pages.curve_report import WEEK, case_words, week_words
from sagsbarometer.reporting.pages.facts import Mark, unmarked

TENTH = Decimal("0.1")
CAUSES: Mapping[str, str] = {
    DECIDED: "Afgjort",
    LAPSED: "Bortfaldet eller afvist",
    ENDED: "Afsluttet, udfald ikke oplyst",
}
_ENDED_HOW: Mapping[str, str] = {  # in a sentence
    DECIDED: "afgjort",
    LAPSED: "bortfaldet eller afvist",
    ENDED: "afsluttet uden oplyst udfald",
}
POPULATIONS: Mapping[str, str] = {
    ALL: "Alle sager",
    ORDINARY: "Sager uden forrang efter loven",
    PRIORITY: "Sager med forrang efter loven",
    UNKNOWN: "Sager, hvor forrang ikke er oplyst",
}
_LEFT_OUT: Mapping[str, str] = {
    NO_RECEIPT: "uden modtagelsesdato; ingen ved, om de hører til perioden",
    UNDATED: "med udfald, men uden afgørelsesdato",
    LATER: "med en dato efter opgørelsesdagen",
    NEGATIVE: "afgjort, før de blev modtaget",
}
_BY_DATES = "Ventetiden her er regnet af datoerne; hvor dag og måned er byttet om, er den forkert."
READING = (
    "Kurven »venter endnu« begynder på 100 procent den dag, sagen modtages, og falder, når sager "
    "slutter. Den regner de "
    "sager med, der ikke er slut: de tæller, så længe man ved, at de har ventet. Derfor trækker den ikke "
    "de lange sager fra.",
    "»Halvdelen venter X uger eller længere« betyder: efter X uger er mindst halvdelen af sagerne slut, og dagen før "
    "var de det ikke. Slutter mange sager samme dag, kan det være mere end halvdelen, der venter så længe. Slut er "
    "afgjort på realiteten, bortfaldet eller afvist.",
    "Bortfald og afvisning er regnet som en anden måde at slutte på, ikke som afbrudt ventetid. Derfor "
    "er afgjort, bortfaldet "
    "eller afvist og venter endnu tilsammen 100 procent på hver dag.",
    "Alle sager er talt med; ingen er udtrukket. Intervallerne siger, hvor meget tallene kunne være "
    "anderledes ved tilfældets "
    "spil, hvis sager som disse kom til samme behandling igen. De siger ikke noget om sager, der ikke er "
    "i registret, og de er "
    "ikke en prognose.",
    "Metode: Kaplan-Meier og Aalen-Johansen, dag for dag; varians efter Greenwood; intervaller på "
    "log-log-skala. Det er de "
    "samme tal som survfit i R's pakke survival.",
)


def half_words(queue: Queue, mark: Mark = unmarked) -> str:
    """`Halvdelen venter 18,3 uger eller længere (95-procents-interval …).`, or that it cannot be said yet. `mark`, here
    and below: makes a number open what is known of it."""
    curve = queue.curve
    half = curve.half_waits()
    if half is None:
        last = curve.steps[-1].waiting if curve.steps else Decimal(1)
        waits = mark("venter_til_sidst", share_words(last))
        return (
            f"*Hvor længe halvdelen venter, kan ikke siges endnu:* {waits} venter "
            f"stadig efter {mark('fulgt', week_words(max(curve.known_to, 0)))}, og længere rækker registret ikke."
        )
    return f"*Halvdelen venter {mark('halvdelen', week_words(half))} eller længere*{interval_words(queue, mark)}."


def interval_words(queue: Queue, mark: Mark = unmarked) -> str:
    """` (95-procents-interval 17,9-18,7 uger)`."""
    low, high = queue.curve.half_waits_limits()
    if low is None:
        return ""
    told = mark("halvdelen", interval_ends(queue))
    if high is None:
        end = (
            "kan ikke siges endnu"
            if still_open(queue)
            else "kan ikke regnes: sagerne er for få eller for ens"
        )
        return f" (95-procents-interval fra {told}; den øvre ende {end})"
    return f" (95-procents-interval {told})"


def interval_ends(queue: Queue) -> str:
    """`17,9-18,7 uger`; the lower end alone where there is no upper; empty where there is none."""
    low, high = queue.curve.half_waits_limits()
    if low is None:
        return ""
    return week_words(low) if high is None else f"{week_words(low).rpartition(' ')[0]}-{week_words(high)}"


def tenth_words(queue: Queue, mark: Mark = unmarked) -> str:
    """`En ud af ti venter 41,0 uger eller længere.`"""
    day = queue.curve.half_waits(TENTH)
    if day is None:
        return "Hvor længe den ene ud af ti venter, der venter længst, kan ikke siges endnu."
    return f"En ud af ti venter {mark('en_ud_af_ti', week_words(day))} eller længere."


def still_open(queue: Queue) -> int:
    """How many cases of the period still wait."""
    return sum(step.open for step in queue.curve.steps)


def week_shares(queue: Queue, week: int, mark: Mark = unmarked) -> str:
    """`Efter 26 uger er 61 procent afgjort, 9 procent bortfaldet eller afvist, og 30 procent venter endnu.`; empty
    where it is not known."""
    step = queue.curve.at(week * WEEK)
    if step is None:
        return ""
    told = [
        f"{mark(f'uge_{week}.{cause}', share_words(share))} {_ENDED_HOW[cause]}"
        for cause, share in zip(queue.curve.causes, step.ended, strict=True)
        if share or cause != ENDED
    ]
    still = mark(f"uge_{week}.venter", share_words(step.waiting))
    return f"Efter {week} uger er {', '.join(told)}, og {still} venter endnu."


def naive_words(queue: Queue, mark: Mark = unmarked) -> str:
    """What the cases that have left would say alone, and why it is not how long cases wait; empty where none has."""
    median = quantile(queue.finished, 50)
    if median is None:
        return ""
    open_ = still_open(queue)
    if not open_:
        told = f"Ingen af periodens sager venter endnu, så ingen lange sager mangler. {_mean_words(queue, mark)}."
        return told.removesuffix(" .")
    waits = f"{mark('venter', case_words(open_))} fra perioden venter endnu og er ikke med"
    mean = f" {_mean_words(queue, mark)}; de ventende er heller ikke med i det." if queue.decided else ""
    if median == queue.curve.half_waits():
        return f"De sager, der er slut, giver alene det samme tal her: {waits}, men det flytter intet.{mean}"
    return (
        f"*De sager, der er slut, giver et for lavt tal:* halvdelen af dem ventede højst "
        f"{mark('slut_halvdelen', week_words(median))}, men {waits}. "
        f"Det er de lange sager, der mangler blandt de afgjorte.{mean}"
    )


def _mean_words(queue: Queue, mark: Mark) -> str:
    cases = sum(queue.decided.values())
    if not cases:
        return ""
    mean = Fraction(sum(day * own for day, own in queue.decided.items()), cases)
    told = mark("gennemsnit", week_words(mean))
    if cases == 1:
        return f"Den ene sag, der er afgjort på realiteten, ventede {told}"
    return (
        f"Gennemsnittet af de {mark('afgjorte', case_words(cases))}, der er afgjort på realiteten, er {told}"
    )


def left_out(waiting: Waiting) -> dict[str, int]:
    """How many could not be counted, by why."""
    counts: dict[str, int] = {}
    for population in waiting.populations:
        for kind, cases in population.whole.left_out.items():
            counts[kind] = counts.get(kind, 0) + cases
    counts[NO_RECEIPT] = waiting.without_receipt
    return {kind: counts[kind] for kind in _LEFT_OUT if counts.get(kind)}


def left_out_words(waiting: Waiting, mark: Mark = unmarked) -> tuple[str, ...]:
    """What could not be counted, with how many."""
    return tuple(
        f"{mark(f'ikke_med.{kind}', case_words(cases))} {_LEFT_OUT[kind]}."
        for kind, cases in left_out(waiting).items()
    )


def disagree_words(waiting: Waiting, mark: Mark = unmarked) -> str:
    """Whether the dates give the days that the case system counted itself; empty where it counted none."""
    if not waiting.compared:
        return ""
    if waiting.compared == 1:
        one = "I den ene sag, der er slut og også har sagssystemets egne dage, passer de"
        return f"{one} ikke med datoerne. {_BY_DATES}" if waiting.disagree else f"{one} med datoerne."
    both = mark("dage.begge", case_words(waiting.compared))
    of = f"de {both}, der er slut og også har sagssystemets egne dage"
    if not waiting.disagree:
        return f"I alle {of}, passer de med datoerne."
    return (
        f"I {mark('dage.uens', danish(waiting.disagree))} af {of}, passer de ikke med datoerne. {_BY_DATES}"
    )


def priority_words(waiting: Waiting) -> str:
    """How cases that the law puts before others are counted."""
    if len(waiting.populations) > 1:
        return "Sager, som loven giver forrang, er talt for sig: de går foran de andre."
    if not waiting.priority_known:
        return "Registret siger ikke, hvilke sager loven giver forrang; de er talt med blandt de andre."
    return "Sager, som loven giver forrang, er ikke talt for sig her."


def share_words(share: Decimal) -> str:
    """`61 procent`; what is little prints as little, never as none."""
    rounded = round_half_up(share * 100)
    if not rounded and share:
        return "under 1 procent"
    return f"{danish(rounded)} procent" if rounded else "ingen"
