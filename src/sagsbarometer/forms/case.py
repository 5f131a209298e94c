"""One case against a form: what is asked, what follows from the answers, and which checks they break."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sagsbarometer.forms.form import Check, Derived, Form, Question
from sagsbarometer.forms.language.evaluate import term, truth
from sagsbarometer.forms.language.types import Answer, Type
from sagsbarometer.forms.states import ABSENT, STATE_DA, State
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Level
from sagsbarometer.kernel.said import of_data, said

_NOT_ASKED = Answer(State.NOT_ASKED, None)
_NOT_ANSWERED = Answer(State.NOT_ANSWERED, None)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with one answer of a case; the caller knows file and row."""

    code: str
    question: str
    fault: str
    remedy: str
    level: Level = Level.ERROR


@dataclass(slots=True)
class Case:
    """A case after routing: every question and derived variable has an answer with its state."""

    answers: dict[str, Answer] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    delivered: set[str] = field(default_factory=set)  # derived variables taken as delivered


def complete(form: Form, given: Mapping[str, Answer], language: str = "da") -> Case:
    """The case with routing, derived variables and checks applied to what was given.

    Codes: SVAR-201 an answer to a question that is not asked, SVAR-202 a required answer is missing, SVAR-203 a
    choice that is not shown here, SVAR-204 a state the question does not allow, SVAR-205 outside minimum and
    maximum, SVAR-206 a delivered derived value that differs from the computed one, SVAR-301 a hard check,
    SVAR-302 a soft check (a warning).
    """
    case = Case()
    questions = {question.id: question for question in form.questions}
    derived = {item.id: item for item in form.derived}
    for id in form.order:
        if id in questions:
            case.answers[id] = _answered(questions[id], given.get(id), case)
        else:
            case.answers[id] = _derived(derived[id], given.get(id), case)
    # A check on half an answer says the same fault twice.
    if not case.findings:
        case.findings += [finding for check in form.checks if (finding := _broken(check, case, language))]
    return case


def _answered(question: Question, given: Answer | None, case: Case) -> Answer:
    if question.ask_if is not None and truth(question.ask_if, case.answers) is False:
        if given is not None and given.state is not State.NOT_ASKED:
            case.findings.append(_not_asked(question.id))
        return _NOT_ASKED
    if given is None or given.state in (State.NOT_ANSWERED, State.NOT_ASKED):
        if question.required:
            states = ", ".join(f"»{STATE_DA[state]}«" for state in sorted(question.allow))
            remedy = said("Svar på spørgsmålet.")
            if states:
                remedy = said("Svar på spørgsmålet, eller skriv {states}.", states=states)
            case.findings.append(Finding("SVAR-202", question.id, said("Svaret mangler."), remedy))
        return _NOT_ANSWERED
    if given.state is not State.ANSWERED:
        if given.state not in question.allow:
            allowed = ", ".join(str(STATE_DA[state]) for state in sorted(question.allow)) or said("et svar")
            fault = said("»{state}« kan ikke bruges her.", state=STATE_DA[given.state])
            case.findings.append(Finding("SVAR-204", question.id, fault, said("Skriv {what}.", what=allowed)))
        return given
    case.findings += _out_of_place(question, given, case)
    return given


def _not_asked(id: str) -> Finding:
    fault = said("Her står et svar, men spørgsmålet stilles ikke i denne sag.")
    remedy = said(
        "Slet svaret, eller ret de svar, det afhænger af. Har filen altid en værdi her, så skriv "
        "»unasked: drop« ved kolonnen i mappingen."
    )
    return Finding("SVAR-201", id, fault, remedy)


def _out_of_place(question: Question, given: Answer, case: Case) -> list[Finding]:
    value = given.value
    chosen = value if isinstance(value, frozenset) else {value}
    hidden = [
        choice.code
        for choice in question.choices
        if choice.code in chosen
        and choice.show_if is not None
        and truth(choice.show_if, case.answers) is False
    ]
    found = [
        Finding(
            "SVAR-203",
            question.id,
            said("Svaret »{code}« kan ikke vælges i denne sag.", code=code),
            said("Vælg et andet svar."),
        )
        for code in hidden
    ]
    if question.type is Type.INT and isinstance(value, int):
        low, high = question.minimum, question.maximum
        if (low is not None and value < low) or (high is not None and value > high):
            remedy = said("Skriv mindst {low} højst {high}.", low=low, high=high)
            if low is None or high is None:
                remedy = (
                    said("Skriv højst {high}.", high=high)
                    if low is None
                    else said("Skriv mindst {low}.", low=low)
                )
            found.append(Finding("SVAR-205", question.id, said("Tallet ligger uden for det mulige."), remedy))
    return found


def _derived(item: Derived, given: Answer | None, case: Case) -> Answer:
    delivered = given is not None and given.state is State.ANSWERED
    if item.ask_if is not None and truth(item.ask_if, case.answers) is False:
        if delivered:
            case.findings.append(_not_asked(item.id))
        return _NOT_ASKED
    computed = term(item.expression, case.answers)
    if not delivered or given is None:
        return computed
    if computed.state is State.ANSWERED:
        if computed.value != given.value:
            fault = said(
                "Der står {given}, men svarene giver {computed}.",
                given=shown(_words(given)),
                computed=shown(_words(computed)),
            )
            remedy = said("Ret svarene, eller lad feltet stå tomt: det regnes ud.")
            case.findings.append(Finding("SVAR-206", item.id, fault, remedy))
        return computed
    # The inputs are not there to compare with: the delivered value is all there is, and it is marked.
    if computed.state in ABSENT and item.type is Type.BOOL:
        return computed
    case.delivered.add(item.id)
    return given


def _words(answer: Answer) -> str:
    if isinstance(answer.value, bool):
        return "ja" if answer.value else "nej"
    return str(answer.value)


def _broken(check: Check, case: Case, language: str) -> Finding | None:
    if truth(check.holds, case.answers) is not False:
        return None
    level, code = (Level.ERROR, "SVAR-301") if check.hard else (Level.WARNING, "SVAR-302")
    question = check.questions[0] if check.questions else ""
    source = f" ({check.source})" if check.source else ""
    if language != "da":
        return Finding(code, question, f"{check.message[language]}{source}", check.remedy[language], level)
    fault = said("{message}{source}", message=of_data(check.message), source=source)
    return Finding(code, question, fault, of_data(check.remedy), level)
