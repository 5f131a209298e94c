"""`appeals revisions`, and the promise behind it: an edition of a day that has gone does not change."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sagsbarometer.cli.main import app
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.runs.appeals_import import Job as Import
from sagsbarometer.runs.appeals_import import import_registrations
from sagsbarometer.runs.appeals_revisions import Job, revise
from sagsbarometer.runs.appeals_tables import Job as Tables
from sagsbarometer.runs.appeals_tables import make_tables
from tests.cards_in_tests import as_read
from tests.registers_in_tests import layout_of

HEADER = "case_id;registered_at;origin;decided_on;outcome;law_area;case_subject;keywords"
EARLY = [
    "1;2023-07-01;synthetic;2023-06-01;upheld;serviceloven;;",
    "2;2023-07-01;synthetic;2023-06-01;remitted;serviceloven;;reasons",
    "3;2024-07-01;synthetic;2024-06-03;remitted;barnets_lov;;reasons|time_limits",
    "4;2024-07-01;synthetic;2024-06-03;lapsed;sygedagpengeloven;;",
]
LATE = [
    "3;2025-05-01;synthetic;2024-06-03;upheld;barnets_lov;;",
    "5;2025-05-01;synthetic;2024-06-04;upheld;barnets_lov;;",
]
LAYOUT = """layout: small
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
"""
DAY = "2025-04-11"
runner = CliRunner()


def deliver(folder: Path, rows: list[str], name: str) -> Path:
    """The register in a folder with one delivery more."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    (folder / "mapping.yaml").write_text("mapping: own\nrest: same\n", encoding="utf-8")
    import_registrations(Import(folder / name, folder / "mapping.yaml", folder / "register"))
    return folder / "register"


@pytest.fixture
def layout(tmp_path: Path) -> str:
    layout_of(tmp_path / "small", LAYOUT)
    return str(tmp_path / "small")


@pytest.fixture
def register(tmp_path: Path) -> Path:
    deliver(tmp_path / "r", EARLY, "early.csv")
    return deliver(tmp_path / "r", LATE, "late.csv")


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "run.json"
    }


def test_an_edition_is_the_same_after_thousands_of_later_registrations(tmp_path: Path, layout: str) -> None:
    register = deliver(tmp_path / "r", EARLY, "early.csv")
    make_tables(Tables(register, layout, DAY, tmp_path / "then"))
    many = [
        f"{case};2025-0{month}-02 10:00;synthetic;2024-06-03;{outcome};serviceloven;;reasons"
        for case in range(1, 1001)
        for month, outcome in ((5, "remitted"), (6, "upheld"), (7, "amended"))
    ]
    deliver(tmp_path / "r", many, "many.csv")
    deliver(tmp_path / "r", [f"{EARLY[0]}".replace("2023-07-01", "2025-08-01")], "last.csv")
    done = make_tables(Tables(register, layout, DAY, tmp_path / "now"))
    assert files(tmp_path / "now") == files(tmp_path / "then")  # the manifest too
    assert done.remarks == ()
    make_tables(Tables(register, layout, "2025-12-31", tmp_path / "later"))
    assert files(tmp_path / "later")["cells.csv"] != files(tmp_path / "then")["cells.csv"]


def test_a_delivery_that_reaches_back_is_told(tmp_path: Path, layout: str, register: Path) -> None:
    make_tables(Tables(register, layout, DAY, tmp_path / "then"))
    deliver(tmp_path / "r", ["9;2024-08-01;synthetic;2024-07-01;upheld;serviceloven;;"], "back.csv")
    done = make_tables(Tables(register, layout, DAY, tmp_path / "now"))
    assert [(item.code, item.level.value) for item in done.remarks] == [("LAYOUT-125", "note")]
    assert "Levering 3 " in done.remarks[0].fault
    manifest = json.loads(files(tmp_path / "now")["manifest.json"])
    assert [entry["number"] for entry in manifest["register"]["deliveries"]] == [1, 3]
    found = revise(Job(register, layout, DAY, "2025-06-01", tmp_path / "revisions")).comparison
    assert found.reached_back == (3,)
    assert "Levering 3 rækker tilbage" in (tmp_path / "revisions" / "index.html").read_text(encoding="utf-8")


def test_what_moved_and_why(tmp_path: Path, layout: str, register: Path) -> None:
    done = revise(Job(register, layout, DAY, "2025-06-01", tmp_path / "out"))
    moves = {
        (row["result"], row["row"], row["period"], row["count"], row["reason"]): tuple(
            int(row[name]) for name in ("before", "in", "out", "after")
        )
        for row in csv.DictReader(io.StringIO(files(tmp_path / "out")["moves.csv"].decode()))
    }
    assert moves == {
        ("decided", "law_area=barnets_lov", "2024", "numerator", "new"): (1, 1, 0, 2),
        ("decided", "", "2024", "numerator", "new"): (2, 1, 0, 3),
        ("reversal_rate", "law_area=barnets_lov", "2024", "numerator", "outcome"): (1, 0, 1, 0),
        ("reversal_rate", "law_area=barnets_lov", "2024", "denominator", "new"): (1, 1, 0, 2),
        ("reversal_rate", "", "2024", "numerator", "outcome"): (1, 0, 1, 0),
        ("reversal_rate", "", "2024", "denominator", "new"): (1, 1, 0, 2),
    }
    assert done.moved == 4
    rows = list(csv.DictReader(io.StringIO(files(tmp_path / "out")["revisions.csv"].decode())))
    assert len(rows) == len(done.comparison.revisions)
    assert [row["difference"] for row in rows if row["moved"]] == ["1", "-100.000000", "1", "-100.000000"]


def test_the_folder_is_the_same_each_time_and_names_no_case(tmp_path: Path, layout: str) -> None:
    named = [row.replace("1;", "sag-nr-1;", 1) if row.startswith("1;") else row for row in EARLY]
    deliver(tmp_path / "r", named, "early.csv")
    register = deliver(
        tmp_path / "r", [named[0].replace("2023-07-01", "2025-05-01").replace("upheld", "amended")], "x.csv"
    )
    for name in ("a", "b"):
        revise(Job(register, layout, DAY, "2025-06-01", tmp_path / name))
    first = files(tmp_path / "a")
    assert first == files(tmp_path / "b")
    assert set(first) == {
        "index.html",
        "index.pdf",
        "manifest.json",
        "moves.csv",
        "revisions.csv",
        "tabeller.xlsx",
    }
    assert not any(b"sag-nr" in content for content in first.values())


def command(*arguments: object) -> tuple[int, str, str]:
    result = runner.invoke(app, ["appeals", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


def test_the_command_says_by_its_code_whether_anything_moved(
    tmp_path: Path, layout: str, register: Path
) -> None:
    common = ("revisions", "--register", register, "--layout", layout, "--json")
    code, out, err = command(*common, "--from", DAY, "--to", "2025-06-01", "--out", tmp_path / "a")
    told = json.loads(out)
    assert (code, told["schema_version"], told["kind"], len(told["moved"])) == (1, 1, "revisions", 4)
    assert told["cases"] == {
        "before": 4,
        "after": 5,
        "new": 1,
        "removed": 0,
        "changed": 1,
        "changed_by": {"outcome": 1},
    }
    assert "4 af 14 tal har flyttet sig." in err
    code, out, err = command(*common, "--from", "2024-08-01", "--to", DAY, "--out", tmp_path / "b")
    assert (code, json.loads(out)["moved"]) == (0, [])
    assert "Ingen tal flyttede sig" in (tmp_path / "b" / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        ("2025-06-01", DAY, "LAYOUT-123"),
        (DAY, DAY, "LAYOUT-123"),
        ("i går", DAY, "LAYOUT-121"),
        ("2020-01-01", DAY, "LAYOUT-122"),
    ],
)
def test_days_that_say_nothing_are_refused(
    tmp_path: Path, layout: str, register: Path, first: str, last: str, code: str
) -> None:
    with pytest.raises(Faults) as raised:
        revise(Job(register, layout, first, last, tmp_path / "out"))
    assert [problem.code for problem in raised.value.problems] == [code]
    asked = ("--layout", layout, "--from", first, "--to", last, "--out", tmp_path / "out")
    exit_code, out, _ = command("revisions", "--register", register, *asked)
    assert (exit_code, out) == (2, "")
    assert not (tmp_path / "out").exists()


def test_force_replaces_revisions_and_nothing_else(tmp_path: Path, layout: str, register: Path) -> None:
    job = Job(register, layout, DAY, "2025-06-01", tmp_path / "out")
    revise(job)
    with pytest.raises(Faults) as raised:
        revise(job)
    assert raised.value.problems[0].code == "MAPPE-101"
    revise(Job(register, layout, DAY, "2025-06-01", tmp_path / "out", force=True))


# --- the triangle ---


def made(register: Path, out: Path, *more: object) -> tuple[int, dict[str, object], str]:
    code, told, err = command(
        "triangle", "reversal_rate", "--register", register, "--out", out, "--json", *more
    )
    return code, json.loads(told) if told else {}, err


def test_a_triangle_is_each_edition_of_its_days(tmp_path: Path, layout: str, register: Path) -> None:
    dates = ("--dates", f"2024-08-01,2024-12-31,{DAY},2025-06-01", "--by", "law_area")
    code, told, err = made(register, tmp_path / "out", *dates)
    assert code == 0
    known = {(item["group"], item["period"], item["as_of"]): item for item in told["known"]}  # type: ignore[attr-defined]
    for day in (DAY, "2025-06-01"):
        make_tables(Tables(register, layout, day, tmp_path / day))
        for row in csv.DictReader(io.StringIO(files(tmp_path / day)["cells.csv"].decode())):
            group = row["row"].removeprefix("law_area=")
            item = known.get((group, row["period"], day))
            if row["result"] == "reversal_rate" and item:
                assert (str(item["numerator"]), str(item["denominator"])) == (
                    row["numerator"],
                    row["denominator"],
                )
    assert {key[2] for key in known} == {"2024-08-01", "2024-12-31", DAY, "2025-06-01"}
    assert ("", "2024", "2024-08-01") not in known  # the year was not over
    assert known["", "2024", DAY]["value"] == "100.000000"
    assert known["", "2024", "2025-06-01"]["value"] == "0.000000"
    assert [(item["from_months"], item["figures"]) for item in told["by_age"]] == [  # type: ignore[attr-defined]
        (0, 1),
        (3, 1),
        (6, 1),
        (12, 2),
    ]  # type: ignore[attr-defined]
    assert "Under 3 måneder efter periodens slutning lå tallet i gennemsnit 100,0 procentpoint fra" in err
    page = as_read(tmp_path / "out" / "index.html")
    assert '<td class="figures tone-4">100,0<span class="under">−100,0</span></td>' in page


def test_the_days_of_a_triangle_are_those_of_the_deliveries(tmp_path: Path, register: Path) -> None:
    code, told, _ = made(register, tmp_path / "a")
    assert (code, told["question"]["days"]) == (0, ["2024-07-01", "2025-05-01"])  # type: ignore[index]
    code, told, _ = made(register, tmp_path / "b", "--dates", "year", "--every", "quarter")
    assert told["question"]["days"] == ["2023-12-31", "2024-12-31", "2025-05-01"]  # type: ignore[index]
    assert {item["period"] for item in told["known"]} >= {"2023-Q2", "2024-Q2"}  # type: ignore[attr-defined]


def test_a_triangle_is_the_same_each_time(tmp_path: Path, register: Path) -> None:
    for name in ("a", "b"):
        made(register, tmp_path / name)
    assert files(tmp_path / "a") == files(tmp_path / "b")
    assert set(files(tmp_path / "a")) == {
        "index.html",
        "index.pdf",
        "manifest.json",
        "tabeller.xlsx",
        "triangle.csv",
    }


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (("--dates", "2025-01-01"), "LAYOUT-126"),
        (("--dates", "month", "--every", "uge"), "LAYOUT-126"),
        (("--dates", "i går,2025-01-01"), "LAYOUT-121"),
        (("--dates", "2020-01-01,2025-01-01"), "LAYOUT-122"),
    ],
)
def test_a_triangle_that_cannot_be_is_refused(
    tmp_path: Path, register: Path, more: tuple[str, ...], code: str
) -> None:
    exit_code, told, err = made(register, tmp_path / "out", *more)
    assert exit_code == 2
    assert [problem["code"] for problem in told["problems"]] == [code]  # type: ignore[attr-defined]
    assert code in err
    assert not (tmp_path / "out").exists()
