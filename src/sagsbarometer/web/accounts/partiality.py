"""The page of who may have nothing to do with what (forvaltningsloven § 3)."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from sagsbarometer.web.accounts.forms import DisqualificationForm
from sagsbarometer.web.accounts.models import Disqualification, User
from sagsbarometer.web.accounts.reasons import reasons
from sagsbarometer.web.delivering.models import Case
from sagsbarometer.web.planning.models import Study
from sagsbarometer.web.rights.actions import HOUSE_ROLES
from sagsbarometer.web.rights.asking import asked, only
from sagsbarometer.web.rights.may import Answer
from sagsbarometer.web.rights.state_of import case_state, study_state


def disqualifications(request: HttpRequest) -> HttpResponse:
    """Those there are, of the people one manages, and a form for one more."""
    staff = _people(request)
    form = DisqualificationForm(request.POST or None, people=staff)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        case = _case(request, data["case"]) if data["case"] else None
        if data["case"] and case is None:
            form.add_error("case", _("Der er ingen sag med det id, som du kan se."))
        else:
            Disqualification.objects.get_or_create(
                user=data["person"],
                municipality=data["municipality"],
                case=case,
                defaults={"reason": data["reason"], "made_by": request.user},
            )
            messages.success(request, _("Inhabiliteten er registreret. Det gælder fra næste klik."))
            return redirect("accounts:disqualifications")
    rows = (
        Disqualification.objects.filter(user__in=staff)
        .select_related("user", "made_by")
        .order_by("user__name")
    )
    listed = [{"row": row, "reason": reasons().get(row.reason, row.reason)} for row in rows]
    words = {"form": form, "listed": listed}
    return render(
        request, "accounts/disqualifications.html", words, status=422 if request.method == "POST" else 200
    )


def lift(request: HttpRequest, disqualification: str) -> HttpResponse:
    """Lifts one that was a mistake; nobody lifts their own."""
    row = get_object_or_404(Disqualification, pk=disqualification, user__in=_people(request))
    if row.user_id == request.user.id:
        messages.error(
            request, _("Du kan ikke selv ophæve din egen inhabilitet. Bed en administrator om det.")
        )
    else:
        row.delete()
        messages.success(request, _("Inhabiliteten er ophævet."))
    return redirect("accounts:disqualifications")


def _people(request: HttpRequest) -> QuerySet[User]:
    """Those of the house with a role where the one who asks may disqualify."""
    staff = User.objects.filter(memberships__role__in=HOUSE_ROLES)
    if asked(request, "disqualify_there") is not Answer.YES:
        studies = only(request, "disqualify_there", Study.objects.all(), study_state)
        staff = staff.filter(Q(memberships__study__in=studies) | Q(memberships__study=None))
    return staff.distinct().order_by("name")


def _case(request: HttpRequest, key: str) -> Case | None:
    """A case by its id, for who may see it; an administrator, who sees no cases, may name any."""
    case = Case.objects.select_related("study", "request").filter(pk=key).first()
    if case is None:
        return None
    seen = asked(request, "see_case", case_state(case)) is Answer.YES
    return case if seen or asked(request, "manage_people") is Answer.YES else None
