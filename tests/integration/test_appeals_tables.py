"""`appeals tables`: a register as of a date to a results folder, by command and by function."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sagsbarometer.cli.main import app
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.measures.cells import read_csv
from sagsbarometer.runs.appeals_import import Job as Import
from sagsbarometer.runs.appeals_import import import_registrations
from sagsbarometer.runs.appeals_tables import Job, make_tables
from sagsbarometer.runs.compare import loaded_run
from sagsbarometer.runs.register_layout import layout_folder
from sagsbarometer.store import engine
from tests.registers_in_tests import ROOT, layout_of

HEADER = "case_id;registered_at;origin;decided_on;outcome;law_area;case_subject;keywords;reasons"
OLD, NEW = "tabt_arbejdsfortjeneste_42_43_tilbagebetaling", "social_tabt_arbejdsfortjeneste_87_88"
# Case 3 was remitted as of 11 April 2025 and amended from 1 May; case 5 was registered in May.
ROWS = [
    f"1;2023-07-01;synthetic;2023-06-01;upheld;serviceloven;{OLD};;",
    f"2;2023-07-01;synthetic;2023-06-01;remitted;serviceloven;{OLD};reasons;facts_or_reasons",
    f"3;2024-07-01;synthetic;2024-06-03;remitted;barnets_lov;{NEW};reasons|time_limits;facts_or_reasons",
    "4;2024-07-01;synthetic;2024-06-03;lapsed;sygedagpengeloven;;;",
    f"3;2025-05-01;synthetic;2024-06-03;amended;barnets_lov;{NEW};reasons|time_limits;facts_or_reasons",
    f"5;2025-05-01;synthetic;2024-06-04;upheld;barnets_lov;{NEW};;",
]
RECEIVED = ("2024-11-01", "2024-12-31", "2025-01-02")
runner = CliRunner()


def register_of(folder: Path, rows: list[str], header: str = HEADER) -> Path:
    """A register with one delivery."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rows.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    (folder / "mapping.yaml").write_text("mapping: own\nrest: same\n", encoding="utf-8")
    import_registrations(Import(folder / "rows.csv", folder / "mapping.yaml", folder / "register"))
    return folder / "register"


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return register_of(tmp_path_factory.mktemp("small"), ROWS)


SMALL = """layout: small
title: {da: Små tal}
source: Prøve
tables:
  - id: one
    number: "1"
    title: {da: Sager}
    stub: {da: Lovområde}
    periods: ["2023", "2024"]
    columns:
      - each: period
        columns:
          - {measure: decided, label: {da: Antal}}
          - {measure: reversal_rate, label: {da: Procent}}
    rows:
      - {each: law_area, values: [serviceloven, barnets_lov, sygedagpengeloven]}
      - total: {da: I alt}
      - {label: {da: Ord}, measure: keyword_cases, top: keyword, format: label}
"""


@pytest.fixture
def layout(tmp_path: Path) -> Path:
    layout_of(tmp_path / "small", SMALL)
    return tmp_path / "small"


def run(
    register: Path, layout: Path | str, out: Path, as_of: str = "2025-04-11", **more: Any
) -> dict[str, Any]:
    """Makes the tables and returns the cells by key: numerator, denominator."""
    make_tables(Job(register, str(layout), as_of, out, **more))
    cells = read_csv((out / "cells.csv").read_text(encoding="utf-8"))
    return {cell.ref: (cell.numerator, cell.denominator) for cell in cells}


def codes(job: Job) -> list[str]:
    with pytest.raises(Faults) as raised:
        make_tables(job)
    return [problem.code for problem in raised.value.problems]


def test_the_table_as_of_two_dates(register: Path, layout: Path, tmp_path: Path) -> None:
    april = run(register, layout, tmp_path / "april")
    assert april["decided|||2024"] == (2, 2)
    assert april["reversal_rate|||2023"] == (1, 2)
    assert april["reversal_rate|law_area=barnets_lov||2024"] == (1, 1)
    assert "decided|law_area=barnets_lov||2023" not in april
    may = run(register, layout, tmp_path / "may", "2025-05-01")
    assert may["decided|||2024"] == (3, 3)
    assert may["reversal_rate|law_area=barnets_lov||2024"] == (1, 2)


def test_the_table_is_printed_as_it_is_laid_out(register: Path, layout: Path, tmp_path: Path) -> None:
    run(register, layout, tmp_path / "out")
    with (tmp_path / "out" / "tabeller" / "tabel_1.csv").open(encoding="utf-8") as file:
        rows = [row[:5] for row in csv.reader(file)]
    assert rows == [
        ["Lovområde", "2023 Antal", "2023 Procent", "2024 Antal", "2024 Procent"],
        ["Serviceloven", "2", "50", "0", ""],
        ["Barnets lov", "", "", "1", "100"],
        ["Sygedagpengeloven", "0", "", "1", ""],
        ["I alt", "2", "50", "2", "100"],
        ["Ord", "Begrundelse", "Begrundelse", "Begrundelse og Tidsfrister", "Begrundelse og Tidsfrister"],
    ]


def test_the_folder_says_what_it_was_made_of(register: Path, layout: Path, tmp_path: Path) -> None:
    run(register, layout, tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    listed = json.loads((register / "register.json").read_text(encoding="utf-8"))["deliveries"][0]
    assert (manifest["kind"], manifest["schema_version"]) == ("results", 1)
    assert (manifest["data_date"], manifest["origin"]) == ("2025-04-11", "synthetic")
    assert manifest["layout"]["id"] == "small"
    assert manifest["register"]["deliveries"][0]["sha256"] == listed["sha256"]
    assert set(manifest["measures"]) == {"decided", "reversal_rate", "keyword_cases"}
    assert {"cells.csv", "definitions.json", "rapport.html", "rapport.pdf", "tabeller.xlsx"} <= set(
        manifest["files"]
    )
    definitions = json.loads((tmp_path / "out" / "definitions.json").read_text(encoding="utf-8"))
    assert definitions["keyword_cases"]["per"] == "keyword"
    assert definitions["decided"]["date"] == "decided_on"


def test_the_same_register_gives_the_same_bytes_also_after_later_registrations(
    register: Path, layout: Path, tmp_path: Path
) -> None:
    earlier = register_of(tmp_path / "earlier", ROWS[:4])
    run(register, layout, tmp_path / "a")
    run(register, layout, tmp_path / "b")
    run(earlier, layout, tmp_path / "c")
    files = {
        path.relative_to(tmp_path / "a")
        for path in (tmp_path / "a").rglob("*")
        if path.is_file() and path.name != "run.json"
    }
    assert len(files) > 8
    for name in files:
        first = (tmp_path / "a" / name).read_bytes()
        assert (tmp_path / "b" / name).read_bytes() == first, name
        if name.name not in ("manifest.json", "leveringer.html"):  # which tell the deliveries
            assert (tmp_path / "c" / name).read_bytes() == first, name


def test_all_numbers_come_from_one_query(
    register: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    execute = engine.run_duckdb
    monkeypatch.setattr(
        engine, "run_duckdb", lambda expression: asked.append(expression) or execute(expression)
    )
    run(register, "annual_report_2024", tmp_path / "out")
    assert len(asked) == 1


RICH = "case_id;registered_at;origin;received_on;decided_on;outcome;law_area;authority;category;reference"
RICH_ROWS = [
    f"{number};2025-01-10;{{origin}};{2021 + number % 4}-0{1 + number % 9}-05;"
    f"{f'{2021 + number % 4}-1{number % 3}-20' if number % 6 else ''};"
    f"{('upheld', 'reversed', 'remitted', 'lapsed')[number % 4] if number % 6 else ''};serviceloven;"
    f"{{{('first', 'second', 'third')[number % 3]}}};{('a', 'b')[number % 2]};{number:05d}"
    for number in range(120)
]
RICH_MAPPING = """mapping: own
rest: same
own:
  category: {from: category, type: code, label: {da: Sagstype}}
  reference: {from: reference, type: text, label: {da: Journalnummer}}
"""


def rich_in(folder: Path, origin: str, codes: tuple[str, str, str]) -> Path:
    """A register with columns of its own, one of them of as many values as there are cases, and three authorities."""
    first, second, third = codes
    rows = [row.format(origin=origin, first=first, second=second, third=third) for row in RICH_ROWS]
    folder.mkdir(exist_ok=True)
    (folder / "rows.csv").write_text("\n".join([RICH, *rows]) + "\n", encoding="utf-8")
    (folder / "mapping.yaml").write_text(RICH_MAPPING, encoding="utf-8")
    import_registrations(Import(folder / "rows.csv", folder / "mapping.yaml", folder / "register"))
    return folder / "register"


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Invented cases of authorities that are none."""
    return rich_in(tmp_path_factory.mktemp("rich"), "synthetic", ("902", "903", "901"))


@pytest.mark.parametrize(
    ("origin", "codes_", "refused"),
    [
        ("synthetic", ("751", "902", "901"), True),
        ("reconstructed", ("Aarhus Kommune", "902", "901"), True),
        ("synthetic", ("902", "903", "901"), False),
        ("real", ("751", "101", "901"), False),
    ],
)
def test_cases_that_are_not_real_do_not_stand_beside_a_real_authority(
    tmp_path: Path, origin: str, codes_: tuple[str, str, str], refused: bool
) -> None:
    register = rich_in(tmp_path / "in", origin, codes_)
    out = tmp_path / "out"
    asked = ["appeals", "tables", "--register", str(register), "--as-of", "2025-02-01", "--out", str(out)]
    result = runner.invoke(app, [*asked, "--layout", "overview"])
    assert (result.exit_code, "FORSKEL-101" in result.output) == ((4, True) if refused else (0, False))
    assert out.exists() is not refused
    # What asks nothing of authorities is made all the same.
    if refused:
        assert runner.invoke(app, [*asked, "--layout", "annual_report_2024"]).exit_code == 0
        overview = ["appeals", "overview", str(tmp_path / "in" / "rows.csv"), "--mapping"]
        more = [str(tmp_path / "in" / "mapping.yaml"), "--register", str(register), "--out", str(out / "o")]
        assert runner.invoke(app, [*overview, *more]).exit_code == 4


def test_real_authorities_stand_by_name_not_by_number(tmp_path: Path) -> None:
    register = rich_in(tmp_path / "in", "real", ("751", "101", "901"))
    run(register, "overview", tmp_path / "out", "2025-02-01")
    text = re.sub(r"<[^>]+>", " ", (tmp_path / "out" / "overblik.html").read_text(encoding="utf-8"))
    assert "Aarhus" in text
    with (tmp_path / "out" / "tabeller" / "by_authority.csv").open(encoding="utf-8") as file:
        rows = [row[0] for row in csv.reader(file)]
    assert rows == ["Myndighed", "901", "København", "Aarhus", "Alle"]


def test_the_overview_fits_a_register_it_was_not_written_for(rich: Path, tmp_path: Path) -> None:
    run(rich, "overview", tmp_path / "out", "2025-02-01")
    made = {path.stem for path in (tmp_path / "out" / "tabeller").glob("*.csv")}
    assert {"key", "flow", "outcomes", "times", "pending_age", "by_own_category", "by_authority"} <= made
    assert not {"by_own_reference", "priority", "whole_way", "registered_times"} & made
    text = re.sub(r"<[^>]+>", " ", (tmp_path / "out" / "overblik.html").read_text(encoding="utf-8"))
    assert "omgørelsesprocent efter sagstype" in text
    assert "Sagsbehandlingstid med og uden forrang" not in text


def test_the_overview_of_the_smallest_register(register: Path, tmp_path: Path) -> None:
    run(register, "overview", tmp_path / "out", "2025-04-11")
    made = {path.stem for path in (tmp_path / "out" / "tabeller").glob("*.csv")}
    assert {"key", "flow", "outcomes", "by_area"} <= made
    assert not {"times", "by_month", "by_authority"} & made


def test_a_register_with_nothing_to_show_is_told_so(tmp_path: Path) -> None:
    rows = ["1;2023-07-01;synthetic;;;serviceloven;;;"]
    folder = register_of(tmp_path / "empty", rows)
    assert codes(Job(folder, "overview", "2025-04-11", tmp_path / "out")) == ["LAYOUT-124"]


def test_a_register_with_nothing_decided_tells_what_came_and_what_waits(tmp_path: Path) -> None:
    rows = [f"{n};2025-02-01;synthetic;;;serviceloven;;;;{day}" for n, day in enumerate(RECEIVED)]
    folder = register_of(tmp_path / "new", rows, f"{HEADER};received_on")
    found = run(folder, "overview", tmp_path / "out", "2025-02-28")
    assert found["received|||2024"] == (2, 2)
    assert found["received|||2025"] == (1, 1)
    assert found["pending|||2024"] == (2, 2)
    assert found["pending|||2025-01"] == (3, 3)
    assert {path.stem for path in (tmp_path / "out" / "tabeller").glob("*.csv")} == {
        "undecided",
        "undecided_celler",
        "undecided_age",
        "undecided_age_celler",
    }
    text = (tmp_path / "out" / "overblik.html").read_text(encoding="utf-8")
    assert "Registret har ingen afgjorte sager." in text


def test_the_overview_takes_two_queries_however_many_tables(
    rich: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    execute = engine.run_duckdb
    monkeypatch.setattr(
        engine, "run_duckdb", lambda expression: asked.append(expression) or execute(expression)
    )
    run(rich, "overview", tmp_path / "out", "2025-02-01")
    assert len(asked) == 2  # what there is, and the counts of all of it


def test_one_object_on_stdout(rich: Path, tmp_path: Path) -> None:
    arguments = [
        "appeals",
        "tables",
        "--register",
        str(rich),
        "--layout",
        "overview",
        "--as-of",
        "2025-02-01",
    ]
    done = runner.invoke(app, [*arguments, "--out", str(tmp_path / "out"), "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["schema_version"], told["data_date"], told["cases"]) == (1, "2025-02-01", 120)
    assert {"result", "row", "period", "numerator", "unit", "value"} <= set(told["cells"][0])
    refused = runner.invoke(app, [*arguments, "--out", str(tmp_path / "out"), "--json"])
    assert (refused.exit_code, json.loads(refused.stdout)["problems"][0]["code"]) == (2, "MAPPE-101")
    listed = json.loads(runner.invoke(app, ["appeals", "measures", "--json"]).stdout)
    assert {item["id"] for item in listed["clocks"]} >= {"board_days", "citizen_days"}
    assert all(item["formula"]["da"] and item["source"] and item["unit"] for item in listed["measures"])


@pytest.mark.parametrize(
    ("as_of", "code"),
    [
        ("2023-06-30", "LAYOUT-122"),
        ("20250411", "LAYOUT-121"),
        ("2025-02-30", "LAYOUT-121"),
        ("9999-12-31", "LAYOUT-121"),
        ("", "LAYOUT-121"),
    ],
)
def test_a_date_that_gives_nothing_is_refused(
    register: Path, layout: Path, tmp_path: Path, as_of: str, code: str
) -> None:
    assert codes(Job(register, str(layout), as_of, tmp_path / "out")) == [code]
    assert not (tmp_path / "out").exists()


def test_the_first_day_of_a_register_counts(register: Path, layout: Path, tmp_path: Path) -> None:
    assert run(register, layout, tmp_path / "out", "2023-07-01")["decided|||2023"] == (2, 2)


def test_what_is_in_the_way_stays(register: Path, layout: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(register, layout, out)
    assert codes(Job(register, str(layout), "2025-04-11", out)) == ["MAPPE-101"]
    assert run(register, layout, out, force=True)
    (out / "mine.txt").write_text("x")
    assert codes(Job(register, str(layout), "2025-04-11", out, force=True)) == ["MAPPE-103"]


def test_layouts_are_found_by_name_and_by_folder(layout: Path) -> None:
    assert layout_folder("annual_report_2024") == ROOT / "layouts" / "annual_report_2024"
    assert layout_folder(str(layout)) == layout
    with pytest.raises(Faults) as raised:
        layout_folder("yearly")
    assert "annual_report_2024" in raised.value.problems[0].remedy


def test_a_text_of_the_layout_becomes_the_report(register: Path, layout: Path, tmp_path: Path) -> None:
    text = "---\ntitle: Kapitlet\nfile: kapitel\n---\n\nAf {one.total.2023_decided:count} sager.\n\n::table one\n"
    (layout / "report.md").write_text(text, encoding="utf-8")
    run(register, layout, tmp_path / "out")
    assert "Af 2 sager." in re.sub(
        r"<[^>]+>", "", (tmp_path / "out" / "kapitel.html").read_text(encoding="utf-8")
    )
    (layout / "report.md").write_text(text.replace("{one.total.2023_decided:count}", "2"), encoding="utf-8")
    assert codes(Job(register, str(layout), "2025-04-11", tmp_path / "other")) == ["RAPPORT-106"]


def test_two_dates_compared_tell_why(register: Path, layout: Path, tmp_path: Path) -> None:
    run(register, layout, tmp_path / "april")
    run(register, layout, tmp_path / "may", "2025-05-01")
    from sagsbarometer.checking.compare import compare_runs

    same = compare_runs(loaded_run(tmp_path / "april"), loaded_run(tmp_path / "april"))
    assert same.cells == ()
    found = compare_runs(loaded_run(tmp_path / "april"), loaded_run(tmp_path / "may"))
    assert {item.reasons for item in found.cells} == {
        ("Register: set fra en anden dato, 2025-04-11 → 2025-05-01.",)
    }
    assert ("decided", "", "", "2024") in {item.key for item in found.cells}


def test_a_later_delivery_is_told_as_the_reason(layout: Path, tmp_path: Path) -> None:
    run(register_of(tmp_path / "one", ROWS[:3]), layout, tmp_path / "a")
    run(register_of(tmp_path / "two", ROWS[:4]), layout, tmp_path / "b")
    from sagsbarometer.checking.compare import compare_runs

    found = compare_runs(loaded_run(tmp_path / "a"), loaded_run(tmp_path / "b"))
    assert {item.reasons for item in found.cells} == {("Register: 1 leveringer → 1.",)}


def test_the_command(register: Path, layout: Path, tmp_path: Path) -> None:
    arguments = ["appeals", "tables", "--register", str(register), "--layout", str(layout), "--as-of"]
    done = runner.invoke(app, [*arguments, "2025-04-11", "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert "Tæller sagerne, som de stod 11. april 2025" in done.output
    assert (tmp_path / "out" / "index.html").is_file()
    again = runner.invoke(app, [*arguments, "2025-04-11", "--out", str(tmp_path / "out")])
    assert (again.exit_code, "MAPPE-101" in again.output) == (2, True)
    late = runner.invoke(app, [*arguments, "i går", "--out", str(tmp_path / "x")])
    assert (late.exit_code, "LAYOUT-121" in late.output) == (2, True)
    nowhere = runner.invoke(
        app,
        [
            *arguments[:2],
            "--register",
            str(tmp_path),
            *arguments[4:],
            "2025-04-11",
            "--out",
            str(tmp_path / "x"),
        ],
    )
    assert (nowhere.exit_code, "REGISTER-131" in nowhere.output) == (2, True)
    (layout / "layout.yaml").write_text(SMALL.replace("decided,", "decide,"), encoding="utf-8")
    faulty = runner.invoke(app, [*arguments, "2025-04-11", "--out", str(tmp_path / "x")])
    assert (faulty.exit_code, "LAYOUT-103 small/layout.yaml:13" in faulty.output) == (3, True)
    assert not (tmp_path / "x").exists()


def test_the_layout_of_the_manual_works(register: Path, tmp_path: Path) -> None:
    blocks = re.findall(
        r"```yaml\n(.*?)```", (ROOT / "docs" / "layouts.md").read_text(encoding="utf-8"), re.DOTALL
    )
    blocks = [block for block in blocks if not block.startswith(" ")]  # no part of another
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "layout.yaml").write_text("".join(blocks), encoding="utf-8")
    assert len(blocks) == 5  # the layout, and what can be added to it
    found = run(register, tmp_path / "mine", tmp_path / "out", "2025-05-01")
    assert found["merits|series=lost_earnings||2023/2024"] == (4, 4)
