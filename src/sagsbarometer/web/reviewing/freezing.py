"""What keeps a study from being frozen, and freezing without the queue: for who works on the machine itself."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext as _

from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.web.accounts.models import User
from sagsbarometer.web.identifiers import thing_id
from sagsbarometer.web.jobs.kinds import Tell
from sagsbarometer.web.planning.folders import form_of
from sagsbarometer.web.planning.models import Study
from sagsbarometer.web.reviewing.counting import Counted, counted
from sagsbarometer.web.reviewing.finding import MEASURED
from sagsbarometer.web.reviewing.jobs import folder_of_freeze, freeze
from sagsbarometer.web.reviewing.models import Freeze, Look
from sagsbarometer.web.rights.asking import actor_of
from sagsbarometer.web.rights.may import Answer, may
from sagsbarometer.web.rights.state_of import study_state


def looks_waiting(study: Any) -> int:
    """How many answers are to be looked at again after a change of the form."""
    waiting = Look.objects.filter(reading__case__study=study, reading__review__use=MEASURED)
    return waiting.filter(done_at=None, why="form").count()


def hindrance(study: Any, told: Counted) -> str:
    """Why a study cannot be frozen now; "" where it can."""
    if not told.cases:
        return _("Ingen sager er læst færdig: der er intet at låse.")
    if looks_waiting(study):
        return _("Svar, der skal ses igen efter en ændring af skemaet, skal ses først.")
    return ""


def freeze_now(study: str, email: str, tell: Tell) -> tuple[int, int, Path]:
    """Freezes a study in the name of a person who may: its number, how many cases, and its folder.

    Raises Faults: LAAS-101 no such study, or the person may not; LAAS-102 there is something that keeps it back.
    """
    found = Study.objects.filter(pk=study).first()
    person = User.objects.filter(email__iexact=email.strip()).first()
    # Who works on the machine has been let in there: a code of an app is asked for on the pages.
    if (
        found is None
        or person is None
        or may(actor_of(person, second_factor=True), "freeze_study", study_state(found)) is not Answer.YES
    ):
        fault = _("Studiet findes ikke, eller den, der er nævnt, må ikke låse dets svar.")
        remedy = _("Brug studiets id fra adressen, og mailen på en analytiker i studiet.")
        raise Faults([Problem("LAAS-101", Place(study), fault, remedy)])
    if why := hindrance(found, counted(found, form_of(found))):
        raise Faults([Problem("LAAS-102", Place(study), why, _("Se siden »Svar og tal«."))])
    job = SimpleNamespace(id=thing_id(), actor=person.id)
    freeze(job, {"study": study}, tell)
    made = Freeze.objects.get(job=job.id)
    return made.number, made.cases, folder_of_freeze(study, made.number)
