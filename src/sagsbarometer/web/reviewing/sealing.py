"""Words of a case under the key of its study: locked as they are written, and read again while the key is there."""

from __future__ import annotations

from typing import Any

from sagsbarometer.documents.vault import KeyGone, Tampered, seal, unseal
from sagsbarometer.web.home import this_home


def locked(study: str, text: str, about: str) -> bytes:
    """Words under the key of a study. `about`: which row and column they are of; they open as nothing else."""
    return seal(this_home().keys.study(study), text.encode(), about)


def unlocked(study: str, sealed: Any, about: str) -> str:
    """Words as they were written; "" where there are none or their key was destroyed."""
    if not sealed:
        return ""
    try:
        return unseal(this_home().keys.study(study), bytes(sealed), about).decode("utf-8", "replace")
    except (KeyGone, Tampered):
        return ""


def lock(model: Any, column: str, text: str) -> None:
    """Sets the locked words of a row of a case: `lock(decision, "reason", text)`."""
    sealed = locked(str(model.case.study_id), text, _about(model, column)) if text else b""
    setattr(model, column, sealed)


def opened(model: Any, column: str) -> str:
    """The words that `lock` locked; "" where there are none, or the key was destroyed."""
    return unlocked(str(model.case.study_id), getattr(model, column), _about(model, column))


def _about(model: Any, column: str) -> str:
    return f"{model._meta.db_table}.{column}:{model.pk}"
