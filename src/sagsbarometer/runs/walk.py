"""From a number back to the cases it was counted of."""

from __future__ import annotations

from pathlib import Path

from sagsbarometer.forms.form import Form
from sagsbarometer.measures.cells import Cell
from sagsbarometer.measures.count import verdict_query
from sagsbarometer.measures.define import define_measures
from sagsbarometer.store.engine import opened_rows
from sagsbarometer.store.results import load_results

SAID = ("outside", "yes", "no", "unknown")  # as `count.verdict_query` numbers them


def cases_behind(folder: Path, form: Form, measure: str) -> dict[str, str]:
    """What each case of a results folder says of a measure: outside, yes, no or unknown, by its id.

    Of a mean, `yes` is a case whose value is known. Raises KeyError for a measure the form does not have.
    """
    wanted = define_measures(form)[measure]
    with opened_rows(folder / "dataset" / "rows.parquet") as (table, execute):
        told = execute(verdict_query(table, [wanted], form.names)).to_pydict()
    return dict(zip(told["case_id"], (SAID[said] for said in told[measure]), strict=True))


def cases_of(folder: Path) -> frozenset[str]:
    """The ids of the cases a results folder was counted from. Raises Faults RESULTAT-101."""
    return frozenset(str(row["case_id"]) for row in load_results(folder).rows())


def municipalities_of(folder: Path) -> dict[str, str]:
    """The municipality of each case a results folder was counted from, by the case's id. Raises Faults RESULTAT-101."""
    return {str(row["case_id"]): str(row["municipality_id"]) for row in load_results(folder).rows()}


def cells_of(folder: Path) -> tuple[Cell, ...]:
    """The numbers of a results folder. Raises Faults, RESULTAT-1xx."""
    return load_results(folder).results.cells
