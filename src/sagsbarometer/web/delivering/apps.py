"""The app as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class Delivering(AppConfig):
    """`delivering`."""

    name = "sagsbarometer.web.delivering"
    label = "delivering"
