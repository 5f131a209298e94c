"""What belongs to a study: found by following the keys of the tables, so that a new table is never forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

# Of these nothing belongs to a study alone: people, the chain, and the queue.
_APART = frozenset({"accounts", "events", "jobs"})


@dataclass(frozen=True, slots=True)
class Table:
    """A table with rows of a study. `path` leads from a row to its study: `case__study`; `pk` in the study's own."""

    model: type[models.Model]
    path: str

    @property
    def name(self) -> str:
        """As in files: `delivering_case`."""
        return str(self.model._meta.db_table)

    @property
    def locked(self) -> tuple[str, ...]:
        """The columns that are locked by the study's key: all that hold bytes."""
        return tuple(field.attname for field in self._fields() if isinstance(field, models.BinaryField))

    @property
    def open(self) -> tuple[str, ...]:
        """The other columns: codes, days, numbers, ids."""
        return tuple(field.attname for field in self._fields() if not isinstance(field, models.BinaryField))

    def rows(self, study: str) -> Any:
        """The rows of a study, by their ids."""
        return self.model._default_manager.filter(**{self.path: study}).order_by("pk")

    def _fields(self) -> list[models.Field[Any, Any]]:
        return list(self.model._meta.concrete_fields)


def tables() -> list[Table]:
    """Every table of ours that has rows of a study, by name."""
    found = [Table(model, path) for model in _ours() if (path := _path_to_study(model)) is not None]
    return sorted(found, key=lambda table: table.name)


def _ours() -> Iterator[type[models.Model]]:
    for config in apps.get_app_configs():
        if config.name.startswith("sagsbarometer.web.") and config.label not in _APART:
            yield from config.get_models()


def _path_to_study(model: type[models.Model]) -> str | None:
    """The shortest way over keys from a row to its study."""
    target: type[models.Model] = apps.get_model("planning", "Study")
    if model is target:
        return "pk"
    waiting: list[tuple[type[models.Model], str]] = [(model, "")]
    seen = {model}
    while waiting:
        here, path = waiting.pop(0)
        for field in here._meta.concrete_fields:
            to: Any = field.related_model if field.is_relation else None
            if to is None:
                continue
            longer = f"{path}__{field.name}" if path else field.name
            if to is target:
                return longer
            if to not in seen and to._meta.app_label not in _APART:
                seen.add(to)
                waiting.append((to, longer))
    return None
