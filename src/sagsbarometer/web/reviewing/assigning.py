"""Who reads what: cases are given out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sagsbarometer.review.course import ReadingState
from sagsbarometer.review.second_reading import Assigned, Place, Reader, assigned
from sagsbarometer.web.accounts.models import Disqualification, User
from sagsbarometer.web.delivering.models import Case
from sagsbarometer.web.planning.models import Study
from sagsbarometer.web.reviewing.cases_read import crumbs, readers_of
from sagsbarometer.web.reviewing.finding import MEASURED, blind_to
from sagsbarometer.web.reviewing.models import CaseReview, Reading
from sagsbarometer.web.reviewing.moves import case_takes

Errors = list[tuple[str, str]]


def assign(request: HttpRequest, study: str) -> HttpResponse:
    """Gives every case that waits for a reader to those chosen, evenly and in a drawn order."""
    found = get_object_or_404(Study.objects.select_for_update(), pk=study)
    readers = readers_of(study)
    places = waiting(study)
    errors: Errors = []
    if request.method == "POST":
        chosen = [user for user in readers if user.id in request.POST.getlist("readers")]
        due = day_of(request.POST.get("due", ""))
        if not chosen:
            errors.append(("id_readers", _("Vælg mindst én læser.")))
        if due is None and request.POST.get("due", ""):
            errors.append(("id_due", _("Skriv fristen som en dato.")))
        if not errors:
            done = give(found, places, chosen, due)
            tell_of(request, done)
            return redirect("reviewing:overview", study)
    context = {
        "study": found,
        "readers": load_of(study, readers, blind_to(str(request.user.pk))),
        "chosen": request.POST.getlist("readers") or [user.id for user in readers],
        "due": request.POST.get("due", ""),
        "first": sum(place.place == 1 for place in places),
        "second": sum(place.place == 2 for place in places),
        "errors": errors,
        "crumbs": crumbs(found, _("Fordel sager")),
    }
    return render(request, "reviewing/assign.html", context, status=422 if errors else 200)


def waiting(study: str) -> list[Place]:
    """The readings that have no reader: of cases that belong in the study, the first and the second where drawn."""
    cases = Case.objects.filter(study=study, state="screened_in").select_related("review")
    cases = cases.prefetch_related("review__readings")
    held: dict[str, dict[int, str]] = {}
    for case, place, reader in Reading.objects.filter(case__study=study, handed_over_at=None).values_list(
        "case_id", "place", "reader_id"
    ):
        held.setdefault(case, {})[place] = reader
    places = []
    for case in cases.order_by("id"):
        review = getattr(case, "review", None)
        if (review is not None and review.use != MEASURED) or not case_takes(review, "assign"):
            continue
        there = held.get(case.id, {})
        wanted = (1, 2) if review is not None and review.second_drawn else (1,)
        readers = frozenset(there.values())
        places += [
            Place(case.id, place, case.municipality, readers) for place in wanted if place not in there
        ]
    return places


def give(study: Any, places: Collection[Place], readers: Collection[User], due: date | None) -> Assigned:
    """Makes the readings, each with its review. Inside `acting`."""
    done = assigned(places, [reader_of(user, load) for user, load in load_of(study.id, readers)], study.id)
    there = set(CaseReview.objects.filter(study=study).values_list("case_id", flat=True))
    new = sorted({case for case, _place in done.to} - there)
    CaseReview.objects.bulk_create([CaseReview(case_id=case, study=study) for case in new])
    make(study, done, dict.fromkeys(done.to, due))
    return done


def make(study: Any, done: Assigned, due: Mapping[tuple[str, int], date | None]) -> None:
    """The readings of what was given out, each with its deadline. Inside `acting`."""
    Reading.objects.bulk_create(
        Reading(
            case_id=case, review_id=case, reader_id=reader, place=place, form_version=study.version,
            due=due.get((case, place)),
        )
        for (case, place), reader in sorted(done.to.items())
    )  # fmt: skip


def load_of(
    study: str, readers: Iterable[User], hidden: Collection[str] | None = None
) -> list[tuple[User, int]]:
    """Each reader with the readings they have not handed in. For showing, without those of cases that the one who
    looks reads blind: a number that falls tells that the other is done. So with those of cases that are read again."""
    found = Reading.objects.filter(case__study=study, handed_over_at=None, review__withdrawn_at=None)
    if hidden is not None:
        found = found.filter(reread=None)
    held = Counter(
        found.exclude(case__in=hidden or ())
        .exclude(state=ReadingState.SUBMITTED.value)
        .values_list("reader_id", flat=True)
    )
    return [(user, held[user.id]) for user in readers]


def reader_of(user: User, load: int) -> Reader:
    """A person as one who can be given cases: not those they are partial in."""
    partial = list(Disqualification.objects.filter(user=user).values_list("municipality", "case_id"))
    return Reader(
        user.id,
        load,
        not_municipalities=frozenset(code for code, _ in partial if code),
        not_cases=frozenset(case for _, case in partial if case),
    )


def tell_of(request: HttpRequest, done: Assigned, more: int = 0) -> None:
    """Says how many were given out, `more` beside, and how many nobody may have."""
    given = len(done.to) + more
    messages.success(
        request, ngettext("%(n)s læsning er fordelt.", "%(n)s læsninger er fordelt.", given) % {"n": given}
    )
    if left := len(done.nobody):
        said = ngettext(
            "%(n)s læsning har ingen af de valgte læsere lov til: de læser sagen i forvejen eller er inhabile.",
            "%(n)s læsninger har ingen af de valgte læsere lov til: de læser sagen i forvejen eller er inhabile.",
            left,
        )
        messages.warning(request, said % {"n": left})


def day_of(text: str) -> date | None:
    """A deadline that was sent; None for what is no day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
