"""The folder of a study on disk, and what its form and the law say for its plan."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from sagsbarometer.catalogue.catalogue import Catalogue, load_catalogue
from sagsbarometer.catalogue.citations import danish_citation
from sagsbarometer.collection.letter_text import problems_of, text_of
from sagsbarometer.collection.plan_fields import LETTERS, StudyPlan
from sagsbarometer.collection.plan_steps import Around
from sagsbarometer.collection.study import StudyFile, load_study, new_study
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.forms.form import Form
from sagsbarometer.forms.load import load_form, read_form
from sagsbarometer.kernel.problems import Problem
from sagsbarometer.kernel.said import all_said, said
from sagsbarometer.sampling.plan import Plan, from_json
from sagsbarometer.web.home import this_home
from sagsbarometer.web.languages import in_shown

UPLOADED = "uploaded"
KINDS = all_said(
    {
        "barometer": "Barometer",
        "service_check": "Juridisk serviceeftersyn",
        "practice_review": "Praksisundersøgelse",
        "quality_measurement": "Kvalitetsmåling",
        "offered_review": "Tilbudt gennemgang",
    }
)
MOST_FORM = 2_000_000  # bytes
_MOST_FORMS = 20  # that are kept in a process
_NAME = re.compile(r"[a-z0-9_]{1,60}")
_forms: dict[bytes, Form] = {}  # by their content


@cache
def catalogue() -> Catalogue:
    """The law, read once in a process."""
    return load_catalogue(shipped("law"))


@cache
def templates() -> Mapping[str, StudyFile]:
    """The study templates by folder, in the order of their kinds."""
    found = {
        path.parent.name: load_study(path.parent).file
        for path in sorted(shipped("studies").glob("*/study.yaml"))
    }
    order = list(KINDS)
    return dict(sorted(found.items(), key=lambda item: (order.index(item[1].kind), item[0])))


@cache
def letter_texts() -> Mapping[str, str]:
    """The letters that are shipped, by kind."""
    folder = shipped("publishing") / "workplace_letters"
    return {kind: (folder / f"{kind}.md").read_text(encoding="utf-8") for kind in LETTERS}


def folder_of(study: Any) -> Path:
    """Where the newest version of a study lies."""
    return this_home().studies / str(study.id) / f"v{study.version}"


def form_of(study: Any) -> Form:
    """The form of a study. Raises Faults where it was damaged."""
    return form_in(folder_of(study) / "form.yaml")


def form_at(study: Any, version: int) -> Form:
    """The form as it was in a version of a study: that of a reading does not move when the plan is amended.

    Raises Faults where it was damaged.
    """
    folder = this_home().studies / str(study if isinstance(study, str) else study.id)
    return form_in(folder / f"v{version}" / "form.yaml")


def form_in(path: Path) -> Form:
    """The form in a file, told by that file's name; kept by its content, which lies in many versions and freezings.

    Raises Faults where it was damaged.
    """
    content = path.read_bytes()
    form = _forms.get(content)
    if form is None:
        form = load_form(path, catalogue())
        if path.read_bytes() == content:  # else it was written meanwhile, and this is a form of neither
            if len(_forms) >= _MOST_FORMS:
                _forms.clear()
            _forms[content] = form
    return replace(form, file=str(path))


def figures_of(form: Form) -> dict[str, str]:
    """The figures of a form by id: number and title, as far as it has them."""
    told = {}
    for figure in form.figures:
        title = figure.get("title")
        words = in_shown(title) if isinstance(title, Mapping) else ""
        number = str(said("Figur {number}", number=str(figure["number"]))) if figure.get("number") else ""
        told[str(figure["id"])] = ": ".join(filter(None, (number, words))) or str(figure["id"])
    return told


def provision_name(id: str) -> str:
    """A provision of the law's data as it is cited, with what it is about: `serviceloven § 97: Ledsagelse …`."""
    law = catalogue()
    return f"{danish_citation(id, law.acts)}: {in_shown(law.provisions[id].title)}"


def around(study: Any, plan: StudyPlan) -> Around:
    """What the plan of a study is held against."""
    faults = {}
    for kind in LETTERS:
        problems = problems_of(kind, text_of(kind, getattr(plan.letters, kind), letter_texts()))
        if problems:
            first = problems[0]
            told = said("{fault} {remedy}", fault=first.fault, remedy=first.remedy)
            faults[kind] = (
                said("Linje {line}: {told}", line=first.place.line, told=told) if first.place.line else told
            )
    return Around(catalogue(), tuple(figures_of(form_of(study))), faults, study.name)


def make_folder(study: Any, form_text: str = "") -> None:
    """Copies the template of a study, or makes one around a form that was uploaded (and has been checked)."""
    folder = folder_of(study)
    if study.template != UPLOADED:
        new_study(shipped("studies") / study.template, folder)
        return
    folder.mkdir(parents=True)
    (folder / "form.yaml").write_text(form_text, encoding="utf-8")
    write_study_file(study, StudyPlan())


def checked_form(data: bytes) -> tuple[str, tuple[Problem, ...]]:
    """The text of an uploaded form and everything wrong with it, each fault with its line."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="sagsbarometer-") as folder:
        path = Path(folder) / "form.yaml"
        path.write_bytes(data)
        form, problems = read_form(path, catalogue())
    plain = tuple(_renamed(problem) for problem in problems)
    return (data.decode("utf-8-sig") if form is not None else ""), plain


def _renamed(problem: Problem) -> Problem:
    """Without the folder it was checked in, which is nobody's business."""
    return replace(problem, place=replace(problem.place, file="form.yaml"))


def write_study_file(study: Any, plan: StudyPlan) -> None:
    """study.yaml as the plan has it, so that a command reads the folder as it reads any study."""
    folder = folder_of(study)
    path = folder / "study.yaml"
    data: dict[str, Any] = {}
    if path.exists():
        data = load_study(folder).file.model_dump(mode="json", by_alias=True)
    else:
        languages = ["da"]
        data = {
            "study": _id(study.name),
            "version": 1,
            "form": "form.yaml",
            "reports": [],
            "languages": languages,
        }
    remark = plan.sample.remark or _REMARK
    data |= {
        "kind": study.kind,
        "version": study.version,
        "title": {**data.get("title", {}), "da": study.name},
    }
    data["period"] = {"from": plan.criteria.from_, "to": plan.criteria.to}
    data["selection"] = {"probability": plan.sample.method == "stratified", "remark": {"da": remark}}
    if plan.commission.asked_by:
        data["commission"] = {"da": f"Bestilt af {plan.commission.asked_by}."}
    if plan.population.authorities:
        codes = "\n".join(item.code for item in plan.population.authorities)
        (folder / "frame.csv").write_text(f"code\n{codes}\n", encoding="utf-8")
        data["frame"] = "frame.csv"
    text = "# Skrevet af arbejdspladsen ud fra undersøgelsens plan.\n" + yaml.safe_dump(
        data, allow_unicode=True, sort_keys=False, width=120
    )
    path.write_text(text, encoding="utf-8")


_REMARK = "Sagerne er trukket ved lod hos hver myndighed, som planen siger."


def next_version(study: Any, number: int) -> None:
    """A copy of a study's folder as its next version; what was there of it, from work that was undone, goes."""
    old, new = folder_of(study), this_home().studies / str(study.id) / f"v{number}"
    shutil.rmtree(new, ignore_errors=True)
    shutil.copytree(old, new)


def write_plan(study: Any, plan: Mapping[str, Any], more: Mapping[str, Any] | None = None) -> None:
    """plan.json, and sample.json where the plan was drawn up into cells."""
    folder = folder_of(study)
    for name, content in (("plan.json", plan), ("sample.json", more)):
        if content is not None:
            text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
            (folder / name).write_text(text, encoding="utf-8")


def sample_plan(study: Any) -> Plan:
    """The plan of the sample as it was drawn up at the launch. Raises Faults PLAN-121 where it is none."""
    try:
        text = (folder_of(study) / "sample.json").read_text(encoding="utf-8")
        return from_json(json.loads(text), "sample.json")
    except (OSError, ValueError):
        return from_json(None, "sample.json")


def _id(name: str) -> str:
    from sagsbarometer.kernel.ids import ascii_id

    made = ascii_id(name)
    return made if _NAME.fullmatch(made) else "study"
