"""»Målestok«: how mild or strict each reader is on the anchors. For who leads, and for oneself when it is let."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sagsbarometer.agreement.leniency import ALL_ALIKE, FEW_CASES, NOTHING_ORDERED, ONE_CASE, Item, leniency
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.forms.case import complete
from sagsbarometer.forms.form import Form
from sagsbarometer.forms.wording import words
from sagsbarometer.kernel.problems import Faults, Problem
from sagsbarometer.review.course import ReadingState
from sagsbarometer.review.severity import FILE, Order, compared, load_orders
from sagsbarometer.web.languages import shown as language_shown
from sagsbarometer.web.planning.folders import folder_of, form_of
from sagsbarometer.web.planning.models import Study
from sagsbarometer.web.reviewing.cases_read import crumbs, readers_of
from sagsbarometer.web.reviewing.finding import ANCHOR, practising, review_state
from sagsbarometer.web.reviewing.known import keys_of
from sagsbarometer.web.reviewing.models import CaseReview, LeniencyShown
from sagsbarometer.web.reviewing.newest import with_declared
from sagsbarometer.web.rights.asking import only

_SIDES = ("agrees", "milder", "stricter", "other")


@dataclass(frozen=True)
class Measured:
    """The answers of all readers on anchors beside their keys, and what is wrong with the order of the answers."""

    items: Mapping[str, tuple[Item, ...]]  # reader -> answers
    names: Mapping[str, str]
    ordered: bool
    problems: tuple[Problem, ...]


def orders_of(study: Any, form: Form) -> tuple[dict[str, Order], tuple[Problem, ...]]:
    """Which answers are milder and stricter: the study's own file, or the template's. None where nobody declared it."""
    for path in (folder_of(study) / FILE, shipped("studies") / study.template / FILE):
        if path.exists():
            try:
                return load_orders(path, form), ()
            except Faults as faults:
                return {}, faults.problems
    return {}, ()


def measured(study: Any, reviews: Iterable[Any], until: datetime | None = None) -> Measured:
    """Of anchors, the readings that are handed in (by `until`, where it is given), each beside the key as it is now."""
    form = form_of(study)
    orders, problems = orders_of(study, form)
    items: dict[str, list[Item]] = {}
    names: dict[str, str] = {}
    for review in reviews:
        keys = {id: key.answer for id, key in keys_of(form, review.case_id).items()}
        held = [
            row
            for row in practising(review, review.readings.all())
            if row.state == ReadingState.SUBMITTED.value
            and (until is None or (row.submitted_at is not None and row.submitted_at <= until))
        ]
        given = with_declared(form, held)
        for row in held:
            routed = complete(form, given[row.id]).answers
            names[row.reader_id] = row.reader.name
            items.setdefault(row.reader_id, []).extend(
                Item(row.case_id, one.question, one.side.value, one.distance)
                for one in compared(form, orders, routed, keys)
            )
    return Measured({id: tuple(rows) for id, rows in items.items()}, names, bool(orders), problems)


def anchors(study: Any) -> Any:
    """The anchors of a study that are not taken out."""
    return (
        CaseReview.objects.filter(study=study, use=ANCHOR, withdrawn_at=None)
        .select_related("case__study", "case__request")
        .prefetch_related("readings__reader", "readings__case")
        .order_by("case__municipality", "case__number")
    )


def measure(request: HttpRequest, study: str) -> HttpResponse:
    """Every reader's result, by name. Without the anchors that the one who looks still is to hand in."""
    found = get_object_or_404(Study, pk=study)
    reviews = only(request, "see_reading", anchors(found), review_state)
    told = measured(found, reviews)
    let = {row.user_id: row for row in LeniencyShown.objects.filter(study=found, ended_at=None)}
    form = form_of(found)
    people = sorted(told.items, key=lambda id: (told.names[id], id))
    readers = [
        {"id": id, "name": told.names[id], "let": let.get(id), **line(form, told.items[id])} for id in people
    ]
    context = {
        "study": found,
        "anchors": len(reviews),
        "readers": readers,
        "intervals": sum(bool(row["ends"]) for row in readers),
        "ordered": told.ordered,
        "problems": told.problems,
        "few": FEW_CASES,
        "crumbs": crumbs(found, _("Målestok")),
    }
    return render(request, "reviewing/leniency.html", context)


def let(request: HttpRequest, study: str) -> HttpResponse:
    """Lets a reader see their own result, or no more. A second click changes nothing."""
    found = get_object_or_404(Study.objects.select_for_update(), pk=study)
    reader = next((user for user in readers_of(study) if user.id == request.POST.get("reader", "")), None)
    if reader is None:
        messages.error(request, _("Vælg en læser."))
        return redirect("reviewing:leniency", study)
    row = LeniencyShown.objects.filter(study=found, user=reader, ended_at=None).first()
    if request.POST.get("let") == "yes" and row is None:
        LeniencyShown.objects.create(study=found, user=reader, by=request.user)
        messages.success(request, _("%(name)s kan nu se sin egen målestok.") % {"name": reader.name})
    elif request.POST.get("let") == "no" and row is not None:
        row.ended_at = timezone.now()
        row.save(update_fields=["ended_at"])
        messages.success(request, _("%(name)s kan ikke længere se sin målestok.") % {"name": reader.name})
    return redirect("reviewing:leniency", study)


def own(request: HttpRequest) -> HttpResponse:
    """One's own result, in the studies where one was let, as it was then. Which cases it was is not told: they are used
    again, and a result that moved when a case was handed in would say that it was one of them."""
    told = []
    rows = LeniencyShown.objects.filter(
        user=request.user, ended_at=None, study__state__in=("launched", "closed")
    )
    for row in rows.select_related("study").order_by("study__name"):
        found = measured(row.study, anchors(row.study), row.at)
        items = found.items.get(str(request.user.pk), ())
        told.append({"study": row.study, "ordered": found.ordered, **line(form_of(row.study), items)})
    context = {
        "told": told,
        "few": FEW_CASES,
        "crumbs": [(_("Mine sager"), reverse("reviewing:desk")), (_("Min målestok"), None)],
    }
    return render(request, "reviewing/leniency_own.html", context)


def line(form: Form, items: Iterable[Item]) -> dict[str, Any]:
    """A reader's result as it is shown: in all, and question by question."""
    rows = list(items)
    result = leniency(rows)
    labels = {question.id: words(question.label, language_shown()) for question in form.questions}
    sides: dict[str, Counter[str]] = {}
    for item in rows:
        sides.setdefault(item.question, Counter())[item.side] += 1
    return {
        "result": result,
        "value": signed(result.value),
        "ends": f"{signed(result.low)} {_('til')} {signed(result.high)}" if result.low is not None else "",
        "why": _why(result.why),
        "lean": _lean(result.low, result.high),
        "chance": _chance(result.chance),
        "questions": [
            (labels[id], [counts[side] for side in _SIDES])
            for id, counts in sorted(sides.items(), key=lambda item: list(labels).index(item[0]))
        ],
    }


def signed(value: float | None) -> str:
    """-1 to 1 with two decimals, in Danish, with its sign."""
    if value is None:
        return "–"
    text = f"{value:+.2f}".replace(".", ",")
    return "0,00" if text in ("+0,00", "-0,00") else text.replace("-", "\u2212")


def _lean(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return ""
    if low > 0:
        return _("strengere end facit")
    return _("mildere end facit") if high < 0 else _("kan ikke skelnes fra facit")


def _why(code: str) -> str:
    return {
        NOTHING_ORDERED: _("Ingen svar med en rækkefølge fra mild til streng er sammenlignet."),
        ONE_CASE: _("Én sag giver intet interval."),
        ALL_ALIKE: _("Alle sager gav det samme, så der er intet interval."),
    }.get(code, "")


def _chance(chance: float | None) -> str:
    if chance is None:
        return "–"
    return "< 0,001" if chance < 0.001 else f"{chance:.3f}".replace(".", ",")
