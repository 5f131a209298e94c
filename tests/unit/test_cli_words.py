"""What the command line itself says, Typer's part of it too, is Danish; usage errors end with 2, on stderr."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
import typer
from typer.main import get_command
from typer.testing import CliRunner, Result

from sagsbarometer.cli import main
from sagsbarometer.cli.danish import WORDS, Commands, danish

ENGLISH = re.compile(
    r"\b(usage|options?|commands?|arguments?|error|show|exit|required|default|missing|invalid|value|try|help for"
    r"|such|unexpected|extra|mean|input|should|does|path|str|int)\b",
    re.IGNORECASE,
)
# What people type, and names: not Typer's words.
OURS = re.compile(
    r"--[a-z-]+|»[^«]*«|http\S+|\b(form|measures|study|figures|report)\b.*--help|\blaw show\b|^  show\b",
    re.MULTILINE,
)


def call(*arguments: str, app: typer.Typer = main.app) -> Result:
    return CliRunner().invoke(app, arguments, prog_name="sagsbarometer")


def english(text: str) -> list[str]:
    return [found.group() for found in ENGLISH.finditer(OURS.sub("", text))]


def commands() -> Iterator[tuple[str, ...]]:
    """The path of each command and group."""
    open_: list[tuple[tuple[str, ...], Any]] = [((), get_command(main.app))]
    while open_:
        path, command = open_.pop()
        yield path
        open_ += [((*path, name), child) for name, child in getattr(command, "commands", {}).items()]


@pytest.mark.parametrize("path", sorted(commands()), ids=" ".join)
def test_help_is_danish(path: tuple[str, ...]) -> None:
    shown = call(*path, "--help")
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert shown.stdout.startswith(" ".join(["Brug: sagsbarometer", *path, "[VALG]"]))
    assert "--help" in shown.stdout
    assert "Vis denne hjælp." in shown.stdout
    assert english(shown.stdout) == []


def test_help_marks_what_must_be_given_and_what_is_else_taken() -> None:
    shown = call("report", "serve", "--help").stdout
    assert shown.splitlines()[0] == "Brug: sagsbarometer report serve [VALG] MAPPE"
    assert "\nArgumenter:\n  MAPPE  Resultater, eller en mappe med flere.  [skal angives]\n" in shown
    assert "\nValg:\n  --port TAL  " in shown
    assert "[ellers 8000]\n" in shown
    assert "[VALG] [FIL]\n" in call("measures", "list", "--help").stdout
    assert "[VALG] SKABELON MAPPE\n" in call("study", "new", "--help").stdout


def test_without_arguments_a_group_shows_its_help_as_a_usage_error() -> None:
    for path in ((), ("form",), ("figures",)):
        shown = call(*path)
        assert (shown.exit_code, shown.stdout) == (2, "")
        assert shown.stderr == call(*path, "--help").stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("form check", "FIL mangler."),
        ("study run x --answers a.csv", "--out mangler."),
        ("form template x", "--out / -o mangler."),
        ("form chekc", "Kommandoen »chekc« findes ikke. Mente du check?"),
        ("xyz", "Kommandoen »xyz« findes ikke."),
        ("it's", "Kommandoen »it's« findes ikke."),
        ("study run x --anwers a.csv", "--anwers findes ikke her. Mente du --answers?"),
        ("form check x -q", "-q findes ikke her."),
        ("form check a b c", "Der står for meget på linjen: b c"),
        ("report serve x --port abc", "--port: Der skal stå et helt tal."),
        ("report serve x --port 1.5", "--port: Der skal stå et helt tal."),
        (f"report serve x --port {'9' * 5000}", "--port: Tallet er for stort."),
        ("--", "Der mangler en kommando."),
    ],
)
def test_usage_error_is_danish(arguments: str, told: str) -> None:
    wrong = call(*arguments.split())
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    usage, way, blank, error = wrong.stderr.splitlines()
    assert usage.startswith("Brug: sagsbarometer")
    assert way.startswith("Hjælp: sagsbarometer")
    assert way.endswith(" --help")
    assert (blank, error) == ("", f"Fejl: {told}")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("study run x --answers", "Efter --answers skal der stå en værdi."),
        ("form check x --json=1", "--json tager ingen værdi."),
    ],
)
def test_usage_error_that_knows_no_command_is_danish(arguments: str, told: str) -> None:
    wrong = call(*arguments.split())
    assert (wrong.exit_code, wrong.stdout, wrong.stderr) == (2, "", f"Fejl: {told}\n")


def paths_app() -> Commands:
    """Options that make Typer itself look at the path."""
    app = Commands("Stier.")

    @app.command()
    def look(
        there: Annotated[Path | None, typer.Option(exists=True)] = None,
        folder: Annotated[Path | None, typer.Option(file_okay=False)] = None,
        file: Annotated[Path | None, typer.Option(dir_okay=False)] = None,
        written: Annotated[Path | None, typer.Option(readable=False, writable=True)] = None,
    ) -> None:
        """Ser på stier."""

    return app


@pytest.mark.parametrize(
    ("option", "target", "told"),
    [
        ("--there", "væk", "findes ikke."),
        ("--folder", "a.txt", "er en fil."),
        ("--file", ".", "er en mappe."),
        ("--there", "a.txt", "kan ikke læses: rettigheder mangler."),
        ("--written", "a.txt", "kan ikke skrives: rettigheder mangler."),
    ],
)
def test_path_error_is_danish(
    option: str, target: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").touch()
    monkeypatch.setattr(os, "access", lambda *_: False)
    path = tmp_path / target
    wrong = call(option, str(path), app=paths_app())
    assert wrong.exit_code == 2
    assert wrong.stderr.splitlines()[-1] == f"Fejl: {option}: »{path}« {told}"


def test_text_that_is_not_known_is_shown_as_it_is() -> None:
    assert danish("Something new.") == "Something new."
    assert danish("Invalid value for '--port': Something new.") == "--port: Something new."


def test_every_text_has_its_own_words() -> None:
    """A text that an earlier one catches would never be used."""
    for theirs, ours in WORDS.items():
        fields = {name: f"'{name}'" for name in re.findall(r"\{(\w+)\}", theirs)}
        shown = {"names": "names", "quoted": "»quoted«"}
        wanted = ours.format(**{name: shown.get(name, text) for name, text in fields.items()})
        assert danish(theirs.format(**fields)) == wanted


def test_words_do_not_follow_the_machine() -> None:
    environment = {
        **os.environ,
        "LANG": "en_US.UTF-8",
        "LC_ALL": "C.UTF-8",
        "LANGUAGE": "en",
        "COLUMNS": "80",
    }
    line = [sys.executable, "-m", "sagsbarometer.cli.main", "form", "check"]
    told = [
        subprocess.run(line, env={**environment, **more}, capture_output=True, encoding="utf-8", check=False)
        for more in ({}, {"LANG": "da_DK.UTF-8", "LANGUAGE": "da", "TYPER_USE_RICH": "0"})
    ]
    assert [item.returncode for item in told] == [2, 2]
    assert told[0].stderr == told[1].stderr
    assert told[0].stderr.endswith("\nFejl: FIL mangler.\n")


def test_help_needs_no_heavy_library() -> None:
    heavy = ["altair", "duckdb", "ibis", "numpy", "openpyxl", "pyarrow", "pydantic", "rich", "scipy", "yaml"]
    code = f"import sys, sagsbarometer.cli.main; print([name for name in {heavy} if name in sys.modules])"
    line = [sys.executable, "-c", code]
    assert subprocess.run(line, capture_output=True, encoding="utf-8", check=True).stdout == "[]\n"


def test_interruption_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    app = Commands("Afbrydes.")

    @app.command()
    def wait() -> None:
        """Venter."""
        signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(main, "app", app)
    monkeypatch.setattr(sys, "argv", ["sagsbarometer"])
    before = signal.getsignal(signal.SIGTERM)
    try:
        with pytest.raises(SystemExit) as end:
            main.main()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert end.value.code == 130
    assert capsys.readouterr().err == "Afbrudt. Intet er skrevet.\n"
