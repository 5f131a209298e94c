"""A question to a register, answered: the part that `appeals authorities` and `appeals compare` have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sagsbarometer.appeals.analyses.question import Question, asked, by_name, group_name
from sagsbarometer.appeals.analyses.real_names import refuse_real_names
from sagsbarometer.appeals.columns import columns_of
from sagsbarometer.appeals.cube import cube
from sagsbarometer.appeals.groupings import Grouping, row_key
from sagsbarometer.appeals.layouts.expand import expand
from sagsbarometer.appeals.layouts.layout import MEASURES, Layout, bare_layout
from sagsbarometer.appeals.layouts.needs import COUNT, needs
from sagsbarometer.appeals.statistics import register_cells, seen
from sagsbarometer.appeals.undated import columns as that_date
from sagsbarometer.appeals.undated import told, undated
from sagsbarometer.catalogue.catalogue import Catalogue, load_catalogue
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.kernel.dates import danish_date
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.measures.cells import Cell, ResultSet
from sagsbarometer.measures.measure import Measure, Text
from sagsbarometer.measures.results import Circumstances
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.runs.appeals_edition import build_register_edition
from sagsbarometer.runs.days import as_of_day, refuse_before_first
from sagsbarometer.runs.known import deliveries_listed, known_by
from sagsbarometer.runs.made_of import software
from sagsbarometer.runs.opened_register import opened_register
from sagsbarometer.store.register import read_register
from sagsbarometer.store.results import SCHEMA_VERSION

Tell = Callable[[str], None]
_SOURCE = "registret af klagesager"
_MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Answer:
    """The cells of a question with what they were made of. `groups` are the ids of those that have cases."""

    question: Question
    day: date
    layout: Layout
    catalogue: Catalogue
    results: ResultSet
    groups: tuple[str, ...]

    @property
    def measure(self) -> Measure:
        """What is measured."""
        return self.layout.measures[self.question.measure]

    @property
    def grouping(self) -> Grouping | None:
        """What the groups are; None where all cases stand together."""
        return self.layout.groupings[self.question.by] if self.question.by else None

    def cell(self, group: str, period: str) -> Cell:
        """The number of a group ("" for all cases) in a period."""
        where = dict(self.question.where) | ({self.question.by: group} if group else {})
        return self.results.cell(self.question.measure, row_key(where), "", period)

    def edition(self, title: Text) -> Edition:
        """What a report of the answer is given."""
        return build_register_edition(
            title=title,
            source=_SOURCE,
            selection=self.layout.selection,
            few_cases=self.layout.few_cases,
            results=self.results,
            measures={self.measure.id: self.measure},
            figures=(),
            grids=(),
            catalogue=self.catalogue,
        )


def answer(
    folder: Path,
    as_of: str,
    question: Question,
    only: Sequence[str] = (),
    tell: Tell = lambda line: None,
    engine: str = "",
) -> Answer:
    """The numbers asked for, of the register as it stood. `only`: of all groups, those that are to be shown.

    Raises Faults: FORSKEL-101 real names beside cases that are not, FORSKEL-102 to 104 as `question.asked`, FORSKEL-106
    no cases, 107 a group nobody has; those of law, register and engine, and LAYOUT-121 and 122.
    """
    day = as_of_day(as_of)
    tell("Læser lov og mål")
    catalogue = load_catalogue(shipped("law"))
    tell("Åbner registret og efterprøver leveringerne")
    whole = read_register(folder)
    refuse_before_first(whole, day)
    register = known_by(whole, day)
    columns = columns_of(register.manifest.get("own", {}))
    layout = asked(question, bare_layout(shipped("layouts") / MEASURES, catalogue, columns), day)
    tell(f"Tæller sagerne, som de stod {danish_date(day)}")
    need = needs(layout)
    asked_of = sorted({*need.columns, *that_date(layout)})
    with opened_register(register, engine, tell) as (deliveries, execute):
        counted = execute(cube(deliveries, day, asked_of, need.grain, need.clocks)).to_pydict()
    lacking = undated(counted, layout)
    if lacking:
        tell(told(lacking)["da"])
    wanted = expand(layout, seen(counted, layout)).wanted
    of = Circumstances(False, day.isoformat(), register.origin, complete=layout.why_not["da"])
    cells = dict(zip(wanted, register_cells(counted, wanted, layout, of), strict=True))
    found = {dict(item.where).get(question.by, "") for item, cell in cells.items() if cell.base}
    groups = _groups(layout, question, found, only)
    shown = [(question.by, id) for id in groups] + list(question.where.items())
    real = [(layout.groupings[grouping], id) for grouping, id in shown]
    refuse_real_names(register.origin, real, catalogue, Place("--by"))
    kept = tuple(
        cell for item, cell in cells.items() if dict(item.where).get(question.by, "") in {"", *groups}
    )
    manifest = {
        "schema_version": SCHEMA_VERSION,
        "kind": "results",
        "question": {
            "measure": question.measure,
            "by": question.by,
            "periods": list(question.periods),
            "where": dict(question.where),
            "groups": list(only),
        },
        "register": {"deliveries": deliveries_listed(register)},
        "origin": register.origin,
        "data_date": day.isoformat(),
        "law": {"hash": catalogue.hash},
        "rows": {"count": sum(counted[COUNT]), "undated": lacking},
        "measures": {question.measure: layout.measures[question.measure].hash},
        "software": software(),
    }
    return Answer(question, day, layout, catalogue, ResultSet(kept, manifest), groups)


def _groups(layout: Layout, question: Question, found: set[str], only: Sequence[str]) -> tuple[str, ...]:
    """The groups with cases in the order of their names; those in `only`, in its order, where it names some."""
    if not found:
        fault = "Ingen sager i registret hører til det, der spørges om."
        raise Faults([Problem("FORSKEL-106", Place("periode"), fault, "Vælg en anden periode eller gruppe.")])
    names = {id: group_name(layout.groupings[question.by], id) for id in found if id} if question.by else {}
    problems = [
        Problem(
            "FORSKEL-107",
            Place("--groups"),
            f"Ingen sager er i gruppen {shown(id)}.",
            f"Grupper med sager: {', '.join(by_name(names)[:_MOST_TOLD])}.",
        )
        for id in only
        if id not in names
    ]
    if problems:
        raise Faults(problems)
    return tuple(only) or tuple(by_name(names))
