"""Mild or strict beside a key: how far an answer lies from it, the score of an exercise, and what a number may say."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.agreement.leniency import ALL_ALIKE, NOTHING_ORDERED, ONE_CASE, Item, leniency, sign_test
from sagsbarometer.catalogue.catalogue import Catalogue, load_catalogue
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.forms.case import complete
from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.types import Answer
from sagsbarometer.forms.load import load_form
from sagsbarometer.forms.states import State
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.review.known import Held, against, keyable, scores
from sagsbarometer.review.severity import Side, compared, load_orders

STUDIES = sorted(path.parent for path in shipped("studies").glob("*/study.yaml"))


@pytest.fixture(scope="module")
def law() -> Catalogue:
    return load_catalogue(shipped("law"))


@pytest.fixture(scope="module")
def form(law: Catalogue) -> Form:
    return load_form(shipped("studies") / "barometer_97" / "form.yaml", law)


def said(value: object) -> Answer:
    return Answer(State.ANSWERED, value)  # type: ignore[arg-type]


NOTHING = Answer(State.NOT_ANSWERED)


@pytest.mark.parametrize("folder", STUDIES, ids=lambda folder: folder.name)
def test_every_template_says_what_is_mild_and_strict(folder: Path, law: Catalogue) -> None:
    orders = load_orders(folder / "leniency.yaml", load_form(folder / "form.yaml", law))
    assert len(orders) >= 5


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("orders: 3", "LEMP-101"),
        ("orders:\n  - {questions: [no_such], mild_to_strict: [a, b]}", "LEMP-102"),
        (
            "orders:\n  - {questions: [wrong_assessment, wrong_assessment], mild_to_strict: [none, material]}",
            "LEMP-103",
        ),
        ("orders:\n  - {questions: [wrong_assessment], mild_to_strict: [none, grave]}", "LEMP-104"),
        ("orders:\n  - {questions: [decision_date], mild_to_strict: [early, late]}", "LEMP-104"),
        ("orders:\n  - {questions: [wrong_assessment], mild_to_strict: [none]}", "LEMP-105"),
        ("orders:\n  - {questions: [wrong_assessment], mild_to_strict: [none, none]}", "LEMP-105"),
    ],
)
def test_a_fault_of_the_file_is_told(form: Form, tmp_path: Path, text: str, code: str) -> None:
    path = tmp_path / "leniency.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Faults) as faults:
        load_orders(path, form)
    assert [problem.code for problem in faults.value.problems] == [code]


@pytest.mark.parametrize(
    ("question", "mine", "key", "side", "distance"),
    [
        ("wrong_assessment", "none", "material", Side.MILDER, Fraction(-1)),
        ("wrong_assessment", "material", "immaterial", Side.STRICTER, Fraction(1, 2)),
        ("wrong_assessment", "material", "material", Side.AGREES, Fraction(0)),
        ("would_be_outcome", "upheld", "remitted", Side.MILDER, Fraction(-1)),
        ("would_be_outcome", "annulled", "remitted", Side.OTHER, Fraction(0)),  # as strict, and not the same
        ("would_be_outcome", "not_assessable", "remitted", Side.OTHER, None),
        ("appeal_guidance_given", False, True, Side.STRICTER, Fraction(1)),
        ("step_age", frozenset(), frozenset({"facts_missing"}), Side.MILDER, Fraction(-1)),
        ("step_age", frozenset({"fettered"}), frozenset({"facts_missing"}), Side.OTHER, Fraction(0)),
        ("occasion", "follow_up", "cessation", Side.OTHER, None),
        ("occasion", "follow_up", "follow_up", Side.AGREES, None),
    ],
)
def test_an_answer_lies_so_far_from_the_key(
    form: Form, question: str, mine: object, key: object, side: Side, distance: Fraction | None
) -> None:
    orders = load_orders(shipped("studies") / "barometer_97" / "leniency.yaml", form)
    (found,) = compared(form, orders, {question: said(mine)}, {question: said(key)})
    assert (found.side, found.distance) == (side, distance)


def test_what_was_not_asked_or_left_blank_is_not_compared(form: Form) -> None:
    keys = {"wrong_assessment": said("material"), "legal_basis_defect": said("none")}
    given_ = {"wrong_assessment": NOTHING, "legal_basis_defect": Answer(State.NOT_ASKED)}
    assert compared(form, {}, given_, keys) == ()


def test_without_an_order_it_is_only_the_same_or_another(form: Form) -> None:
    found = compared(form, {}, {"wrong_assessment": said("none")}, {"wrong_assessment": said("material")})
    assert [(item.side, item.distance) for item in found] == [(Side.OTHER, None)]


# --- the exercise ---


def test_some_of_the_ticks_are_partly_right() -> None:
    key = said(frozenset({"a", "b"}))
    found = against("q", said(frozenset({"b", "c"})), key)
    assert (found.held, found.missing, found.extra) == (Held.PARTLY, frozenset("a"), frozenset("c"))
    assert against("q", said(frozenset()), key).held is Held.DIFFERS
    assert against("q", said(frozenset({"b", "a"})), key).held is Held.AGREES
    assert against("q", said(frozenset()), said(frozenset())).held is Held.AGREES


def test_a_score_counts_by_section_and_a_question_that_was_routed_away(form: Form) -> None:
    keys = {
        "occasion": said("new_application"),
        "wrong_assessment": said("material"),
        "wrong_assessment_direction": said("to_harm"),
    }
    answers = complete(form, {"occasion": said("new_application"), "wrong_assessment": said("none")}).answers
    whole, *sections = scores(form, answers, keys)
    assert (whole.of, whole.number(Held.AGREES), whole.number(Held.NOT_ASKED)) == (3, 1, 1)
    assert [(score.section, score.of) for score in sections] == [("case", 1), ("defects", 2)]


def test_free_text_has_no_key(law: Catalogue) -> None:
    form = load_form(shipped("studies") / "quality_measurement" / "form.yaml", law)
    assert "why" not in keyable(form)
    assert "facts" in keyable(form)


# --- the estimate ---

ITEMS = st.lists(
    st.builds(
        Item,
        st.sampled_from("abcdefgh"),
        st.sampled_from("xyz"),
        st.sampled_from(("agrees", "milder", "stricter", "other")),
        st.one_of(st.none(), st.fractions(-1, 1, max_denominator=6)),
    ),
    max_size=40,
)


def test_no_number_where_there_is_none() -> None:
    assert (leniency([]).value, leniency([]).why) == (None, NOTHING_ORDERED)
    one = leniency([Item("a", "x", "milder", Fraction(-1))])
    assert (one.value, one.low, one.why) == (-1.0, None, ONE_CASE)
    alike = leniency([Item(case, "x", "agrees", Fraction(0)) for case in "abc"])
    assert (alike.value, alike.low, alike.why, alike.chance) == (0.0, None, ALL_ALIKE, None)


def test_the_case_is_the_unit() -> None:
    """Ten answers of one case weigh as much as one of another."""
    items = [Item("a", str(number), "milder", Fraction(-1)) for number in range(10)]
    assert leniency([*items, Item("b", "x", "stricter", Fraction(1))]).value == 0


@given(ITEMS)
def test_order_does_not_matter_and_ends_hold_the_value(items: list[Item]) -> None:
    found = leniency(items)
    assert found == leniency(list(reversed(items)))
    assert found.agrees + found.milder + found.stricter + found.other == found.compared
    if found.low is not None and found.high is not None and found.value is not None:
        assert -1 <= found.low <= found.value + 1e-12
        assert found.value - 1e-12 <= found.high <= 1


@given(ITEMS)
def test_turned_around_it_is_as_far_to_the_other_side(items: list[Item]) -> None:
    other = [
        Item(item.case, item.question, item.side, None if item.distance is None else -item.distance)
        for item in items
    ]
    one, two = leniency(items), leniency(other)
    assert (one.value is None) == (two.value is None)
    if one.value is not None and two.value is not None:
        assert one.value == pytest.approx(-two.value)
    if one.low is not None and two.high is not None:
        assert one.low == pytest.approx(-two.high)
    assert one.chance == two.chance


@given(st.integers(0, 20), st.integers(0, 20))
def test_the_sign_test_is_a_chance_and_knows_no_side(milder: int, stricter: int) -> None:
    found = sign_test(milder, stricter)
    assert found == sign_test(stricter, milder)
    assert found is None if milder + stricter == 0 else 0 < float(found or 0) <= 1
