"""The app as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import register


class Rights(AppConfig):
    """`rights`."""

    name = "sagsbarometer.web.rights"
    label = "rights"

    def ready(self) -> None:
        """What is declared is checked before anything runs."""
        from sagsbarometer.web.rights.checks import routes_declared, table_holds

        register(routes_declared, "rights")
        register(table_holds, "rights")
        from django.db.models.signals import pre_save

        from sagsbarometer.web.rights.numbers import refuse_number

        pre_save.connect(refuse_number, dispatch_uid="rights_no_numbers")
