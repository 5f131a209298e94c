"""Which release a letter may be made from: one under embargo before its hour, or one that is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sagsbarometer.kernel.dates import COPENHAGEN
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.release.history import Version
from sagsbarometer.release.hours import danish_hour
from sagsbarometer.reporting.contract import Standing
from sagsbarometer.reporting.texts.letter import BEFORE
from sagsbarometer.store.release import ABOUT, LOG, Release, open_release, version_files

NOT_NOW = ("BREV-104", "BREV-105")  # refused by policy: nothing is wrong with the letter


@dataclass(frozen=True, slots=True)
class Fit:
    """The version a letter is made from: where its numbers lie, how far it has come, and what a letter may call it."""

    folder: Path
    standing: Standing
    fields: Mapping[str, str]
    told: Mapping[str, Any]  # for the manifest of the letters


def fit_release(folder: Path, kind: str, now: datetime, language: str = "da") -> Fit:
    """The version that a letter of this kind may be made from at this moment; its hour in words of the language.

    Raises Faults BREV-104: a letter before publication needs a version that two people approved, with an hour to come.
    BREV-105: a letter after publication needs a version that is published. And as `open_release`.
    """
    code = NOT_NOW[0] if kind == BEFORE else NOT_NOW[1]
    if not (folder / ABOUT).is_file() or not (folder / LOG).is_file():
        fault = "Mappen er ingen udgivelse. Breve har kun tal, to har godkendt."
        remedy = "Foreslå resultaterne med release propose, og lad to godkende dem."
        raise Faults([Problem(code, Place(str(folder)), fault, remedy)])
    release = open_release(folder)
    version = _embargoed(release, now) if kind == BEFORE else _published(release)
    try:
        version_files(release, version.number)
    except (OSError, ValueError):
        fault = "Udgivelsens filer er ikke, som de blev godkendt."
        remedy = "Se hvilke med release verify, og hent dem fra sikkerhedskopien."
        raise Faults([Problem(code, Place(str(folder)), fault, remedy)]) from None
    moment = version.hour or version.published
    assert moment is not None
    local = moment.astimezone(COPENHAGEN).strftime("%Y-%m-%dT%H:%M")
    standing = Standing("embargo" if kind == BEFORE else "published", str(release.about["id"]), local)
    told = {"id": release.about["id"], "version": version.number, "content": version.content, "hour": local}
    hour = danish_hour(moment) if language == "da" else standing.moment(language)
    fields = {"title": release.history.title, "hour": hour}
    return Fit(release.version_folder(version.number), standing, fields, told)


def _embargoed(release: Release, now: datetime) -> Version:
    version = release.history.newest
    if (
        version is not None
        and version.state == "scheduled"
        and version.hour is not None
        and now < version.hour
    ):
        return version
    if version is not None and version.state == "approved":
        fault = "Udgivelsen er godkendt, men har intet tidspunkt, og brevet skal sige hvornår."
        remedy = "Sæt tidspunktet med release schedule."
    elif version is not None and version.state in ("published", "scheduled"):
        fault = "Udgivelsens tidspunkt er passeret. Et brev før offentliggørelsen er for sent."
        remedy = "Brug et brev til efter offentliggørelsen (letter: after)."
    else:
        fault = "Udgivelsen er ikke godkendt af to. Før det må ingen få tallene."
        remedy = "Lad to godkende den med release approve, og sæt et tidspunkt med release schedule."
    raise Faults([Problem("BREV-104", Place(str(release.folder)), fault, remedy)])


def _published(release: Release) -> Version:
    version = release.history.public
    if version is not None:
        return version
    fault = "Udgivelsen er ikke offentliggjort. Kommunerne får deres egne sager bagefter."
    remedy = "Vent, til den er offentliggjort (release publish)."
    if release.history.withdrawn is not None:
        fault, remedy = "Udgivelsen er trukket tilbage.", "Vent på en rettet udgave."
    raise Faults([Problem("BREV-105", Place(str(release.folder)), fault, remedy)])
