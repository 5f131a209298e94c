"""Results as protecting and attacking see them: their system, what was released before, and who has which cases."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sagsbarometer.catalogue.catalogue import load_catalogue
from sagsbarometer.catalogue.municipalities import read_municipalities
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.disclosure.model import system_of
from sagsbarometer.disclosure.profile import Profile, load_profiles
from sagsbarometer.disclosure.system import Shown, System
from sagsbarometer.forms.load import load_form
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.measures.cells import Cell, ResultSet
from sagsbarometer.measures.count import count_by_unit
from sagsbarometer.measures.define import define_figures, define_measures
from sagsbarometer.measures.measure import Figure, Measure
from sagsbarometer.measures.results import Circumstances, make_cells
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.edition_file import FILE, read_edition
from sagsbarometer.runs.own_numbers import FORM
from sagsbarometer.store.engine import opened_rows
from sagsbarometer.store.folder import is_own_file
from sagsbarometer.store.release import ABOUT, open_release, version_name
from sagsbarometer.store.results import load_results

ONE_OF = {"amended_or_annulled": ("amended", "annulled")}
_LOCAL = frozenset({"municipality", "municipality_id", "kommune", "authority", "office"})
_RELEASED = frozenset({"published", "superseded", "withdrawn"})
_ROWS = "dataset/rows.parquet"
Contributions = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A results folder read: its edition in Danish with its numbers, and its manifest. `profile`: the one it is
    protected under, None where it is not."""

    folder: Path
    edition: Edition
    profile: Profile | None

    @property
    def results(self) -> ResultSet:
        """Its numbers."""
        return self.edition.results

    @property
    def rounding(self) -> int:
        """What its counts are rounded to; 0 where they are not."""
        return self.profile.rounding if self.profile else 0


def loaded(folder: Path) -> Loaded:
    """The results in a folder. Raises Faults RESULTAT-101 to 103."""
    found = load_results(folder)
    if not is_own_file(folder, FILE):
        fault = f"{FILE} mangler. Resultater fra før denne udgave af programmet har den ikke."
        remedy = "Lav resultaterne igen med study run, appeals tables eller appeals overview."
        raise Faults([Problem("RESULTAT-103", Place(str(folder)), fault, remedy)])
    edition = read_edition((folder / FILE).read_bytes(), found.results)
    told = found.results.manifest.get("protection")
    id = str(told.get("profile", "")) if isinstance(told, Mapping) else ""
    return Loaded(folder, edition, load_profiles().get(id) if id else None)


def system_for(of: Loaded, results: ResultSet | None = None) -> System:
    """The system of a results folder; with other `results` (numbers in its place) the system of those."""
    edition = of.edition
    return system_of(
        results or of.results,
        edition.measures,
        edition.figures,
        edition.grids,
        _parents(of.results),
        ONE_OF,
        of.rounding if results is None else 0,
    )


def _parents(results: ResultSet) -> dict[str, str]:
    """Each case subject of the results under its law area."""
    groups = {group for cell in results for group in cell.row.split(";") if group.startswith("case_subject=")}
    if not groups:
        return {}
    subjects = load_catalogue(shipped("law")).case_subjects
    found = ((group, subjects.get(group.partition("=")[2])) for group in sorted(groups))
    return {group: f"law_area={subject.law_area}" for group, subject in found if subject}


def shown_before(folders: Sequence[Path]) -> tuple[Shown, ...]:
    """What was released before: of a release every version that was published, of a results folder what it shows.

    Raises Faults BESKYT-206 for a folder that is neither.
    """
    shown = []
    for folder in folders:
        for path in _versions(folder):
            try:
                of = loaded(path)
            except Faults as faults:
                fault = "Mappen er hverken en udgivelse eller resultater, der kan læses."
                remedy = "Angiv en udgivelse, eller resultater fra disclosure protect eller en kørsel."
                raise Faults([Problem("BESKYT-206", Place(str(folder)), fault, remedy)]) from faults
            shown.append(Shown(of.edition.title, system_for(of)))
    return tuple(shown)


def _versions(folder: Path) -> list[Path]:
    """The folders with the numbers of a release that somebody has seen."""
    if not is_own_file(folder, ABOUT) or not (folder / "log.jsonl").exists():
        return [folder]
    versions = open_release(folder).history.versions
    return [folder / version_name(item.number) for item in versions if item.state in _RELEASED]


def local_refs(results: ResultSet) -> tuple[str, ...]:
    """The cells that tell of a single municipality, authority or office."""
    found, _ = read_municipalities(shipped("law"))
    places = frozenset(word for item in found.values() for word in (item.code, item.name.casefold()))
    return tuple(cell.ref for cell in results if _is_local(cell, places))


def _is_local(cell: Cell, places: frozenset[str]) -> bool:
    for part in f"{cell.row};{cell.column}".split(";"):
        group, equals, value = part.partition("=")
        if (equals and group in _LOCAL) or (value if equals else group).casefold() in places:
            return True
    return False


def own_cases(of: Loaded, tell: Callable[[str], None]) -> Contributions:
    """For each municipality of a study how many cases of its own are in each quantity; nothing for a register, or where
    the folder has no cases. Counted by one query; the numbers stay in memory."""
    folder = of.folder
    if not is_own_file(folder, _ROWS) or not is_own_file(folder, FORM):
        return {}
    form = load_form(folder / FORM, load_catalogue(shipped("law")))
    measures, figures = define_measures(form), define_figures(form)
    with opened_rows(folder / _ROWS) as (table, execute):
        counted = count_by_unit(table, measures, form.names, execute)
    tell(f"Tæller egne sager i {len(counted)} kommuner")
    origin = str(of.results.manifest.get("origin", "real"))
    circumstances = Circumstances(False, str(of.results.manifest.get("data_date", "")), origin)
    return {code: _own(measures, counts, figures, circumstances) for code, counts in counted.items()}


def _own(
    measures: Mapping[str, Measure], counts: Any, figures: Sequence[Figure], of: Circumstances
) -> dict[str, int]:
    cells = make_cells(measures, counts, tuple(figures), of)
    system = system_of(ResultSet(cells), measures, one_of=ONE_OF)
    told = system.quantities[: system.direct]
    return {item.text: item.value for item in told if item.value}


def marked(results: ResultSet, refs: Iterable[str]) -> ResultSet:
    """The results with some cells marked as withheld, their numbers still in them: what protecting begins from. A cell
    without numbers is left as it is: marked, it would be one whose numbers are not known."""
    gone = frozenset(cell.ref for cell in results if cell.base or cell.value is not None) & frozenset(refs)
    cells = tuple(replace(cell, hidden="c") if cell.ref in gone else cell for cell in results)
    return ResultSet(cells, results.manifest)


_NUMBER = re.compile(r"(?<![\d.,])\d{1,3}(?:[.,]\d{3})*(?![\d]|[.,]\d)( sag\b| case\b)?")
_MANY = {" sag": " sager", " case": " cases"}  # one case alone would tell the number


def numbers_blanked(text: str, profile: Profile, sign: str) -> str:
    """A sentence about the whole with `sign` for each count that the profile would not show."""

    def shown(match: re.Match[str]) -> str:
        one = match[1] or ""
        number = int(re.sub(r"\D", "", match.group()))
        small = 0 < number < profile.threshold
        if profile.withholds_nothing or not (small or number % max(profile.rounding, 1)):
            return match.group()
        return f"{sign}{_MANY.get(one, one)}"

    return _NUMBER.sub(shown, text)
