"""`--json` gives one JSON object also where a command was asked for what cannot be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sagsbarometer.cli.appeals import app

COMMANDS = {
    "inspect": "inspect {file} --out {file}",
    "import": "import {file} --mapping {mapping} --register {there}",
    "tables": "tables --register {there} --layout overview --as-of 2024-12-31 --out {there}",
    "overview": "overview {file} --mapping {mapping} --register {there} --out {there}",
    "authorities": "authorities --register {there} --as-of 2024-12-31 --period 2024 --out {there}",
    "compare": "compare --register {there} --as-of 2024-12-31 --periods 2023 2024 --out {there}",
    "revisions": "revisions --register {there} --layout overview --from 2024-01-01 --to 2024-12-31 --out {there}",
    "triangle": "triangle reversal_rate --register {there} --out {there}",
    "waiting": "waiting --register {there} --as-of 2024-12-31 --received 2024 --out {there}",
    "scenario": "scenario --register {there} --as-of 2024-12-31 --months 6 --out {there}",
}


@pytest.mark.parametrize("name", COMMANDS)
def test_what_cannot_be_is_told_as_json(name: str, tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir()
    (there / "mine.txt").write_text("keep", encoding="utf-8")
    (tmp_path / "a.csv").write_text("x\n1\n", encoding="utf-8")
    (tmp_path / "m.yaml").write_text("mapping: m\nrest: same\nignore: [x]\n", encoding="utf-8")
    words = COMMANDS[name].format(file=tmp_path / "a.csv", mapping=tmp_path / "m.yaml", there=there)
    result = CliRunner().invoke(app, [*words.split(), "--json"])
    assert result.exit_code in (2, 3), result.output
    told = json.loads(result.stdout)
    assert told["schema_version"] == 1
    assert told["problems"][0]["code"]
    assert told["problems"][0]["remedy"]
    assert (there / "mine.txt").read_text(encoding="utf-8") == "keep"


def test_every_command_but_the_list_of_measures_is_tried() -> None:
    assert {command.name for command in app.registered_commands} == {*COMMANDS, "measures"}
