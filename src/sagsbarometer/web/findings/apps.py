"""The app as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class Findings(AppConfig):
    """`findings`."""

    name = "sagsbarometer.web.findings"
    label = "findings"
