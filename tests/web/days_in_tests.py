"""The day it is: what a test says of days to come must not depend on the day it is run."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

REAL_NOW: Callable[[], datetime] = timezone.now  # of the import: no test has set a day by then


def set_day(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    """Makes it noon in Denmark on a day, in this process; the clock goes on from there."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo("Europe/Copenhagen"))
    began = time.monotonic()
    set_clock(monkeypatch, lambda: noon + timedelta(seconds=time.monotonic() - began))


def set_clock(monkeypatch: pytest.MonkeyPatch, now: Callable[[], datetime]) -> None:
    """Lets this process ask `now` for the time: by name, as `localdate` does too, and where a field holds the function
    itself as its default."""
    fields = _fields_that_hold_it()
    monkeypatch.setattr(timezone, "now", now)
    for field in fields:
        # Before `default`: what is put back is made of the default the first time it is asked for.
        monkeypatch.setattr(field, "_get_default", now)
        monkeypatch.setattr(field, "default", now)


@contextmanager
def real_clock() -> Iterator[None]:
    """The time it is, whatever a test has set: what tests share must not depend on which of them came first."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        set_clock(monkeypatch, REAL_NOW)
        yield


@functools.cache
def _fields_that_hold_it() -> tuple[Any, ...]:
    from django.apps import apps

    models = apps.get_models(include_auto_created=True)
    fields: list[Any] = [field for model in models for field in model._meta.concrete_fields]
    return tuple(field for field in fields if getattr(field, "default", None) is REAL_NOW)
