"""What must be known of each number about waiting: of which cases it is, and how it is made."""

from __future__ import annotations

from collections.abc import Mapping

from sagsbarometer.appeals.analyses.waiting import Population, Waiting
from sagsbarometer.appeals.analyses.waits import Queue
from sagsbarometer.reporting.contract import Fact
from sagsbarometer.reporting.numbers import danish
from sagsbarometer.reporting.pages.curve_report import WEEK, week_words
from sagsbarometer.reporting.pages.facts import About, Facts
from sagsbarometer.reporting.pages.waiting_words import (
    CAUSES,
    POPULATIONS,
    interval_ends,
    share_words,
    still_open,
)

_NOT = "Nej: alle sager i registret er talt med, og tallene siger ikke noget om andre sager."
_COUNTED = "intet: alle sager er talt med"
_LOG_LOG = "log-log-skala, Greenwoods varians"
_KAPLAN = "Kaplan-Meier: de sager, der venter, tæller, så længe man ved, at de har ventet."
_AALEN = "Aalen-Johansen: den del af sagerne, der er sluttet sådan; de ventende tæller, så længe de er fulgt."
_OF = "sager modtaget i perioden"
_OPEN = "sager, der venter på dagen"
_SOURCE = "survfit i R's pakke survival; Andersen m.fl. 1993, afsnit IV.3-IV.4"
COMMON = About(
    "",
    "",
    interval=_COUNTED,
    unknown="ingen; sager uden de datoer, der skal til, er nævnt for sig",
    generalisable=_NOT,
)
_CROWLEY = "Brookmeyer og Crowley 1982"
_DATED = "Antallet af sager med kendte datoer."
_MERITS = "sager afgjort på realiteten"
_FOLLOWED = "De dage siden modtagelsen, som den sag, der er fulgt længst, er fulgt."
_LEFT = "Den mindste ventetid, som mindst halvdelen af de sager, der er slut, ikke er over. De ventende er ikke med."
_RANGE = "95-procents-interval"
_HALF = "Den første dag, hvor højst halvdelen af sagerne stadig venter (Kaplan-Meier), i uger."
_LONGEST = "Den første dag, hvor højst en tiendedel af sagerne stadig venter (Kaplan-Meier), i uger."
_MEAN = (
    "Dagene for de sager, der er afgjort på realiteten, lagt sammen, divideret med deres antal, i uger. De ventende er "
    "ikke med."
)
GROUPS: Mapping[str, About] = {
    "Sager": About("Sager modtaget i perioden", "Antallet af sager med kendte datoer.", _OF),
    "Venter endnu": About(
        "Sager, der venter endnu", "Antallet af periodens sager, der ikke er slut.", "Sager", _OF
    ),
    "Halvdelen venter mindst, uger": About(
        "Halvdelen venter mindst, uger",
        _HALF,
        "Sager",
        _OF,
        _RANGE,
        f"{_LOG_LOG}; Brookmeyer og Crowley 1982",
        source=_SOURCE,
    ),
    "En ud af ti venter mindst, uger": About(
        "En ud af ti venter mindst, uger", _LONGEST, "Sager", _OF, "intet er regnet", source=_SOURCE
    ),
    "Gennemsnit af de afgjorte, uger": About(
        "Gennemsnit af de afgjorte, uger", _MEAN, "de af gruppens sager, der er afgjort på realiteten"
    ),
}
PENDING: Mapping[str, About] = {
    "Ventende sager": About(
        "Sager, der venter på dagen",
        "Antallet af sager, der er i gang, uanset hvornår de er modtaget.",
        _OPEN,
    ),
    "Gennemsnit, uger": About(
        "Liggetid i uger, gennemsnit",
        "De ventende sagers dage siden modtagelsen lagt sammen, divideret med deres antal.",
        "Ventende sager",
        _OPEN,
    ),
    "Halvdelen højst, uger": About(
        "Liggetid i uger, halvdelen højst",
        "Den mindste liggetid, som mindst halvdelen af de ventende ikke er over.",
        "Ventende sager",
        _OPEN,
    ),
    "Ni ud af ti højst, uger": About(
        "Liggetid i uger, ni ud af ti højst",
        "Den mindste liggetid, som mindst ni ud af ti af de ventende ikke er over.",
        "Ventende sager",
        _OPEN,
    ),
}


def curve_columns(queue: Queue) -> dict[str, About]:
    """The columns of a table of a curve: how the cases stand after some weeks."""
    cases = f"{_OF}: {danish(queue.curve.cases)}"
    shares = {
        f"{CAUSES[cause]}, %": About(
            f"{CAUSES[cause]}, procent", _AALEN, cases, interval="står i kurver.csv", source=_SOURCE
        )
        for cause in queue.curve.causes
    }
    followed = "Antallet af sager, der er i gang og fulgt ud over de uger."
    return {
        **shares,
        "Venter endnu, %": About(
            "Venter endnu, procent", _KAPLAN, cases, "", f"{_RANGE}, %", _LOG_LOG, source=_SOURCE
        ),
        "Sager, der følges længere": About("Sager, der følges længere", followed, cases),
    }


def group_weeks(columns: tuple[str, ...]) -> dict[str, About]:
    """The columns of a table of groups by weeks: the share of each that still waits."""
    return {
        label: About(
            f"Venter endnu efter {label}, procent",
            _KAPLAN,
            "gruppens sager modtaget i perioden",
            interval="står i kurver.csv for alle sager",
            source=_SOURCE,
        )
        for label in columns
    }


def said_facts(facts: Facts, population: Population, weeks: tuple[int, ...]) -> None:
    """What the sentences about all cases of a population tell."""
    queue, curve = population.whole, population.whole.curve
    base, decided = f"{_OF}: {danish(curve.cases)}", sum(queue.decided.values())
    finished = f"sager, der er slut: {danish(sum(queue.finished.values()))}"
    ends, half = interval_ends(queue), curve.half_waits()
    reach = f"{ends} ({_LOG_LOG}; {_CROWLEY})" if ends else "intet kan regnes endnu"
    counted = "Antallet af periodens sager, der"
    for key, number, title, formula, interval, of in (
        ("sager", danish(curve.cases), "Sager modtaget i perioden", _DATED, "", base),
        (
            "halvdelen",
            "" if half is None else week_words(half),
            "Halvdelen venter mindst",
            _HALF,
            reach,
            base,
        ),
        ("fulgt", "", "Så længe er sagerne fulgt", _FOLLOWED, "", base),
        ("en_ud_af_ti", "", "En ud af ti venter mindst", _LONGEST, "intet er regnet", base),
        (
            "venter",
            danish(still_open(queue)),
            "Sager, der venter endnu",
            f"{counted} ikke er slut.",
            "",
            base,
        ),
        ("slut_halvdelen", "", "Halvdelen af dem, der er slut, ventede højst", _LEFT, "", finished),
        ("afgjorte", danish(decided), _MERITS.capitalize(), f"{counted} er afgjort på realiteten.", "", base),
        ("gennemsnit", "", "Gennemsnit af de afgjorte", _MEAN, "", f"{_MERITS}: {danish(decided)}"),
    ):
        told = Fact(number, title, POPULATIONS[population.id], base=of, interval=interval, formula=formula)
        facts.note(f"{population.id}.{key}", told)
    _share_facts(facts, population, base, weeks)


def _share_facts(facts: Facts, population: Population, base: str, weeks: tuple[int, ...]) -> None:
    """The shares that sentences tell of some weeks after receipt, and of the last day anything is known of."""
    curve = population.whole.curve

    def note(key: str, number: str, title: str, formula: str, interval: str = "står i kurver.csv") -> None:
        name = POPULATIONS[population.id]
        told = Fact(number, title, name, base=base, interval=interval, formula=formula, source=_SOURCE)
        facts.note(f"{population.id}.{key}", told)

    if curve.steps:
        last = share_words(curve.steps[-1].waiting)
        note("venter_til_sidst", last, "Venter stadig, da sagerne ikke kan følges længere", _KAPLAN)
    for week in weeks:
        if (step := curve.at(week * WEEK)) is None:
            continue
        for cause, share in zip(curve.causes, step.ended, strict=True):
            note(f"uge_{week}.{cause}", share_words(share), f"{CAUSES[cause]} efter {week} uger", _AALEN)
        title = f"Venter endnu efter {week} uger"
        note(
            f"uge_{week}.venter", share_words(step.waiting), title, _KAPLAN, "står i tabellen og i kurver.csv"
        )


def other_facts(facts: Facts, waiting: Waiting, left_out: Mapping[str, int]) -> None:
    """What could not be counted, and how the dates fit the case system's own days."""
    for kind, cases in left_out.items():
        told = "Antallet af sager i registret, der ikke kan tælles med af den grund."
        facts.note(
            f"ikke_med.{kind}",
            Fact(danish(cases), "Sager, der ikke er regnet med", base="sager i registret", formula=told),
        )
    told = "Antallet af sager, der er slut og har sagssystemets egne dage ved siden af begge datoer."
    compared = danish(waiting.compared)
    facts.note(
        "dage.begge",
        Fact(compared, "Sager med sagssystemets egne dage", base="sager, der er slut", formula=told),
    )
    told = "Antallet af dem, hvor datoerne giver et andet antal dage end sagssystemets."
    base = f"sager med sagssystemets egne dage: {compared}"
    facts.note(
        "dage.uens",
        Fact(danish(waiting.disagree), "Sager, hvor dagene er forskellige", base=base, formula=told),
    )
