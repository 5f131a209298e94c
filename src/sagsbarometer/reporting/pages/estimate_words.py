"""What is said of an estimate and of the sample behind it, in sentences: on a terminal and in the report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sagsbarometer.estimation.cells import Estimated
from sagsbarometer.estimation.from_draw import Standing
from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.reporting.numbers import DASH, danish, interval_limits, missing
from sagsbarometer.reporting.pages.curve_report import case_words
from sagsbarometer.reporting.pages.sample_draw_words import LEFT_OUT


@dataclass(frozen=True, slots=True)
class Absent:
    """An authority that sent no list; `cases` is how many the plan counted on."""

    code: str
    name: str
    cases: int


@dataclass(frozen=True, slots=True)
class Subject:
    """What was estimated from: the plan or design, and what became of the sample. `design`: what, and how.

    Whom the numbers say nothing of: `uncovered` cases that had no chance of being drawn, those of `absent` authorities,
    and those `left_out` of the list, by reason.
    """

    id: str
    title: Mapping[str, str]
    source: str
    probability: bool
    remark: Mapping[str, str]
    design: Mapping[str, str]
    standing: Standing | None = None
    uncovered: int = 0
    without: int = 0  # groups with cases in the sample, none of which was read
    absent: Sequence[Absent] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    stated: bool = False  # drawn simply, as somebody says; no column tells

    @property
    def not_covered(self) -> dict[str, object]:
        """Whom the numbers say nothing of, as data: cases by authority, by reason, and without a chance."""
        return {
            "authorities": {item.code: item.cases for item in self.absent},
            "left_out": dict(self.left_out),
            "no_chance": self.uncovered,
        }


def share_words(item: Estimated) -> str:
    """`47,3 procent (41,9-52,7), 180 af 385 sager`, with what is unknown."""
    cell = item.cell
    if item.of is None or cell.value is None:
        return f"{DASH} ({missing(cell) or 'ingen sager'})"
    interval = interval_limits(cell, 1)
    whole = "alle sager er med, men ikke alle svar er kendt" if cell.unknown else "alle sager er læst"
    ends = f" ({interval})" if interval else f" ({whole})" if item.of.complete else " (intet interval)"
    unknown = ""
    if cell.unknown and cell.bound_low is not None and cell.bound_high is not None:
        low, high = (danish(round_half_up(end, 1)) for end in (cell.bound_low, cell.bound_high))
        unknown = f"; {danish(cell.unknown)} ukendt, grænser {low}-{high}"
    counts = f"{danish(cell.numerator)} af {case_words(cell.denominator)}"
    alike = f"; {alike_words(item)}" if item.remark else ""
    return f"{danish(round_half_up(cell.value, 1))} procent{ends}, {counts}{unknown}{alike}"


def alike_words(item: Estimated) -> str:
    """What the interval cannot see, where the cases read are alike in strata with most of the cases."""
    percent = danish(round_half_up(100 * item.alike_share))
    return f"i lag med {percent} procent af sagerne er alle læste sager ens; intervallet kan ikke se, hvad de ulæste er"


def unread_words(standing: Standing | None) -> str:
    """Why the numbers hold only as if chance had chosen who was read; "" where all were."""
    if standing is None or not standing.missing:
        return ""
    drawn = len(standing.units) - standing.out_of_scope
    return (
        f"{danish(standing.missing)} af {danish(drawn)} trukne sager er ikke læst; de læste tæller for dem, som om "
        "tilfældet havde valgt."
    )


def sample_words(subject: Subject) -> tuple[str, ...]:
    """What must be known of the sample, a sentence or two each."""
    told = []
    if (remark := subject.remark.get("da")) and not subject.probability:
        told.append(f"Sagerne er ikke trukket: {remark}")
    if subject.stated:
        told.append(STATED)
    standing = subject.standing
    if standing is None:
        return tuple(told)
    asked = len(standing.units) - standing.out_of_scope
    told.append(f"{danish(standing.answered)} af stikprøvens {case_words(asked)} er læst.")
    told += _missing_words(standing)
    if standing.out_of_scope:
        told.append(f"{case_words(standing.out_of_scope)} hørte ikke til og tæller ikke med i andelene.")
    if subject.without:
        told.append(
            f"{_of(subject.without, 'gruppe', 'grupper')} er ikke vist, fordi ingen af sagerne dér er læst."
        )
    told += _not_covered_words(subject)
    if standing.strangers:
        read = _of(len(standing.strangers), "læst sag", "læste sager")
        told.append(f"{read} er ikke i stikprøven og er ikke regnet med.")
    return tuple(told)


def _missing_words(standing: Standing) -> Iterator[str]:
    """How many are missing, and who counts for them: their cell, else their stratum, else all."""
    if not standing.missing:
        return
    nobody = sum(1 for unit in standing.units if not unit.read and unit.row.cell in standing.empty)
    yield f"{danish(standing.missing)} mangler; grænserne viser, hvad de kunne ændre."
    if nobody < standing.missing:
        who = "dem" if not nobody else f"{danish(standing.missing - nobody)} af dem"
        yield f"De læste i samme celle tæller for {who}, som om tilfældet havde valgt."
    if nobody:
        cells = _of(len(standing.empty), "celle", "celler")
        yield (
            f"{cells} har ingen læst sag. For de {danish(nobody)} manglende dér tæller resten af stratummet, eller "
            "hele resten af stikprøven, hvor ingen i stratummet er læst."
        )


def _not_covered_words(subject: Subject) -> Iterator[str]:
    if subject.absent:
        names = ", ".join(f"{item.name} ({case_words(item.cases)} efter planen)" for item in subject.absent)
        yield f"Ingen liste fra {names}: om sagerne dér siger tallene intet."
    if subject.left_out:
        parts = ", ".join(
            f"{danish(number)} {LEFT_OUT.get(why, why)}" for why, number in sorted(subject.left_out.items())
        )
        total = sum(subject.left_out.values())
        yield f"{case_words(total)} på listen var ikke med i lodtrækningen ({parts}); om dem siger tallene intet."
    if subject.uncovered:
        yield f"{case_words(subject.uncovered)} på listen kunne ikke blive trukket; om dem siger tallene intet."


STATED = "Det er oplyst, at sagerne er simpelt tilfældigt trukket; intet i filen viser det."


def title_words(subject: Subject) -> str:
    """The heading of a report: it speaks for all cases only where nothing is missing."""
    title = subject.title.get("da") or subject.id
    missing_ = subject.standing is not None and subject.standing.missing
    return f"{title}: regnet om {'fra de læste sager' if missing_ else 'til alle sager'}"


def selection(subject: Subject) -> str:
    """Whom the numbers speak for."""
    if not subject.probability:
        return (
            f"Sagerne er ikke trukket tilfældigt. {subject.remark.get('da', '')} "
            "Intervallerne er regnet, som om de var."
        )
    if subject.stated:
        return STATED
    known = (
        "Tallene er regnet af en stikprøve, hvor hver sag havde en kendt sandsynlighed for at blive trukket"
    )
    if unread := unread_words(subject.standing):
        return f"{known}. {unread}"
    return f"{known}, og gælder alle de sager, der blev trukket af."


def _of(number: int, one: str, many: str) -> str:
    return f"{danish(number)} {one if number == 1 else many}"
