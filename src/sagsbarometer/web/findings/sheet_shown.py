"""A sheet as a page shows it: `findings/sheet_body.html` is given what `shown` makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from sagsbarometer.review.sheet import CASE_HANDLING, CLOSING, RESULT, Defect, Facts, SheetContent

NOTICE = _("Fund om én sag. Det er ikke en afgørelse, og sagen er ikke valgt ud for at blive ændret.")


@dataclass(frozen=True, slots=True)
class Shown:
    """A sheet, its sentences under the parts they belong to. `rest`: those of a defect that is no longer among them."""

    facts: Facts
    result: tuple[str, ...]
    defects: tuple[tuple[Defect, tuple[str, ...]], ...]
    handling: tuple[str, ...]
    closing: tuple[str, ...]
    rest: tuple[str, ...]


def shown(content: SheetContent | None) -> Shown | None:
    """None for a sheet that was purged: its page says so."""
    if content is None:
        return None
    held = {RESULT, CASE_HANDLING, CLOSING} | {item.id for item in content.facts.defects}
    return Shown(
        content.facts,
        content.of(RESULT),
        tuple((item, content.of(item.id)) for item in content.facts.defects),
        content.of(CASE_HANDLING),
        content.of(CLOSING),
        tuple(item.text for item in content.words if item.part not in held),
    )


def named(case: Any) -> str:
    """What a case is called beside its sheet: its municipality and number, never the citizen."""
    return f"{case.request.authority.name}, {_('sag')} {case.number}"
