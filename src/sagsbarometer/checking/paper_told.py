"""A checked report as Danish lines and as plain data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sagsbarometer.checking.paper_check import PaperReport
from sagsbarometer.checking.paper_finding import Found, Sure
from sagsbarometer.checking.paper_prose import Outcome, Said
from sagsbarometer.kernel.ids import hidden_cpr, shown

_SURE_DA = {Sure.FAULT: "FEJL", Sure.QUESTION: "Spørgsmål", Sure.NOTE: "Bemærk"}
_RULE_DA = {
    "sum": "rækker mod deres total",
    "parts": "dele mod helheden",
    "share": "procenter mod antal",
    "hundred": "dele mod 100",
    "feasible": "procenter mod de hele antal, deres base kan give",
    "stated": "antal og procent i samme sætning eller celle",
    "said": "tal i teksten mod det tal, de ser ud til at handle om",
    "found": "tal i teksten, der også står i en tabel",
}
_OUTCOME_DA = {
    Outcome.FITS: "passer",
    Outcome.FOUND: "står også i en tabel",
    Outcome.CONTRADICTS: "passer ikke",
    Outcome.NOT_JUDGED: "ikke bedømt",
}
_KIND_DA = {"html": "side", "docx": "Word-dokument", "pdf": "PDF", "md": "tekst"}
_NOTATION_DA = {"da": "danske", "en": "engelske"}
_MOST = 8


def as_lines(report: PaperReport, every: bool = False, brief: bool = False) -> list[str]:
    """The report for a terminal: what was read, compared and found, and what was not judged. With `every` each number
    of the text with what came of it; with `brief` only faults, and how much else there is."""
    lines = list(_lines(report, every, brief))
    # A document's words could move the cursor of a terminal.
    return [hidden_cpr("".join(char if char.isprintable() else " " for char in line)) for line in lines]


def _lines(report: PaperReport, every: bool, brief: bool) -> Iterator[str]:
    tables = len(report.tables)
    yield (
        f"{report.paper.name}: {_KIND_DA[report.paper.kind]} med {tables} "
        f"{'tabel' if tables == 1 else 'tabeller'} med tal ({report.figures} tal) og {len(report.said)} tal i "
        f"teksten; {_NOTATION_DA[report.language]} tal"
    )
    for remark in report.paper.remarks:
        yield f"  {remark}"
    if not brief:
        for rule, number in report.looked.compared.items():
            yield f"  {number} gange holdt op mod hinanden: {_RULE_DA[rule]}"
    for item in report.looked.found:
        if not brief or item.sure is Sure.FAULT:
            yield from _found(item)
    if not brief:
        yield from _not_judged(report)
    if every:
        for said in report.said:
            yield from _said(said)
    yield _sums(report)


def _found(item: Found) -> Iterator[str]:
    yield f"  {_SURE_DA[item.sure]} {item.where}"
    yield f"    {item.told}"
    if item.quote:
        yield f"    {shown(item.quote, 200)}"


def _not_judged(report: PaperReport) -> Iterator[str]:
    left = report.figures - len(report.looked.cells)
    if left:
        yield f"  ikke bedømt: {left} tal i tabeller, som intet i rapporten kan holdes op mod"
    if report.without:
        yield f"  ikke bedømt: {report.without} tabeller uden tal"
    reasons = Counter(said.why for said in report.said if said.outcome is Outcome.NOT_JUDGED)
    for why, number in reasons.most_common(_MOST):
        yield f"  ikke bedømt: {number} tal i teksten. {why}"
    for where, why in report.looked.left_out[:_MOST]:
        yield f"  ikke bedømt: {where}. {why}"
    if len(report.looked.left_out) > _MOST:
        yield f"  ikke bedømt: … og {len(report.looked.left_out) - _MOST} steder til"


def _said(said: Said) -> Iterator[str]:
    yield f"    {said.place}: {said.text}: {_OUTCOME_DA[said.outcome]}. {said.why}"


def _sums(report: PaperReport) -> str:
    numbers = [report.number(sure) for sure in Sure]
    words = ("fejl", "spørgsmål", "bemærkning" if numbers[2] == 1 else "bemærkninger")
    told = ", ".join(f"{number} {word}" for number, word in zip(numbers, words, strict=True))
    if not report.looked.compared:
        return f"{told}. Ingen tal kunne holdes op mod hinanden."
    return f"{told}. Kun det, der er sikkert forkert, er en fejl; et spørgsmål kan have et svar."


def as_json(report: PaperReport) -> dict[str, object]:
    """The report as plain data."""
    return {
        "schema_version": 1,
        "report": report.paper.name,
        "kind": report.paper.kind,
        "notation": report.language,
        "ok": report.ok,
        "tables_guessed": report.paper.guessed,
        "remarks": list(report.paper.remarks),
        "sums": {
            **{sure.value: report.number(sure) for sure in Sure},
            "tables": len(report.tables),
            "tables_without_figures": report.without,
            "figures": report.figures,
            "figures_judged": len(report.looked.cells),
            "in_text": len(report.said),
            **{outcome.value: sum(said.outcome is outcome for said in report.said) for outcome in Outcome},
        },
        "compared": dict(report.looked.compared),
        "findings": [
            {
                "level": item.sure.value,
                "rule": item.rule,
                "where": item.where,
                "told": item.told,
                "sentence": shown(item.quote, 400) if item.quote else "",
            }
            for item in report.looked.found
        ],
        "left_out": [{"where": where, "why": why} for where, why in report.looked.left_out],
        "text": [
            {"number": said.text, "where": said.place, "outcome": said.outcome.value, "why": said.why}
            for said in report.said
        ],
    }
