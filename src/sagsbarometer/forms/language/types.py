"""Types of the row language and what a name stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sagsbarometer.forms.states import State
from sagsbarometer.kernel.said import all_said


class Type(StrEnum):
    """What kind of value an answer has."""

    BOOL = "bool"
    CODE = "code"
    CODES = "codes"  # a set of codes
    INT = "int"
    DATE = "date"
    TEXT = "text"


TYPE_DA = all_said(
    {
        Type.BOOL: "et ja eller nej",
        Type.CODE: "en kode",
        Type.CODES: "flere koder",
        Type.INT: "et helt tal",
        Type.DATE: "en dato",
        Type.TEXT: "en tekst",
    }
)

# Days a date can be moved by a variable; more is taken for a slip of the pen, and the date for unknown.
MAX_SHIFT = 999_999_999

Value = bool | int | str | date | frozenset[str]


@dataclass(frozen=True, slots=True)
class Name:
    """What an expression may know of a name: its type and, for codes, the codes it can take."""

    id: str
    type: Type
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question in one case: its state, and its value if and only if it is answered.

    Raises ValueError when the two do not go together.
    """

    state: State
    value: Value | None = None

    def __post_init__(self) -> None:
        """Refuse a value without the state `answered`, and that state without a value."""
        if (self.state is State.ANSWERED) is (self.value is None):
            raise ValueError(f"state {self.state!r} does not go with value {self.value!r}")


Answers = Mapping[str, Answer]  # a name that is missing counts as not_answered
