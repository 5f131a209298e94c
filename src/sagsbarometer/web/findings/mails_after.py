"""Mails to a municipality about what came after a release: the address of a page, and nothing of a case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from sagsbarometer.kernel.said import said
from sagsbarometer.web.accounts.links import absolute
from sagsbarometer.web.accounts.models import Membership, User
from sagsbarometer.web.jobs.asking import ask
from sagsbarometer.web.jobs.kinds import Tell, kind
from sagsbarometer.web.languages import spoken_to
from sagsbarometer.web.rights.asking import actor_of
from sagsbarometer.web.rights.may import Answer, may
from sagsbarometer.web.rights.state_of import case_state

_HOUSE = "system:findings"


def contacts_of(case: Any) -> Iterator[tuple[str, str]]:
    """Who of the municipality is told of a case: its contacts who may see it, as (`person`, id); where there is none,
    the address of the municipality in the frame, as (`authority`, id)."""
    held = Membership.objects.filter(
        role="municipal_contact", municipality=case.municipality, user__is_active=True
    )
    people = User.objects.filter(pk__in=held.values("user")).order_by("id")
    state = case_state(case)
    found = [user.id for user in people if may(actor_of(user), "see_own_sheet", state) is Answer.YES]
    if found:
        yield from (("person", id) for id in found)
    elif case.request.authority.email:
        yield "authority", case.request.authority_id


def tell_answered(objection: Any) -> int:
    """Asks for the mails that an objection was answered, once each; how many. Inside `acting`."""
    sent = 0
    for what, id in contacts_of(objection.case):
        arguments = {what: str(id), "sheet": objection.sheet_id}
        ask("findings.objection_answered", arguments, actor=_HOUSE, study=objection.case.study_id,
            once=f"objection:{objection.id}:{id}")  # fmt: skip
        sent += 1
    return sent


def remind(case: Any, sheet: str) -> int:
    """Asks for the mails that remind of telling what happened, once for each case; how many. Inside `acting`."""
    sent = 0
    for what, id in contacts_of(case):
        arguments = {what: str(id), "sheet": sheet, "case": case.id}
        ask("findings.remind", arguments, actor=_HOUSE, study=case.study_id, once=f"tell:{case.id}:{id}")
        sent += 1
    return sent


def reminded(study: str) -> frozenset[str]:
    """The cases of a study whose municipality was reminded."""
    from sagsbarometer.web.jobs.models import Job

    jobs = Job.objects.filter(kind="findings.remind", study=study).values_list("arguments", flat=True)
    return frozenset(str(arguments["case"]) for arguments in jobs)


@kind(
    "findings.objection_answered", action="list_own_sheets", title=said("Mail om et svar på en indsigelse"),
    system=True,
)  # fmt: skip
def send_answered(job: Any, arguments: Mapping[str, Any], tell: Tell) -> None:
    """To one contact."""
    _send("objection_answered", arguments)


@kind(
    "findings.remind",
    action="list_own_sheets",
    title=said("Mail om at fortælle, hvad der skete"),
    system=True,
)
def send_reminder(job: Any, arguments: Mapping[str, Any], tell: Tell) -> None:
    """To one contact, unless the municipality told it meanwhile."""
    from sagsbarometer.web.findings.models import Aftermath

    if not Aftermath.objects.filter(case=arguments["case"]).exists():
        _send("remind", arguments)


def _send(name: str, arguments: Mapping[str, Any]) -> None:
    from sagsbarometer.web.planning.models import Authority

    user = None
    if "person" in arguments:
        user = User.objects.filter(pk=arguments["person"], is_active=True).first()
        address = user.email if user else ""
    else:
        address = str(
            Authority.objects.filter(pk=arguments["authority"]).values_list("email", flat=True).first() or ""
        )
    if not address:
        return
    words = {
        "name": user.name if user else "",
        "link": absolute(reverse("findings:own_sheet", args=[arguments["sheet"]])),
    }
    with spoken_to(user):
        subject = render_to_string(f"findings/mail/{name}_subject.txt", words).strip()
        text = render_to_string(f"findings/mail/{name}.txt", words)
    send_mail(subject, text, None, [address])
