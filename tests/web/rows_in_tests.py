"""Makes a row of any guarded model, with all that it needs around it: tests then hold for models to come."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models

from sagsbarometer.web.home import this_home
from tests.web.cast import LAUNCHED

_numbers = itertools.count(1)

# What no rule can guess: codes that constraints ask for.
SPECIAL: dict[str, dict[str, Any]] = {
    "accounts.membership": {"role": "reviewer", "municipality": ""},
    "accounts.disqualification": {"municipality": "950", "case": None},
    "accounts.invitation": {"role": "reviewer", "municipality": ""},
}


def guarded_models() -> list[type[models.Model]]:
    """Every model with `audited`, by label."""
    found = [model for model in apps.get_models() if hasattr(model, "audited")]
    return sorted(found, key=lambda model: model._meta.label_lower)


def unsaved(model: type[models.Model]) -> Any:
    """A row that can be saved; what it needs is saved. Inside `acting`."""
    values: dict[str, Any] = dict(SPECIAL.get(model._meta.label_lower, {}))
    for field in model._meta.concrete_fields:
        if field.name in values or field.attname in values:
            continue
        if field.primary_key and field.has_default():
            continue
        if field.is_relation:
            if not field.null:
                values[field.name] = _parent(field)
        elif field.unique or not (field.has_default() or field.null or field.blank or _automatic(field)):
            values[field.name] = value_for(field)
    return model(**values)


def saved(model: type[models.Model]) -> Any:
    """A saved row. Inside `acting`."""
    row = unsaved(model)
    if model._meta.label_lower == "planning.study":
        this_home().keys.new_study(row.pk)
    row.save(force_insert=True)
    return row


def changes(row: Any) -> Iterator[tuple[str, Any]]:
    """For each audited column that can be changed freely: its name and another value."""
    special = SPECIAL.get(row._meta.label_lower, {})
    if "role" in special:
        yield "role", "approver"
    for field in row._meta.concrete_fields:
        if field.column in row.audited and not field.is_relation and field.name not in special:
            value = value_for(field)
            if value != getattr(row, field.attname):  # a field with few choices may get the one it has
                yield field.column, value


def _parent(field: Any) -> Any:
    model = field.related_model
    if model._meta.label_lower == "planning.study":
        return model.objects.get(pk=LAUNCHED)
    if model._meta.label_lower == "accounts.user" and field.name != "user":
        return model.objects.get(email="anna@example.dk")
    return saved(model)


def _automatic(field: Any) -> bool:
    return bool(getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False))


def value_for(field: Any) -> Any:
    """A new value for a field, another at each asking."""
    number = next(_numbers)
    if isinstance(field, models.BinaryField):
        return bytes([0, 255, number % 256, 39])
    if isinstance(field, models.BooleanField):
        return not field.get_default()
    if isinstance(field, models.JSONField):
        return {"æ": [number, None, "ø"]}
    if isinstance(field, models.DateTimeField):
        return datetime(2026, 1, 1, 12, 30, 0, 120000, tzinfo=UTC) + timedelta(seconds=number)
    if isinstance(field, models.DateField):
        return date(2026, 1, 1) + timedelta(days=number)
    if isinstance(field, models.DecimalField):
        return Decimal(number % 100)
    if isinstance(field, models.IntegerField):
        return 1000 + number
    if isinstance(field, models.FloatField):
        return number + 0.5
    if isinstance(field, models.EmailField):
        return f"a{number}@example.dk"
    if field.choices:
        kept = [code for code, _ in field.choices if code != field.get_default()]
        return kept[number % len(kept)]
    return f"{number}ø'"[: field.max_length]
