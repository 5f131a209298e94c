"""The letter that asks for another case instead of one that went out, and when that is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from sagsbarometer.collection.replacing import asked_with
from sagsbarometer.kernel.deadlines import deadline
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.web.letters.fields import Addressee, addressees, letter
from sagsbarometer.web.letters.making import make
from sagsbarometer.web.letters.pdf import letter_html
from sagsbarometer.web.receiving import facts

KIND = "replacement"
_WEEKS = 2  # to find one case


def new_deadline(before: date | None) -> date:
    """The last day for one more case; never before what the municipality was told."""
    last = deadline(facts.today(), _WEEKS)
    return max(last, before) if before else last


def preview(case: Any) -> SafeString | str:
    """The letter as it would be, as HTML; "" where its text has faults."""
    to = addressees(case.study).get(case.municipality)
    if to is None:
        return ""
    then = replace(
        to,
        wanted=asked_with(to.wanted, case.stratum),
        missing=to.missing + 1,
        deadline=new_deadline(to.deadline),
        state="reopened",
    )
    try:
        return mark_safe(
            letter_html(letter(case.study, KIND, then))
        )  # HTML in the text is escaped by the renderer
    except (Faults, KeyError, ValueError):
        return ""


def made(study: Any, municipality: str, user: str) -> str:
    """Makes the letter, outside `acting`: its id, "" where its text has faults. It is sent from the page of letters.

    Several replacements of one municipality that nobody has sent yet are one letter.
    """
    to: Addressee | None = addressees(study).get(municipality)
    try:
        own = make(study, KIND, to, user) if to else None
    except (Faults, KeyError, ValueError):
        return ""
    return own.id if own else ""
