"""How a release stands, and what is in it, in words and as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sagsbarometer.kernel.problems import Faults
from sagsbarometer.measures.cells import Cell
from sagsbarometer.release.changes import KIND_DA, Change
from sagsbarometer.release.events import CUT, PACKAGE, Event
from sagsbarometer.release.history import Asked, History, Version, situation
from sagsbarometer.release.hours import danish_hour, written
from sagsbarometer.release.people import MACHINE, Actor
from sagsbarometer.release.states import buttons, limits, load_table, open_to
from sagsbarometer.reporting.numbers import amount, counts_words
from sagsbarometer.runs.release_propose import changed_cells
from sagsbarometer.store.release import Release, open_release, open_to_others, read_promise
from sagsbarometer.store.results import load_results

SCHEMA_VERSION = 1
_DONE = {CUT: "skåret en halv linje af loggen", PACKAGE: "lavet en pakke til aktindsigt"}


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """A changed number as it is told: which one, what happened, before and after; "" where there is none."""

    ref: str
    label: str
    kind: str
    before: str
    after: str

    @property
    def line(self) -> str:
        """`Andel med mangler: ændret, før 53 % (5 af 10), nu 60 % (6 af 10)`."""
        parts = [f"før {self.before}" if self.before else "", f"nu {self.after}" if self.after else ""]
        return f"{self.label}: {', '.join([self.kind, *filter(None, parts)])}"


def change_words(release: Release, number: int) -> tuple[ChangeWords, ...]:
    """Every number of a version that is not as in the one it replaces, or would replace."""
    found = changed_cells(release, number)
    if not found:
        return ()
    definitions = load_results(release.version_folder(number)).definitions
    return tuple(_words(change, definitions) for change in found)


def _words(change: Change, definitions: Mapping[str, Mapping[str, Any]]) -> ChangeWords:
    cell = change.after or change.before
    assert cell is not None
    return ChangeWords(
        change.ref,
        cell_label(cell, definitions),
        KIND_DA[change.kind],
        _number(change.before),
        _number(change.after),
    )


def cell_label(cell: Cell, definitions: Mapping[str, Mapping[str, Any]]) -> str:
    """What a number is called: its measure in words, and which row, column and period."""
    label = definitions.get(cell.result, {}).get("label", {})
    words = label.get("da") if isinstance(label, dict) else None
    return " · ".join(part for part in (words or cell.result, cell.row, cell.column, cell.period) if part)


def _number(cell: Cell | None) -> str:
    if cell is None:
        return ""
    return amount(cell) if cell.hidden or cell.unit != "percent" else f"{amount(cell)} ({counts_words(cell)})"


def contents(release: Release, number: int) -> dict[str, Any]:
    """What is in a version, for who is to approve it: how many numbers, how many withheld, under which profile, what
    changed, and what was remarked when the results were made."""
    promise = read_promise(release.folder, number)
    remarks = release.version_folder(number) / "bemaerkninger.csv"
    lines = len(remarks.read_text(encoding="utf-8").splitlines()) - 1 if remarks.is_file() else 0
    return {
        **dict(promise.about),
        "version": number,
        "content": promise.content,
        "files": len(promise.files),
        "public_files": len(promise.public),
        "remarks": max(lines, 0),
        "changes": [vars_of(change) for change in change_words(release, number)],
    }


def vars_of(change: ChangeWords) -> dict[str, str]:
    """A changed number as plain data."""
    return {
        "ref": change.ref,
        "label": change.label,
        "what": change.kind,
        "before": change.before,
        "after": change.after,
    }


def contents_lines(told: Mapping[str, Any], release: Release) -> Iterator[str]:
    """The same in lines to read."""
    version = release.history.versions[int(told["version"]) - 1]
    yield f"Udgave {told['version']} af »{release.history.title}«, indhold {told['content'][:12]}"
    yield f"  {told['numbers']} tal, heraf {told['withheld']} holdt tilbage ([c]) under profilen {told['profile']}"
    yield f"  data pr. {told['data_date'] or '(ikke oplyst)'} · oprindelse: {told['origin']}"
    yield f"  {told['public_files']} filer bliver offentlige"
    yield f"  {told['remarks']} bemærkninger fra kørslen" + (
        " (bemaerkninger.csv)" if told["remarks"] else ""
    )
    sought = (
        f" og for {', '.join(told['sought'])}"
        if told["sought"]
        else "; sagernes id’er og navne er ikke søgt efter"
    )
    yield f"  gennemset for CPR-numre{sought}"
    if told["decision"]:
        yield f"  Besluttet: {told['decision']}"
    if version.note:
        yield f"  Hvorfor: {version.note}"
    if told["changes"]:
        yield f"  {len(told['changes'])} tal er ikke som i udgaven før:"
        for change in told["changes"]:
            words = ChangeWords(*(change[key] for key in ("ref", "label", "what", "before", "after")))
            yield f"    {words.line}"
    elif len(release.history.versions) > 1:
        yield "  Ingen tal er ændret siden udgaven før."


def status(release: Release, actor: Actor | None, now: datetime) -> dict[str, Any]:
    """How the release stands, as plain data: versions, people, hour, access, what `actor` may do, and the receipt."""
    history, table = release.history, load_table()
    return {
        "schema_version": SCHEMA_VERSION,
        "id": history.release,
        "title": history.title,
        "profile": release.about["profile"],
        "versions": [_version(version) for version in history.versions],
        "access": [{"name": item.name, "reason": item.reason, "from": item.since} for item in history.access],
        "open": open_steps(history, actor, now) if actor else {},
        "open_to": open_to_whom(history, now),
        "waiting": waiting(history, now),
        "open_to_others": open_to_others(release.folder),
        "states": {version.state: table.states[version.state]["da"] for version in history.versions},
        "receipt": {"lines": len(history.events), "sha256": history.head},
    }


def _version(version: Version) -> dict[str, Any]:
    def who(actors: tuple[Actor, ...]) -> list[dict[str, str]]:
        return [{"name": item.name, "how": item.how} for item in actors]

    return {
        "number": version.number,
        "state": version.state,
        "content": version.content,
        "proposed": written(version.proposed),
        "authors": who(version.authors),
        "approved_by": who(version.approved_by),
        "hour": written(version.hour) if version.hour else "",
        "published": written(version.published) if version.published else "",
        "note": version.note,
        "reason": version.reason,
    }


def open_steps(history: History, actor: Actor, now: datetime) -> dict[str, str]:
    """The steps that somebody may take now, by id, with their words."""
    table = load_table()
    open_: dict[str, str] = {}
    for action in table.actions:
        at = situation(history, Asked(action, now, {}, frozenset({"unchanged"})), table)
        if words := buttons(actor, at, table).get(action):
            open_[action] = words
    return open_


def open_to_whom(history: History, now: datetime) -> dict[str, str]:
    """For each step that somebody may take now, by id, who: by name; in words where nobody is listed. From the same
    table as every step is judged by."""
    table, told = load_table(), {}
    anybody = Actor("", "", MACHINE, frozenset({"anybody"}))
    people = history.people.actors
    for action in table.actions:
        at = situation(history, Asked(action, now, {}, frozenset({"unchanged"})), table)
        found = open_to([(actor, at) for actor in people or (anybody,)], table).get(action, ())
        if found:
            told[action] = ", ".join(actor.name for actor in found) if people else limits(table, action)
    return told


def waiting(history: History, now: datetime) -> dict[str, str]:
    """The steps that wait for the hour and for nothing else, by id, and who may then take them."""
    hour = history.newest.hour if history.newest else None
    if hour is None or hour <= now:
        return {}
    open_ = open_to_whom(history, now)
    return {action: who for action, who in open_to_whom(history, hour).items() if action not in open_}


def step_lines(told: Mapping[str, Any], history: History) -> Iterator[str]:
    """What is possible now and later, and by whom: the buttons of the command line."""
    table, newest = load_table(), history.newest
    for action, who in told["open_to"].items():
        yield f"  {table.actions[action].words['da']}: {who}"
    for action, who in told["waiting"].items():
        hour = danish_hour(newest.hour) if newest and newest.hour else ""
        yield f"  {table.actions[action].words['da']} (fra {hour}): {who}"


def status_lines(told: Mapping[str, Any], history: History) -> Iterator[str]:
    """The same in lines to read; at every name stands how far it can be trusted."""
    yield f"»{told['title']}« · udgivelse {told['id']} · profil {told['profile']}"
    for version in history.versions:
        yield f"Udgave {version.number}: {state_words(version)}"
        yield f"  foreslået {danish_hour(version.proposed)} af {_names(version.authors)}"
        if version.approved_by:
            yield f"  godkendt af {_names(version.approved_by)}"
        if version.note:
            yield f"  hvorfor: {version.note}"
        if version.shortened_for:
            yield f"  fremskyndet: {version.shortened_for}"
        if version.reason:
            yield f"  begrundelse: {version.reason}"
    for item in told["access"]:
        yield f"Adgang før tid: {item['name']}, fra {item['from']}: {item['reason']}"
    if told["open"]:
        yield f"Du kan nu: {', '.join(told['open'].values())}"
    if told["open_to"]:
        yield "Muligt nu, og for hvem:"
        yield from step_lines(told, history)
    if told["open_to_others"] and history.public is None:
        yield "Pas på: andre brugere af maskinen kan læse mappen. Luk den med chmod -R o-rwx."
    yield receipt_line(history)


def receipt_line(history: History) -> str:
    """What stands for the log, to be kept elsewhere."""
    lines = len(history.events)
    return f"Kvittering for loggens {lines} {'linje' if lines == 1 else 'linjer'}: {history.head}"


def state_words(version: Version) -> str:
    """`Under embargo til 26. april 2027 kl. 8.00`."""
    words = load_table().states[version.state]["da"]
    if version.state == "scheduled" and version.hour:
        return f"{words} til {danish_hour(version.hour)}"
    if version.state in ("published", "superseded") and version.published:
        return f"{words} (udkom {danish_hour(version.published)})"
    return words


def _names(actors: tuple[Actor, ...]) -> str:
    return ", ".join(actor.words for actor in actors)


def log_lines(history: History) -> Iterator[str]:
    """The log in words, a line per event."""
    table = load_table()
    for event in history.events:
        rule = table.actions.get(event.action)
        done = rule.done["da"] if rule else _DONE.get(event.action, event.action)
        version = f" (udgave {event.version})" if event.version else ""
        yield f"{event.number}. {danish_hour(event.at)}: {done}{version} af {event.actor.words}{_carried(event)}"


def _carried(event: Event) -> str:
    details = event.details
    parts = [str(details[key]) for key in ("name", "reason", "municipality") if details.get(key)]
    return f": {' · '.join(parts)}" if parts else ""


def releases_in(folder: Path) -> list[tuple[str, Release | None]]:
    """The releases right below a folder by the name of theirs; None for one whose log does not hold."""
    found: list[tuple[str, Release | None]] = []
    for path in sorted(folder.glob("*/log.jsonl")):
        try:
            found.append((path.parent.name, open_release(path.parent)))
        except Faults:
            found.append((path.parent.name, None))
    return found
