"""The columns of one register: those every register has, and its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sagsbarometer.appeals.registration import COLUMNS, DELIVERY, LINE, REGISTERED_AT, WITHDRAWN
from sagsbarometer.forms.language.types import Type
from sagsbarometer.measures.measure import Text

# Types a column of a register's own can have, by their words in mappings and in register.json.
OWN_TYPES: Mapping[str, Type] = MappingProxyType(
    {type.value: type for type in (Type.CODE, Type.TEXT, Type.INT, Type.DATE, Type.BOOL)}
)
OWN_GROUPABLE = frozenset({Type.CODE, Type.TEXT, Type.BOOL})
# The clocks of layouts/measures.yaml (a test compares); a condition asks for them as for a column.
CLOCKS = (
    "first_instance_days",
    "municipal_reassessment_days",
    "board_days",
    "complete_days",
    "new_decision_days",
    "citizen_days",
)
# Names with a meaning of their own in layouts, cells and cubes, so that no column can have them.
TAKEN = frozenset(
    {
        *COLUMNS,
        *CLOCKS,
        REGISTERED_AT,
        DELIVERY,
        LINE,
        WITHDRAWN,
        *("origin", "keyword", "reason", "series", "group", "region"),
        *("period", "month", "quarter", "year", "own", "n"),
        *(
            "ctid",
            "xmin",
            "xmax",
            "cmin",
            "cmax",
            "tableoid",
            "oid",
            "rowid",
        ),  # columns every engine's table has
    }
)
_OWN_ID = re.compile(r"[a-z][a-z0-9_]{0,40}")


@dataclass(frozen=True, slots=True)
class Own:
    """A column only this register has."""

    id: str
    type: Type
    label: Text


@dataclass(frozen=True, slots=True)
class Columns:
    """Every column of a registration by name, and those of them that are the register's own."""

    types: Mapping[str, Type]
    own: Mapping[str, Own]


def columns_of(own: Mapping[str, Any] = MappingProxyType({})) -> Columns:
    """The columns of a register; `own` as register.json and mappings have it: `{id: {"type": …, "label": {…}}}`.

    Raises ValueError with the id of a column whose name is taken or whose type there is not.
    """
    found: dict[str, Own] = {}
    for id, said in own.items():
        if not free(id) or said.get("type") not in OWN_TYPES:
            raise ValueError(id)
        found[id] = Own(id, OWN_TYPES[said["type"]], said.get("label") or {"da": id})
    types = {**COLUMNS, **{item.id: item.type for item in found.values()}}
    return Columns(MappingProxyType(types), MappingProxyType(found))


def free(id: str) -> bool:
    """Whether a register can have a column of its own called `id`: short, plain, and taken by nothing else."""
    return _OWN_ID.fullmatch(id) is not None and id not in TAKEN


EVERY_REGISTER = columns_of()  # no columns of its own
