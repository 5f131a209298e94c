"""What was asked beside the shares, in words and tables: totals, differences, corrected shares and changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from sagsbarometer.estimation.cells import Counted, Ends, share_cell
from sagsbarometer.estimation.intervals import COMPLETE
from sagsbarometer.estimation.more_file import CORRECTED, SHARE, TOTAL
from sagsbarometer.kernel.ids import content_hash
from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.cells import Cell, ref
from sagsbarometer.measures.measure import Figure, FigureRow, Measure
from sagsbarometer.reporting.numbers import DASH, danish
from sagsbarometer.reporting.pages.curve_report import case_words
from sagsbarometer.reporting.pages.estimate_more_data import scaled
from sagsbarometer.reporting.tables.table import in_sentence

if TYPE_CHECKING:
    from sagsbarometer.estimation.asked import By
    from sagsbarometer.estimation.groups import Domain
    from sagsbarometer.estimation.intervals import Limits
    from sagsbarometer.estimation.more import Changed, Correction, Difference, Number
    from sagsbarometer.estimation.two_phase import Corrected
    from sagsbarometer.reporting.pages.estimate_report import Told

Write = Callable[[float], str]
CONDITION = (
    "Rettelsen for læsefejl holder kun, hvis de dobbeltlæste sager er trukket tilfældigt, både blandt sager med og "
    "uden fund."
)
REMARKS = {
    "none_twice": "ingen sag er læst to gange",
    "few_twice": "færre end 30 er læst to gange",
    "few_changed": "færre end 5 fik et andet svar, så rettelsens usikkerhed er selv usikker",
    "none_changed": "ingen fik et andet svar, så intervallet rummer ingen læsefejl",
    "outside": "rettelsen fører ud over 0 eller 100 procent",
}


# --- corrected shares as cells ---


def corrected_measures(told: Told) -> dict[str, Measure]:
    """A measure for each share that is corrected."""
    made = (
        corrected_measure(told.measures[id])
        for id in dict.fromkeys(item.id for item in told.more.corrections)
    )
    return {measure.id: measure for measure in made}


def corrected_measure(of: Measure) -> Measure:
    """A share corrected for errors of reading, as a measure beside its own."""
    label = {"da": f"{of.label.get('da', of.id)}, rettet for læsefejl"}
    return replace(of, id=of.id + CORRECTED, label=label, hash=content_hash([of.hash, CORRECTED])[:12])


def corrected_cells(told: Told) -> Iterator[Cell]:
    """The corrected shares that lie within 0..1; counts are those of the single readings."""
    measures = corrected_measures(told)
    plain = {(item.cell.result, item.by, item.domain): item.cell for item in told.numbers}
    for item in told.more.corrections:
        if item.found is None or not 0 <= item.found.share.value <= 1:
            continue
        cell = plain[item.id, item.by, item.domain]
        share, measure = item.found.share, measures[item.id + CORRECTED]
        value = scaled(share.value, 100)
        counts = Counted(cell.numerator, cell.denominator, 0)
        yield share_cell(
            measure.id, measure.hash, cell.row, share, counts, Ends(value, value), told.about, share.estimator
        )


def corrected_figure(told: Told, number: int) -> Figure | None:
    """The shares of all cases as read once, and corrected."""
    cells = {cell.result for cell in corrected_cells(told) if not cell.row}
    rows = []
    for id in told.measures:
        if id + CORRECTED in cells:
            rows.append((told.label(id) + ", som læst én gang", ref(id)))
            rows.append((told.label(id) + ", rettet for læsefejl", ref(id + CORRECTED)))
    if not rows:
        return None
    return Figure(
        id=f"figur_{number}",
        number=str(number),
        kind="bars",
        title={"da": "Som læst én gang, og rettet for læsefejl"},
        note={"da": CONDITION},
        rows=tuple(FigureRow(str(at), {"da": label}, {"": key}) for at, (label, key) in enumerate(rows)),
        parts=(),
        also=(),
        generalisable=True,
        why_not={},
    )


# --- words ---


def more_words(told: Told) -> Iterator[str]:
    """A line per number for a terminal, and what must be known of them."""
    more = told.more
    for number in more.numbers:
        yield f"{_head(told, number.id, number.by, number.domain)}: {number_words(told, number)}"
    for apart in more.differences:
        yield f"{told.label(apart.id)}, {pair_words(told, apart)}: {difference_words(apart)}"
    for fixed in more.corrections:
        head = _head(told, fixed.id, fixed.by, fixed.domain)
        yield f"{head}, rettet for læsefejl: {correction_words(fixed)}"
    if more.corrections:
        yield CONDITION
    for new in more.changes:
        yield f"{_head(told, new.id, new.by, new.domain)}, ændring: {change_words(told, new)}"
    yield from change_notes(told)


def _head(told: Told, id: str, by: By, domain: Domain) -> str:
    return f"{told.label(id)}, {in_sentence(told.group(by, domain))}" if by else told.label(id)


def number_words(told: Told, item: Number) -> str:
    """`1.234 (1.100-1.368), 149 sager; 3 ukendt, grænser 1.200-1.400`."""
    if item.of is None:
        return f"{DASH} (intet er kendt)"
    own = own_writer(item.of.value, item.kind == TOTAL and item.counts)
    reach = _reach(item.limits, own, "alle sager er læst")
    unknown = ""
    if item.unknown:
        unknown = f"; {danish(item.unknown)} ukendt"
        if item.low is not None and item.high is not None:
            unknown += f", grænser {own(item.low)}-{own(item.high)}"
        elif item.kind == TOTAL:
            unknown += ", ikke med i tallet"
    return f"{own(item.of.value)}{reach}, {case_words(item.of.cases)}{unknown}"


def pair_words(told: Told, item: Difference) -> str:
    """`afslag minus bevilling`."""
    one, other = (told.group((item.by,), (name,)) for name in (item.one, item.other))
    return f"{in_sentence(one)} minus {in_sentence(other)}"


def difference_words(item: Difference) -> str:
    """`3,2 procentpoint (−5,0 til 11,4)`."""
    if item.of is None:
        return f"{DASH} (en af grupperne har ingen kendte svar)"
    own = apart_writer(item.kind, item.of.value)
    return (
        f"{own(item.of.value)}{_points(item.kind)}{_reach(item.limits, own, 'alle sager er læst', ' til ')}"
    )


def correction_words(item: Correction) -> str:
    """`52,4 procent (46,7-58,0); 11 af 156 dobbeltlæste fik et andet svar`, with what makes it uncertain."""
    found = item.found
    if found is None:
        return f"{DASH} ({REMARKS['none_twice']})"
    reach = _reach(item.limits, percent, "")
    told = f"{percent(found.share.value)} procent{reach}; {twice_words(found)} fik et andet svar"
    return told + "".join(f"; {words}" for words in remark_words(item))


def twice_words(found: Corrected) -> str:
    """`11 af 156 dobbeltlæste sager`."""
    return f"{danish(found.changed)} af {danish(found.twice)} dobbeltlæste {'sag' if found.twice == 1 else 'sager'}"


def remark_words(item: Correction) -> Iterator[str]:
    """What the interval of a corrected share does not hold."""
    found = item.found
    if found is None:
        yield REMARKS["none_twice"]
        return
    for code in found.remarks:
        more = (
            f"; op til {percent(found.misread_high)} procent kan være læst forkert"
            if code == "none_changed"
            else ""
        )
        yield REMARKS[code] + more
    if item.unsettled:
        yield f"{danish(item.unsettled)} endelige svar er hverken ja eller nej og er ikke brugt"


def change_words(told: Told, item: Changed) -> str:
    """`−3,2 procentpoint (−9,9 til 3,5), fra 50,2 til 47,0; 35 enheder er i begge runder`."""
    of = item.of
    own = apart_writer(item.kind, of.later.value, told.more.counted(item.id))
    reach = _reach(item.limits, own, "alle sager er læst i begge", " til ")
    both = f"fra {own(of.earlier.value)} til {own(of.later.value)}"
    shared = f"; {overlap_words(item)}" if item.recognised else ""
    other = "" if item.same else "; målt på en anden måde i den tidligere runde"
    return f"{own(of.difference.value)}{_points(item.kind)}{reach}, {both}{shared}{other}"


def overlap_words(item: Changed) -> str:
    """How many drawn units both rounds have."""
    many = item.of.overlap
    return f"{danish(many)} {'enhed er' if many == 1 else 'enheder er'} i begge runder"


def change_notes(told: Told) -> Iterator[str]:
    """What must be known of the changes."""
    changes = told.more.changes
    if not changes:
        return
    yield f"Ændringen er siden: {told.more.earlier}."
    if not all(item.recognised for item in changes):
        yield (
            "Det er ikke sagt, hvilken kolonne der kender en enhed i begge runder (unit). Ændringen er regnet, som om "
            "ingen er i begge."
        )
    if any(item.of.bounded for item in changes):
        yield (
            "Runderne er trukket af de samme enheder og deler færre, end tilfældet ville give. Så trækker de hver sin "
            "vej, og hvor meget, kan ikke ses: intervallet er regnet efter det værste tilfælde og er hellere for bredt."
        )
    if told.more.generalisable != "yes" and told.more.why_not:
        yield f"Forbehold for mindst én af runderne: {told.more.why_not}"


# --- numbers as Danish writes them ---


def percent(value: float) -> str:
    """A share of 0..1 as `52,4`."""
    return danish(round_half_up(Decimal(repr(100 * value)), 1))


def own_writer(value: float, cases: bool) -> Write:
    """Writes numbers of the size of `value`: fewer decimals of large ones, none of cases."""
    size = abs(value)
    decimals = 0 if cases or size >= 1000 else 1 if size >= 10 else 2

    def written(number: float) -> str:
        return danish(round_half_up(Decimal(repr(float(number))), decimals))

    return written


def apart_writer(kind: str, value: float, cases: bool = False) -> Write:
    """Writes differences and changes of such a number, of shares in percentage points."""
    return percent if kind == SHARE else own_writer(value, cases)


def ends(limits: Limits | None, write: Write, between: str = "-") -> str:
    """`46,7-58,0`; `−5,0 til 11,4` where an end is below 0; "" without an interval."""
    if limits is None or limits.method == COMPLETE:
        return ""
    return f"{write(limits.low)}{' til ' if limits.low < 0 else between}{write(limits.high)}"


def _points(kind: str) -> str:
    return " procentpoint" if kind == SHARE else ""


def _reach(limits: Limits | None, write: Write, whole: str, between: str = "-") -> str:
    return f" ({ends(limits, write, between) or (whole if limits else 'intet interval')})"
