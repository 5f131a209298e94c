"""The cases that wait for somebody to say whether they are in, and the page on which that is said."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sagsbarometer.collection.screening import STATES, Wrong, declared_of, no_decision_found, wrong_with
from sagsbarometer.documents.vault import seal
from sagsbarometer.kernel.ids import may_hold_cpr
from sagsbarometer.kernel.said import said
from sagsbarometer.web.delivering.models import Case
from sagsbarometer.web.events.acting import acting, record
from sagsbarometer.web.home import this_home
from sagsbarometer.web.identifiers import random_id
from sagsbarometer.web.planning.models import Study
from sagsbarometer.web.receiving import facts
from sagsbarometer.web.receiving.case_page import case_context, found_from, verdict_words
from sagsbarometer.web.receiving.late import key_of, late, moved_on
from sagsbarometer.web.receiving.models import Replacement, Screening
from sagsbarometer.web.receiving.overview import crumbs
from sagsbarometer.web.receiving.reach import readable
from sagsbarometer.web.reviewing.steps import follow
from sagsbarometer.web.rights.asking import asked
from sagsbarometer.web.rights.may import Answer
from sagsbarometer.web.rights.state_of import case_state

_LONGEST = 2000  # characters of a remark
_ONE_PAGE = 50
STATE_OF = {"in": "screened_in", "out": "excluded"}
OPEN = ("submitted", *STATE_OF.values())  # states in which a verdict can be given


def queue(request: HttpRequest, study: str) -> HttpResponse:
    """The cases waiting, longest first: those that the one who looks may have to do with."""
    found = get_object_or_404(Study, pk=study)
    shown = request.GET.get("vis", "submitted")
    states = {
        "submitted": _("Venter"),
        "returned": _("Sendt tilbage"),
        "excluded": _("Udgået"),
        "screened_in": _("Med"),
    }
    if shown not in states:
        shown = "submitted"
    cases = readable(
        request,
        Case.objects.filter(study=found, state=shown).order_by("submitted_at", "municipality", "number"),
    )
    names = facts.strata_names(found)
    try:
        page = max(int(request.GET.get("side", "1")), 1)
    except ValueError:
        page = 1
    part = cases[(page - 1) * _ONE_PAGE : page * _ONE_PAGE]
    context = {
        "study": found,
        "states": states.items(),
        "shown": shown,
        "cases": [(item, facts.stratum_name(names, item.stratum)) for item in part],
        "number": len(cases),
        "page": page,
        "before": page - 1,
        "after": page + 1 if len(cases) > page * _ONE_PAGE else 0,
        "crumbs": crumbs(
            found, (_("Indsamling"), reverse("receiving:collection", args=[study])), (_("Sortering"), None)
        ),
    }
    return render(request, "receiving/queue.html", context)


def case(request: HttpRequest, study: str, case: str) -> HttpResponse:
    """The case: what was declared beside what was found, its documents, and the verdict."""
    found = get_object_or_404(Case.objects.select_related("study", "request__authority", "replaces"), pk=case)
    if request.method == "POST":
        return _judge(request, found)
    with acting(request.user.id, "screening"):
        record("read_case", "delivering_case", found.id, study=found.study_id, case=found.id)
    return render(request, "receiving/case.html", case_context(request, found))


def _judge(request: HttpRequest, found: Any) -> HttpResponse:
    """Saves the verdict; the same form sent twice is one verdict, and an old one is a conflict."""
    found = (
        Case.objects.select_for_update(of=("self",))
        .select_related("study", "request__authority")
        .get(pk=found.pk)
    )
    typed = _typed(request, found)
    before = Screening.objects.filter(case=found).first()
    if before and typed["once"] and before.once == typed["once"]:
        return _done(request, found)
    if request.POST.get("revision", "") != str(found.revision) or _moved_on(found):
        return _conflict(request, found, typed)
    faults = wrong_with(typed["verdict"], typed["reasons"], facts.reasons(), typed["found"])
    faults += _remark_faults(typed["remark"])
    if faults:
        context = case_context(request, found, typed, [(wrong.field, wrong.fault) for wrong in faults])
        return render(request, "receiving/case.html", context, status=422)
    _save(before or Screening(case=found), found, typed, request.user)
    return _done(request, found)


def _typed(request: HttpRequest, found: Any) -> dict[str, Any]:
    """The verdict as it was sent."""
    return {
        "verdict": request.POST.get("verdict", ""),
        "reasons": request.POST.getlist("reasons"),
        "remark": request.POST.get("remark", ""),
        "found": found_from(request.POST, declared_of(found.declared, found.declared_states)),
        "once": key_of(request),
    }


def _moved_on(found: Any) -> bool:
    """Whether no verdict can be given on a case, or taken back, any more. It was asked before the case was held."""
    return found.state not in OPEN or Replacement.objects.filter(case=found).exists()


def _save(row: Any, found: Any, typed: dict[str, Any], user: Any) -> None:
    """The verdict as it was sent, and the case in the state that follows."""
    answers, remark = typed["found"], typed["remark"].strip()
    row.verdict, row.reasons, row.once = typed["verdict"], sorted(set(typed["reasons"])), typed["once"]
    row.found = {name: value for name, value in answers.items() if value not in STATES}
    row.found_states = {name: value if value in STATES else "answered" for name, value in answers.items()}
    row.finding = no_decision_found(found.declared, answers)
    key = this_home().keys.study(found.study_id)
    row.remark = seal(key, remark.encode(), f"receiving_screening.remark:{row.id}") if remark else b""
    row.by, row.at = user, timezone.now()
    row.revision += 1
    row.save()
    found.state = STATE_OF[row.verdict]
    found.revision += 1
    found.save(update_fields=["state", "revision"])
    follow(found)


def _remark_faults(remark: str) -> list[Wrong]:
    if len(remark) > _LONGEST:
        return [
            Wrong("MODTAG-108", "remark", said("Bemærkningen er for lang: skriv højst {n} tegn.", n=_LONGEST))
        ]
    if may_hold_cpr(remark):
        return [
            Wrong(
                "MODTAG-107", "remark", said("Bemærkningen ligner noget med et CPR-nummer. Skriv den uden.")
            )
        ]
    return []


def _conflict(request: HttpRequest, found: Any, typed: dict[str, Any]) -> HttpResponse:
    """Somebody else was first: both versions, and nothing saved. What was typed here stands in a form to send anew."""
    mine = Screening(verdict=typed["verdict"], reasons=typed["reasons"], found=typed["found"])
    own = dict(verdict_words(mine, facts.reasons()))
    own |= {_("Bemærkning"): typed["remark"]} if typed["remark"] else {}
    resend = [
        ("once", random_id(24)),
        ("verdict", typed["verdict"]),
        ("remark", typed["remark"]),
        *(("reasons", code) for code in typed["reasons"]),
        *((f"found_{question}", value) for question, value in typed["found"].items()),
    ]
    return late(request, found, "verdict", own, resend)


def late_verdict(request: HttpRequest, study: str, case: str) -> HttpResponse | None:
    """The reply to a verdict on a case that is with the municipality again."""
    found = moved_on(request, case)
    return found and _conflict(request, found, _typed(request, found))


def _done(request: HttpRequest, found: Any) -> HttpResponse:
    """On to the next that waits; to this one where it has to be replaced, or none waits."""
    messages.success(request, _("Gemt: sag %(number)s fra %(name)s er %(state)s.") % {
        "number": found.number, "name": found.request.authority.name, "state": str(found.get_state_display()).lower()
    })  # fmt: skip
    following = None
    if found.state == "screened_in" or asked(request, "replace_case", case_state(found)) is not Answer.YES:
        waiting = Case.objects.filter(study=found.study_id, state="submitted").exclude(pk=found.pk)
        following = next(
            iter(readable(request, waiting.order_by("submitted_at", "municipality", "number"))), None
        )
        if following is None:
            return redirect("receiving:queue", study=found.study_id)
    return redirect("receiving:case", study=found.study_id, case=(following or found).id)


def undo(request: HttpRequest, study: str, case: str) -> HttpResponse:
    """Takes a verdict back: the case waits again. Not once it has been replaced."""
    found = (
        Case.objects.select_for_update(of=("self",))
        .select_related("study", "request__authority")
        .get(pk=case)
    )
    verdict = Screening.objects.filter(case=found).first()
    if _moved_on(found) or (verdict and request.POST.get("revision", "") != str(found.revision)):
        return _late_undo(request, found)
    if verdict:
        verdict.delete()
        found.state = "submitted"
        found.revision += 1
        found.save(update_fields=["state", "revision"])
        follow(found)
    if found.state == "submitted":  # by this click, or by one before it
        messages.success(request, _("Fortrudt: sagen venter på at blive sorteret."))
    return redirect("receiving:case", study=study, case=case)


def _late_undo(request: HttpRequest, found: Any) -> HttpResponse:
    return late(request, found, "undo", {_("Status"): _("Venter igen: afgørelsen fortrydes")})


def late_undo(request: HttpRequest, study: str, case: str) -> HttpResponse | None:
    """The reply to who takes back a verdict on a case that is with the municipality again."""
    found = moved_on(request, case)
    return found and _late_undo(request, found)
