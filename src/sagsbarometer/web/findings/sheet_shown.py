"""A sheet as a page shows it: `findings/sheet_body.html` is given what `shown` makes."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from sagsbarometer.documents.persons import masked_words
from sagsbarometer.kernel.ids import words_hold_cpr
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
    content = _hidden(content)
    held = {RESULT, CASE_HANDLING, CLOSING} | {item.id for item in content.facts.defects}
    return Shown(
        content.facts,
        content.of(RESULT),
        tuple((item, content.of(item.id)) for item in content.facts.defects),
        content.of(CASE_HANDLING),
        content.of(CLOSING),
        tuple(item.text for item in content.words if item.part not in held),
    )


def _hidden(thing: Any) -> Any:
    """The same with every CPR number in its texts hidden, as they are in the PDF."""
    if isinstance(thing, str):
        return masked_words(thing) if words_hold_cpr(thing) else thing
    if isinstance(thing, tuple):
        return tuple(map(_hidden, thing))
    if is_dataclass(thing):
        return replace(thing, **{item.name: _hidden(getattr(thing, item.name)) for item in fields(thing)})  # type: ignore[type-var]
    return thing


def named(case: Any) -> str:
    """What a case is called beside its sheet: its municipality and number, never the citizen."""
    return f"{case.request.authority.name}, {_('sag')} {case.number}"
