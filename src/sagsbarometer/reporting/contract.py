"""What reporting is given: one edition of a publication, with everything its pages may show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sagsbarometer.kernel.dates import danish_date
from sagsbarometer.measures.cells import Cell, ResultSet
from sagsbarometer.measures.grid import Grid
from sagsbarometer.measures.measure import Figure, Measure, Text

DRAFT = "KLADDE"

# What a reader must be told about data that are not the real cases; nothing to tell about real ones.
ORIGIN_DA: Mapping[str, str] = {
    "real": "",
    "reconstructed": "Rekonstruerede data: bygget af offentliggjorte tal, ikke de rigtige sager",
    "synthetic": "Opdigtede data: lavet til afprøvning, ikke rigtige sager",
    "training": "Øvelsesdata: besvarelser fra oplæring, ikke en måling",
}

REQUIREMENT_CLASSES: Mapping[str, str] = {
    "legal_defect": "Krav, hvor et brud er en retlig mangel",
    "case_handling_rule": "Sagsbehandlingsregler, som ikke har betydning for afgørelsens rigtighed",
}


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement to a decision. `class_` is `legal_defect` or `case_handling_rule`."""

    class_: str
    label: str
    citations: tuple[str, ...]
    applies: str
    wording: str


@dataclass(frozen=True, slots=True)
class Decision:
    """A principle decision that binds an assessment: its number (`78-15`), what it is about, and who says so."""

    number: str
    about: str
    source: str


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a provision, e.g. `serviceloven/97/age`. `attention`: what is known to be hard about it."""

    id: str
    label: str
    wording: str
    source: str
    decisions: tuple[Decision, ...] = ()
    attention: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edition:
    """One publication: its numbers, what they mean and what must stand on every page.

    A number is pointed to by a key as `measures.cells.ref` writes it; for a total that is the measure alone.
    Raises ValueError for an origin, or a class of requirement, that has no words.
    """

    title: str
    subtitle: str
    source: str  # "Kilde: …"
    language: str
    origin: str  # real, reconstructed, synthetic or training
    data_date: str  # ISO, "" when not stated
    draft: bool  # KLADDE on every page and sheet
    selection: str  # how the cases were picked and what that does to the intervals
    version: str  # of the software
    measures: Mapping[str, Measure]
    figures: tuple[Figure, ...]
    results: ResultSet
    requirements: tuple[Requirement, ...] = ()
    conditions: tuple[Condition, ...] = ()
    grids: tuple[Grid, ...] = ()
    complete: bool = False  # every case is counted: no interval, and nothing to generalise to
    few_cases: int = 0  # a share of fewer cases than this is marked; 0 marks none
    lacking: str = (
        ""  # which cases no table or figure has, because their date is not known; "" where there are none
    )

    def __post_init__(self) -> None:
        if self.origin not in ORIGIN_DA:
            raise ValueError(f"origin: {self.origin}")
        unknown = {item.class_ for item in self.requirements} - set(REQUIREMENT_CLASSES)
        if unknown:
            raise ValueError(f"requirement class: {sorted(unknown)}")

    @property
    def origin_label(self) -> str:
        """What must stand beside these numbers wherever they show; empty for real data."""
        return ORIGIN_DA[self.origin]

    @property
    def mark(self) -> str:
        """Draft and origin in one line for banners, headers and sheets; empty when neither applies."""
        return " · ".join(part for part in (DRAFT if self.draft else "", self.origin_label) if part)

    @property
    def data_day(self) -> str:
        """`20. december 2022`; empty when no data date is stated."""
        return danish_date(date.fromisoformat(self.data_date)) if self.data_date else ""

    @property
    def day_line(self) -> str:
        """`Data pr. 20. december 2022`; empty when no data date is stated."""
        if not self.data_day:
            return ""
        return f"Data{' som registreret' if self.complete else ''} pr. {self.data_day}"

    @property
    def source_line(self) -> str:
        """Source, data date, origin, and which cases are in none of it, as they stand under a table or figure."""
        parts = (
            self.source.rstrip(". "),
            self.day_line,
            self.origin_label,
            self.lacking.rstrip("."),
        )
        return " ".join(f"{part}." for part in parts if part)

    @property
    def about(self) -> tuple[str, ...]:
        """What a reader must know of the numbers, a paragraph each; the same in every format."""
        made = f"Lavet med sagsbarometer {self.version}." if self.version else ""
        return tuple(fact for fact in (self.source_line, self.selection, made) if fact)

    def words(self, text: Text) -> str:
        """`text` in the language of the edition, else in Danish, else nothing."""
        return text.get(self.language) or text.get("da", "")

    def cell(self, ref: str) -> Cell:
        """The number that `ref` points to. Raises KeyError when the results have none."""
        return self.results.at(ref)

    def has_cell(self, ref: str) -> bool:
        """Whether the results have the number that `ref` points to."""
        try:
            self.results.at(ref)
        except KeyError:
            return False
        return True

    def measure(self, ref: str) -> Measure | None:
        """The definition behind the number that `ref` points to, or None."""
        return self.measures.get(ref.partition("|")[0])

    def figure(self, id: str) -> Figure | None:
        """The figure with this id, or None."""
        return next((figure for figure in self.figures if figure.id == id), None)

    def grid(self, id: str) -> Grid | None:
        """The statistical table with this id, or None."""
        return next((grid for grid in self.grids if grid.id == id), None)

    def condition(self, id: str) -> Condition | None:
        """The condition with this id, or None."""
        return next((condition for condition in self.conditions if condition.id == id), None)

    def conditions_of(self, provision: str) -> tuple[Condition, ...]:
        """The conditions of a provision (`barnets_lov/87`) in order; all of them for an empty text."""
        prefix = f"{provision}/" if provision else ""
        return tuple(item for item in self.conditions if item.id.startswith(prefix))
