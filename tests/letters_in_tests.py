"""Results of reconstructed cases, and releases of them, for letters and notes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from demo.reconstruct.service_checks import build as build_checks
from sagsbarometer.collection.study import new_study
from sagsbarometer.runs.study import Job, run_study
from sagsbarometer.store.folder import listing, write_whole
from tests.conftest import ROOT
from tests.releases_in_tests import out, scheduled
from tests.shared_in_tests import demo_study, shared

CHECKS = {
    "service_check_home_training": "hjemmetraening",
    "service_check_lost_earnings": "tabt_arbejdsfortjeneste",
}


def results_of(template: str, data: Path, folder: Path, *, origin: str = "") -> Path:
    """The results folder of a study template run on a folder with answers.csv and municipalities.csv."""
    study = folder / f"{template}_studie"
    new_study(ROOT / "studies" / template, study, data / "municipalities.csv")
    if origin:
        text = (study / "study.yaml").read_text(encoding="utf-8")
        (study / "study.yaml").write_text(text.replace("origin: real", f"origin: {origin}"), encoding="utf-8")
    target = folder / template
    run_study(Job(study, data / "answers.csv", target))
    return target


def service_check(template: str, factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The results of a reconstructed service check, and the data they are made of. To be read, or copied."""

    def make(folder: Path) -> None:
        build_checks(folder / "data")
        results_of(template, folder / "data" / CHECKS[template], folder)

    folder = shared(factory, template, make)
    return folder / template, folder / "data" / CHECKS[template]


def barometer(factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The results of the reconstructed barometer, and the data they are made of. To be read, or copied."""
    made = demo_study(factory)
    return made.results, made.data


def as_protected(results: Path, folder: Path) -> Path:
    """The results as a protected folder has them: no case, no number of a single municipality, a profile named."""
    manifest = json.loads((results / "manifest.json").read_text(encoding="utf-8"))
    names = [name for name in manifest["files"] if not name.startswith(("dataset/", "kommuner/"))]
    files = {name: (results / name).read_bytes() for name in names}
    manifest = {
        key: value
        for key, value in manifest.items()
        if key not in ("rows", "answers", "delivered", "mapping")
    }
    protection = {
        "profile": "as_published",
        "hidden": 0,
        "decision": "Afprøvning",
        "attack": {"done": True, "findings": 0},
    }
    told = {**manifest, "protection": protection, "files": listing(files)}
    write_whole(folder, {**files, "manifest.json": json.dumps(told).encode()})
    return folder


def embargoed(results: Path, folder: Path) -> Path:
    """A release of the results that two people approved, with an hour."""
    return scheduled(folder, protected=as_protected(results, folder / "beskyttet"))


def published(results: Path, folder: Path) -> Path:
    """A release of the results that is out."""
    return out(folder, protected=as_protected(results, folder / "beskyttet"))
