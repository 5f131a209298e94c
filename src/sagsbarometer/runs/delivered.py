"""The page of a results folder that tells what the register was given, and what was wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from sagsbarometer.appeals.intake.rules import RULES
from sagsbarometer.kernel.rounding import percent
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.numbers import danish
from sagsbarometer.runs.page import Section, page
from sagsbarometer.store.register import Register

FILE = "leveringer.html"
_KINDS = {"full": "hele registret, som det stod", "incremental": "nye og rettede registreringer"}


def delivered_page(edition: Edition, register: Register) -> str:
    """The page as HTML: per delivery what it was, which rows were left out and why, and which rules its rows break."""
    sections = [_section(entry) for entry in register.manifest["deliveries"]]
    day = f" · data pr. {edition.data_day}" if edition.data_day else ""
    title = f"Leveringerne bag »{edition.title}«"
    return page(title, f"{edition.source}{day}", sections, mark=edition.mark, language=edition.language)


def _section(entry: Mapping[str, Any]) -> Section:
    kind = _KINDS[str(entry.get("kind", "incremental"))]
    return f"Levering {entry['number']}: {kind}", list(_lines(entry))


def _lines(entry: Mapping[str, Any]) -> Iterator[str]:
    left_out: Mapping[str, int] = entry.get("left_out", {})
    rows = int(entry["rows"]) - int(entry.get("withdrawn", 0))
    read = rows + sum(left_out.values())
    yield _line("Registreringer", f"{danish(rows)} af {danish(int(entry['cases']))} sager")
    if withdrawn := int(entry.get("withdrawn", 0)):
        yield _line("Sager, der ikke var med længere", f"{danish(withdrawn)}; de er taget ud fra da af")
    for reason, number in left_out.items():
        yield _line(f"Udeladt: {reason}", _of(number, read))
    rules: Mapping[str, int] = entry.get("rules", {})
    for name, number in rules.items():
        yield _line(RULES[name][0] if name in RULES else name, f"{_of(number, read)}; de er beholdt")
    if not rules:
        yield _line("Regler, som rækker bryder", "ingen")


def _of(rows: int, read: int) -> str:
    share = danish(percent(rows, read, 1)) if read else "0"
    return f"{danish(rows)} rækker ({share} %)"


def _line(what: str, told: str) -> str:
    return f"<li><b>{escape(what)}</b><span>{escape(told)}</span></li>"
