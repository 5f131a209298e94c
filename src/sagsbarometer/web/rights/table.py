"""docs/rettigheder.md, written from the table of rights."""

from __future__ import annotations

import sys

from sagsbarometer.web.rights.actions import ACTIONS, ROLES, Rule
from sagsbarometer.web.rights.may import Answer
from sagsbarometer.web.rights.words import (
    CASE_STATES,
    COURSES,
    READING_STATES,
    REASONS,
    REQUEST_STATES,
    STUDY_STATES,
    WORDS,
)

_HEAD = """# Hvem må hvad

Skrevet af tabellen `rights/actions.py`; en test fejler, når den og siden ikke er ens. Skriv den igen med
`./run python -m sagsbarometer.web.rights.table > docs/rettigheder.md`.

Én funktion, `may`, svarer for alle sider, filer, eksporter, søgninger og opgaver i køen. Der spørges, før siden
begynder, og igen når en opgave i køen kører. En rolle, der tages fra nogen, er væk ved næste klik.

- En rolle gælder i én undersøgelse eller i hele huset. En kommunal kontakts rolle gælder én kommune og rækker kun til
  den.
- Den, der er inhabil i en sag eller for en kommune (forvaltningsloven § 3), får samme svar, som hvis den ikke fandtes,
  uanset roller.
- Læses en sag af to, findes den andens svar, tvivl og beviser ikke for nogen af dem, før begge har afleveret, uanset
  roller; heller ikke i tal, hændelser og udtræk. Ingen afgør forskelle i en sag, de selv har læst.
- En rolle, der kræver to-trins-login (`second_factor` i config.toml), åbner intet, før koden er givet.
- Det, man ikke må vide noget om, findes ikke (404). Det, man må se, men ikke gøre, afvises (403). Det, man må, men ikke
  i den tilstand, tingen er i, er låst (409). En metode, siden ikke tager imod, er 405.
- En adresse, der ikke er erklæret, afvises og stopper `check`. Filerne under `/static/` (stilark, ikoner, scripts) er
  ens for alle, uden indhold fra huset, og gives af WhiteNoise, før der spørges om rettigheder.

## Roller og handlinger

"""


def document() -> str:
    """The whole page."""
    return _HEAD + _matrix() + "\n## Hvornår\n\n" + _states() + "\n## Hvorfor ikke\n\n" + _reasons()


def _matrix() -> str:
    roles = list(ROLES)
    lines = [
        "| handling | " + " | ".join(ROLES[role] for role in roles) + " |",
        "|---|" + ":-:|" * len(roles),
    ]
    for action, rule in ACTIONS.items():
        cells = [_mark(role, rule) for role in roles]
        lines.append(f"| {WORDS.get(action, action)} (`{action}`) | " + " | ".join(cells) + " |")
    return (
        "\n".join(lines)
        + "\n\n● må · ○ må det med sit eget · ◐ må det med sager, de selv læser · ▫ alle, også uden login · – må ikke. "
        + "»Se listen« viser kun det, rollen rækker til.\n"
    )


def _mark(role: str, rule: Rule) -> str:
    if rule.open:
        return "▫"
    if rule.own:
        return "○"
    if role in rule.roles:
        return "○" if rule.theirs else "●"
    return "◐" if role in rule.readers else "–"


def _states() -> str:
    lines = [
        "| handling | undersøgelsen er | afleveringen er | sagen er | læsningen er | sagens læsning er |",
        "|---|---|---|---|---|---|",
    ]
    for action, rule in ACTIONS.items():
        if any((rule.study_states, rule.request_states, rule.case_states, rule.reading_states, rule.courses)):
            cells = (
                _named(rule.study_states, STUDY_STATES),
                _named(rule.request_states, REQUEST_STATES),
                _named(rule.case_states, CASE_STATES),
                _named(rule.reading_states, READING_STATES),
                _named(rule.courses, COURSES),
            )
            lines.append(f"| {WORDS.get(action, action)} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n\nHandlinger, der ikke står her, afhænger ikke af tilstanden.\n"


def _named(codes: frozenset[str], words: dict[str, str]) -> str:
    return ", ".join(words[code] for code in words if code in codes) or "–"


def _reasons() -> str:
    lines = ["| svar | det, der vises | hvad man kan gøre |", "|---|---|---|"]
    lines += [
        f"| `{answer}` | {why} | {remedy} |"
        for answer, (why, remedy) in REASONS.items()
        if answer != Answer.YES
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(document())
