"""Statements of different documents, declared to agree or to differ, and computed."""

from __future__ import annotations

from pathlib import Path

import pytest

from sagsbarometer.checking.check import Report, check_folder
from tests.checks_in_tests import CLAIMS, HEAD, folder, found, problems, shipped

OTHER = HEAD.replace("document: doc", "document: other").replace("2025-04-11", "2025-12-11")
TABLES = "tables:\n  - {id: t, file: t.csv, title: Tabel 1, key: [k], counts: [n], percents: [p]}\n"


def both(at: Path, pairs: str, files: dict[str, str] | None = None, more: str = "") -> Report:
    """Two documents with a claim and a table each, and the pairs."""
    papers = at / "papers"
    for name, head, row in (("doc", HEAD, "a,7,56"), ("other", OTHER, "a,8,54")):
        folder(
            papers,
            {
                "check.yaml": head + TABLES,
                "t.csv": f"k,n,p\n{row}\n",
                "claims.csv": CLAIMS + f"{name}-1,3,q of {name},{row.split(',')[2]},percent,,2024,,exact\n",
                "claims.yaml": f"document: {name}\nclaims:\n  - {{id: {name}-1, not_computable: x}}\n",
            }
            | (files or {} if name == "other" else {}),
            name,
        )
    (papers / "pairs.yaml").write_text(f"pairs:\n{pairs}{more}" if pairs else more, encoding="utf-8")
    return check_folder(papers, shipped(at))


def pair(left: str, right: str, expect: str, more: str = "") -> str:
    told = ", verdict: certain, explanation: Fordi." if expect == "differ" else ""
    return f"  - {{id: p1, left: {left}, right: {right}, expect: {expect}{told}{more}}}\n"


CLAIM, CLAIM_2 = "{claim: doc-1, document: doc}", "{claim: other-1, document: other}"
P = "{cell: t, row: {k: a}, column: p, document: doc}"
N, N_2 = (
    "{cell: t, row: {k: a}, column: n, document: doc}",
    "{cell: t, row: {k: a}, column: n, document: other}",
)


@pytest.mark.parametrize(
    ("left", "right", "differ"),
    [
        (CLAIM, CLAIM_2, True),
        (CLAIM, P, False),
        (N, N_2, True),
        (N, "{number: 7}", False),
        # The finer is rounded as coarsely as the other is printed.
        (P, '{number: "56.4", document: other}', False),
        (P, '{number: "56.5", document: other}', True),
        (P, "{percent: [{number: 5640}, {number: 10000}]}", False),
        (P, "{percent: [{number: 5560}, {number: 10000}]}", False),
        (P, "{percent: [{number: 5549}, {number: 10000}]}", True),
        ('{text: "A", document: doc, line: "4"}', '{text: "B", document: other}', True),
        ('{text: "A"}', '{text: "A"}', False),
        ("{date_of: doc}", "{date_of: other}", True),
    ],
)
def test_the_difference_is_computed_not_believed(tmp_path: Path, left: str, right: str, differ: bool) -> None:
    declared = both(tmp_path / "a", pair(left, right, "differ"))
    undeclared = both(tmp_path / "b", pair(left, right, "agree"))
    if differ:
        assert (declared.ok, found(declared)) == (True, {"pair/p1": "certain"})
        assert declared.contradictions[0].explanation == "Fordi."
        assert (undeclared.ok, undeclared.unexpected[0].finding.id) == (False, "pair/p1")
    else:
        assert (declared.ok, declared.gone) == (False, ("pair/p1",))
        assert (undeclared.ok, found(undeclared)) == (True, {})


@pytest.mark.parametrize(
    ("number", "word", "differ"),
    [(60, "knap", False), (62, "knap", True), (56, "over", True), (55, "over", False)],
)
def test_a_word_in_a_pair(tmp_path: Path, number: int, word: str, differ: bool) -> None:
    left = f"{{number: {number}, unit: percent, document: other, line: '9'}}"
    report = both(tmp_path, pair(left, P, "agree", f", word: {word}"))
    assert list(found(report)) == (["pair/p1"] if differ else [])
    if differ:
        side = report.contradictions[0].finding.left
        assert (side.document, side.place, side.line, side.value) == ("other", "tekst", "9", str(number))


def test_a_pair_whose_document_is_not_there_is_left_out(tmp_path: Path) -> None:
    both(tmp_path, pair(CLAIM, CLAIM_2, "differ"))
    known = shipped(tmp_path)
    for name in ("doc", "other"):
        folder(
            known,
            {"check.yaml": (tmp_path / "papers" / name / "check.yaml").read_text(encoding="utf-8")},
            name,
        )
    (known / "pairs.yaml").write_text(f"pairs:\n{pair(CLAIM, CLAIM_2, 'differ')}", encoding="utf-8")
    report = check_folder(tmp_path / "papers" / "doc", known)
    assert (report.gone, found(report)) == ((), {})
    assert report.pairs[0].reason == "Dokumentet other er ikke med i det, der kontrolleres."


AGREE = """agree:
  - id: across
    left: {document: doc, table: t, columns: [n, p]}
    right: {document: other, table: t, columns: [n, p]}
    on: {k: k}
"""


def test_columns_of_two_documents(tmp_path: Path) -> None:
    """7 and 8 cases, 56 and 54 percent, drawn on two days: as near as later registration brings them."""
    report = both(tmp_path, "", more=AGREE)
    assert found(report) == {"doc/t/agree/across/a/n": "explainable", "doc/t/agree/across/a/p": "explainable"}
    assert not report.ok
    known = "known:\n" + "".join(
        f"  - {{id: doc/t/agree/across/a/{column}, verdict: explainable, explanation: Fordi.}}\n"
        for column in "np"
    )
    assert both(tmp_path, "", more=AGREE + known).ok
    assert both(tmp_path, "", {"t.csv": "k,n,p\na,7,56\n"}, AGREE + known).gone
    far = both(tmp_path, "", {"t.csv": "k,n,p\na,7,53\n"}, AGREE)
    assert found(far) == {"doc/t/agree/across/a/p": "certain"}


def test_known_of_a_comparison_that_cannot_be_made_is_not_missed(tmp_path: Path) -> None:
    both(tmp_path, "", more=AGREE)
    known = shipped(tmp_path)
    for name in ("doc", "other"):
        folder(
            known,
            {"check.yaml": (tmp_path / "papers" / name / "check.yaml").read_text(encoding="utf-8")},
            name,
        )
    noted = "known:\n  - {id: doc/t/agree/across/a/n, verdict: explainable, explanation: Fordi.}\n"
    (known / "pairs.yaml").write_text(AGREE + noted, encoding="utf-8")
    for name in ("doc", "other"):
        report = check_folder(tmp_path / "papers" / name, known)
        assert (report.gone, report.unexpected) == ((), ())


@pytest.mark.parametrize(
    ("pairs", "code"),
    [
        (pair(CLAIM, CLAIM_2, "agree", ", verdict: certain, explanation: x"), "CHECK-112"),
        (pair(CLAIM, CLAIM_2, "differ").replace(", explanation: Fordi.", ""), "CHECK-112"),
        (pair(CLAIM, CLAIM_2, "differ", ", word: sommetider"), "CHECK-113"),
        (pair(CLAIM, CLAIM_2, "differ", ", word: de fleste"), "CHECK-113"),
        (pair(CLAIM, CLAIM_2, "differ") * 2, "CHECK-116"),
        (pair(CLAIM, CLAIM_2, "måske"), "CHECK-103"),
        (pair(CLAIM, "{}", "agree"), "CHECK-108"),
        (pair(CLAIM, "{claim: c9, document: doc}", "agree"), "CHECK-107"),
        (pair(CLAIM, "{claim: c9, document: nowhere}", "agree"), "CHECK-107"),
        (pair(N, P, "agree"), "CHECK-114"),
        (pair(N, '{text: "7"}', "agree"), "CHECK-114"),
    ],
)
def test_faults_of_pairs(tmp_path: Path, pairs: str, code: str) -> None:
    (problem,) = problems(lambda: both(tmp_path, pairs))
    assert (problem.code, problem.place.file) == (code, "pairs.yaml")
    assert (problem.place.line or 0) >= 2


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("on: {k: k}", "on: {k: n}", "CHECK-106"),
        ("on: {k: k}", "on: {k: k}\n    same: {a: z}", "CHECK-106"),
        ("columns: [n, p]}\n    right", "columns: [n]}\n    right", "CHECK-103"),
        ("document: doc, table: t", "document: doc, table: u", "CHECK-107"),
        ("table: t, columns: [n, p]}\n    on", "table: t, columns: [n, k]}\n    on", "CHECK-107"),
        (
            "table: t, columns: [n, p]}\n    on",
            "table: t, rows: {z: a}, columns: [n, p]}\n    on",
            "CHECK-107",
        ),
    ],
)
def test_faults_of_comparisons(tmp_path: Path, before: str, after: str, code: str) -> None:
    assert before in AGREE
    assert [
        item.code for item in problems(lambda: both(tmp_path, "", more=AGREE.replace(before, after)))
    ] == [code]
