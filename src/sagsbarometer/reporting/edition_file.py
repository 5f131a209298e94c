"""An edition as a file: everything its pages may say but the numbers, so that they can be made again from a folder."""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from sagsbarometer.forms.language.parse import parse
from sagsbarometer.forms.language.tree import TRUE
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.measures.cells import ResultSet
from sagsbarometer.measures.measure import Measure
from sagsbarometer.reporting.contract import Edition, Standing

FILE = "edition.json"
VERSION = 1
_LANGUAGES = frozenset({"da", "en"})
# The numbers are in cells.csv, how far the edition has come is told where it is used, and a round before is another
# folder. The trees of a measure follow from its rules as written.
_APART = frozenset({"results", "standing", "before", "language"})
_TREES = frozenset({"base", "counts"})


def edition_json(edition: Edition, *others: Edition) -> bytes:
    """The edition as JSON; the same bytes for the same edition.

    `others`: the same edition in other languages. A text that they have otherwise stands as `{"da": …, "en": …}`.
    """
    every = (edition, *others)
    plain = {
        "schema_version": VERSION,
        "kind": "edition",
        "languages": [item.language for item in every],
        **_merged([_plain(item) for item in every], [item.language for item in every]),
    }
    return (
        (json.dumps(plain, ensure_ascii=False, separators=(",", ":")) + "\n")
        .replace('},{"id"', '},\n{"id"')
        .encode("utf-8", "backslashreplace")
    )


def read_edition(
    data: bytes, results: ResultSet, language: str = "da", standing: Standing | None = None
) -> Edition:
    """The edition with these numbers, in `language` where the file has it and else in Danish. A draft, where nothing
    else is said.

    Raises Faults RESULTAT-103 where the file is no edition that this program can read.
    """
    try:
        told = json.loads(data)
        if not isinstance(told, dict) or told.get("schema_version") != VERSION:
            raise ValueError("schema_version")
        given = {name: item for name, item in told.items() if name not in _HEAD}
        if "measures" in given:
            given["measures"] = {item["id"]: item for item in given["measures"]}
        parts = _arguments(Edition, given, language)
        return Edition(**parts, results=results, language=language, standing=standing or Standing())
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, Faults) as error:
        fault = f"{FILE} kan ikke læses: den er ændret, eller skrevet af en anden udgave af programmet."
        remedy = "Lav resultaterne igen med study run eller appeals tables."
        raise Faults([Problem("RESULTAT-103", Place(FILE), fault, remedy)]) from error


_HEAD = frozenset({"schema_version", "kind", "languages"})


def _plain(value: Any) -> Any:
    """`value` as JSON has it; a dataclass without what is as it would be anyway."""
    if is_dataclass(value) and not isinstance(value, type):
        apart = (
            _APART if isinstance(value, Edition) else _TREES if isinstance(value, Measure) else frozenset()
        )
        told = {
            item.name: getattr(value, item.name)
            for item in fields(value)
            if item.name not in apart and getattr(value, item.name) != _default(item)
        }
        if isinstance(value, Edition):
            told["measures"] = tuple(value.measures.values())
        return {name: _plain(item) for name, item in told.items()}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value.value if isinstance(value, Enum) else value


def _default(item: Field[Any]) -> Any:
    if item.default_factory is not MISSING:
        return item.default_factory()
    return item.default  # MISSING, which nothing equals, where there is none


def _merged(every: list[Any], languages: list[str]) -> Any:
    """One value for all languages: as it is where they have the same, by language where they have not."""
    first = every[0]
    if all(item == first for item in every):
        return first
    if all(isinstance(item, str) for item in every):
        return dict(zip(languages, every, strict=True))
    if all(isinstance(item, dict) for item in every):
        names = dict.fromkeys(name for item in every for name in item)
        return {name: _merged([item.get(name, "") for item in every], languages) for name in names}
    return [_merged(list(items), languages) for items in zip(*every, strict=True)]


def _arguments(kind: type, given: Any, language: str) -> dict[str, Any]:
    """What makes a dataclass of this kind. Raises ValueError or KeyError for a field it has not, or of another type."""
    if not isinstance(given, dict):
        raise ValueError(kind.__name__)
    hints = _hints(kind)
    return {name: _read(hints[name], item, language) for name, item in given.items()}


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(kind: Any, given: Any, language: str) -> Any:
    """`given` as the type says. A text by language becomes that of `language`."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return (
            None
            if given is None
            else _read(_one([item for item in inner if item is not type(None)]), given, language)
        )
    if origin is tuple:
        if not isinstance(given, list):
            raise ValueError("tuple")
        kinds = inner[:1] * len(given) if inner[1:] == (...,) else inner
        return tuple(_read(of, item, language) for of, item in zip(kinds, given, strict=True))
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(given, dict):
            raise ValueError("mapping")
        return {key: _read(inner[1], item, language) for key, item in given.items()}
    if kind is str and isinstance(given, dict) and set(given) <= _LANGUAGES:
        given = given.get(language) or given.get("da", "")
    if is_dataclass(kind):
        return _made(kind, given, language)
    if issubclass(kind, Enum):
        return kind(given)
    if type(given) is not kind:
        raise ValueError(f"{kind.__name__}: {type(given).__name__}")
    return given


def _one(kinds: list[Any]) -> Any:
    (kind,) = kinds
    return kind


def _made(kind: Any, given: Any, language: str) -> Any:
    """An item of the edition; a measure with the trees that follow from its rules."""
    parts = _arguments(kind, given, language)
    if kind is not Measure:
        return kind(**parts)
    base, counts = parts.get("base_text", ""), parts.get("counts_text", "")
    place = Place(FILE, question=parts.get("id", ""))
    return Measure(
        **parts,
        base=parse(base, place) if base else TRUE,
        # For a mean the same place tells the variable, which is no rule.
        counts=parse(counts, place) if counts and counts != parts.get("value") else None,
    )
