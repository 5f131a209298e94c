"""What a purge takes away besides what is locked: words of the plan and the letters, and people who are here for
nothing else.

Kept is what says what the published figures are about: codes, days, numbers, which cases and how they were chosen. So
the coded answers stay, and the coded keys of known cases (`KeyAnswer.value`) beside them; why a key is right is locked.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from sagsbarometer.collection.plan_fields import STEPS, StudyPlan, asks
from sagsbarometer.web.home import Home

# Words that say what a figure is: which cases, how they were chosen, with what seed, and what it may be used for.
KEPT = {
    ("population", "described"),
    ("population", "source"),
    ("sample", "remark"),
    ("sample", "seed"),
    ("figures", "use"),
}
# Columns that are not locked and still hold words of somebody's, or let a municipality find its case again.
EMPTIED: dict[str, dict[str, Any]] = {
    "planning_authority": {"email": ""},
    "planning_planversion": {"reason": ""},
    "delivering_request": {"drawn": []},
    "delivering_framelist": {"rows": []},
    "letters_letter": {"fault": ""},
    "reviewing_freeze": {"unlocked_why": ""},
    "receiving_replacement": {"reserve": ""},
}
PLANS = {"planning_study": "plan", "planning_planversion": "plan"}  # table -> the column that is a plan
_NAME = "Slettet person"


def wordless(plan: Mapping[str, Any]) -> dict[str, Any]:
    """A plan as it is stored, without the words and names in it. Done again, the same."""
    blank = StudyPlan().model_dump(mode="json")
    left: dict[str, Any] = {}
    for step, part in plan.items():
        if step not in STEPS:
            continue
        words = {name for name, ask in asks(step).items() if ask.as_ in ("text", "area")}
        left[step] = {
            name: blank[step].get(name, "") if name in words and (step, name) not in KEPT else value
            for name, value in part.items()
        }
    for authority in left.get("population", {}).get("authorities", []):
        authority["email"] = ""
    return left


def forget_plans(study_id: str, actor: str) -> None:
    """The words of the plan and of each of its versions."""
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.planning.models import PlanVersion, Study

    for rows in (Study.objects.filter(pk=study_id), PlanVersion.objects.filter(study=study_id)):
        for row in rows:
            if (left := wordless(row.plan)) != row.plan:
                with acting(actor, "purge_study"):
                    rows.filter(pk=row.pk).update(plan=left)


def forget_folder(folder: Path) -> None:
    """The same words in the folder of a study, version by version, written whole under another name first; and the
    lists that lots were drawn from, with what was drawn."""
    shutil.rmtree(folder / "samples", ignore_errors=True)
    for path in sorted(folder.glob("v*/plan.json")):
        plan = json.loads(path.read_text(encoding="utf-8"))
        text = json.dumps(wordless(plan), ensure_ascii=False, indent=1, sort_keys=True)
        _put(path, text)
    for path in sorted(folder.glob("v*/study.yaml")):
        text = path.read_text(encoding="utf-8")
        data = yaml.safe_load(text)
        if isinstance(data, dict) and data.pop("commission", None) is not None:
            head = "".join(line + "\n" for line in text.splitlines() if line.startswith("#"))
            _put(path, head + yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=120))


def _put(path: Path, text: str) -> None:
    if text == path.read_text(encoding="utf-8"):
        return
    whole = path.with_name(f".{path.name}.new")
    whole.write_text(text, encoding="utf-8")
    whole.replace(path)


def forget_people(study_id: str, actor: str) -> None:
    """Invitations to the study, and contacts whose only role is in it: name, address and all they sign in with."""
    from allauth.usersessions.models import UserSession

    from sagsbarometer.web.accounts.models import Invitation, Membership, User
    from sagsbarometer.web.events.acting import acting

    with acting(actor, "purge_study"):
        Invitation.objects.filter(study=study_id).delete()
    here = Membership.objects.filter(study=study_id, role="municipal_contact")
    # Whoever is here for something else: in the house, in a study that is not purged, or in this one as staff.
    more = Membership.objects.exclude(study__state="purged").exclude(study=study_id, role="municipal_contact")
    for person in User.objects.filter(pk__in=here.values("user")).exclude(pk__in=more.values("user")):
        for session in UserSession.objects.filter(user=person):
            session.end()
        with acting(actor, "purge_study"):
            _forget(person)


def _forget(person: Any) -> None:
    """Nothing is left of a person but the id that the events name."""
    from allauth.account.models import EmailAddress
    from allauth.mfa.models import Authenticator
    from allauth.socialaccount.models import SocialAccount

    from sagsbarometer.web.accounts.models import Invitation

    for model in (EmailAddress, Authenticator, SocialAccount):
        model.objects.filter(user=person).delete()
    Invitation.objects.filter(email__iexact=person.email).delete()
    person.memberships.all().delete()
    person.name, person.email, person.is_active = _NAME, f"{person.pk}@slettet.invalid", False
    person.set_unusable_password()
    person.save()


def forget_copies(home: Home) -> None:
    """The copies of the database from before an update hold the words too: they are destroyed whole."""
    folder = home.folder / "backups"
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
