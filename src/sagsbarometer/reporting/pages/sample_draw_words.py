"""What a draw is called and what is to be known of it, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from sagsbarometer.kernel.dates import danish_date
from sagsbarometer.reporting.numbers import danish
from sagsbarometer.sampling.drawn import Drawn
from sagsbarometer.sampling.eligible import APPEALED, IN_REGISTER, NOT_SAFE
from sagsbarometer.sampling.plan import (
    CHOSEN_AUTHORITIES,
    NEWEST_FIRST,
    PPS,
    SIMPLE,
    STRATIFIED,
    SYSTEMATIC,
    TWO_STAGE,
)

METHODS: Mapping[str, str] = MappingProxyType(
    {
        SIMPLE: "simpel lodtrækning blandt alle sager",
        STRATIFIED: "stratificeret lodtrækning: for sig i hver celle af myndighed og stratum",
        SYSTEMATIC: "systematisk udtræk i hver celle, efter afgørelsens dato fra et tilfældigt sted",
        PPS: "lodtrækning efter størrelse i hver celle",
        TWO_STAGE: "lodtrækning i to trin: først myndigheder, så sager hos dem",
        NEWEST_FIRST: "de nyeste afgørelser først i hver celle",
        CHOSEN_AUTHORITIES: "lodtrækning i hver celle hos myndigheder, nogen har valgt",
    }
)
LEFT_OUT: Mapping[str, str] = MappingProxyType(
    {
        APPEALED: "påklaget ifølge listen",
        IN_REGISTER: "påklaget ifølge registret",
        NOT_SAFE: "klagefristen var ikke sikkert udløbet",
    }
)


def case_words(cases: int) -> str:
    """`1 sag`, `1.234 sager`."""
    return f"{danish(cases)} {'sag' if cases == 1 else 'sager'}"


def drawn_words(drawn: Drawn, drawable: int) -> str:
    """`784 af 39.200 sager er udtrukket …`."""
    cells = drawn.cells
    selected, reserves = sum(cell.selected for cell in cells), sum(cell.reserves for cell in cells)
    how = "udtrukket" if drawn.probability else "valgt"
    stage = ""
    if drawn.method == TWO_STAGE:
        stage = f" {danish(len(drawn.authorities))} af {danish(drawn.frame_authorities)} myndigheder er udtrukket."
    spare = f" {danish(reserves)} er i reserve." if reserves else ""
    return f"{danish(selected)} af {case_words(drawable)} er {how}: {METHODS[drawn.method]}.{stage}{spare}"


def remarks(about: Mapping[str, Any], drawn: Drawn) -> tuple[str, ...]:
    """What whoever uses the sample must know of it, one sentence or two each."""
    told = []
    if remark := drawn.remark.get("da"):
        told.append(
            f"Ikke en stikprøve med kendt sandsynlighed: {remark} Bemærkningen følger hvert tal, der laves af sagerne."
        )
    left = about["left_out"]
    if left:
        parts = ", ".join(f"{danish(number)} {LEFT_OUT[why]}" for why, number in left.items())
        told.append(f"{case_words(sum(left.values()))} på listen er ikke med i lodtrækningen: {parts}.")
    if about["rule"]["weeks"]:
        told.append(_deadline_words(about["rule"]))
    if about["without"]:
        told.append(
            f"Ingen liste fra {_listed(about['without'])}: deres sager havde ingen chance, og tallene gælder ikke dem."
        )
    if drawn.uncovered:
        told.append(
            f"{case_words(drawn.uncovered)} er i celler, hvor planen ingen trækker. De havde ingen chance, og tallene "
            "gælder ikke dem."
        )
    if about["short"]:
        missing = sum(item["wanted"] - item["had"] for item in about["short"])
        cells = "1 celle" if len(about["short"]) == 1 else f"{danish(len(about['short']))} celler"
        told.append(
            f"{cells} har færre sager, end planen trækker; alle deres er med. Det er {case_words(missing)} færre end "
            "planlagt."
        )
    return tuple(told)


def _deadline_words(rule: Mapping[str, Any]) -> str:
    on = danish_date(date.fromisoformat(rule["on"]))
    days = rule["receipt_days"]
    assumed = "samme dag som" if not days else f"{days} {'dag' if days == 1 else 'dage'} efter"
    return (
        f"Klagefristen er {rule['weeks']} uger fra modtagelsen og skal være udløbet før {on}. Hvor modtagelsen ikke er "
        f"oplyst, er den regnet til {assumed} afgørelsen."
    )


def _listed(codes: Sequence[str]) -> str:
    """`751`, `751 og 851`, `101, 751 og 851`."""
    return " og ".join([", ".join(codes[:-1]), codes[-1]] if len(codes) > 1 else codes)


def identity_words(kind: str) -> str:
    """What must hold, by `verifying.Identity.kind`."""
    return {
        "cases": "Vægtene (1/π) i en celle giver tilsammen cellens antal sager",
        "size": "Størrelse gange vægt i en celle giver tilsammen cellens samlede størrelse",
        "authorities": "Vægtene i første trin giver tilsammen det, der trækkes efter",
        "within": "Vægtene i andet trin giver i hver celle cellens antal sager",
    }[kind]
