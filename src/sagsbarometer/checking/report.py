"""A verdict as Danish lines and as plain data."""

from __future__ import annotations

from sagsbarometer.checking.documents import Document
from sagsbarometer.checking.published import Judged, Outcome, Verdict
from sagsbarometer.kernel.dates import danish_date

_OUTCOME_DA = {
    Outcome.EQUAL: "ens",
    Outcome.KNOWN_DIFFERENCE: "ventet forskel",
    Outcome.DIFFERENT: "FORSKEL",
    Outcome.DIFFERENCE_GONE: "FORSKEL UDEBLEV",
    Outcome.NOT_COMPUTABLE: "kan ikke beregnes",
}
_HEADINGS = ("række", "dokument", "hvordan", "beregnet", "udfald")


def as_lines(verdict: Verdict, brief: bool = False) -> list[str]:
    """The verdict for a terminal: a table per document, then the sums. `brief` leaves out what is equal."""
    lines: list[str] = []
    for document, rows in verdict.documents:
        shown = tuple(row for row in rows if not (brief and row.outcome is Outcome.EQUAL))
        lines += [_title(document), *(_table(shown) if shown else []), ""]
    return lines + _sums(verdict)


def as_json(verdict: Verdict) -> dict[str, object]:
    """The verdict as plain data."""
    return {
        "schema_version": 1,
        "ok": verdict.ok,
        "sums": {
            **{outcome.value: verdict.number(outcome) for outcome in Outcome},
            "equal_stated": verdict.number(Outcome.EQUAL, stated=True),
            "equal_derived": verdict.number(Outcome.EQUAL, stated=False),
            "equal_used_to_build": verdict.equal_used_to_build,
        },
        "documents": [
            {
                "document": document.id,
                "title": document.title,
                "publisher": document.publisher,
                "published": document.published.isoformat(),
                "rows": [_plain(row) for row in rows],
            }
            for document, rows in verdict.documents
        ],
    }


def _plain(judged: Judged) -> dict[str, object]:
    row = judged.cell.row
    return {
        "row": row.id,
        "figure": row.figure,
        "label": row.label,
        "part": row.part,
        "result": judged.cell.result,
        "outcome": judged.outcome.value,
        "printed": judged.printed,
        "computed": judged.computed,
        "stated": row.stated,
        "used_to_build": judged.cell.used_to_build,
        "remark": judged.remark,
    }


def _title(document: Document) -> str:
    return f"{document.title} ({document.publisher}, {danish_date(document.published)})"


def _table(rows: tuple[Judged, ...]) -> list[str]:
    cells = [
        _HEADINGS,
        *((row.cell.row.id, row.printed, _how(row), row.computed, _outcome(row)) for row in rows),
    ]
    widths = [max(len(line[column]) for line in cells) for column in range(len(_HEADINGS) - 1)]
    return [
        "  ".join([*(text.ljust(width) for text, width in zip(line, widths, strict=False)), line[-1]])
        for line in cells
    ]


def _how(judged: Judged) -> str:
    """Whether the document prints the number or it follows from printed ones, and whether the rows were built to it."""
    how = "trykt" if judged.cell.row.stated else "udledt"
    return f"{how}, bygget" if judged.cell.used_to_build else how


def _outcome(judged: Judged) -> str:
    words = _OUTCOME_DA[judged.outcome]
    return f"{words}: {judged.remark}" if judged.remark else words


def _sums(verdict: Verdict) -> list[str]:
    stated, derived = (verdict.number(Outcome.EQUAL, stated) for stated in (True, False))
    lines = [
        f"{len(verdict.rows)} rækker: "
        f"{stated + derived} ens ({stated} trykte, {derived} udledt af trykte tal), "
        f"{verdict.number(Outcome.KNOWN_DIFFERENCE)} med ventet forskel, "
        f"{verdict.number(Outcome.DIFFERENT)} med anden forskel, "
        f"{verdict.number(Outcome.DIFFERENCE_GONE)} hvor en ventet forskel udeblev, "
        f"{verdict.number(Outcome.NOT_COMPUTABLE)} kan ikke beregnes."
    ]
    if used := verdict.equal_used_to_build:
        lines.append(
            f"{used} af de {stated + derived} ens rækker er tal, som sagerne er bygget til at give. "
            "De viser, at der regnes som i dokumentet, ikke at sagerne er de samme."
        )
    return lines
