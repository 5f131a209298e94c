"""Sessions: where somebody is signed in, and how one or all of the others are ended. Each ending is one event."""

from __future__ import annotations

from typing import Any

from allauth.usersessions.adapter import DefaultUserSessionsAdapter, get_adapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from sagsbarometer.web.accounts.doing import in_acting
from sagsbarometer.web.accounts.models import User
from sagsbarometer.web.events.acting import record


class Sessions(DefaultUserSessionsAdapter):
    """allauth asks it to end all others; the page below to end one."""

    def end_sessions(self, sessions: list[Any]) -> None:
        """Ends sessions of one person, and records it as one event."""
        if not sessions:
            return
        owner = sessions[0].user_id
        with in_acting(owner, "end_session"):
            super().end_sessions(sessions)
            record(
                "session_ended" if len(sessions) == 1 else "sessions_ended",
                User._meta.db_table,
                owner,
                purpose="end_session",
            )


def end(request: HttpRequest, session: str) -> HttpResponse:
    """Ends one session of one's own, of a device that is lost or lent. One that is over, and one of somebody else, get
    the same reply: it tells nobody what sessions there are."""
    own = UserSession.objects.filter(user_id=getattr(request.user, "id", None))
    found = own.filter(pk=session).first() if session.isdecimal() and len(session) < 19 else None
    if found is None:
        messages.info(request, _("Den session er slut."))
    elif found.is_current():
        messages.info(request, _("Det er den session, du bruger nu. Vælg »Log ud« for at slutte den."))
    else:
        get_adapter().end_sessions([found])
        messages.success(request, _("Sessionen er sluttet. Der skal logges ind igen dér."))
    return redirect("usersessions_list")
