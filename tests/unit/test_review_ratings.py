"""Ratings from readings by a form: each tick a yes or no of its own."""

from __future__ import annotations

import pytest

from sagsbarometer.agreement.agree import agree
from sagsbarometer.agreement.by import Question, Row, questions
from sagsbarometer.agreement.ratings import from_table
from sagsbarometer.forms.case import complete
from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.types import Answer
from sagsbarometer.forms.states import State
from sagsbarometer.review.rated import changed, rated
from sagsbarometer.review.ratings import ReadBy, ratings
from tests.forms_in_tests import RESULT, form, question
from tests.golden.agreement.classic import ABSTRACTORS

FAULTS = question(
    "faults", "codes", "allow: [cannot_be_seen]", "required: false",
    "choices:",
    "  - {code: x, label: {da: X, en: X}}",
    "  - {code: y, label: {da: Y, en: Y}}",
    "  - {code: z, label: {da: Z, en: Z}, show_if: result == 'refusal'}",
)  # fmt: skip
ONLY_REFUSALS = question(
    "missing", "codes", "required: false", "ask_if: result == 'refusal'",
    "choices: [{code: p, label: {da: P, en: P}}, {code: q, label: {da: Q, en: Q}}]",
)  # fmt: skip


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Form:
    return form(tmp_path_factory.mktemp("form"), "questions:", RESULT, FAULTS, ONLY_REFUSALS)


def read(
    form: Form, rater: str, ticks: str | None, result: str = "grant", missing: str | None = None
) -> ReadBy:
    """A reading with ticks as letters; None where it was left blank, »?« where it cannot be seen."""
    given = {"result": Answer(State.ANSWERED, result)}
    for id, said in (("faults", ticks), ("missing", missing)):
        if said == "?":
            given[id] = Answer(State.CANNOT_BE_SEEN)
        elif said is not None:
            given[id] = Answer(State.ANSWERED, frozenset(said))
    return ReadBy(rater, "2026-W09", complete(form, given).answers)


def counted(form: Form, cases: dict[str, list[ReadBy]]) -> tuple[Question, ...]:
    """The agreement of what was said."""
    return questions([Row(of.case, of.reader, of.said, of.thing, of.week) for of in ratings(form, cases)])


def test_every_tick_is_a_yes_or_no_counted_by_hand(small: Form) -> None:
    """x: both in one of four cases, one of the two in another, nobody in two. Three of four agree; yes is 3 of 8, so
    AC1 is (0.75 - 2 * 0.375 * 0.625) / (1 - 2 * 0.375 * 0.625)."""
    cases = {
        case: [read(small, "a", first), read(small, "b", second)]
        for case, (first, second) in {"1": ("x", "xy"), "2": ("x", ""), "3": ("", ""), "4": ("", "")}.items()
    }
    found = {item.id: item for item in counted(small, cases) if item.whole}
    assert set(found) == {"result", "faults__x", "faults__y"}  # z is offered in refusals alone
    x = found["faults__x"].whole
    assert x is not None
    assert (x.items, dict(zip(x.categories, x.given, strict=True))) == (4, {"no": 5, "yes": 3})
    assert x["percent"].value == pytest.approx(0.75)
    assert x["gwet"].value == pytest.approx((0.75 - 0.46875) / (1 - 0.46875))
    y = found["faults__y"].whole
    assert y is not None
    assert y["percent"].value == pytest.approx(0.75)


def test_what_one_was_not_asked_or_did_not_answer_is_no_rating(small: Form) -> None:
    cases = {
        "blank": [read(small, "a", None), read(small, "b", "x")],
        "routed": [read(small, "a", "x", "refusal", "p"), read(small, "b", "x")],
        "unseen": [read(small, "a", "?"), read(small, "b", "x")],
        "both": [read(small, "a", "z", "refusal", ""), read(small, "b", "", "refusal", "p")],
    }
    said = {(row.case, row.reader, row.thing): row.said for row in ratings(small, cases)}
    assert {key[0] for key in said if key[2] == "faults__x"} == {"routed", "unseen", "both"}
    assert said["unseen", "a", "faults__x"] == "cannot_be_seen"
    # z was offered to one of the two alone in »routed«: that case says nothing of z.
    assert {key[0] for key in said if key[2] == "faults__z"} == {"both"}
    assert (said["both", "a", "faults__z"], said["both", "b", "faults__z"]) == ("yes", "no")
    assert {key[0] for key in said if key[2] == "missing__p"} == {"both"}


def test_a_tick_of_its_own_is_as_the_table_of_that_answer_against_the_others(small: Form) -> None:
    """Gwet's hundred charts by two abstractors, each of the three answers given as a tick: the coefficients are those
    of the table of that one against the rest. Kappa of the second by hand: 0.89 agree, 0.27 * 0.24 + 0.73 * 0.76 do by
    chance."""
    places = [
        (first, second)
        for first, line in zip("xyz", ABSTRACTORS, strict=True)
        for second, number in zip("xyz", line, strict=True)
        for _ in range(number)
    ]
    cases = {
        str(number): [read(small, "a", first, "refusal"), read(small, "b", second, "refusal")]
        for number, (first, second) in enumerate(places)
    }
    found = {item.id: item.whole for item in counted(small, cases)}
    for place, tick in enumerate("xyz"):
        own = ABSTRACTORS[place][place]
        first, second = sum(ABSTRACTORS[place]), sum(line[place] for line in ABSTRACTORS)
        table = ((own, first - own), (second - own, 100 - first - second + own))
        wanted, told = agree(from_table(table, ("yes", "no"))), found[f"faults__{tick}"]
        assert told is not None
        assert told.items == 100
        for coefficient in ("percent", "gwet", "cohen", "krippendorff"):
            assert told[coefficient].value == pytest.approx(wanted[coefficient].value, abs=1e-12)
    of_second = found["faults__y"]
    assert of_second is not None
    assert of_second["cohen"].value == pytest.approx((0.89 - 0.6196) / (1 - 0.6196), abs=1e-9)


def test_what_is_compared_stands_in_the_order_of_the_form(small: Form) -> None:
    assert [item.id for item in rated(small)] == [
        "result", "faults__x", "faults__y", "faults__z", "missing__p", "missing__q",
    ]  # fmt: skip


def test_what_was_changed_is_told_tick_by_tick(small: Form) -> None:
    before = read(small, "a", "x", "refusal", "p").answers
    assert changed(small, before, read(small, "a", "y", "refusal", "p").answers) == {"faults__x", "faults__y"}
    # Another outcome takes the questions of refusals away, and a choice that only they are offered.
    assert changed(small, before, read(small, "a", "x", "grant").answers) == {
        "result", "faults__z", "missing__p", "missing__q",
    }  # fmt: skip
    assert changed(small, before, before) == frozenset()
