"""The reasons for being disqualified, as reasons.yaml has them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sagsbarometer.datafiles.located import read_yaml


@cache
def reasons() -> dict[str, str]:
    """Code and Danish words, in the order of the file."""
    tree = read_yaml(Path(__file__).with_name("reasons.yaml"))
    return {code: f"{entry['da']} ({entry['law']})" for code, entry in tree.data.items()}
