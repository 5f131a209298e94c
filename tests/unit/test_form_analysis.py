"""The search behind `form check` never calls possible what happens impossible."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.forms.analysis import Given, outcomes
from sagsbarometer.forms.language.evaluate import truth
from sagsbarometer.forms.language.tree import Node
from sagsbarometer.forms.language.types import Answer
from sagsbarometer.forms.states import State
from tests.unit.test_row_language_engines import NAMES, ROWS, TRUTHS


def known(row: dict[str, Answer], names: frozenset[str]) -> dict[str, Given]:
    """What the search would assume of these answers: values only of codes and yes/no."""
    made = {}
    for id in names:
        answer = row.get(id, Answer(State.NOT_ANSWERED))
        value = (
            answer.value
            if isinstance(answer.value, bool | str) and NAMES[id].type in ("bool", "code")
            else None
        )
        made[id] = Given(answer.state, value)
    return made


@given(node=TRUTHS, data=st.data())
def test_the_truth_of_a_row_is_among_the_outcomes_however_little_is_known(
    node: Node, data: st.DataObject
) -> None:
    names = data.draw(st.frozensets(st.sampled_from(sorted(NAMES))))
    for row in ROWS[:60]:
        assert truth(node, row) in outcomes(node, known(row, names))


@given(node=TRUTHS)
def test_knowing_more_never_opens_what_was_closed(node: Node) -> None:
    for row in ROWS[:20]:
        everything = outcomes(node, known(row, frozenset(NAMES)))
        assert everything <= outcomes(node, known(row, frozenset({"result", "asked"}))) <= outcomes(node, {})
