"""Every line of the manual of the row language is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sagsbarometer.forms.language.check import check
from sagsbarometer.forms.language.evaluate import term, truth
from sagsbarometer.forms.language.parse import MAX_DEPTH, MAX_LENGTH, parse
from sagsbarometer.forms.language.tokens import RESERVED
from sagsbarometer.forms.language.tree import Node
from sagsbarometer.forms.language.types import Answer, Name, Type, Value
from sagsbarometer.forms.states import STATE_DA, State
from sagsbarometer.kernel.dates import parse_date
from sagsbarometer.kernel.problems import Faults, Place

MANUAL = Path(__file__).resolve().parents[2] / "docs" / "raekkesproget.md"
TEXT = MANUAL.read_text(encoding="utf-8")
KINDS = {
    "kode": Type.CODE,
    "flere koder": Type.CODES,
    "ja/nej": Type.BOOL,
    "helt tal": Type.INT,
    "dato": Type.DATE,
}
STATES = {words: state for state, words in STATE_DA.items()}


def table(head: str) -> list[list[str]]:
    """The rows of the one table whose first heading is `head`, without backticks."""
    start = re.search(rf"^\| {head} \|.*\n\|[-|]+\n", TEXT, re.MULTILINE)
    assert start, f"no table with the heading {head}"
    rows = TEXT[start.end() :].split("\n\n")[0].strip().splitlines()
    return [[cell.strip().strip("`") for cell in row.strip("|").split("|")] for row in rows]


def name(id: str, kind: str) -> Name:
    """What the column `Slags` says of a name: `kode: kept, exceeded`."""
    words, _, codes = kind.partition(": ")
    return Name(id, KINDS[words], tuple(codes.split(", ")) if codes else ())


def answer(text: str, type: Type) -> Answer:
    """What the column `Svar` says: a state in words, or a value."""
    if text in STATES:
        return Answer(STATES[text])
    return Answer(State.ANSWERED, value(text, type))


def value(text: str, type: Type) -> Value:
    """A value as the manual writes it."""
    if type is Type.CODES:
        return frozenset(text.split(", "))
    if type is Type.DATE:
        return parse_date(text)
    if type is Type.INT:
        return int(text)
    return {"ja": True, "nej": False}[text] if type is Type.BOOL else text


NAMES = {id: name(id, kind) for id, kind, _ in table("Navn")}
CASE = {id: answer(text, NAMES[id].type) for id, _, text in table("Navn")}


def expected_type(gives: str) -> Type:
    """The type of an example by what it gives."""
    if gives in ("ja", "nej", "ukendt"):
        return Type.BOOL
    return Type.INT if gives.isdigit() else Type.DATE


def read(text: str, type: Type = Type.BOOL) -> Node:
    """The tree of an expression that has no fault. Raises Faults."""
    node = parse(text, Place())
    _, problems = check(node, NAMES, Place(), type)
    if problems:
        raise Faults(problems)
    return node


@pytest.mark.parametrize(("text", "gives", "_because"), table("Udtryk"))
def test_the_example_gives_what_the_manual_says(text: str, gives: str, _because: str) -> None:
    type = expected_type(gives)
    node = read(text, type)
    if type is Type.BOOL:
        assert truth(node, CASE) is {"ja": True, "nej": False, "ukendt": None}[gives]
    else:
        assert term(node, CASE) == Answer(State.ANSWERED, value(gives, type))


@pytest.mark.parametrize(("text", "code", "instead"), table("Går ikke"))
def test_what_the_manual_refuses_is_refused_and_its_remedy_is_not(text: str, code: str, instead: str) -> None:
    with pytest.raises(Faults) as raised:
        read(text)
    assert [problem.code for problem in raised.value.problems] == [code]
    read(instead)


def test_the_manual_shows_every_type_state_and_sign() -> None:
    assert {name.type for name in NAMES.values()} == set(Type) - {Type.TEXT}
    assert {answer.state for answer in CASE.values()} == set(State)
    for part in (*RESERVED, *State, "==", "!=", "<", "<=", ">", ">="):
        assert f"`{part}`" in TEXT or f"`{part}(" in TEXT or f" {part} " in TEXT, part


def test_the_manual_names_the_limits_and_the_reserved_words() -> None:
    assert f"højst {MAX_LENGTH} tegn og {MAX_DEPTH} niveauer" in " ".join(TEXT.split())
    last = TEXT.rstrip().split("\n\n")[-1]
    assert set(re.findall(r"`(\w+)`", last)) == RESERVED
