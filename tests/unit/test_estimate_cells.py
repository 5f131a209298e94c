"""Estimates as cells: printed from the weighted value, and judged by the presentation standard."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import ibis
import pyarrow as pa
import pytest

from sagsbarometer.estimation.asked import Drawing, Variable
from sagsbarometer.estimation.cells import About, Counted, Ends, estimated, row_key, share_cell
from sagsbarometer.estimation.design import Estimate
from sagsbarometer.estimation.from_draw import standing
from sagsbarometer.estimation.groups import Groups, Misfit, read_groups
from sagsbarometer.estimation.intervals import R
from sagsbarometer.estimation.moments import moments
from sagsbarometer.estimation.query import grouped_query
from sagsbarometer.measures.cells import COLUMNS, Cell, read_csv, withheld, write_csv
from sagsbarometer.measures.intervals import Interval, nchs_verdict
from sagsbarometer.reporting.numbers import amount, counts_words, difference, printed, rounded_percent
from sagsbarometer.sampling.draw import draw
from sagsbarometer.sampling.drawn import Drawn
from tests.samples_in_tests import a_list, a_plan

ABOUT = About("yes", "", "2026-01-31", "synthetic")


def of(value: float = 0.55, variance: float = 0.0016, freedom: int = 140, cases: int = 149) -> Estimate:
    return Estimate(value, variance, freedom, cases, 3851.0, 0.9, "hajek", 140.0)


def cell(estimate: Estimate | None = None, counts: Counted | None = None, about: About = ABOUT) -> Cell:
    ends = Ends(Decimal(50), Decimal(60))
    return share_cell("defect", "abc", "", estimate or of(), counts or Counted(74, 149, 3), ends, about)


# --- the cell ---


def test_an_estimate_is_printed_from_its_value_and_not_from_its_counts() -> None:
    own = cell()
    assert own.exact == Fraction(55)
    assert (amount(own), printed(own, "percent_1")) == ("55 %", "55,0 procent")
    assert printed(own, "of") == "74 ud af 149"
    assert counts_words(own) == "vægtet, 74 af 149"
    counted = replace(own, estimator="")
    assert (amount(counted), counts_words(counted)) == ("50 %", "74 af 149")
    assert rounded_percent(counted, 1) == Decimal("49.7")
    assert difference(own, counted, "pp") == ("5 procentpoint", False)


def test_cells_come_back_as_they_were_also_from_before_there_were_estimates() -> None:
    cells = (cell(), replace(cell(), estimator="", row="a=b"))
    assert read_csv(write_csv(cells)) == cells
    lines = [line.rsplit(",", 3) for line in write_csv(cells[1:]).splitlines()]
    assert lines[0][1:] == list(COLUMNS[-3:]) == ["estimator", "hidden", "unknown_group"]
    for last in (2, 3):
        assert read_csv("\n".join(",".join(line[:last]) for line in lines) + "\n") == cells[1:]
    assert read_csv("\n".join(head for head, *_ in lines) + "\n") == cells[1:]
    with pytest.raises(ValueError):
        read_csv("\n".join(head.rsplit(",", 1)[0] for head, *_ in lines))


def test_a_withheld_cell_has_no_number_in_the_file_and_comes_back_withheld() -> None:
    gone = withheld(cell())
    assert (gone.key, gone.definition, gone.exact, gone.hidden) == (cell().key, cell().definition, None, "c")
    header, row = write_csv([gone]).splitlines()
    written = dict(zip(header.split(","), row.split(","), strict=True))
    numbers = "numerator denominator unknown value low high bound_low bound_high".split()
    assert {written[name] for name in numbers} == {""}
    assert gone.interval_method == "", "an empty base has none, and that would tell the two apart"
    of_register = replace(cell(), interval_method="complete_count", estimator="")
    assert withheld(of_register).interval_method == "complete_count", "every cell of a register has it"
    assert read_csv(f"{header}\n{row}\n") == (gone,)
    with pytest.raises(ValueError):
        read_csv(f"{header}\n{row.removesuffix('c,')},\n")


def test_an_estimate_tells_its_interval_its_counts_and_its_bounds() -> None:
    own = cell()
    assert (own.numerator, own.denominator, own.unknown, own.value) == (74, 149, 3, Decimal("55.000000"))
    assert own.interval_method == "korn_graubard_95"
    assert own.low is not None
    assert own.high is not None
    assert 46 < own.low < 48
    assert 62 < own.high < 64
    assert (own.bound_low, own.bound_high, own.estimator) == (Decimal(50), Decimal(60), "hajek")


def test_where_every_case_was_read_there_is_no_interval() -> None:
    read = replace(of(variance=0.0), complete=True)
    own = cell(read, Counted(74, 149, 0))
    assert (own.low, own.high, own.interval_method, own.presentation) == (None, None, "complete_count", "")
    assert cell(read, Counted(74, 149, 3)).interval_method == "", "read, but not known: no complete count"


def test_without_degrees_of_freedom_nothing_is_said_of_the_error() -> None:
    own = cell(of(freedom=0))
    assert (own.low, own.high, own.interval_method, own.presentation) == (None, None, "", "suppress")


def test_no_known_case_is_no_number() -> None:
    own = share_cell("defect", "abc", "", None, Counted(0, 0, 3), Ends(None, None), ABOUT)
    assert (own.value, own.exact, own.presentation) == (None, None, "")
    assert amount(own) == "–"


def test_keys_name_the_groupings_in_order() -> None:
    assert row_key((), ()) == ""
    assert row_key(("region", "area"), ("Fyn", None)) == "area=;region=Fyn"


# --- the presentation standard ---


@pytest.mark.parametrize(
    ("successes", "trials", "ends", "more", "verdict"),
    [
        (50, 100, (40, 60), {}, "present"),
        (50, 100, (40, 60), {"effective": 29.9}, "suppress"),
        (50, 29, (40, 60), {"effective": 99.0}, "suppress"),
        (50, 100, (40, 60), {"freedom": 7}, "review"),
        (50, 100, (40, 60), {"freedom": 8}, "present"),
        (50, 100, (34, 65), {"freedom": 7}, "suppress"),
        (0, 100, (0, 4), {"effective": 1.0}, "review"),
        (100, 100, (96, 100), {}, "review"),
        (8, 100, (3, 14), {}, "suppress"),  # 11 points are more than 130 percent of 8
        (92, 100, (86, 97), {}, "footnote"),  # and of the other 8 percent
        (92, 100, (86, 97), {"freedom": 7}, "review"),
        (98, 100, (95, 99), {}, "present"),  # 5 points or fewer may always be shown
        (50, 100, (46, 57), {"share": Decimal(8)}, "suppress"),  # the weighted share, not the counts
    ],
)
def test_the_presentation_standard(
    successes: int, trials: int, ends: tuple[int, int], more: dict[str, object], verdict: str
) -> None:
    interval = Interval(*(Decimal(end) for end in ends))
    assert nchs_verdict(successes, trials, interval, **more) == verdict  # type: ignore[arg-type]


def test_a_verdict_goes_by_the_interval_of_the_standard() -> None:
    # So good a draw that 41 cases are worth 125; the standard counts them as no more than they are.
    own = cell(of(0.5, 0.0020, 40, 41), Counted(20, 41, 0), replace(ABOUT, standard=R))
    assert own.low is not None
    assert own.high is not None
    assert own.high - own.low < 20
    assert own.presentation == "suppress"


# --- groups ---

VARIABLES = (Variable("v", "v", base="b"),)
DRAWING = Drawing(weight="w", strata=("h",), population="n")
ROWS = {
    "h": ["a", "a", "a", "b", "b", "b"],
    "n": [9, 9, 9, 6, 6, 6],
    "w": ["3", "3", "3", "2", "2", "2"],
    "g": ["x", None, "y", "y", "x", "x"],
    "v": [1, 0, None, 1, 1, 0],
    "b": [1, 1, 1, 1, 1, 1],
}


def groups(rows: dict[str, list[object]], shuffled: int = 0) -> Groups:
    counted = grouped_query(ibis.memtable(pa.table(rows)), DRAWING, VARIABLES, [("g",)]).to_pyarrow()
    order = list(range(counted.num_rows))
    random.Random(shuffled).shuffle(order)
    return read_groups(counted.take(order), DRAWING, VARIABLES, [("g",)])


def test_the_order_an_engine_sends_its_rows_in_is_of_no_matter() -> None:
    """Bit for bit: sums of floats depend on their order, and none of these weights is a float."""
    many = range(60)
    rows: dict[str, list[object]] = {
        "h": [f"h{at % 3}" for at in many],
        "n": [99 for _ in many],
        "w": [f"{1 + at}/7" for at in many],
        "g": [("x", None, "y")[at * 5 % 3] for at in many],
        "v": [(1, 0, None, 0)[at % 4] for at in many],
        "b": [1 for _ in many],
    }
    found = [
        list(estimated(moments(groups(rows, seed), DRAWING)[0], ("g",), [("v", "")], ABOUT))
        for seed in range(6)
    ]
    assert [item.cell.row for item in found[0]] == ["g=", "g=x", "g=y"]
    assert all(other == found[0] for other in found)


@pytest.mark.parametrize(
    ("change", "what", "column"),
    [
        ({"n": [9, 9, 8, 6, 6, 6]}, Misfit.DIFFERS, "n"),
        ({"n": [9, 9, 9, 2, 2, 2]}, Misfit.MORE, "n"),
        ({"w": ["3", "3", "0", "2", "2", "2"]}, Misfit.NUMBER, "w"),
        ({"w": ["3", "3", "3,5", "2", "2", "2"]}, Misfit.NUMBER, "w"),
        ({"w": [None, "3", "3", "2", "2", "2"]}, Misfit.NUMBER, "w"),
        ({"h": ["a", "a", "", "b", "b", "b"]}, Misfit.EMPTY, "h"),
        ({"v": [7, 0, None, 1, 1, 0]}, Misfit.ANSWER, ""),
        ({"b": [0, 1, 1, 1, 1, 1]}, Misfit.ANSWER, ""),
    ],
)
def test_rows_that_cannot_be_are_refused(change: dict[str, list[object]], what: str, column: str) -> None:
    with pytest.raises(Misfit) as raised:
        moments(groups(ROWS | change), DRAWING)
    assert (raised.value.what, raised.value.column) == (what, column)


def test_a_drawing_that_cannot_be_is_refused() -> None:
    for wrong in (
        {"population": "n", "probability": "p"},
        {"second_population": "n"},
        {"cluster": "c", "second_population": "n"},
        {"cluster": "c", "population": "n", "second_strata": ("h",)},
        {"single_unit": "ignore"},
    ):
        with pytest.raises(ValueError):
            Drawing(**wrong)  # type: ignore[arg-type]


# --- a drawn sample ---


def drawn() -> Drawn:
    plan = a_plan("stratified")
    return draw(plan, a_list(plan))


def test_those_read_stand_in_for_those_missing_in_their_cell() -> None:
    sample = drawn()
    issued = list(sample.issued())
    whole = standing(sample, [row.id for row in issued])
    assert whole.missing == 0
    assert sum(unit.weight or 0 for unit in whole.units) == 82
    cell_of = [row.id for row in issued if row.cell == "authority=901;result=grant"]
    some = standing(sample, [row.id for row in issued if row.id != cell_of[0]])
    weights = {unit.row.id: unit.weight for unit in some.units}
    assert weights[cell_of[0]] is None
    assert [weights[id] for id in cell_of[1:]] == [Fraction(30, 3)] * 3
    assert sum(weight or 0 for weight in weights.values()) == 82


def test_a_cell_without_answers_is_carried_by_its_stratum() -> None:
    sample = drawn()
    left = [row for row in sample.issued() if row.cell != "authority=902;result=refusal"]
    some = standing(sample, [row.id for row in left])
    assert some.empty == ("authority=902;result=refusal",)
    of_stratum: dict[tuple[str, ...], Fraction] = {}
    for unit in some.units:
        held = of_stratum.get(unit.row.stratum, Fraction(0))
        of_stratum[unit.row.stratum] = held + (unit.weight or 0)
    assert of_stratum == {("grant",): 62, ("refusal",): 20}


def test_what_was_read_and_not_drawn_is_left_out() -> None:
    sample = drawn()
    first = next(sample.issued()).id
    with pytest.raises(ValueError):
        standing(sample, ["somebody else's"])
    assert standing(sample, [first, "somebody else's"]).strangers == ("somebody else's",)
