"""Whether a release is as it was written: every byte of every version, every line of the log, and nothing more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from sagsbarometer.kernel.ids import file_hash, shown
from sagsbarometer.kernel.problems import Faults, Level, Place, Problem
from sagsbarometer.store.folder import is_own_file
from sagsbarometer.store.release import (
    ABOUT,
    LOG,
    VERSION_FILE,
    Release,
    open_release,
    public_name,
    read_promise,
    version_name,
)

_OUT = frozenset({"published", "superseded", "withdrawn"})  # the states of a version the public has had


def verify_release(folder: Path, receipt: str = "") -> tuple[Release | None, tuple[Problem, ...]]:
    """The release where its log can be read, and all that is not as it was written: UDGIV-131 to 133 of the log,
    UDGIV-136 for each file that is changed, gone or too many, UDGIV-137 where the log does not have the line that
    `receipt` was given for."""
    try:
        release = open_release(folder)
    except Faults as faults:
        return None, faults.problems
    problems = list(_files(release))
    if receipt and receipt not in (
        release.history.begin,
        *(event.sha256 for event in release.history.events),
    ):
        fault = "Loggen har ikke den linje, som kvitteringen er for: den er skåret af eller skrevet om."
        remedy = "Hent udgivelsen fra sikkerhedskopien, og find ud af, hvem der har haft den."
        problems.append(Problem("UDGIV-137", Place(f"{folder.name}/{LOG}"), fault, remedy))
    return release, tuple(problems)


def changed(release: Release, number: int) -> tuple[Problem, ...]:
    """UDGIV-136 for each file of a version, and of its public files once it has any, that is not as it was."""
    expected, problems = _expected(release, number)
    there = _names(release.folder, tuple(_places(release, number)))
    return tuple(problems or _differences(release.folder, expected, there))


def _places(release: Release, number: int) -> Iterator[str]:
    yield version_name(number)
    if release.history.versions[number - 1].state in _OUT:
        yield public_name(number)


def _expected(release: Release, number: int) -> tuple[dict[str, str], list[Problem]]:
    """The hash of every file a version should have, by its name below the release; "" where only its being counts."""
    own = f"{version_name(number)}/{VERSION_FILE}"
    version = release.history.versions[number - 1]
    try:
        promise = read_promise(release.folder, number)
        if promise.content != version.content or frozenset(promise.facts) != version.facts:
            raise ValueError("content")
    except (OSError, ValueError):
        return {}, [_problem(own, "Filen er ændret eller væk, så udgaven kan ikke kontrolleres.")]
    files = {f"{version_name(number)}/{name}": hash_ for name, hash_ in promise.files.items()} | {own: ""}
    if version.state in _OUT:
        files |= {f"{public_name(number)}/{name}": hash_ for name, hash_ in promise.public.items()}
    return files, []


def _files(release: Release) -> Iterator[Problem]:
    expected: dict[str, str] = {ABOUT: "", LOG: ""}
    unknown = []
    for version in release.history.versions:
        files, problems = _expected(release, version.number)
        yield from problems
        expected |= files
        unknown += [version_name(version.number), public_name(version.number)] if problems else []
    there = {
        name
        for name in _names(release.folder, ("",))
        if not name.startswith(tuple(f"{at}/" for at in unknown))
    }
    yield from _differences(release.folder, expected, there)


def _differences(folder: Path, expected: Mapping[str, str], there: set[str]) -> Iterator[Problem]:
    for name in sorted(set(expected) | there):
        if name not in expected:
            yield _problem(name, "Filen hører ikke til: intet i loggen nævner den.", "Flyt eller slet den.")
        elif name not in there:
            yield _problem(name, "Filen er væk.")
        elif not is_own_file(folder, name) or (expected[name] and file_hash(folder / name) != expected[name]):
            yield _problem(name, "Filen er ændret.")


def _names(folder: Path, below: tuple[str, ...]) -> set[str]:
    """Every file in these folders, relative to `folder`; a link counts as one file, wherever it leads."""
    found = set()
    for start in below:
        for path in (folder / start).rglob("*"):
            if path.is_symlink() or not path.is_dir():
                found.add(path.relative_to(folder).as_posix())
    return found


def _problem(name: str, fault: str, remedy: str = "Hent den fra sikkerhedskopien.") -> Problem:
    return Problem("UDGIV-136", Place(shown(name, 120).strip("»«")), fault, remedy, Level.ERROR)
