"""The numbers of a release as quantities and the sums that bind them: what protecting and attacking work on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from sagsbarometer.disclosure.spaces import Set, Spaces

Row = tuple[tuple[str, str], ...]  # grouping and group, sorted

CASES, UNKNOWN, DAYS, REST, DIFFERENCE, LATENT = "cases", "unknown", "days", "rest", "difference", "latent"


@dataclass(frozen=True, slots=True)
class Quantity:
    """One whole number that is not negative: how many cases are in a set, in a row and a period.

    `what` names the set (which family of measures, and which of their outcomes), so that the same cases have the same
    quantity in whichever table they stand. `value` is None where it is not known. `kind`: `cases`; `unknown`, cases
    nobody can place; `days`, a sum of days (`cases` is then of how many); `rest`, what a sum lacks; `difference`,
    between two releases, which may be negative; `latent`, a part that what is shown does not settle (its value is then
    one of those it can have).
    """

    what: str
    row: Row
    period: str
    value: int | None
    kind: str = CASES
    cases: int | None = None
    edition: str = ""  # which release; "" is the one at hand
    structural: bool = False  # a part that no cell shows, but which what is shown adds up to

    @property
    def key(self) -> tuple[str, Row, str, str]:
        """What tells one quantity from another."""
        return (self.what, self.row, self.period, self.edition)

    @property
    def text(self) -> str:
        """The key for a reader: `decided_on|outcome=remitted|law_area=serviceloven|2024`."""
        row = ";".join(f"{grouping}={group}" for grouping, group in self.row)
        return "|".join((self.what, row, self.period, self.edition)).rstrip("|")


@dataclass(frozen=True, slots=True)
class Printing:
    """How the numbers of a release are shown, for who knows its profile. `rounding`: what counts are rounded to, 0
    where they are not. `least`: where they are, what is shown is at least so much, or nought where `nought` can be
    shown; of cases nobody can place where such are withheld when they are few (`unknown`)."""

    rounding: int = 0
    least: int = 0
    nought: bool = True
    unknown: bool = True


@dataclass(frozen=True, slots=True)
class Unit:
    """What is shown or withheld as one: a cell, with the quantities it tells.

    `main` is the one that is printed, None where that is no count (a median). `fixed`: it is out already, in an earlier
    release, and cannot be withheld. `hidden`: it was withheld before it came here.
    """

    ref: str
    tells: tuple[int, ...]  # places in `System.quantities`
    main: int | None
    weight: float = 1.0
    row: Row = ()
    review: bool = False  # of a study in which cases were read
    fixed: bool = False
    hidden: bool = False
    edition: str = ""
    uniform: bool = False  # all in its group are a yes, or none is
    # What it tells only as sums and differences of numbers that are printed: where those are rounded, these are not.
    loose: tuple[int, ...] = ()
    printing: Printing | None = None  # how it was shown, where that is not how what is at hand is


@dataclass(frozen=True, slots=True)
class Relation:
    """A sum that always holds: `whole` is all of `parts` together. `kind` says how it was found."""

    whole: int
    parts: tuple[int, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class System:
    """Every quantity of a linked set of tables, the cells that tell them, and the sums that bind them.

    `found` counts the relations by kind, and under `not_…` those that could be expected and do not hold in the numbers.
    """

    quantities: tuple[Quantity, ...]
    units: tuple[Unit, ...]
    relations: tuple[Relation, ...]
    data_date: str = ""
    found: Mapping[str, int] = field(default_factory=dict)
    parents: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hints: tuple[
        tuple[str, tuple[str, ...]], ...
    ] = ()  # refs: a whole and its parts, as figures and tables show them
    rounding: int = 0  # what its shown counts were rounded to before they came here
    direct: int = 0  # so many of the quantities, the first, are told by cells
    parts: tuple[tuple[int, tuple[int, ...]], ...] = ()  # the base of a cell and its parts
    sets: Mapping[str, Set] = field(default_factory=dict)  # by `what`
    spaces: Spaces = field(default_factory=Spaces)  # what the names of sets can be together
    printing: Printing | None = None  # how its numbers are shown; None where those are the true ones
    # By key, of a quantity without a value: what an earlier, rounded number says of it.
    between: Mapping[tuple[str, Row, str, str], tuple[float, float]] = field(default_factory=dict)

    def told_by(self) -> Mapping[int, tuple[int, ...]]:
        """Per quantity the units that tell it."""
        found: dict[int, list[int]] = defaultdict(list)
        for index, unit in enumerate(self.units):
            for quantity in unit.tells:
                found[quantity].append(index)
        return {quantity: tuple(units) for quantity, units in found.items()}


@dataclass(frozen=True, slots=True)
class Shown:
    """An earlier release as it was shown: what the attacker has already."""

    title: str
    system: System


@dataclass(frozen=True, slots=True)
class Guard:
    """How far from its true number a quantity must be able to lie: so far `down` and so far `up`."""

    down: int
    up: int

    @property
    def width(self) -> int:
        """How wide the interval must at least be."""
        return self.down + self.up


@dataclass(frozen=True, slots=True)
class Hidden:
    """What is withheld. `refs` is all that may be published of it; which of them are `primary` helps an attacker.

    `flagged`: shares of 0 and 100 percent that are shown. `failed`: quantities (as text) that cannot be protected by
    withholding more, because what gives them away is out already.
    """

    refs: frozenset[str]
    primary: frozenset[str] = frozenset()
    flagged: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    guards: Mapping[int, Guard] = field(default_factory=dict)  # by place in the system's quantities

    @property
    def secondary(self) -> frozenset[str]:
        """Those withheld for others' sake."""
        return self.refs - self.primary
