"""What a field of a plan may hold: text, days, numbers and shares, checked as they are typed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from sagsbarometer.kernel.ids import holds_cpr
from sagsbarometer.kernel.said import said

_LONGEST = 4000  # characters of a text
_LONGEST_NUMBER = 8


def _text(value: str) -> str:
    if len(value) > _LONGEST:
        raise ValueError(said("Skriv højst {n} tegn.", n=_LONGEST))
    if holds_cpr(value):
        raise ValueError(said("Her står noget, der ligner et CPR-nummer. Fjern det."))
    return value.strip().replace("\r\n", "\n")


def _day(value: str) -> str:
    try:
        if not value or date.fromisoformat(value).isoformat() == value:
            return value
    except ValueError:
        pass
    raise ValueError(said("Skriv en dato, der findes, fx 2027-02-15."))


def _number(raw: Any) -> Any:
    text = str(raw).strip().replace(",", ".") if isinstance(raw, int | str | Decimal) else ""
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise ValueError(said("Skriv et tal, fx 5 eller 2,5.")) from None
    if not value.is_finite() or len(text) > _LONGEST_NUMBER:
        raise ValueError(said("Skriv et tal, fx 5 eller 2,5."))
    return value


Text = Annotated[str, AfterValidator(_text)]
Number = Annotated[Decimal, BeforeValidator(_number)]
Day = Annotated[str, AfterValidator(_day)]
Percent = Annotated[Number, Field(gt=0, le=100)]
Whole = Annotated[int, Field(ge=0, le=1_000_000)]
