"""The report of authorities beside the funnel limits: what may be read out of it, and what may not."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from math import sqrt

from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.funnel import SURE, WINSORISED, Dispersion
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
from sagsbarometer.reporting.numbers import amount, danish
from sagsbarometer.reporting.pages.authorities import Authorities, authority_table
from sagsbarometer.reporting.pages.authorities_figures import FUNNEL, TILES
from sagsbarometer.reporting.pages.differences import p_words
from sagsbarometer.reporting.tables.lists import definition_tables


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
    if of.alike:
        return f"{many} har alle samme procent: {_all_or_none(of)} tæller i den, så der er ingen udsving at vurdere."
    if spread.groups < 2:
        return "Der er for få med sager nok til at se, om de svinger mere, end tilfældet alene gør."
    told = (
        f"φ = {_number(spread.phi)}; χ² = {_number(spread.chi_square)} med {danish(spread.freedom)} frihedsgrader, "
        f"{p_words(spread.p_value)}"
    )
    if not spread.wider and spread.p_value < SURE and spread.phi <= 1:
        return (
            f"{many} svinger tilsammen mere, end tilfældet alene gør ({told}). Men φ, hvor de yderste er trukket ind, "
            "er ikke over 1, så grænserne er ikke udvidet: De skal også kunne finde nogle få, der ligger langt ude. At "
            "ligge uden for kan derfor også skyldes, at alle er lidt forskellige."
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
        cases = "sag" if of.without == 1 else "sager"
        first += f" {danish(of.without)} {cases}, hvor {_the(of.one)} ikke er oplyst, er ikke med."
    second = (
        f"{danish(len(judged) - len(beyond) - between)} ligger inden for de indre {kind} grænser, "
        f"{danish(between)} mellem de indre og de ydre, og {danish(len(beyond))} uden for de ydre{names}."
    )
    return first, second


def _the(one: str) -> str:
    return {"kontor": "kontoret", "gruppe": "gruppen", "region": "regionen"}.get(one, f"{one}en")


def _reading(of: Authorities) -> Box:
    judged = sum(item.limits is not None for item in of.funnel.groups)
    # Half up to one decimal is never less than a twentieth.
    by_chance = round_half_up(Decimal(judged) / 20, 1).normalize() + 0
    chance = (
        f"Havde alle {of.many} samme underliggende procent, den i midten, ville hver have højst 5 procents chance for "
        "at ligge uden for de indre grænser og højst 0,2 procents for at ligge uden for de ydre; med få sager er "
        f"chancen mindre. Af {danish(judged)} ville altså i gennemsnit højst {danish(by_chance)} ligge uden for de "
        "indre uden anden grund end tilfældet."
    )
    if of.alike:
        chance = (
            f"Her er der intet at vise: {_all_or_none(of).capitalize()} tæller i procenten, så grænserne falder sammen "
            "med midten."
        )
    items = (
        ("Grænserne viser tilfældet. ", chance),
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


def _all_or_none(of: Authorities) -> str:
    return "alle sager" if of.funnel.successes else "ingen sager"


def _possessive(one: str) -> str:
    return f"{_the(one)}s"


def _method(of: Authorities) -> tuple[Block, ...]:
    return tuple(
        Paragraph(_words(words))
        for words in (
            "Eksakte grænser: Tag en binomialfordeling med n sager og procenten af alle. Et antal ligger under "
            "grænsen, når under 2,5 procent (indre) eller 0,1 procent (ydre) af fordelingen ligger ved antallet eller "
            "lavere, og over grænsen, når det samme gælder ved antallet eller højere. Antal er hele, så grænsen lægges "
            "mellem to af dem efter, hvor meget af fordelingen der mangler.",
            "Udvidede grænser: φ er gennemsnittet af de kvadrerede standardiserede afvigelser z = (antal − nP) / "
            f"√(nP(1 − P)), efter at de {WINSORISED} procent laveste og de {WINSORISED} procent højeste z er sat til "
            "den næste. Er φ over 1, og siger χ²-testen (før de yderste sættes ind) det samme med p under 0,05, "
            "ganges afstanden fra midten med √φ. Ved tilfældet alene er φ i gennemsnit omkring 0,68, ikke 1, fordi de "
            "yderste er trukket ind (med mange grupper, der hver har mange sager). Grænserne udvides altså først, når "
            "udsvingene er tydeligt større end tilfældets.",
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
