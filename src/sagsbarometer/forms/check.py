"""Faults of a form that only show when its parts are seen together."""

from __future__ import annotations

from pathlib import Path

from sagsbarometer.catalogue.catalogue import Catalogue
from sagsbarometer.forms.analysis import Search, Wish
from sagsbarometer.forms.form import Form, Question
from sagsbarometer.forms.language.parse import parse
from sagsbarometer.forms.language.tree import TRUE, Node, state_names, value_names
from sagsbarometer.forms.load import read_form
from sagsbarometer.kernel.problems import Place, Problem, errors
from sagsbarometer.kernel.said import said

_ASKED = frozenset({True, None})
_YES: frozenset[bool | None] = frozenset({True})
_NO: frozenset[bool | None] = frozenset({False})


def check_form(path: Path, catalogue: Catalogue) -> tuple[Form | None, tuple[Problem, ...]]:
    """The form of a file and every problem of it, in the order of its lines.

    Beside the faults of `forms.load`: FORM-201 a question nobody is ever asked, FORM-202 a choice that is
    never shown, FORM-203 a measure on a question that may be not asked inside the measure's base, FORM-204 a
    check that can never be broken. A part with a fault of its own is taken as able to be anything, so that
    these are found in the rest of the form at the same time.
    """
    form, problems = read_form(path, catalogue)
    if form is None:
        return form, problems
    search = Search(form)
    faulty = {problem.place.question for problem in errors(problems)}
    found = [problem for question in form.questions for problem in _question(form, search, question)]
    found += [
        problem
        for index, measure in enumerate(form.measures)
        if str(measure["id"]) not in faulty
        for problem in _measure(form, search, index)
    ]
    found += [
        _problem(
            form,
            "FORM-204",
            check.line,
            check.id,
            said("Kontrollen kan aldrig slå til."),
            said("Slet eller ret den."),
        )
        for check in form.checks
        if check.id not in faulty and not search.possible([Wish(check.holds, _NO)])
    ]
    return form, tuple(sorted((*problems, *found), key=lambda problem: problem.place.line or 0))


def _question(form: Form, search: Search, question: Question) -> list[Problem]:
    asked = [Wish(question.ask_if, _ASKED)] if question.ask_if else []
    if not search.possible(asked):
        fault = said("Spørgsmålet bliver aldrig stillet: ask_if kan ikke blive opfyldt.")
        return [
            _problem(
                form,
                "FORM-201",
                question.line,
                question.id,
                fault,
                said("Ret ask_if, eller slet spørgsmålet."),
            )
        ]
    return [
        _problem(
            form,
            "FORM-202",
            question.line,
            question.id,
            said("Svaret »{code}« bliver aldrig vist: show_if kan ikke blive opfyldt.", code=choice.code),
            said("Ret show_if, eller slet svaret."),
        )
        for choice in question.choices
        if choice.show_if is not None and not search.possible([*asked, Wish(choice.show_if, _ASKED)])
    ]


def _measure(form: Form, search: Search, index: int) -> list[Problem]:
    measure = form.measures[index]
    place = Place(form.file, question=str(measure["id"]))
    base = parse(str(measure["base"]), place)
    counts: Node | None = parse(str(measure["counts"]), place) if measure["counts"] else None
    counted = (value_names(counts) - state_names(counts)) | (
        {str(measure["value"])} if measure["value"] else set()
    )
    routed = {item.id for item in form.items if item.ask_if is not None}
    # A name that the base itself tests by value is asked wherever the base holds by that test; the search sees it.
    wishes = [] if base == TRUE else [Wish(base, _YES)]
    return [
        _problem(
            form,
            "FORM-203",
            measure["line"],  # type: ignore[arg-type]
            str(measure["id"]),
            said("Målet tæller »{id}«, som kan være ikke stillet i målets base.", id=id),
            said("Stram base, så den kun har sager, hvor spørgsmålet stilles, eller spørg til state(…)."),
        )
        for id in sorted(counted & routed)
        if search.possible(wishes, not_asked=id)
    ]


def _problem(form: Form, code: str, line: int | None, question: str, fault: str, remedy: str) -> Problem:
    return Problem(code, Place(form.file, line=line, question=question), fault, remedy)
