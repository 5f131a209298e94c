"""From the rows of the database to what `may` needs to know of them, and finders for addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sagsbarometer.web.rights.may import State


def study_state(study: Any) -> State:
    """Of a planning.Study."""
    return State(study=study.id, study_state=study.state)


def request_state(request: Any) -> State:
    """Of a delivering.Request (with its study and authority)."""
    return State(
        study=request.study_id,
        study_state=request.study.state,
        municipality=request.authority.code,
        request_state=request.state,
    )


def case_state(case: Any) -> State:
    """Of a delivering.Case (with its study and request)."""
    return State(
        study=case.study_id,
        study_state=case.study.state,
        municipality=case.municipality,
        case=case.id,
        case_state=case.state,
        request_state=case.request.state,
    )


def letter_state(letter: Any) -> State:
    """Of a letters.Letter (with its study and authority)."""
    return replace(study_state(letter.study), municipality=letter.authority.code)


def find_study(address: Mapping[str, Any]) -> State | None:
    """By `study` of the address."""
    from sagsbarometer.web.planning.models import Study

    study = Study.objects.filter(pk=address["study"]).first()
    return study_state(study) if study else None


def find_request(address: Mapping[str, Any]) -> State | None:
    """By `request_id` of the address."""
    from sagsbarometer.web.delivering.models import Request

    found = Request.objects.select_related("study", "authority").filter(pk=address["request_id"]).first()
    return request_state(found) if found else None


def find_case(address: Mapping[str, Any]) -> State | None:
    """By `case` of the address."""
    from sagsbarometer.web.delivering.models import Case

    found = Case.objects.select_related("study", "request").filter(pk=address["case"]).first()
    return case_state(found) if found else None


def find_document(address: Mapping[str, Any]) -> State | None:
    """By `document` of the address: the state of the case it belongs to."""
    from sagsbarometer.web.documents.models import Document

    found = (
        Document.objects.select_related("case__study", "case__request").filter(pk=address["document"]).first()
    )
    return case_state(found.case) if found else None


def find_letter(address: Mapping[str, Any]) -> State | None:
    """By `letter` of the address, which has to be of the `study` there."""
    from sagsbarometer.web.letters.models import Letter

    found = (
        Letter.objects.select_related("study", "authority")
        .filter(pk=address["letter"], study=address["study"])
        .first()
    )
    return letter_state(found) if found else None
