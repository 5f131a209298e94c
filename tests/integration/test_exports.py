"""The exports of a results folder, read back: every number is that of cells.csv and of the printed table."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sagsbarometer.measures.cells import COLUMNS, read_csv
from sagsbarometer.runs.appeals_tables import Job, make_tables
from tests.integration.test_appeals_revisions import DAY, deliver
from tests.registers_in_tests import layout_of

LAYOUT = """layout: small
title: {da: Små tal}
source: Prøve
tables:
  - id: one
    number: "1"
    title: {da: Sager}
    note: {da: En note.}
    stub: {da: Lovområde}
    periods: ["2023", "2024"]
    columns:
      - each: period
        columns:
          - {measure: decided, label: {da: Antal}}
          - {measure: reversal_rate, label: {da: Procent}}
    rows:
      - heading: {da: Love}
      - {each: law_area, values: [serviceloven, barnets_lov, sygedagpengeloven]}
      - total: {da: I alt}
      - {label: {da: Ord}, measure: keyword_cases, top: keyword, format: label}
  - id: two
    title: {da: Forløb}
    stub: {da: Tal}
    periods: ["2024"]
    columns: [{each: period}]
    rows: [{measure: decided}, {measure: reversal_rate}]
"""
# Nobody registered the law of case 5.
ROWS = [
    "1;2023-07-01;synthetic;2023-06-01;upheld;serviceloven;;",
    "2;2023-07-01;synthetic;2023-06-01;remitted;serviceloven;;reasons",
    "3;2024-07-01;synthetic;2024-06-03;remitted;barnets_lov;;reasons|time_limits",
    "4;2024-07-01;synthetic;2024-06-03;lapsed;sygedagpengeloven;;",
    "5;2024-07-01;synthetic;2024-06-03;upheld;;;",
]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports")
    layout_of(folder / "small", LAYOUT)
    register = deliver(folder / "r", ROWS, "rows.csv")
    make_tables(Job(register, str(folder / "small"), DAY, folder / "out"))
    return folder / "out"


def read_jsonstat(text: str) -> dict[tuple[str, ...], Any]:
    """The values of a JSON-stat 2.0 dataset by the ids of their categories, everything the format demands being there
    (https://json-stat.org/full/). Raises AssertionError."""
    data = json.loads(text)
    assert (data["version"], data["class"]) == ("2.0", "dataset")
    ids, size, dimension = data["id"], data["size"], data["dimension"]
    assert len(ids) == len(set(ids)) == len(size)
    assert set(dimension) == set(ids)
    categories = []
    for id, length in zip(ids, size, strict=True):
        assert set(dimension[id]) <= {"label", "category", "note", "extension", "href", "link"}
        category = dimension[id]["category"]
        assert set(category) <= {"index", "label", "child", "coordinates", "unit", "note"}
        index = category["index"]
        assert isinstance(index, list)
        assert len(index) == len(set(index)) == length
        assert set(category["label"]) == set(index)
        assert set(category.get("unit", {})) <= set(index)
        categories.append(index)
    keys = list(product(*categories))
    assert len(data["value"]) == len(keys)
    assert all(value is None or type(value) in (int, float) for value in data["value"])
    assert all(0 <= int(place) < len(keys) for place in data["status"])
    assert all(type(note) is str for note in data["note"])
    return dict(zip(keys, data["value"], strict=True))


def test_a_table_read_back_is_the_printed_one(out: Path) -> None:
    text = (out / "tabeller" / "tabel_1.json").read_text(encoding="utf-8")
    found = read_jsonstat(text)
    assert list(found)[:4] == [
        ("serviceloven", column)
        for column in ("2023_decided", "2023_reversal_rate", "2024_decided", "2024_reversal_rate")
    ]
    with (out / "tabeller" / "tabel_1.csv").open(encoding="utf-8") as file:
        head, *lines = csv.reader(file)
    own = [number for number, name in enumerate(head) if not name.endswith(", højst")][1:5]
    printed = [[row[number] for number in own] for row in lines][1:-1]  # without heading and the row of words
    numbers = list(found.values())
    for row, line in enumerate(printed):
        for column, said in enumerate(line):
            value = numbers[4 * row + column]
            assert said == ("" if value is None else str(int(value + 0.5)))


def test_a_table_tells_why_a_number_is_not_there(out: Path) -> None:
    data = json.loads((out / "tabeller" / "tabel_1.json").read_text(encoding="utf-8"))
    keys = list(read_jsonstat(json.dumps(data)))
    status = {keys[int(place)]: sign for place, sign in data["status"].items()}
    assert status["barnets_lov", "2023_decided"] == "-"  # the law was not in force
    assert status["sygedagpengeloven", "2024_reversal_rate"] == "0"  # no case on the merits
    assert status["barnets_lov", "2024_decided"] == "?"
    assert status["barnets_lov", "2024_reversal_rate"] == "†"  # of one case
    assert set(data["status"].values()) <= set(data["extension"]["status"])
    told = data["extension"]
    place = str(keys.index(("barnets_lov", "2024_decided")))
    assert (told["unknown"][place], told["bounds"][place]) == (1, [1.0, 2.0])
    assert told["counts"][str(keys.index(("serviceloven", "2023_reversal_rate")))] == [1, 2]
    words = {keys[int(at)][1]: word for at, word in told["words"].items()}
    assert words["2024_decided"] == "Begrundelse og Tidsfrister"


def test_a_table_says_what_it_is(out: Path) -> None:
    data = json.loads((out / "tabeller" / "tabel_1.json").read_text(encoding="utf-8"))
    assert data["label"] == "Tabel 1: Sager"
    assert (data["updated"], data["source"]) == (DAY, "Prøve")
    assert any("Opdigtede data" in note for note in data["note"])
    told = data["extension"]
    assert (told["origin"], told["draft"], told["data_date"]) == ("synthetic", "KLADDE", DAY)
    assert (told["generalisable"], told["why_not"][:12]) == ("no", "Alle afgjort")
    definitions = json.loads((out / "definitions.json").read_text(encoding="utf-8"))
    for id, defined in told["definitions"].items():
        assert defined["hash"] == definitions[id]["hash"]
    units = data["dimension"]["column"]["category"]["unit"]
    assert units["2023_decided"] == {"label": "sager", "decimals": 0}
    assert units["2023_reversal_rate"] == {"label": "procent", "decimals": 1}
    two = json.loads((out / "tabeller" / "two.json").read_text(encoding="utf-8"))
    assert "unit" not in two["dimension"]["column"]["category"]  # each row has its own
    assert list(read_jsonstat(json.dumps(two))) == [("decided", "2024"), ("reversal_rate", "2024")]


def test_cells_as_parquet_are_those_of_the_csv(out: Path) -> None:
    table = pq.read_table(out / "cells.parquet")
    assert tuple(table.column_names) == COLUMNS
    assert table.schema.field("numerator").type == pa.int64()
    assert table.schema.field("value").type == pa.decimal128(24, 6)
    assert table.schema.field("data_date").type == pa.date32()
    assert table.schema.metadata[b"origin"] == b"synthetic"
    cells = read_csv((out / "cells.csv").read_text(encoding="utf-8"))
    rows = table.to_pylist()
    assert len(rows) == len(cells)
    for row, cell in zip(rows, cells, strict=True):
        for name in COLUMNS:
            own = getattr(cell, name)
            if name == "data_date":
                assert row[name].isoformat() == own
            elif isinstance(own, Decimal):
                assert row[name] == own
            else:
                assert row[name] == own


def test_the_front_page_leads_to_them(out: Path) -> None:
    page = (out / "index.html").read_text(encoding="utf-8")
    assert 'href="cells.parquet"' in page
    assert 'href="tabeller/tabel_1.json"' in page
    listed = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["files"]
    assert {"cells.parquet", "tabeller/tabel_1.json"} <= set(listed)


def test_the_reader_of_this_test_refuses_what_is_no_jsonstat(out: Path) -> None:
    text = (out / "tabeller" / "tabel_1.json").read_text(encoding="utf-8")
    for change in (
        lambda data: data["value"].pop(),
        lambda data: data["size"].reverse(),
        lambda data: data["dimension"]["row"]["category"]["index"].append("x"),
        lambda data: data["status"].update({"99": "-"}),
    ):
        data = json.loads(text)
        change(data)
        with pytest.raises(AssertionError):
            read_jsonstat(json.dumps(data))
