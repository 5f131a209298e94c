"""What keeps results from being protected, in words: which table, and which earlier release, never the numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

from sagsbarometer.disclosure.attack import Finding
from sagsbarometer.disclosure.model import joined
from sagsbarometer.disclosure.profile import Profile
from sagsbarometer.disclosure.system import Hidden, Shown, System
from sagsbarometer.kernel.problems import Level, Place, Problem
from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.reporting.binding.grids import grid_caption
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.tables.table import caption
from sagsbarometer.runs.disclosure_kept import Kept
from sagsbarometer.runs.disclosure_system import Loaded

KINDS = {
    "exact": "nøjagtigt",
    "narrow": "tættere på, end profilen tillader",
    "difference": "ved at sammenligne med en tidligere udgivelse",
    "contradiction": "det viste passer ikke sammen",
}
_MOST_TOLD = 5
_NOT_IN_A_TABLE = "Tal uden for tabeller og figurer"


def cannot_be_protected(
    of: Loaded, system: System, earlier: Sequence[Shown], failed: Iterable[str]
) -> list[Problem]:
    """BESKYT-205 for each table: how many of its numbers cannot be protected, and because of what."""
    where = _Where(of, system, earlier)
    tables: dict[str, list[str]] = defaultdict(list)
    for quantity in failed:
        tables[where.table(quantity)].append(quantity)
    remedy = "Vent til næste opgørelse, tag tabellen ud, eller vælg færre opdelinger."
    found = []
    for table, quantities in sorted(tables.items()):
        many = f"{len(quantities)} tal" if len(quantities) > 1 else "Et tal"
        because = where.release(quantities)
        follows = f"det følger af {because}" if len(quantities) == 1 else f"de følger af {because}"
        found.append(
            Problem(
                "BESKYT-205",
                Place(str(of.folder)),
                f"{table}: {many} kan ikke skjules, for {follows}.",
                remedy,
            )
        )
    return found


def unknown_to_us(of: Loaded, titles: Iterable[str]) -> list[Problem]:
    """BESKYT-205 where earlier releases withhold numbers that the results at hand do not have."""
    fault = (
        f"I {' og '.join(f'»{title}«' for title in titles)} er der skjult tal, som disse resultater ikke har, men som "
        "kan regnes ud, når begge er ude. Det kan ikke afværges herfra."
    )
    remedy = "Tag de tabeller ud, som deler tal med dem, der er ude, eller beskyt dem sammen med de samme tabeller."
    return [Problem("BESKYT-205", Place(str(of.folder)), fault, remedy)]


def unseen(of: Loaded, hidden: Hidden) -> list[Problem]:
    """BESKYT-215, a warning, where numbers of a study are withheld and the folder does not say what its form lets
    answers be: then the base of one question is not seen to be a withheld count of another."""
    if not hidden.refs or of.edition.complete or of.edition.asked:
        return []
    fault = (
        "Resultaterne siger ikke, hvornår skemaets spørgsmål stilles. Grundlaget for et spørgsmål kan være et skjult "
        "antal i et andet, og det er ikke prøvet."
    )
    remedy = (
        "Lav resultaterne igen med study run, eller se de tabeller efter, hvor der står [c], før de udgives."
    )
    return [Problem("BESKYT-215", Place(str(of.folder)), fault, remedy, Level.WARNING)]


_LITTLE = 20  # percent of the numbers; where fewer are left a reader has next to nothing


def little_left(told: Kept, profile: Profile, results: Path) -> list[Problem]:
    """BESKYT-216, a warning, where next to nothing is left."""
    shown = told.cells - told.hidden
    if not told.hidden or 100 * shown >= _LITTLE * told.cells:
        return []
    left = round_half_up(Fraction(100 * shown, told.cells), 0)
    fault = (
        f"Kun {shown} af {told.cells} tal ({left} %) er tilbage. De fleste grupper er for små til profilen "
        f"{profile.id}."
    )
    remedy = "Læg grupper sammen, tag en opdeling ud, eller vælg en anden profil."
    return [Problem("BESKYT-216", Place(str(results)), fault, remedy, Level.WARNING)]


def worked_out(
    of: Loaded, system: System, earlier: Sequence[Shown], found: Iterable[Finding]
) -> list[Problem]:
    """BESKYT-204 for each table and each way that something in it can be worked out."""
    where = _Where(of, system, earlier)
    ways: dict[tuple[str, str, int], list[Finding]] = defaultdict(list)
    for item in found:
        ways[(where.table(item.quantity), item.kind, len(item.by))].append(item)
    problems = []
    for (table, kind, size), items in sorted(ways.items()):
        many = f"{len(items)} tal" if len(items) > 1 else "Et tal"
        with_ = f" ud fra {where.release([item.quantity for item in items])}" if earlier and not size else ""
        fault = f"{table}: {many} kan regnes ud ({KINDS[kind]}){with_}{_who(size)}."
        problems.append(Problem("BESKYT-204", Place(str(of.folder)), fault, _remedy(size)))
    return problems


def coalitions_told(hidden: int, members: int, whose: str) -> str:
    """How many numbers are withheld because some who have cases in them could know the others'."""
    return (
        f"{hidden} tal er skjult, fordi én af de {members} {whose}, eller flere sammen, ellers kunne trække deres egne "
        "sager fra og kende de sidste."
    )


def _who(size: int) -> str:
    if not size:
        return ""
    return (
        ", når én trækker sine egne sager fra"
        if size == 1
        else f", når {size} sammen trækker deres egne sager fra"
    )


def _remedy(size: int) -> str:
    if size:
        return "For få har sager i tallet. Slå det sammen med andre, eller tag tabellen ud."
    return "Skjul mere: vælg en strengere profil, eller tag en opdeling ud."


def flagged(hidden: Hidden, results: Path) -> list[Problem]:
    """BESKYT-211, a note, where a share that is shown is of everybody in a group, or of nobody."""
    if not hidden.flagged:
        return []
    told = ", ".join(hidden.flagged[:_MOST_TOLD])
    more = f" og {len(hidden.flagged) - _MOST_TOLD} til" if len(hidden.flagged) > _MOST_TOLD else ""
    fault = (
        f"{len(hidden.flagged)} viste andele er 0 eller 100 procent og siger det samme om alle: {told}{more}."
    )
    remedy = "Se efter, om gruppen er kendt af læseren; ellers vælg en strengere profil."
    return [Problem("BESKYT-211", Place(str(results)), fault, remedy, Level.NOTE)]


class _Where:
    """In which table a quantity stands, and which earlier releases tell of it."""

    def __init__(self, of: Loaded, system: System, earlier: Sequence[Shown]) -> None:
        self.earlier = earlier
        self.whole = joined(system, earlier)
        self.place = {item.text: index for index, item in enumerate(self.whole.quantities)}
        self.told_by = self.whole.told_by()
        self.tables = _tables(of.edition)

    def table(self, quantity: str) -> str:
        """The first table or figure that shows it, or a sum it is in."""
        for ref in self._refs(quantity):
            if name := self.tables.get(ref.partition("@")[0]):
                return name
        return _NOT_IN_A_TABLE

    def release(self, quantities: Iterable[str]) -> str:
        """What tells of some quantities: the releases, by their titles, or what is shown now."""
        numbers = {
            int(ref.partition("@")[2]) for item in quantities for ref in self._refs(item) if "@" in ref
        }
        if not self.earlier:
            return "det, der vises"
        # Where no one release tells of it, any of them may have a part in it.
        every = enumerate(self.earlier, start=1)
        titles = [f"»{shown.title}«" for number, shown in every if number in numbers or not numbers]
        return f"det, der vises, og det, der er udgivet i {' og '.join(dict.fromkeys(titles))}"

    def _refs(self, quantity: str) -> list[str]:
        """The cells that tell a quantity; of one that no cell tells those of the sums it is in."""
        index = self.place.get(quantity)
        if index is None:
            return []
        if not (own := self.told_by.get(index, ())):
            sums = [(item.whole, *item.parts) for item in self.whole.relations]
            near = {other for item in sums if index in item for other in item}
            own = tuple(unit for other in sorted(near) for unit in self.told_by.get(other, ()))
        return [self.whole.units[unit].ref for unit in own]


def _tables(edition: Edition) -> dict[str, str]:
    """The caption of the first table or figure that each cell stands in."""
    found: dict[str, str] = {}
    for grid in edition.grids:
        for row in grid.rows:
            for place in row.places:
                for ref in place.refs if place else ():
                    found.setdefault(ref, grid_caption(edition, grid))
    for figure in edition.figures:
        for line in figure.rows:
            for ref in (*line.cells.values(), line.total):
                found.setdefault(ref, caption(edition, figure))
    return found
