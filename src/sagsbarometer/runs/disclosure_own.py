"""Whose the cases in a number are: for each municipality or authority its own part of every quantity, in memory only.

What is found here is never written: it is what an authority knows of its own cases, and what coalitions are tried with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from sagsbarometer.appeals.cube import Cubes, cubes
from sagsbarometer.appeals.layouts.expand import Wanted
from sagsbarometer.appeals.layouts.layout import Layout
from sagsbarometer.appeals.layouts.needs import demand, views
from sagsbarometer.appeals.statistics import register_cells
from sagsbarometer.catalogue.catalogue import load_catalogue
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.disclosure.model import parse_row, telling
from sagsbarometer.disclosure.system import Quantity
from sagsbarometer.forms.asked import Asked
from sagsbarometer.forms.load import load_form
from sagsbarometer.kernel.dates import danish_date
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.periods import Grain, parse_period
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.measures.cells import Cell, ResultSet
from sagsbarometer.measures.define import define_figures, define_measures
from sagsbarometer.measures.measure import Measure
from sagsbarometer.measures.results import Circumstances, make_cells
from sagsbarometer.runs.counted import frozen_in
from sagsbarometer.runs.known import deliveries_listed, known_by
from sagsbarometer.runs.opened_register import opened_register
from sagsbarometer.runs.own_numbers import FORM
from sagsbarometer.runs.register_layout import layout_of
from sagsbarometer.store.folder import is_own_file
from sagsbarometer.store.register import Register, read_register
from sagsbarometer.store.results import unreadable

Tell = Callable[[str], None]
OneOfs = Mapping[str, tuple[str, ...]]
Contributions = Mapping[str, Mapping[str, int]]
ROWS = "dataset/rows.parquet"
AUTHORITY = "authority"


def of_study(
    folder: Path, results: ResultSet, one_of: OneOfs, asked: Sequence[Asked], tell: Tell
) -> Contributions:
    """For each municipality of a study how many cases of its own are in each quantity (as text); nothing where the
    folder has no cases. Raises Faults RESULTAT-101 where they are damaged."""
    if not is_own_file(folder, ROWS) or not is_own_file(folder, FORM):
        return {}
    form = load_form(folder / FORM, load_catalogue(shipped("law")))
    measures, figures = define_measures(form), define_figures(form)
    try:
        counted = frozen_in(form, folder / ROWS).counts_by_unit(measures)
    except ValueError as error:
        raise unreadable(folder) from error
    tell(f"Tæller egne sager i {len(counted)} kommuner")
    of = Circumstances(False, *_about(results))
    own = Own(results, telling(results, measures, one_of, asked))
    return {code: own.of(make_cells(measures, counts, figures, of)) for code, counts in counted.items()}


def of_register(
    results: ResultSet,
    folder: Path,
    layout: str,
    measures: Mapping[str, Measure],
    one_of: OneOfs,
    tell: Tell,
) -> Contributions:
    """For each authority of a register how many cases of its own are in each quantity of results made of it. The
    register is read once, grouped; `layout` is a folder, or "" for the one the results name.

    Raises Faults BESKYT-212 they are not made of that register, BESKYT-213 not by that layout; REGISTER-1xx and
    LAYOUT-1xx.
    """
    tell("Åbner registret og efterprøver leveringerne")
    register = _register(folder, results)
    made = _layout(layout, register, results)
    wanted = [Wanted(cell.result, parse_row(cell.row), cell.period) for cell in results]
    tell(f"Tæller hver myndigheds egne sager, som de stod {danish_date(_day(results))}")
    counted = _by_authority(register, made, wanted, _day(results))
    of = Circumstances(False, *_about(results))
    own = Own(results, telling(results, measures, one_of))
    found = {}
    for number, (code, cube) in enumerate(counted, start=1):
        found[code] = own.of(register_cells(cube, wanted, made, of))
        if number % _EVERY == 0:
            tell(f"Regner egne tal: {number} myndigheder")
    tell(f"Talte egne sager hos {len(found)} myndigheder")
    return found


_EVERY = 20  # authorities per line of progress


def _register(folder: Path, results: ResultSet) -> Register:
    """The register as it was known on the day of the results. Raises Faults BESKYT-212."""
    register = known_by(read_register(folder), _day(results))
    told = results.manifest.get("register")
    deliveries = told.get("deliveries") if isinstance(told, Mapping) else None
    if deliveries != deliveries_listed(register):
        fault = "Resultaterne er ikke lavet af det register: leveringerne er ikke de samme."
        remedy = "Angiv det register, som tabellerne er lavet af, eller lav tabellerne igen."
        raise Faults([Problem("BESKYT-212", Place("--register"), fault, remedy)])
    return register


def _layout(layout: str, register: Register, results: ResultSet) -> Layout:
    """The layout that the results were made by. Raises Faults BESKYT-213."""
    told = results.manifest.get("layout")
    known = told if isinstance(told, Mapping) else {}
    id = str(known.get("id", ""))
    try:
        made = layout_of(layout or id, register, load_catalogue(shipped("law")))
    except Faults as faults:
        if layout or any(problem.code != "LAYOUT-111" for problem in faults.problems):
            raise
        made = None
    if made is None or made.hash != known.get("hash"):
        fault = f"Layoutet {shown(id)} følger ikke med programmet, eller det er ændret, siden tabellerne blev lavet."
        remedy = "Angiv dets mappe med --layout, eller lav tabellerne igen."
        raise Faults([Problem("BESKYT-213", Place("--layout"), fault, remedy)])
    return made


def _by_authority(
    register: Register, layout: Layout, wanted: Iterable[Wanted], day: date
) -> Iterator[tuple[str, Cubes]]:
    """The finest counts of each authority with cases, by its code: one query for all."""
    import pyarrow.compute as pc

    asked = {(item.measure, tuple(name for name, _ in item.where), _grain(item)): None for item in wanted}
    demands = (
        {**demand(layout, layout.measures[measure], groups, grain), AUTHORITY: Grain.YEAR}
        for measure, groups, grain in asked
    )
    seen_by = views(layout, demands)
    with opened_register(register) as (deliveries, execute):
        every = cubes(deliveries, day, seen_by, layout.clocks, execute)
    codes = {code for table in every.tables for code in table[AUTHORITY].unique().to_pylist() if code}
    for code in sorted(codes):
        own = tuple(table.filter(pc.equal(table[AUTHORITY], code)) for table in every.tables)
        yield code, Cubes(every.views, own)


def _grain(item: Wanted) -> Grain:
    return parse_period(item.period).grain


def _day(results: ResultSet) -> date:
    return date.fromisoformat(str(results.manifest["data_date"]))


def _about(results: ResultSet) -> tuple[str, str]:
    """The data date and the origin of results."""
    manifest = results.manifest
    return str(manifest.get("data_date", "")), str(manifest.get("origin", "real"))


class Own:
    """The quantities that the cells of some results tell, by name, and what others' cells say of the same.

    A system of its own for each authority would find every sum again, and nobody needs those.
    """

    def __init__(self, results: ResultSet, told: Callable[[Cell], Mapping[str, Quantity]]) -> None:
        self.asked = frozenset(cell.ref for cell in results)
        self.told = told

    def of(self, cells: Iterable[Cell]) -> dict[str, int]:
        """How many there are in each quantity of those of the results; what there is none of is left out."""
        found: dict[str, int] = {}
        for cell in cells:
            if cell.ref not in self.asked:
                continue
            for item in self.told(cell).values():
                # As a system has it: of two with one name the first, and a name of its own where two cells of the
                # results give it different numbers.
                apart = replace(item, what=f"{item.what.split('|')[0]}|{item.what} as {cell.result}")
                found.setdefault(item.text, item.value or 0)
                found.setdefault(apart.text, item.value or 0)
        return {name: value for name, value in found.items() if value}
