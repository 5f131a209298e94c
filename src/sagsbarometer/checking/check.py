"""A folder of published documents held against itself: tables, claims, and each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from sagsbarometer.checking.agreement import JudgedPair, check_agreement, judge_pair, read_pairs
from sagsbarometer.checking.dossier import CLAIMS, STRUCTURE, Dossier, load_dossier
from sagsbarometer.checking.evaluate import World, unknown
from sagsbarometer.checking.finding import Contradiction, Finding, Verdict, read_values
from sagsbarometer.checking.loosening import Judgement, Loosening, read_loosening
from sagsbarometer.checking.roundings import Fit, fit
from sagsbarometer.checking.statements import (
    ClaimMapping,
    JudgedClaim,
    among_claims,
    judge_claim,
    read_mapping,
)
from sagsbarometer.checking.structure import Agree, Dismissed, Known, Shares
from sagsbarometer.checking.table_rules import Tally, check_table
from sagsbarometer.datafiles.located import Located, read_yaml
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.measures.cells import ResultSet

PAIRS, LOOSENING, CONTRADICTIONS = "pairs.yaml", "loosening.yaml", "contradictions.csv"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """What came of one document."""

    dossier: Dossier
    tally: Tally
    fit: Fit
    claims: tuple[JudgedClaim, ...]  # empty where nothing says what they are about

    def judged(self, judgement: Judgement) -> int:
        """How many claims came out so."""
        return sum(claim.judgement is judgement for claim in self.claims)

    @property
    def looked_at(self) -> bool:
        """Whether any of its numbers was held against something."""
        return bool(self.tally.compared) or len(self.claims) > self.judged(Judgement.NOT_COMPUTABLE)


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a folder. `gone`: contradictions that were expected and are not there."""

    documents: tuple[DocumentReport, ...]
    pairs: tuple[JudgedPair, ...]
    contradictions: tuple[Contradiction, ...]
    dismissed: int
    gone: tuple[str, ...]
    nothing: Problem | None = None  # there are tables, but no number was held against another

    @property
    def unexpected(self) -> tuple[Contradiction, ...]:
        """Contradictions that nobody has looked into."""
        return tuple(item for item in self.contradictions if not item.expected)

    @property
    def ok(self) -> bool:
        """Whether exactly the expected contradictions are there, and anything was looked at."""
        return not self.unexpected and not self.gone and self.nothing is None

    def number(self, verdict: Verdict) -> int:
        """How many contradictions have a verdict."""
        return sum(item.verdict is verdict for item in self.contradictions)


def check_folder(folder: Path, shipped: Path, results: Sequence[ResultSet] = ()) -> Report:
    """A document folder, or a folder of such folders, checked. What they do not say themselves about their tables and
    claims is taken from the documents of the same names in `shipped`, which also has the rules for loosening words.

    A contradiction is expected when somebody noted it, and `contradictions.csv` beside the documents does not have it
    with other values.

    Raises Faults with every fault of every document: CHECK-101 no document there, CHECK-1xx, YAML-1xx.
    """
    folders, several = _folders(folder)
    loosening = read_loosening(read_yaml(_own(folder, shipped, LOOSENING), LOOSENING))
    problems: list[Problem] = []
    dossiers = {}
    for path in folders:
        dossier = _tried(partial(load_dossier, path, _shipped_for(path, shipped)), problems)
        if dossier is not None:
            if dossier.id in dossiers:
                place = dossier.located.place("document")
                problems.append(
                    Problem("CHECK-116", place, f"{shown(dossier.id)} står to gange.", "Omdøb det ene.")
                )
            dossiers[dossier.id] = dossier
    if problems:
        raise Faults(problems)
    absent = frozenset(path.parent.name for path in shipped.glob(f"*/{STRUCTURE}")) - dossiers.keys()
    world = World(dossiers, absent, results)
    pairs_at = _own(folder, shipped, PAIRS) if several else shipped / PAIRS
    checker = _Checker(world, loosening)
    documents = [checker.document(dossier) for dossier in dossiers.values()]
    pairs = checker.pairs(read_yaml(pairs_at, PAIRS)) if pairs_at.is_file() else ()
    if checker.problems:
        raise Faults(checker.problems)
    values = read_values(_own(folder, shipped, CONTRADICTIONS), CONTRADICTIONS)
    report = checker.report([document for document in documents if document is not None], pairs, values)
    return replace(report, nothing=_nothing(folder, report, checker.across))


def _nothing(folder: Path, report: Report, across: int) -> Problem | None:
    """CHECK-117 where there are tables and nothing was compared: no contradictions then say nothing of the numbers.
    `across`: how many comparisons were made between documents."""
    looked_at = (
        across
        or report.contradictions
        or report.dismissed
        or any(not pair.reason for pair in report.pairs)
        or any(document.looked_at for document in report.documents)
    )
    if looked_at or not any(document.dossier.tables for document in report.documents):
        return None
    remedy = "Tilføj check.yaml (docs/kontrol.md), og se efter, at filerne har komma eller semikolon mellem cellerne."
    return Problem("CHECK-117", Place(folder.name), "Ingen tal blev kontrolleret.", remedy)


def _folders(folder: Path) -> tuple[list[Path], bool]:
    """The document folders, and whether they lie in `folder` rather than being it."""
    if folder.is_dir():
        if (folder / CLAIMS).is_file() or (folder / STRUCTURE).is_file():
            return [folder], False
        below = [path for path in sorted(folder.iterdir()) if path.is_dir() and not path.name.startswith(".")]
        if found := [path for path in below if any(path.glob("*.csv")) or (path / STRUCTURE).is_file()]:
            return found, True
        if any(folder.glob("*.csv")):
            return [folder], False
    fault = "Her er intet dokument: ingen CSV-filer, hverken i mappen eller lige under den."
    raise Faults([Problem("CHECK-101", Place(str(folder)), fault, "Se efter stien.")])


def _own(folder: Path, shipped: Path, name: str) -> Path:
    return folder / name if (folder / name).is_file() else shipped / name


def _shipped_for(path: Path, shipped: Path) -> Path | None:
    """The document among those that come with the program: of the same name, or with the same files and columns."""
    named = shipped / path.resolve().name
    if named.is_dir():
        return named
    others = [found.parent for found in sorted(shipped.glob(f"*/{STRUCTURE}"))]
    return next((other for other in others if _alike(path, other)), None)


def _alike(path: Path, other: Path) -> bool:
    tables = [file.name for file in other.glob("*.csv") if file.name != CLAIMS]
    same = bool(tables) and all(_head(path / name) == _head(other / name) for name in tables)
    return same and (
        not (path / CLAIMS).exists() or _first_cells(path / CLAIMS) == _first_cells(other / CLAIMS)
    )


def _head(path: Path) -> bytes:
    if not path.is_file():
        return b""
    with path.open("rb") as file:
        return file.readline(4096).removeprefix(b"\xef\xbb\xbf").strip()


def _first_cells(path: Path) -> list[bytes]:
    if not path.is_file():
        return []
    with path.open("rb") as file:
        return [line.partition(b",")[0] for line in file.readlines(5_000_000)[1:]]


def _tried(work: Callable[[], T], problems: list[Problem]) -> T | None:
    try:
        return work()
    except Faults as faults:
        problems += faults.problems
        return None


def _doubted(finding: Finding) -> Finding:
    """A finding by a rule that was guessed: the table may be made otherwise."""
    return replace(
        finding, verdict=Verdict.EXPLAINABLE, computed=f"{finding.computed} Tabellens opbygning er gættet."
    )


def _contradiction(finding: Finding, known: Known | None, noted: tuple[str, str] | None) -> Contradiction:
    if known is None:
        return Contradiction(finding, finding.verdict, finding.computed, False)
    now = finding.left.value, finding.right.value
    if noted is None or noted == now:
        return Contradiction(finding, Verdict(known.verdict), known.explanation, True)
    return Contradiction(finding, Verdict(known.verdict), known.explanation, False, noted)


class _Checker:
    """Checks document by document and collects faults, findings and what was known of them."""

    def __init__(self, world: World, loosening: Loosening) -> None:
        self.world = world
        self.loosening = loosening
        self.problems: list[Problem] = []
        self.findings: list[Finding] = []
        self.known: list[tuple[Known, Place]] = []
        self.dismissed: list[tuple[Dismissed, Place]] = []
        self.undecided: set[str] = set()  # known ones whose places could not be computed this time
        self.across = 0  # numbers compared between documents
        self.skipped: set[str] = set()  # comparisons of columns with a document that is not here

    def document(self, dossier: Dossier) -> DocumentReport | None:
        before = len(self.problems)
        tally = Tally()
        for index, file in enumerate(dossier.structure.tables):
            for number, share in enumerate(file.shares):
                self.elsewhere(dossier, share, dossier.located.place("tables", index, "shares", number))
        if len(self.problems) > before:
            return None
        for file in dossier.structure.tables:
            check_table(dossier.tables[file.id], file, dossier.tables, tally)
        if dossier.guessed:
            tally.findings = [_doubted(finding) for finding in tally.findings]
        self.agreements(dossier.structure.agree, dossier.id, dossier.located, tally)
        self.note(dossier.located, dossier.structure.known, dossier.structure.dismissed)
        claims = self.claims(dossier)
        settled = {claim.claim.id for claim in claims if claim.finding is not None}
        tally.findings += among_claims(dossier, self.loosening, settled)
        self.findings += tally.findings
        return DocumentReport(dossier, tally, fit(tally.percentages), claims)

    def elsewhere(self, dossier: Dossier, share: Shares, place: Place) -> None:
        """What the counts of another table are said to be must be there."""
        if share.counts is None:
            return
        other = dossier.tables.get(share.counts.table)
        if other is None:
            self.problems += unknown(place, f"Tabellen {shown(share.counts.table)} findes ikke.").problems
            return
        numeric = [*share.part, *share.part_high, share.base]
        wanted = {*share.counts.row, *share.counts.on.values(), *share.base_row}
        absent = sorted({*other.missing(wanted), *(name for name in numeric if name not in other.scales)})
        if absent:
            fault = f"{other.id} har ingen (tal)kolonne {', '.join(shown(name) for name in absent)}."
            self.problems += unknown(place, fault).problems

    def agreements(self, rules: Sequence[Agree], document: str, located: Located, tally: Tally) -> None:
        for index, rule in enumerate(rules):
            work = partial(
                check_agreement, rule, document, self.world, located, ("agree", index), self.loosening, tally
            )
            if _tried(work, self.problems):
                self.skipped.add(rule.id)

    def note(self, located: Located, known: Sequence[Known], dismissed: Sequence[Dismissed]) -> None:
        self.known += [(item, located.place("known", index)) for index, item in enumerate(known)]
        self.dismissed += [(item, located.place("dismissed", index)) for index, item in enumerate(dismissed)]

    def claims(self, dossier: Dossier) -> tuple[JudgedClaim, ...]:
        if dossier.mapping is None:
            return ()
        mapping: ClaimMapping | None = _tried(partial(read_mapping, dossier, self.loosening), self.problems)
        if mapping is None:
            return ()
        found = []
        for tied in mapping.tied:
            judged = _tried(partial(judge_claim, tied, dossier, self.world), self.problems)
            if judged is None:
                continue
            found.append(judged)
            if judged.finding is not None:
                self.findings.append(judged.finding)
            if judged.judgement is Judgement.NOT_COMPUTABLE:
                self.undecided.add(f"{dossier.id}/{judged.claim.id}")
        self.note(dossier.mapping, mapping.known, mapping.dismissed)
        return tuple(found)

    def pairs(self, located: Located) -> tuple[JudgedPair, ...]:
        read = _tried(partial(read_pairs, located, self.loosening), self.problems)
        if read is None:
            return ()
        pairs, file = read
        tally = Tally()
        self.agreements(file.agree, "", located, tally)
        self.findings += tally.findings
        self.across = sum(tally.compared.values())
        self.note(located, file.known, file.dismissed)
        found = []
        for pair in pairs:
            judged = _tried(partial(judge_pair, pair, self.world), self.problems)
            if judged is None:
                continue
            found.append(judged)
            if judged.finding is not None:
                self.findings.append(judged.finding)
            if judged.reason:
                self.undecided.add(f"pair/{pair.id}")
            if pair.known is not None:
                self.known.append((pair.known, pair.place))
        return tuple(found)

    def report(
        self,
        documents: Sequence[DocumentReport],
        pairs: tuple[JudgedPair, ...],
        values: Mapping[str, tuple[str, str]],
    ) -> Report:
        self.once([*self.known, *self.dismissed])
        known = {item.id: item for item, _ in self.known}
        dismissed = {item.id for item, _ in self.dismissed}
        there = {finding.id for finding in self.findings}
        contradictions = [
            _contradiction(finding, known.get(finding.id), values.get(finding.id))
            for finding in self.findings
            if finding.id not in dismissed
        ]
        gone = sorted(
            id
            for id in {*known, *dismissed} - there - self.undecided
            if not any(f"/agree/{rule}/" in id for rule in self.skipped)
        )
        return Report(
            documents=tuple(documents),
            pairs=pairs,
            contradictions=tuple(sorted(contradictions, key=lambda item: item.finding.id)),
            dismissed=len(dismissed & there),
            gone=tuple(gone),
        )

    def once(self, items: Iterable[tuple[Known | Dismissed, Place]]) -> None:
        listed = list(items)
        times = Counter(item.id for item, _ in listed)
        seen: set[str] = set()
        problems = []
        for item, place in listed:
            if times[item.id] > 1 and item.id in seen:
                problems.append(
                    Problem("CHECK-116", place, f"{shown(item.id, 100)} står to gange.", "Slet den ene.")
                )
            seen.add(item.id)
        if problems:
            raise Faults(problems)
