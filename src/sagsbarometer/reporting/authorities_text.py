"""The report of authorities beside the funnel limits: what may be read out of it, and what may not."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from math import sqrt

from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.funnel import SURE, WINSORISED, Dispersion
from sagsbarometer.reporting.authorities import Authorities, authority_table
from sagsbarometer.reporting.authorities_figures import FUNNEL, TILES
from sagsbarometer.reporting.differences import p_words
from sagsbarometer.reporting.document import (
    Block,
    Box,
    Bullets,
    Document,
    FigureBlock,
    Heading,
    Inlines,
    Paragraph,
    Strong,
    Text,
)
from sagsbarometer.reporting.lists import definition_tables
from sagsbarometer.reporting.numbers import amount, danish


def authority_document(of: Authorities, file: str = "index") -> Document:
    """The report: what the limits say, the figures, the table, the definition."""
    shown = (
        Heading(1, _words("Figurer"), "figurer"),
        FigureBlock(FUNNEL, "figur-1"),
        *((FigureBlock(TILES, "figur-2"),) if of.tiles else ()),
    )
    blocks: tuple[Block, ...] = (
        *(Paragraph(_words(line)) for line in said_words(of)),
        _reading(of),
        *shown,
        Heading(1, _words("Tabel"), "tabel"),
        replace(authority_table(of), anchor="tabel-1"),
        Heading(1, _words("Definition"), "definition"),
        *(replace(table, anchor="tabel-definition") for table in definition_tables(of.edition)),
        Heading(1, _words("Sådan er grænserne regnet"), "metode"),
        *_method(of),
    )
    return Document(of.heading, "", file, blocks, (), sheet=True)


def dispersion_words(of: Authorities) -> str:
    """Whether the authorities vary more than chance makes them, and what that does to the limits."""
    spread = of.funnel.dispersion
    many = of.many.capitalize()
    if spread.groups < 2 or not spread.freedom or not spread.chi_square:
        return "Der er for få med sager nok til at se, om de svinger mere, end tilfældet alene gør."
    told = (
        f"φ = {_number(spread.phi)}; χ² = {_number(spread.chi_square)} med {danish(spread.freedom)} frihedsgrader, "
        f"{p_words(spread.p_value)}"
    )
    if not spread.wider and spread.p_value < SURE and spread.phi <= 1:
        return (
            f"Nogle få ligger langt ude, men de øvrige svinger ikke mere, end tilfældet alene gør ({told}). Grænserne "
            "er ikke udvidet."
        )
    if not spread.wider:
        return f"{many} svinger ikke påviseligt mere, end tilfældet alene gør ({told}). Grænserne er ikke udvidet."
    return (
        f"{many} svinger mere, end tilfældet alene gør ({told}): Noget, der ikke er målt her, er forskelligt fra den "
        "ene til den anden, for eksempel hvad sagerne handler om. Derfor er der også udvidede grænser, som ligger "
        f"{_number(_root(spread))} gange så langt fra midten som de eksakte. Figurerne bruger dem."
    )


def said_words(of: Authorities) -> tuple[str, str]:
    """How many authorities and cases there are, and how many authorities lie where; those beyond by name."""
    judged = [item for item in of.funnel.groups if item.limits is not None]
    beyond = [item for item in judged if abs(item.wide or 0) > 1]
    between = sum(abs(item.wide or 0) == 1 for item in judged)
    kind = "udvidede" if of.funnel.dispersion.wider else "eksakte"
    names = f": {', '.join(of.name(item.group.id) for item in beyond)}" if beyond else ""
    few = len(of.funnel.groups) - len(judged)
    first = (
        f"Af {danish(of.funnel.trials)} sager tæller {danish(of.funnel.successes)} i procenten: {amount(of.all)}. "
        f"De er fordelt på {danish(len(of.funnel.groups))} {of.many}."
    )
    if few:
        first += f" {danish(few)} har under {of.fewest} sager og er ikke vurderet."
    if of.without:
        first += f" {danish(of.without)} sager, hvor {_the(of.one)} ikke er oplyst, er ikke med."
    second = (
        f"{danish(len(judged) - len(beyond) - between)} ligger inden for de indre {kind} grænser, "
        f"{danish(between)} mellem de indre og de ydre, og {danish(len(beyond))} uden for de ydre{names}."
    )
    return first, second


def _the(one: str) -> str:
    return {"kontor": "kontoret", "gruppe": "gruppen", "region": "regionen"}.get(one, f"{one}en")


def _reading(of: Authorities) -> Box:
    judged = sum(item.limits is not None for item in of.funnel.groups)
    by_chance = round_half_up(Decimal(judged) / 20)
    items = (
        (
            "Grænserne viser tilfældet. ",
            f"Havde alle {of.many} samme underliggende procent, ville omkring 95 af 100 ligge inden for de indre "
            f"grænser og 998 af 1.000 inden for de ydre. Af {danish(judged)} ville omkring {danish(by_chance)} altså "
            "ligge uden for de indre uden anden grund end tilfældet.",
        ),
        (
            "Sagerne er dem, der blev klaget over. ",
            f"De er ikke et billede af alle {_possessive(of.one)} afgørelser: Hvem der klager, og over hvad, er "
            "forskelligt fra sted til sted.",
        ),
        (
            "At ligge uden for er en grund til at se efter, ikke en dom. ",
            "Forklaringen kan være sagernes art, registreringen, tilfældet eller afgørelserne. At ligge inden for er "
            "heller ikke en frikendelse: Med få sager er grænserne vide.",
        ),
        (
            "Her er ingen rangfølge. ",
            f"{of.many.capitalize()} står efter navn eller kode. To, der begge ligger inden for, kan ikke ordnes efter "
            "deres procent.",
        ),
    )
    bullets = Bullets(
        tuple((Paragraph((Strong((Text(strong),)), Text(rest))),) for strong, rest in items), ordered=False
    )
    return Box(_words("Sådan læses det"), (bullets, Paragraph(_words(dispersion_words(of)))))


def _possessive(one: str) -> str:
    return f"{_the(one)}s"


def _method(of: Authorities) -> tuple[Block, ...]:
    return tuple(
        Paragraph(_words(words))
        for words in (
            "Eksakte grænser: Med n sager og procenten af alle som den underliggende er grænsen det antal, som "
            "højst 2,5 procent (indre) eller 0,1 procent (ydre) af en binomialfordeling ligger under, og "
            "tilsvarende over. Antal er hele, så grænsen lægges mellem to af dem efter, hvor meget af fordelingen "
            "der mangler.",
            "Udvidede grænser: φ er gennemsnittet af de kvadrerede standardiserede afvigelser z = (antal − nP) / "
            f"√(nP(1 − P)), efter at de {WINSORISED} procent laveste og de {WINSORISED} procent højeste z er sat til "
            "den næste. Er φ over 1, og siger χ²-testen (før de yderste sættes ind) det samme med p under 0,05, "
            "ganges afstanden fra midten med √φ.",
            f"{of.many.capitalize()} med under {of.fewest} sager tæller med i midten, men ikke i φ.",
            "Kilde: Spiegelhalter, Funnel plots for comparing institutional performance, Statistics in Medicine 24 "
            "(2005), side 1185-1202. Den øvre grænse er her spejlet af den nedre, og begge betingelser for at "
            "udvide er vores.",
        )
    )


def _root(spread: Dispersion) -> Decimal:
    return Decimal(repr(sqrt(spread.phi)))


def _number(value: Decimal) -> str:
    return danish(round_half_up(value, 2 if value < 100 else 0))


def _words(text: str) -> Inlines:
    return (Text(text),)
