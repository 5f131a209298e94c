"""Data checked against a pydantic model, with every fault at its line."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from sagsbarometer.datafiles.located import Located, Path_
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Problem
from sagsbarometer.kernel.said import all_said, said

Model = TypeVar("Model", bound=BaseModel)
_MAX_KEY = 120

# A word that YAML may have read as a number or as true/false.
Word = Annotated[
    str,
    BeforeValidator(
        lambda raw: str(raw).lower() if isinstance(raw, bool) else str(raw) if isinstance(raw, int) else raw
    ),
]


class Strict(BaseModel):
    """A model that refuses keys it does not know: a misspelt key must not be silently lost."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def validated(
    located: Located, model: type[Model], path: Path_ = (), *, code: str
) -> tuple[Model | None, list[Problem]]:
    """The part of the data at `path` as `model`, or None and every fault with its line.

    Codes: `code` for all of them; the fault names the key.
    """
    part = located.data
    for step in path:
        part = part[step]
    try:
        return model.model_validate(part), []
    except ValidationError as error:
        found = [_Fault(part, item) for item in error.errors(include_url=False)]  # type: ignore[arg-type]
    # One place may be tried as two things, a word or keys with values: it is told of as what was written there.
    told: dict[tuple[Path_, str], Problem] = {}
    for fault in found:
        if fault.tells:
            told.setdefault((fault.where, fault.kind), _problem(located, path, fault, code))
    return None, list(told.values())


class _Fault:
    """One fault pydantic found. Its place has the keys of the data only: pydantic adds names of our own types."""

    def __init__(self, data: Any, item: dict[str, Any]) -> None:
        self.kind = str(item["type"])
        self.item = item
        where: list[str | int] = []
        steps = item["loc"]
        for number, step in enumerate(steps):
            within = isinstance(data, dict) and step in data
            if within or (isinstance(data, list) and isinstance(step, int) and step < len(data)):
                data = data[step]
                where.append(step)
            elif number == len(steps) - 1 and self.kind == "missing":
                where.append(step)
        self.where: Path_ = tuple(where)
        keys, word = isinstance(data, dict), self.kind == "string_type"
        self.tells = not (keys and word and steps != self.where) and not (
            not keys and self.kind == "model_type" and steps != self.where
        )


def _problem(located: Located, path: Path_, fault: _Fault, code: str) -> Problem:
    text, remedy = _words(fault.kind, ".".join(str(step) for step in fault.where), fault.item)
    return Problem(code, located.place(*path, *fault.where), text, remedy)


def _words(kind: str, key: str, item: dict[str, Any]) -> tuple[str, str]:
    context = item.get("ctx") or {}
    name = shown(key, _MAX_KEY)  # a key is whatever somebody wrote
    if not key and kind.endswith("_type"):
        return said("Her står ikke nøgler med værdier."), said("Skriv »nøgle: værdi«, én nøgle pr. linje.")
    if kind == "missing":
        return said("{name} mangler.", name=name), said("Tilføj den.")
    if kind == "extra_forbidden":
        return said("{name} kendes ikke her.", name=name), said("Se efter stavningen, eller slet linjen.")
    if kind in ("literal_error", "enum"):
        words = str(context.get("expected")).replace("'", "").replace(" or ", ", ")
        return said("{name} har en værdi, der ikke findes.", name=name), said(
            "Skriv en af: {words}.", words=words
        )
    if kind == "string_pattern_mismatch":
        if "[0-9a-f]{64}" in str(context.get("pattern")):
            return said("{name} har en forkert form.", name=name), said(
                "Skriv 64 tegn, 0-9 og a-f, som programmet gav dem."
            )
        return (
            said("{name} har en forkert form.", name=name),
            said("Brug små bogstaver a-z, tal og enkelt understreg; begynd med et bogstav."),
        )
    if kind == "value_error":
        return said("{name}: {told}", name=name, told=_told(context["error"])), said("Ret værdien.")
    if kind in ("string_too_short", "too_short"):
        return said("{name} er tom.", name=name), said("Skriv en værdi, eller slet linjen.")
    if kind in _LIMITS:
        (limit,) = (context[sign] for sign in ("ge", "le", "gt", "lt") if sign in context)
        return said("{name} er uden for det, der kan være.", name=name), said(
            "Skriv et tal, der er {sign} {limit}.", sign=_LIMITS[kind], limit=str(limit)
        )
    kind_of = _TYPES.get(kind, said("noget andet"))
    return said("{name} har en forkert type.", name=name), said("Der skal stå {kind}.", kind=kind_of)


def _told(error: ValueError) -> str:
    """What a validator raised, as it said it: made text of, it would stay in the language of who looks now."""
    (told,) = error.args if len(error.args) == 1 else ("",)
    return told if told and isinstance(told, str) else str(error)


_LIMITS = all_said(
    {
        "greater_than": "større end",
        "greater_than_equal": "mindst",
        "less_than": "mindre end",
        "less_than_equal": "højst",
    }
)
_TYPES = all_said(
    {
        "string_type": "en tekst",
        "list_type": "en liste: hver post begynder med en bindestreg, eller [a, b]",
        "tuple_type": "en liste",
        "dict_type": "nøgler med værdier",
        "model_type": "nøgler med værdier",
        "model_attributes_type": "nøgler med værdier",
        "int_type": "et helt tal",
        "int_parsing": "et helt tal",
        "int_from_float": "et helt tal",
        "float_type": "et tal",
        "bool_type": "true eller false",
        "bool_parsing": "true eller false",
        "date_type": "en dato som 2024-03-05",
    }
)
