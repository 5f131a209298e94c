"""Writes the generated documents: the command reference and each form's documentation.

`./run python docs/generate.py` writes them; a test fails when they lag behind the code.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import typer
from typer.main import get_command

from sagsbarometer.catalogue.catalogue import load_catalogue
from sagsbarometer.cli.main import app
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.forms.document import document
from sagsbarometer.forms.load import load_form
from sagsbarometer.review.course import STEPS, CaseState, Course, after
from sagsbarometer.web.rights.words import COURSES

HERE = Path(__file__).resolve().parent
_HEAD = """# Kommandoer

Skrevet af programmet selv (`./run python docs/generate.py`). Kør en kommando med `./run sagsbarometer …`.

Slutkode: 0 i orden · 1 færdig, med fund · 2 forkert brug · 3 afvist eller ufærdig · 4 må ikke gøres · 130 afbrudt.
Tal og data skrives på stdout, snak på stderr.
"""

_COURSE_HEAD = """# Sagens gang gennem læsningen

Tegnet af programmet selv (`./run python docs/generate.py`) efter tabellen i `src/sagsbarometer/review/course.py`. Den
samme tabel står på arbejdspladsen under Læsning, »Hvad betyder tilstandene?«.
"""


def generated() -> dict[str, str]:
    """File name under docs/ to its text."""
    catalogue = load_catalogue(shipped("law"))
    forms = {path.parent.name: path for path in sorted(shipped("studies").glob("*/form.yaml"))}
    documents = {
        f"formularer/{name}.md": document(load_form(path, catalogue)) for name, path in forms.items()
    }
    written = {"kommandoer.md": "\n".join([_HEAD, *_commands()]), "sagens_gang.md": "\n".join(_course())}
    return written | documents


def _course() -> Iterator[str]:
    """The diagram of what can happen to a case, walked through in the table of steps."""
    yield _COURSE_HEAD
    yield "```mermaid\nstateDiagram-v2"
    yield from (f"    {state.value}: {COURSES[state.value]}" for state in CaseState)
    yield "    [*] --> unassigned"
    yield from (
        f"    {before} --> {then}: {', '.join(labels)}" for (before, then), labels in _arrows().items()
    )
    yield "```\n"


def _arrows() -> dict[tuple[str, str], list[str]]:
    """From one state to another: the steps that lead there, in the order of the table."""
    found: dict[tuple[str, str], list[str]] = {}
    seen, waiting = {Course()}, [Course()]
    while waiting:
        course = waiting.pop()
        for step in STEPS.values():
            for made in after(course, step.id):
                labels = found.setdefault((course.state.value, made.state.value), [])
                if str(step.label) not in labels:
                    labels.append(str(step.label))
                if made not in seen:
                    seen.add(made)
                    waiting.append(made)
    order, steps = [state.value for state in CaseState], [str(step.label) for step in STEPS.values()]
    arrows = sorted(found, key=lambda pair: (order.index(pair[0]), order.index(pair[1])))
    return {pair: sorted(found[pair], key=steps.index) for pair in arrows}


def _commands() -> Iterator[str]:
    command = get_command(app)
    for path, item in _walk("sagsbarometer", command):
        context = typer.Context(item, info_name=path, max_content_width=100, terminal_width=100)
        yield f"## {path}\n\n```\n{item.get_help(context).rstrip()}\n```\n"


def _walk(path: str, command: object) -> Iterator[tuple[str, object]]:
    yield path, command
    for name, child in sorted(getattr(command, "commands", {}).items()):
        yield from _walk(f"{path} {name}", child)


if __name__ == "__main__":
    for name, text in generated().items():
        target = HERE / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        print(f"Skrev docs/{name}", file=sys.stderr)
