"""The Python API says what the command line says: docs/python.md, held against both."""

from __future__ import annotations

import dataclasses
import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import typer

from sagsbarometer.cli.main import app

RENAMED = {"from": "first", "to": "last", "dates": "days", "with": "wanted"}
ROW = re.compile(r"^\| `(\w+(?: \w+)?)` \| `([\w.]+)` \| `(\w+)` \|$", re.MULTILINE)
GROUPS = ("appeals", "sample")
ALONE = ("agreement", "estimate")  # commands of no group
BY_THE_CLOCK = {"today"}  # the command gives it, for only the shell may read the clock
WITHOUT = {"appeals measures"}  # shows the catalogue: layouts/measures.yaml


def commands() -> dict[str, Any]:
    """The commands that can be run from Python, each with its group where it has one."""
    groups: Any = typer.main.get_command(app)
    found = {
        f"{group} {name}": command
        for group in GROUPS
        for name, command in groups.commands[group].commands.items()
    }
    found |= {name: groups.commands[name] for name in ALONE}
    return {name: command for name, command in sorted(found.items()) if name not in WITHOUT}


def functions(root: Path) -> dict[str, tuple[str, str]]:
    """Command to module and function, as the page lists them."""
    text = (root / "docs" / "python.md").read_text(encoding="utf-8")
    return {command: (module, function) for command, module, function in ROW.findall(text)}


def test_every_command_is_listed(root: Path) -> None:
    assert set(functions(root)) == set(commands())


@pytest.mark.parametrize("command", commands())
def test_the_job_has_the_options_of_the_command(root: Path, command: str) -> None:
    module_name, function = functions(root)[command]
    module = import_module(module_name)
    assert callable(getattr(module, function))
    told = {
        RENAMED.get(name := item.opts[0].lstrip("-").replace("-", "_"), name)
        for item in commands()[command].params
    }
    assert {item.name for item in dataclasses.fields(module.Job)} - BY_THE_CLOCK == told - {"json", "help"}


@pytest.mark.parametrize("command", commands())
def test_a_job_never_shows_where_it_connects(root: Path, command: str) -> None:
    job = import_module(functions(root)[command][0]).Job
    for item in dataclasses.fields(job):
        if item.name in ("engine", "files"):
            assert not item.repr, "an address may hold a password"


def test_the_example_runs(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root / "docs" / "eksempel", tmp_path / "docs" / "eksempel")
    (tmp_path / "mapping.yaml").write_text(
        """
mapping: klager
columns:
  case_id: Case no.
  received_on: {from: Filed, dates: [month_first]}
  decided_on: {from: Closed, dates: [month_first]}
  outcome:
    from: Ruling
    codes: {Justified: reversed, Partly justified: reversed, Unjustified: upheld, Withdrawn: lapsed,
            Not within remit: dismissed}
  registered_at: {constant: 2024-12-31}
  origin: {constant: synthetic}
own: {category: {from: Topic, type: code}}
rules: {decision_before_receipt: soft, decided_without_outcome: soft}
ignore: [Authority, Days, Channel]
""",
        encoding="utf-8",
    )
    (example,) = re.findall(
        r"```python\n(.*?)```", (root / "docs" / "python.md").read_text(encoding="utf-8"), re.DOTALL
    )
    done = subprocess.run(
        [sys.executable, "-c", example], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    *_, numbers = done.stdout.splitlines()
    assert "decision_before_receipt 86" in done.stdout
    assert [int(part) for part in numbers.split()][:2] == [23, 69]
