"""The cases that the one who looks may have to do with, and those of them that are about the same person."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from sagsbarometer.collection.progress import DELIVERED
from sagsbarometer.web.delivering.models import Case
from sagsbarometer.web.documents.storing import named_too
from sagsbarometer.web.rights.asking import only
from sagsbarometer.web.rights.state_of import case_state


def readable(request: HttpRequest, cases: Any) -> list[Any]:
    """Those of the cases that the one who asks may see: who is partial never meets the case, not even in a list."""
    return only(request, "see_case", cases.select_related("study", "request__authority"), case_state)


def same_person(request: HttpRequest, case: Any) -> list[Any]:
    """The other cases of the study with a CPR number that this one has too, as far as the one who asks may see them."""
    others = Case.objects.filter(pk__in=named_too(case), state__in=[*DELIVERED, "returned"])
    return readable(request, others.order_by("municipality", "number"))
