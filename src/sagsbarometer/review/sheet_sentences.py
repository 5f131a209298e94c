"""The standard sentences that fit what was found in a case, with their fields filled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sagsbarometer.catalogue import lookup
from sagsbarometer.catalogue.catalogue import Catalogue
from sagsbarometer.catalogue.citations import danish_citation
from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.evaluate import truth
from sagsbarometer.forms.language.types import Answer
from sagsbarometer.forms.wording import words
from sagsbarometer.review.law_at_hand import decided_on
from sagsbarometer.review.sheet import Facts, Words
from sagsbarometer.review.sheet_file import SheetFile, fields_of


@dataclass(frozen=True, slots=True)
class Fitting:
    """A standard sentence as it can be chosen: its words, and whether it is chosen until somebody takes it off."""

    part: str
    id: str
    text: str
    suggested: bool


def fitting(
    form: Form,
    file: SheetFile,
    answers: Mapping[str, Answer],
    facts: Facts,
    catalogue: Catalogue,
    language: str = "da",
) -> tuple[Fitting, ...]:
    """The sentences whose condition holds, in the order of the parts and of the file.

    One that tells of a defect which was not found is not among them, nor one with a field that has nothing to say.
    """
    found = {item.id for item in facts.defects}
    plain = [part for part in file.parts if part not in {item.question for item in file.defects}]
    made = []
    for part in file.parts:
        if part not in plain and part not in found:
            continue
        filled = fields(form, facts, answers, catalogue, part)
        for sentence in file.sentences:
            if sentence.part != part or (
                sentence.when is not None and truth(sentence.when, answers) is not True
            ):
                continue
            text = words(sentence.text, language)
            if all(filled.get(name) for name in fields_of(text)):
                made.append(Fitting(part, sentence.id, _begun(text.format(**filled)), sentence.suggested))
    return tuple(made)


def suggested(sentences: tuple[Fitting, ...]) -> tuple[Words, ...]:
    """The words of a sheet that nobody has written yet."""
    return tuple(Words(item.part, item.id, item.text) for item in sentences if item.suggested)


def fields(
    form: Form, facts: Facts, answers: Mapping[str, Answer], catalogue: Catalogue, part: str
) -> dict[str, str]:
    """What a field stands for; "" where there is nothing to say."""
    decided = decided_on(answers)
    defect = next((item for item in facts.defects if item.id == part), None)
    result = next((item.value for item in facts.told if item.id == "result"), "")
    return {
        "provision": _provision(catalogue, form.provision, decided) if form.provision and decided else "",
        "decided": facts.decided,
        "result": _small(result),
        "details": "; ".join(_small(told.value) for told in defect.details) if defect else "",
        "conditions": ", ".join(f"»{label}«" for label in defect.conditions) if defect else "",
    }


def _provision(catalogue: Catalogue, id: str, day: date) -> str:
    """The form's provision as it held on a day: itself, or what had come in its place; "" where neither did."""
    edges = [edge.to for edge in lookup.successors(catalogue, id, day)]
    edges += [edge.from_ for edge in lookup.predecessors(catalogue, id)]
    held = (lookup.provision_on(catalogue, near, day) for near in (id, *edges))
    return next((danish_citation(item.provision, catalogue.acts) for item in held if item is not None), "")


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]
