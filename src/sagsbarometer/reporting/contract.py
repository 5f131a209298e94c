"""What reporting is given: one edition of a publication, with everything its pages may show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sagsbarometer.forms.asked import Asked
from sagsbarometer.measures.cells import Cell, ResultSet
from sagsbarometer.measures.given import Given
from sagsbarometer.measures.grid import Grid
from sagsbarometer.measures.measure import Figure, Measure, Text
from sagsbarometer.reporting.words import day_words, say

DRAFT = say("da", "draft")

# What a reader must be told about data that are not the real cases; nothing to tell about real ones.
ORIGIN_DA: Mapping[str, str] = {
    origin: say("da", f"origin.{origin}") for origin in ("real", "reconstructed", "synthetic", "training")
}

REQUIREMENT_CLASSES = ("legal_defect", "case_handling_rule")


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


def source_of(name: str, language: str) -> str:
    """Who the numbers come from, as it stands under them: `Kilde: …`."""
    return f"{say(language, 'source.mark')}{name}"


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an edition is on its way to the public: a draft; approved, and under embargo to an hour; published.

    Raises ValueError for another stage, or for an embargo without an hour.
    """

    stage: str = "draft"  # draft, embargo or published
    release: str = ""  # the id of the release it belongs to, "" for a draft
    hour: str = ""  # Danish time as ISO, `2027-03-01T08:00`; "" for a draft

    def __post_init__(self) -> None:
        if self.stage not in ("draft", "embargo", "published"):
            raise ValueError(f"stage: {self.stage}")
        if self.stage == "embargo" and not self.hour:
            raise ValueError("an embargo ends at some hour")

    def mark(self, language: str = "da") -> str:
        """What must stand on every page and sheet; empty for what is published."""
        if self.stage == "draft":
            return say(language, "draft")
        if self.stage == "embargo":
            return say(language, "standing.embargo", moment=self.moment(language))
        return ""

    def told(self, language: str = "da") -> str:
        """The standing in words, of what is published too: `Offentliggjort 1. marts 2027 kl. 8.00`."""
        published = say(language, "standing.published", moment=self.moment(language))
        return self.mark(language) or (published if self.hour else say(language, "standing.final"))

    def moment(self, language: str = "da") -> str:
        """`1. marts 2027 kl. 8.00`, in English `1 March 2027 at 8.00`; empty without an hour."""
        if not self.hour:
            return ""
        at = datetime.fromisoformat(self.hour)
        return say(language, "standing.moment", day=day_words(language, at), hour=f"{at.hour}.{at.minute:02}")


@dataclass(frozen=True, slots=True)
class Fact:
    """A number of a page that is no cell of the results: a median of a curve, a coefficient, a month of a scenario. As
    it is printed, and what must be known of it, in words of the edition's language; empty where there is nothing."""

    number: str
    title: str  # what it is
    group: str = ""  # of which cases
    counted: str = ""
    base: str = ""
    unknown: str = ""
    interval: str = ""  # with its method, or why there is none
    generalisable: str = ""
    made: str = ""  # the estimator
    formula: str = ""
    source: str = ""  # of the formula


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
    standing: Standing  # what is no release yet is marked on every page and sheet
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
    asked: tuple[Asked, ...] = ()  # what the form lets answers be: which of them can meet
    given: tuple[Given, ...] = ()  # tables from elsewhere, which no number of ours is counted with
    own: bool = False  # the numbers are one municipality's own, and meant for it alone
    before: Edition | None = None  # the round before, whose numbers stand beside these
    facts: Mapping[str, Fact] = field(
        default_factory=dict
    )  # numbers that are no cells, by what addresses them

    def __post_init__(self) -> None:
        if self.origin not in ORIGIN_DA:
            raise ValueError(f"origin: {self.origin}")
        unknown = {item.class_ for item in self.requirements} - set(REQUIREMENT_CLASSES)
        if unknown:
            raise ValueError(f"requirement class: {sorted(unknown)}")

    @property
    def origin_label(self) -> str:
        """What must stand beside these numbers wherever they show; empty for real data."""
        return say(self.language, f"origin.{self.origin}")

    @property
    def publisher(self) -> str:
        """Who the numbers come from, without the word before it."""
        return self.source.removeprefix(say(self.language, "source.mark"))

    @property
    def status(self) -> str:
        """`KLADDE`, or the hour to which the edition is under embargo; empty when it is published."""
        return self.standing.mark(self.language)

    @property
    def mark(self) -> str:
        """Status and origin in one line for banners, headers and sheets; empty when neither applies."""
        return " · ".join(part for part in (self.status, self.origin_label) if part)

    @property
    def data_day(self) -> str:
        """`20. december 2022`; empty when no data date is stated."""
        return day_words(self.language, date.fromisoformat(self.data_date)) if self.data_date else ""

    @property
    def day_line(self) -> str:
        """`Data pr. 20. december 2022`; empty when no data date is stated."""
        if not self.data_day:
            return ""
        key = "data.registered_as_of" if self.complete else "data.as_of"
        return say(self.language, key, day=self.data_day)

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
        made = say(self.language, "made_with", version=self.version) if self.version else ""
        return tuple(fact for fact in (self.source_line, self.selection, made) if fact)

    def words(self, text: Text) -> str:
        """`text` in the language of the edition, else in Danish, else nothing."""
        return text.get(self.language) or text.get("da", "")

    def in_danish(self, text: Text | str) -> bool:
        """Whether `text` stands in Danish although the edition does not: a name nobody has translated, a source."""
        told = text if isinstance(text, str) else "" if text.get(self.language) else text.get("da", "")
        return self.language != "da" and any(letter.isalpha() for letter in told)

    def why_not(self, cell: Cell) -> str:
        """Why a number may not be generalised; a cell has it in Danish, a figure that says the same may have more."""
        told = (
            item.why_not for item in self.figures if cell.why_not and cell.why_not in item.why_not.values()
        )
        if (found := next((self.words(text) for text in told), "")) or self.language == "da":
            return found or cell.why_not
        return say(self.language, "complete.why_not") if self.complete else ""

    def of(self, before: bool) -> Edition:
        """This round, or the one before. Raises KeyError where there is none before."""
        if before and self.before is None:
            raise KeyError("before")
        return self.before if before and self.before is not None else self

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

    def given_table(self, id: str) -> Given | None:
        """The table from elsewhere with this id, or None."""
        return next((given for given in self.given if given.id == id), None)

    def condition(self, id: str) -> Condition | None:
        """The condition with this id, or None."""
        return next((condition for condition in self.conditions if condition.id == id), None)

    def conditions_of(self, provision: str) -> tuple[Condition, ...]:
        """The conditions of a provision (`barnets_lov/87`) in order; all of them for an empty text."""
        prefix = f"{provision}/" if provision else ""
        return tuple(item for item in self.conditions if item.id.startswith(prefix))
