"""One's own pages: the front page, the account, and the invitation that makes it."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sagsbarometer.web.accounts.forms import AcceptForm
from sagsbarometer.web.accounts.invitations import Used, open_invitation
from sagsbarometer.web.accounts.invitations import accept as accept_invitation
from sagsbarometer.web.accounts.models import User
from sagsbarometer.web.delivering.models import Request
from sagsbarometer.web.planning.models import Study
from sagsbarometer.web.rights.actions import ROLES
from sagsbarometer.web.rights.asking import asked, only
from sagsbarometer.web.rights.may import Answer
from sagsbarometer.web.rights.state_of import request_state, study_state

# What one can go on to: route, words, what it is for, and the action that has to be theirs.
_LEADS = (
    (
        "planning:new",
        gettext_lazy("Ny undersøgelse"),
        gettext_lazy("Lav en plan af en skabelon."),
        "create_study",
    ),
    (
        "accounts:people",
        gettext_lazy("Personer"),
        gettext_lazy("Inviter, giv roller, luk konti."),
        "see_people",
    ),
    (
        "accounts:disqualifications",
        gettext_lazy("Inhabilitet"),
        gettext_lazy("Hvem der ikke må se hvad."),
        "disqualify",
    ),
    (
        "events:list",
        gettext_lazy("Hændelser"),
        gettext_lazy("Hvem der gjorde hvad, og om kæden er hel."),
        "read_audit",
    ),
)


def front(request: HttpRequest) -> HttpResponse:
    """What awaits the one who is signed in, by role."""
    studies, requests, cases = _studies(request), _requests(request), _cases(request)
    leads = [
        {"url": reverse(route), "label": label, "text": text}
        for route, label, text, action in _LEADS
        if asked(request, action) is Answer.YES
    ]
    words = {
        "studies": studies,
        "requests": requests,
        "cases": cases,
        "leads": leads,
        "empty": not (studies or requests or cases or leads),
    }
    return render(request, "accounts/front.html", words)


def _cases(request: HttpRequest) -> dict[str, Any]:
    """How many cases wait to be read by the one who looks, and the nearest deadline; {} where none do."""
    from sagsbarometer.web.reviewing.desk import own_readings, waiting_of
    from sagsbarometer.web.reviewing.known import is_exercise

    if asked(request, "list_readings") is not Answer.YES:
        return {}
    waiting = [row for row in waiting_of(request, own_readings(request)) if not is_exercise(row)]
    if not waiting:
        return {}
    return {"left": len(waiting), "due": min((row.due for row in waiting if row.due), default=None)}


def _studies(request: HttpRequest) -> list[dict[str, Any]]:
    """The studies the one who looks may see, the newest first."""
    if asked(request, "list_studies") is not Answer.YES:
        return []
    found = only(
        request, "see_study", Study.objects.exclude(state="purged").order_by("-made_at"), study_state
    )
    return [
        {
            "name": study.name,
            "state": study.get_state_display(),
            "url": reverse("planning:study", args=[study.id]),
            "collection": reverse("receiving:collection", args=[study.id])
            if study.state == "launched"
            else "",
        }
        for study in found
    ]


def _requests(request: HttpRequest) -> list[dict[str, Any]]:
    """What the municipality of the one who looks is asked for, the nearest deadline first."""
    if asked(request, "list_requests") is not Answer.YES:
        return []
    rows = Request.objects.filter(authority__code__in=request.user.memberships.values("municipality"))
    rows = rows.exclude(state="planned").select_related("study", "authority").order_by("deadline")
    found = only(request, "see_request", rows, request_state)
    return [
        {
            "study": row.study.name,
            "municipality": row.authority.name,
            "state": row.get_state_display(),
            "deadline": row.deadline,
            "url": reverse("delivering:request", args=[row.id]),
        }
        for row in found
    ]


def me(request: HttpRequest) -> HttpResponse:
    """One's own account: who one is, the roles one holds, and where to change password and sign-in."""
    person: Any = request.user
    held = person.memberships.select_related("study").order_by("role")
    demanded = any(membership.role in settings.SECOND_FACTOR_ROLES for membership in held)
    return render(request, "accounts/me.html", {"roles": held, "names": ROLES, "factor_demanded": demanded})


def accept(request: HttpRequest, token: str) -> HttpResponse:
    """An invitation: says to whom and to what; with a password the account is made and its owner signed in."""
    invitation = open_invitation(token=token)
    if invitation is None:
        return _used(request)
    known = User.objects.of_address(invitation.email) is not None
    person = User(email=invitation.email, name=invitation.name)
    form = AcceptForm(request.POST or None, person=person)
    if request.method == "POST" and (known or form.is_valid()):
        try:
            user = accept_invitation(invitation, None if known else form.cleaned_data["password"])
        except Used:
            return _used(request)
        if known:
            # The link shows that one reads the mail of the address; not that one knows its password.
            messages.success(request, _("Du har fået rollen. Log ind med den adgangskode, du har."))
            return redirect("account_login")
        record_authentication(request, user, method="password", email=user.email)
        messages.success(request, _("Din konto er klar."))
        response: HttpResponse = perform_login(request, user, email_verification="none")
        return response
    words = {"invitation": invitation, "form": form, "known": known, "role": ROLES[invitation.role]}
    return render(request, "accounts/accept.html", words, status=422 if request.method == "POST" else 200)


def _used(request: HttpRequest) -> HttpResponse:
    # The same words for a link that never was, was used, was withdrawn or is too old.
    return render(request, "accounts/used.html", status=410)
