"""What the command line itself says, Typer's part of it too, is Danish; usage errors end with 2, on stderr."""

from __future__ import annotations

import errno
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, get_args

import pytest
import typer
from typer.main import get_command
from typer.testing import CliRunner, Result

from sagsbarometer.cli import main
from sagsbarometer.cli.danish import NO_GROUPS, WORDS, Commands, danish
from sagsbarometer.cli.show import print_json, say

ENGLISH = re.compile(
    r"\b(usage|options?|commands?|arguments?|error|show|exit|required|default|missing|invalid|value|try|help for"
    r"|such|unexpected|extra|mean|input|should|does|path|str|int)\b",
    re.IGNORECASE,
)
# What people type, and names: not Typer's words.
OURS = re.compile(
    r"--[a-z-]+|»[^«]*«|http\S+|\b(form|measures|study|figures|report)\b.*--help|\b(law|release) show\b|^  show\b"
    r"|\blikelihood,\s+mean\b",
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
        ("report serve x --port 1.5", f"--port: {NO_GROUPS}"),
        ("report serve x --port=8.000", f"--port: {NO_GROUPS}"),
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


def whole_numbers() -> list[tuple[str, ...]]:
    """Every option of every command that takes a whole number, after the names that lead to it."""

    def below(command: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        for name, inner in getattr(command, "commands", {}).items():
            yield from below(inner, (*path, name))
        for item in command.params:
            if int in (item.type_descriptor.annotation, *get_args(item.type_descriptor.annotation)):
                yield (*path, item.opts[0])

    return list(below(get_command(main.app), ()))


WHOLE_NUMBERS = whole_numbers()


@pytest.mark.parametrize("path", WHOLE_NUMBERS, ids=" ".join)
def test_ten_thousand_is_not_read_as_ten(path: tuple[str, ...]) -> None:
    assert len(WHOLE_NUMBERS) > 5
    wrong = call(*path, "10.000")
    assert wrong.exit_code == 2
    assert wrong.stderr.splitlines()[-1].endswith(NO_GROUPS)


@pytest.mark.parametrize(
    "line", ["sample draw", "sample plan --population x", "estimate --nothing", "appeals nope"]
)
def test_a_program_is_told_of_a_usage_error(line: str) -> None:
    wrong = sagsbarometer(*line.split(), "--json")
    assert wrong.returncode == 2
    assert [problem["code"] for problem in json.loads(wrong.stdout)["problems"]] == ["SYSTEM-103"]


@pytest.mark.parametrize(
    ("error", "code"), [(OSError(errno.ENOSPC, "no"), "SYSTEM-101"), (RuntimeError("no"), "SYSTEM-102")]
)
def test_a_program_is_told_of_what_nobody_foresaw(
    error: Exception, code: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails() -> None:
        raise error

    monkeypatch.setattr(main, "app", fails)
    for words, told in (["--json"], [code]), ([], []):
        monkeypatch.setattr(sys, "argv", ["sagsbarometer", *words])
        before = signal.getsignal(signal.SIGTERM)
        try:
            with pytest.raises(SystemExit) as end:
                main.main()
        finally:
            signal.signal(signal.SIGTERM, before)
        assert end.value.code == 3
        shown = capsys.readouterr().out
        assert [problem["code"] for problem in json.loads(shown)["problems"]] == told if told else shown == ""


def test_what_looks_like_a_cpr_number_is_shown_to_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    say("Skrev 3 filer i tal/120180-1234/x. 1 2 0 1 8 0 1 2 3 4")
    print_json({"ud/1201801234": ["120180 1234", 1201801234, {"a": 5}]})
    shown = capsys.readouterr()
    assert "1234/" not in shown.err
    assert "3 4" not in shown.err
    hidden = "(skjult: ligner et CPR-nummer)"
    assert json.loads(shown.out) == {f"ud/{hidden}": [hidden, 1201801234, {"a": 5}]}
    wrong = sagsbarometer("sample", "draw", "plan", "--1201801234")
    assert wrong.returncode == 2
    assert "1201801234" not in wrong.stderr


def test_an_interruption_while_the_command_is_read_in_is_told() -> None:
    code = (
        "import sys\n"
        "class Interrupt:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'sagsbarometer.cli.main': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupt())\n"
        "from sagsbarometer.cli.start import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "Afbrudt. Intet er skrevet.\n")


def sagsbarometer(*words: str) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own."""
    line = [sys.executable, "-m", "sagsbarometer.cli.main", *words]
    return subprocess.run(line, capture_output=True, encoding="utf-8", check=False)
