"""Addresses as they stand in a mail: those of config.toml, never of what a browser sent."""

from __future__ import annotations

from sagsbarometer.web.home import this_home


def absolute(path: str) -> str:
    """The whole address of a path of ours."""
    return str(this_home().config.get("address", "http://localhost:8000")).rstrip("/") + path
