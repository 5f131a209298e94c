"""Agreement as data: what `--json` prints, and CSV of all coefficients and of all raters. Shares of 1, six decimals."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from sagsbarometer.agreement.agree import Agreement, Estimate
from sagsbarometer.agreement.by import Group, Question
from sagsbarometer.agreement.diagnostics import Finding
from sagsbarometer.reporting.pages.agreement_report import Read
from sagsbarometer.reporting.pages.agreement_words import finding_words, name, six
from sagsbarometer.reporting.tables.table import safe

_COEFFICIENTS = (
    "question",
    "division",
    "group",
    "coefficient",
    "name",
    "weights",
    "items",
    "ratings",
    "raters",
    "value",
    "agreement",
    "chance",
    "se",
    "low",
    "high",
    "freedom",
    "why",
    "bootstrap_se",
    "bootstrap_low",
    "bootstrap_high",
    "bootstrap_sets",
    "bootstrap_undefined",
    "bootstrap_why",
)
_RATERS = (
    "question",
    "rater",
    "items",
    "share_of_pairs",
    "agreement",
    "share_of_disagreement",
    "gwet_without",
)


def agreement_data(read: Read) -> dict[str, Any]:
    """Everything as one object."""
    way = read.way
    return {
        "schema_version": 1,
        "kind": "agreement",
        "scale": way.scale.value,
        "weights": way.weights_used,
        "metric": way.metric_used,
        "single": way.single.value,
        "level": str(way.level),
        "bootstrap": {"sets": way.sets, "seed": way.seed},
        "population": read.population,
        "weighing": read.weighing,
        "origin": read.origin,
        "blank": read.blank,
        "questions": [_question(question, read) for question in read.questions],
    }


def coefficients_csv(questions: Sequence[Question]) -> str:
    """Every coefficient of every question, pair and week, a row each: UTF-8, commas, a dot as decimal mark."""
    rows = []
    for question in questions:
        if question.whole is not None:
            rows += list(_rows(question.id, "", "", question.whole))
        for division, groups in sorted(question.groups.items()):
            for group in groups:
                rows += list(_rows(question.id, division, "|".join(group.names), group.agreement))
    return _written(_COEFFICIENTS, rows)


def raters_csv(questions: Sequence[Question]) -> str:
    """Every rater of every question, a row each."""
    return _written(
        _RATERS,
        [
            (
                question.id,
                rater.name,
                rater.items,
                _six(rater.pairs),
                _six(rater.agreement),
                _six(rater.disagreement),
                _six(rater.without),
            )
            for question in questions
            for rater in question.raters
        ],
    )


def _question(question: Question, read: Read) -> dict[str, Any]:
    return {
        "id": question.id,
        "whole": None if question.whole is None else _agreement(question.whole),
        "findings": [_finding(item, read) for item in question.findings],
        "raters": [
            {
                "name": rater.name,
                "items": rater.items,
                "share_of_pairs": _six(rater.pairs),
                "agreement": _six(rater.agreement),
                "share_of_disagreement": _six(rater.disagreement),
                "gwet_without": _six(rater.without),
            }
            for rater in question.raters
        ],
        "groups": {
            division: [_group(group, read) for group in groups]
            for division, groups in sorted(question.groups.items())
        },
        "too_few": dict(sorted(question.too_few.items())),
    }


def _group(group: Group, read: Read) -> dict[str, Any]:
    return {
        "names": list(group.names),
        **_agreement(group.agreement),
        "findings": [_finding(item, read) for item in group.findings],
    }


def _finding(finding: Finding, read: Read) -> dict[str, Any]:
    return {
        "code": finding.code,
        "number": finding.number,
        "share": _six(finding.share),
        "name": finding.name,
        "words": finding_words(finding, read.way),
    }


def _agreement(agreement: Agreement) -> dict[str, Any]:
    return {
        "items": agreement.items,
        "items_read_once": agreement.single,
        "ratings": agreement.ratings,
        "raters": agreement.raters,
        "pairs": agreement.pairs,
        "answers": [
            {"answer": category, "given": given, "share": _six(share)}
            for category, given, share in zip(
                agreement.categories, agreement.given, agreement.shares, strict=True
            )
        ],
        "coefficients": [_estimate(item, agreement.raters) for item in agreement.estimates],
    }


def _estimate(item: Estimate, raters: int) -> dict[str, Any]:
    drawn = item.drawn
    return {
        "id": item.id,
        "name": name(item, raters),
        "weights": item.weights,
        "value": _six(item.value),
        "agreement": _six(item.agreement),
        "chance": _six(item.chance),
        "se": _six(item.error),
        "low": _six(item.low),
        "high": _six(item.high),
        "freedom": item.freedom,
        "why": item.why,
        "bootstrap": None
        if drawn is None
        else {
            "sets": drawn.sets,
            "undefined": drawn.undefined,
            "se": _six(drawn.error),
            "low": _six(drawn.low),
            "high": _six(drawn.high),
            "why": drawn.why,
        },
    }


def _rows(question: str, division: str, group: str, agreement: Agreement) -> Iterator[tuple[object, ...]]:
    for item in agreement.estimates:
        drawn = item.drawn
        yield (
            question,
            division,
            group,
            item.id,
            name(item, agreement.raters),
            item.weights,
            agreement.items,
            agreement.ratings,
            agreement.raters,
            *(_six(value) for value in (item.value, item.agreement, item.chance, item.error)),
            _six(item.low),
            _six(item.high),
            item.freedom,
            item.why,
            *((None,) * 6 if drawn is None else (_six(drawn.error), _six(drawn.low), _six(drawn.high))),
            *(() if drawn is None else (drawn.sets, drawn.undefined, drawn.why)),
        )


def _written(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        # A number is text here, and a minus before it is no formula.
        writer.writerow("" if cell is None else cell if _is_number(cell) else safe(cell) for cell in row)
    return out.getvalue()


def _is_number(cell: object) -> bool:
    try:
        float(str(cell))
    except ValueError:
        return False
    return True


def _six(value: float | None) -> str | None:
    return None if value is None else str(six(value))
