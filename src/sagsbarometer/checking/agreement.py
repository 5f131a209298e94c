"""Two places that should say the same: column against column, and one statement against another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import Field

from sagsbarometer.checking.evaluate import World, evaluate, picked, unfit, unknown
from sagsbarometer.checking.expression import Expression, read_expression
from sagsbarometer.checking.finding import Finding, Verdict, computed_spot
from sagsbarometer.checking.loosening import Judgement, Loosening, LooseWord, allowed, close, judge
from sagsbarometer.checking.numbers import (
    NotComputable,
    Number,
    Spot,
    Value,
    Words,
    common_scale,
    spoken,
)
from sagsbarometer.checking.structure import Agree, Dismissed, Known, Side
from sagsbarometer.checking.table import Entry, Table
from sagsbarometer.checking.table_rules import Tally
from sagsbarometer.datafiles.located import Located, Path_
from sagsbarometer.datafiles.validated import Strict, validated
from sagsbarometer.kernel.ids import ascii_id, shown
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.kernel.rounding import round_half_up


class PairFile(Strict):
    """Two statements, and whether they are known to differ."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    left: Any
    right: Any
    expect: Literal["agree", "differ"]
    word: str = ""
    verdict: Literal["", "certain", "explainable"] = ""
    explanation: str = ""


class PairsFile(Strict):
    """pairs.yaml."""

    pairs: list[PairFile] = []
    agree: list[Agree] = []
    known: list[Known] = []
    dismissed: list[Dismissed] = []


@dataclass(frozen=True, slots=True)
class Pair:
    """Two statements that should agree, ready to be computed. `known` is None where they are expected to."""

    id: str
    left: Expression
    right: Expression
    rule: LooseWord | None
    known: Known | None
    place: Place


@dataclass(frozen=True, slots=True)
class JudgedPair:
    """A pair with what came of it: a finding, agreement (None), or the reason why it could not be computed."""

    pair: Pair
    finding: Finding | None
    reason: str


def read_pairs(located: Located, loosening: Loosening) -> tuple[tuple[Pair, ...], PairsFile]:
    """The pairs of pairs.yaml, and the file as it is. Raises Faults: CHECK-103, CHECK-108 a malformed expression,
    CHECK-112 a verdict or an explanation too much or missing, CHECK-113 a word without a rule, CHECK-116 an id twice.
    """
    file, problems = validated(located, PairsFile, code="CHECK-103")
    if file is None:
        raise Faults(problems)
    found: dict[str, Pair] = {}
    for index, item in enumerate(file.pairs):
        place = located.place("pairs", index)
        sides = []
        for side in ("left", "right"):
            expression, wrong = read_expression(located, ("pairs", index, side), "")
            problems += wrong
            sides.append(expression)
        problems += _wrong(item, place, loosening)
        if item.id in found:
            problems.append(
                Problem("CHECK-116", place, f"{shown(item.id)} står to gange.", "Giv den ene et andet id.")
            )
        if sides[0] is not None and sides[1] is not None and item.id not in found:
            known = None
            if item.expect == "differ" and item.verdict and item.explanation:
                known = Known(id=f"pair/{item.id}", verdict=item.verdict, explanation=item.explanation)
            found[item.id] = Pair(item.id, sides[0], sides[1], loosening.words.get(item.word), known, place)
    if problems:
        raise Faults(problems)
    return tuple(found.values()), file


def _wrong(item: PairFile, place: Place, loosening: Loosening) -> list[Problem]:
    problems = []
    told = bool(item.verdict), bool(item.explanation)
    if told != ((True, True) if item.expect == "differ" else (False, False)):
        fault = f"Parret {shown(item.id)}: verdict og explanation hører til expect: differ, og kun dertil."
        problems.append(Problem("CHECK-112", place, fault, "Tilføj eller slet dem."))
    rule = loosening.words.get(item.word)
    if item.word and (rule is None or rule.rule == "share"):
        fault = f"Ordet {shown(item.word)} har ingen regel, som et par kan bruge."
        problems.append(
            Problem("CHECK-113", place, fault, "Brug et ord fra loosening.yaml, som ikke er en andel.")
        )
    return problems


def judge_pair(pair: Pair, world: World) -> JudgedPair:
    """Whether the two agree: equal, or equal when the finer is rounded half up as coarsely as the other; with a word,
    whether the left may be said of the right. Raises Faults as `evaluate`, and CHECK-114 for what cannot be compared.
    """
    try:
        left, right = evaluate(pair.left, world), evaluate(pair.right, world)
    except NotComputable as stop:
        return JudgedPair(pair, None, stop.reason)
    if _agree(left, right, pair.rule, pair.place):
        return JudgedPair(pair, None, "")
    spots = place_of(left), place_of(right)
    told = f"{spoken(left)} mod {spoken(right)}"
    if pair.rule is not None and isinstance(left, Number):
        told += f" (tilladt: {allowed(pair.rule, left)})"
    document = spots[0].document or spots[1].document
    finding = Finding(f"pair/{pair.id}", document, "pair", *spots, f"{told}.", Verdict.CERTAIN)
    return JudgedPair(pair, finding, "")


def _agree(left: Value, right: Value, rule: LooseWord | None, place: Place) -> bool:
    if isinstance(left, Words) and isinstance(right, Words):
        return left.text == right.text
    if isinstance(left, Words) or isinstance(right, Words):
        raise unfit(place, "Et tal kan ikke holdes op mod en tekst.")
    left, right = left.in_percent, right.in_percent
    try:
        common_scale((left, right))
    except ValueError:
        raise unfit(place, "Et antal kan ikke holdes op mod en procent.") from None
    if rule is not None:
        return judge(rule, left, right)[0] is not Judgement.CONTRADICTS
    return same(left, right)


def same(left: Number, right: Number) -> bool:
    """Whether two numbers say the same, the finer rounded half up as coarsely as the other is printed."""
    given = [number.decimals for number in (left, right) if number.decimals is not None]
    if left.exact == right.exact or not given:
        return left.exact == right.exact
    return round_half_up(left.exact, min(given)) == round_half_up(right.exact, min(given))


def place_of(value: Value) -> Spot:
    """Where a value stands: its one printed place, or the places it was made of with what they give."""
    if len(value.spots) == 1:
        spot = value.spots[0]
        return (
            spot
            if isinstance(value, Words) or value.decimals is not None
            else replace(spot, value=spoken(value))
        )
    documents = list(dict.fromkeys(spot.document for spot in value.spots))
    place = "; ".join(spot.place for spot in value.spots[:3]) + ("; …" if len(value.spots) > 3 else "")
    return computed_spot("; ".join(documents), place, spoken(value), value.spots)


def check_agreement(
    rule: Agree,
    document: str,
    world: World,
    located: Located,
    path: Path_,
    loosening: Loosening,
    tally: Tally,
) -> str:
    """Two tables' columns, row by row; what differs is added to `tally`. Where the data were drawn on different days
    and the numbers are close, the difference is explainable.

    The reason why it could not be done, or "". Raises Faults: CHECK-106 a row without its counterpart, CHECK-107,
    CHECK-114.
    """
    place = located.place(*path)
    try:
        left = world.table(rule.left.document or document, rule.left.table, place)
        right = world.table(rule.right.document or document, rule.right.table, place)
    except NotComputable as stop:
        return stop.reason
    _known_columns(left, rule.left, place)
    _known_columns(right, rule.right, place)
    others = picked(right, rule.right.rows, place)
    for row in picked(left, rule.left.rows, place):
        other = _counterpart(rule, row, others, place)
        for ours, theirs in zip(rule.left.columns, rule.right.columns, strict=True):
            _compare(rule, (left, row, ours), (right, other, theirs), loosening, tally)
    return ""


def _known_columns(table: Table, side: Side, place: Place) -> None:
    if absent := [column for column in side.columns if column not in table.scales]:
        raise unknown(
            place, f"{table.id} har ingen talkolonne {', '.join(shown(column) for column in absent)}."
        )


def _counterpart(
    rule: Agree, row: Mapping[str, Entry], others: list[Mapping[str, Entry]], place: Place
) -> Mapping[str, Entry]:
    wanted = {there: rule.same.get(row[here].text, row[here].text) for here, there in rule.on.items()}
    found = [other for other in others if all(other[column].text == text for column, text in wanted.items())]
    if len(found) != 1:
        words = ", ".join(shown(text) for text in wanted.values()) or "rækken"
        fault = f"{rule.id}: {words} rammer {len(found)} rækker i {rule.right.table}; der skal være netop én."
        raise Faults([Problem("CHECK-106", place, fault, "Ret on, same eller rows.")])
    return found[0]


Printed = tuple[Table, Mapping[str, Entry], str]


def _compare(rule: Agree, ours: Printed, theirs: Printed, loosening: Loosening, tally: Tally) -> None:
    left, right = ours[0].number(*ours[1:]), theirs[0].number(*theirs[1:])
    if left is None or right is None:
        return
    tally.count("agree")
    if same(left, right):
        return
    dates = ours[0].data_date, theirs[0].data_date
    apart = dates[0] != dates[1] and all(dates)
    near = apart and close(loosening.later, left, right)
    told = f"{ours[0].title} har {spoken(left)}, {theirs[0].title} har {spoken(right)}."
    if apart:
        told += f" Data er trukket {dates[0]} og {dates[1]}."
    name = f"{rule.id}/{ascii_id(ours[0].name(ours[1]))}/{ours[2]}"
    tally.findings.append(
        Finding(
            id=f"{ours[0].document}/{ours[0].id}/agree/{name}",
            document=ours[0].document,
            rule="agree",
            left=left.spots[0],
            right=right.spots[0],
            computed=told,
            verdict=Verdict.EXPLAINABLE if near else Verdict.CERTAIN,
        )
    )
