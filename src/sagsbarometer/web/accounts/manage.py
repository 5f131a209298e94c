"""The pages of an administrator: people, invitations, roles, closed accounts."""

from __future__ import annotations

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from sagsbarometer.kernel.said import said
from sagsbarometer.web.accounts import invitations
from sagsbarometer.web.accounts import people as acts
from sagsbarometer.web.accounts.forms import InvitationForm, RoleForm
from sagsbarometer.web.accounts.models import Invitation, Membership, User
from sagsbarometer.web.events.acting import acting
from sagsbarometer.web.rights.actions import ROLES

_LAST = said("Huset skal have mindst én administrator. Giv en anden rollen først.")


def people(request: HttpRequest) -> HttpResponse:
    """Everybody with an account, and the invitations nobody has used."""
    everybody = User.objects.prefetch_related("memberships__study").order_by("-is_active", "name")
    waiting = (
        Invitation.objects.filter(accepted_at=None, withdrawn_at=None).select_related("study").order_by("-at")
    )
    words = {"people": everybody, "waiting": waiting, "names": ROLES, "now": timezone.now()}
    return render(request, "accounts/people.html", words)


def invite(request: HttpRequest) -> HttpResponse:
    """Invites an address; to somebody who has an account the role is given at once."""
    form = InvitationForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "accounts/invite.html", {"form": form}, status=status)
    data = form.cleaned_data
    by: User = request.user
    study = data["study"].id if data["study"] else None
    known = User.objects.of_address(data["email"])
    if known is not None:
        with acting(by.id, "give_role"):
            _give(known, data["role"], study, data["municipality"])
        messages.success(request, _("Personen har en konto og har fået rollen."))
        return redirect("accounts:person", person=known.id)
    with acting(by.id, "invite_person"):
        invitation, token = invitations.invite(
            data["email"], data["name"], data["role"], by=by, study=study, municipality=data["municipality"]
        )
    _mailed(request, invitation, token)
    return redirect("accounts:people")


def invite_again(request: HttpRequest, invitation: str) -> HttpResponse:
    """A new link; the old one stops working."""
    found = get_object_or_404(Invitation, pk=invitation)
    try:
        with acting(request.user.id, "invite_person"):
            token = invitations.renew(found)
    except invitations.Used:
        messages.error(request, _("Invitationen er brugt eller trukket tilbage. Lav en ny."))
    else:
        _mailed(request, found, token)
    return redirect("accounts:people")


def _mailed(request: HttpRequest, invitation: Invitation, token: str) -> None:
    """Sends the link and says how it went. A mail that cannot be sent undoes nothing."""
    try:
        invitations.mail(invitation, token)
    except OSError:
        messages.error(
            request, _("Invitationen er lavet, men mailen kunne ikke sendes. Prøv »Send igen« senere.")
        )
    else:
        messages.success(request, _("Invitationen er sendt. Linket virker én gang og i 14 dage."))


def withdraw(request: HttpRequest, invitation: str) -> HttpResponse:
    """The link of an invitation stops working."""
    waiting = Invitation.objects.filter(pk=invitation, accepted_at=None, withdrawn_at=None)
    waiting.update(withdrawn_at=timezone.now())
    messages.success(request, _("Invitationen er trukket tilbage."))
    return redirect("accounts:people")


def person(request: HttpRequest, person: str) -> HttpResponse:
    """One person: roles, and whether the account is open."""
    found = get_object_or_404(User, pk=person)
    return _person(request, found, RoleForm())


def _person(request: HttpRequest, found: User, form: RoleForm, status: int = 200) -> HttpResponse:
    held = found.memberships.select_related("study").order_by("role")
    words = {"person": found, "held": held, "names": ROLES, "form": form}
    return render(request, "accounts/person.html", words, status=status)


def give_role(request: HttpRequest, person: str) -> HttpResponse:
    """Gives a role."""
    found = get_object_or_404(User, pk=person)
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _person(request, found, form, 422)
    data = form.cleaned_data
    if _give(found, data["role"], data["study"].id if data["study"] else None, data["municipality"]):
        messages.success(request, _("Rollen er givet."))
    else:
        messages.info(request, _("Personen havde allerede rollen."))
    return redirect("accounts:person", person=found.id)


def _give(user: User, role: str, study: str | None, municipality: str) -> bool:
    """Gives a role; False when it was held."""
    try:
        with transaction.atomic():
            _row, made = Membership.objects.get_or_create(
                user=user, role=role, study_id=study, municipality=municipality
            )
    except IntegrityError:  # given by another at the same moment
        return False
    return bool(made)


def take_role(request: HttpRequest, membership: str) -> HttpResponse:
    """Takes a role away, from the next request on."""
    found = get_object_or_404(Membership, pk=membership)
    try:
        acts.take(found)
    except acts.LastAdministrator:
        messages.error(request, _LAST)
    else:
        messages.success(request, _("Rollen er taget. Det gælder fra næste klik."))
    return redirect("accounts:person", person=found.user_id)


def deactivate(request: HttpRequest, person: str) -> HttpResponse:
    """Closes an account and ends its sessions."""
    found = get_object_or_404(User, pk=person)
    try:
        acts.deactivate(found)
    except acts.LastAdministrator:
        messages.error(request, _LAST)
    else:
        messages.success(request, _("Kontoen er lukket, og personen er logget ud overalt."))
    return redirect("accounts:person", person=found.id)


def activate(request: HttpRequest, person: str) -> HttpResponse:
    """Opens an account again."""
    found = get_object_or_404(User, pk=person)
    acts.activate(found)
    messages.success(request, _("Kontoen er åben igen."))
    return redirect("accounts:person", person=found.id)
