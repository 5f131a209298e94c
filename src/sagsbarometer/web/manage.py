"""Django's own commands for who develops: `python -m sagsbarometer.web.manage makemigrations jobs`.

Works on SAGSBAROMETER_HOME, or on an empty house that is thrown away.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from sagsbarometer.web.home import ENVIRONMENT, Home


def main() -> None:
    """Runs a command of Django."""
    with tempfile.TemporaryDirectory() as folder:
        if not os.environ.get(ENVIRONMENT):
            os.environ[ENVIRONMENT] = folder
            Home(Path(folder)).keys.make()
            (Path(folder) / "arriving").mkdir()
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sagsbarometer.web.settings")
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
