"""Choosing the language: kept in a cookie for this browser and, of who is signed in, for the mails to them."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import resolve, reverse

from sagsbarometer.web.accounts.doing import in_acting
from sagsbarometer.web.rights.routes import ROUTES

_YEAR = 365 * 24 * 60 * 60  # seconds


def choose(request: HttpRequest) -> HttpResponse:
    """Sets the language and goes back to the page it was chosen on. Another language than ours changes nothing."""
    language = request.POST.get("language", "")
    reply = HttpResponseRedirect(back_to(request.POST.get("next", "")))
    if language not in dict(settings.LANGUAGES):
        return reply
    user = request.user
    if user.is_authenticated and user.language != language:
        with in_acting(user.pk, "own_account"):
            user.language = language
            user.save(update_fields=["language"])
    reply.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=_YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return reply


def back_to(address: str) -> str:
    """The address where it is a page of this house that can be read; else the front page."""
    front = reverse("accounts:front")
    try:
        # No address of ours begins with two slashes or a scheme, which a browser would take to another host.
        match = resolve(address.partition("?")[0].partition("#")[0])
    except Http404:
        return front
    needs = ROUTES.get(match.view_name)
    return address if needs is not None and needs.see else front
