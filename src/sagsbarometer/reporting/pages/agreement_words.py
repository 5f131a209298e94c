"""What agreement is called, and what is to be known of it, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sagsbarometer.agreement.agree import (
    ALIKE_IN_STRATA,
    ALL_ALIKE,
    ALL_READ,
    NOTHING_MOVES,
    NOTHING_VARIES,
    ONE_ANSWER,
    ONE_ITEM,
    TOO_MANY_UNDEFINED,
    VALUE_OUTSIDE,
    Agreement,
    Drawn,
    Estimate,
    Single,
    Way,
)
from sagsbarometer.agreement.alpha import KRIPPENDORFF
from sagsbarometer.agreement.by import FEWEST, PAIR, Group
from sagsbarometer.agreement.coefficients import BRENNAN_PREDIGER, COHEN, FLEISS, GWET, PERCENT
from sagsbarometer.agreement.diagnostics import (
    COMMON_ANSWER,
    ENOUGH_ITEMS,
    FEW_ITEMS,
    IN_MOST_PAIRS,
    MOVES_MOST,
    RARE_ANSWER,
    STRATA_NOT_READ,
    UNDEFINED_SETS,
    Finding,
)
from sagsbarometer.agreement.weights import IDENTITY
from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.reporting.numbers import DASH, danish
from sagsbarometer.reporting.pages.curve_report import case_words
from sagsbarometer.reporting.pages.facts import Mark, unmarked

WEIGHTS: Mapping[str, str] = {
    "identity": "ingen",
    "linear": "lineære",
    "quadratic": "kvadratiske",
    "radical": "kvadratrod",
    "ratio": "forhold",
    "circular": "cirkulære",
    "bipolar": "bipolære",
    "ordinal": "Gwets ordinale",
    "krippendorff_ordinal": "Krippendorffs rangmål",
}
WHY: Mapping[str, str] = {
    ONE_ANSWER: "alle svar er ens",
    ONE_ITEM: "kun én sag",
    ALL_ALIKE: "alle sager viser den samme enighed",
    ALL_READ: "alle sager er læst af flere, og tallet er intet skøn",
    ALIKE_IN_STRATA: "alle sager viser den samme enighed i hvert stratum, der ikke er læst helt",
    NOTHING_MOVES: "formlen giver middelfejlen 0, skønt sagerne er forskellige",
    TOO_MANY_UNDEFINED: "målet mangler i over 5 procent af trækningerne",
    NOTHING_VARIES: "trækningerne giver det samme tal",
    VALUE_OUTSIDE: "tallet selv ligger uden for trækningernes interval",
}
READING = (
    "*Andel enige* er den del af parrene af svar på samme sag, der er ens; med vægte tæller næsten ens svar delvist. "
    "Den siger ikke, hvor mange der var blevet enige ved et tilfælde.",
    "De andre mål trækker tilfældig enighed fra: (enige - tilfældigt enige) / (1 - tilfældigt enige). 1 er fuld "
    "enighed, 0 er ikke bedre end et tilfælde, og under 0 er dårligere. De er uenige om, hvad et tilfælde er, så de "
    "kan være langt fra hinanden på de samme svar.",
    "*Gwets AC1* (AC2 med vægte) falder ikke, blot fordi et svar er sjældent. Det gør Cohens og Congers kappa, Scotts "
    "pi, Fleiss' kappa og Krippendorffs alfa. Er mangler sjældne, så se på AC1 og andelen af enige sammen.",
    "Der er ingen grænse for, hvad der er godt nok: det afhænger af, hvad svarene bruges til. Uenighed om et "
    "spørgsmål kan skyldes spørgsmålet.",
)


def six(share: float) -> Decimal:
    """A number with six decimals, the same on every machine; nothing has no sign."""
    return round_half_up(Decimal(repr(share)), 6) + 0


def plainly(text: str) -> str:
    """A word of somebody's file as it may stand among ours, where a star gives weight."""
    return text.replace("*", "∗")


def two(share: float | None) -> str:
    """`0,77`; a dash where there is none."""
    return DASH if share is None else danish(round_half_up(six(share), 2) + 0)


def ends(low: float | None, high: float | None) -> str:
    """`0,46 til 1,00`; a dash where there is none."""
    return DASH if low is None or high is None else f"{two(low)} til {two(high)}"


def in_percent(share: float) -> str:
    """`82 procent`."""
    return f"{danish(round_half_up(six(share) * 100))} procent"


def name(estimate: Estimate, raters: int) -> str:
    """What a coefficient is called with so many raters and these weights."""
    plain = estimate.weights == IDENTITY
    pair = raters == 2
    return {
        PERCENT: "Andel enige",
        GWET: "Gwets AC1" if plain else "Gwets AC2",
        KRIPPENDORFF: "Krippendorffs alfa",
        COHEN: ("Cohens kappa" if plain else "Cohens vægtede kappa") if pair else "Congers kappa",
        FLEISS: "Scotts pi" if pair else "Fleiss' kappa",
        BRENNAN_PREDIGER: "Brennan-Prediger",
    }[estimate.id]


def of(agreement: Agreement, id: str) -> Estimate | None:
    """A coefficient, None where it was not asked for."""
    return next((item for item in agreement.estimates if item.id == id), None)


def level_words(way: Way) -> str:
    """`95 %-interval`."""
    percent = round_half_up(Decimal(repr(way.level)) * 100, 6).normalize()
    return f"{danish(percent)} %-interval"


def read_words(agreement: Agreement, way: Way, mark: Mark = unmarked) -> str:
    """How many cases were read by several, and what became of the others. `mark`, here and below: makes a number open
    what is known of it."""
    many, items = mark("bedoemmere", danish(agreement.raters)), case_words(agreement.items).capitalize()
    told = (
        f"{mark('sager', items)} er læst af mindst to; {many} bedømmere har givet "
        f"{mark('svar', danish(agreement.ratings))} svar om dem, i {mark('par', danish(agreement.pairs))} par."
    )
    if not agreement.single:
        return told
    once = f"{mark('alene', case_words(agreement.single).capitalize())} er læst én gang"
    if way.single is Single.COUNTED:
        return f"{told} {once} og talt med i, hvor almindeligt hvert svar er."
    return f"{told} {once} og ikke regnet med."


def said(agreement: Agreement, way: Way, mark: Mark = unmarked) -> str:
    """The two numbers to look at together, in words."""
    percent, gwet = of(agreement, PERCENT), of(agreement, GWET)
    parts = []
    if percent is not None and percent.value is not None:
        alike = "ens" if percent.weights == IDENTITY else "ens, når næsten ens tæller delvist"
        share = mark("enige", in_percent(percent.value))
        parts.append(f"I en sag er i gennemsnit {share} af parrene af svar {alike}.")
    if gwet is not None:
        value = two(gwet.value) if gwet.value is None else mark("gwet", two(gwet.value))
        if gwet.low is not None:
            value += f" ({level_words(way)} {mark('gwet', ends(gwet.low, gwet.high))})"
        elif gwet.why:
            value += f" ({'intet tal' if gwet.value is None else 'intet interval'}: {WHY[gwet.why]})"
        parts.append(f"*{name(gwet, agreement.raters)} er {value}.*")
    return " ".join(parts)


def line_words(item: Estimate, raters: int) -> str:
    """A coefficient on a line: `Gwets AC1: 0,85 (0,68 til 1,00, bootstrap 0,69 til 1,00)`, each dash with its
    reason."""
    told = ends(item.low, item.high)
    if item.low is None and item.why:
        told += f": {WHY[item.why]}"
    if drawn := item.drawn:
        told += f"{',' if item.low is not None else ';'} bootstrap {drawn_ends(drawn)}"
        if drawn.why:
            told += f": {WHY[drawn.why]}"
    return f"{name(item, raters)}: {two(item.value)} ({told})"


def dash_notes(estimates: Sequence[Estimate], raters: int) -> tuple[str, ...]:
    """Why there is a dash: a sentence a reason, with the coefficients it is of."""
    found: dict[tuple[str, str], list[str]] = {}
    for item in estimates:
        called = name(item, raters)
        if item.low is None and item.why:
            found.setdefault(("intet tal" if item.value is None else "intet interval", item.why), []).append(
                called
            )
        if item.drawn is not None and item.drawn.why:
            found.setdefault(("intet bootstrap-interval", item.drawn.why), []).append(called)
    return tuple(
        f"– ved {'alle mål' if len(names) == len(estimates) else ', '.join(names)}: der er {lacking}, fordi {WHY[why]}."
        for (lacking, why), names in found.items()
    )


def finding_words(finding: Finding, way: Way, mark: Mark = unmarked) -> str:
    """One thing to know, in a sentence or two."""
    number, share, called = mark("antal", danish(finding.number)), finding.share, f"»{plainly(finding.name)}«"
    part = mark("del", in_percent(share))
    gwet = "Gwets AC1" if way.weights_used == IDENTITY else "Gwets AC2"
    level = level_words(way).removesuffix(" %-interval")
    match finding.code:
        case code if code == FEW_ITEMS:
            read = mark("antal", case_words(finding.number))
            return (
                f"Kun {read} er læst af flere. Med under {ENOUGH_ITEMS} er intervallerne kun til orientering."
            )
        case code if code == RARE_ANSWER:
            return f"Kun {number} svar er andet end {called}. De mål, der retter for tilfældig enighed, hviler på dem."
        case code if code == COMMON_ANSWER:
            return (
                f"{part} af svarene er {called}. Så bliver kappa, pi og alfa lave, også når "
                f"bedømmerne er enige; {gwet} påvirkes mindre. Se på dem sammen med andelen af enige."
            )
        case code if code == ONE_ANSWER:
            return f"Alle {number} svar er {called}. Så kan det ikke ses, om bedømmerne kan skelne."
        case code if code == ALL_ALIKE:
            return (
                f"Alle er enige i alle {number} sager, så formlerne giver intet interval. Blandt alle sager kan "
                f"andelen af enige være ned til {mark('del', two(share))} (eksakt grænse, {level} %)."
            )
        case code if code == STRATA_NOT_READ:
            return (
                f"I {number} {'stratum' if finding.number == 1 else 'strata'} er ingen sag læst af to. "
                f"{part} af sagerne er derfor uden for tallene."
            )
        case code if code == IN_MOST_PAIRS:
            return f"{called} er med i {part} af parrene. Tallene siger mest om enigheden med den ene."
        case code if code == MOVES_MOST:
            way_words = "højere" if share > 0 else "lavere"
            read, moved = mark("antal", case_words(finding.number)), mark("del", two(abs(share)))
            return (
                f"Uden {called} ({read}) er {gwet} {moved} {way_words}: mere, end "
                "et tilfælde ventes at flytte det."
            )
        case code if code == UNDEFINED_SETS:
            return (
                f"I {number} af trækningerne ({part}) fik alle samme svar, så et mål ikke findes. Er det "
                "over 5 procent, er der intet bootstrap-interval for det mål."
            )
    raise KeyError(finding.code)


def group_name(group: Group) -> str:
    """`AB og CD`, or the week."""
    return " og ".join(group.names) or "Ikke oplyst"


def too_few_words(division: str, number: int, mark: Mark = unmarked) -> str:
    """How many pairs or weeks are not shown."""
    told = mark(f"for_faa_{division}", danish(number))
    if division == PAIR:
        return f"{told} par har under {FEWEST} sager til fælles og er ikke vist."
    weeks = f"{told} {'uge' if number == 1 else 'uger'}"
    return f"{weeks} har under {FEWEST} sager, der er læst af mindst to, og er ikke vist."


def drawn_ends(drawn: Drawn | None) -> str:
    """The ends from resampling."""
    return DASH if drawn is None else ends(drawn.low, drawn.high)
