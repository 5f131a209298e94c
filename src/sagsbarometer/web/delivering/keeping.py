"""Cases of a request as rows: made, read and saved. Own case numbers are locked by the key of the study."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable

from django.db.models import Max

from sagsbarometer.collection.short_form import STRATUM, answers_of, kept, routed, short_form, with_strata
from sagsbarometer.documents.persons import masked
from sagsbarometer.documents.vault import KeyGone, Tampered, seal, unseal
from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.types import Answer
from sagsbarometer.forms.states import State
from sagsbarometer.kernel.ids import is_like_cpr
from sagsbarometer.kernel.said import said
from sagsbarometer.web.delivering.answering import Read
from sagsbarometer.web.delivering.models import Case, Request
from sagsbarometer.web.delivering.rules import Made
from sagsbarometer.web.documents.models import Document
from sagsbarometer.web.home import this_home
from sagsbarometer.web.identifiers import random_id
from sagsbarometer.web.receiving.facts import strata_names, taken_of

NUMBER_LENGTH = 64  # characters: as long as an id of a list


def labels_of(request: Request) -> dict[str, str]:
    """What each kind of case that is asked for is called."""
    names = strata_names(request.study)
    return {kind: names.get(kind, kind) for kind in request.wanted}


def form_of(request: Request) -> Form:
    """The short form as this request answers it. Where lots were drawn, the list says of which kind a case is."""
    return short_form() if request.drawn else with_strata(short_form(), labels_of(request))


def answers(form: Form, case: Case) -> dict[str, Answer]:
    """What was declared of a case, its kind included."""
    values, states = dict(case.declared), dict(case.declared_states)
    if case.stratum:
        values[STRATUM], states[STRATUM] = case.stratum, State.ANSWERED.value
    return answers_of(form, values, states)


def own_number(case: Case) -> str:
    """The municipality's own number; "" where there is none, or its key is gone."""
    if not case.own_number:
        return ""
    try:
        return unseal(this_home().keys.study(case.study_id), bytes(case.own_number), _about(case)).decode()
    except (KeyGone, Tampered):
        return ""


def shown_number(case: Case) -> str:
    """The own number as it may stand on a page."""
    return masked(own_number(case))


def _about(case: Case) -> str:
    return f"case.own_number:{case.id}"


def number_fault(text: str, request: Request) -> str:
    """What is wrong with an own number; "" when it may be used. Where lots were drawn, it is the id of a drawn case."""
    if not text:
        return said("Skriv sagens nummer hos jer.")
    if is_like_cpr(text):
        return said("Nummeret ligner et CPR-nummer. Brug jeres journalnummer, eller find på et løbenummer.")
    if len(text) > NUMBER_LENGTH:
        return said("Nummeret er for langt.")
    if request.drawn and text not in taken_of(request):
        return said("Nummeret er ikke et af dem, der er udtrukket af jeres liste.")
    return ""


def numbers_of(cases: Iterable[Case]) -> set[str]:
    """The own numbers of the cases that were not withdrawn."""
    return {own_number(case) for case in cases if case.state != "withdrawn"} - {""}


def put(case: Case, number: str, result: Read, request: Request) -> None:
    """Sets what was answered on a case that is not saved yet."""
    values, states = kept(result.case.answers)
    stratum = values.pop(STRATUM, None)
    states.pop(STRATUM, None)
    if case.replaces_id is None:  # what stands in for another case is of the same kind
        kinds = list(request.wanted)
        drawn = taken_of(request) if request.drawn else {}
        case.stratum = drawn.get(number) or stratum or (kinds[0] if len(kinds) == 1 else "")
    case.declared, case.declared_states = values, states
    if own_number(case) != number:
        seal_number(case, number)


def seal_number(case: Case, number: str) -> None:
    """Sets the own number of a case that is not saved yet."""
    case.own_number = seal(this_home().keys.study(case.study_id), number.encode(), _about(case))


def new_case(request: Request, once: str) -> Case:
    """The next case of a request, not saved yet. The request's row is held, so that numbers are given once."""
    return Case(
        study_id=request.study_id,
        request=request,
        municipality=request.authority.code,
        number=last_number(request) + 1,
        once=once,
    )


def last_number(request: Request) -> int:
    """The number of the newest case of a request; 0 where there is none."""
    return Case.objects.filter(request=request).aggregate(last=Max("number"))["last"] or 0


def once_key(request: Request, sent: str | None) -> str:
    """The key of a form as it is kept: the same for the same form of the same request, and no other's by accident or
    on purpose. A form without one is always another."""
    text = str(sent or "") or random_id(24)
    return hashlib.sha256(f"{request.id}:{text}".encode()).hexdigest()[:32]


def held(request_id: str) -> Request:
    """The request, so that nobody else changes it until this is over."""
    found: Request = (
        Request.objects.select_for_update(of=("self",))
        .select_related("study", "authority")
        .get(pk=request_id)
    )
    return found


def cases_of(request: Request) -> list[Case]:
    """Its cases in order, the withdrawn too."""
    return list(Case.objects.filter(request=request).select_related("replaces").order_by("number"))


def documents_of(cases: list[Case]) -> dict[str, list[Document]]:
    """What was delivered in each case, what was refused included, in the order it came."""
    found: dict[str, list[Document]] = {case.id: [] for case in cases}
    rows = Document.objects.filter(case__in=cases).exclude(state="removed").order_by("at", "id")
    for document in rows:
        found[document.case_id].append(document)
    return found


def made_of(form: Form, case: Case, documents: list[Document], drawn: Collection[str] = ()) -> Made:
    """A case as the rules see it. `drawn`: the ids it has to be one of, none without a draw."""
    number = own_number(case)
    stray = [said("Sagen er ikke en af dem, der er udtrukket.")] if drawn and number not in drawn else []
    result = Read(routed(form, answers(form, case)), {})
    form_answer = result.case.answers.get("form")
    return Made(
        number=case.number,
        stratum=case.stratum,
        state=case.state,
        documents=sum(document.state == "ready" for document in documents),
        missing=len(result.missing) + (not number),
        faults=(*(finding.fault for finding in result.faults), *(stray if number else ())),
        without_decision=form_answer is not None and form_answer.value == "none_in_file",
        replaces=case.replaces_id is not None,
    )
