"""Degrees of freedom: how much the draw says about its own error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagsbarometer.estimation.design import Design

if TYPE_CHECKING:
    from sagsbarometer.estimation.design import Bools


def degrees(design: Design, members: Bools | None = None) -> int:
    """Drawn units of the first stage less strata, among the rows (`members`; all without) whose weight is not 0.

    In a domain only units and strata with cases of the domain count: so R's degf of a subset and the presentation
    standard of NCHS, which asks for a look at a share with fewer than 8. Cases drawn simply: n-1. It can be 0.

    Source: Korn & Graubard, Analysis of Health Surveys (1999); Parker et al., Vital and Health Statistics
    2(175), 2017.
    """
    import numpy as np

    inside = design.weights > 0 if members is None else members & (design.weights > 0)
    stage = design.stages[0]
    units = np.unique(stage.units[inside])
    return len(units) - len(np.unique(stage.strata[units]))
