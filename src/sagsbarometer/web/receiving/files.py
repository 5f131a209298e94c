"""The documents of a case, as far as screening needs them: names, where they are read, and their texts."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from sagsbarometer.documents.persons import masked
from sagsbarometer.web.documents.models import Document
from sagsbarometer.web.documents.storing import name_of, text_of


def documents_of(case: Any) -> list[dict[str, Any]]:
    """The documents that can be read, in the order they came. A CPR number in a name is hidden."""
    return [
        {
            "name": masked(name_of(row)) or row.kind.upper(),
            "pages": row.pages,
            "cpr": row.cpr_found,
            "url": reverse("documents:view", args=[row.id]),
            "text": reverse("documents:text", args=[row.id]),
        }
        for row in _ready(case)
    ]


def texts_of(case: Any) -> list[str]:
    """The texts of a case's documents, for their dates alone: none of it is shown."""
    return [text_of(row) for row in _ready(case)]


def _ready(case: Any) -> Any:
    return Document.objects.filter(case=case, state="ready").order_by("at", "id")
