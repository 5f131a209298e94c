"""The report of authorities beside the funnel limits: what may be read out of it, and what may not."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from math import sqrt

from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.funnel import SURE, WINSORISED, Dispersion, Placed
from sagsbarometer.reporting.contract import Fact
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
from sagsbarometer.reporting.pages.facts import Facts, Mark, numbered, unmarked
from sagsbarometer.reporting.tables.lists import definition_tables

_NO_INTERVAL = "intet: det er talt, eller tallet siger selv, hvor sikkert det er"


def authority_document(of: Authorities, facts: Facts, file: str = "index") -> Document:
    """The report: what the limits say, the figures, the table, the definition. `facts` takes what must be known of the
    numbers of its sentences."""
    _note(of, facts)
    shown = (
        Heading(1, _words("Figurer"), "figurer"),
        FigureBlock(FUNNEL, "figur-1"),
        *((FigureBlock(TILES, "figur-2"),) if of.tiles else ()),
    )
    blocks: tuple[Block, ...] = (
        *(Paragraph(_words(line)) for line in said_words(of, facts.mark)),
        _reading(of, facts.mark),
        *shown,
        Heading(1, _words("Tabel"), "tabel"),
        replace(authority_table(of), anchor="tabel-1"),
        Heading(1, _words("Definition"), "definition"),
        *(replace(table, anchor="tabel-definition") for table in definition_tables(of.edition)),
        Heading(1, _words("Sådan er grænserne regnet"), "metode"),
        *_method(of),
    )
    return Document(of.heading, "", file, blocks, (), sheet=True)


def dispersion_words(of: Authorities, mark: Mark = unmarked) -> str:
    """Whether the authorities vary more than chance makes them, and what that does to the limits. `mark`, here and
    below: makes a number open what is known of it."""
    spread = of.funnel.dispersion
    many = of.many.capitalize()
    if of.alike:
        return f"{many} har alle samme procent: {_all_or_none(of)} tæller i den, så der er ingen udsving at vurdere."
    if spread.groups < 2:
        return "Der er for få med sager nok til at se, om de svinger mere, end tilfældet alene gør."
    told = (
        f"φ = {mark('phi', _number(spread.phi))}; χ² = {mark('chi', _number(spread.chi_square))} med "
        f"{mark('frihedsgrader', danish(spread.freedom))} frihedsgrader, {mark('p', p_words(spread.p_value))}"
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
        f"{mark('gange', _number(_root(spread)))} gange så langt fra midten som de eksakte. Figurerne bruger dem."
    )


def said_words(of: Authorities, mark: Mark = unmarked) -> tuple[str, str]:
    """How many authorities and cases there are, and how many authorities lie where; those beyond by name."""
    beyond = [item for item in _judged(of) if abs(item.wide or 0) > 1]
    kind = "udvidede" if of.funnel.dispersion.wider else "eksakte"
    names = f": {', '.join(of.name(item.group.id) for item in beyond)}" if beyond else ""
    told = {id: mark(id, words) for id, words in _counts(of).items()}
    first = (
        f"Af {told['sager']} sager tæller {told['taeller']} i procenten: {told['procent']}. "
        f"De er fordelt på {told['alle']} {of.many}."
    )
    if len(of.funnel.groups) > len(_judged(of)):
        first += f" {told['faa']} har under {of.fewest} sager og er ikke vurderet."
    if of.without:
        cases = "sag" if of.without == 1 else "sager"
        first += f" {told['uden']} {cases}, hvor {_the(of.one)} ikke er oplyst, er ikke med."
    second = (
        f"{told['inden']} ligger inden for de indre {kind} grænser, "
        f"{told['mellem']} mellem de indre og de ydre, og {told['ude']} uden for de ydre{names}."
    )
    return first, second


def _judged(of: Authorities) -> list[Placed]:
    return [item for item in of.funnel.groups if item.limits is not None]


def _counts(of: Authorities) -> dict[str, str]:
    """The numbers of the first sentences, as printed."""
    judged = _judged(of)
    beyond = sum(abs(item.wide or 0) > 1 for item in judged)
    between = sum(abs(item.wide or 0) == 1 for item in judged)
    counts = {
        "sager": of.funnel.trials,
        "taeller": of.funnel.successes,
        "alle": len(of.funnel.groups),
        "faa": len(of.funnel.groups) - len(judged),
        "uden": of.without,
        "inden": len(judged) - beyond - between,
        "mellem": between,
        "ude": beyond,
    }
    return {**{id: danish(number) for id, number in counts.items()}, "procent": amount(of.all)}


def _note(of: Authorities, facts: Facts) -> None:
    """What must be known of the numbers of the sentences."""
    cases, groups = f"{of.base}: {danish(of.funnel.trials)}", f"{of.many}: {danish(len(_judged(of)))}"
    counted = _counts(of)
    for id, title, base, formula in (
        ("sager", "Sager", of.base, "Antallet af sager med kendt svar og kendt gruppe."),
        ("taeller", "Sager, der tæller i procenten", cases, "Antallet af dem, hvor reglen er opfyldt."),
        ("procent", of.label, cases, "Antallet, der tæller, divideret med alle, i procent."),
        ("alle", of.many.capitalize(), of.many, "Antallet med mindst én sag i perioden."),
        ("faa", "Ikke vurderet", of.many, f"Antallet med under {of.fewest} sager."),
        ("uden", "Sager, der ikke er med", of.base, "Antallet af sager, hvor gruppen ikke er oplyst."),
        ("inden", "Inden for de indre grænser", groups, "Antallet mellem de indre grænser (95 procent)."),
        (
            "mellem",
            "Mellem de indre og de ydre",
            groups,
            "Antallet uden for de indre, men inden for de ydre.",
        ),
        ("ude", "Uden for de ydre grænser", groups, "Antallet uden for de ydre grænser (99,8 procent)."),
        ("vurderet", "Vurderet", of.many, f"Antallet med mindst {of.fewest} sager."),
        ("ved_tilfaelde", "Uden for ved tilfældet", groups, "De vurderede divideret med tyve."),
        (
            "phi",
            "φ, så meget mere end tilfældet svinger de",
            groups,
            "Gennemsnittet af de kvadrerede afvigelser; se metoden.",
        ),
        ("chi", "χ²", groups, "Summen af de kvadrerede afvigelser fra midten; se metoden."),
        ("frihedsgrader", "Frihedsgrader", groups, "De vurderede minus én."),
        ("p", "p", groups, "Så tit ville de svinge så meget, hvis kun tilfældet gjorde det (χ²-testen)."),
        ("gange", "Så meget er grænserne udvidet", groups, "Kvadratroden af φ."),
    ):
        facts.note(id, Fact(counted.get(id, ""), title, base=base, formula=formula, interval=_NO_INTERVAL))


def _the(one: str) -> str:
    return {"kontor": "kontoret", "gruppe": "gruppen", "region": "regionen"}.get(one, f"{one}en")


def _reading(of: Authorities, mark: Mark) -> Box:
    judged = len(_judged(of))
    # Half up to one decimal is never less than a twentieth.
    by_chance = round_half_up(Decimal(judged) / 20, 1).normalize() + 0
    chance = (
        f"Havde alle {of.many} samme underliggende procent, den i midten, ville hver have højst 5 procents chance for "
        "at ligge uden for de indre grænser og højst 0,2 procents for at ligge uden for de ydre; med få sager er "
        f"chancen mindre. Af {mark('vurderet', danish(judged))} ville altså i gennemsnit højst "
        f"{mark('ved_tilfaelde', danish(by_chance))} ligge uden for de "
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
        tuple((Paragraph((Strong((Text(strong),)), *numbered(rest))),) for strong, rest in items),
        ordered=False,
    )
    return Box(_words("Sådan læses det"), (bullets, Paragraph(_words(dispersion_words(of, mark)))))


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
    return tuple(numbered(text))
