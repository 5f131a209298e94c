"""Writing a study: new, a step of its plan, launched, amended, closed. Inside `acting`; what decides stands in
collection."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone

from sagsbarometer.collection.plan_fields import FiguresPlan, Law, Sample, Stratum, StudyPlan
from sagsbarometer.collection.plan_sample import sample_of, wanted_of
from sagsbarometer.collection.plan_steps import delivery_deadline, plan_of, stored
from sagsbarometer.kernel.said import said
from sagsbarometer.web.home import this_home
from sagsbarometer.web.identifiers import random_id
from sagsbarometer.web.planning import folders
from sagsbarometer.web.planning.models import Authority, PlanVersion, Study

ALL = "alle"  # the kind of a request where the plan has no kinds
_RETENTION_YEARS = 5


def create(name: str, template: str, kind: str, form_text: str, user: Any, once: str) -> Study:
    """A new study with its folder, its key and a plan of what its template knows. The same `once`, the same study."""
    if before := Study.objects.filter(once=once).first():
        return before
    study = Study(name=name, template=template, kind=kind, made_by=user, once=once)
    folders.make_folder(study, form_text)
    this_home().keys.new_study(study.id)
    study.plan = stored(_first_plan(study))
    study.save()
    return study


def _first_plan(study: Study) -> StudyPlan:
    """What a template says already: its provision with its conditions, its figures, and how many of what."""
    from sagsbarometer.catalogue.lookup import conditions_of

    form, law = folders.form_of(study), folders.catalogue()
    known = form.provision in law.provisions
    sample = Sample(seed=random_id(16), **_SAMPLES.get(study.kind, {}))
    plan = StudyPlan(
        provision=Law(
            provision=form.provision if known else "",
            conditions=tuple(conditions_of(law, form.provision)) if known else (),
            none=not form.provision,
        ),
        figures=FiguresPlan(figures=tuple(folders.figures_of(form))),
        sample=sample,
    )
    if study.kind == "barometer":
        strata = (Stratum(id="grant", label="Bevilling"), Stratum(id="refusal", label="Afslag"))
        plan = plan.model_copy(update={"population": plan.population.model_copy(update={"strata": strata})})
    return plan


_SAMPLES: Mapping[str, dict[str, Any]] = {
    "quality_measurement": {"target": "each", "each": 20},
    "service_check": {"method": "chosen_authorities", "target": "each", "each": 20},
    "offered_review": {"method": "chosen_authorities", "target": "each", "each": 10},
}


def save_plan(study: Study, plan: StudyPlan, user: Any) -> None:
    """The plan of a study that is being planned."""
    study.plan = stored(plan)
    study.revision += 1
    study.changed_by, study.changed_at = user, timezone.now()
    study.save()


def made_by_form(study: Study, once: str) -> bool:
    """Whether a form with this key has made a version already: it was sent twice."""
    return bool(once) and study.versions.filter(once=_key(study, once)).exists()


def _key(study: Study, once: str) -> str | None:
    return f"{study.id}-{once[:29]}" if once else None


def launch(study: Study, user: Any, once: str = "") -> None:
    """Starts a study: version 1 of its plan, its authorities, and what each is asked for. `once`: the form's key."""
    from sagsbarometer.web.delivering.models import Request

    plan = plan_of(study.plan)
    worked = sample_of(plan, study.name)
    wanted = wanted_of(worked)
    authorities = [
        Authority(study=study, code=item.code, name=item.name, email=item.email)
        for item in plan.population.authorities
        if item.code in wanted
    ]
    Authority.objects.bulk_create(authorities)
    Request.objects.bulk_create(
        Request(study=study, authority=item, wanted={kind or ALL: n for kind, n in wanted[item.code].items()})
        for item in authorities
    )
    study.state, study.launched_at = "launched", timezone.now()
    study.retention = study.retention or _retention(plan)
    save_plan(study, plan, user)
    _version(study, plan, said("Sat i gang"), user, once)
    if worked.plan is not None:
        folders.write_plan(study, study.plan, worked.plan.to_json())


def amend(study: Study, plan: StudyPlan, reason: str, user: Any, once: str = "") -> None:
    """The next version of the plan of a study that is under way. A deadline that moves, moves for those it was set.
    `once`: the form's key."""
    before = delivery_deadline(plan_of(study.plan))
    folders.next_version(study, study.version + 1)
    study.version += 1
    save_plan(study, plan, user)
    _version(study, plan, reason, user, once)
    if before != delivery_deadline(plan):
        _move_deadline(study, before, delivery_deadline(plan), user)


def amend_form(study: Study, form_text: str, reason: str, user: Any, once: str = "") -> int:
    """Another form, which has been checked, as the next version of a study under way: how many answers are to be looked
    at again. Readings that were not handed in go on with it."""
    from sagsbarometer.web.reviewing.looks import for_form

    before = study.version
    folders.next_version(study, before + 1)
    study.version += 1
    (folders.folder_of(study) / "form.yaml").write_text(form_text, encoding="utf-8")
    plan = plan_of(study.plan)
    save_plan(study, plan, user)
    _version(study, plan, reason, user, once)
    return for_form(study, before, study.version)


def _move_deadline(study: Study, before: date | None, after: date | None, user: Any) -> None:
    from sagsbarometer.web.delivering.models import Request
    from sagsbarometer.web.letters.jobs import ask_reminders

    called = Request.objects.select_for_update().filter(
        study=study, state__in=("called_in", "reopened"), deadline=before
    )
    for request in called:
        request.deadline = after
        request.revision += 1
        request.save()
    if called:
        ask_reminders(study, user.id)


def close(study: Study, user: Any) -> None:
    """Ends a study: nothing more is delivered."""
    study.state, study.closed_at = "closed", timezone.now()
    study.revision += 1
    study.changed_by, study.changed_at = user, timezone.now()
    study.save()


def _version(study: Study, plan: StudyPlan, reason: str, user: Any, once: str) -> None:
    PlanVersion.objects.create(
        study=study,
        number=study.version,
        plan=study.plan,
        form_hash=folders.form_of(study).hash,
        reason=reason,
        once=_key(study, once),
        made_by=user,
    )
    folders.write_study_file(study, plan)
    folders.write_plan(study, study.plan)


def _retention(plan: StudyPlan) -> date:
    """Documents go five years after the study was to be delivered, where nobody has said otherwise."""
    start = date.fromisoformat(plan.commission.due) if plan.commission.due else timezone.localdate()
    return date(start.year + _RETENTION_YEARS, 12, 31)
