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

HERE = Path(__file__).resolve().parent
_HEAD = """# Kommandoer

Skrevet af programmet selv (`./run python docs/generate.py`). Kør en kommando med `./run sagsbarometer …`.

Slutkode: 0 i orden · 1 færdig, med fund · 2 forkert brug · 3 afvist eller ufærdig · 4 må ikke gøres · 130 afbrudt.
Tal og data skrives på stdout, snak på stderr.
"""


def generated() -> dict[str, str]:
    """File name under docs/ to its text."""
    catalogue = load_catalogue(shipped("law"))
    forms = {path.parent.name: path for path in sorted(shipped("studies").glob("*/form.yaml"))}
    documents = {
        f"formularer/{name}.md": document(load_form(path, catalogue)) for name, path in forms.items()
    }
    return {"kommandoer.md": "\n".join([_HEAD, *_commands()]), **documents}


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
