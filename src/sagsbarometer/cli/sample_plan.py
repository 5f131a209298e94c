"""`sagsbarometer sample plan`: how many cases, and where, before anyone is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def plan(
    file: Annotated[Path | None, typer.Argument(metavar="PLAN", help="Planen, en YAML-fil.")] = None,
) -> None:
    """Regn ud, hvor mange sager der skal til, og fordel dem."""
