"""What the stages say of a form, a sample, the law or a table can be said in English: none of it is a plain text."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "src/sagsbarometer"
# What a page may show faults of.
STAGES = ("catalogue", "collection", "datafiles", "deliveries", "documents", "forms", "review", "sampling")
RUNS = ("runs/answers_out.py", "runs/sample_*.py", "runs/study.py", "runs/walk.py")
# Both languages stand beside each other there, or it is what no page shows: files handed back and streams for the
# command line, a law card in a terminal, and how Danish law is cited.
NOT_SAID = frozenset(
    """forms/document.py forms/template.py forms/template_guide.py forms/wording.py forms/labelled.py
    catalogue/card.py catalogue/citation_text.py catalogue/citations.py
    deliveries/returned.py deliveries/returned_xlsx.py deliveries/stream.py deliveries/stream_arrow.py
    deliveries/stream_cells.py deliveries/stream_csv.py deliveries/stream_json.py deliveries/stream_text.py
    deliveries/stream_xlsx.py runs/sample_plan.py""".split()
)
# Plain, and not said to anybody: what a file holds, a seed, what a folder is called in Danish, and what a command
# tells of its steps.
ALLOWED = (
    ("collection/plan_sample.py", "Stikprøven"),
    ("collection/plan_sample.py", "intet frø"),
    ("deliveries/table_cells.py", "#NULL!"),
    ("review/reading_facts.py", "mandag"),
    ("runs/sample_draw.py", "Læser listen"),
    ("runs/sample_draw.py", "Trækker lod"),
    ("runs/sample_draw.py", "Skriver stikprøven"),
    ("runs/sample_draw.py", "Åbner registret"),
    ("runs/sample_verify.py", "Trækker lod"),
    ("runs/sample_verify.py", "Følger udskiftningerne"),
)
SAID = frozenset({"said", "of_data"})  # their fields are said by themselves
SAID_WHOLE = frozenset({"all_said", "Ask", "_letter"})  # messages.py gathers what stands in them
TOLD = ("fault", "remedy")  # parameters that are shown
_SENTENCE = re.compile(r"[A-ZÆØÅ»({].*\s.*\.", re.DOTALL)
_LETTER = re.compile(r"[^\W\d_]")
_DANISH = re.compile("[æøåÆØÅ]")

Taking = dict[str, list[tuple[str, int]]]
Tree = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def files() -> Iterator[Path]:
    """The files that are held to it."""
    for path in [*(path for stage in STAGES for path in (ROOT / stage).rglob("*.py")), *_runs()]:
        if str(path.relative_to(ROOT)) not in NOT_SAID:
            yield path


def _runs() -> list[Path]:
    return [path for pattern in RUNS for path in ROOT.glob(pattern)]


def takes() -> Taking:
    """The functions and classes of all these files that take a fault or a remedy."""
    found: Taking = {"Problem": [("fault", 2), ("remedy", 3)]}
    for path in files():
        found |= takes_of(ast.parse(path.read_text(encoding="utf-8")))
    return found


def takes_of(tree: ast.AST) -> Taking:
    """Of each function and class that takes a fault or a remedy: the names and positions of those parameters."""
    found: Taking = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            names = [arg.arg for arg in node.args.args if arg.arg not in ("self", "cls")]
        elif isinstance(node, ast.ClassDef):
            fields = [item.target for item in node.body if isinstance(item, ast.AnnAssign)]
            names = [field.id for field in fields if isinstance(field, ast.Name)]
        else:
            continue
        if at := [(name, names.index(name)) for name in TOLD if name in names]:
            found[node.name] = at
    return found


def plain(source: str, taking: Taking) -> list[tuple[int, str]]:
    """The lines where a sentence, a word with a Danish letter, or any text given as a fault or remedy is not said."""
    tree = ast.parse(source)
    taking = taking | takes_of(tree)  # of two functions of one name, that of the file itself
    told: set[tuple[int, str]] = set()
    given = {id(part) for node in ast.walk(tree) for part in _given(node, taking)}
    # A constant of the file that is said where it is used.
    used = {part.id for node in ast.walk(tree) for part in _said_by_name(node)}
    left_out = {id(part) for node in ast.walk(tree) for part in _left_out(node, used)}

    def look(node: ast.AST) -> None:
        if id(node) in left_out:
            return
        name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        if isinstance(node, ast.Call) and name in SAID | SAID_WHOLE:
            for child in node.keywords if name in SAID else ():
                look(child.value)
            return
        text = _text(node)
        if text is None:
            for inner in ast.iter_child_nodes(node):
                look(inner)
        elif (
            (id(node) in given and _LETTER.search(text.replace("{}", "")))
            or _DANISH.search(text)
            or _SENTENCE.fullmatch(text.strip())
        ):
            told.add((getattr(node, "lineno", 0), text))

    look(tree)
    return sorted(told)


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _given(node: ast.AST, taking: Taking) -> Iterator[ast.expr]:
    """What is given as a fault or a remedy; of a choice both, of a sum its parts."""
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        if node.targets[0].id in TOLD:
            yield from _parts(node.value)
    elif isinstance(node, ast.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        for parameter, at in taking.get(name, ()):
            if at < len(node.args):
                yield from _parts(node.args[at])
            yield from (
                part for word in node.keywords if word.arg == parameter for part in _parts(word.value)
            )


def _parts(value: ast.expr) -> Iterator[ast.expr]:
    if isinstance(value, ast.IfExp):
        yield from (*_parts(value.body), *_parts(value.orelse))
    elif isinstance(value, ast.BinOp):
        yield from (*_parts(value.left), *_parts(value.right))
    elif isinstance(value, ast.BoolOp):
        yield from (part for item in value.values for part in _parts(item))
    else:
        yield value


def _said_by_name(node: ast.AST) -> Iterator[ast.Name]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAID | SAID_WHOLE:
        for argument in node.args[:2]:
            names = (part for part in ast.walk(argument) if isinstance(part, ast.Name))
            yield from (name for name in names if name.id.isupper())


def _left_out(node: ast.AST, used: set[str]) -> Iterator[ast.AST]:
    """Documentation, patterns, and what is raised as a mistake in the program."""
    if isinstance(node, Tree) and ast.get_docstring(node, clean=False) is not None:
        yield node.body[0]
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id in used:
        yield node
    if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("compile", "maketrans"):
        yield node
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "AssertionError":
        yield node


def test_what_a_page_may_show_is_said() -> None:
    taking = takes()
    assert {"Problem", "Finding", "fault_at", "refuse", "_wrong"} <= taking.keys()
    looked, told = 0, []
    for path in files():
        looked += 1
        for line, text in plain(path.read_text(encoding="utf-8"), taking):
            name = str(path.relative_to(ROOT))
            if not any(name == file and text.startswith(start) for file, start in ALLOWED):
                told.append(f"{name}:{line}: {text}")
    assert looked > 80
    assert not told, "\n".join(told)


@pytest.mark.parametrize(
    "code",
    [
        'fault = "evidence"',
        'fault = f"Navnet {name}"',
        'return "Filen er tom.", said("Se efter.")',
        'Problem("FORM-101", place, said("Filen er tom."), "tom")',
        'Problem("FORM-101", place, "Tom" if a else said("Fuld"), remedy)',
        'self.refuse(token, "SPROG-101", f"{x} er", remedy)',
        'remedy = said("Skriv {x}.", x="æble")',
        'TYPES = {"int": "et højt tal"}',
        'raise ValueError("Skriv et tal som 0.05.")',
        'fault = "Filen er tom."; return said(fault)',
    ],
)
def test_a_plain_text_is_seen(code: str) -> None:
    taking = takes() | {"refuse": [("fault", 2), ("remedy", 3)]}
    assert plain(f"def f():\n    {code}\n", taking)


@pytest.mark.parametrize(
    "code",
    [
        'fault, remedy = said("Filen er tom."), said("Se efter.")',
        '"""Navnet kendes ikke."""',
        'Problem("FORM-101", place, said("Filen {name} er tom.", name=name), TOLD[kind])',
        'raise AssertionError("unreachable: a problem was just added")',
        'names = ", ".join(sorted(codes))',
    ],
)
def test_what_is_said_or_no_sentence_is_let_be(code: str) -> None:
    assert plain(f"def f():\n    {code}\n", takes()) == []
