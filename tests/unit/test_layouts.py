"""Layouts: what they become, and every fault of one told at its line."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.appeals.layouts.expand import Sheets, expand
from sagsbarometer.appeals.layouts.layout import Layout, load_layout
from sagsbarometer.appeals.layouts.needs import needs
from sagsbarometer.appeals.layouts.settle import Found, settled
from sagsbarometer.kernel.ids import ascii_id
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.measures.grid import Grid, GridRow
from sagsbarometer.measures.measure import Kind
from tests.registers_in_tests import CATALOGUE, MEASURES, ROOT, layout_of

SHIPPED = sorted(path.parent.name for path in (ROOT / "layouts").glob("*/layout.yaml"))


def shipped(name: str) -> Layout:
    """A layout as it is for a register with something in every column."""
    layout = load_layout(ROOT / "layouts" / name, MEASURES, CATALOGUE)
    return settled(layout, date(2025, 4, 11), Found({}, {}, date(2019, 1, 1), date(2025, 4, 1)))


def grid(sheets: Sheets, id: str) -> Grid:
    return next(item for item in sheets.grids if item.id == id)


def refs(row: GridRow) -> list[str]:
    return ["-" if place is None else " ".join(place.refs) for place in row.places]


@pytest.fixture(scope="module")
def annual() -> Sheets:
    return expand(shipped("annual_report_2024"), {})


# --- the tables that come with the program ---


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_layouts_ask_for_each_number_once(name: str) -> None:
    sheets = expand(shipped(name), {})
    keys = [item.ref for item in sheets.wanted]
    assert len(keys) == len(set(keys))
    placed = {
        ref
        for item in sheets.grids
        for row in item.rows
        for place in row.places
        if place
        for ref in place.refs
    }
    drawn = {ref for figure in sheets.figures for ref in figure.measures}
    assert placed | drawn == set(keys)
    for item in sheets.grids:
        ids = [row.id for row in item.rows]
        assert len(ids) == len(set(ids))
        assert all(len(row.places) == (0 if row.is_heading else len(item.columns)) for row in item.rows)
        assert all(row.label["da"] for row in item.rows)
        assert all(column.label["da"] for column in item.columns)


def test_the_annual_report_has_its_tables(annual: Sheets) -> None:
    assert [(item.number, len(item.rows), len(item.columns)) for item in annual.grids] == [
        ("4.2", 14, 6),
        ("4.3", 3, 8),
        ("4.4", 11, 8),
        ("4.5", 11, 3),
        ("4.7", 5, 3),
        ("4.8", 156, 7),
    ]


@pytest.mark.parametrize("number", ["4_2", "4_4", "4_5", "4_8"])
def test_rows_are_called_as_they_are_printed(annual: Sheets, number: str) -> None:
    with (ROOT / "published" / "aarsredegoerelse_2024" / f"table_{number}.csv").open(
        encoding="utf-8"
    ) as file:
        printed = [row.get("label") or row["provision"] or row["law_area"] for row in csv.DictReader(file)]
    rows = [row for row in grid(annual, f"table_{number}").rows if not row.is_heading]
    assert [row.label["da"] for row in rows] == printed


def test_table_4_8_has_each_law_areas_subjects_under_it(annual: Sheets) -> None:
    with (ROOT / "published" / "aarsredegoerelse_2024" / "table_4_8.csv").open(encoding="utf-8") as file:
        printed = [(row["law_area"], row["provision"]) for row in csv.DictReader(file)]
    rows = grid(annual, "table_4_8").rows
    for row, (area, provision) in zip(rows, printed, strict=True):
        level = 2 if provision else 0 if area == "Hovedtotal" else 1
        key = (
            f"case_subject={ascii_id(provision)}"
            if provision
            else ""
            if level == 0
            else f"law_area={ascii_id(area)}"
        )
        assert (row.level, refs(row)[3]) == (level, f"merits|{key}||2024")


def test_heads_of_a_period_span_its_columns(annual: Sheets) -> None:
    columns = grid(annual, "table_4_2").columns
    assert [(column.id, column.group["da"], column.label["da"]) for column in columns] == [
        ("2022_decided", "2022", "Antal"),
        ("2022_decided_part", "2022", "Procent"),
        ("2023_decided", "2023", "Antal"),
        ("2023_decided_part", "2023", "Procent"),
        ("2024_decided", "2024", "Antal"),
        ("2024_decided_part", "2024", "Procent"),
    ]
    assert [column.label["da"] for column in grid(annual, "table_4_5").columns] == ["2022", "2023", "2024"]
    outcomes = grid(annual, "table_4_3").columns
    assert [column.group.get("da", "") for column in outcomes] == [
        *(["Stadfæstet"] * 2),
        *(["Ændret/Ophævet"] * 2),
        *(["Hjemvist"] * 2),
        "",
        "",
    ]


def test_a_law_not_in_force_has_no_number_but_one_without_cases_has_nought(annual: Sheets) -> None:
    for table in ("table_4_2", "table_4_5"):
        rows = {row.id: row for row in grid(annual, table).rows}
        half = len(rows["barnets_lov"].places) // 3
        assert [place is None for place in rows["barnets_lov"].places] == [True] * 2 * half + [False] * half
        assert all(
            place is not None for row in rows.values() for place in row.places if row.id != "barnets_lov"
        )
    assert not any("law_area=barnets_lov||2023" in item.ref for item in annual.wanted)


def test_a_row_may_swap_what_the_columns_measure(annual: Sheets) -> None:
    rows = {row.label["da"]: row for row in grid(annual, "table_4_2").rows}
    assert refs(rows["Bortfaldne"])[:2] == ["lapsed|||2022", "lapsed_share|||2022"]
    assert [place.format for place in rows["Bortfaldne"].places if place][:2] == ["count", "percent"]
    assert rows["Heraf:"].is_heading
    assert rows["Heraf:"].places == ()
    assert (rows["Afgjorte sager i alt"].level, refs(rows["Afgjorte sager i alt"])[1]) == (
        0,
        "decided_part|||2022",
    )


def test_five_subjects_over_six_years() -> None:
    sheets = expand(shipped("legal_certainty_2026"), {})
    assert [(item.number, len(item.rows), len(item.columns)) for item in sheets.grids] == [
        (f"4.{number}", 9, 7) for number in range(1, 6)
    ]
    first = grid(sheets, "table_4_1")
    assert first.columns[-1].label["da"] == "Hele perioden"
    assert refs(first.rows[0])[-1] == "merits|series=home_training||2019/2024"
    breaks = {row.id: [(item.date, item.law) for item in row.breaks] for row in sheets.figures[0].rows}
    assert breaks["lost_earnings"] == [("2024-01-01", "same_content")]
    assert breaks["accompaniment_adults"] == []  # the new rules of 2018 lie before the first year shown


def test_seventeen_subjects_and_their_own_total() -> None:
    sheets = expand(shipped("knowledge_collection_2022"), {})
    with (ROOT / "published" / "vidensopsamling_2022" / "table_2.csv").open(encoding="utf-8") as file:
        printed = [row["case_topic_da"] for row in csv.DictReader(file)]
    rows = sheets.grids[0].rows
    assert [ascii_id(row.label["da"]) for row in rows] == [ascii_id(label) for label in printed]
    assert refs(rows[-1]) == [
        "reversal_rate|group=disability_support||2018-01/2022-11",
        "merits|group=disability_support||2018-01/2022-11",
        "merits|group=disability_support||2022-01/2022-11",
    ]


def test_measures_agree_with_the_law_on_what_is_on_the_merits_and_what_reverses() -> None:
    measures = shipped("annual_report_2024").measures
    merits = [id for id, item in CATALOGUE.outcomes.items() if item.on_the_merits]
    reversing = [id for id, item in CATALOGUE.outcomes.items() if item.reversed]
    rest = [id for id in CATALOGUE.outcomes if id not in merits]
    for id, outcomes in (("merits", merits), ("reversed", reversing), ("lapsed", rest)):
        assert set(_codes(measures[id].counts_text)) == set(outcomes)
    assert set(_codes(measures["reversal_rate"].counts_text)) == set(reversing)
    assert set(_codes(measures["reversal_rate"].base_text)) == set(merits)
    assert measures["decided_part"].kind is Kind.PART


def _codes(text: str) -> list[str]:
    return text.split("'")[1::2]


# --- what an author gets wrong ---

GOOD: dict[str, Any] = {
    "layout": "mine",
    "title": {"da": "Min"},
    "source": "Prøve",
    "tables": [
        {
            "id": "one",
            "title": {"da": "En"},
            "stub": {"da": "Emne"},
            "periods": ["2024"],
            "columns": [{"measure": "merits"}],
            "rows": [{"each": "law_area"}, {"total": {"da": "I alt"}}],
        }
    ],
}


def faults(folder: Path, data: Any) -> list[tuple[str, int | None]]:
    try:
        layout_of(folder, data)
    except Faults as found:
        return [(problem.code, problem.place.line) for problem in found.problems]
    return []


def changed(**table: Any) -> dict[str, Any]:
    return {**GOOD, "tables": [{**GOOD["tables"][0], **table}]}


def one_figure(**more: Any) -> dict[str, Any]:
    figure = {
        "id": "f",
        "kind": "bars",
        "title": {"da": "F"},
        "periods": ["2024"],
        "parts": [{"measure": "reversal_rate"}],
        "rows": [{"each": "law_area"}],
    }
    return {**GOOD, "figures": [{**figure, **more}]}


def own_measure(**more: Any) -> dict[str, Any]:
    return {"id": "x", "kind": "count", "label": {"da": "X"}, "base_label": {"da": "x"}, **more}


def test_the_good_one_has_no_fault(tmp_path: Path) -> None:
    assert faults(tmp_path, GOOD) == []


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("LAYOUT-101", {**GOOD, "title": None}),
        ("LAYOUT-101", {**GOOD, "hue": "red"}),
        ("LAYOUT-101", {**GOOD, "tables": {"id": "one"}}),
        ("LAYOUT-101", {key: value for key, value in GOOD.items() if key != "tables"}),
        ("LAYOUT-101", changed(title={"en": "One"})),
        ("LAYOUT-101", changed(columns=[])),
        ("LAYOUT-101", changed(columns=[{"measure": "merits", "each": "law_area"}])),
        ("LAYOUT-101", []),
        ("LAYOUT-102", {**GOOD, "tables": GOOD["tables"] * 2}),
        ("LAYOUT-102", changed(id="cases")),
        ("LAYOUT-102", changed(periods=["2023", "2023"], columns=[{"measure": "merits", "each": "period"}])),
        (
            "LAYOUT-102",
            {**GOOD, "tables": [{**GOOD["tables"][0], "id": id, "number": "1.1"} for id in ("one", "two")]},
        ),
        ("LAYOUT-103", changed(columns=[{"measure": "merit"}])),
        ("LAYOUT-103", changed(rows=[{"label": {"da": "X"}, "instead": {"merits": "merit"}}])),
        ("LAYOUT-103", changed(columns=[{"label": {"da": "X"}, "columns": [{"measure": "merit"}]}])),
        ("LAYOUT-104", changed(rows=[{"each": "law"}])),
        ("LAYOUT-104", changed(rows=[{"each": "group"}])),  # it has made none
        ("LAYOUT-104", changed(rows=[{"each": "law_area", "values": ["serviceloven", "selskabsloven"]}])),
        ("LAYOUT-104", changed(rows=[{"each": "law_area", "labels": {"x": {"da": "X"}}}])),
        ("LAYOUT-104", changed(where={"series": "x"})),
        ("LAYOUT-104", changed(rows=[{"measure": "merits", "top": "authority"}])),
        ("LAYOUT-105", changed(periods=["24"])),
        ("LAYOUT-105", changed(columns=[{"measure": "merits", "period": "2024/2023"}])),
        ("LAYOUT-106", changed(columns=[{"label": {"da": "X"}}])),
        ("LAYOUT-106", changed(periods=["2023", "2024"])),
        ("LAYOUT-106", changed(columns=[{"measure": "merits", "each": "period"}], rows=[{"each": "period"}])),
        ("LAYOUT-106", changed(columns=[{"measure": "merits", "each": "period", "period": "2023"}])),
        ("LAYOUT-106", changed(rows=[{"each": "period", "period": "2023"}])),
        ("LAYOUT-107", changed(columns=[{"measure": "merits", "format": "percent"}])),
        ("LAYOUT-107", changed(columns=[{"measure": "merits", "format": "label"}])),
        ("LAYOUT-108", changed(rows=[{"total": {"da": "X"}, "each": "law_area"}])),
        ("LAYOUT-108", changed(rows=[{"heading": {"da": "X"}, "measure": "merits"}])),
        ("LAYOUT-108", changed(rows=[{"total": {"da": "X"}, "values": ["serviceloven"]}])),
        ("LAYOUT-108", changed(rows=[{"each": "law_area", "then": {"total": {"da": "X"}}}])),
        ("LAYOUT-108", changed(rows=[{"instead": {"merits": "lapsed"}}])),
        ("LAYOUT-109", changed(columns=[{"measure": "keyword_cases"}])),
        (
            "LAYOUT-110",
            {
                **GOOD,
                "measures": [{"id": "x", "kind": "share", "label": {"da": "X"}, "base_label": {"da": "x"}}],
            },
        ),
        (
            "LAYOUT-110",
            {
                **GOOD,
                "measures": [
                    {
                        "id": "x",
                        "kind": "part",
                        "label": {"da": "X"},
                        "base_label": {"da": "x"},
                        "counts": "outcome == 'upheld'",
                    }
                ],
            },
        ),
        ("LAYOUT-101", {**GOOD, "measures": {"id": "x"}}),
        ("LAYOUT-103", one_figure(total="merit")),
        ("LAYOUT-104", one_figure(rows=[{"measure": "keyword_cases", "top": "keyword"}])),
        ("LAYOUT-106", one_figure(parts=[{"each": "period", "measure": "merits"}], total="merits")),
        ("LAYOUT-108", one_figure(rows=[{"heading": {"da": "X"}}])),
        ("LAYOUT-109", one_figure(total="keyword_cases")),
        ("LAYOUT-102", {**GOOD, "measures": [own_measure(id="merits")]}),
        (
            "LAYOUT-102",
            {**GOOD, "groups": [{"id": "x", "label": {"da": "X"}, "condition": "outcome == 'lapsed'"}] * 2},
        ),
        ("LAYOUT-104", {**GOOD, "measures": [own_measure(per="colour")]}),
        (
            "SPROG-202",
            {**GOOD, "groups": [{"id": "x", "label": {"da": "X"}, "condition": "outcome == 'kept'"}]},
        ),
        (
            "SPROG-201",
            {**GOOD, "groups": [{"id": "x", "label": {"da": "X"}, "condition": "case_id == '1'"}]},
        ),
    ],
)
def test_a_fault_has_its_code_and_its_line(tmp_path: Path, code: str, data: Any) -> None:
    found = faults(tmp_path, data)
    assert {item[0] for item in found} == {code}
    assert all(line for _, line in found) or not isinstance(data, dict)


def test_all_faults_of_both_files_are_told_at_once(tmp_path: Path) -> None:
    measures = tmp_path / "measures.yaml"
    measures.write_text(
        "complete: {selection: {da: x}, why_not: {da: x}}\nmeasures:\n"
        "  - {id: merits, kind: count, label: {da: M}, base_label: {da: b}, counts: \"outcome == 'won'\"}\n"
        "  - {id: share, kind: share, label: {da: M}, base_label: {da: b}}\n",
        encoding="utf-8",
    )
    text = """layout: mine
title: {da: Min}
source: s
tables:
  - id: one
    title: {da: En}
    stub: {da: Emne}
    periods: ["24"]
    columns:
      - {measure: merits}
      - {measure: nothing}
    rows:
      - each: law
      - {each: series, values: [x]}
"""
    with pytest.raises(Faults) as raised:
        layout_of(tmp_path / "mine", text, measures)
    texts = {problem.code: str(problem) for problem in raised.value.problems}
    assert "spørgsmål" not in texts["LAYOUT-105"]
    assert " · tabel " in texts["LAYOUT-105"]
    assert "»2024-03«" in texts["LAYOUT-105"]
    found = {(problem.code, problem.place.file, problem.place.line) for problem in raised.value.problems}
    assert found == {
        ("SPROG-202", "measures.yaml", 3),
        ("LAYOUT-110", "measures.yaml", 4),
        ("LAYOUT-105", "mine/layout.yaml", 8),
        ("LAYOUT-103", "mine/layout.yaml", 11),
        ("LAYOUT-104", "mine/layout.yaml", 13),
        ("LAYOUT-104", "mine/layout.yaml", 14),
    }


def test_measures_must_say_what_a_complete_count_is(tmp_path: Path) -> None:
    measures = tmp_path / "measures.yaml"
    measures.write_text("measures: []\n", encoding="utf-8")
    with pytest.raises(Faults) as raised:
        layout_of(tmp_path / "mine", {**GOOD, "tables": [], "figures": []}, measures)
    assert [(problem.code, problem.place.file) for problem in raised.value.problems] == [
        ("LAYOUT-101", "measures.yaml"),
        ("LAYOUT-101", "mine/layout.yaml"),
    ]


def test_a_missing_layout_is_told(tmp_path: Path) -> None:
    with pytest.raises(Faults) as raised:
        load_layout(tmp_path / "none", MEASURES, CATALOGUE)
    assert [problem.code for problem in raised.value.problems] == ["YAML-101"]


ODD = st.sampled_from(
    [
        None,
        5,
        "",
        "x",
        True,
        [],
        {},
        [None],
        ["x"],
        {"da": None},
        {"x": "y"},
        {"each": "period"},
        "period",
        "2024",
    ]
)


def _paths(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(data, dict | list):
        for key in data if isinstance(data, dict) else range(len(data)):
            yield from _paths(data[key], (*path, key))


def _put(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copied = dict(data) if isinstance(data, dict) else list(data)
    copied[path[0]] = _put(data[path[0]], path[1:], value)
    return copied


FULL: dict[str, Any] = {
    **GOOD,
    "measures": [own_measure(per="keyword")],
    "groups": [{"id": "mine", "label": {"da": "Mine"}, "condition": "outcome == 'lapsed'"}],
    "tables": [
        {
            **GOOD["tables"][0],
            "periods": ["2023", {"period": "2023/2024", "label": {"da": "Begge"}}],
            "where": {"outcome": "upheld"},
            "columns": [
                {
                    "each": "period",
                    "label": {"da": "H"},
                    "columns": [{"measure": "merits", "format": "count"}],
                }
            ],
            "rows": [
                {"each": "law_area", "values": ["serviceloven"], "labels": {"serviceloven": {"da": "S"}}},
                {"each": "law_area", "then": {"each": "case_subject"}},
                {"heading": {"da": "Heraf"}},
                {"label": {"da": "L"}, "instead": {"merits": "lapsed"}, "where": {"group": "mine"}},
                {"measure": "x", "top": "keyword", "format": "label"},
            ],
        }
    ],
    "figures": [
        {
            "id": "f",
            "kind": "series",
            "title": {"da": "F"},
            "periods": ["2023", "2024"],
            "parts": [{"each": "period", "measure": "reversal_rate"}],
            "rows": [{"each": "series"}],
        },
        {
            "id": "g",
            "kind": "columns",
            "title": {"da": "G"},
            "periods": ["2023", "2024"],
            "parts": [{"id": "upheld", "measure": "upheld", "label": {"da": "S"}}],
            "rows": [{"each": "period"}],
            "total": "decided",
        },
    ],
}
PLACES = list(_paths(FULL))


@given(path=st.sampled_from(PLACES), value=ODD)
def test_whatever_stands_in_a_layout_it_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, path: tuple[Any, ...], value: Any
) -> None:
    folder = tmp_path_factory.mktemp("odd")
    try:
        layout = layout_of(folder, _put(FULL, path, value))
    except Faults as found:
        assert found.problems
    else:
        assert needs(layout).columns
        assert expand(layout, {}).wanted


def test_the_full_one_has_no_fault(tmp_path: Path) -> None:
    assert faults(tmp_path, FULL) == []


# --- what a layout can say ---


def one_table(tmp_path: Path, **table: Any) -> Grid:
    return expand(layout_of(tmp_path, changed(**table)), {}).grids[0]


def test_groups_in_groups_have_both_in_their_key_unless_the_law_puts_one_under_the_other(
    tmp_path: Path,
) -> None:
    found = one_table(tmp_path, rows=[{"each": "outcome", "values": ["upheld"], "then": {"each": "result"}}])
    assert [refs(row)[0] for row in found.rows] == [
        "merits|outcome=upheld||2024",
        "merits|outcome=upheld;result=grant||2024",
        "merits|outcome=upheld;result=partial_refusal||2024",
        "merits|outcome=upheld;result=refusal||2024",
    ]
    assert [row.level for row in found.rows] == [1, 2, 2, 2]


def test_all_subjects_are_those_in_force_in_a_period_and_listed_ones_are_all_of_them(tmp_path: Path) -> None:
    old = "merudgiftydelse_41_tilbagebetaling"
    every = one_table(tmp_path, rows=[{"each": "case_subject"}])
    assert old not in {row.id for row in every.rows}
    before = one_table(tmp_path, rows=[{"each": "case_subject"}], periods=["2023"])
    assert old in {row.id for row in before.rows}
    listed = one_table(tmp_path, rows=[{"each": "case_subject", "values": [old]}])
    assert [row.places for row in listed.rows] == [(None,)]


def test_a_row_goes_before_a_column_and_a_column_before_the_table(tmp_path: Path) -> None:
    found = one_table(
        tmp_path,
        where={"outcome": "upheld"},
        columns=[
            {"measure": "merits"},
            {"measure": "merits", "where": {"outcome": "remitted"}, "period": "2023"},
        ],
        rows=[
            {"label": {"da": "A"}},
            {"label": {"da": "B"}, "where": {"outcome": "lapsed"}, "measure": "decided"},
        ],
    )
    assert [refs(row) for row in found.rows] == [
        ["merits|outcome=upheld||2024", "merits|outcome=remitted||2023"],
        ["decided|outcome=lapsed||2024", "decided|outcome=lapsed||2023"],
    ]


def test_rows_and_heads_that_say_the_same_are_still_each_their_own(tmp_path: Path) -> None:
    row = {"each": "outcome", "values": ["upheld"], "then": {"each": "result", "values": ["grant"]}}
    found = one_table(tmp_path, rows=[row, row])
    assert [row.id for row in found.rows] == ["upheld", "grant", "upheld_2", "grant_2"]
    head = {"each": "period", "columns": [{"measure": "merits"}]}
    found = one_table(tmp_path, periods=["2023", "2024"], columns=[head, head])
    assert [column.group["da"] for column in found.columns] == ["2023", "2024", "2023", "2024"]


def test_columns_of_one_head_stand_together_period_by_period(tmp_path: Path) -> None:
    head = {
        "each": "period",
        "columns": [{"measure": "merits"}, {"measure": "decided", "label": {"da": "Alle"}}],
    }
    found = one_table(
        tmp_path, periods=["2023", "2024"], columns=[head, {"measure": "lapsed", "period": "2022"}]
    )
    assert [(column.group.get("da"), column.label["da"]) for column in found.columns] == [
        ("2023", "Realitetsbehandlede sager"),
        ("2023", "Alle"),
        ("2024", "Realitetsbehandlede sager"),
        ("2024", "Alle"),
        (None, "Bortfaldne og afviste sager"),
    ]
    assert refs(found.rows[-1])[-1] == "lapsed|||2022"


def test_a_measure_of_the_layouts_own(tmp_path: Path) -> None:
    own = {
        "id": "quick",
        "kind": "share",
        "label": {"da": "Afgjort inden fire uger"},
        "base_label": {"da": "afgjorte sager"},
        "base": "state(received_on) == 'answered'",
        "counts": "decided_on <= received_on + 28 days",
    }
    layout = layout_of(tmp_path, {**changed(columns=[{"measure": "quick"}]), "measures": [own]})
    assert layout.measures["quick"].questions == ("decided_on", "received_on")
    assert layout.measures["quick"].unit == "percent"


def test_the_same_files_have_the_same_hash_and_a_change_another(tmp_path: Path) -> None:
    one, same = layout_of(tmp_path / "a", GOOD), layout_of(tmp_path / "b", GOOD)
    other = layout_of(tmp_path / "c", changed(periods=["2023"]))
    assert one.hash == same.hash != other.hash


def test_the_date_of_a_measure_is_part_of_its_definition(tmp_path: Path) -> None:
    def own(day: str) -> str:
        measure = {
            "id": "mine",
            "kind": "count",
            "label": {"da": "M"},
            "base_label": {"da": "b"},
            "date": day,
        }
        data = {**changed(columns=[{"measure": "mine"}]), "measures": [measure]}
        return layout_of(tmp_path / day, data).measures["mine"].hash

    assert own("received_on") != own("decided_on")


def test_ladders_have_every_condition_of_the_law_in_its_order() -> None:
    figures = expand(shipped("legal_certainty_2026"), {}).figures
    ladders = [[row.condition for row in figure.rows] for figure in figures if figure.kind == "ladder"]
    provisions = ["barnets_lov/85", "barnets_lov/87", "serviceloven/85", "serviceloven/97", "serviceloven/83"]
    assert ladders == [
        [id for id in CATALOGUE.conditions if id.startswith(f"{provision}/")] for provision in provisions
    ]
