"""What must be known of each number about agreement: of which cases it is, and how it is made."""

from __future__ import annotations

from collections.abc import Mapping

from sagsbarometer.agreement.agree import Agreement, Way
from sagsbarometer.agreement.alpha import KRIPPENDORFF
from sagsbarometer.agreement.by import Question
from sagsbarometer.agreement.coefficients import BRENNAN_PREDIGER, COHEN, FLEISS, GWET, PERCENT
from sagsbarometer.kernel.ids import ascii_id
from sagsbarometer.reporting.contract import Fact
from sagsbarometer.reporting.numbers import danish
from sagsbarometer.reporting.pages.agreement_words import in_percent, level_words, name, of, two
from sagsbarometer.reporting.pages.facts import About, Facts

_IF = "Kun hvis sagerne, der er læst af mindst to, er et tilfældigt udvalg."
COMMON = About(
    "", "", interval="intet", unknown="tomme felter er ikke svar og ikke regnet med", generalisable=_IF
)
_CASES = "sager læst af mindst to"
_BY_CHANCE = "(enige - tilfældigt enige) / (1 - tilfældigt enige)"
_FORMULAS: Mapping[str, str] = {
    PERCENT: "Den del af parrene af svar på samme sag, der er ens; med vægte tæller næsten ens svar delvist.",
    GWET: f"{_BY_CHANCE}; tilfældigt enige efter Gwet, af hvor almindeligt hvert svar er.",
    KRIPPENDORFF: "1 - uenighed set / uenighed ventet, efter Krippendorff.",
    COHEN: f"{_BY_CHANCE}; tilfældigt enige af hver bedømmers egne svar (Cohen; Conger ved flere end to).",
    FLEISS: f"{_BY_CHANCE}; tilfældigt enige af alle svar samlet (Scott; Fleiss ved flere end to).",
    BRENNAN_PREDIGER: f"{_BY_CHANCE}; tilfældigt enige, som om alle svar var lige almindelige.",
}
_SOURCES: Mapping[str, str] = {
    GWET: "Gwet, British Journal of Mathematical and Statistical Psychology 61, 2008",
    KRIPPENDORFF: "Krippendorff, Content Analysis",
    COHEN: "Cohen 1960; Conger 1980",
    FLEISS: "Scott 1955; Fleiss 1971",
    BRENNAN_PREDIGER: "Brennan og Prediger 1981",
}
_VARIANCE = "Gwets varians"


def _coefficient(id: str, title: str, base: str, interval: str = "", own: str = "") -> About:
    of_ = _CASES if base == "Sager" else ""
    return About(
        title,
        own or _FORMULAS[id],
        base,
        of_,
        interval,
        _VARIANCE if interval else "",
        source=_SOURCES.get(id, ""),
    )


def coefficient_columns(agreement: Agreement, way: Way) -> list[Mapping[str, About]]:
    """A row a coefficient: its own number and interval, and what they are made of."""
    base, level = _base(agreement), level_words(way)
    return [
        {
            "Værdi": _coefficient(item.id, name(item, agreement.raters), base, level),
            "Bootstrap": _coefficient(
                item.id,
                f"{name(item, agreement.raters)}, bootstrap",
                base,
                own="Den midterste del af tallene fra nye trækninger af de samme sager, med tilbagelægning.",
            ),
            "Middelfejl": _coefficient(
                item.id,
                f"{name(item, agreement.raters)}, middelfejl",
                base,
                own="Kvadratroden af Gwets varians.",
            ),
            "Tilfældigt enige": _coefficient(
                item.id, f"{name(item, agreement.raters)}, tilfældigt enige", base, own=_FORMULAS[item.id]
            ),
        }
        for item in agreement.estimates
    ]


def _base(agreement: Agreement) -> str:
    return f"{_CASES}: {danish(agreement.items)}, i {danish(agreement.pairs)} par af svar"


def short_columns(way: Way) -> dict[str, About]:
    """The columns of tables with a row a question, a pair or a week."""
    return {
        "Sager": About("Sager læst af mindst to", "Antallet af sager, der er læst af mindst to.", _CASES),
        "Bedømmere": About(
            "Bedømmere", "Antallet af bedømmere, der har læst mindst én af sagerne.", "bedømmere"
        ),
        "Andel enige": _coefficient(PERCENT, "Andel enige", "Sager"),
        "Gwet": _coefficient(GWET, "Gwets AC1, med vægte AC2", "Sager", f"Gwet, {level_words(way)}"),
        "Krippendorffs alfa": _coefficient(KRIPPENDORFF, "Krippendorffs alfa", "Sager"),
        "Cohens kappa": _coefficient(COHEN, "Cohens kappa", "Sager"),
    }


def answer_columns(agreement: Agreement) -> dict[str, About]:
    """How often each answer was given."""
    base = f"svar: {danish(sum(agreement.given))}"
    return {
        "Antal": About("Så mange gange er svaret givet", "Antallet af svar, uvægtet.", base),
        "Andel, procent": About(
            "Så almindeligt er svaret, procent",
            "Gennemsnit over sagerne af den del af sagens svar, det er; vægtet.",
            base,
        ),
    }


RATERS: Mapping[str, About] = {
    "Sager": About("Sager, bedømmeren har læst med andre", "Antallet af sager.", _CASES),
    "Med i af parrene, procent": About(
        "Med i af parrene, procent",
        "Parrene af svar, bedømmeren er i, divideret med alle par.",
        "Sager",
        "bedømmerens sager",
    ),
    "Enig med de andre, procent": About(
        "Enig med de andre, procent",
        "Bedømmerens par af ens svar divideret med bedømmerens par.",
        "Sager",
        "bedømmerens sager",
    ),
    "Med i af uenigheden, procent": About(
        "Med i af uenigheden, procent",
        "Bedømmerens par af uens svar divideret med alle par af uens svar.",
        "Sager",
        "bedømmerens sager",
    ),
    "Gwet uden bedømmeren": About(
        "Gwets mål uden bedømmeren", _FORMULAS[GWET], "de andres svar", source=_SOURCES[GWET]
    ),
}


def said_facts(facts: Facts, id: str, question: Question, way: Way) -> None:
    """What the sentences of a question tell."""
    whole = question.whole
    if whole is None:
        return
    base = _base(whole)
    percent, gwet = of(whole, PERCENT), of(whole, GWET)

    def note(key: str, number: str, title: str, formula: str, interval: str = "") -> None:
        facts.note(
            f"{id}.{key}", Fact(number, title, question.id, base=base, interval=interval, formula=formula)
        )

    note("sager", danish(whole.items), "Sager læst af mindst to", "Antallet af sager.")
    note(
        "bedoemmere",
        danish(whole.raters),
        "Bedømmere",
        "Antallet af bedømmere, der har læst mindst én af sagerne.",
    )
    note("svar", danish(whole.ratings), "Svar", "Antallet af svar om de sager, der er læst af mindst to.")
    note("par", danish(whole.pairs), "Par af svar", "Antallet af par af svar på samme sag.")
    note("alene", danish(whole.single), "Sager læst én gang", "Antallet af sager med ét svar.")
    if percent is not None and percent.value is not None:
        note(
            "enige",
            in_percent(percent.value),
            "Andel enige",
            _FORMULAS[PERCENT],
            _limits(percent.low, percent.high),
        )
    if gwet is not None:
        limits = _limits(gwet.low, gwet.high)
        note(
            "gwet",
            two(gwet.value),
            name(gwet, whole.raters),
            _FORMULAS[GWET],
            limits and f"{limits} ({_VARIANCE})",
        )
    for at, finding in enumerate(question.findings, 1):
        told = "Se sætningen: det er en oplysning om svarene, som tallene for enighed skal læses med."
        note(f"se_{at}.antal", danish(finding.number), f"Antal: {finding.code.replace('_', ' ')}", told)
        note(f"se_{at}.del", "", f"Del: {finding.code.replace('_', ' ')}", told)

    for division, cases in question.too_few.items():
        told = "Antallet af dem med for få sager til, at et mål for enighed er vist."
        facts.note(
            f"{id}.for_faa_{division}", Fact(danish(cases), "Ikke vist", question.id, base=base, formula=told)
        )


def _limits(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f"{two(low)} til {two(high)}"


def question_name(at: int, question: Question) -> str:
    """What addresses the numbers of a question begin with."""
    return f"{at}_{ascii_id(question.id)}" if question.id else "alle"
