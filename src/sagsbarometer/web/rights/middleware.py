"""No view runs before `may` has answered for its route."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlencode

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from sagsbarometer.kernel.ids import is_like_cpr
from sagsbarometer.web.events.acting import acting
from sagsbarometer.web.rights.asking import asked
from sagsbarometer.web.rights.may import NOWHERE, Answer, State
from sagsbarometer.web.rights.numbers import NumberInPlain
from sagsbarometer.web.rights.routes import ROUTES
from sagsbarometer.web.rights.words import refused

_REFUSALS = {Answer.REFUSED: ("rights/refused.html", 403), Answer.LOCKED: ("rights/locked.html", 409)}


class Rights:
    """Asks `may` for the route; what changes something runs as one transaction with its events, or not at all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The reply."""
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        """Nothing when the view may run; else the page that says why not. Raises Http404 for what is not theirs."""
        match = request.resolver_match
        needs = ROUTES.get(match.view_name if match else "")
        if needs is None or needs.absent:
            raise Http404
        action = needs.action(request.method or "")
        if not action:
            return _not_taken(request, [m for m in ("GET", "POST") if needs.action(m)])
        if any("\0" in str(value) for value in kwargs.values()):
            raise Http404
        state = needs.find(kwargs)
        if state is None:
            # A stranger gets the same reply for what is not there as for what is.
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            raise Http404
        request.state = state
        request.purpose = needs.purpose
        answer = asked(request, action, state)
        if answer is Answer.LOCKED and request.method == "POST" and needs.late is not None:
            _refuse_nul(request)
            late: HttpResponse | None = needs.late(request, **kwargs)
            if late is not None:
                return late
        no = refusal(request, answer, action, state)
        if no is None:  # not before: what is sent by who may not send it is never read
            _refuse_nul(request)
            _forget_numbers(request, match.view_name if match else "")
        if no is not None or request.method in ("GET", "HEAD") or not needs.whole:
            return no
        # Here, not around the whole chain: a slow upload has been read before the transaction begins.
        try:
            with acting(getattr(request.user, "id", None) or "nobody", needs.purpose) as work:
                response: HttpResponse = view(request, *args, **kwargs)
                if response.status_code >= 400:
                    work.undo()
        except NumberInPlain:
            return _number_refused(request)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Where the view itself says what belongs together."""
        return _number_refused(request) if isinstance(exception, NumberInPlain) else None


def _number_refused(request: HttpRequest) -> HttpResponse:
    return render(request, "rights/number.html", status=422)


def _not_taken(request: HttpRequest, taken: list[str]) -> HttpResponse:
    """405, in words."""
    page = render(request, "405.html", status=405)
    page["Allow"] = ", ".join(taken)
    return page


def _refuse_nul(request: HttpRequest) -> None:
    """A NUL is in no name of ours, and PostgreSQL stops at one: BadRequest. (In an address it is Http404.)"""
    for fields in (request.GET, request.POST):
        if any("\0" in value for _, values in fields.lists() for value in values):
            raise BadRequest


def _forget_numbers(request: HttpRequest, route: str) -> None:
    """Where to go afterwards, as a form says it, comes back in an address: not with a CPR number in it. What is sent to
    a page of the second factor lies in the session while the password is asked for again: nothing with one."""
    sent = request.POST
    names = list(sent) if route.startswith("mfa_") else ["next"]
    if any(is_like_cpr(unquote(value)) for name in names for value in sent.getlist(name)):
        kept = sent.copy()
        for name in names:
            kept.setlist(name, [value for value in sent.getlist(name) if not is_like_cpr(unquote(value))])
        request.POST = kept


def refusal(request: HttpRequest, answer: Answer, action: str, state: State = NOWHERE) -> HttpResponse | None:
    """The page for an answer of `may`; None for yes. Raises Http404 for what the asker may not know of."""
    if answer is Answer.YES:
        return None
    if answer is Answer.SIGN_IN:
        return _to_sign_in(request)
    if answer is Answer.SECOND_FACTOR:
        return _to_second_factor(request)
    if answer is Answer.HIDDEN:
        raise Http404
    template, status = _REFUSALS[answer]
    said = refused(answer, action, state, request.actor)
    return render(request, template, {"refusal": said}, status=status)


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the page for it; a part of a page that was asked for is told so, and stays where it is."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401)
    return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)


def _to_second_factor(request: HttpRequest) -> HttpResponse:
    """To where the app is set up; for who has one, to where its code is given, and then back."""
    if not is_mfa_enabled(request.user, [Authenticator.Type.TOTP]):
        return HttpResponseRedirect(reverse("mfa_activate_totp"))
    back = request.get_full_path() if request.method == "GET" else reverse("accounts:front")
    return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': back})}")
