"""What stands in the plan of a study, in words: choices by what they are called, never by their ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from sagsbarometer.catalogue.lookup import conditions_of
from sagsbarometer.collection.plan_fields import LETTERS, Ask, StudyPlan, asks, words
from sagsbarometer.web.languages import in_shown
from sagsbarometer.web.planning import folders

Labels = Mapping[str, Mapping[str, str]]  # of the choices of a field, by their ids


@dataclass(frozen=True, slots=True)
class Said:
    """A field with its answer. `url`: where what is used can be seen, "" for most."""

    label: str
    value: str
    url: str = ""


def choices_of(study: Any, plan: StudyPlan, step: str) -> dict[str, list[tuple[str, str]]]:
    """The choices of a step that come from the law or the form."""
    if step == "figures":
        return {"figures": list(folders.figures_of(folders.form_of(study)).items())}
    if step != "provision":
        return {}
    law, own = folders.catalogue(), plan.provision
    provisions = [("", _("Vælg")), *((id, folders.provision_name(id)) for id in law.provisions)]
    known = conditions_of(law, own.provision) if own.provision in law.provisions else {}
    labels = [(id, in_shown(item.label)) for id, item in known.items()]
    # What was chosen for another provision must still be shown, so that it can be taken away.
    labels += [(id, id) for id in own.conditions if id not in known]
    return {"provision": provisions, "conditions": labels}


def labels_of(study: Any, plan: StudyPlan) -> Labels:
    """What the choices of all steps are called, by field and id."""
    return {
        name: dict(choices)
        for step in ("provision", "figures")
        for name, choices in choices_of(study, plan, step).items()
    }


def answers(study: Any, plan: StudyPlan, step: str) -> list[tuple[str, Ask, Said]]:
    """The fields of a step by name, each with what it says."""
    labels, part = labels_of(study, plan), getattr(plan, step)
    return [
        (name, ask, Said(ask.label, words(ask, getattr(part, name), labels.get(name)), _seen_at(study, name)))
        for name, ask in asks(step).items()
    ]


def _seen_at(study: Any, name: str) -> str:
    return reverse("letters:preview", args=[study.id, name]) if name in LETTERS else ""
