"""What the row language reads, refuses and means, case by case."""

from __future__ import annotations

import itertools
import operator
import subprocess
import sys
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.forms.language.check import check
from sagsbarometer.forms.language.evaluate import term, truth
from sagsbarometer.forms.language.parse import MAX_DEPTH, MAX_LENGTH, parse
from sagsbarometer.forms.language.tokens import RESERVED
from sagsbarometer.forms.language.tree import (
    And,
    Compare,
    CountTrue,
    DaysBetween,
    Holds,
    Literal,
    Node,
    Not,
    OneOf,
    Or,
    Ref,
    Shift,
    StateOf,
)
from sagsbarometer.forms.language.types import MAX_SHIFT, Answer, Name, Type
from sagsbarometer.forms.language.write import write
from sagsbarometer.forms.states import ABSENT, UNKNOWN, State
from sagsbarometer.kernel.problems import Faults, Place, Problem

PLACE = Place("form.yaml", 12, 7)
A, B, C = Ref("a"), Ref("b"), Ref("c")
NAMES = {
    name.id: name
    for name in (
        Name("a", Type.BOOL),
        Name("b", Type.BOOL),
        Name("c", Type.BOOL),
        Name("result", Type.CODE, ("grant", "refusal")),
        Name("deadline", Type.CODE, ("kept", "exceeded")),
        Name("register", Type.CODE),
        Name("missing", Type.CODES, ("facts", "rules")),
        Name("weeks", Type.INT),
        Name("applied", Type.DATE),
        Name("decided", Type.DATE),
        Name("note", Type.TEXT),
    )
}


def answered(value: bool | int | str | date | frozenset[str]) -> Answer:
    """An answer with a value."""
    return Answer(State.ANSWERED, value)


YES, NO = answered(True), answered(False)
SEEN = {
    "result": answered("refusal"),
    "missing": answered(frozenset({"facts"})),
    "weeks": answered(4),
    "applied": answered(date(2022, 11, 1)),
    "decided": answered(date(2022, 12, 20)),
    "note": answered("it's"),
    "a": YES,
    "b": NO,
}


# --- Reading -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a", A),
        ("true", Literal(True)),
        ("not a", Not(A)),
        ("not not a", Not(Not(A))),
        ("a and b and c", And((A, B, C))),
        ("a and (b and c)", And((A, B, C))),
        ("(a or b) or c", Or((A, B, C))),
        ("a or b and c", Or((A, And((B, C))))),
        ("(a or b) and c", And((Or((A, B)), C))),
        ("not a and b", And((Not(A), B))),
        ("not a == b", Not(Compare("==", A, B))),
        ("a == (not b)", Compare("==", A, Not(B))),
        ("(a == b) == c", Compare("==", Compare("==", A, B), C)),
        ("a!=true", Compare("!=", A, Literal(True))),
        ("a < -5", Compare("<", A, Literal(-5))),
        ("a == 0000000007", Compare("==", A, Literal(7))),
        ("a >= 2022-12-20", Compare(">=", A, Literal(date(2022, 12, 20)))),
        ("a in ('x')", OneOf(A, (Literal("x"),))),
        ("(a == b) in (true)", OneOf(Compare("==", A, B), (Literal(True),))),
        ("a in ('x', 'it''s')", OneOf(A, (Literal("x"), Literal("it's")))),
        ("a == ''", Compare("==", A, Literal(""))),
        ("not 'x' in a", Not(Holds("x", "a"))),
        ("state(a) in ('answered')", OneOf(StateOf("a"), (Literal("answered"),))),
        ("a + 28 days", Shift(A, 1, Literal(28))),
        ("a - b days", Shift(A, -1, B)),
        ("a - b", DaysBetween(A, B)),
        ("a - b days - c", DaysBetween(Shift(A, -1, B), C)),
        ("a - (b - c days)", DaysBetween(A, Shift(B, -1, C))),
        ("a + 1 days < b", Compare("<", Shift(A, 1, Literal(1)), B)),
        ("count_true(a, b or c) >= 2", Compare(">=", CountTrue((A, Or((B, C)))), Literal(2))),
        ("\n a\t and\r\n b ", And((A, B))),
    ],
)
def test_reads(text: str, tree: Node) -> None:
    assert repr(parse(text, PLACE)) == repr(tree)
    assert repr(parse(write(tree), PLACE)) == repr(tree)


def refusal(text: str, place: Place = PLACE) -> Problem:
    """The one problem that `parse` raises."""
    with pytest.raises(Faults) as raised:
        parse(text, place)
    (problem,) = raised.value.problems
    return problem


@pytest.mark.parametrize(
    ("text", "code", "offset", "remedy"),
    [
        ("a = b", "SPROG-101", 2, "=="),
        ('a == "x"', "SPROG-101", 5, "'"),
        ("a == ’x’", "SPROG-101", 5, "'"),
        ("a & b", "SPROG-101", 2, "and"),
        ("år == 1", "SPROG-101", 0, "å skrives aa"),
        ("bår == 1", "SPROG-101", 1, "å skrives aa"),
        ("a == ٣", "SPROG-101", 5, "0-9"),
        ("a == 2022-12-20x", "SPROG-101", 13, "hele tal"),
        ("a\u00a0and b", "SPROG-101", 1, "mellemrum"),
        ("a == 'x\u200by'", "SPROG-101", 5, "forfra"),
        ("a > 3.5", "SPROG-101", 4, "hele tal"),
        ("a ? b", "SPROG-101", 2, "Slet"),
        ("[a]", "SPROG-101", 0, "parenteser"),
        ("a == 'x''", "SPROG-102", 5, "''"),
        ("a b", "SPROG-103", 2, "and, or"),
        ("a og b", "SPROG-103", 2, "Skriv and."),
        ("a AND b", "SPROG-103", 2, "Skriv and."),
        ("ikke a", "SPROG-103", 0, "Skriv not."),
        ("a <> b", "SPROG-103", 2, "Skriv !=."),
        ("a not in ('x')", "SPROG-103", 2, "not (q in"),
        ("a == not b", "SPROG-103", 5, "(not b)"),
        ("a and or b", "SPROG-103", 6, "foran"),
        ("a, b", "SPROG-103", 1, "Slet"),
        ("count_true()", "SPROG-103", 11, "foran"),
        ("count_true > 1", "SPROG-103", 11, "count_true(a, b)"),
        ("state('a') == 'answered'", "SPROG-103", 6, "state(q)"),
        ("state(in) == 'answered'", "SPROG-103", 6, "state(q)"),
        ("a and (b or c", "SPROG-104", 6, ")"),
        ("a in ('x', ", "SPROG-104", 5, ")"),
        ("a) and b", "SPROG-104", 1, "("),
        ("a < b < c", "SPROG-105", 6, "a < b and b < c"),
        ("a == b in ('x')", "SPROG-105", 7, "parentes"),
        ("a * 2", "SPROG-106", 2, "days"),
        ("a / 2", "SPROG-106", 2, "days"),
        ("a + 28", "SPROG-106", 2, "days"),
        ("a - 28", "SPROG-106", 2, "days"),
        ("a + b", "SPROG-106", 2, "days"),
        ("-a < 3", "SPROG-106", 0, "days"),
        ("a + -5 days", "SPROG-106", 4, "28 days"),
        ("a + (b) days", "SPROG-106", 4, "28 days"),
        ("a + 'x' days", "SPROG-106", 4, "28 days"),
        ("min(a, b)", "SPROG-107", 0, "count_true"),
        ("'x' in f(a)", "SPROG-107", 7, "count_true"),
        ("", "SPROG-108", 0, "true"),
        (" \n", "SPROG-108", 0, "true"),
        ("a and", "SPROG-109", 5, "færdigt"),
        ("a ==", "SPROG-109", 4, "færdigt"),
        ("a" * (MAX_LENGTH + 1), "SPROG-110", MAX_LENGTH, "afledte"),
        ("(" * (MAX_DEPTH + 1) + "a", "SPROG-111", MAX_DEPTH, "afledte"),
        ("not " * (MAX_DEPTH + 1) + "a", "SPROG-111", 0, "afledte"),
        ("a" + " - a" * MAX_DEPTH, "SPROG-111", 0, "afledte"),
        ("a in ()", "SPROG-112", 6, "('a', 'b')"),
        ("a in (grant)", "SPROG-112", 6, "'grant'"),
        ("a in 'x'", "SPROG-112", 5, "in q"),
        ("b in a", "SPROG-112", 5, "'a' in a"),
        ("5 in a", "SPROG-112", 5, "'a' in a"),
        ("a < 2022-02-30", "SPROG-113", 4, "2022-12-20"),
        ("a < 20-12-2022", "SPROG-113", 4, "2022-12-20"),
        ("a < 1.2.2022", "SPROG-113", 4, "2022-02-01"),
        ("a < 1000000000", "SPROG-114", 4, "9 cifre"),
    ],
)
def test_refuses_and_says_where_and_what_to_do(text: str, code: str, offset: int, remedy: str) -> None:
    problem = refusal(text)
    assert (problem.code, problem.place) == (code, Place("form.yaml", 12, 7 + offset))
    assert remedy in problem.remedy
    assert refusal(text, Place("form.yaml", 12)).place.column == offset + 1
    assert refusal(text, Place("rows.csv", row=3, column="age")).place.column == offset + 1


def test_the_limits_themselves_are_within() -> None:
    assert parse("(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH, PLACE) == A
    assert write(parse("not " * (MAX_DEPTH - 1) + "a", PLACE)).count("not") == MAX_DEPTH - 1
    assert parse("a".ljust(MAX_LENGTH), PLACE) == A
    assert parse(" and ".join(["(a)"] * (MAX_DEPTH + 1)), PLACE) == And((A,) * (MAX_DEPTH + 1))
    assert parse("a == 999999999", PLACE) == Compare("==", A, Literal(999_999_999))


@pytest.mark.parametrize("word", sorted(RESERVED))
def test_a_reserved_word_is_no_name(word: str) -> None:
    assert refusal(f"'x' in {word}").code == "SPROG-112"
    assert refusal(f"state({word}) == 'answered'").code == "SPROG-103"
    assert parse(f"{word}_x", PLACE) == Ref(f"{word}_x")


SCRAPS = """a ' 'x' 12 2022-12-20 1-2-2022 and or not in true days state count_true ( ) , + - == < = / æ ."""


@given(st.text(max_size=60) | st.lists(st.sampled_from(SCRAPS.split()), max_size=25).map(" ".join))
def test_any_text_is_read_or_refused_with_one_problem_in_danish(text: str) -> None:
    try:
        node = parse(text, PLACE)
    except Faults as faults:
        (problem,) = faults.problems
        assert problem.code.startswith("SPROG-1")
        assert problem.fault
        assert problem.remedy
        assert isinstance(problem.place.column, int)
        assert 7 <= problem.place.column <= 7 + len(text)
    else:
        assert repr(parse(write(node), PLACE)) == repr(node)
        check(node, NAMES, PLACE)


@pytest.mark.parametrize(
    "text", ["(" * 3000, "a-" * 1999 + "a", "'" * 3999, "not " * 999, "count_true(" * 99]
)
def test_hostile_text_is_refused_before_the_stack_is_full(text: str) -> None:
    assert refusal(text).code in ("SPROG-102", "SPROG-111")


def test_the_written_form_does_not_depend_on_spaces_and_needless_parentheses() -> None:
    texts = ("a or b and not c", "((a)or(b and(not(c))))", "a or(b and not c)")
    written = {write(parse(text, PLACE)) for text in texts}
    assert written == {"a or (b and not c)"}
    assert write(parse("not a == b", PLACE)) == "not (a == b)"
    # A tree made by hand need not be flat.
    assert write(And((A, And((B, Or((A, Or((B, C))))))))) == "a and b and (a or b or c)"


# --- Checking ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("aa", "SPROG-201", "Mente du a?"),
        ("DEADLINE == 'kept'", "SPROG-201", "Mente du deadline?"),
        ("deadline == foo", "SPROG-201", "stavningen"),
        ("state(deadlines) == 'answered'", "SPROG-201", "Mente du deadline?"),
        ("'facts' in missings", "SPROG-201", "Mente du missing?"),
        ("deadline == kept", "SPROG-201", "'kept'"),
        ("deadline__state == 'answered'", "SPROG-201", "state(deadline)"),
        ("missing__facts", "SPROG-201", "'facts' in missing"),
        ("True", "SPROG-201", "Skriv true."),
        ("deadline == 'kep'", "SPROG-202", "Mente du kept? Den har: kept, exceeded."),
        ("deadline in ('kept', 'late')", "SPROG-202", "kept, exceeded"),
        ("'fact' in missing", "SPROG-202", "Mente du facts?"),
        ("state(a) == 'ansvered'", "SPROG-203", "Mente du answered?"),
        ("state(a) in ('unknown')", "SPROG-203", "cannot_be_seen"),
        ("weeks == 'grant'", "SPROG-204", "uden '"),
        ("weeks == applied", "SPROG-204", "samme slags"),
        ("a == 1", "SPROG-204", "samme slags"),
        ("note == result", "SPROG-204", "samme slags"),
        ("state(a) == result", "SPROG-204", "samme slags"),
        ("deadline == result", "SPROG-204", "aldrig ens"),
        ("weeks in (2022-12-20)", "SPROG-204", "samme slags"),
        ("deadline < 'kept'", "SPROG-205", "rækkefølge"),
        ("'kept' < deadline", "SPROG-205", "rækkefølge"),
        ("note >= 'x'", "SPROG-205", "rækkefølge"),
        ("a > b", "SPROG-205", "rækkefølge"),
        ("state(a) < 'answered'", "SPROG-205", "rækkefølge"),
        ("a in (true)", "SPROG-206", "uden in"),
        ("missing in ('facts')", "SPROG-206", "'a' in missing"),
        ("'kept' in deadline", "SPROG-206", "deadline == 'kept'"),
        ("count_true(a, b)", "SPROG-207", ">= 2"),
        ("count_true(a, b) >= weeks", "SPROG-207", ">= 2"),
        ("count_true(a, b) == true", "SPROG-207", ">= 2"),
        ("count_true(a) == count_true(b)", "SPROG-207", ">= 2"),
        ("count_true(a) in (1, 2)", "SPROG-207", ">= 2"),
        ("count_true(count_true(a) > 0, b) > 1", "SPROG-207", ">= 2"),
        ("applied - weeks < decided", "SPROG-208", "applied - weeks days"),
        ("weeks + 1 days < decided", "SPROG-208", "datoer"),
        ("applied + note days < decided", "SPROG-208", "datoer"),
        ("applied - note > 3", "SPROG-208", "datoer"),
        ("missing == 'facts'", "SPROG-209", "in missing"),
        ("missing", "SPROG-209", "in missing"),
        ("missing or a", "SPROG-209", "in missing"),
        ("weeks", "SPROG-210", "=="),
        ("state(a)", "SPROG-210", "=="),
        ("'x'", "SPROG-210", "=="),
        ("weeks and a", "SPROG-211", "=="),
        ("not result", "SPROG-211", "=="),
        ("count_true(a, weeks) > 1", "SPROG-211", "=="),
        ("1 == 1", "SPROG-212", "true"),
        ("'x' in ('x', 'y')", "SPROG-212", "navn"),
    ],
)
def test_finds_what_makes_no_sense(text: str, code: str, words: str) -> None:
    _, problems = check(parse(text, PLACE), NAMES, PLACE)
    assert [problem.code for problem in problems] == [code]
    assert words in problems[0].remedy
    assert problems[0].place == PLACE


def test_finds_every_fault_at_once_and_each_once() -> None:
    node = parse("aa and deadline == 'kep' and weeks < 'x' and count_true(aa, note) >= yy", PLACE)
    codes = [problem.code for problem in check(node, NAMES, PLACE)[1]]
    assert codes == ["SPROG-201", "SPROG-202", "SPROG-204", "SPROG-207", "SPROG-201", "SPROG-211"]


def test_a_question_with_several_codes_is_never_the_whole_expression() -> None:
    _, problems = check(Ref("missing"), NAMES, PLACE, Type.CODES)
    assert [problem.code for problem in problems] == ["SPROG-209"]


def test_only_a_single_code_may_be_of_an_unknown_list() -> None:
    unlisted = {"one": Name("one", Type.CODE), "many": Name("many", Type.CODES)}
    assert check(parse("one == 'x'", PLACE), unlisted, PLACE) == (Type.BOOL, ())
    assert [problem.code for problem in check(parse("'x' in many", PLACE), unlisted, PLACE)[1]] == [
        "SPROG-202"
    ]


@pytest.mark.parametrize(
    ("text", "type"),
    [
        ("a == (b or result == 'grant')", Type.BOOL),
        ("count_true(a) == 1 and count_true(b, c) > 0", Type.BOOL),
        ("register == 'anything' or register == result", Type.BOOL),
        ("applied", Type.DATE),
        ("applied + weeks days - 3 days", Type.DATE),
        ("decided - (applied + 28 days)", Type.INT),
        ("-3", Type.INT),
        ("result", Type.CODE),
        ("'grant'", Type.CODE),
        ("note", Type.TEXT),
        ("'x'", Type.TEXT),
    ],
)
def test_gives_the_type_of_the_whole(text: str, type: Type) -> None:
    assert check(parse(text, PLACE), NAMES, PLACE, type) == (type, ())
    other = Type.INT if type is not Type.INT else Type.DATE
    assert [problem.code for problem in check(parse(text, PLACE), NAMES, PLACE, other)[1]] == ["SPROG-210"]


def test_a_cpr_number_in_an_expression_is_not_repeated_in_the_fault() -> None:
    for text in ("deadline == '010190-1234'", "state(a) == '010190-1234'", "'010190-1234' in missing"):
        _, problems = check(parse(text, PLACE), NAMES, PLACE)
        assert "1234" not in str(problems[0])
    assert "1234" not in str(refusal("a '010190-1234'"))


# --- Meaning -------------------------------------------------------------------------------------------


def verdict(text: str, **answers: Answer) -> bool | None:
    """The truth of an expression in a case."""
    return truth(parse(text, PLACE), SEEN | answers)


SILENT = [Answer(state) for state in State if state is not State.ANSWERED]
ABOUT_A = (
    "a",
    "a == true",
    "a != true",
    "weeks < 4",
    "weeks >= 4",
    "weeks in (4)",
    "4 == weeks",
    "result == 'grant'",
    "result != 'grant'",
    "result in ('grant', 'refusal')",
    "'facts' in missing",
    "note == 'x'",
    "applied + 1 days != decided",
    "applied != decided + weeks days",
    "decided - applied > 0",
)


@pytest.mark.parametrize("silent", SILENT)
@pytest.mark.parametrize("text", ABOUT_A)
def test_without_an_answer_a_comparison_is_no_or_unknown(text: str, silent: Answer) -> None:
    expected = False if silent.state in ABSENT else None
    answers = dict.fromkeys(SEEN, silent)
    assert verdict(text, **answers) is expected
    assert verdict(f"not ({text})", **answers) is (None if expected is None else True)


@pytest.mark.parametrize("absent", sorted(ABSENT))
@pytest.mark.parametrize("unknown", sorted(UNKNOWN))
def test_absence_goes_before_ignorance(absent: State, unknown: State) -> None:
    for one, other in itertools.permutations((Answer(absent), Answer(unknown))):
        assert verdict("a == b", a=one, b=other) is False
        assert verdict("applied - decided < 3", applied=one, decided=other) is False
        assert verdict("applied + weeks days < 2022-01-01", applied=one, weeks=other) is False
        assert term(parse("applied - decided", PLACE), {"applied": one, "decided": other}).state is absent


def test_a_name_that_is_missing_is_not_answered() -> None:
    assert truth(A, {}) is None
    assert truth(parse("state(a) == 'not_answered'", PLACE), {}) is True
    assert term(A, {}) == Answer(State.NOT_ANSWERED)


@pytest.mark.parametrize("state", State)
def test_the_state_of_an_answer_is_always_known(state: State) -> None:
    answer = YES if state is State.ANSWERED else Answer(state)
    for word in State:
        assert verdict(f"state(a) == '{word}'", a=answer) is (word is state)
        assert verdict(f"state(a) in ('{word}')", a=answer) is (word is state)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("decided - applied == 49", True),
        ("applied - decided == -49", True),
        ("applied + 49 days == decided", True),
        ("decided - 49 days == applied", True),
        ("applied + weeks days == 2022-11-05", True),
        ("decided > applied + 28 days", True),
        ("(applied + 1 days) in (2022-11-02, 2022-11-03)", True),
        ("(applied + 1 days) in (2022-11-01)", False),
        ("2024-02-28 + 1 days == 2024-02-29", True),
        ("9999-12-31 + weeks days > decided", True),  # outside the calendar, and still after
        ("note == 'it''s'", True),
        ("'rules' in missing", False),
    ],
)
def test_computes(text: str, expected: bool) -> None:
    assert verdict(text) is expected


@pytest.mark.parametrize(
    ("text", "weeks", "expected"),
    [
        ("decided - applied", 0, answered(49)),
        ("applied + weeks days", 4, answered(date(2022, 11, 5))),
        ("applied - weeks days", 4, answered(date(2022, 10, 28))),
        ("9999-12-31 + weeks days", 0, answered(date.max)),
        ("9999-12-31 + weeks days", 1, Answer(State.CANNOT_BE_SEEN)),
        ("0001-01-01 - weeks days", 1, Answer(State.CANNOT_BE_SEEN)),
        ("applied + weeks days", MAX_SHIFT, Answer(State.CANNOT_BE_SEEN)),
        ("applied + weeks days + weeks days + weeks days", MAX_SHIFT, Answer(State.CANNOT_BE_SEEN)),
        ("decided - (applied + weeks days)", MAX_SHIFT, answered(49 - MAX_SHIFT)),
        ("decided - (applied + weeks days)", MAX_SHIFT + 1, Answer(State.CANNOT_BE_SEEN)),
        ("decided - (applied - weeks days)", -MAX_SHIFT - 1, Answer(State.CANNOT_BE_SEEN)),
        ("weeks > 3", 4, YES),
        ("weeks > 3", 3, NO),
        ("weeks > 3 and c", 4, Answer(State.CANNOT_BE_SEEN)),
        ("state(weeks)", 4, answered("answered")),
        ("'x'", 4, answered("x")),
    ],
)
def test_gives_a_term_with_its_state(text: str, weeks: int, expected: Answer) -> None:
    assert term(parse(text, PLACE), SEEN | {"weeks": answered(weeks)}) == expected


SIGNS: dict[str, Callable[[int, int], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
TURNED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@pytest.mark.parametrize("sign", SIGNS)
def test_a_count_is_decided_as_soon_as_no_unknown_item_can_change_it(sign: str) -> None:
    for items in itertools.product((True, False, None), repeat=3):
        known = [Answer(State.CANNOT_BE_SEEN) if item is None else answered(item) for item in items]
        answers = dict(zip("abc", known, strict=True))
        worlds = itertools.product(*((True, False) if item is None else (item,) for item in items))
        counts = [sum(world) for world in worlds]
        for limit in range(-1, 5):
            outcomes = {SIGNS[sign](count, limit) for count in counts}
            expected = outcomes.pop() if len(outcomes) == 1 else None
            assert verdict(f"count_true(a, b, c) {sign} {limit}", **answers) is expected
            assert verdict(f"{limit} {TURNED[sign]} count_true(a, b, c)", **answers) is expected


def test_an_absent_item_does_not_count() -> None:
    answers = {"a": Answer(State.NOT_RELEVANT), "b": YES}
    assert verdict("count_true(a, b) == 1", **answers) is True
    assert verdict("count_true(not a, b) == 2", **answers) is True


@pytest.mark.parametrize("node", [StateOf("a"), CountTrue((A,)), Compare(">", CountTrue((A,)), Ref("weeks"))])
def test_what_check_would_refuse_is_not_given_a_meaning(node: Node) -> None:
    with pytest.raises((TypeError, KeyError)):
        truth(node, SEEN)


def test_an_answer_has_a_value_if_and_only_if_it_is_answered() -> None:
    for state, value in ((State.ANSWERED, None), (State.NOT_ASKED, True), (State.NOT_ASKED, False)):
        with pytest.raises(ValueError, match=state.value):
            Answer(state, value)


def test_the_language_loads_without_the_database() -> None:
    modules = "check compile evaluate parse write".split()
    wanted = ", ".join(f"sagsbarometer.forms.language.{module}" for module in modules)
    script = f"import sys, {wanted}; print(sorted({{'ibis', 'duckdb', 'pyarrow'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
