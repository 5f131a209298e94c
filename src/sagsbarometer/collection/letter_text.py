"""The letters of a study as Markdown with fields: which fields there are, what is wrong with a text, and the text
filled in for one municipality."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sagsbarometer.collection.plan_fields import LETTERS
from sagsbarometer.kernel.ids import holds_cpr, shown
from sagsbarometer.kernel.problems import Place, Problem
from sagsbarometer.kernel.said import all_said, said

# The field and what it says, for the page on which texts are written.
FIELDS = all_said(
    {
        "municipality": "kommunens navn",
        "code": "kommunens kode",
        "study": "undersøgelsens navn",
        "period": "de dage, afgørelserne er fra",
        "provision": "bestemmelsen",
        "wanted": "de sager, kommunen bedes sende, som en liste",
        "cases": "hvor mange sager det er i alt",
        "deadline": "sidste dag at aflevere",
        "call_in": "dagen, sagerne kaldes ind",
        "missing": "hvor mange sager der mangler",
        "release": "dagen, tallene offentliggøres",
        "address": "adressen på siden, hvor sagerne afleveres",
        "sender": "afsenderen",
        "contact": "den, kommunen kan spørge",
        "phone": "telefonnummer",
        "email": "e-mail",
        "basis": "hjemlen til at indkalde sager",
    }
)
# What a letter is no use without.
NEEDED = {
    "call_in": ("deadline", "wanted"),
    "reminder": ("deadline",),
    "notice": ("call_in",),
    "pre_release": ("release",),
}
_FIELD = re.compile(r"\{([^{}\n]{0,60})\}")
_LOOSE = re.compile(r"[{}]")
# What Markdown would read as mark-up in a name somebody typed.
_MARKUP = str.maketrans(dict.fromkeys("\\[]{}*_`<>#~|", " "))
_OUR_OWN = frozenset({"wanted"})  # filled with lines of ours
_LONGEST = 20_000


def problems_of(kind: str, text: str, file: str = "") -> tuple[Problem, ...]:
    """What is wrong with the text of a kind of letter, with its line: BREV-109 an unknown field, BREV-110 a field it
    needs is missing, BREV-111 no title, or something that looks like a CPR number."""
    name = file or f"{kind}.md"
    found: list[Problem] = []
    lines = text.split("\n")
    if not text.startswith("# ") or len(text) > _LONGEST:
        fault = (
            said("Brevet begynder ikke med en overskrift.")
            if len(text) <= _LONGEST
            else said("Brevet er for langt.")
        )
        found.append(
            Problem(
                "BREV-111", Place(name, 1), fault, said("Skriv overskriften på første linje: # Indkaldelse")
            )
        )
    used = set()
    for number, line in enumerate(lines, 1):
        for match in _FIELD.finditer(line):
            used.add(match[1])
            if match[1] not in FIELDS:
                fault = said("Feltet {field} findes ikke.", field=shown(match[1]))
                remedy = said("Brug et af {fields}.", fields=", ".join(f"{{{id}}}" for id in FIELDS))
                found.append(Problem("BREV-109", Place(name, number), fault, remedy))
        if _LOOSE.search(_FIELD.sub("", line)):
            fault = said("Her står en krølleparentes, der ikke er et felt.")
            found.append(
                Problem(
                    "BREV-109",
                    Place(name, number),
                    fault,
                    said("Slet den, eller skriv et felt som {example}.", example="{deadline}"),
                )
            )
        if holds_cpr(line):
            fault = said("Her står noget, der ligner et CPR-nummer.")
            found.append(Problem("BREV-111", Place(name, number), fault, said("Fjern det.")))
    for field in NEEDED.get(kind, ()):
        if field not in used:
            fault = said("Brevet siger ikke {what}.", what=FIELDS[field])
            found.append(
                Problem(
                    "BREV-110",
                    Place(name),
                    fault,
                    said("Skriv feltet {field} i teksten.", field=f"{{{field}}}"),
                )
            )
    return tuple(found)


def filled(text: str, fields: Mapping[str, str]) -> str:
    """The text with its fields: words without mark-up, except lists of our own. A field without a value is empty.

    Raises KeyError for an unknown field: `problems_of` is asked first.
    """

    def value(match: re.Match[str]) -> str:
        if match[1] not in FIELDS:
            raise KeyError(match[1])
        words = fields.get(match[1], "")
        return words if match[1] in _OUR_OWN else " ".join(words.translate(_MARKUP).split())

    return _FIELD.sub(value, text)


def wanted_lines(wanted: Mapping[str, int], labels: Mapping[str, str]) -> str:
    """What is asked for as a Markdown list: `- 2 sager: afslag`."""
    return "\n".join(
        f"- {number} {'sag' if number == 1 else 'sager'}" + (f": {labels.get(kind, kind)}" if kind else "")
        for kind, number in wanted.items()
    )


def text_of(kind: str, own: str, shipped: Mapping[str, str]) -> str:
    """The text of a kind: the study's own, else the one shipped. Raises KeyError for a kind that is none."""
    if kind not in LETTERS:
        raise KeyError(kind)
    return own.strip() + "\n" if own.strip() else shipped[kind]
