"""Django started for a house: once in a process, by a command, a worker or a test."""

from __future__ import annotations

import os
from pathlib import Path

from sagsbarometer.web.home import ENVIRONMENT

SETTINGS = "sagsbarometer.web.settings"


def boot(home: Path) -> None:
    """Makes this process work on a house, once; a second call for the same one does nothing.

    Raises KeyGone where `home` was never made by `sagsbarometer init`, RuntimeError when the process works on another.
    """
    home = home.absolute()
    from django.apps import apps

    if apps.ready:
        from sagsbarometer.web.home import this_home

        if this_home().folder.absolute() != home:
            raise RuntimeError("a process works on one house")
        return
    os.environ[ENVIRONMENT] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django

    django.setup()


def let_go() -> None:
    """Closes what this thread holds open in the database."""
    from django.db import connections

    connections.close_all()


def database_away() -> type[Exception]:
    """What is raised where the database cannot be reached or read. Known once Django has been started."""
    from django.db.utils import OperationalError

    return OperationalError
