"""The frozen rows: one per case, sorted, every value with its state."""

from __future__ import annotations

from typing import Any

from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.types import Type
from sagsbarometer.forms.states import choice_column, state_column
from sagsbarometer.kernel.ids import content_hash
from sagsbarometer.review.answers import Reviewed, ReviewedCase


def frozen_rows(form: Form, reviewed: Reviewed) -> list[dict[str, Any]]:
    """The rows, sorted by municipality and case: values, states, and for derived variables where they are from.

    Free text is not kept; its state is. A value stands only where the state is `answered`.
    """
    ordered = sorted(reviewed.cases, key=lambda case: (case.municipality_id, case.case_id))
    return [_row(form, case) for case in ordered]


def _row(form: Form, case: ReviewedCase) -> dict[str, Any]:
    row: dict[str, Any] = {"case_id": case.case_id, "municipality_id": case.municipality_id}
    for id, name in form.names.items():
        answer = case.case.answers[id]
        if name.type is Type.CODES:
            chosen = answer.value if isinstance(answer.value, frozenset) else None
            row |= {
                choice_column(id, code): None if chosen is None else code in chosen for code in name.codes
            }
        elif name.type is not Type.TEXT:
            row[id] = answer.value
        row[state_column(id)] = answer.state.value
    for item in form.derived:
        row[f"{item.id}__delivered"] = item.id in case.case.delivered
    return row


def rows_hash(rows: list[dict[str, Any]]) -> str:
    """The hash of the content, whatever the file format's version."""
    return content_hash(rows)
