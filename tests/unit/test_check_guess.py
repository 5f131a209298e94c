"""Folders that say nothing of their tables: what is guessed, what is recognised, and what is left alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.checking.check import check_folder
from sagsbarometer.checking.check_report import as_json, as_lines
from sagsbarometer.checking.delimited import Delimited, read_delimited
from sagsbarometer.checking.guess import guessed
from sagsbarometer.kernel.rounding import percent
from tests.checks_in_tests import CLAIMS, PUBLISHED, checked, codes, folder, found, shipped

TABLE = """område,stadfæstet,hjemvist,ændret,sager,pct_hjemvist,omgørelsesprocent
Nord,10,5,5,20,25,50
Syd,30,6,4,40,15,25
Øst,7,2,1,10,20,30
Vest,50,30,20,100,30,50
I alt,97,43,30,170,25,43
"""


def test_sums_rows_and_percentages_are_found_by_most_of_the_numbers(tmp_path: Path) -> None:
    report = checked(tmp_path, {"tabel 4.2.csv": TABLE})
    assert report.ok
    assert report.documents[0].tally.compared == {"sum": 4, "parts": 5, "share": 10}
    assert report.documents[0].fit.cells == 10
    assert "gættet" in "\n".join(as_lines(report))


@pytest.mark.parametrize(
    ("before", "after", "ids"),
    [
        (
            "Syd,30,6",
            "Syd,30,7",
            [
                "parts/syd/sager",
                "share/syd/omgørelsesprocent",
                "share/syd/pct_hjemvist",
                "sum/i_alt/hjemvist",
            ],
        ),
        ("97,43,30,170", "97,43,30,171", ["parts/i_alt/sager", "sum/i_alt/sager"]),
        ("100,30,50", "100,30,51", ["share/vest/omgørelsesprocent"]),
        ("100,30,50", "100,31,50", ["share/vest/pct_hjemvist"]),
    ],
)
def test_what_falls_outside_is_told_as_explainable(
    tmp_path: Path, before: str, after: str, ids: list[str]
) -> None:
    assert before in TABLE
    report = checked(tmp_path, {"t.csv": TABLE.replace(before, after)})
    assert [item.finding.id for item in report.contradictions] == [f"doc/t/{id}" for id in ids]
    assert set(found(report).values()) == {"explainable"}
    assert all("opbygning er gættet" in item.explanation for item in report.contradictions)


@pytest.mark.parametrize(
    "table",
    [
        "navn,antal\nA,1\nB,2\nC,3\n",
        "navn,a,b,c\nA,1,2,5\nB,2,2,9\nC,3,1,1\n",
        "år,andel\n2022,30\n2023,31\n2024,33\n",
        "navn,antal,pct\nA,10,11\nB,20,29\nC,30,3\nI alt,70,90\n",  # half and half: no rule at all
        "x\n",
        "navn,note\nA,b\nA,b\n",
    ],
)
def test_a_table_without_rules_is_left_alone(tmp_path: Path, table: str) -> None:
    report = checked(tmp_path, {"t.csv": table})
    assert (found(report), report.documents[0].tally.compared) == ({}, {})


@given(st.lists(st.tuples(*[st.integers(0, 300)] * 3), min_size=3, max_size=12))
def test_a_table_made_by_the_rules_never_contradicts_what_is_guessed(
    rows: list[tuple[int, int, int]],
) -> None:
    """Whatever is guessed of such a table holds in at least four rows of five; the true rules hold in all."""
    lines = [
        (
            f"r{n}",
            *map(str, row),
            str(sum(row)),
            str(int(percent(row[1] + row[2], sum(row)))) if sum(row) else "0",
        )
        for n, row in enumerate(rows)
    ]
    table = guessed(Delimited("t.csv", ("label", "a", "b", "c", "n", "pct"), tuple(lines)), "t.csv")
    assert table["counts"] == ["a", "b", "c", "n"]
    assert table["percents"] == ["pct"]
    full = [row for row in rows if sum(row)]
    if len(full) >= 3 and all(all(row) for row in full):
        assert {"total": "n", "parts": ["a", "b", "c"]} in table["adds"]
        assert [item["percent"] for item in table["shares"]] == ["pct"]


def test_names_of_files_are_no_paths_and_ids_are_distinct(tmp_path: Path) -> None:
    report = checked(
        tmp_path, {"Tabel 1.csv": TABLE, "tabel-1.csv": TABLE, "4.csv": TABLE, ".skjult.csv": "x"}
    )
    assert sorted(report.documents[0].dossier.tables) == ["tabel_1", "tabel_1_x", "table_4"]


def test_every_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    assert (
        codes(lambda: checked(tmp_path, {"a.csv": "", "b.csv": "x,y\n1\n", "c.csv": "x\n1\n"}))
        == ["CHECK-102"] * 2
    )


def test_a_large_file_has_no_rules_guessed() -> None:
    rows = tuple((f"r{n}", "1", "1", "2") for n in range(2_001))
    assert "adds" not in guessed(Delimited("t.csv", ("label", "a", "b", "n"), rows), "t.csv")


def test_numbers_that_name_are_not_counted() -> None:
    """A year, a line or a number of a decision is no count, and 2,022 and 2,023 add to nothing."""
    columns = ("year", "source_line", "sag_nr", "n", "weeks")
    table = guessed(
        Delimited("t.csv", columns, (("2022", "7", "1", "5", "1.5"), ("2023", "8", "2", "6", "2"))), "t.csv"
    )
    assert (table["counts"], table["numbers"], table["key"]) == (["n"], ["weeks"], ["year"])


def test_claims_are_not_taken_for_a_table(tmp_path: Path) -> None:
    report = checked(
        tmp_path, {"claims.csv": CLAIMS + "c1,1,q,7,cases,,2024,,\n", "references.csv": "a,b\n1,2\n"}
    )
    assert report.documents[0].dossier.tables == {}


# --- what is told and not held against ---


@pytest.mark.parametrize(
    ("table", "line"),
    [
        (
            "navn,a,b,n\nA,11,2,13\nB,20,5,25\nC,31,7,38\nD,44,9,53\nE,5,1,90\nF,8,3,70\n",
            "  ikke gættet: rækker mod deres dele (4 af 6 passer) · n i doc/t.csv",
        ),
        (
            "navn,k,n,pct\nA,1,20,5\nB,3,20,15\nC,10,40,25\nD,7,50,99\n",
            "  ikke gættet: procenter mod antal (3 af 4 passer) · pct i doc/t.csv",
        ),
        ("navn,n\nA,10\nB,20\nI alt,31\n", "  ikke gættet: summer af rækker (0 af 1 passer) · doc/t.csv"),
    ],
)
def test_a_rule_too_few_rows_keep_is_told(tmp_path: Path, table: str, line: str) -> None:
    report = checked(tmp_path, {"t.csv": table})
    assert [told for told in as_lines(report) if "ikke gættet" in told] == [line]
    assert found(report) == {}
    assert len(as_json(report)["documents"][0]["not_guessed"]) == 1  # type: ignore[index]


def test_a_rule_that_mostly_fails_is_not_told(tmp_path: Path) -> None:
    assert "ikke gættet" not in "\n".join(as_lines(checked(tmp_path, {"t.csv": TABLE})))
    other = checked(tmp_path / "b", {"t.csv": "navn,a,b,c\nA,1,2,5\nB,2,2,9\nC,3,1,1\nD,5,5,10\n"})
    assert "ikke gættet" not in "\n".join(as_lines(other))


# --- Danish spreadsheets ---


def danish(table: str) -> str:
    return table.replace(",", ";")


def test_semicolons_are_read_as_commas_are(tmp_path: Path) -> None:
    wrong = TABLE.replace("Syd,30,6", "Syd,30,7")
    for table in (TABLE, wrong):
        commas = checked(tmp_path / "a", {"t.csv": table})
        semicolons = checked(tmp_path / "b", {"t.csv": "\ufeff" + danish(table).replace("\n", "\r\n")})
        assert found(semicolons) == found(commas)
        assert semicolons.documents[0].tally.compared == commas.documents[0].tally.compared


@pytest.mark.parametrize(
    ("text", "columns", "row"),
    [
        ("navn;uger;sager\nA;8,5;1.234\n", ("navn", "uger", "sager"), ("A", "8.5", "1234")),
        ("navn;n\nA, B og C;-1.234.567,25\n", ("navn", "n"), ("A, B og C", "-1234567.25")),
        ('"a, b, c";n\nx;1.5\n', ("a, b, c", "n"), ("x", "1.5")),
        ('"a; b; c",n\nx,1.234\n', ("a; b; c", "n"), ("x", "1.234")),
        ("navn\n8,5\n".replace(",", "."), ("navn",), ("8.5",)),
    ],
)
def test_the_header_tells_the_separator(
    tmp_path: Path, text: str, columns: tuple[str, ...], row: tuple[str, ...]
) -> None:
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    file = read_delimited(tmp_path / "t.csv", "t.csv")
    assert (file.columns, file.rows) == (columns, (row,))


@pytest.mark.parametrize("table", [TABLE.replace(",", "\t"), "x\n", "navn,antal\nA,1\nB,2\n"])
def test_a_folder_where_nothing_was_compared_is_not_well(tmp_path: Path, table: str) -> None:
    report = checked(tmp_path, {"t.csv": table})
    assert not report.ok
    assert report.nothing is not None
    assert report.nothing.code == "CHECK-117"
    lines = "\n".join(as_lines(report))
    assert "Fejl CHECK-117 doc\n  Ingen tal blev kontrolleret." in lines
    assert "Netop de kendte" not in lines
    assert as_json(report)["problems"] != []


# --- a shipped document under another name ---


def renamed(at: Path) -> Path:
    path = Path(shutil.copytree(PUBLISHED / "vidensopsamling_2022", at / "kopi"))
    for name in ("check.yaml", "claims.yaml"):
        (path / name).unlink()
    return path


def test_a_shipped_document_is_known_by_its_files(tmp_path: Path) -> None:
    report = check_folder(renamed(tmp_path), PUBLISHED)
    (document,) = report.documents
    assert (document.dossier.id, document.dossier.guessed, len(document.claims)) == (
        "vidensopsamling_2022",
        False,
        61,
    )


@pytest.mark.parametrize("change", ["column", "claim", "file"])
def test_another_column_claim_or_file_is_another_document(tmp_path: Path, change: str) -> None:
    path = renamed(tmp_path)
    if change == "file":
        (path / "table_1.csv").unlink()
    else:
        file, old, new = {
            "column": ("table_2.csv", "merits_cases,", "cases,"),
            "claim": ("claims.csv", "vid-001,", "vid-900,"),
        }[change]
        text = (path / file).read_text(encoding="utf-8")
        (path / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    report = check_folder(path, PUBLISHED)
    assert (report.documents[0].dossier.id, report.documents[0].dossier.guessed) == ("kopi", True)


def test_the_folder_of_another_document_is_not_looked_into(tmp_path: Path) -> None:
    known = shipped(tmp_path)
    folder(known, {"check.yaml": "document: doc\ntitle: T\npublisher: P\n"}, "doc")  # no tables to know it by
    report = check_folder(folder(tmp_path, {"t.csv": TABLE}, "mit"), known)
    assert report.documents[0].dossier.id == "mit"
