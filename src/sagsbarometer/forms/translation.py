"""Every text of a form stands in every language of the form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sagsbarometer.datafiles.located import Located, Path_
from sagsbarometer.kernel.problems import Problem
from sagsbarometer.kernel.said import said

_TEXT_KEYS = frozenset(
    {"title", "label", "help", "message", "remedy", "base_label", "note", "why_not", "alt"}
)


def untranslated(located: Located, languages: Sequence[str]) -> list[Problem]:
    """FORM-110 for each text that lacks a language of the form, or has one that the form has not."""
    return [
        Problem("FORM-110", located.place(*path, question=_owner(located.data, path)), fault, remedy)
        for path, text in _texts(located.data, ())
        for fault, remedy in _faults(str(path[-1]), text, languages)
    ]


def _texts(data: Any, path: Path_) -> Iterator[tuple[Path_, dict[str, Any]]]:
    if isinstance(data, dict):
        if path and path[-1] in _TEXT_KEYS:
            yield path, data
        for key, value in data.items():
            yield from _texts(value, (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _texts(value, (*path, index))


def _faults(key: str, text: dict[str, Any], languages: Sequence[str]) -> Iterator[tuple[str, str]]:
    for language in languages:
        if not str(text.get(language) or "").strip():
            yield (
                said("»{key}« mangler på {language}.", key=key, language=language),
                said("Tilføj {language}: …", language=language),
            )
    for language in sorted(set(text) - set(languages)):
        fault = said("»{key}« har sproget »{language}«, som formularen ikke har.", key=key, language=language)
        yield fault, said("Tilføj sproget under languages:, eller slet teksten.")


def _owner(data: Any, path: Path_) -> str:
    for step in path[:2]:
        data = data[step]
    return str(data.get("id", "")) if isinstance(data, dict) else ""
