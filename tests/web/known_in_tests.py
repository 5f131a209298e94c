"""Known cases for tests: made known, given a key and given out over HTTP, as somebody who leads the reading does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from sagsbarometer.web.identifiers import random_id
from tests.web.cast import LAUNCHED

WHY = "Der er ingen oplysninger om, hvorfor borgeren kan selv."
# The key of a case whose decision is wrong, of five questions.
KEY: Mapping[str, Any] = {
    "result": "refusal",
    "step_age": ["no_tick"],
    "step_cannot_go_out_alone": ["wrongly_assessed", "facts_missing"],
    "wrong_assessment": "material",
    "would_be_outcome": "remitted",
}


def made_known(client: Any, case: Any, use: str) -> Any:
    """Makes a case known; the reply."""
    return client.post(reverse("reviewing:practice", args=[LAUNCHED]), {"case": case.id, "use": use})


def with_key(client: Any, case: Any, key: Mapping[str, Any] = KEY, **more: Any) -> Any:
    """Writes the key of a case that has none; the reply."""
    sent = {f"v_{id}": value for id, value in key.items()} | {f"n_{id}": "0" for id in key}
    sent |= {"w_wrong_assessment": WHY, "once": random_id(24), **more}
    return client.post(reverse("reviewing:key", args=[LAUNCHED, case.id]), sent)


def given_out(client: Any, cases: list[Any], readers: list[Any], **more: str) -> Any:
    """Gives known cases to readers; the reply."""
    sent = {"cases": [case.id for case in cases], "readers": [reader.id for reader in readers], **more}
    return client.post(reverse("reviewing:practice_give", args=[LAUNCHED]), sent)


def known(client: Any, case: Any, use: str, readers: list[Any]) -> list[Any]:
    """A case made known, with its key, and given to readers: their readings, in the order of the readers."""
    from sagsbarometer.web.reviewing.models import Reading

    assert made_known(client, case, use).status_code == 302
    assert with_key(client, case).status_code == 302
    assert given_out(client, [case], readers).status_code == 302
    rows = {row.reader_id: row for row in Reading.objects.filter(case=case, handed_over_at=None)}
    return [rows[reader.id] for reader in readers]
