"""Data checked against a pydantic model, with every fault at its line."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from sagsbarometer.datafiles.located import Located, Path_
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Problem

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
        return None, [_problem(located, path, item, code) for item in error.errors(include_url=False)]  # type: ignore[arg-type]


def _problem(located: Located, path: Path_, item: dict[str, object], code: str) -> Problem:
    where: Path_ = tuple(item["loc"])  # type: ignore[arg-type]
    fault, remedy = _words(str(item["type"]), ".".join(str(step) for step in where), item)
    return Problem(code, located.place(*path, *where), fault, remedy)


def _words(kind: str, key: str, item: dict[str, object]) -> tuple[str, str]:
    context = item.get("ctx")
    name = shown(key, _MAX_KEY)  # a key is whatever somebody wrote
    if not key and kind.endswith("_type"):
        return "Her står ikke nøgler med værdier.", "Skriv »nøgle: værdi«, én nøgle pr. linje."
    if kind == "missing":
        return f"{name} mangler.", "Tilføj den."
    if kind == "extra_forbidden":
        return f"{name} kendes ikke her.", "Se efter stavningen, eller slet linjen."
    if kind in ("literal_error", "enum") and isinstance(context, dict):
        return f"{name} har en værdi, der ikke findes.", f"Skriv en af: {context.get('expected')}."
    if kind == "string_pattern_mismatch":
        return (
            f"{name} har en forkert form.",
            "Brug små bogstaver a-z, tal og enkelt understreg; begynd med et bogstav.",
        )
    if kind == "value_error":
        return f"{name}: {str(item.get('msg', '')).removeprefix('Value error, ')}", "Ret værdien."
    return f"{name} har en forkert type.", f"Der ventes: {kind.removesuffix('_type')}."
