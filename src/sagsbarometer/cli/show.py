"""How problems and steps are shown in a terminal, and which exit code they give."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from typing import NoReturn
from unicodedata import category

import typer

from sagsbarometer.kernel.dates import COPENHAGEN
from sagsbarometer.kernel.ids import HIDDEN, hidden_cpr, may_hold_cpr
from sagsbarometer.kernel.problems import Faults, Place, Problem, errors

OK, FINDINGS, USAGE, STOPPED, REFUSED, INTERRUPTED = 0, 1, 2, 3, 4, 130
_MOST_SHOWN = 25
_LONGEST = 1_000  # characters of one part of a problem


def say(line: str) -> None:
    """One line to a person: on stderr, so that stdout stays data. A path or an option may look like a CPR number."""
    print(hidden_cpr(_plain(line)), file=sys.stderr, flush=True)


def _plain(text: str) -> str:
    """`text` without what moves a terminal's cursor or turns its text, and without halves of characters."""
    return "".join(
        "\ufffd" if char not in "\n\t" and category(char) in ("Cc", "Cf", "Cs") else char for char in text
    )


def _guarded(problem: Problem) -> Problem:
    """The problem as it may be shown: no part of it looks like a CPR number or goes on for ever."""

    def part(text: str) -> str:
        if may_hold_cpr(text):
            return HIDDEN
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"

    place = problem.place
    column = part(place.column) if isinstance(place.column, str) else place.column
    place = replace(place, file=part(place.file), column=column, question=part(place.question))
    return replace(problem, place=place, fault=part(problem.fault), remedy=part(problem.remedy))


def danish_today() -> date:
    """The day it is in Denmark. Only a command knows; what it calls is told."""
    return datetime.now(COPENHAGEN).date()


def step(line: str) -> None:
    """One line per step of long work."""
    say(f"· {line}")


def show_problems(problems: Iterable[Problem], more: str = "") -> None:
    """The problems, the first 25 in full; `more` tells where all of them are."""
    listed = list(problems)
    for problem in listed[:_MOST_SHOWN]:
        say(str(_guarded(problem)))
    if len(listed) > _MOST_SHOWN:
        say(f"… og {len(listed) - _MOST_SHOWN} til. {more}".rstrip())


def as_json(problems: Iterable[Problem]) -> list[dict[str, object]]:
    """The problems as plain data for `--json`."""
    return [
        {
            "code": problem.code,
            "level": problem.level.value,
            "file": problem.place.file,
            "line": problem.place.line,
            "row": problem.place.row,
            "column": problem.place.column,
            "question": problem.place.question,
            "fault": problem.fault,
            "remedy": problem.remedy,
        }
        for problem in map(_guarded, problems)
    ]


def print_json(value: object) -> None:
    """One object on stdout. Nothing in its texts looks like a CPR number, for paths and names come from outside."""
    print(json.dumps(_hidden(value), ensure_ascii=False, indent=2))


def _hidden(value: object) -> object:
    if isinstance(value, str):
        return hidden_cpr(value)
    if isinstance(value, Mapping):
        return {_hidden(key): _hidden(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_hidden(item) for item in value]
    return value


def tell_program(code: str, fault: str, remedy: str) -> None:
    """What stopped a command, as an object on stdout where `--json` stands on the line: for what stops it before, or
    outside, the command itself."""
    if "--json" in sys.argv[1:]:
        print_json({"schema_version": 1, "problems": as_json([Problem(code, Place(), fault, remedy)])})


def stop(code: int, line: str = "") -> NoReturn:
    """Ends the command with an exit code and, when there is something to say, one line."""
    if line:
        say(line)
    raise typer.Exit(code)


def refuse(faults: Faults, json_: bool, code: int, more: str = "") -> NoReturn:
    """Shows why a command makes nothing, for programs too where they are asked to be told, and ends it with `code`."""
    show_problems(faults.problems)
    if json_:
        print_json({"schema_version": 1, "problems": as_json(faults.problems)})
    stop(code, summary(faults.problems) + (f".{more}" if more else ""))


@contextmanager
def faults_stop(code: int = STOPPED, json_: bool = False) -> Iterator[None]:
    """Faults raised inside are shown (as `refuse`), and the command ends with `code` (3: could not finish)."""
    try:
        yield
    except Faults as faults:
        refuse(faults, json_, code)


def summary(problems: Iterable[Problem]) -> str:
    """`3 fejl, 1 bemærkning`."""
    listed = list(problems)
    hard = len(errors(listed))
    soft = len(listed) - hard
    return f"{hard} fejl" + (f", {soft} {'bemærkning' if soft == 1 else 'bemærkninger'}" if soft else "")
