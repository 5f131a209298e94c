"""Work with letters that takes longer than a reply."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from sagsbarometer.kernel.said import said
from sagsbarometer.web.jobs.asking import ask
from sagsbarometer.web.jobs.kinds import Tell, kind
from sagsbarometer.web.rights.state_of import find_study


def _page(arguments: Mapping[str, Any]) -> str:
    return reverse("letters:letters", args=[arguments["study"]])


@kind("letters.make", action="write_letters", find=find_study, title=said("Laver breve"), after=_page)
def make_letters(job: Any, arguments: Mapping[str, Any], tell: Tell) -> None:
    """Makes the letters of a kind to all who are to have one. Done again, it goes on where it was."""
    from sagsbarometer.web.letters.making import due, make
    from sagsbarometer.web.planning.models import Study

    study = Study.objects.get(pk=arguments["study"])
    to = due(study, arguments["kind"])
    for number, addressee in enumerate(to.values(), 1):
        make(study, arguments["kind"], addressee, job.actor)
        tell(number, len(to), said("Brev {number} af {all}", number=number, all=len(to)))


@kind("letters.send", action="send_letters", find=find_study, title=said("Sender breve"), after=_page)
def send_letters(job: Any, arguments: Mapping[str, Any], tell: Tell) -> None:
    """Sends the letters of a kind. After a call-in the reminders are asked for, each on its day."""
    from sagsbarometer.web.letters.making import send
    from sagsbarometer.web.planning.models import Study

    study = Study.objects.get(pk=arguments["study"])
    send(study, arguments["kind"], job.actor, tell)
    if arguments["kind"] == "call_in":
        ask_reminders(study, job.actor)


def ask_reminders(study: Any, actor: str) -> None:
    """Asks for the reminders of the deadline in the plan, each on its day; once for each day."""
    from sagsbarometer.web.letters.making import reminders

    for day, moment in reminders(study).items():
        again = {"study": study.id, "day": day.isoformat()}
        once = f"remind:{study.id}:{day}"
        ask("letters.remind", again, actor=actor, study=study.id, once=once, due_at=moment)


@kind("letters.remind", action="send_letters", find=find_study, title=said("Minder om fristen"), after=_page)
def remind(job: Any, arguments: Mapping[str, Any], tell: Tell) -> None:
    """On its day: makes and sends a reminder to each who has not delivered, unless the day was moved."""
    from sagsbarometer.web.letters.making import due, make, reminders, send
    from sagsbarometer.web.planning.models import Study

    study = Study.objects.get(pk=arguments["study"])
    if arguments["day"] not in {day.isoformat() for day in reminders(study)}:
        tell(0, 0, said("Fristen er flyttet: ingen påmindelse i dag"))
        return
    for addressee in due(study, "reminder").values():
        make(
            study, "reminder", addressee, job.actor, f"remind:{study.id}:{arguments['day']}:{addressee.code}"
        )
    send(study, "reminder", job.actor, tell)
