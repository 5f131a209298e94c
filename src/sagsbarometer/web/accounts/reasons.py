"""The reasons for being disqualified, as reasons.yaml has them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from sagsbarometer.datafiles.located import read_yaml
from sagsbarometer.web.languages import in_shown


def reasons() -> dict[str, str]:
    """Code and words in the language shown, in the order of the file."""
    return {
        code: f"{in_shown(entry['words'])} ({in_shown(entry['law'])})" for code, entry in _entries().items()
    }


@cache
def _entries() -> dict[str, Any]:
    return dict(read_yaml(Path(__file__).with_name("reasons.yaml")).data)
