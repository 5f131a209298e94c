"""Results as protecting and attacking see them: their system, what was released before, and who has which cases."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from sagsbarometer.catalogue.catalogue import load_catalogue
from sagsbarometer.catalogue.municipalities import read_municipalities
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.disclosure.known import rounded_to
from sagsbarometer.disclosure.model import system_of
from sagsbarometer.disclosure.profile import Profile, load_profiles
from sagsbarometer.disclosure.system import Printing, Shown, System
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.measures.cells import Cell, ResultSet
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.edition_file import FILE, read_edition
from sagsbarometer.runs.disclosure_own import Contributions, of_register, of_study
from sagsbarometer.store.folder import is_own_file
from sagsbarometer.store.release import ABOUT, open_release, version_name
from sagsbarometer.store.results import load_results

_LOCAL = frozenset({"municipality", "municipality_id", "kommune", "authority", "office"})
_RELEASED = frozenset({"published", "superseded", "withdrawn"})


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


@cache
def one_of() -> Mapping[str, tuple[str, ...]]:
    """The outcomes that stand for one of several, with those, as the law's files have them."""
    outcomes = load_catalogue(shipped("law")).outcomes
    return {id: tuple(item.one_of) for id, item in outcomes.items() if item.one_of}


def system_for(of: Loaded, results: ResultSet | None = None) -> System:
    """The system of a results folder, as its numbers are shown; with other `results` (true numbers in its place) the
    system of those, which are shown as a profile will have them."""
    edition = of.edition
    system = system_of(
        results or of.results,
        edition.measures,
        edition.figures,
        edition.grids,
        _parents(of.results),
        one_of(),
        of.rounding if results is None else 0,
        edition.asked,
    )
    if results is not None:
        return system
    return replace(system, printing=of.profile.printing if of.profile else Printing())


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
        for path, told in _versions(folder):
            try:
                of = loaded(path)
            except Faults as faults:
                fault = "Mappen er hverken en udgivelse eller resultater, der kan læses."
                remedy = "Angiv en udgivelse, eller resultater fra disclosure protect eller en kørsel."
                raise Faults([Problem("BESKYT-206", Place(str(folder)), fault, remedy)]) from faults
            shown.append(Shown(f"{of.edition.title}{told}", system_for(of)))
    return tuple(shown)


def _versions(folder: Path) -> list[tuple[Path, str]]:
    """The folders with the numbers of a release that somebody has seen, and which version each is, in words."""
    if not is_own_file(folder, ABOUT) or not (folder / "log.jsonl").exists():
        return [(folder, "")]
    versions = open_release(folder).history.versions
    return [
        (
            folder / version_name(item.number),
            f", udgave {item.number}{', trukket tilbage' if item.state == 'withdrawn' else ''}",
        )
        for item in versions
        if item.state in _RELEASED
    ]


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


def own_cases(
    of: Loaded, tell: Callable[[str], None], register: Path | None = None, layout: str = ""
) -> Contributions:
    """For each municipality of a study, or authority of a register that is given, how many cases of its own are in each
    quantity; nothing where there are no cases to count. They stay in memory.
    Raises Faults as `of_study` and `of_register`."""
    if register is not None:
        return of_register(of.results, register, layout, of.edition.measures, one_of(), tell)
    return of_study(of.folder, of.results, one_of(), of.edition.asked, tell)


def near(system: System, quantity: str, hidden: frozenset[str]) -> set[str]:
    """Of each sum that a quantity is in, the cell that is cheapest to withhold of those that are shown: what widens
    what somebody knows of a number that is withheld already."""
    index = next((at for at, item in enumerate(system.quantities) if item.text == quantity), None)
    told_by, found = system.told_by(), set()
    for relation in system.relations:
        members = (relation.whole, *relation.parts)
        if index in members:
            units = {unit for item in members for unit in told_by.get(item, ())}
            shown = [system.units[unit] for unit in units if system.units[unit].ref not in hidden]
            if shown:
                found.add(min(shown, key=lambda unit: (unit.weight, unit.ref)).ref)
    return found


def marked(results: ResultSet, refs: Iterable[str]) -> ResultSet:
    """The results with some cells marked as withheld, their numbers still in them: what protecting begins from. A cell
    without numbers is left as it is: marked, it would be one whose numbers are not known."""
    gone = frozenset(cell.ref for cell in results if cell.base or cell.value is not None) & frozenset(refs)
    cells = tuple(replace(cell, hidden="c") if cell.ref in gone else cell for cell in results)
    return ResultSet(cells, results.manifest)


_NUMBER = re.compile(r"(?<![\d.,])\d{1,3}(?:[.,]\d{3})*(?![\d]|[.,]\d)( sag\b| case\b)?")
_MANY = {" sag": " sager", " case": " cases"}  # one case alone would tell the number


def numbers_blanked(text: str, profile: Profile, sign: str) -> str:
    """A sentence about the whole with `sign` for each count that the profile would not show, the others rounded as it
    rounds. No count is withheld for another's sake here: the sign stands for so many numbers that it tells no more of
    the small ones than the interval of the profile allows."""

    def shown(match: re.Match[str]) -> str:
        one = match[1] or ""
        number = int(re.sub(r"\D", "", match.group()))
        if profile.withholds_nothing or not number:
            return match.group()
        if number < profile.threshold + profile.interval:
            return f"{sign}{_MANY.get(one, one)}"
        separator = "," if "," in match.group() else "."
        return f"{rounded_to(number, profile.rounding):,}".replace(",", separator) + one

    return _NUMBER.sub(shown, text)
