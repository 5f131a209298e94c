"""Which questions of a form are others than before."""

from __future__ import annotations

from dataclasses import replace

from sagsbarometer.catalogue.catalogue import load_catalogue
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.forms.form import Form, Question
from sagsbarometer.forms.language.tree import Literal
from sagsbarometer.forms.load import load_form
from sagsbarometer.review.changed_form import What, changed_questions

FORM: Form = load_form(shipped("studies") / "barometer_97" / "form.yaml", load_catalogue(shipped("law")))


def with_question(id: str, **more: object) -> Form:
    made = tuple(replace(item, **more) if item.id == id else item for item in FORM.questions)  # type: ignore[arg-type]
    return replace(FORM, questions=made, hash="another")


def found(form: Form) -> dict[str, tuple[What, ...]]:
    return {item.question: item.what for item in changed_questions(FORM, form)}


def test_the_same_form_has_none() -> None:
    assert found(replace(FORM, hash="another", version=2)) == {}


def test_wording_choices_and_routing_are_told_apart() -> None:
    assert found(with_question("result", label={"da": "Andet"})) == {"result": (What.WORDING,)}
    question: Question = FORM.question("result")
    assert found(with_question("result", choices=question.choices[:-1]))["result"] == (What.CHOICES,) or (
        What.CHOICES in found(with_question("result", choices=question.choices[:-1]))["result"]
    )
    assert found(with_question("overall_assessment", ask_if=Literal(False)))["overall_assessment"] == (
        What.ROUTING,
    )


def test_a_new_and_a_removed_question() -> None:
    less = tuple(item for item in FORM.questions if item.id != "overall_assessment")
    order = tuple(id for id in FORM.order if id != "overall_assessment")
    smaller = replace(FORM, questions=less, order=order, hash="another")
    assert found(smaller)["overall_assessment"] == (What.REMOVED,)
    back = {item.question: item.what for item in changed_questions(smaller, FORM)}
    assert back["overall_assessment"] == (What.NEW,)


def test_a_check_and_a_derived_variable_change_the_questions_they_are_about() -> None:
    check = FORM.checks[0]
    moved = replace(FORM, checks=(replace(check, holds=Literal(True)), *FORM.checks[1:]), hash="another")
    assert {id for id, what in found(moved).items() if What.CHECKS in what} == set(check.questions)
    routed = next(item for item in FORM.derived if any(item.id in str(q.ask_if) for q in FORM.questions))
    others = tuple(
        replace(item, expression=Literal(True)) if item.id == routed.id else item for item in FORM.derived
    )
    what = found(replace(FORM, derived=others, hash="another"))
    assert what
    assert all(kinds == (What.ROUTING,) for kinds in what.values())
