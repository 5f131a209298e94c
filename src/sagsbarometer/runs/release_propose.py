"""A release, or a new version of one, proposed from a protected results folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sagsbarometer.datafiles.located import read_yaml
from sagsbarometer.kernel.ids import content_hash
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.release.changes import changes
from sagsbarometer.release.history import Asked, History, judged, split_names
from sagsbarometer.release.hours import written
from sagsbarometer.release.people import People, read_people
from sagsbarometer.release.signing import Request
from sagsbarometer.release.states import load_table
from sagsbarometer.reporting.contract import Standing
from sagsbarometer.runs.release_asked import plain
from sagsbarometer.runs.release_gate import ALL_FACTS, Gate, Sound, built, scanned, sound
from sagsbarometer.runs.release_steps import Step, Taken, decided, event_of, finish, refused
from sagsbarometer.runs.release_who import Who, show_who
from sagsbarometer.store.folder import listing
from sagsbarometer.store.release import (
    SCHEMA_VERSION,
    VERSION_FILE,
    Promise,
    Release,
    create_release,
    empty_history,
    open_release,
    refuse_taken,
    spelled,
    version_name,
)
from sagsbarometer.store.release_verify import changed
from sagsbarometer.store.results import load_results

Tell = Callable[[str], None]
_MOST_TITLE = 200
_ABOUT = {"schema_version": SCHEMA_VERSION, "kind": "release"}


@dataclass(frozen=True, slots=True)
class Proposal:
    """What to propose, where the release goes, who asks and when. `authors`: others that made it, by name. `people`:
    the file that lists who may act; none: every user of the machine. `earlier`: releases out before."""

    protected: Path
    out: Path
    who: Who
    now: datetime
    title: str = ""
    authors: tuple[str, ...] = ()
    people: Path | None = None
    earlier: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Amendment:
    """A new version of a release that is there, and the note that tells why."""

    folder: Path
    protected: Path
    who: Who
    now: datetime
    note: str
    authors: tuple[str, ...] = ()
    earlier: tuple[Path, ...] = ()


def propose(job: Proposal, gate: Gate, tell: Tell = lambda line: None) -> Release:
    """Writes a new release with its first version, whole or not at all.

    Raises Faults: what `sound` and `scanned` find, UDGIV-101 to 103 and 121 to 126 for who asks, MAPPE-1xx for the
    place, UDGIV-124 for the people.
    """
    refuse_taken(job.out)
    people = read_people(read_yaml(job.people, job.people.name)) if job.people else People()
    _may_at_all(
        job.out,
        empty_history({**_ABOUT, "id": "", "title": "", "people": people.data}),
        "propose",
        job.who,
        job.now,
    )
    tell("Ser efter, om tallene er beskyttet, og angriber dem")
    fit = sound(job.protected, gate, job.earlier)
    title = _title(job.title, fit.manifest)
    who = f"{job.who.user.uid} {job.who.user.name}"
    id = content_hash([title, fit.manifest["files"], written(job.now), who])[:16]
    about = {
        **_ABOUT,
        "id": id,
        "title": title,
        "profile": fit.profile,
        "people": people.data,
    }
    promise, files = _version(1, id, fit, gate, tell)
    details = {"title": title, "profile": fit.profile} | _authors(job.authors)
    history = empty_history(about)
    wanted = Request(
        release=id,
        title=title,
        version=1,
        content=promise.content,
        action="propose",
        role="author",
        hour=written(job.now),
        details=details,
    )
    shown = show_who(job.who, people, wanted, job.now, frozenset())
    verdict = judged(
        history, shown.actor, Asked("propose", job.now, shown.details, frozenset(ALL_FACTS)), load_table()
    )
    if not verdict.allowed:
        raise refused(verdict, job.out)
    step = Step(job.out, "propose", job.who, job.now, details)
    event = event_of(step, shown, verdict, 1, promise.content, list(promise.facts))
    create_release(job.out, about, promise, files, event)
    return open_release(job.out)


def amend(job: Amendment, gate: Gate, tell: Tell = lambda line: None) -> Taken:
    """Adds a version to a release: both approvers are asked again. Raises Faults as `propose`, and `open_release`.

    The versions before are attacked together with the new one: what two versions tell together counts.
    """
    release = open_release(job.folder)
    number = len(release.history.versions) + 1
    note = {"reason": plain(job.note, "--note")}
    _may_at_all(job.folder, release.history, "amend", job.who, job.now, note)
    # What the new numbers are attacked with and compared with is what was let out, not what lies there now.
    if problems := [found for at in range(1, number) for found in changed(release, at)]:
        raise Faults(problems)
    before = (job.folder,) if any(version.published for version in release.history.versions) else ()
    tell("Ser efter, om tallene er beskyttet, og angriber dem sammen med dem, der er ude")
    fit = sound(job.protected, gate, (*job.earlier, *before))
    if fit.profile != release.about["profile"]:
        fault = (
            f"Udgivelsen er beskyttet under {release.about['profile']}, men de nye tal under {fit.profile}."
        )
        remedy = "Beskyt dem under den samme profil."
        raise Faults([Problem("UDGIV-141", Place(str(job.protected)), fault, remedy)])
    promise, files = _version(number, release.history.release, fit, gate, tell)
    details = {"reason": plain(job.note, "--note"), "profile": fit.profile} | _authors(job.authors)
    asked = Step(job.folder, "amend", job.who, job.now, details)
    wanted = Request(
        release=release.history.release,
        title=release.history.title,
        version=number,
        content=promise.content,
        action="amend",
        role="author",
        hour=written(job.now),
        details=details,
    )
    shown = show_who(job.who, release.history.people, wanted, job.now, release.history.used)
    verdict = decided(release, shown, asked, frozenset(ALL_FACTS))
    event = event_of(asked, shown, verdict, number, promise.content, list(promise.facts))
    whole = {**files, VERSION_FILE: spelled(promise.data)}
    return finish(release, event, {version_name(number): whole})


def _may_at_all(
    folder: Path,
    history: History,
    action: str,
    who: Who,
    now: datetime,
    details: Mapping[str, str] | None = None,
) -> None:
    """Raises Faults where the step cannot be taken by who asks, whatever the files are: told before they are made."""
    wanted = Request(
        release=history.release,
        title=history.title,
        version=0,
        content="",
        action=action,
        role="author",
        hour=written(now),
        details=dict(details or {}),
    )
    shown = show_who(who, history.people, wanted, now, history.used)
    verdict = judged(
        history, shown.actor, Asked(action, now, shown.details, frozenset(ALL_FACTS)), load_table()
    )
    if not verdict.allowed:
        raise refused(verdict, folder)


def _version(
    number: int, release: str, fit: Sound, gate: Gate, tell: Tell
) -> tuple[Promise, dict[str, bytes]]:
    """A version: its files, the drafts of disclosure protect among them, and the hashes of those it is published as,
    which lie nowhere yet."""
    files = dict(fit.files)
    if files.keys() & {VERSION_FILE}:
        fault = "Mappen er selv en udgave af en udgivelse."
        raise Faults(
            [Problem("UDGIV-141", Place(VERSION_FILE), fault, "Foreslå den mappe, disclosure protect skrev.")]
        )
    tell("Laver filerne, som de skal se ud, når de er offentlige")
    public = built(files, published(release), gate)
    tell(f"Gennemser {len(files) + len(public)} filer for det, der kan føre til en person eller en sag")
    beside = "public"
    while any(name.startswith(f"{beside}/") for name in files):
        beside += "_"  # none of the files may hide another from the scan
    scanned({**files, **{f"{beside}/{name}": content for name, content in public.items()}}, gate)
    manifest = fit.manifest
    about = {
        "profile": fit.profile,
        "origin": str(manifest.get("origin", "")),
        "data_date": str(manifest.get("data_date", "")),
        "numbers": len(fit.results.cells),
        "sought": list(gate.sought),
        "decision": str(manifest["protection"].get("decision", "")),
        "withheld": sum(bool(cell.hidden) for cell in fit.results),
    }
    return Promise(number, listing(files), listing(public), ALL_FACTS, about), files


def published(release: str) -> Standing:
    """The standing that the files of a published version are made with. The hour is not in them: it may be set, and
    set again, after two people approved every byte; the release's own page tells it."""
    return Standing("published", release)


def _title(wanted: str, manifest: Mapping[str, Any]) -> str:
    if wanted:
        return plain(wanted, "--title")[:_MOST_TITLE]
    for key in ("study", "layout"):
        told = manifest.get(key)
        words = told.get("title") if isinstance(told, dict) else None
        if isinstance(words, dict) and isinstance(words.get("da"), str):
            return plain(words["da"], "--title")[:_MOST_TITLE] or "Uden titel"
    return "Uden titel"


def _authors(names: tuple[str, ...]) -> dict[str, str]:
    told = "; ".join(name for item in names for name in split_names(item))
    return {"authors": plain(told, "--author")} if told else {}


def changed_cells(release: Release, number: int) -> tuple[Any, ...]:
    """What differs between a version and the one it replaces, or would: the one that is public, else the one before."""
    versions = release.history.versions
    version = versions[number - 1]
    before = version.replaces
    if before is None and version.published is None:
        public = release.history.public
        before = public.number if public else number - 1
    if not before:
        return ()
    old, new = (load_results(release.version_folder(at)).results for at in (before, number))
    return changes(old, new)
