"""The documents tell what is there: generated texts, error codes, command lines and links."""

from __future__ import annotations

import ast
import importlib.util
import re
import shlex
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote

import pytest
from markdown_it import MarkdownIt
from typer.main import get_command

from sagsbarometer.cli.danish import ListCommand
from sagsbarometer.cli.main import app
from tests.conftest import ROOT

DOCS = ROOT / "docs"
CODES = DOCS / "fejlkoder.md"
WITH_COMMANDS = (*sorted(ROOT.glob("*.md")), *sorted(DOCS.glob("*.md")))
CODE = re.compile(r"[A-Z]{3,8}-\d{3}")


# --- what docs/generate.py writes ---


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_documents_are_as_the_code_is() -> None:
    texts: dict[str, str] = generator().generated()
    assert "kommandoer.md" in texts
    stale = [name for name, text in texts.items() if not same(DOCS / name, text)]
    stale += [path.name for path in DOCS.glob("formularer/*") if f"formularer/{path.name}" not in texts]
    assert not stale, (
        f"{', '.join(stale)}: ./run python docs/generate.py writes them; delete what is left over"
    )


def same(path: Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() == text.encode("utf-8")


# --- error codes ---


def codes_of(text: str) -> set[str]:
    """The error codes that a module can give."""
    tree = ast.parse(text)
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(value)) if CODE.fullmatch(value):
                found.add(value)
            case ast.JoinedStr(values=[ast.Constant(value=str(value)), *_]) if "Fejl " in value:
                found |= set(CODE.findall(value))  # shown without a Problem
            case ast.JoinedStr(values=[ast.Constant(value=str(value)), ast.FormattedValue(), *_]):
                if re.fullmatch(r"[A-Z]{3,8}-", value):
                    found |= {value + number for number in numbers_of_reports(value)}
    return found


@cache
def numbers_of_reports(family: str) -> set[str]:
    """The numbers given to `fault` and `warning` of reporting.faults, which puts the family before them."""
    assert family == "RAPPORT-", f"{family}: tell this test where its numbers stand"
    numbers = set()
    for path in (ROOT / "src" / "sagsbarometer" / "reporting").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(attr="fault" | "warning"), args=[ast.Constant(value=int(n)), *_]
                ):
                    numbers.add(str(n))
    return numbers


@cache
def codes_in_code() -> set[str]:
    modules = (ROOT / "src").rglob("*.py")
    return {code for path in modules for code in codes_of(path.read_text(encoding="utf-8"))}


def codes_explained() -> list[str]:
    return re.findall(r"^\| ([A-Z]+-\d+) \|", CODES.read_text(encoding="utf-8"), flags=re.MULTILINE)


def test_every_error_code_is_explained() -> None:
    absent = sorted(codes_in_code() - set(codes_explained()))
    assert not absent, f"docs/fejlkoder.md lacks {', '.join(absent)}"


def test_every_explained_error_code_exists() -> None:
    explained = codes_explained()
    gone = sorted(set(explained) - codes_in_code())
    assert not gone, f"docs/fejlkoder.md has {', '.join(gone)}, which no code gives"
    assert explained == list(dict.fromkeys(explained))


def test_each_family_stands_for_itself_in_order() -> None:
    parts = re.split(r"^## ", CODES.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    for part in parts:
        family = part.partition(":")[0]
        codes = re.findall(r"^\| ([A-Z]+-\d+) \|", part, flags=re.MULTILINE)
        assert codes
        assert {code.partition("-")[0] for code in codes} - {"DATA"} == {family}
        assert codes == sorted(codes, key=lambda code: (code.startswith("DATA"), code))


def test_codes_are_found_however_they_are_built() -> None:
    assert codes_of('add("FORM-101", at)\ndef f(code="DATA-101"): ...') == {"FORM-101", "DATA-101"}
    assert codes_of('say(f"Fejl SYSTEM-101 {name}")') == {"SYSTEM-101"}
    assert codes_of('"""Raises Faults: YAML-101."""\nhead = "Indhold (SHA-256)"') == set()
    assert {"RAPPORT-101", "RAPPORT-120", "RAPPORT-202"} <= codes_in_code()


# --- command lines ---


@cache
def program() -> Any:
    """The commands, put together once: it takes longer than reading a document."""
    return get_command(app)


@dataclass(frozen=True)
class Line:
    """A command line of a document. A whole one stands in a block and can be copied."""

    place: str
    text: str
    whole: bool


def command_lines(text: str, name: str) -> Iterator[Line]:
    """Those of fenced blocks and of inline code that start `./run`, `sagsbarometer` or a group of commands."""
    groups = "|".join(program().commands)
    inline = re.compile(rf"(\./run|sagsbarometer(?= )|(?:{groups}) [a-z]+)\b.*", re.DOTALL)
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        place = f"{name}:{(token.map or [0])[0] + 1}"
        if token.type == "fence":
            for line in re.sub(r"\\\n", " ", token.content).splitlines():
                if re.match(r"(\$ )?(\./run|sagsbarometer)\b", line):
                    yield Line(place, line.removeprefix("$ "), whole=True)
        for child in token.children or ():
            if child.type == "code_inline" and inline.fullmatch(child.content):
                yield Line(place, child.content, whole=False)


def fault_of(line: Line) -> str:
    """What is wrong with a command line, or ""."""
    words = shlex.split(line.text, comments=True)
    end = next((at for at, word in enumerate(words) if word in ("|", ">", "&&", ";")), len(words))
    words = words[:end]
    if words[0] == "./run":
        words = words[1:]
        if not words or words[0] != "sagsbarometer":
            return fault_of_run(words)
    return fault_of_command(words[1:] if words[0] == "sagsbarometer" else words, line.whole)


def fault_of_run(words: list[str]) -> str:
    known = re.findall(r"^    ([a-z |]+)\)$", (ROOT / "run").read_text(encoding="utf-8"), flags=re.MULTILINE)
    if not words or words[0] in ("…", "ANYTHING", *(name for names in known for name in names.split(" | "))):
        return ""
    file = next((word for word in words if "/" in word), "")
    if words[0] != "python" and words[0] != file:
        return f"./run has no {words[0]}"
    return "" if not file or (ROOT / file).is_file() else f"no file {file}"


def fault_of_command(words: list[str], whole: bool) -> str:
    command = program()
    given: list[str] = []
    options: set[str] = set()
    rest = iter(words)
    listing = False  # whether the option before takes all that follow it
    for word in rest:
        if word == "…":
            whole = False
        elif word.startswith("-"):
            name, _, value = word.partition("=")
            option = next((item for item in command.params if name in item.opts), None)
            if option is None and name != "--help":
                return f"{command.name} has no option {name}"
            if option is not None:
                options.add(option.name)
                listing = isinstance(command, ListCommand) and option.multiple
                if not option.is_flag and not value and next(rest, "…") == "…":
                    whole = False
        elif hasattr(command, "commands"):
            if word not in command.commands:
                return f"no command {word}"
            command = command.commands[word]
        elif not listing:
            given.append(word)
    arguments = [item for item in command.params if item.param_type_name == "argument"]
    if len(given) > len(arguments):
        return f"{command.name} takes {len(arguments)} arguments"
    needed = {item.name for item in command.params if item.required}
    lacking = needed - options - {item.name for item in arguments[: len(given)]}
    return f"{command.name} also needs {', '.join(sorted(lacking))}" if whole and lacking else ""


@pytest.mark.parametrize("path", WITH_COMMANDS, ids=lambda path: path.name)
def test_command_lines_can_be_run(path: Path) -> None:
    lines = command_lines(path.read_text(encoding="utf-8"), path.name)
    faults = [f"{line.place} {line.text}: {fault}" for line in lines if (fault := fault_of(line))]
    assert not faults, "\n".join(faults)


def test_the_readme_shows_the_way() -> None:
    told = [
        line.text for line in command_lines((ROOT / "README.md").read_text(encoding="utf-8"), "README.md")
    ]
    for wanted in ("./run demo", "./run sagsbarometer study new", "./run sagsbarometer study run"):
        assert any(line.startswith(wanted) for line in told), wanted


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("./run sagsbarometer study rnu x", "no command rnu"),
        ("sagsbarometer study run x --answer f --out y", "run has no option --answer"),
        ("study run x --answers f --out y --forse", "run has no option --forse"),
        ("sagsbarometer form check a b", "check takes 1 arguments"),
        ("sagsbarometer form check a --json b", "check takes 1 arguments"),
        ("sagsbarometer study run x --answers f", "run also needs out"),
        ("./run demoo", "./run has no demoo"),
        ("./run python docs/none.py", "no file docs/none.py"),
        ("sagsbarometer study run … --out y", ""),
        ("sagsbarometer form template x -o y.xlsx", ""),
        ("sagsbarometer report serve x --port=8001", ""),
        ("./run sagsbarometer figures verify --published A --results B --brief | less", ""),
        ("./run test -n 0 -k rounding   # quick", ""),
        ("./run python docs/generate.py", ""),
    ],
)
def test_a_wrong_command_line_is_seen(text: str, fault: str) -> None:
    assert fault_of(Line("", text, whole=True)) == fault


def test_command_lines_are_found_in_blocks_and_in_the_text() -> None:
    text = (
        "Run `./run demo` or `study run … --out MAPPE`, not `form.yaml`.\n\n"
        "```\n$ sagsbarometer form \\\n  check F  # look\nform: x\n```\n"
    )
    told = [(line.text.split(), line.whole) for line in command_lines(text, "a.md")]
    assert told == [
        (["./run", "demo"], False),
        (["study", "run", "…", "--out", "MAPPE"], False),
        (["sagsbarometer", "form", "check", "F", "#", "look"], True),
    ]


# --- links ---


def documents() -> list[Path]:
    """Each Markdown file that is committed or could be. Skips the test outside a git checkout."""
    command = ["git", "ls-files", "-coz", "--exclude-standard", "*.md"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    paths = (ROOT / name for name in listed.stdout.decode().split("\0") if name)
    return [path for path in paths if path.is_file()]


def links(text: str) -> Iterable[str]:
    """What the links and pictures of a document point to."""
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        for child in token.children or ():
            target = child.attrGet({"link_open": "href", "image": "src"}.get(child.type, ""))
            if target:
                yield str(target)


def broken(path: Path, text: str) -> list[str]:
    """The relative links that lead to no file of the repository."""
    relative = [link for link in links(text) if not re.match(r"[a-z]+:|#|@", link)]
    targets = {link: (path.parent / unquote(link.partition("#")[0])).resolve() for link in relative}
    return [link for link, to in targets.items() if not (to.is_relative_to(ROOT) and to.exists())]


def test_every_link_leads_somewhere() -> None:
    found = documents()
    assert {ROOT / "README.md", CODES} <= set(found)
    faults = [
        f"{path.relative_to(ROOT)}: {link}"
        for path in found
        for link in broken(path, path.read_text(encoding="utf-8"))
    ]
    assert not faults, "\n".join(faults)


def test_a_broken_link_is_seen() -> None:
    text = (
        "[a](README.md) [b](none.md#part) ![c](docs/none.png) [d](https://example.org/x) [e](#part)\n\n"
        "```\n[f](g)\n```\n"
    )
    assert broken(ROOT / "x.md", text) == ["none.md#part", "docs/none.png"]
    up = "[a](README.md) [b](../README.md) [c](../../elsewhere.md)"
    assert broken(DOCS / "x.md", up) == ["README.md", "../../elsewhere.md"]
