"""The counts of a few cases, made one case at a time: those that `count` gives, without starting an engine.

An engine takes a second to be loaded and told a hundred measures, and then hardly cares how many cases there are. The
same rules for one case are in `forms.language.evaluate`, and the tests hold the two against each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sagsbarometer.forms.language.evaluate import truth
from sagsbarometer.forms.language.tree import Node
from sagsbarometer.forms.language.types import Answer, Answers
from sagsbarometer.forms.states import State
from sagsbarometer.measures.count import Counts, asked_of, rolled_up
from sagsbarometer.measures.measure import Measure

MOST = 60_000  # measures times cases: from there on an engine is faster
_NOT_ANSWERED = Answer(State.NOT_ANSWERED)

Case = tuple[str, Answers]  # its municipality, and its answers


def are_few(cases: int, measures: int) -> bool:
    """Whether so many measures of so many cases are counted faster here than by an engine."""
    return cases * measures <= MOST


def count_few(cases: Sequence[Case], measures: Mapping[str, Measure]) -> dict[str, Counts]:
    """As `count.count`, of cases with every answer of their form."""
    found = _by_unit(cases, measures)
    return {id: _counts(units.values(), measures[id]) for id, units in found.items()}


def count_few_by_unit(cases: Sequence[Case], measures: Mapping[str, Measure]) -> dict[str, dict[str, Counts]]:
    """As `count.count_by_unit`, of cases with every answer of their form."""
    if not measures:
        return {}
    found = _by_unit(cases, measures)
    return {
        code: {id: _counts([units[code]], measures[id]) for id, units in found.items()}
        for code in sorted({unit for unit, _ in cases})
    }


class _Tally:
    """One measure in one municipality; the names are those of the columns of `count.counting_query`."""

    __slots__ = ("base", "no", "values", "yes")

    def __init__(self) -> None:
        self.yes = self.no = self.base = 0
        self.values: list[int] = []


def _by_unit(cases: Sequence[Case], measures: Mapping[str, Measure]) -> dict[str, dict[str, _Tally]]:
    """The tallies of each measure by municipality. What several measures ask of a case is asked once."""
    places: dict[Node, int] = {}
    plans = [
        (
            {unit: _Tally() for unit, _ in cases},
            places.setdefault(measure.base, len(places)),
            None if measure.counts is None else places.setdefault(measure.counts, len(places)),
            asked_of(measure),
            measure.value,
        )
        for measure in measures.values()
    ]
    for unit, answers in cases:
        holds = [truth(node, answers) for node in places]
        left_out = {id for id, answer in answers.items() if answer.state is State.NOT_RELEVANT}
        for tallies, base, counts, asked, value in plans:
            if holds[base] is not True or not left_out.isdisjoint(asked):
                continue
            tally = tallies[unit]
            tally.base += 1
            if value:
                answer = answers.get(value, _NOT_ANSWERED)
                if isinstance(answer.value, int):
                    tally.yes += 1
                    tally.values.append(answer.value)
            elif counts is None or holds[counts]:
                tally.yes += 1
            elif holds[counts] is False:
                tally.no += 1
    return {id: plan[0] for id, plan in zip(measures, plans, strict=True)}


def _counts(tallies: Iterable[_Tally], measure: Measure) -> Counts:
    """What the tallies of a measure come to, in the columns that an engine would give them in."""
    every = list(tallies)
    rows: dict[str, list[Any]] = {
        name: [getattr(tally, name) for tally in every] for name in ("yes", "no", "base")
    }
    if measure.value:
        known = [tally.values for tally in every]
        rows["sum"] = [sum(values) for values in known]
        rows["min"] = [min(values, default=None) for values in known]
        rows["max"] = [max(values, default=None) for values in known]
    return rolled_up(rows, "")
