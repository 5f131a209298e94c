"""The app as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class Documents(AppConfig):
    """`documents`."""

    name = "sagsbarometer.web.documents"
    label = "documents"
