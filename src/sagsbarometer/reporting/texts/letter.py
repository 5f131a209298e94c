"""A letter text for many recipients: what kind it is, and its text addressed to one of them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Place, Problem

BEFORE, AFTER, NOTE = "before", "after", "note"
KINDS = (BEFORE, AFTER)  # a note is never a letter of one's own: its text lies in the results
CASES = "sager"  # the table of a municipality's own cases: `::given sager`

_KIND = re.compile(r"^letter:[ \t]*(?P<kind>\S*)[ \t]*$", re.MULTILINE)
_FIELD = re.compile(r"\{(?P<of>recipient|release)\.(?P<name>\w+)\}", re.ASCII)
RELEASE_FIELDS = ("title", "hour")
# What would be read as mark-up, or end a line or a quoted title.
_MARKUP = str.maketrans({**dict.fromkeys("\\[]{}*_`<>#~|", " "), '"': "”"})


def letter_kind(source: str) -> tuple[str, str]:
    """The kind a letter says it is in its head, "" where it says none, and the text with that line as a comment, so
    that every other line keeps its number."""
    head = source.split("\n---", 1)[0]
    match = _KIND.search(head)
    if match is None:
        return "", source
    return match["kind"], f"{source[: match.start()]}# {source[match.start() :]}"


def addressed(source: str, recipient: Mapping[str, str], release: Mapping[str, str] | None = None) -> str:
    """The text with the fields of its recipient and its release in it: words without mark-up that are no figure of
    ours."""
    fields = {"recipient": recipient, "release": release or {}}
    return _FIELD.sub(lambda match: _words(fields[match["of"]].get(match["name"], "")), source)


def unknown_fields(source: str, columns: tuple[str, ...], of_release: bool, file: str) -> list[Problem]:
    """BREV-102 for each field of the text that the list of recipients has no column for, or no release has."""
    known = {"recipient": columns, "release": RELEASE_FIELDS if of_release else ()}
    problems = []
    for number, line in enumerate(source.split("\n"), 1):
        for match in _FIELD.finditer(line):
            if match["name"] not in known[match["of"]]:
                fault = f"Feltet {{{match['of']}.{shown(match['name'])}}} findes ikke."
                fields = [
                    *(f"recipient.{name}" for name in columns),
                    *(f"release.{name}" for name in known["release"]),
                ]
                remedy = f"Brug et af {', '.join(fields)}. Modtagernes felter er listens kolonner."
                problems.append(Problem("BREV-102", Place(file, number), fault, remedy))
    return problems


def _words(text: str) -> str:
    words = " ".join(text.translate(_MARKUP).split())
    return f"[{words}]{{.fixed}}" if words else ""
