"""`appeals inspect` as a command: from an extract nobody here has seen to a register."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sagsbarometer.cli.main import app
from sagsbarometer.deliveries import stream_text

# An invented register with the faults that such registers have: days and months exchanged in some dates of receipt,
# one authority in two spellings, missing outcomes.
_HEADER = "Complaint No;Subject;Received;Authority;Closed;Decision;Days"


def extract(folder: Path) -> Path:
    """Sixty cases, Latin-1, CRLF."""
    rows = []
    for number in range(60):
        received = date(2022, number % 12 + 1, 5)
        days = 100 + number
        closed = received + timedelta(days)
        decision = ("Justified", "Unjustified", "", "Withdrawn")[number % 4]
        authority = "Søby Kommune" if number % 3 else "SØBY  kommune"
        if number % 10 == 3:
            received = date(2022, 5, received.month)
        rows.append(f"{number}/22;Fees;{received};{authority};{closed if decision else ''};{decision};{days}")
    path = folder / "klager.csv"
    path.write_bytes("\r\n".join([_HEADER, *rows, ""]).encode("latin-1"))
    return path


def test_from_an_unknown_extract_to_a_register(tmp_path: Path) -> None:
    path, mapping, register = extract(tmp_path), tmp_path / "m.yaml", tmp_path / "register"
    looked = CliRunner().invoke(app, ["appeals", "inspect", str(path), "--out", str(mapping)])
    assert (looked.exit_code, looked.stdout) == (0, "")
    assert "Det skal du se på:" in looked.stderr
    assert "Dag og måned er byttet om i mindst" in looked.stderr
    assert "»Søby Kommune« (40) = »SØBY  kommune« (20)".replace("  ", " ") in looked.stderr
    assert "15 rækker (25 %) har intet i »Decision«" in looked.stderr
    imported = CliRunner().invoke(
        app, ["appeals", "import", str(path), "--mapping", str(mapping), "--register", str(register)]
    )
    assert imported.exit_code == 0, imported.stderr
    assert "60 registreringer af 60 sager" in imported.stderr


def test_the_mapping_is_shown_where_no_file_is_named(tmp_path: Path) -> None:
    looked = CliRunner().invoke(app, ["appeals", "inspect", str(extract(tmp_path))])
    assert looked.exit_code == 0
    assert looked.stdout.startswith("# Første udkast til en mapping af »klager.csv«")
    assert "Complaint No" in looked.stderr


def test_everything_as_data(tmp_path: Path) -> None:
    path = extract(tmp_path)
    looked = CliRunner().invoke(app, ["appeals", "inspect", str(path), "--json"])
    said = json.loads(looked.stdout)
    assert (looked.exit_code, said["schema_version"], said["rows"]) == (0, 1, 60)
    assert {column["name"]: column["use"] for column in said["columns"]} == {
        "Complaint No": "case_id",
        "Subject": "own",
        "Received": "received_on",
        "Authority": "authority",
        "Closed": "decided_on",
        "Decision": "outcome",
        "Days": "processing_days",
    }
    assert said["columns"][5]["counts"] == [
        {"text": "Justified", "rows": 15},
        {"text": "Unjustified", "rows": 15},
        {"text": "Withdrawn", "rows": 15},
    ]
    assert said["mapping"].startswith("# Første udkast")


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    path = extract(tmp_path)
    for name in ("a.yaml", "b.yaml"):
        CliRunner().invoke(app, ["appeals", "inspect", str(path), "--out", str(tmp_path / name)])
    assert (tmp_path / "a.yaml").read_bytes() == (tmp_path / "b.yaml").read_bytes()


def test_exit_codes(tmp_path: Path) -> None:
    path = extract(tmp_path)
    missing = CliRunner().invoke(app, ["appeals", "inspect", str(tmp_path / "nej.csv")])
    assert (missing.exit_code, "FIL-101" in missing.stderr) == (3, True)
    there = CliRunner().invoke(app, ["appeals", "inspect", str(path), "--out", str(path)])
    assert (there.exit_code, "MAPPE-104" in there.stderr) == (2, True)
    secret = CliRunner().invoke(
        app, ["appeals", "inspect", "postgresql://u:hemmelig@127.0.0.1:1/b", "--table", "t"]
    )
    assert (secret.exit_code, "hemmelig" in secret.stderr + secret.stdout) == (3, False)


@pytest.mark.parametrize(
    "written",
    [
        lambda n: " ".join(f"{n % 28 + 1:02}0{n % 9 + 1}80{1000 + n}"),
        lambda n: f"{n % 9 + 1}0{n % 9 + 1}80{1000 + n}",  # a spreadsheet took the nought
    ],
)
@pytest.mark.parametrize("size", [30, 3_000])  # few different texts are looked at otherwise than many
def test_what_may_be_cpr_numbers_is_told_and_not_shown(
    tmp_path: Path, written: Callable[[int], str], size: int
) -> None:
    path = tmp_path / "klager.csv"
    path.write_text("id;nr;dato\n" + "".join(f"a{n};{written(n)};2024-01-05\n" for n in range(size)))
    looked = CliRunner().invoke(app, ["appeals", "inspect", str(path), "--json"])
    said = json.loads(looked.stdout)
    (column,) = (column for column in said["columns"] if column["name"] == "nr")
    assert (column["like_cpr"], column["perhaps_cpr"], column["examples"], column["counts"]) == (
        0,
        size,
        [],
        [],
    )
    assert [item["rows"] for item in said["findings"] if item["kind"] == "perhaps_cpr"] == [size]
    assert not any(written(n) in looked.output for n in range(size))


def test_numbers_of_nine_digits_are_shown(tmp_path: Path) -> None:
    path = tmp_path / "klager.csv"
    path.write_text("id;nr\n" + "".join(f"a{n};{123456789 + 7919 * n}\n" for n in range(300)))
    said = json.loads(CliRunner().invoke(app, ["appeals", "inspect", str(path), "--json"]).stdout)
    assert [column["perhaps_cpr"] for column in said["columns"]] == [0, 0]


def test_where_it_stopped_is_said_and_nothing_is_counted_as_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream_text, "BLOCK", 200_000)
    path = tmp_path / "lang.csv"
    good = [f"{number};2024-01-05;{'x' * 60}\n" for number in range(20_000)]
    path.write_text("".join(["id;dato;tekst\n", *good[:5], *["kun;to\n"] * 1_000, *good[5:]]))
    looked = CliRunner().invoke(app, ["appeals", "inspect", str(path), "--json"])
    said = json.loads(looked.stdout)
    (stopped,) = said["stopped"]
    assert stopped["file"] == "lang.csv"
    assert (
        1_006 < stopped["row"] == said["rows"] + 1_001 < 20_000
    )  # the header and the faulty rows are no rows
    assert f"rækker til og med {stopped['row']:,}".replace(",", ".") in looked.stderr
    path.write_text("".join(["id;dato;tekst\n", *good[:5], *["kun;to\n"] * 999, *good[5:]]))
    whole = json.loads(CliRunner().invoke(app, ["appeals", "inspect", str(path), "--json"]).stdout)
    assert (whole["rows"], whole["stopped"]) == (20_000, [])
