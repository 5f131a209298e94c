"""`--engine`: where a register is counted, the same for every command that counts one."""

from __future__ import annotations

from typing import Annotated

import typer

SETTING = "SAGSBAROMETER_ENGINE"

# The address may hold a password, so it is better kept in the environment than on the command line. It is not shown.
Engine = Annotated[
    str,
    typer.Option(
        "--engine",
        metavar="URL",
        envvar=SETTING,
        show_envvar=False,
        show_default=False,
        help="Hvor der tælles: local[2] eller spark://… (Spark), postgresql://… Ellers DuckDB på denne maskine. "
        f"Kan også stå i {SETTING}.",
    ),
]
# Codes that mean the option is wrong, or what it asks for is not there: the command ends with 2.
USAGE_CODES = ("MOTOR-101", "MOTOR-102", "MOTOR-103", "MOTOR-104")
