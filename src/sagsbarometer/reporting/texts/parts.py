"""A text file in its parts: what stands in its head, its footnotes, its directives and its markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import yaml

from sagsbarometer.kernel.ids import ascii_id, shown
from sagsbarometer.reporting.faults import Report

_FRONT = re.compile(r"---\n(?P<meta>.*?\n)---\n", re.DOTALL)
_DIRECTIVE = re.compile(r"\s*::\s*(?P<name>\w*)\s*(?P<rest>.*?)\s*$")
_NOTE = re.compile(r"\[\^(?P<id>[\w-]+)\]:\s*(?P<text>.*)")
_KEYS = ("title", "subtitle", "file", "sheet", "scope")
SHORT = "short"  # the scope of a text that leaves figures and tables out on purpose
_FILE = re.compile(r"[a-z0-9][a-z0-9_-]*")
# What a text is called when it does not say. A text in English is named so: `report.en.md`.
_FILES = {
    "report": "rapport",
    "ladder": "hvor-knaekker-det",
    "report.en": "report",
    "ladder.en": "where-it-breaks",
}


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some lines of markdown, or one directive. `line` counts from 1."""

    line: int
    text: str
    directive: str = ""
    is_directive: bool = False


def front_matter(report: Report, source: str, file: str) -> tuple[dict[str, str], int, list[str]]:
    """The front matter, the number of the first line after it, and the lines."""
    remedy = "Begynd filen med tre bindestreger, title: …, subtitle: … og tre bindestreger."
    stem = file.rsplit("/", 1)[-1].removesuffix(".md")
    meta = {"file": _FILES.get(stem, ascii_id(stem).replace("_", "-") or "tekst")}
    match = _FRONT.match(source)
    if match is None:
        report.fault(117, 1, "Filen har ingen titel.", remedy)
        return meta, 1, source.split("\n")
    try:
        found = yaml.safe_load(match["meta"])
    except (yaml.YAMLError, ValueError):  # a day that is in no calendar is a ValueError
        found = None
    if not isinstance(found, dict):
        report.fault(117, 2, "Filens hoved kan ikke læses.", remedy)
        found = {"title": "–"}
    given = {
        str(key): str(value).lower() if isinstance(value, bool) else str(value)
        for key, value in found.items()
    }
    for key in sorted(set(given) - set(_KEYS)):
        report.fault(117, 2, f"Hovedet har et ukendt felt {shown(key)}.", f"Felterne er {', '.join(_KEYS)}.")
    if not given.get("title"):
        report.fault(117, 2, "Hovedet har ingen titel.", remedy)
    if given.get("scope", SHORT) != SHORT:
        fault = f"Hovedet har scope: {shown(given['scope'])}."
        report.fault(117, 2, fault, f"Skriv scope: {SHORT}, eller slet linjen.")
    if "file" in given and not _FILE.fullmatch(given["file"]):
        report.fault(
            117, 2, f"Filnavnet {shown(given['file'])} kan ikke bruges.", "Brug a-z, tal og bindestreg."
        )
    rest = source[match.end() :]
    return meta | given, source[: match.end()].count("\n") + 1, rest.split("\n")


def take_notes(report: Report, lines: list[str], first: int) -> dict[str, tuple[int, str]]:
    """Footnotes by id with their line; their lines are blanked so that the rest keeps its numbers."""
    notes: dict[str, tuple[int, str]] = {}
    index = 0
    while index < len(lines):
        match = _NOTE.fullmatch(lines[index])
        if match is None:
            index += 1
            continue
        start, words = index, [match["text"]]
        lines[index] = ""
        index += 1
        while index < len(lines) and lines[index].startswith((" ", "\t")) and lines[index].strip():
            words.append(lines[index].strip())
            lines[index] = ""
            index += 1
        if match["id"] in notes:
            fault = f"Fodnoten {shown(match['id'])} står to gange."
            report.fault(112, first + start, fault, "Giv dem hvert sit navn.")
        notes[match["id"]] = (first + start, "\n".join(words))
    return notes


def drop_unshown(report: Report, lines: list[str], first: int, holds: Callable[[int, str], bool]) -> None:
    """Blanks what stands between `::when …` and `::end when` where the condition does not hold, between `::unless …`
    and `::end when` where it does, and after `::else` the other way, so that one text can be written for many results;
    the lines with the directives are blanked too.

    `holds` is given a line and the condition on it; it is not asked what stands inside what is blanked.
    """
    opened: list[tuple[int, bool]] = []  # line, and whether what is inside is kept
    for index, line in enumerate(lines):
        match = _DIRECTIVE.match(line)
        name = match["name"] if match else ""
        if match and name in ("when", "unless"):
            if not match["rest"]:
                report.fault(
                    109, first + index, f"»::{name}« mangler et id.", "Skriv tabellens eller figurens id."
                )
            asked = bool(match["rest"]) and all(kept for _, kept in opened)
            opened.append((first + index, asked and holds(first + index, match["rest"]) is (name == "when")))
            lines[index] = ""
        elif match and name == "else":
            if opened:
                start, kept = opened.pop()
                opened.append((start, not kept))
            else:
                fault = "»::else« hører ikke til et »::when«."
                report.fault(110, first + index, fault, "Slet linjen, eller skriv ::when før den.")
            lines[index] = ""
        elif match and name == "end" and match["rest"] == "when":
            if opened:
                opened.pop()
            else:
                fault = "»::end when« lukker ingenting."
                report.fault(110, first + index, fault, "Slet linjen, eller skriv ::when før den.")
            lines[index] = ""
        elif not all(kept for _, kept in opened):
            lines[index] = ""
    for line_number, _ in opened:
        fault = "»::when« er ikke lukket."
        report.fault(110, line_number, fault, "Skriv ::end when på en linje for sig.")


def chunks(lines: list[str], first: int) -> Iterator[Chunk]:
    """Directives and the markdown between them, in order; blank stretches are left out."""
    held: list[str] = []
    start = first
    for number, line in enumerate(lines, first):
        match = _DIRECTIVE.match(line)
        if match is None:
            if not held:
                start = number
            held.append(line)
            continue
        if any(item.strip() for item in held):
            yield Chunk(start, "\n".join(held))
        held = []
        yield Chunk(number, match["rest"], match["name"], True)
    if any(item.strip() for item in held):
        yield Chunk(start, "\n".join(held))
