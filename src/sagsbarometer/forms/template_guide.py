"""The sheets of the workbook that are read, not filled in: how to fill in, and what is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sagsbarometer.forms.form import Choice, Form, Question
from sagsbarometer.forms.language.types import Type
from sagsbarometer.forms.language.write import write
from sagsbarometer.forms.wording import by_section, choice_words, state_words, type_words, words, yes_no

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """The fixed words of the two sheets in one language."""

    sheet: str
    questions: str
    form: str
    version: str
    advice: Pairs
    columns: tuple[str, ...]
    required: Mapping[bool, str]


# Subject on the first line of a paragraph, advice on the rest.
_ADVICE_DA = """
Én række pr. sag
Udfyld arket »Svar« fra række 2. Navnene i række 1 må ikke ændres, men kolonner kan skjules.

Hjælp til et spørgsmål
Hold markøren over kolonnens navn, eller se arket »Spørgsmål«.

Sagens nummer
Brug et løbenummer, som kun I kan føre tilbage til sagen. Skriv aldrig CPR-numre eller navne.

Lister
Klik på cellen og derefter på pilen.

Flere svar
Spørgsmål, der kan have flere svar, har én kolonne for hvert. Skriv ja ved dem, der passer, og nej ved resten.
Passer intet, skrives nej i dem alle; står de alle tomme, er spørgsmålet ikke besvaret. »kan ikke ses« og
»ikke relevant« gælder hele spørgsmålet og skrives i den første af kolonnerne.

Datoer
Skriv dag, måned og år: 20-12-2022.

Spørgsmål, der ikke stilles
Lad cellen stå tom, når sagens andre svar gør spørgsmålet overflødigt. Arket »Spørgsmål« viser hvornår.

kan ikke ses
Spørgsmålet gælder sagen, men svaret fremgår ikke af de akter, der er modtaget. Sagen tæller som ukendt og
gør resultatet mindre sikkert; den regnes ikke som et nej. Kan kun bruges, hvor spørgsmålet tillader det.

ikke relevant
Spørgsmålet blev stillet, men kan ikke meningsfuldt besvares i denne sag. Sagen går ud af det, der måles.
Kan kun bruges, hvor spørgsmålet tillader det.

Tom celle
Spørgsmålet er ikke besvaret. Et spørgsmål, der stilles og ikke er frivilligt, skal besvares, før filen kan
indlæses.

Fejl
En fil med fejl kommer tilbage med en ny første kolonne, FEJL. Ret fejlene i den, og indlæs den igen.
"""
_ADVICE_EN = """
One row a case
Fill in the sheet “Svar” from row 2. The names in row 1 must not be changed, but columns may be hidden.

Help with a question
Hold the pointer over the name of the column, or see the sheet “Questions”.

Number of the case
Use a running number that only you can trace back. Never write CPR numbers or names.

Lists
Click the cell, then the arrow.

Several answers
Questions that may have several answers have one column for each. Write yes for those that fit and no for the
rest. If none fits, write no in all; when all are blank the question is not answered. cannot_be_seen and
not_relevant concern the whole question and are written in its first column.

Dates
Write day, month and year: 20-12-2022.

Questions not asked
Leave the cell blank where other answers make the question superfluous. The sheet “Questions” says when.

cannot_be_seen
The question applies, but the documents received do not show the answer. The case counts as unknown and makes
the result less certain; it is not taken as a no. Only where the question allows it.

not_relevant
The question was asked but has no meaning in this case. The case leaves what is measured. Only where the
question allows it.

Blank cell
The question is not answered. One that is asked and not optional must be answered before the file can be read.

Faults
A file with faults comes back with a new first column, FEJL. Correct the faults in it and hand it in again.
"""


def _pairs(text: str) -> Pairs:
    paragraphs = (paragraph.split("\n") for paragraph in text.strip().split("\n\n"))
    return tuple((subject, " ".join(advice)) for subject, *advice in paragraphs)


GUIDE = {
    "da": Guide(
        sheet="Vejledning",
        questions="Spørgsmål",
        form="Skema",
        version="version {} ({})",
        advice=_pairs(_ADVICE_DA),
        columns=(
            *("Kolonne", "Afsnit", "Spørgsmål", "Hjælp", "Svar", "Svarmuligheder", "Stilles når"),
            *("Kan også besvares", "Skal besvares", "Kilde"),
        ),
        required={True: "ja", False: "frivilligt"},
    ),
    "en": Guide(
        sheet="Guide",
        questions="Questions",
        form="Form",
        version="version {} ({})",
        advice=_pairs(_ADVICE_EN),
        columns=(
            *("Column", "Section", "Question", "Help", "Answer", "Choices", "Asked when"),
            *("May also be answered", "Required", "Source"),
        ),
        required={True: "yes", False: "optional"},
    ),
}


def guide_rows(form: Form, language: str) -> list[tuple[str, ...]]:
    """The guide: subject and advice, with the form and its version first."""
    guide = GUIDE.get(language, GUIDE["da"])
    version = guide.version.format(form.version, form.hash[:12])
    return [(guide.form, f"{words(form.title, language)}, {version}"), *guide.advice]


def question_rows(form: Form, language: str) -> list[tuple[str, ...]]:
    """One row for each column of the answer sheet, with a header row."""
    guide = GUIDE.get(language, GUIDE["da"])
    rows: list[tuple[str, ...]] = [guide.columns]
    for section, questions in by_section(form):
        for question in questions:
            for choice in question.choices if question.type is Type.CODES else (None,):
                rows.append(_row(question, choice, words(section.title, language), language))
    return rows


def _row(question: Question, choice: Choice | None, section: str, language: str) -> tuple[str, ...]:
    asked = [
        write(node) for node in (question.ask_if, choice.show_if if choice else None) if node is not None
    ]
    label = words(question.label, language)
    return (
        f"{question.id}.{choice.code}" if choice else question.id,
        section,
        f"{label} – {words(choice.label, language)}" if choice else label,
        words(question.help, language),
        type_words(question.type, language),
        "\n".join(_choices(question, choice, language)),
        " and ".join(f"({text})" for text in asked) if len(asked) > 1 else "".join(asked),
        ", ".join(state_words(question, language)),
        GUIDE.get(language, GUIDE["da"]).required[question.required],
        ", ".join(text for text in (question.source, question.condition) if text),
    )


def _choices(question: Question, choice: Choice | None, language: str) -> list[str]:
    if question.type is Type.BOOL or choice:
        return list(yes_no(language))
    lines = []
    for each in question.choices:
        shown = f"{choice_words(question, each, language)} ({each.code})"
        lines.append(f"{shown}: {write(each.show_if)}" if each.show_if is not None else shown)
    return lines
