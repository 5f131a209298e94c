"""What is found out about results before anybody may propose them: protected, attacked, scanned, nothing local."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sagsbarometer.disclosure.profile import load_profiles
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.measures.cells import ResultSet
from sagsbarometer.release.states import GATES
from sagsbarometer.reporting.contract import Standing
from sagsbarometer.runs.disclosure_system import local_refs
from sagsbarometer.store.folder import listing, untouched
from sagsbarometer.store.release import own_bytes
from sagsbarometer.store.results import load_results

Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Gate:
    """The three that are asked, each given a folder. `attack`: what can be worked out, also against the releases that
    came before; `scan`: what leads to a person or a case; each as a problem. `build`: the reports, by file name.
    `sought`: whose cases the scan looks for, in words; nobody's where it is empty."""

    attack: Callable[[Path, Sequence[Path]], Iterable[Problem]]
    scan: Callable[[Path], Iterable[Problem]]
    build: Callable[[Path, Standing], Files]
    sought: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sound:
    """A protected folder that may be proposed: its files by name, its manifest and its numbers."""

    files: Files
    manifest: Mapping[str, Any]
    results: ResultSet

    @property
    def profile(self) -> str:
        """The profile it is protected under."""
        return str(self.manifest["protection"]["profile"])


def sound(protected: Path, gate: Gate, earlier: Sequence[Path] = ()) -> Sound:
    """The folder, when it may be proposed beside the releases `earlier`.

    Raises Faults with everything that keeps it from that: UDGIV-141 it is not protected, or is changed since, or holds
    cases; UDGIV-142 it was not attacked, or the attack found something; UDGIV-144 a barometer tells of a single
    municipality; and as `load_results`.
    """
    results = load_results(protected).results
    problems = list(_unprotected(protected, results.manifest))
    if not problems:
        problems += [_attack(item) for item in gate.attack(protected, earlier)]
    problems += _local(results)
    if problems:
        raise Faults(problems)
    names = sorted({*_names(results.manifest), "manifest.json"})
    try:
        files = {name: own_bytes(protected, name) for name in names}
        same = json.loads(files["manifest.json"]) == results.manifest
    except (OSError, ValueError):
        files, same = {}, False
    others = {name: held for name, held in files.items() if name != "manifest.json"}
    # The attack takes its time, and what it was made on is what is proposed.
    if not same or listing(others) != results.manifest["files"]:
        fault = "Mappen er ændret, mens den blev set efter."
        raise Faults([Problem("UDGIV-141", Place(str(protected)), fault, "Prøv igen.")])
    return Sound(files, results.manifest, results)


def _names(manifest: Mapping[str, Any]) -> Iterable[str]:
    files = manifest.get("files")
    return [str(name) for name in files] if isinstance(files, dict) else []


def _unprotected(protected: Path, manifest: Mapping[str, Any]) -> Iterator[Problem]:
    place, remedy = (
        Place(str(protected)),
        "Kør disclosure protect på resultaterne, og foreslå den mappe, den skriver.",
    )
    told = manifest.get("protection")
    protection: Mapping[str, Any] = told if isinstance(told, dict) else {}
    profile = load_profiles().get(str(protection.get("profile", "")))
    if profile is None:
        fault = "Resultaterne er ikke beskyttet under en profil, som findes."
        yield Problem("UDGIV-141", place, fault, remedy)
        return
    if not untouched(protected):
        fault = "Mappen er ændret, siden tallene blev beskyttet."
        yield Problem("UDGIV-141", place, fault, remedy)
    if not all(name.isprintable() for name in _names(manifest)):
        fault = "En fil har et navn med tegn, der ikke kan vises."
        yield Problem("UDGIV-141", place, fault, remedy)
    if profile.needs_decision and not str(protection.get("decision", "")).strip():
        fault = f"Profilen {profile.id} kræver en beslutning, og der er ingen."
        yield Problem("UDGIV-141", place, fault, remedy)
    attack = protection.get("attack")
    attacked = isinstance(attack, dict) and attack.get("done") is True and attack.get("findings") == 0
    if not attacked and not profile.withholds_nothing:
        fault = "Det er ikke prøvet at regne de skjulte tal ud, eller det lykkedes."
        yield Problem("UDGIV-142", place, fault, remedy)
    if (protected / "dataset").exists():  # listed and not there, the folder is changed
        fault = "I mappen ligger sagerne selv (dataset/)."
        yield Problem("UDGIV-141", place, fault, remedy)


def _attack(found: Problem) -> Problem:
    remedy = "Beskyt resultaterne igen, med --with for hver udgivelse, der er fra før."
    return Problem("UDGIV-142", found.place, found.fault, found.remedy or remedy)


def _local(results: ResultSet) -> Iterator[Problem]:
    """UDGIV-144 once, where a study has a number of a single municipality, authority or office."""
    local = local_refs(results) if "study" in results.manifest else ()
    if local:
        fault = f"Et barometer har {len(local)} tal for enkelte kommuner, bl.a. {shown(local[0], 120)}."
        remedy = "De offentliggøres aldrig. Fjern opdelingen, og beskyt resultaterne igen."
        yield Problem("UDGIV-144", Place("cells.csv"), fault, remedy)


def built(files: Files, standing: Standing, gate: Gate) -> dict[str, bytes]:
    """The reports of a results folder with these files, as they stand in `standing`; where the folder lies is not
    among what they are made of."""
    with TemporaryDirectory() as folder:
        results = Path(folder) / "resultater"
        laid_out(results, files)
        return dict(gate.build(results, standing))


def laid_out(folder: Path, files: Files) -> None:
    """Writes files to a folder that is only looked at."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def scanned(files: Files, gate: Gate) -> None:
    """Raises Faults UDGIV-143, one for each thing in the files that leads to a person or a case."""
    with TemporaryDirectory() as folder:
        laid_out(Path(folder), files)
        found = list(gate.scan(Path(folder)))
    if found:
        raise Faults(Problem("UDGIV-143", item.place, item.fault, item.remedy) for item in found)


def is_unchanged(files: Files, promised: Mapping[str, str]) -> bool:
    """Whether files are, byte for byte, those that were promised."""
    return listing(files) == dict(promised)


ALL_FACTS = tuple(GATES)  # whoever got through the above has them all
