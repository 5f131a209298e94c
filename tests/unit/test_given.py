"""Tables from elsewhere: read with every fault told, marked as given, and counted with nothing."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from sagsbarometer.appeals.layouts.layout import MEASURES, Layout, load_layout
from sagsbarometer.catalogue.catalogue import load_catalogue
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.measures.cells import ResultSet
from sagsbarometer.measures.given import Given, GivenColumn
from sagsbarometer.reporting.contract import Edition, Standing
from sagsbarometer.reporting.document import Paragraph, Table, plain, walk
from sagsbarometer.reporting.files import read_sources
from tests.conftest import ROOT

GIVEN = Given(
    "table_9",
    {"da": "Ventetid", "en": "Waiting"},
    {"da": "En anden rapport, tabel 9", "en": "Another report"},
    (GivenColumn("year", {"da": "År"}), GivenColumn("weeks", {"da": "Uger"}, "value")),
    (("2023", "1417.5"), ("2024", "")),
    ("2023", "2024"),
    "9",
    {"da": "Registret har ikke datoen."},
)


def edition(language: str = "da") -> Edition:
    results = ResultSet((), {"origin": "real", "data_date": ""})
    return Edition(
        "T", "", "Kilde: X", language, "real", "", Standing(), "", "0", {}, (), results, given=(GIVEN,)
    )  # fmt: skip


def read(text: str, language: str = "da") -> tuple[tuple[object, ...], set[str]]:
    documents, problems = read_sources(edition(language), [("report.md", f"---\ntitle: T\n---\n\n{text}\n")])
    return tuple(walk(documents[0].blocks)) if documents else (), {problem.code for problem in problems}


def test_it_is_marked_as_given_with_its_source_and_why() -> None:
    blocks, problems = read("::given table_9")
    (table,) = [block for block in blocks if isinstance(block, Table)]
    assert not problems
    assert table.caption == "Tabel 9: Ventetid"
    assert table.notes == (
        "Oplyst, ikke regnet her: tabellen er taget fra kilden, som den står dér.",
        "Registret har ikke datoen.",
        "Kilde: En anden rapport, tabel 9",
    )
    assert [[cell.text for cell in row] for row in table.rows] == [["2023", "1.417,5"], ["2024", "–"]]


def test_in_english_it_says_so_in_english() -> None:
    blocks, _ = read("::given table_9", "en")
    (table,) = [block for block in blocks if isinstance(block, Table)]
    assert table.caption == "Table 9: Waiting"
    assert table.rows[0][1].text == "1,417.5"
    assert table.notes[0].startswith("Given, not computed here")


def test_a_number_of_it_is_written_and_is_no_number_of_ours() -> None:
    blocks, problems = read("# Tid\n\nDet tog {table_9.2023.weeks:given} uger.\n\n::given table_9")
    (paragraph,) = [block for block in blocks if isinstance(block, Paragraph)]
    assert not problems
    assert plain(paragraph.children) == "Det tog 1.417,5 uger."
    assert plain(paragraph.children, without_fixed=True).split() == ["Det", "tog", "uger."]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("::given table_8", "RAPPORT-125"),
        ("::given table_9\n\n::given table_9", "RAPPORT-114"),
        ("{table_9.2022.weeks:given}", "RAPPORT-123"),
        ("{table_9.2023.days:given}", "RAPPORT-123"),
        ("{table_9.2023.weeks:count}", "RAPPORT-104"),
        ("{table_9.2023.weeks - table_9.2024.weeks:given}", "RAPPORT-104"),
    ],
)
def test_what_it_has_not_is_a_fault(text: str, code: str) -> None:
    _, problems = read(text)
    assert code in problems


LAYOUT = """layout: mit
title: {{da: Mit, en: Mine}}
source: X
tables:
  - id: t
    title: {{da: T, en: T}}
    stub: {{da: År, en: Year}}
    periods: ["2024"]
    columns: [{{measure: merits}}]
    rows: [{{total: {{da: Alle, en: All}}}}]
given:
  - id: g
    title: {{da: G, en: G}}
    source: {{da: S, en: S}}
    {of}
    row: year
    columns:
      - {{id: year, label: {{da: År, en: Year}}}}
      - {{id: weeks, kind: value, label: {{da: Uger, en: Weeks}}}}
"""


def layout(tmp_path: Path, of: str, content: str = "year,weeks\n2023,17.5\n2024,26.3\n") -> Layout:
    folder = tmp_path / "mit"
    folder.mkdir()
    (folder / "layout.yaml").write_text(LAYOUT.format(of=of), encoding="utf-8")
    (folder / "data.csv").write_text(content, encoding="utf-8")
    (tmp_path / "uden_for.csv").write_text(content, encoding="utf-8")
    return load_layout(folder, ROOT / "layouts" / MEASURES, load_catalogue(ROOT / "law"))


def test_a_layout_reads_its_file_and_the_rows_it_wants(tmp_path: Path) -> None:
    (given,) = layout(tmp_path, 'file: data.csv\n    where: {year: "2024"}').given
    assert given.rows == (("2024", "26.3"),)
    assert given.cell("2024", "weeks") == "26.3"
    assert given.cell("2023", "weeks") is None


@pytest.mark.parametrize(
    ("of", "content"),
    [
        ("file: findes_ikke.csv", "year,weeks\n2024,1\n"),
        ("file: ../uden_for.csv", "year,weeks\n2024,1\n"),
        ("published: ../law/acts.yaml", "year,weeks\n2024,1\n"),
        ("file: data.csv", "year,uger\n2024,1\n"),
        ("file: data.csv", "year,weeks\n2024,mange\n"),
        ("file: data.csv", "year,weeks\n2024,1\n2024,2\n"),
        ("file: data.csv", "year,weeks\n"),
        ('file: data.csv\n    where: {year: "1999"}', "year,weeks\n2024,1\n"),
        ("file: data.csv", "year,weeks\n0102031234,1\n"),
    ],
)
def test_a_file_that_is_not_as_said_is_a_fault(tmp_path: Path, of: str, content: str) -> None:
    with pytest.raises(Faults) as raised:
        layout(tmp_path, of, content)
    assert [problem.code for problem in raised.value.problems] == ["LAYOUT-128"]
    assert "0102031234" not in str(raised.value.problems[0])


def test_the_shares_of_criticism_are_those_the_source_tells() -> None:
    """layouts/knowledge_collection_2022/criticism.csv holds every share of figure_1_facts.csv, and no other."""
    columns = {
        "Undersøgelsesprincippet (officialprincippet)": "facts",
        "Begrundelse": "reasons",
        "Tidsfrister": "time_limits",
    }
    path = ROOT / "published" / "vidensopsamling_2022" / "figure_1_facts.csv"
    with path.open(encoding="utf-8", newline="") as file:
        told = {
            (
                columns[row["criticism_type_da"]],
                row["provision"].split("§")[-1].strip().split(",")[0],
                row["percent_of_merits_cases"],
            )
            for row in csv.DictReader(file)
            if row["percent_of_merits_cases"]
        }
    with (ROOT / "layouts" / "knowledge_collection_2022" / "criticism.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        shown = {
            (column, row["subject"].split("§")[-1].strip().split(",")[0], row[column])
            for row in csv.DictReader(file)
            for column in columns.values()
            if row[column]
        }
    assert shown == told
    assert len(shown) == 7
