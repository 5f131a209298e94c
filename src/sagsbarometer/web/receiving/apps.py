"""The app as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class Receiving(AppConfig):
    """`receiving`."""

    name = "sagsbarometer.web.receiving"
    label = "receiving"
