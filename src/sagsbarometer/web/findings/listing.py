"""The sheets of a study: of each case that counts, how far its sheet is; and one sheet as it will be seen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sagsbarometer.web.events.acting import acting, record
from sagsbarometer.web.findings import kept, making
from sagsbarometer.web.findings.finding import find_sheet_case
from sagsbarometer.web.findings.models import Sheet
from sagsbarometer.web.findings.sheet_shown import named, shown
from sagsbarometer.web.identifiers import once_key, random_id
from sagsbarometer.web.jobs.asking import ask
from sagsbarometer.web.planning.models import Study
from sagsbarometer.web.reviewing.cases_read import crumbs
from sagsbarometer.web.reviewing.finding import MEASURED, reading_state, review_state
from sagsbarometer.web.reviewing.models import CaseReview, Reading
from sagsbarometer.web.rights.asking import asked, only
from sagsbarometer.web.rights.may import Answer as May

STATES = {
    "none": gettext_lazy("Ikke begyndt"),
    "draft": gettext_lazy("Kladde"),
    "ready": gettext_lazy("Klar"),
    "released": gettext_lazy("Frigivet"),
    "changed": gettext_lazy("Svarene er ændret siden"),
}
_ONE_PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A case that counts, and its sheet. `changed`: its answers are others than the sheet is about."""

    case: Any
    name: str
    sheet: Any
    state: str
    changed: bool
    locked: bool


def lines_of(request: HttpRequest, study: Any) -> list[Line]:
    """The cases of a study that count and that the one who looks may know of, by municipality and number."""
    layout = making.layout_of(study)
    answers = making.answers_of(study, layout)
    sheets = kept.newest_by_case(study.id)
    reviews = (
        CaseReview.objects.filter(study=study, use=MEASURED, pk__in=list(answers))
        .select_related("case__study", "case__request__authority")
        .prefetch_related("readings")
        .order_by("case__municipality", "case__number")
    )
    found = []
    for review in only(request, "see_sheet", reviews, review_state):
        sheet = sheets.get(review.case_id)
        changed = sheet is not None and sheet.answers != making.hash_of(layout, answers[review.case_id])
        state = sheet.state if sheet is not None else "none"
        case = review.case
        found.append(Line(case, named(case), sheet, state, changed, review.locked_at is not None))
    return found


def sheets(request: HttpRequest, study: str) -> HttpResponse:
    """The list; a POST makes drafts for all that have no sheet."""
    found = get_object_or_404(Study, pk=study)
    if request.method == "POST":
        once = once_key(f"drafts:{study}", request.POST.get("once"))
        job = ask("findings.drafts", {"study": study}, actor=request.user.id, study=study, once=once)
        return redirect("jobs:job", job.id)
    lines = lines_of(request, found)
    counts = Counter(line.state for line in lines) + Counter(changed=sum(line.changed for line in lines))
    wanted, where = request.GET.get("vis", ""), request.GET.get("kommune", "")
    chosen = [
        line
        for line in lines
        if (wanted not in STATES or (line.changed if wanted == "changed" else line.state == wanted))
        and where in ("", line.case.municipality)
    ]
    page = max(int(text), 1) if (text := request.GET.get("side", "1")).isascii() and text.isdigit() else 1
    context = {
        "study": found,
        "total": len(lines),
        "states": [(id, words, counts[id]) for id, words in STATES.items()],
        "lines": chosen[(page - 1) * _ONE_PAGE : page * _ONE_PAGE],
        "chosen": len(chosen),
        "words": STATES,
        "shown": wanted,
        "where": where,
        "municipalities": sorted(
            {(line.case.request.authority.name, line.case.municipality) for line in lines}
        ),
        "without": counts["none"],
        "ready": counts["ready"],
        "layout": making.layout_of(found),
        "before": page - 1,
        "after": page + 1 if len(chosen) > page * _ONE_PAGE else 0,
        "once": random_id(24),
        "crumbs": crumbs(found, _("Fund")),
    }
    return render(request, "findings/sheets.html", context)


def sheet_of(case: str, number: int, user: str) -> Any:
    """One number of a case's sheet; of an anchor, of that of who looks. Raises Http404."""
    return get_object_or_404(kept.all_of(case, kept.anchor_reading(case, user)), number=number)


def shown_sheet(request: HttpRequest, study: str, case: str, number: int) -> HttpResponse:
    """A sheet as the municipality sees it."""
    found = sheet_of(case, number, str(request.user.pk))
    with acting(request.user.id, "findings"):
        record("read_sheet", found._meta.db_table, found.id, study=study, case=case, purpose="findings")
    context = {
        "study": found.case.study,
        "case": found.case,
        "name": named(found.case),
        "sheet": found,
        "state": Sheet.STATES[found.state],
        "body": shown(kept.content_of(found)),
        "crumbs": [
            *crumbs(found.case.study),
            (_("Fund"), reverse("findings:sheets", args=[study])),
            (
                _("Sag %(number)s") % {"number": found.case.number},
                reverse("findings:sheet", args=[study, case]),
            ),
            (_("Nummer %(number)s") % {"number": number}, None),
        ],
    }
    return render(request, "findings/shown.html", context)


def of_reading(request: HttpRequest, reading: str) -> HttpResponse:
    """From one's own reading to the sheet of its case, as soon as it can be written.

    The reply is the same for every case that cannot be: which of them are read by another too, or stand for something
    else, is not the reader's to know.
    """
    row = Reading.objects.select_related("review__case__study", "review__case__request__authority").get(
        pk=reading
    )
    review = row.review
    address = {"study": review.study_id, "case": review.case_id}
    state = find_sheet_case(address) if row.reread_id is None and row.state == "submitted" else None
    if state is not None and asked(request, "see_sheet", state) is May.YES:
        return redirect("findings:sheet", **address)
    if asked(request, "read_case", reading_state(row)) is not May.YES:
        raise Http404
    from sagsbarometer.web.reviewing.shown import title

    name = title(review.case)
    context = {
        "reading": row,
        "title": name,
        "crumbs": [
            (_("Mine sager"), reverse("reviewing:desk")),
            (name, reverse("reviewing:reading", args=[row.id])),
            (_("Fund"), None),
        ],
    }
    return render(request, "findings/not_yet.html", context)
