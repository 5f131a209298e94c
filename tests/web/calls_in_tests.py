"""What a route can lead to, read in the code: which functions its view uses, and which of them move a case."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from importlib.util import resolve_name
from pathlib import Path
from typing import Any

from django.urls import URLPattern, get_resolver

import sagsbarometer.web
from sagsbarometer.web.rights.routes import ROUTES

_ROOT = Path(sagsbarometer.web.__file__).parent
# What the course of a case follows from (`reviewing.finding.course_of`).
_FIELDS = frozenset({"second_drawn", "differs", "decided_at", "locked_at", "withdrawn_at", "handed_over_at"})
_ROWS = frozenset({"Reading", "CaseReview"})


def _modules() -> dict[str, ast.Module]:
    found = {}
    for path in sorted(_ROOT.rglob("*.py")):
        if "migrations" not in path.parts:
            name = ".".join(("sagsbarometer", "web", *path.relative_to(_ROOT).with_suffix("").parts))
            found[name.removesuffix(".__init__")] = ast.parse(path.read_text(encoding="utf-8"))
    return found


_MODULES = _modules()


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Each function and class of a module; a class stands for all its methods."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name, node


_NODES = {f"{module}:{name}": node for module, tree in _MODULES.items() for name, node in _functions(tree)}


def _imported(module: str, tree: ast.AST) -> dict[str, str]:
    """Name to `module:thing` or `module`, of what is imported anywhere in a tree."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            source = resolve_name("." * node.level + node.module, module.rpartition(".")[0])
            for item in node.names:
                inner = f"{source}.{item.name}"
                found[item.asname or item.name] = inner if inner in _MODULES else f"{source}:{item.name}"
    return found


def _jobs() -> dict[str, str]:
    """The function that does each kind of work, by the name it is asked for by."""
    found = {}
    for name, node in _NODES.items():
        for mark in getattr(node, "decorator_list", ()):
            if isinstance(mark, ast.Call) and getattr(mark.func, "id", "") == "kind" and mark.args:
                found[str(ast.literal_eval(mark.args[0]))] = name
    return found


_JOBS = _jobs()


@cache
def _uses(function: str) -> frozenset[str]:
    """The functions that one names: called, or handed on."""
    module = function.partition(":")[0]
    known = _imported(module, _MODULES[module])
    found = set()
    for node in ast.walk(_NODES[function]):
        if isinstance(node, ast.Name):
            found.add(known.get(node.id, f"{module}:{node.id}"))
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found.add(f"{known.get(node.value.id, '')}:{node.attr}")
        elif isinstance(node, ast.Constant) and node.value in _JOBS:
            found.add(_JOBS[node.value])
    return frozenset(found & set(_NODES))


def _moves(node: ast.AST) -> bool:
    """Whether a function writes what the course of a case follows from, or makes a reading."""
    for part in ast.walk(node):
        if isinstance(part, ast.Assign):
            targets = [one for target in part.targets for one in ast.walk(target)]
            names = {one.attr for one in targets if isinstance(one, ast.Attribute)}
            of_a_reading = any(
                isinstance(one, ast.Name) and one.id == "ReadingState" for one in ast.walk(part.value)
            )
            if names & _FIELDS or ("state" in names and of_a_reading):
                return True
        if isinstance(part, ast.Call) and _makes(part):
            return True
    return False


def _makes(call: ast.Call) -> bool:
    called = ast.unparse(call.func)
    if called in _ROWS or any(
        called == f"{row}.objects.{how}" for row in _ROWS for how in ("create", "get_or_create")
    ):
        return True
    return called.endswith(".update") and bool({item.arg for item in call.keywords} & _FIELDS)


WRITERS = frozenset(
    name
    for name, node in _NODES.items()
    if not isinstance(node, ast.ClassDef) and ".accounts." not in name and _moves(node)
)  # .accounts: an invitation is withdrawn too


def posted() -> frozenset[str]:
    """The routes that take a POST."""
    return frozenset(name for name, needs in ROUTES.items() if needs.do and name in _views())


@cache
def _views() -> dict[str, str]:
    """The view of each route of ours, by the name of the route."""
    found = {}

    def walk(patterns: Any, space: str) -> None:
        for pattern in patterns:
            if not isinstance(pattern, URLPattern):
                walk(pattern.url_patterns, pattern.namespace or space)
            elif pattern.name:
                view = pattern.callback
                name = f"{space}:{pattern.name}" if space else pattern.name
                found[name] = f"{view.__module__}:{getattr(view, '__name__', '')}"

    walk(get_resolver().url_patterns, "")
    return {name: view for name, view in found.items() if view in _NODES}


def reached_from(route: str) -> frozenset[str]:
    """Every function that the view of a route may come to."""
    seen: set[str] = set()
    waiting = [_views()[route]]
    while waiting:
        here = waiting.pop()
        if here not in seen:
            seen.add(here)
            waiting += _uses(here)
    return frozenset(seen)
