"""Which authorities a two-stage plan draws. It needs no list of cases: the plan alone settles it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.kernel.said import said
from sagsbarometer.sampling.numbers import permanent, shuffled, start
from sagsbarometer.sampling.plan import SIMPLE, TWO_STAGE, Plan
from sagsbarometer.sampling.pps import inclusion, systematic

STAGE = "authorities"  # the key of where the systematic draw begins


@dataclass(frozen=True, slots=True)
class FirstStage:
    """`probabilities`: π1 of every authority with cases, above 0 and at most 1; `drawn`: codes, sorted; `sizes`: x, the
    cases the plan counts of each."""

    probabilities: Mapping[str, Fraction]
    drawn: tuple[str, ...]
    sizes: Mapping[str, Fraction]


def first_stage(plan: Plan) -> FirstStage:
    """The authorities drawn: by size (systematic PPS, in the order of `numbers.shuffled`) where the plan names a column
    of size, else simple (the m smallest permanent numbers). Authorities without cases are not among them.

    Raises Faults UDTRAEK-113 where the plan draws more authorities than there are.
    """
    sizes: dict[str, Fraction] = {}
    for cell in plan.cells:
        sizes[cell.authority] = sizes.get(cell.authority, Fraction(0)) + cell.size
    sizes = {code: size for code, size in sizes.items() if size}
    draws = plan.authorities
    if not 0 < draws <= len(sizes):
        fault = said(
            "Planen udtrækker {draws} myndigheder, men {number} har sager.",
            draws=str(draws),
            number=str(len(sizes)),
        )
        remedy = said("Sæt draw: authorities til højst {number}, og lav planen om.", number=str(len(sizes)))
        raise Faults([Problem("UDTRAEK-113", Place("plan.json"), fault, remedy)])
    if not plan.size_column:
        line = sorted(sizes, key=lambda code: (permanent(plan.seed, code), code))
        return FirstStage(
            dict.fromkeys(sizes, Fraction(draws, len(sizes))), tuple(sorted(line[:draws])), sizes
        )
    probabilities = inclusion(sizes, draws)
    line = sorted(sizes, key=lambda code: (shuffled(plan.seed, code), code))
    drawn = systematic(line, probabilities, start(plan.seed, STAGE))
    return FirstStage(probabilities, tuple(sorted(drawn)), sizes)


def authorities_asked(plan: Plan) -> set[str]:
    """The authorities that the plan needs a list of cases from. Raises Faults as `first_stage`."""
    if plan.method == TWO_STAGE:
        return set(first_stage(plan).drawn)
    # In a simple draw every case has its chance, whatever the plan expects of its authority.
    return {cell.authority for cell in plan.cells if (cell.size if plan.method == SIMPLE else cell.call_in)}
