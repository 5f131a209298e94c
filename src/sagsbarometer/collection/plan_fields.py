"""What the plan of a study holds: one model a step, each field with its words for the screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from sagsbarometer.collection.plan_values import Day, Number, Percent, Text, Whole
from sagsbarometer.datafiles.validated import Strict
from sagsbarometer.kernel.said import all_said, said

LETTERS = ("notice", "call_in", "reminder", "replacement", "thanks", "pre_release")


@dataclass(frozen=True, slots=True)
class Ask:
    """How a field is asked for, in words that can be said in both languages. `missing`: what is said while it is empty;
    "" where it may be. `as_`: text, area, day, whole, number, yes, one of or several of `choices` (a field with other
    choices gets them from its page). `empty`: what is used where nothing is written."""

    label: str
    help: str = ""
    missing: str = ""
    as_: str = "text"
    choices: tuple[tuple[str, str], ...] = ()
    amend: bool = False  # may be changed after the launch, with a reason
    empty: str = ""

    def __post_init__(self) -> None:
        for name in ("label", "help", "missing", "empty"):
            object.__setattr__(self, name, said(getattr(self, name)))
        object.__setattr__(self, "choices", tuple((code, said(label)) for code, label in self.choices))


class Stratum(Strict):
    """A kind of case that is counted by itself: its id and what it is called."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    label: Text


class FrameAuthority(Strict):
    """An authority of the frame: its address for letters, its tile, and how many cases it has of each kind."""

    code: Annotated[str, Field(pattern=r"^[0-9A-Za-z]{1,4}$")]
    name: Text
    email: Text = ""
    short: Text = ""
    column: Annotated[int, Field(ge=0, lt=20)] | None = None
    row: Annotated[int, Field(ge=0, lt=60)] | None = None
    sizes: dict[str, Whole] = {}


class Commission(Strict):
    """Who asked for it, who pays, what is delivered and when."""

    asked_by: Annotated[
        Text, Ask("Hvem har bedt om undersøgelsen?", missing="Skriv, hvem der har bedt om den.")
    ] = ""
    funding: Annotated[
        Text, Ask("Hvem betaler?", "Fx bevilling og kontonummer på finansloven.", "Skriv, hvem der betaler.")
    ] = ""
    deliverable: Annotated[
        Text,
        Ask(
            "Hvad skal afleveres?",
            "Fx en rapport og tal på nettet.",
            "Skriv, hvad der skal afleveres.",
            "area",
            amend=True,
        ),
    ] = ""
    due: Annotated[Day, Ask("Hvornår?", "", "Skriv, hvornår det skal afleveres.", "day", amend=True)] = ""


class Law(Strict):
    """The provision that is measured and its conditions."""

    provision: Annotated[Text, Ask("Bestemmelse", "En bestemmelse i lovens data.", as_="one")] = ""
    conditions: Annotated[
        tuple[str, ...], Ask("Betingelser", "De betingelser, sagerne læses efter.", "", "several")
    ] = ()
    none: Annotated[
        bool, Ask("Undersøgelsen er ikke om én bestemmelse", "Fx en kvalitetsmåling på tværs.", as_="yes")
    ] = False


class Population(Strict):
    """Which cases the figures are about, and who has them."""

    described: Annotated[
        Text,
        Ask(
            "Hvilke sager handler tallene om?",
            "Fx alle afgørelser om ledsagelse i perioden.",
            "Beskriv de sager, tallene skal handle om.",
            "area",
        ),
    ] = ""
    source: Annotated[
        Text, Ask("Hvor kommer antallet af sager fra?", "", "Skriv, hvor antallene i rammen kommer fra.")
    ] = ""
    strata: tuple[Stratum, ...] = ()
    authorities: tuple[FrameAuthority, ...] = ()


class Sample(Strict):
    """How many cases, from where, and how they are picked."""

    method: Annotated[
        Literal["stratified", "newest_first", "chosen_authorities"],
        Ask(
            "Hvordan vælges sagerne?",
            as_="one",
            choices=(
                ("stratified", "Trækkes ved lod hos hver myndighed"),
                ("newest_first", "De nyeste hos hver myndighed"),
                ("chosen_authorities", "Hos myndigheder, der er udvalgt"),
            ),
        ),
    ] = "stratified"
    remark: Annotated[
        Text, Ask("Hvis ikke ved lod: hvordan er de valgt?", "Forbeholdet følger alle tal.", as_="area")
    ] = ""
    target: Annotated[
        Literal["margin", "cases", "each"],
        Ask(
            "Hvad bestemmer antallet?",
            as_="one",
            choices=(
                ("margin", "Hvor præcist tallet skal være"),
                ("cases", "Et antal sager i alt"),
                ("each", "Et antal sager fra hver myndighed"),
            ),
        ),
    ] = "margin"
    margin: Annotated[
        Percent | None,
        Ask("Usikkerhed, procentpoint", "5 betyder plus eller minus 5 procentpoint.", as_="number"),
    ] = Decimal(5)
    share: Annotated[Percent, Ask("Ventet andel, procent", "50 er det forsigtige valg.", as_="number")] = (
        Decimal(50)
    )
    level: Annotated[Percent, Ask("Sikkerhed, procent", as_="number")] = Decimal(95)
    cases: Annotated[Whole | None, Ask("Sager i alt", as_="whole")] = None
    each: Annotated[Whole | None, Ask("Sager fra hver myndighed", as_="whole")] = None
    usable: Annotated[
        Percent,
        Ask("Hvor mange kan bruges, procent", "Resten ventes at udgå; der kaldes flere ind.", as_="number"),
    ] = Decimal(100)
    allocation: Annotated[
        Literal["proportional", "square_root", "equal"],
        Ask(
            "Hvordan deles sagerne mellem myndigheder?",
            as_="one",
            choices=(
                ("proportional", "Efter antal sager"),
                ("square_root", "Efter kvadratroden: små får flere"),
                ("equal", "Lige mange"),
            ),
        ),
    ] = "proportional"
    even: Annotated[bool, Ask("Lige mange af hver slags sag", as_="yes")] = False
    minimum: Annotated[Whole, Ask("Mindst fra hver", as_="whole")] = 0
    maximum: Annotated[Whole | None, Ask("Højst fra hver", as_="whole")] = None
    reserve: Annotated[
        Annotated[Number, Field(ge=0, le=300)],
        Ask("Reserver, procent", "Sager i rækkefølge til at afløse dem, der udgår.", as_="number"),
    ] = Decimal(20)
    seed: Annotated[
        Text, Ask("Frø til lodtrækningen", "Med det kan alle gentage lodtrækningen.", "Skriv et frø.")
    ] = ""


class Criteria(Strict):
    """Which cases may come in."""

    from_: Annotated[
        Day, Ask("Afgjort fra", "", "Skriv den første dag, en afgørelse kan være fra.", "day")
    ] = ""
    to: Annotated[
        Day,
        Ask(
            "Afgjort til", "Begge dage tæller med.", "Skriv den sidste dag, en afgørelse kan være fra.", "day"
        ),
    ] = ""
    not_appealed: Annotated[bool, Ask("Kun sager, ingen har klaget over", as_="yes")] = True
    appeal_weeks: Annotated[
        Annotated[int, Field(ge=0, le=520)] | None,
        Ask("Klagefrist, uger", "Sager kaldes først ind, når fristen er udløbet.", as_="whole"),
    ] = 4
    documented: Annotated[
        bool,
        Ask(
            "Afgørelsen er skriftlig, eller en mundtlig er noteret i sagen",
            "",
            "Tag stilling til, om afgørelsen skal være skriftlig eller noteret.",
            "yes",
        ),
    ] = False
    neither_is_finding: Annotated[
        bool,
        Ask(
            "En sag uden nogen af delene er i sig selv et fund",
            "Den tælles og nævnes i rapporten. Den forsvinder ikke.",
            "Tag stilling til sager uden afgørelse: de er i sig selv et fund.",
            "yes",
        ),
    ] = False
    other: Annotated[Text, Ask("Andre krav", as_="area")] = ""
    note: Annotated[Text, Ask("Bemærkning til dem, der sorterer", as_="area", amend=True)] = ""


def _letter(label: str) -> Ask:
    """The text of a letter: the one shipped, until somebody writes another."""
    return Ask(label, "Tomt: standardteksten bruges.", as_="area", amend=True, empty="Standardteksten bruges")


class LetterPlan(Strict):
    """Who writes, and texts that differ from those shipped."""

    sender: Annotated[
        Text, Ask("Afsender", "Myndighedens navn, som det står i brevet.", "Skriv afsenderen.", amend=True)
    ] = ""
    contact: Annotated[
        Text, Ask("Hvem kan kommunen ringe til?", "", "Skriv navn på den, kommunerne kan spørge.", amend=True)
    ] = ""
    phone: Annotated[Text, Ask("Telefon", amend=True)] = ""
    email: Annotated[Text, Ask("E-mail", "", "Skriv den e-mail, kommunerne kan svare på.", amend=True)] = ""
    basis: Annotated[
        Text,
        Ask(
            "Hjemmel til at indkalde sager",
            "Den bestemmelse, brevet henviser til.",
            "Skriv hjemlen til at indkalde sagerne.",
            amend=True,
        ),
    ] = ""
    place: Annotated[
        Text, Ask("Sted", "Står over brevet foran datoen. Tomt: kun datoen.", amend=True, empty="Kun datoen")
    ] = ""
    notice: Annotated[Text, _letter("Varsling")] = ""
    call_in: Annotated[Text, _letter("Indkaldelse")] = ""
    reminder: Annotated[Text, _letter("Påmindelse")] = ""
    replacement: Annotated[Text, _letter("Erstatningssag")] = ""
    thanks: Annotated[Text, _letter("Tak")] = ""
    pre_release: Annotated[Text, _letter("Før offentliggørelsen")] = ""


class CalendarPlan(Strict):
    """When what happens."""

    notice_on: Annotated[
        Day, Ask("Varsling sendes", "", "Skriv, hvornår kommunerne varsles.", "day", amend=True)
    ] = ""
    call_in_on: Annotated[
        Day, Ask("Indkaldelse sendes", "", "Skriv, hvornår sagerne kaldes ind.", "day", amend=True)
    ] = ""
    deadline_count: Annotated[
        Annotated[int, Field(ge=1, le=365)], Ask("Frist til at aflevere, antal", as_="whole", amend=True)
    ] = 4
    deadline_unit: Annotated[
        Literal["weeks", "days", "working_days", "months"],
        Ask(
            "Fristen regnes i",
            as_="one",
            choices=(
                ("weeks", "uger"),
                ("days", "dage"),
                ("working_days", "arbejdsdage"),
                ("months", "måneder"),
            ),
            amend=True,
        ),
    ] = "weeks"
    calendar: Annotated[
        Literal["closing", "public"],
        Ask(
            "Dage, en frist ikke ender på",
            as_="one",
            choices=(("closing", "Weekend, helligdage og lukkedage"), ("public", "Weekend og helligdage")),
            amend=True,
        ),
    ] = "closing"
    remind_before: Annotated[
        Annotated[int, Field(ge=0, le=60)],
        Ask("Påmindelse, arbejdsdage før fristen", "0: ingen påmindelse før.", as_="whole", amend=True),
    ] = 5
    remind_after: Annotated[
        Annotated[int, Field(ge=0, le=60)],
        Ask("Påmindelse, arbejdsdage efter fristen", "0: ingen påmindelse efter.", as_="whole", amend=True),
    ] = 2
    review_from: Annotated[
        Day, Ask("Læsningen begynder", "", "Skriv, hvornår læsningen begynder.", "day", amend=True)
    ] = ""
    review_to: Annotated[
        Day, Ask("Læsningen slutter", "", "Skriv, hvornår læsningen slutter.", "day", amend=True)
    ] = ""
    release_on: Annotated[
        Day, Ask("Offentliggøres", "", "Skriv, hvornår tallene offentliggøres.", "day", amend=True)
    ] = ""


class ReviewPlan(Strict):
    """Who reads, how much, and how agreement is looked after."""

    readers: Annotated[
        Whole, Ask("Hvor mange læser?", "", "Skriv, hvor mange jurister der læser.", "whole", amend=True)
    ] = 0
    per_week: Annotated[
        Whole,
        Ask(
            "Sager pr. læser pr. uge",
            "",
            "Skriv, hvor mange sager en læser når på en uge.",
            "whole",
            amend=True,
        ),
    ] = 0
    double: Annotated[
        Annotated[Number, Field(ge=0, le=100)],
        Ask(
            "Læses af to, procent", "Trækkes ved lod, uanset hvad den første fandt.", as_="number", amend=True
        ),
    ] = Decimal(10)
    tvivl: Annotated[Text, Ask("Hvem afgør tvivl?", "", "Skriv, hvem der afgør tvivl.", amend=True)] = ""
    training: Annotated[
        Text,
        Ask(
            "Hvordan lærer læserne skemaet?",
            "Fx ti prøvesager læst af alle, som ikke tæller med.",
            "",
            "area",
            amend=True,
        ),
    ] = ""


class FiguresPlan(Strict):
    """Which figures are made, and what they may be used for."""

    figures: Annotated[
        tuple[str, ...], Ask("Figurer", "", "Vælg mindst én figur.", "several", amend=True)
    ] = ()
    use: Annotated[
        Text,
        Ask(
            "Hvad må tallene bruges til?",
            "Og hvad må de ikke? Fx ikke til at sammenligne kommuner.",
            "Skriv, hvad tallene må bruges til.",
            "area",
            amend=True,
        ),
    ] = ""


class StudyPlan(Strict):
    """All of it."""

    commission: Commission = Commission()
    provision: Law = Law()
    population: Population = Population()
    sample: Sample = Sample()
    criteria: Criteria = Criteria()
    letters: LetterPlan = LetterPlan()
    calendar: CalendarPlan = CalendarPlan()
    review: ReviewPlan = ReviewPlan()
    figures: FiguresPlan = FiguresPlan()


STEPS = all_said(
    {
        "commission": "Opdrag",
        "provision": "Bestemmelse og betingelser",
        "population": "Population og ramme",
        "sample": "Stikprøve",
        "criteria": "Kriterier",
        "letters": "Breve",
        "calendar": "Kalender",
        "review": "Læsning",
        "figures": "Figurer",
    }
)


def asks(step: str) -> dict[str, Ask]:
    """The fields of a step that are asked for, with their words, in order. Raises KeyError for a step that is none."""
    model = StudyPlan.model_fields[step].annotation
    assert isinstance(model, type)
    assert issubclass(model, Strict)
    return {
        name: ask
        for name, info in model.model_fields.items()
        for ask in info.metadata
        if isinstance(ask, Ask)
    }


def words(ask: Ask, value: object, labels: Mapping[str, str] | None = None) -> str:
    """A value as a reader expects it; what is used instead where there is none, or "". `labels`: what choices that the
    plan does not know itself are called, by id."""
    if isinstance(value, bool):
        return said("Ja") if value else said("Nej")
    known = {**dict(ask.choices), **(labels or {})}
    if value is None or value in ((), [], ""):
        return ask.empty
    if isinstance(value, tuple | list):
        return "\n".join(str(known.get(str(item), item)) for item in value)
    if ask.as_ == "day":
        return said("{day}", day=date.fromisoformat(str(value)))
    if isinstance(value, Decimal):
        return f"{value.normalize():f}".replace(".", ",")
    return known.get(str(value), str(value))
