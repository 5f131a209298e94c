"""The app as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class Jobs(AppConfig):
    """`jobs`."""

    name = "sagsbarometer.web.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Finds the kinds of work, and what is done by itself: `jobs.py` and `routines.py` of every app."""
        autodiscover_modules("jobs", "routines")
