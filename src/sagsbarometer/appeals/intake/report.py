"""What an import tells of a delivery: how many rows, what is wrong with them, and what became of the source's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sagsbarometer.kernel.dates import danish_day
from sagsbarometer.kernel.ids import shown

_LEVEL_DA = {"hard": "Stopper", "soft": "Advarsel", "leave_out": "Udelades"}
_MOST_WORDS = 60


@dataclass(frozen=True, slots=True)
class Example:
    """One row that breaks a rule: where it is seen, and the value, hidden where nobody may see it."""

    line: int
    file: str
    row: int
    column: str
    value: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that rows break."""

    rule: str
    code: str
    words: str
    level: str
    rows: int
    examples: tuple[Example, ...]
    remedy: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """A word of the source for an outcome, what it became ("" for unknown), and how many cells have it."""

    column: str
    word: str
    outcome: str
    on_the_merits: bool
    rows: int


@dataclass(frozen=True, slots=True)
class Report:
    """The report of one delivery. `dates` has the first and last of each date and of the registrations."""

    rows: int
    kept: int
    left_out: Mapping[str, int]
    findings: tuple[Finding, ...]
    outcomes: tuple[Outcome, ...]
    dates: Mapping[str, tuple[date, date]]

    @property
    def stops(self) -> bool:
        """Whether a rule that stops is broken."""
        return any(finding.level == "hard" for finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        """The report as plain data."""
        return {
            "rows": self.rows,
            "kept": self.kept,
            "left_out": dict(self.left_out),
            "rules": [
                {
                    "rule": item.rule,
                    "code": item.code,
                    "words": item.words,
                    "level": item.level,
                    "rows": item.rows,
                    "share": round(item.rows / self.rows, 6) if self.rows else None,
                    "examples": [
                        {"file": one.file, "row": one.row, "column": one.column, "value": one.value}
                        for one in item.examples
                    ],
                    "remedy": item.remedy,
                }
                for item in self.findings
            ],
            "outcomes": [
                {
                    "column": item.column,
                    "word": shown(item.word)[1:-1] if item.word else "",
                    "outcome": item.outcome or None,
                    "on_the_merits": item.on_the_merits if item.outcome else None,
                    "rows": item.rows,
                }
                for item in self.outcomes
            ],
            "dates": {
                name: {"first": first.isoformat(), "last": last.isoformat()}
                for name, (first, last) in self.dates.items()
            },
        }

    def lines(self) -> list[str]:
        """The report as lines of text in Danish."""
        said = [f"{_rows(self.rows)} læst; {_number(self.kept)} er registreringer til registret."]
        for reason, rows in self.left_out.items():
            said.append(f"Udeladt: {_number(rows)} ({_share(rows, self.rows)}) – {reason}")
        said += ["", "Regler, der er brudt:" if self.findings else "Ingen regel er brudt."]
        for finding in self.findings:
            said += self._finding(finding)
        if self.outcomes:
            said += ["", "Kildens ord → vores udfald → i realiteten? → rækker"]
            columns = {item.column for item in self.outcomes}
            for item in self.outcomes[:_MOST_WORDS]:
                said.append(f"  {_outcome(item, several=len(columns) > 1)}")
            if len(self.outcomes) > _MOST_WORDS:
                said.append(f"  … og {len(self.outcomes) - _MOST_WORDS} ord til")
        if self.dates:
            said += ["", "Første og sidste dato"]
            said += [f"  {name}: {first} til {last}" for name, (first, last) in self.dates.items()]
        return said

    def _finding(self, finding: Finding) -> list[str]:
        share = _share(finding.rows, self.rows)
        head = f"  {_LEVEL_DA[finding.level]} {finding.code} {finding.rule}: {finding.words}."
        said = [f"{head} {_rows(finding.rows)} ({share})."]
        files = {one.file for one in finding.examples}
        for one in finding.examples:
            where = f"{one.file} række {one.row}" if len(files) > 1 else f"række {one.row}"
            column = "" if one.value.startswith(f"{one.column} ") else one.column
            said.append(f"    fx {where}" + "".join(f", {part}" for part in (column, one.value) if part))
        return [*said, f"    → {finding.remedy}"]


def outcomes_of(words: Mapping[tuple[str, str, str], int], merits: frozenset[str]) -> tuple[Outcome, ...]:
    """The words that were met, those with most rows first."""
    met = sorted(words.items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        Outcome(column, word, outcome, outcome in merits, rows) for (column, word, outcome), rows in met
    )


def dates_from(ends: Mapping[str, tuple[Any, Any]]) -> dict[str, tuple[date, date]]:
    """First and last by column as days in Denmark."""
    return {name: (_day(first), _day(last)) for name, (first, last) in ends.items()}


def _day(value: date) -> date:
    return danish_day(value) if isinstance(value, datetime) else value


def _outcome(item: Outcome, several: bool) -> str:
    word = shown(item.word) if item.word else "(tom)"
    place = f"{item.column}: " if several else ""
    merits = ("ja" if item.on_the_merits else "nej") if item.outcome else "–"
    return f"{place}{word} → {item.outcome or 'ukendt'} → {merits} → {_number(item.rows)}"


def _number(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def _rows(value: int) -> str:
    return f"{_number(value)} {'række' if value == 1 else 'rækker'}"


def _share(rows: int, of: int) -> str:
    if not of:
        return "–"
    percent = 100 * rows / of
    return f"{percent:.1f} %".replace(".", ",") if percent >= 0.1 or not rows else "under 0,1 %"


def note_of(findings: Sequence[Finding]) -> dict[str, int]:
    """Rule to rows, as a register notes it."""
    return {finding.rule: finding.rows for finding in findings}
