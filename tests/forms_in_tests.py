"""Small forms for tests: a head, and only what the test is about."""

from __future__ import annotations

from pathlib import Path

from sagsbarometer.catalogue.catalogue import Catalogue, load_catalogue
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.forms.check import check_form
from sagsbarometer.forms.form import Form
from sagsbarometer.forms.load import load_form
from sagsbarometer.kernel.problems import Problem

HEAD = """form: lille
version: 1
title: {da: Lille, en: Small}
languages: [da, en]
provision: serviceloven/97
sections: [{id: case, title: {da: Sagen, en: The case}}]
"""
RESULT = """
  - id: result
    section: case
    type: code
    label: {da: Udfald, en: Result}
    choices:
      - {code: grant, label: {da: Bevilling, en: Grant}}
      - {code: refusal, label: {da: Afslag, en: Refusal}}
"""


def law() -> Catalogue:
    """The shipped law."""
    return load_catalogue(shipped("law"))


def question(id: str, type: str, *lines: str) -> str:
    """One question of a form file; `lines` are its further keys."""
    keys = [f"id: {id}", "section: case", f"type: {type}", f"label: {{da: {id}, en: {id}}}", *lines]
    return "\n  - " + "\n    ".join(keys) + "\n"


def form_file(folder: Path, *parts: str, head: str = HEAD) -> Path:
    """A form file made of the head and some parts, `questions:` first."""
    path = folder / "form.yaml"
    path.write_text(head + "\n".join(parts), encoding="utf-8")
    return path


def form(folder: Path, *parts: str) -> Form:
    """The form of `form_file`, which must be without faults."""
    return load_form(form_file(folder, *parts), law())


def faults(folder: Path, *parts: str, head: str = HEAD) -> tuple[Problem, ...]:
    """Every problem of `form_file`."""
    return check_form(form_file(folder, *parts, head=head), law())[1]
