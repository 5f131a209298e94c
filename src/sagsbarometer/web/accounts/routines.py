"""What is swept of people by itself: sessions that are over, and invitations nobody took."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from sagsbarometer.kernel.said import said
from sagsbarometer.web.jobs.routines import routine

_KEPT = timedelta(days=90)  # an invitation that was not taken, after it could be
_BATCH = 500


@routine("sessions", said("Udløbne logins fjernes"), timedelta(hours=1))
def sessions() -> str:
    """Sessions that are over, what was told of them, and counts of mistaken passwords that count no more."""
    from allauth.usersessions.models import UserSession
    from django.contrib.sessions.models import Session

    over = Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]
    # Only those old enough: a session that is being made has its row a moment before or after ours.
    long_ago = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    told = UserSession.objects.filter(created_at__lt=long_ago).exclude(
        session_key__in=Session.objects.values("session_key")
    )
    told.delete()
    table = connection.ops.quote_name(str(settings.CACHES["default"]["LOCATION"]))
    with connection.cursor() as cursor:
        moment = connection.ops.adapt_datetimefield_value(timezone.now().replace(tzinfo=None, microsecond=0))
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [moment])
    return said("{n} udløbet login fjernet.", "{n} udløbne logins fjernet.", n=over)


@routine("invitations", said("Invitationer, ingen tog imod, fjernes"), timedelta(days=1))
def invitations() -> str:
    """The name and address of somebody who never came are kept for ninety days."""
    from sagsbarometer.web.accounts.models import Invitation
    from sagsbarometer.web.events.acting import acting

    old = Invitation.objects.filter(accepted_at=None, expires__lt=timezone.now() - _KEPT)
    gone = 0
    while ids := list(old.values_list("pk", flat=True)[:_BATCH]):
        with acting("system:routine", "sweep_invitations"):
            gone += Invitation.objects.filter(pk__in=ids).delete()[0]
    return said("{n} gammel invitation fjernet.", "{n} gamle invitationer fjernet.", n=gone)
