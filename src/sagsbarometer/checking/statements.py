"""What a document says in words, claim by claim, held against the numbers it is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from sagsbarometer.checking.agreement import place_of
from sagsbarometer.checking.dossier import Claim, Dossier
from sagsbarometer.checking.evaluate import World, evaluate, unfit
from sagsbarometer.checking.expression import Expression, claims_of, read_expression
from sagsbarometer.checking.finding import Finding, Verdict
from sagsbarometer.checking.loosening import Judgement, Loosening, LooseWord, allowed, judge, judge_share
from sagsbarometer.checking.numbers import (
    PERCENT,
    PLAIN,
    RATIO,
    NotComputable,
    Number,
    Value,
    Words,
    common_scale,
    spoken,
    whole_counts,
)
from sagsbarometer.checking.structure import Dismissed, Id, Known
from sagsbarometer.datafiles.located import Located, Path_
from sagsbarometer.datafiles.validated import Strict, validated
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Faults, Place, Problem


class ClaimFile(Strict):
    """What one claim is about, or why nothing can be computed."""

    id: str
    value: Any = None
    not_computable: str = ""
    against: Any = None
    also: list[Any] = []
    word: str = ""
    verdict: Literal["", "certain", "explainable"] = ""
    explanation: str = ""


class ClaimsFile(Strict):
    """claims.yaml."""

    document: Id
    claims: list[ClaimFile]
    known: list[Known] = []
    dismissed: list[Dismissed] = []


@dataclass(frozen=True, slots=True)
class Tied:
    """A claim with what it is about. `values` empty: not computable, and `reason` says why."""

    claim: Claim
    values: tuple[Expression, ...]
    against: Expression | None
    rule: LooseWord | None
    reason: str
    place: Place


@dataclass(frozen=True, slots=True)
class JudgedClaim:
    """A claim's judgement. `found`: the value it was held against; `remark`: why not, or what is allowed (Danish).

    `left_out`: why some of the places it should agree with could not be computed, when others could.
    """

    claim: Claim
    judgement: Judgement
    found: str
    remark: str
    finding: Finding | None
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimMapping:
    """claims.yaml read: every claim tied or excused, and which contradictions are known."""

    tied: tuple[Tied, ...]
    known: tuple[Known, ...]
    dismissed: tuple[Dismissed, ...]


def read_mapping(dossier: Dossier, loosening: Loosening) -> ClaimMapping:
    """The mapping of a document's claims. Raises Faults with all of: CHECK-103, CHECK-108 a malformed expression,
    CHECK-109 a claim that is missing, CHECK-110 a claim twice, CHECK-111 a claim the document does not have, CHECK-112
    parts that do not go together, CHECK-113 a word without a rule.
    """
    assert dossier.mapping is not None
    file, problems = validated(dossier.mapping, ClaimsFile, code="CHECK-103")
    if file is None:
        raise Faults(problems)
    reader = _Reader(dossier, dossier.mapping, loosening)
    for index, item in enumerate(file.claims):
        reader.read(index, item)
    for id in dossier.claims.keys() - reader.tied.keys():
        fault = f"Udsagnet {shown(id)} er ikke med i {dossier.mapping.file}."
        remedy = "Tilføj det med value, eller med not_computable og grunden."
        reader.problems.append(Problem("CHECK-109", dossier.claims[id].place, fault, remedy))
    problems = sorted(
        reader.problems, key=lambda item: (item.place.file, item.place.line or item.place.row or 0)
    )
    if problems:
        raise Faults(problems)
    known = [
        Known(id=f"{dossier.id}/{item.id}", verdict=item.verdict, explanation=item.explanation)
        for item in file.claims
        if item.verdict
    ]
    tied = tuple(reader.tied[id] for id in dossier.claims)
    return ClaimMapping(tied, (*known, *file.known), tuple(file.dismissed))


class _Reader:
    def __init__(self, dossier: Dossier, located: Located, loosening: Loosening) -> None:
        self.dossier = dossier
        self.located = located
        self.loosening = loosening
        self.tied: dict[str, Tied] = {}
        self.problems: list[Problem] = []

    def read(self, index: int, item: ClaimFile) -> None:
        place = self.located.place("claims", index)
        if item.id not in self.dossier.claims:
            self.fault(
                "CHECK-111",
                place,
                f"Udsagnet {shown(item.id)} findes ikke i claims.csv.",
                "Ret id, eller slet det.",
            )
            return
        if item.id in self.tied:
            self.fault("CHECK-110", place, f"Udsagnet {shown(item.id)} står to gange.", "Slet det ene.")
            return
        claim = self.dossier.claims[item.id]
        rule = self.rule(item, claim, place)
        self.parts(item, claim, rule, place)
        values = [] if item.value is None else [self.expression(("claims", index, "value"))]
        values += [self.expression(("claims", index, "also", number)) for number in range(len(item.also))]
        against = None if item.against is None else self.expression(("claims", index, "against"))
        found = tuple(value for value in values if value is not None)
        for value in (*found, *([against] if against else [])):
            if (self.dossier.id, item.id) in claims_of(value):
                fault = f"Udsagnet {shown(item.id)} holdes op mod sig selv."
                self.fault("CHECK-108", place, fault, "Peg på et andet sted, der siger det samme.")
        self.tied[item.id] = Tied(claim, found, against, rule, item.not_computable, place)

    def rule(self, item: ClaimFile, claim: Claim, place: Place) -> LooseWord | None:
        word = item.word or claim.qualifier
        if item.not_computable or not word:
            return None
        if word not in self.loosening.words:
            fault = f"Udsagnet {shown(item.id)}: ordet {shown(word)} har ingen regel i loosening.yaml."
            self.fault(
                "CHECK-113",
                place,
                fault,
                "Skriv word: med et af ordene dér, eller tilføj ordet med en grund.",
            )
        return self.loosening.words.get(word)

    def parts(self, item: ClaimFile, claim: Claim, rule: LooseWord | None, place: Place) -> None:
        share = rule is not None and rule.rule == "share"
        if (item.value is None) != bool(item.not_computable):
            fault = "skal have enten value eller not_computable."
        elif item.not_computable and (item.against is not None or item.also or item.word or item.verdict):
            fault = "har not_computable og skal så ikke have andet."
        elif bool(item.verdict) != bool(item.explanation):
            fault = "skal have både verdict og explanation eller ingen af dem."
        elif item.against is not None and (share or claim.value is not None):
            fault = "har et tal eller et ord for en andel; against hører til udsagn uden."
        elif item.value is not None and item.against is None and not share and claim.value is None:
            fault = "har intet tal; skriv against, eller et ord for en andel."
        else:
            return
        self.fault("CHECK-112", place, f"Udsagnet {shown(item.id)} {fault}", "Ret linjen.")

    def expression(self, path: Path_) -> Expression | None:
        found, wrong = read_expression(self.located, path, self.dossier.id)
        self.problems += wrong
        return found

    def fault(self, code: str, place: Place, fault: str, remedy: str) -> None:
        self.problems.append(Problem(code, place, fault, remedy))


_WORST = (
    Judgement.CONTRADICTS,
    Judgement.LOOSENED,
    Judgement.EQUAL_ROUNDED,
    Judgement.EQUAL,
    Judgement.NOT_COMPUTABLE,
)


def judge_claim(tied: Tied, dossier: Dossier, world: World) -> JudgedClaim:
    """The worst judgement over all that the claim is about; what cannot be computed counts only when all cannot.

    Raises Faults as `evaluate`, and CHECK-114 for units that do not fit.
    """
    if not tied.values:
        return JudgedClaim(tied.claim, Judgement.NOT_COMPUTABLE, "", tied.reason, None)
    judged = [_held(tied, value, dossier, world) for value in tied.values]
    worst = min(judged, key=lambda item: _WORST.index(item.judgement))
    if worst.judgement is Judgement.NOT_COMPUTABLE:
        return worst
    absent = (item.remark for item in judged if item.judgement is Judgement.NOT_COMPUTABLE)
    return replace(worst, left_out=tuple(absent))


def _held(tied: Tied, value: Expression, dossier: Dossier, world: World) -> JudgedClaim:
    claim, rule = tied.claim, tied.rule
    try:
        found = evaluate(value, world)
        stated = evaluate(tied.against, world) if tied.against is not None else claim.value
    except NotComputable as stop:
        return JudgedClaim(claim, Judgement.NOT_COMPUTABLE, "", stop.reason, None)
    judgement, hidden = _judged(rule, stated, found, tied.place)
    limit = allowed(rule, stated.in_percent if isinstance(stated, Number) else None)
    finding = None
    if judgement is Judgement.CONTRADICTS:
        said = spoken(stated) if stated is not None else claim.qualifier
        told = f"Der står {said}; {spoken(found)} er fundet (tilladt: {limit})."
        if hidden:
            told += " Afrunding alene kan forklare forskellen."
        verdict = Verdict.EXPLAINABLE if hidden else Verdict.CERTAIN
        left = replace(dossier.claim_spot(claim), value=claim.text or said)
        finding = Finding(
            f"{dossier.id}/{claim.id}", dossier.id, "claim", left, place_of(found), told, verdict
        )
    return JudgedClaim(claim, judgement, spoken(found), limit, finding)


def _judged(
    rule: LooseWord | None, stated: Value | None, found: Value, place: Place
) -> tuple[Judgement, bool]:
    if isinstance(found, Words) or isinstance(stated, Words):
        if not isinstance(found, Words) or not isinstance(stated, Words):
            raise unfit(place, "Et tal kan ikke holdes op mod en tekst.")
        same = found.text == stated.text
        return (Judgement.EQUAL if same else Judgement.CONTRADICTS), False
    if rule is not None and rule.rule == "share":
        percent = found.in_percent
        if percent.scale != PERCENT:
            raise unfit(place, "Et ord for en andel skal holdes op mod en procent.")
        return judge_share(rule, percent)
    assert stated is not None  # read_mapping saw to it
    if stated.scale == PLAIN and found.scale == RATIO:
        found = replace(found, scale=PLAIN)
    stated, found = stated.in_percent, found.in_percent
    try:
        common_scale((stated, found))
    except ValueError:
        raise unfit(place, "Et antal kan ikke holdes op mod en procent.") from None
    return judge(rule, replace(stated, scale=common_scale((stated, found))), found)


def among_claims(dossier: Dossier, loosening: Loosening, settled: Collection[str]) -> Iterable[Finding]:
    """What the claims tell without being tied to anything: the same quantity with two values, and percentages that no
    count can give. A claim in `settled` already contradicts something and is not told of again."""
    groups: Mapping[tuple[str, ...], list[Claim]] = defaultdict(list)
    for claim in dossier.claims.values():
        rule = loosening.words.get(claim.qualifier)
        if (
            claim.id in settled
            or claim.value is None
            or (claim.qualifier and (rule is None or rule.rule != "equal"))
        ):
            continue
        groups[claim.quantity, claim.unit, claim.period, claim.base].append(claim)
        if (finding := _impossible(dossier, claim)) is not None:
            yield finding
    for claims in groups.values():
        first = claims[0]
        others = {claim.text: claim for claim in reversed(claims) if claim.text != first.text}
        for other in sorted(others.values(), key=lambda claim: claim.place.row or 0):
            sides = dossier.claim_spot(first), dossier.claim_spot(other)
            told = f"Om det samme står der {first.text} og {other.text}."
            name = f"{dossier.id}/same_quantity/{first.id}-{other.id}"
            yield Finding(name, dossier.id, "same_quantity", *sides, told, Verdict.CERTAIN)


def _impossible(dossier: Dossier, claim: Claim) -> Finding | None:
    value = claim.value
    if (
        claim.unit != "percent"
        or not claim.base.isdecimal()
        or not isinstance(value, Number)
        or value.decimals
    ):
        return None
    base = int(claim.base[:12])
    if value.exact < 0 or value.exact > 100 or whole_counts(int(value.exact), base):
        return None
    spot = dossier.claim_spot(claim)
    told = f"Intet antal af {base} giver {claim.text} %."
    sides = spot, replace(spot, value=claim.base)
    return Finding(f"{dossier.id}/base/{claim.id}", dossier.id, "base", *sides, told, Verdict.CERTAIN)
