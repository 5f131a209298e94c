"""What the fields of a letter say for one municipality."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q

from sagsbarometer.catalogue.citations import danish_citation
from sagsbarometer.collection.letter_text import filled, text_of, wanted_lines
from sagsbarometer.collection.plan_fields import StudyPlan
from sagsbarometer.collection.plan_steps import delivery_deadline, plan_of
from sagsbarometer.kernel.dates import danish_date
from sagsbarometer.web.home import this_home
from sagsbarometer.web.planning.folders import catalogue, letter_texts

# Cases that are no longer missing: for one that went out and is replaced, one more is asked for.
_IN = ("submitted", "screened_in", "excluded")


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who a letter goes to, and what is asked of them."""

    code: str
    name: str
    email: str
    wanted: Mapping[str, int]
    deadline: date | None = None
    request: str = ""
    missing: int = 0
    state: str = "planned"


def addressees(study: Any) -> dict[str, Addressee]:
    """Those a study writes to, by code: of its requests once it is launched, before that as its plan would ask."""
    from sagsbarometer.web.delivering.models import Request
    from sagsbarometer.web.planning.saving import ALL
    from sagsbarometer.web.planning.shown import worked

    if study.state == "planning":
        from sagsbarometer.collection.plan_sample import wanted_of

        plan = plan_of(study.plan)
        of = worked(study, plan)
        wanted = wanted_of(of) if of else {}
        return {
            item.code: Addressee(item.code, item.name, item.email, _kinds(wanted.get(item.code, {}), ALL))
            for item in plan.population.authorities
            if item.code in wanted or of is None
        }
    requests = Request.objects.filter(study=study).select_related("authority").order_by("authority__code")
    counted = requests.annotate(got=Count("cases", filter=Q(cases__state__in=_IN)))
    return {item.authority.code: _of(item, item.got, ALL) for item in counted}


def _of(request: Any, got: int, all_: str) -> Addressee:
    own = request.authority
    missing = max(sum(request.wanted.values()) - got, 0)
    wanted = _kinds(request.wanted, all_)
    return Addressee(
        own.code, own.name, own.email, wanted, request.deadline, request.id, missing, request.state
    )


def _kinds(wanted: Mapping[str, int], all_: str) -> dict[str, int]:
    return {"" if kind == all_ else kind: number for kind, number in wanted.items()}


def letter(study: Any, kind: str, to: Addressee) -> str:
    """The text of a letter to one of them, in Markdown."""
    plan = plan_of(study.plan)
    text = text_of(kind, getattr(plan.letters, kind), letter_texts())
    return filled(text, values(study, plan, kind, to))


def dateline(study: Any, day: date) -> str:
    """What stands above a letter: `Aalborg, den 15. februar 2027`, or the day alone."""
    place = plan_of(study.plan).letters.place
    return f"{place}, den {danish_date(day)}" if place else danish_date(day)


def values(study: Any, plan: StudyPlan, kind: str, to: Addressee) -> dict[str, str]:
    """Every field with what it says; "" for what the plan does not know yet."""
    own, calendar = plan.letters, plan.calendar
    labels = {item.id: item.label.lower() for item in plan.population.strata}
    # A call-in says the deadline that it will set; what comes after says the one that was set.
    deadline = (
        delivery_deadline(plan) if kind in ("notice", "call_in") else to.deadline or delivery_deadline(plan)
    )
    wanted = {"": to.missing} if kind == "replacement" and to.missing else to.wanted
    address = str(this_home().config.get("address", "http://localhost:8000")).rstrip("/")
    return {
        "municipality": to.name,
        "code": to.code,
        "study": study.name,
        "period": _period(plan),
        "provision": _provision(plan.provision.provision),
        "wanted": wanted_lines(wanted, labels),
        "cases": _cases(sum(to.wanted.values())),
        "missing": _cases(to.missing),
        "deadline": danish_date(deadline) if deadline else "",
        "call_in": _day(calendar.call_in_on),
        "release": _day(calendar.release_on),
        "address": f"{address}/kommune/{to.request}/" if to.request else f"{address}/",
        "sender": own.sender,
        "contact": own.contact,
        "phone": own.phone,
        "email": own.email,
        "basis": own.basis,
    }


def _provision(id: str) -> str:
    """As it is cited in a sentence: `serviceloven § 97 om ledsagelse til voksne`."""
    law = catalogue()
    known = law.provisions.get(id)
    return f"{danish_citation(id, law.acts)} om {known.title['da'].lower()}" if known else ""


def _cases(number: int) -> str:
    return f"{number} sag" if number == 1 else f"{number} sager"


def _period(plan: StudyPlan) -> str:
    own = plan.criteria
    return f"{_day(own.from_)} til {_day(own.to)}" if own.from_ and own.to else ""


def _day(day: str) -> str:
    return danish_date(date.fromisoformat(day)) if day else ""
