"""The day it is: what a test says of days to come must not depend on the day it is run."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest


def set_day(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    """Makes it noon in Denmark on a day, in this process; the clock goes on from there."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo("Europe/Copenhagen"))
    began = time.monotonic()
    # `localdate` asks it too.
    monkeypatch.setattr(
        "django.utils.timezone.now", lambda: noon + timedelta(seconds=time.monotonic() - began)
    )
