"""Two runs side by side: which numbers differ, and what made them differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.cells import Cell

# What a reader would notice; a new data date alone does not make a new number.
_NUMBER = ("numerator", "denominator", "unknown", "value", "unit", "generalisable", "why_not")
_UNIT_DA = {"cases": "sager", "municipalities": "kommuner", "days": "dage", "weeks": "uger"}


@dataclass(frozen=True, slots=True)
class Run:
    """One run as it is compared."""

    name: str
    cells: Mapping[tuple[str, str, str, str], Cell]
    definitions: Mapping[str, Mapping[str, Any]]
    rows: Mapping[str, Mapping[str, Any]]  # by case id
    manifest: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """One number that is not the same, with every reason found (Danish, at least one)."""

    key: tuple[str, str, str, str]
    before: Cell | None
    after: Cell | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs between two runs. `circumstances` are the inputs that differ, whether numbers do or not."""

    before: str
    after: str
    same: int
    cells: tuple[Difference, ...]
    circumstances: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Rows:
    added: frozenset[str]
    removed: frozenset[str]
    changed: Mapping[str, frozenset[str]]  # case id to the questions that differ


def compare_runs(before: Run, after: Run) -> Comparison:
    """Every cell of either run; equal ones are counted, the others explained."""
    rows = _rows(before, after)
    found = []
    keys = sorted({*before.cells, *after.cells})
    for key in keys:
        old, new = before.cells.get(key), after.cells.get(key)
        if old is None or new is None or any(getattr(old, name) != getattr(new, name) for name in _NUMBER):
            found.append(Difference(key, old, new, _reasons(before, after, key[0], rows, old, new)))
    return Comparison(
        before.name, after.name, len(keys) - len(found), tuple(found), _circumstances(before, after, rows)
    )


def _rows(before: Run, after: Run) -> _Rows:
    both = before.rows.keys() & after.rows.keys()
    changed = {id: _differing(before.rows[id], after.rows[id]) for id in both}
    return _Rows(
        added=frozenset(after.rows.keys() - before.rows.keys()),
        removed=frozenset(before.rows.keys() - after.rows.keys()),
        changed={id: questions for id, questions in changed.items() if questions},
    )


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> frozenset[str]:
    # A question's columns all begin with its id; ids hold no double underscore.
    return frozenset(
        column.split("__")[0] for column in old.keys() | new.keys() if old.get(column) != new.get(column)
    )


def _reasons(
    before: Run, after: Run, measure: str, rows: _Rows, old: Cell | None, new: Cell | None
) -> tuple[str, ...]:
    first, second = before.definitions.get(measure), after.definitions.get(measure)
    if first is None or second is None:
        return (f"Definition: målet findes kun i {before.name if second is None else after.name}.",)
    reasons = []
    if first["hash"] != second["hash"]:
        reasons.append(f"Definition: {_changed_definition(first, second)}.")
    if rows.added or rows.removed:
        reasons.append(f"Rækker: {len(rows.added)} sager er kommet til, {len(rows.removed)} er gået ud.")
    used = {
        *first["questions"],
        *first["derived"],
        *second["questions"],
        *second["derived"],
        "municipality_id",
    }
    touched = [id for id, questions in rows.changed.items() if questions & used]
    if touched:
        which = sorted({question for id in touched for question in rows.changed[id] & used})
        reasons.append(f"Rækker: svar er ændret i {len(touched)} sager ({', '.join(which)}).")
    reasons += _register_reasons(before.manifest, after.manifest)
    if old and new and (old.generalisable, old.why_not) != (new.generalisable, new.why_not):
        reasons.append("Studie: hvad der må generaliseres, er ændret.")
    if not reasons and before.manifest.get("form") != after.manifest.get("form"):
        reasons.append("Formular: en anden udgave, uden ændring af målets definition.")
    return tuple(reasons) or (
        "Program: en anden udgave regner anderledes på de samme rækker og definitioner.",
    )


def _register_reasons(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What can have moved a number of a register: the date it is seen from, later deliveries, another layout."""
    if "register" not in before and "register" not in after:
        return []
    told = []
    if before.get("data_date") != after.get("data_date"):
        told.append(f"Register: set fra en anden dato, {before.get('data_date')} → {after.get('data_date')}.")
    if _deliveries(before) != _deliveries(after):
        told.append(f"Register: {len(_deliveries(before))} leveringer → {len(_deliveries(after))}.")
    if not told and before.get("layout") != after.get("layout"):
        told.append("Layout: en anden udgave, eller et andet.")
    return told


def _deliveries(manifest: Mapping[str, Any]) -> list[str]:
    """The fingerprint of each delivery; none where the results are not of a register."""
    return [str(entry["sha256"]) for entry in manifest.get("register", {}).get("deliveries", [])]


def _changed_definition(first: Mapping[str, Any], second: Mapping[str, Any]) -> str:
    parts = [
        f"{word} »{first[key]}« → »{second[key]}«"
        for key, word in (("kind", "slags"), ("base", "base"), ("counts", "tæller"), ("unit", "enhed"))
        if first[key] != second[key]
    ]
    derived = sorted(
        id
        for id in {*first["derived"], *second["derived"]}
        if first["derived"].get(id) != second["derived"].get(id)
    )
    return "; ".join(parts + [f"afledt {id} er ændret" for id in derived])


def _circumstances(before: Run, after: Run, rows: _Rows) -> tuple[str, ...]:
    told = []
    if rows.added or rows.removed or rows.changed:
        counts = f"{len(rows.added)} nye, {len(rows.removed)} udgåede, {len(rows.changed)} ændrede sager"
        told.append(f"Rækker: {counts}.")
    for key, word in (
        ("form", "Formular"),
        ("layout", "Layout"),
        ("law", "Lov"),
        ("software", "Programmer"),
        ("data_date", "Datadato"),
        ("origin", "Oprindelse"),
    ):
        old, new = before.manifest.get(key), after.manifest.get(key)
        if old != new:
            told.append(f"{word}: {_plain(old, new)}.")
    if (first := _deliveries(before.manifest)) != (second := _deliveries(after.manifest)):
        told.append(f"Register: {len(first)} leveringer → {len(second)}.")
    definitions = [
        id
        for id in before.definitions.keys() & after.definitions.keys()
        if before.definitions[id]["hash"] != after.definitions[id]["hash"]
    ]
    if definitions:
        told.append(f"Definitioner: {len(definitions)} er ændret ({', '.join(sorted(definitions))}).")
    return tuple(told)


def _plain(old: object, new: object) -> str:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        keys = sorted(key for key in {*old, *new} - {"title"} if old.get(key) != new.get(key))
        return ", ".join(f"{key} {_short(old.get(key))} → {_short(new.get(key))}" for key in keys)
    return f"{_short(old)} → {_short(new)}"


def _short(value: object) -> str:
    text = str(value or "–")
    return text[:12] if len(text) == 64 else text


def as_lines(comparison: Comparison) -> list[str]:
    """The comparison as Danish lines for a terminal."""
    lines = [f"{comparison.same} tal er ens, {len(comparison.cells)} er forskellige."]
    lines += [f"  {line}" for line in comparison.circumstances]
    for difference in comparison.cells:
        name = " · ".join(part for part in difference.key if part)
        lines.append(f"{name}: {_number(difference.before)} → {_number(difference.after)}")
        lines += [f"    {reason}" for reason in difference.reasons]
    return lines


def _number(cell: Cell | None) -> str:
    if cell is None:
        return "findes ikke"
    if cell.unit == "percent":
        unknown = f", {cell.unknown} ukendt" if cell.unknown else ""
        estimate = "" if not cell.estimator or cell.value is None else f", vægtet {_danish(cell.value)} %"
        return f"{cell.numerator} af {cell.denominator}{unknown}{estimate}"
    if cell.value is None:
        return "–"
    return f"{_danish(cell.value)} {_UNIT_DA.get(cell.unit, cell.unit)}"


def _danish(value: Decimal) -> str:
    return f"{round_half_up(value, 1):f}".removesuffix(".0").replace(".", ",")


def as_json(comparison: Comparison) -> dict[str, object]:
    """The comparison as plain data."""

    def counts(cell: Cell | None) -> dict[str, object] | None:
        return None if cell is None else {name: _jsonable(getattr(cell, name)) for name in _NUMBER}

    return {
        "schema_version": 1,
        "before": comparison.before,
        "after": comparison.after,
        "same": comparison.same,
        "circumstances": list(comparison.circumstances),
        "different": [
            {
                "key": list(difference.key),
                "before": counts(difference.before),
                "after": counts(difference.after),
                "reasons": list(difference.reasons),
            }
            for difference in comparison.cells
        ],
    }


def _jsonable(value: object) -> object:
    return value if isinstance(value, int | str | None) else str(value)
