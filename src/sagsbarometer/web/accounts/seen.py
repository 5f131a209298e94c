"""When a session began and was last used: it ends after a working day, and its owner sees where they are signed in."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

EVERY = timedelta(minutes=5)
BEGAN = "began"  # in a session: seconds since 1970 when its owner signed in


class Seen:
    """Ends a session that is too old, and writes when it was used.

    Django's own end moves each time something is written in the session. allauth's own note of use is written at each
    page, so that no page could be read where the disk is full: this one at most every five minutes.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The reply."""
        if request.session.session_key and request.user.is_authenticated:
            if time.time() - request.session.get(BEGAN, 0) > settings.SESSION_COOKIE_AGE:
                request.session.flush()
                request.user = AnonymousUser()
            else:
                _note(request)
        return self.get_response(request)


def _note(request: HttpRequest) -> None:
    lately = timezone.now() - EVERY
    known = UserSession.objects.filter(
        user=request.user, session_key=request.session.session_key, last_seen_at__gt=lately
    )
    if not known.exists():
        with suppress(OperationalError):  # it is only told later
            UserSession.objects.create_from_request(request)
