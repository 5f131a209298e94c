"""The step that lets a version out: the files two people approved, byte for byte, when the hour has come."""

from __future__ import annotations

from sagsbarometer.reporting.contract import Standing
from sagsbarometer.runs.release_gate import Gate, built, is_unchanged
from sagsbarometer.runs.release_propose import published
from sagsbarometer.runs.release_steps import (
    Step,
    Taken,
    decided,
    event_of,
    facts_now,
    finish,
    subject_of,
    who_asks,
)
from sagsbarometer.store.release import Release, open_release, public_name, read_promise, version_files


def publish(asked: Step, gate: Gate) -> Taken:
    """Publishes the newest version. Raises Faults as `step`; nothing is then written.

    The files are made again and must be those that were promised when the version was proposed: what nobody approved
    is never let out.
    """
    release = open_release(asked.folder)
    version = subject_of(release, asked.action)
    shown = who_asks(release, asked, version)
    facts = facts_now(release, version)
    decided(release, shown, asked, facts | {"same_files"})  # nothing is made for who may not publish it
    promise = read_promise(release.folder, version.number)
    files = built(version_files(release, version.number), published(release.history.release), gate)
    if is_unchanged(files, promise.public):
        facts |= {"same_files"}
    verdict = decided(release, shown, asked, facts)
    event = event_of(asked, shown, verdict, version.number, version.content)
    return finish(release, event, {public_name(version.number): files})


def embargoed(release: Release, number: int, gate: Gate) -> dict[str, bytes]:
    """The reports of a version for those who may see them before the hour, with the hour on every page; the drafts
    where no hour is set."""
    from sagsbarometer.kernel.dates import COPENHAGEN

    hour = release.history.versions[number - 1].hour
    if hour is None:
        return version_files(release, number)
    local = hour.astimezone(COPENHAGEN).strftime("%Y-%m-%dT%H:%M")
    standing = Standing("embargo", release.history.release, local)
    return built(version_files(release, number), standing, gate)
