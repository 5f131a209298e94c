"""What the page of one case shows, and what its form gives back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from sagsbarometer.collection.dates_in_text import contradictions
from sagsbarometer.collection.screening import (
    CHOICES,
    DATES,
    FOUND_ONLY,
    LABELS,
    QUESTIONS,
    STATES,
    beside,
    declared_of,
    no_decision_found,
    suggestions,
    words,
)
from sagsbarometer.documents.persons import masked
from sagsbarometer.documents.vault import KeyGone, Tampered, unseal
from sagsbarometer.kernel.dates import parse_date
from sagsbarometer.web.delivering.keeping import shown_number
from sagsbarometer.web.home import this_home
from sagsbarometer.web.identifiers import random_id
from sagsbarometer.web.languages import in_shown
from sagsbarometer.web.receiving import facts, files
from sagsbarometer.web.receiving.models import Replacement, Screening
from sagsbarometer.web.receiving.overview import crumbs
from sagsbarometer.web.receiving.reach import same_person

_LONGEST = 40  # characters of an answer
_MOST_SAME = 10  # other cases of the same person shown


def found_from(sent: Mapping[str, Any], declared: Mapping[str, Any]) -> dict[str, Any]:
    """The reader's answers in a form. With »as declared« ticked, what was left empty is found as it was declared."""
    as_declared = bool(sent.get("as_declared"))
    answers: dict[str, Any] = {}
    for question in QUESTIONS:
        value: Any = str(sent.get(f"found_{question}", "")).strip()[:_LONGEST]
        if not value and as_declared and question not in FOUND_ONLY:
            value = declared.get(question, "")
        if question in DATES:
            value = _as_iso(value)
        if question == "published_deadline_weeks" and str(value).isdigit():
            value = int(value)
        if value not in ("", None):
            answers[question] = value
    return answers


def _as_iso(value: Any) -> Any:
    """A day as it is kept; what a browser without a calendar lets people type is read too."""
    try:
        return parse_date(value).isoformat()
    except ValueError:
        return value


def verdict_words(row: Any, known: Mapping[str, Any]) -> list[tuple[str, str]]:
    """A verdict in words, for two to stand beside each other."""
    listed = ", ".join(in_shown(known[code].label) for code in row.reasons if code in known)
    told = [(_("Afgørelse"), Screening.VERDICTS.get(row.verdict, "")), (_("Årsager"), listed)]
    found = declared_of(row.found, row.found_states)
    return told + [(LABELS[name], words(name, value)) for name, value in found.items() if name in LABELS]


def _remark(row: Any) -> str:
    """The remark of a verdict with CPR numbers hidden; "" where there is none."""
    if row is None or not row.remark:
        return ""
    key_of, about = this_home().keys.study, f"receiving_screening.remark:{row.id}"
    try:
        return masked(unseal(key_of(row.case.study_id), bytes(row.remark), about).decode("utf-8", "replace"))
    except (KeyGone, Tampered):
        return _("(kan ikke læses mere)")


def case_context(
    request: HttpRequest,
    case: Any,
    typed: Mapping[str, Any] | None = None,
    errors: list[tuple[str, str]] | None = None,
) -> dict[str, Any]:
    """Everything of the page. `typed`: what was sent and could not be saved, shown again as it was."""
    row = Screening.objects.filter(case=case).select_related("by").first()
    declared = declared_of(case.declared, case.declared_states)
    found: dict[str, Any] = declared_of(row.found, row.found_states) if row else {}
    found = dict(typed["found"]) if typed else found
    chosen = list(typed["reasons"]) if typed else (row.reasons if row else [])
    remark = _remark(row)
    known = facts.reasons()
    told = suggestions(declared, found, facts.criteria_of(case))
    suggested = {item.reason: item for item in told}
    replaced = Replacement.objects.filter(case=case).select_related("instead").first()
    same = same_person(request, case)
    return {
        "study": case.study,
        "case": case,
        "own_number": shown_number(case),
        "stratum": facts.stratum_name(facts.strata_names(case.study), case.stratum),
        "rows": [_question(item, found) for item in beside(declared, found)],
        "documents": files.documents_of(case),
        "same_person": same[:_MOST_SAME],
        "same_more": max(len(same) - _MOST_SAME, 0),
        "contradictions": contradictions(case.declared, files.texts_of(case)),
        "suggestions": [(in_shown(known[item.reason].label), item) for item in told if item.reason in known],
        "finding": no_decision_found(declared, found),
        "reasons": [
            (code, in_shown(item.label), code in chosen, code in suggested) for code, item in known.items()
        ],
        "verdict": typed["verdict"] if typed else (row.verdict if row else ""),
        "screening": row,
        "remark": typed["remark"] if typed else remark,
        "once": typed["once"] if typed else random_id(24),
        "errors": [(f"id_{field}", fault) for field, fault in errors or []],
        "wrong": dict(errors or []),
        "replaced": replaced,
        "returns": list(case.returns.select_related("by").order_by("-at")),
        "note": facts.part(case.study, "criteria").get("note", ""),
        "crumbs": case_crumbs(case),
    }


def case_crumbs(case: Any) -> list[tuple[str, str | None]]:
    """The way to a case."""
    name = _("Sag %(number)s, %(name)s") % {"number": case.number, "name": case.request.authority.name}
    return crumbs(
        case.study,
        (_("Indsamling"), reverse("receiving:collection", args=[case.study_id])),
        (_("Sortering"), reverse("receiving:queue", args=[case.study_id])),
        (name, None),
    )


def _question(item: Any, found: Mapping[str, Any]) -> dict[str, Any]:
    """A row of both answers, with what the input needs."""
    value = found.get(item.question, "")
    kind = (
        "date"
        if item.question in DATES
        else "number"
        if item.question == "published_deadline_weeks"
        else "choice"
    )
    options = CHOICES.get(item.question, CHOICES["appealed"])
    if isinstance(value, bool):
        value = "yes" if value else "no"
    return {
        "question": item.question,
        "label": item.label,
        "declared": item.declared,
        "found": item.found,
        "how": item.how,
        "kind": kind,
        "value": value,
        "options": [*options.items(), *STATES.items()],
        "asked": item.question not in FOUND_ONLY,
    }
