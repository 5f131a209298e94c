"""Who works on a study: seen by all of them, changed by those who plan it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from sagsbarometer.web.accounts.models import Membership, User
from sagsbarometer.web.planning.models import Study
from sagsbarometer.web.planning.shown import crumbs_of
from sagsbarometer.web.rights.actions import ROLES

# What a planner may give away; an analyst is made by an administrator.
GIVEN = {id: ROLES[id] for id in ("reviewer", "adjudicator", "approver", "supervisor")}


def people(request: HttpRequest, study: str) -> HttpResponse:
    """The people of a study by role; a POST adds one, by the address of an account that is there."""
    found = get_object_or_404(Study, pk=study)
    fault, status = "", 200
    if request.method == "POST":
        role = request.POST.get("role", "")
        user = User.objects.filter(
            email__iexact=request.POST.get("email", "").strip(), is_active=True
        ).first()
        if role in GIVEN and user is not None:
            Membership.objects.get_or_create(user=user, role=role, study=found, municipality="")
            messages.success(
                request,
                _("%(name)s er nu %(role)s på undersøgelsen.") % {"name": user.name, "role": GIVEN[role]},
            )
            return redirect("planning:people", study)
        fault = (
            _("Ingen har den adresse. Bed administratoren om at invitere dem.")
            if role in GIVEN
            else _("Vælg en rolle.")
        )
        status = 422
    members = (
        Membership.objects.filter(study=found)
        .select_related("user")
        .order_by("role", "user__name", "municipality")
    )
    rows = [
        {
            "id": item.id,
            "name": item.user.name,
            "role": ROLES[item.role],
            "municipality": item.municipality,
            "given": item.role in GIVEN,
        }
        for item in members
    ]
    context = {
        "study": found,
        "rows": rows,
        "roles": list(GIVEN.items()),
        "fault": fault,
        "email": request.POST.get("email", ""),
        "crumbs": crumbs_of(found, _("Folk")),
    }
    return render(request, "planning/people.html", context, status=status)


def remove(request: HttpRequest, study: str) -> HttpResponse:
    """Takes a role on the study from somebody."""
    own = Membership.objects.filter(pk=request.POST.get("membership", ""), study=study, role__in=GIVEN)
    for item in own:
        item.delete()
        messages.success(request, _("Rollen er fjernet."))
    return redirect("planning:people", study)
