"""What other numbers of cases would give: for choosing before anything is settled. Shares are of 0 to 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sagsbarometer.sampling.size import Change, margin_of, sample_size, smallest_change

MARGINS = (0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.10)
SHARES = (0.1, 0.2, 0.3, 0.5)
_POINTS = 60
_FIRST = 50  # with fewer cases a curve is all slope


@dataclass(frozen=True, slots=True)
class Terms:
    """What is the same for all alternatives."""

    level: float = 0.95
    population: int | None = None
    design_effect: float = 1.0


def sizes(shares: Sequence[float], margins: Sequence[float], terms: Terms) -> list[list[int]]:
    """The usable cases for each margin (rows) and share (columns), by the normal approximation."""
    return [
        [
            sample_size(
                share,
                margin,
                level=terms.level,
                population=terms.population,
                design_effect=terms.design_effect,
            ).cases
            for share in shares
        ]
        for margin in margins
    ]


def margin_curve(share: float, most: int, terms: Terms) -> tuple[tuple[float, float], ...]:
    """Numbers of cases up to `most` with the margin of each, for a curve."""
    return tuple(
        (
            float(cases),
            margin_of(
                share,
                cases,
                level=terms.level,
                population=terms.population,
                design_effect=terms.design_effect,
            ),
        )
        for cases in _steps(most, terms.population)
    )


def change_curve(change: Change, most: int, terms: Terms) -> tuple[tuple[float, float], ...]:
    """Numbers of cases in each round up to `most` with the smallest fall they show, where there is one."""
    found = (
        (
            float(cases),
            smallest_change(
                change.before,
                cases,
                power=change.power,
                alpha=change.alpha,
                overlap=change.overlap,
                correlation=change.correlation,
                population=terms.population,
                design_effect=terms.design_effect,
            ),
        )
        for cases in _steps(most, terms.population)
    )
    return tuple((cases, fall) for cases, fall in found if fall is not None)


def _steps(most: int, population: int | None) -> list[int]:
    top = most if population is None else min(most, population)
    first = min(_FIRST, top)
    return sorted({first + round((top - first) * at / _POINTS) for at in range(_POINTS + 1)})
