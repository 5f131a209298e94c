"""Sheets are shown to the municipalities: chosen, dated, confirmed, and then all at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sagsbarometer.kernel.dates import parse_date
from sagsbarometer.kernel.deadlines import CLOSING, ends
from sagsbarometer.web.accounts.models import Membership
from sagsbarometer.web.findings import anchor_sheets
from sagsbarometer.web.findings.listing import Line, lines_of
from sagsbarometer.web.findings.models import Sheet, SheetRelease
from sagsbarometer.web.identifiers import once_key, random_id
from sagsbarometer.web.jobs.asking import ask
from sagsbarometer.web.planning.models import Study
from sagsbarometer.web.reviewing.cases_read import crumbs
from sagsbarometer.web.reviewing.models import CaseReview

OBJECT_WEEKS, TELL_WEEKS = 4, 12  # what is proposed
_HOUSE = "system:findings"


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: which sheets, and the two days."""

    ids: tuple[str, ...]
    object_until: date | None
    tell_until: date | None
    object_text: str = ""
    tell_text: str = ""


def release(request: HttpRequest, study: str) -> HttpResponse:
    """GET: the sheets that can be released. POST: first what will happen, then it happens."""
    found = get_object_or_404(Study, pk=study)
    if request.method != "POST":
        return _page(request, found, lines_of(request, found))
    step = request.POST.get("step", "")
    if step == "release" and _is_done(request, found):
        return redirect("findings:sheets", study)  # the second click of two
    lines, sent = lines_of(request, found), _sent(request)
    if errors := _faults(sent, _can(lines), timezone.localdate()):
        return _page(request, found, lines, sent=sent, errors=errors)
    chosen = [line for line in _can(lines) if line.sheet.id in sent.ids]
    if step != "release":
        return _confirm(request, found, chosen, sent)
    return _do(request, found, chosen, sent)


def _do(request: HttpRequest, study: Any, chosen: list[Line], sent: Asked) -> HttpResponse:
    """All that was confirmed, or nothing."""
    held = _held(chosen)
    if _is_done(request, study):  # while this one waited for the rows
        return redirect("findings:sheets", study.id)
    rows = list(Sheet.objects.select_for_update().filter(pk__in=sent.ids, state="ready").order_by("pk"))
    seen = set(request.POST.getlist("seen"))
    if held != len(chosen) or {f"{row.id}:{row.revision}" for row in rows} != seen:
        said = _("Et af fundarkene er ændret, siden du så dem igennem. Intet er frigivet. Se dem igen.")
        return _page(request, study, lines_of(request, study), sent=sent, errors=[("", said)], status=409)
    made = put_out(study, rows, sent, _once(request, study), request.user)
    _tell(study, made, {line.case.municipality for line in chosen})
    number = ngettext("%(n)s fund er frigivet.", "%(n)s fund er frigivet.", len(rows)) % {"n": len(rows)}
    messages.success(request, number)
    return redirect("findings:sheets", study.id)


def put_out(study: Any, rows: Iterable[Sheet], sent: Asked, once: str, by: Any) -> SheetRelease:
    """The release itself: the municipalities can see the sheets from now on. Nobody is told. Inside `acting`."""
    made = SheetRelease.objects.create(
        study=study, object_until=sent.object_until, tell_until=sent.tell_until, once=once, by=by
    )
    for row in rows:
        row.state, row.release, row.revision = "released", made, row.revision + 1
        row.save(update_fields=["state", "release", "revision"])
    anchor_sheets.follow(study, made)
    return made


def _is_done(request: HttpRequest, study: Any) -> bool:
    return SheetRelease.objects.filter(once=_once(request, study), study=study).exists()


def _once(request: HttpRequest, study: Any) -> str:
    return once_key(f"release:{study.id}", request.POST.get("once"))


def _held(chosen: list[Line]) -> int:
    """How many of the cases are locked still; none of them is let free before the transaction ends."""
    cases = [line.case.id for line in chosen]
    rows = CaseReview.objects.select_for_update().filter(pk__in=cases).exclude(locked_at=None).order_by("pk")
    return len(rows)


def _can(lines: list[Line]) -> list[Line]:
    """What is ready, of a locked case, and about the answers that count: the figures stand, and so does the sheet."""
    return [line for line in lines if line.state == "ready" and line.locked and not line.changed]


def _sent(request: HttpRequest) -> Asked:
    one, other = (request.POST.get(name, "")[:20] for name in ("object_until", "tell_until"))
    return Asked(tuple(sorted(set(request.POST.getlist("sheet")))), _day(one), _day(other), one, other)


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _faults(sent: Asked, lines: list[Line], today: date) -> list[tuple[str, str]]:
    errors = []
    known = {line.sheet.id for line in lines}
    if not sent.ids:
        errors.append(("id_sheets", _("Vælg mindst ét fundark.")))
    elif not set(sent.ids) <= known:
        said = _("Et af fundarkene kan ikke frigives mere. Listen her er, som den er nu. Vælg igen.")
        errors.append(("id_sheets", said))
    for name, day in (("object_until", sent.object_until), ("tell_until", sent.tell_until)):
        if day is None:
            errors.append((f"id_{name}", _("Skriv en dato, fx 15-01-2027.")))
        elif day <= today:
            errors.append((f"id_{name}", _("Datoen skal ligge efter i dag.")))
        elif not CLOSING.works(day):
            errors.append((f"id_{name}", _("En frist slutter på en arbejdsdag. Vælg en anden dag.")))
    if sent.object_until and sent.tell_until and sent.tell_until < sent.object_until:
        said = _("Kommunen skal mindst have lige så lang tid til at fortælle som til at gøre indsigelse.")
        errors.append(("id_tell_until", said))
    return errors


def _page(request: HttpRequest, study: Any, lines: list[Line], *, sent: Asked | None = None, errors: Any = (),
          status: int = 422) -> HttpResponse:  # fmt: skip
    today = timezone.localdate()
    waiting = [line for line in lines if line.state == "ready"]
    can = _can(lines)
    context = {
        "study": study,
        "lines": can,
        "chosen": sent.ids if sent else tuple(line.sheet.id for line in can),
        "not_locked": sum(not line.locked for line in waiting),
        "changed": sum(line.changed for line in waiting),
        "object_until": sent.object_text if sent else ends(today, OBJECT_WEEKS).isoformat(),
        "tell_until": sent.tell_text if sent else ends(today, TELL_WEEKS).isoformat(),
        "once": random_id(24),
        "errors": errors,
        "crumbs": _crumbs(study),
    }
    return render(request, "findings/release.html", context, status=status if errors else 200)


def _confirm(request: HttpRequest, study: Any, chosen: list[Line], sent: Asked) -> HttpResponse:
    """How many to each municipality, and who of them has nobody to tell."""
    numbers = Counter(line.case.municipality for line in chosen)
    names = {line.case.municipality: line.case.request.authority.name for line in chosen}
    people = contacts(study.id, set(numbers))
    context = {
        "study": study,
        "rows": [(names[code], numbers[code], len(people.get(code, ()))) for code in sorted(numbers)],
        "none": [names[code] for code in sorted(numbers) if not people.get(code)],
        "number": len(chosen),
        "ids": sent.ids,
        "seen": [f"{line.sheet.id}:{line.sheet.revision}" for line in chosen],
        "object_until": sent.object_until,
        "tell_until": sent.tell_until,
        "once": request.POST.get("once", "")[:40] or random_id(24),
        "crumbs": [*_crumbs(study)[:-1], (_("Frigiv"), reverse("findings:release", args=[study.id])),
                   (_("Bekræft"), None)],
    }  # fmt: skip
    return render(request, "findings/release_confirm.html", context)


def _crumbs(study: Any) -> list[tuple[str, str | None]]:
    return [*crumbs(study), (_("Fund"), reverse("findings:sheets", args=[study.id])), (_("Frigiv"), None)]


def contacts(study: str, codes: set[str]) -> dict[str, list[str]]:
    """The people who can be told in each municipality: ids, sorted."""
    held = Membership.objects.filter(role="municipal_contact", municipality__in=codes, user__is_active=True)
    found: dict[str, set[str]] = {}
    for user, code, of in held.values_list("user_id", "municipality", "study_id"):
        if of in (None, study):
            found.setdefault(code, set()).add(user)
    return {code: sorted(people) for code, people in found.items()}


def _tell(study: Any, made: SheetRelease, codes: set[str]) -> None:
    """A mail to each contact, by the queue: an address and a day, and nothing of any case."""
    people = contacts(study.id, codes)
    for person in sorted({id for ids in people.values() for id in ids}):
        given = {"release": made.id, "person": person}
        ask("findings.released", given, actor=_HOUSE, study=study.id, once=f"sheets:{made.id}:{person}")
