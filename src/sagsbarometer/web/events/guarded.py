"""Which tables are guarded, which of their columns an event holds, and which study and case a row belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db import models

from sagsbarometer.web.events.models import Pending


@dataclass(frozen=True)
class Guarded:
    """One guarded model."""

    model: type[models.Model]

    @property
    def table(self) -> str:
        """The name in the database."""
        return self.model._meta.db_table

    @cached_property
    def key(self) -> str:
        """The column of the primary key."""
        return str(self.model._meta.pk.column)

    @cached_property
    def fields(self) -> tuple[Any, ...]:
        """The fields an event holds: the key and the model's `audited`. Raises ValueError for one not there."""
        wanted = [self.key, *(name for name in self.model.audited if name != self.key)]
        there = {field.column: field for field in self.model._meta.concrete_fields}
        if unknown := [name for name in wanted if name not in there]:
            raise ValueError(f"{self.model._meta.label}.audited: {unknown}")
        return tuple(there[name] for name in wanted)

    @cached_property
    def parents(self) -> tuple[tuple[str, type[models.Model]], ...]:
        """Column and model of each guarded thing a row belongs to, itself and people left out; studies first."""
        found = [
            (field.column, field.related_model)
            for field in self.model._meta.concrete_fields
            if field.is_relation and hasattr(field.related_model, "audited")
        ]
        mine = [pair for pair in found if pair[1] is not self.model and _name(pair[1]) not in _PEOPLE]
        return tuple(sorted(mine, key=lambda pair: _NEAREST.get(_name(pair[1]), 9)))


_PEOPLE = ("accounts.user",)
_STUDY, _CASE = "planning.study", "delivering.case"
_NEAREST = {_STUDY: 0, _CASE: 1}


def _name(model: Any) -> str:
    return str(model._meta.label_lower)


def guarded() -> Iterator[Guarded]:
    """Every guarded model, in the order of their tables."""
    found = [model for model in apps.get_models() if hasattr(model, "audited")]
    yield from (Guarded(model) for model in sorted(found, key=lambda model: model._meta.db_table))


class Origins:
    """Finds the study and the case of rows of one transaction, removed ones too."""

    def __init__(self, pending: list[Pending], values: list[dict[str, Any]]) -> None:
        self._kinds = {one.table: one for one in guarded()}
        # What a row was when it was last seen: rows that are gone are found only here.
        self._seen = {(row.thing, row.thing_id): value for row, value in zip(pending, values, strict=True)}
        self._above: dict[tuple[str, str], tuple[str, str]] = {}  # of what many rows belong to, found once

    def kind(self, table: str) -> Guarded | None:
        """The guarded model of a table."""
        return self._kinds.get(table)

    def of(self, table: str, row_id: str, values: dict[str, Any]) -> tuple[str, str]:
        """Study and case, "" for what is of none."""
        kind = self._kinds.get(table)
        if kind is None:
            return "", ""
        if _name(kind.model) == _STUDY:
            return row_id, ""
        study, case = "", row_id if _name(kind.model) == _CASE else ""
        for column, parent in kind.parents:
            value = values[column] if column in values else self._values(kind, row_id).get(column)
            if value is None or (study and (case or _name(parent) != _CASE)):
                continue
            above, within = self._of_parent(parent, str(value))
            study, case = study or above, case or within
        return study, case

    def _of_parent(self, parent: type[models.Model], row_id: str) -> tuple[str, str]:
        place = (parent._meta.db_table, row_id)
        if place not in self._above:
            values = {} if _name(parent) == _STUDY else self._values(Guarded(parent), row_id)
            self._above[place] = self.of(*place, values)
        return self._above[place]

    def _values(self, kind: Guarded, row_id: str) -> dict[str, Any]:
        """The foreign keys of a row: as they are now, or as they were when the row was removed."""
        place = (kind.table, row_id)
        columns = [column for column, _ in kind.parents]
        known = self._seen.setdefault(place, {})
        if not all(column in known for column in columns):
            found = kind.model._default_manager.filter(pk=row_id).values_list(*columns).first()
            known.update(dict(zip(columns, found or [None] * len(columns), strict=True)))
        return known
