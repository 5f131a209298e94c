"""YAML with positions, so that each later fault can name its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sagsbarometer.kernel.ids import may_hold_cpr, shown
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.kernel.said import said

Path_ = tuple[str | int, ...]
_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_MAX_BYTES = 5_000_000
_MAX_DEPTH = 40
_FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MAX_DIGITS = 18  # a longer number is kept as text, and refused where a number is meant


@dataclass(frozen=True, slots=True)
class Located:
    """Plain data (dict, list, str, int, bool, None) and where each part of it stands."""

    file: str
    data: Any
    marks: Mapping[Path_, tuple[int, int]]

    def place(self, *path: str | int, question: str = "") -> Place:
        """The place of the value at `path`, or of the nearest thing around it."""
        for end in range(len(path), -1, -1):
            if mark := self.marks.get(path[:end]):
                return Place(self.file, line=mark[0], column=mark[1], question=question)
        return Place(self.file, question=question)


def like_cpr(located: Located) -> list[Problem]:
    """YAML-105 for each text that looks like a CPR number, in a file whose words are printed on pages and in data."""

    def below(value: Any, path: Path_) -> Iterator[Path_]:
        if isinstance(value, dict):
            for key, item in value.items():
                yield from below(str(key), path)
                yield from below(item, (*path, key))
        elif isinstance(value, list):
            for number, item in enumerate(value):
                yield from below(item, (*path, number))
        elif isinstance(value, str | int) and may_hold_cpr(str(value)):
            yield path

    fault, remedy = (
        said("Her står noget, der ligner et CPR-nummer."),
        said("Fjern det: teksten bliver trykt."),
    )
    return [Problem("YAML-105", located.place(*path), fault, remedy) for path in below(located.data, ())]


def read_yaml(path: Path, name: str = "") -> Located:
    """The content of a YAML file. `name` is how messages call it (default: the file's own name).

    Raises Faults: YAML-101 unreadable, YAML-102 not YAML, YAML-103 double key, YAML-104 alias, tag or depth.
    """
    name = name or path.name
    try:
        # Asked before it is read: a device or a pipe has no end.
        if path.exists() and not path.is_file():
            raise Faults(
                [_problem("YAML-101", Place(name), said("Det er ikke en fil."), said("Se efter stien."))]
            )
        if path.stat().st_size > _MAX_BYTES:
            raise Faults(
                [
                    _problem(
                        "YAML-101",
                        Place(name),
                        said("Filen er større end 5 MB."),
                        said("Del den i flere filer."),
                    )
                ]
            )
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        fault = said("Filen kan ikke læses: den er ikke UTF-8.")
        raise Faults([_problem("YAML-101", Place(name), fault, said("Gem den som UTF-8."))]) from None
    except (FileNotFoundError, NotADirectoryError):
        raise Faults(
            [_problem("YAML-101", Place(name), said("Filen findes ikke."), said("Se efter stien."))]
        ) from None
    except (OSError, ValueError):  # ValueError: a name no file can have
        fault = said("Filen kan ikke åbnes.")
        raise Faults(
            [_problem("YAML-101", Place(name), fault, said("Se efter sti og rettigheder."))]
        ) from None
    return parse_yaml(text, name)


def parse_yaml(text: str, name: str) -> Located:
    """As `read_yaml`, from text."""
    try:
        node = _composed(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = Place(name, line=mark.line + 1, column=mark.column + 1) if mark else Place(name)
        fault = said("Filen er ikke gyldig YAML her.")
        remedy = said("Se efter indrykning, kolon og anførselstegn på linjen.")
        raise Faults([_problem("YAML-102", place, fault, remedy)]) from None
    except RecursionError:
        fault = said("Filen er indrykket for dybt.")
        raise Faults([_problem("YAML-104", Place(name), fault, said("Skriv indholdet helt ud."))]) from None
    except (ValueError, OverflowError):  # an escape such as "\\UFFFFFFFF" names no character
        fault = said("Filen har et tegn, der ikke findes (\\U…).")
        raise Faults([_problem("YAML-102", Place(name), fault, said("Skriv tegnet selv."))]) from None
    reader = _Reader(name)
    data = reader.value(node, (), 0) if node is not None else None
    if reader.problems:
        raise Faults(reader.problems)
    return Located(name, data, reader.marks)


def _composed(text: str) -> yaml.Node | None:
    """The nodes of the text. Raises yaml.YAMLError, ValueError, OverflowError or, where it is too deep, RecursionError.

    The C reader is some fifteen times as fast, but calls itself for each level, and a file that is deep enough would
    end the process. Its events come one by one, so the depth is looked at first. Where it finds a fault, the Python
    reader says where: its places are nearer to what is wrong.
    """
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_FAST):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > _MAX_DEPTH + 1:
                raise RecursionError
        node: yaml.Node | None = yaml.compose(text, Loader=_FAST)
    except (yaml.YAMLError, ValueError):
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    return node


class _Reader:
    """Turns composed nodes into plain data; collects every fault before it gives up."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.marks: dict[Path_, tuple[int, int]] = {}
        self.problems: list[Problem] = []
        self._seen: set[int] = set()

    def value(self, node: yaml.Node, path: Path_, depth: int) -> Any:
        mark = (node.start_mark.line + 1, node.start_mark.column + 1)
        self.marks.setdefault(path, mark)
        if id(node) in self._seen or depth > _MAX_DEPTH or not node.tag.startswith("tag:yaml.org,2002:"):
            fault = said("Her står en henvisning (*), et mærke (!) eller for dyb en indrykning.")
            self._add("YAML-104", mark, fault, said("Skriv indholdet helt ud."))
            return None
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path, depth)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, index), depth + 1) for index, item in enumerate(node.value)]
        text = str(node.value)
        if any("\ud800" <= char <= "\udfff" for char in text):
            # Half a character: it can be read, but never written again.
            self._add(
                "YAML-102",
                mark,
                said("Her står et halvt tegn (\\uD800-\\uDFFF)."),
                said("Skriv tegnet selv."),
            )
            return None
        return _scalar(text, plain=not getattr(node, "style", None))

    def _mapping(self, node: yaml.MappingNode, path: Path_, depth: int) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else ""
            mark = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            if not key or key in data:
                fault = (
                    said("Nøglen {key} står to gange.", key=shown(key))
                    if key
                    else said("En nøgle skal være et ord.")
                )
                self._add("YAML-103", mark, fault, said("Behold den ene."))
                continue
            data[key] = self.value(value_node, (*path, key), depth + 1)
        return data

    def _add(self, code: str, mark: tuple[int, int], fault: str, remedy: str) -> None:
        self.problems.append(_problem(code, Place(self.file, line=mark[0], column=mark[1]), fault, remedy))


def _scalar(text: str, plain: bool) -> str | int | bool | None:
    # YAML 1.1 reads `no` and `on` as false and true; a form has such words as codes.
    if not plain:
        return text
    if text in ("true", "false"):
        return text == "true"
    if text in ("", "null", "~"):
        return None
    return int(text) if len(text) <= _MAX_DIGITS and _INT.fullmatch(text) else text


def _problem(code: str, place: Place, fault: str, remedy: str) -> Problem:
    return Problem(code, place, fault, remedy)
