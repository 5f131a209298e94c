"""Freezing: the answers that count are locked, and the figures computed from them by the same run as anybody's."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils import timezone

from sagsbarometer.kernel.said import said
from sagsbarometer.web.jobs.kinds import Tell, kind
from sagsbarometer.web.rights.state_of import find_study

_STEPS = 7  # lines that a run of a study tells


def _page(arguments: Mapping[str, Any]) -> str:
    return reverse("reviewing:answers", args=[arguments["study"]])


@kind("reviewing.freeze", action="freeze_study", find=find_study, title=said("Låser svarene"), after=_page)
def freeze(job: Any, arguments: Mapping[str, Any], tell: Tell) -> None:
    """Writes the folder of a freezing, runs the study on it, then locks its cases; all of it, or nothing counts.

    The folder holds the study as it was, the answers, and what came of them: `study run` on the first two gives the
    third again, byte for byte. Done again after a stop, a folder without its row is made anew.
    """
    from sagsbarometer.runs.study import Job, run_study
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.planning.folders import form_of
    from sagsbarometer.web.planning.models import Study
    from sagsbarometer.web.reviewing.counting import counted
    from sagsbarometer.web.reviewing.models import CaseReview, Freeze
    from sagsbarometer.web.reviewing.taking import next_number

    if Freeze.objects.filter(job=job.id).exists():
        return
    study = Study.objects.get(pk=arguments["study"])
    day = timezone.localdate()
    form = form_of(study)
    told = counted(study, form)
    number = next_number(study)
    folder = folder_of_freeze(study.id, number)
    shutil.rmtree(folder, ignore_errors=True)
    made = 0

    def step(line: str) -> None:
        nonlocal made
        made += 1
        tell(min(made, _STEPS), _STEPS, line)

    answers = _laid_out(study, form, told, folder, day)
    done = run_study(Job(folder / "study", answers, folder / "results"), step)
    with acting(job.actor, "freeze"):
        held = {case.case_id for case in told.cases}
        reviews = list(CaseReview.objects.select_for_update().filter(pk__in=held).order_by("pk"))
        _still_the_same(study, form, told)
        for review in reviews:
            review.locked_at = review.locked_at or timezone.now()
            review.revision += 1
            review.save(update_fields=["locked_at", "revision"])
        Freeze.objects.create(
            study=study, number=number, cases=len(held), data_date=day, form_version=study.version,
            rows_hash=_hash(done.results.manifest["rows"]), job=job.id, by_id=job.actor,
        )  # fmt: skip


def _brought_page(arguments: Mapping[str, Any]) -> str:
    return reverse("reviewing:brought", args=[arguments["study"], arguments["file"]])


@kind("reviewing.bring_answers", action="bring_answers", find=find_study, title=said("Lægger svar ind"),
      after=_brought_page)  # fmt: skip
def bring_answers(job: Any, arguments: Mapping[str, Any], tell: Tell) -> None:
    """Takes a file of answers in, all of it or nothing. Done again after a stop, it is in once."""
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.reviewing.models import AnswersFile
    from sagsbarometer.web.reviewing.taking_in import made_ready, take

    rows = AnswersFile.objects.select_related("study", "by")
    file = rows.get(pk=arguments["file"], study=arguments["study"])
    if file.state != "checked":
        return
    ready = made_ready(file)
    with acting(job.actor, "answers_in"):
        file = rows.select_for_update(of=("self",)).get(pk=file.pk)
        if file.state == "checked":
            take(file, ready, tell)


def _numbers_page(arguments: Mapping[str, Any]) -> str:
    return reverse("reviewing:numbers", args=[arguments["study"], arguments["number"]])


@kind("reviewing.reread", action="freeze_study", find=find_study, title=said("Regner genlæsningen"),
      after=_numbers_page)  # fmt: skip
def reread(job: Any, arguments: Mapping[str, Any], tell: Tell) -> None:
    """Writes the folder of a re-reading beside the figures it corrects. Done again, it is the same folder."""
    from sagsbarometer.runs.reread import write
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.reviewing.models import Reread
    from sagsbarometer.web.reviewing.reread_cases import form_of_freeze, rereading_of

    held = Reread.objects.select_related("freeze")
    made = held.get(study=arguments["study"], freeze__number=arguments["number"])
    if made.finished_at is not None:
        return
    tell(0, 2, said("Læser de trukne sager"))
    folder = folder_of_freeze(made.study_id, made.freeze.number)
    write(folder, form_of_freeze(folder), rereading_of(made), made.hash)
    tell(1, 2, said("Skriver de rettede tal"))
    with acting(job.actor, "rereading"):
        Reread.objects.filter(pk=made.pk, finished_at=None).update(finished_at=timezone.now())


def folder_of_freeze(study: str, number: int) -> Path:
    """Where a freezing lies: `study/`, `answers.csv` and `results/`."""
    from sagsbarometer.web.home import this_home

    return this_home().folder / "datasets" / study / str(number)


class Moved(RuntimeError):
    """Answers changed while they were being frozen."""


def _hash(rows: Any) -> str:
    return str(rows["hash"])


def _still_the_same(study: Any, form: Any, told: Any) -> None:
    """Raises Moved where an answer changed, or a case came or went, since they were written out."""
    from sagsbarometer.web.reviewing.counting import counted

    now = counted(study, form)
    if [(case.case_id, case.case.answers) for case in now.cases] != [
        (case.case_id, case.case.answers) for case in told.cases
    ]:
        raise Moved(study.id)


def _laid_out(study: Any, form: Any, told: Any, folder: Path, day: Any) -> Path:
    """The study as it is, said to be of `day`, and the answers beside it."""
    import yaml

    from sagsbarometer.runs.answers_out import answer_file
    from sagsbarometer.web.home import this_home
    from sagsbarometer.web.planning.folders import folder_of

    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copytree(folder_of(study), folder / "study")
    file = folder / "study" / "study.yaml"
    data = yaml.safe_load(file.read_text(encoding="utf-8"))
    data["data_date"] = day.isoformat()
    if this_home().config.get("demonstration"):
        data["origin"] = "synthetic"
    file.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=120), encoding="utf-8")
    answers = folder / "answers.csv"
    answers.write_bytes(answer_file(form, told.cases, "csv", "da", day))
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return answers
