"""When a session was last used, for its owner's list of where they are signed in."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

EVERY = timedelta(minutes=5)


class Seen:
    """Writes it at most every five minutes: allauth's own writes at each page, so that no page could be read where
    the disk is full."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The reply."""
        if request.session.session_key and request.user.is_authenticated:
            lately = timezone.now() - EVERY
            known = UserSession.objects.filter(
                user=request.user, session_key=request.session.session_key, last_seen_at__gt=lately
            )
            if not known.exists():
                with suppress(OperationalError):  # it is only told later
                    UserSession.objects.create_from_request(request)
        return self.get_response(request)
