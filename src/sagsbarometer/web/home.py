"""SAGSBAROMETER_HOME: the one folder that holds what the workplace keeps."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sagsbarometer.documents.vault import Keys

ENVIRONMENT = "SAGSBAROMETER_HOME"
CONFIG = "config.toml"


@dataclass(frozen=True)
class Home:
    """Where things lie. `folder` is made by `sagsbarometer init`; all of it is 0700/0600."""

    folder: Path

    @property
    def database(self) -> Path:
        """The SQLite database, used unless DATABASE_URL names another."""
        return self.folder / "app.sqlite3"

    @property
    def documents(self) -> Path:
        """Case documents, locked, under random ids."""
        return self.folder / "documents"

    @property
    def studies(self) -> Path:
        """The folders of studies: `<id>/v<version>/study.yaml …`."""
        return self.folder / "studies"

    @property
    def keys(self) -> Keys:
        """The keys. Back them up apart from the rest."""
        return Keys(self.folder / "keys")

    @property
    def anchors(self) -> Path:
        """Heads of the event chain, one JSON line each; copied out of the house they prove the chain."""
        return self.folder / "anchors.jsonl"

    @property
    def purged(self) -> Path:
        """What was purged, one JSON line each; replayed when an older backup is restored."""
        return self.folder / "purged.jsonl"

    @cached_property
    def config(self) -> dict[str, Any]:
        """config.toml as read; empty when there is none. What it may hold: docs/drift.md."""
        path = self.folder / CONFIG
        return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def this_home() -> Home:
    """The house of this process, from SAGSBAROMETER_HOME. Raises KeyError when it is not set."""
    return Home(Path(os.environ[ENVIRONMENT]))
