"""Letters of a study: seen before they are made, made for all, sent by e-mail or fetched as ZIP."""

from __future__ import annotations

import io
import secrets
import zipfile
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from sagsbarometer.collection.letter_text import FIELDS, problems_of, text_of
from sagsbarometer.collection.plan_fields import LETTERS
from sagsbarometer.collection.plan_steps import plan_of
from sagsbarometer.web.jobs.asking import ask
from sagsbarometer.web.letters.fields import addressees, dateline, letter
from sagsbarometer.web.letters.jobs import ask_reminders
from sagsbarometer.web.letters.making import UNSENT, Unreadable, by_hand, content, due, is_current
from sagsbarometer.web.letters.models import Letter
from sagsbarometer.web.letters.pdf import letter_html, letter_pdf
from sagsbarometer.web.planning.folders import letter_texts
from sagsbarometer.web.planning.models import Study
from sagsbarometer.web.planning.shown import crumbs_of
from sagsbarometer.web.rights.asking import only
from sagsbarometer.web.rights.state_of import letter_state

_STAMP = (1980, 1, 1, 0, 0, 0)


def letters(request: HttpRequest, study: str) -> HttpResponse:
    """Each kind of letter: its text, how many are made, sent and failed, and what can be done."""
    found = get_object_or_404(Study, pk=study)
    counts: dict[str, dict[str, int]] = {kind: {} for kind in LETTERS}
    for row in Letter.objects.filter(study=found).values("kind", "state").annotate(n=Count("id")):
        counts[row["kind"]][row["state"]] = row["n"]
    everybody = addressees(found) if found.state == "launched" else {}
    kinds = [
        {
            "id": kind,
            "title": Letter.KINDS[kind],
            "counts": [(Letter.STATES[state], number) for state, number in counts[kind].items()],
            "unsent": sum(counts[kind].get(state, 0) for state in UNSENT),
            "due": len(due(found, kind, everybody)) if everybody else 0,
            "faults": len(_faults(found, kind)),
        }
        for kind in LETTERS
    ]
    called_in_on = plan_of(found.plan).calendar.call_in_on
    rows = Letter.objects.filter(study=found).select_related("study", "authority")
    # Who is partial to a municipality has nothing to do with what is written to it.
    made = only(request, "see_study", rows.order_by("kind", "authority__code", "number"), letter_state)
    trouble = [item for item in made if item.state in ("failed", "sending")]
    context = {
        "study": found,
        "kinds": kinds,
        "trouble": sorted(trouble, key=lambda item: item.authority.code),
        "letters": made,
        # The deadline is counted from the day in the plan, whenever the letters go.
        "late": bool(called_in_on) and date.fromisoformat(called_in_on) < timezone.localdate(),
        "once": secrets.token_hex(16),
        "crumbs": crumbs_of(found, _("Breve")),
    }
    return render(request, "letters/letters.html", context)


def preview(request: HttpRequest, study: str, kind: str) -> HttpResponse:
    """A letter as one municipality would get it."""
    found, to = _study(study, kind), {}
    to = addressees(found)
    code = request.GET.get("kommune", "")
    chosen = to.get(code) or next(iter(to.values()), None)
    faults = _faults(found, kind)
    html = mark_safe(letter_html(letter(found, kind, chosen))) if chosen and not faults else ""
    own = getattr(plan_of(found.plan).letters, kind)
    context = {
        "study": found,
        "kind": kind,
        "title": Letter.KINDS[kind],
        "html": html,
        "dateline": dateline(found, timezone.localdate()),
        "standard": not own.strip(),
        "chosen": chosen,
        "addressees": [(item.code, item.name) for item in to.values()],
        "faults": faults,
        "fields": FIELDS,
        "source": text_of(kind, own, letter_texts()),
        "crumbs": crumbs_of(found, _("Breve"), Letter.KINDS[kind]),
    }
    return render(request, "letters/preview.html", context)


def preview_pdf(request: HttpRequest, study: str, kind: str) -> HttpResponse:
    """The same as PDF."""
    found = _study(study, kind)
    to = addressees(found).get(request.GET.get("kommune", ""))
    if to is None or _faults(found, kind):
        raise Http404
    sender, dated = plan_of(found.plan).letters.sender, dateline(found, timezone.localdate())
    return _pdf(letter_pdf(letter(found, kind, to), sender, dated), f"{kind}.pdf")


def pdf(request: HttpRequest, study: str, letter: str) -> HttpResponse:
    """A letter as it was made."""
    own = get_object_or_404(Letter.objects.select_related("study"), pk=letter, study=study)
    try:
        return _pdf(content(own), f"{own.kind}.pdf")
    except Unreadable:
        context = {"own": own, "crumbs": crumbs_of(own.study, _("Breve"), own.get_kind_display())}
        return render(request, "letters/gone.html", context, status=410)


def make(request: HttpRequest, study: str, kind: str) -> HttpResponse:
    """Asks for the letters of a kind to be made for all who are to have one."""
    found = _study(study, kind)
    if faults := _faults(found, kind):
        messages.warning(request, f"{faults[0].place}: {faults[0].fault}")
        return redirect("letters:preview", study, kind)
    if found.state != "launched" or not due(found, kind):
        messages.warning(request, _("Der er ingen, der skal have det brev nu."))
        return redirect("letters:letters", study)
    return _asked(request, "letters.make", study, kind)


def send(request: HttpRequest, study: str, kind: str) -> HttpResponse:
    """Asks for the letters of a kind to be sent by e-mail."""
    _study(study, kind)
    if not Letter.objects.filter(study=study, kind=kind, state__in=UNSENT).exists():
        messages.warning(request, _("Der er ingen breve at sende. Lav dem først."))
        return redirect("letters:letters", study)
    return _asked(request, "letters.send", study, kind)


def download(request: HttpRequest, study: str, kind: str) -> HttpResponse:
    """The letters of a kind that are not sent, as ZIP, for sending another way. They then count as gone."""
    found = _study(study, kind)
    now = addressees(found)
    own = list(
        Letter.objects.filter(study=found, kind=kind, state__in=(*UNSENT, "downloaded"))
        .select_related("authority")
        .order_by("authority__code", "number")
    )
    old = [
        item
        for item in own
        if item.state in UNSENT and not is_current(found, item, now.get(item.authority.code))
    ]
    if old or not own:
        messages.warning(
            request,
            _("Teksten eller planen er ændret, siden brevene blev lavet. Lav dem igen.")
            if old
            else _("Der er ingen breve at hente. Lav dem først."),
        )
        return redirect("letters:letters", study)
    try:
        packed = _packed(own)
    except Unreadable as gone:
        for item in own:
            if item.id == str(gone) and item.state in UNSENT:
                item.text_hash = ""  # so that it is made anew
                item.save()
        messages.warning(
            request, _("Et af brevene kan ikke læses: filen mangler eller er skadet. Lav dem igen.")
        )
        return redirect("letters:letters", study)
    by_hand(found, own, timezone.now())
    if kind == "call_in":
        ask_reminders(found, request.user.id)
    response = HttpResponse(packed, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="breve-{kind}.zip"'
    return response


def _packed(own: list[Letter]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for item in own:
            entry = zipfile.ZipInfo(f"{item.authority.code}-{item.kind}-{item.number}.pdf", _STAMP)
            packed.writestr(entry, content(item))
    return out.getvalue()


def again(request: HttpRequest, study: str, letter: str) -> HttpResponse:
    """Puts a letter that failed, or was cut off while it was sent, back among those to be sent."""
    own = Letter.objects.select_for_update().get(pk=letter)
    if own.state == "sending" and request.POST.get("sure") != "yes":
        messages.warning(request, _("Brevet kan være kommet frem. Sæt krydset, hvis det skal sendes igen."))
    elif own.state in ("failed", "sending"):
        own.state, own.fault = "made", ""
        own.save()
        messages.success(request, _("Brevet kan sendes igen."))
    return redirect("letters:letters", study)


def _study(study: str, kind: str) -> Study:
    if kind not in LETTERS:
        raise Http404
    return get_object_or_404(Study, pk=study)


def _faults(study: Study, kind: str) -> tuple[Any, ...]:
    return problems_of(kind, text_of(kind, getattr(plan_of(study.plan).letters, kind), letter_texts()))


def _asked(request: HttpRequest, name: str, study: str, kind: str) -> HttpResponse:
    once = request.POST.get("once", "")[:40] or None
    job = ask(
        name,
        {"study": study, "kind": kind},
        actor=request.user.id,
        study=study,
        once=once and f"{name}:{kind}:{once}",
    )
    return redirect("jobs:job", job.id)


def _pdf(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    # A PDF runs nothing and loads nothing here.
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
