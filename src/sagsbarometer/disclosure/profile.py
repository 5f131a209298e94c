"""Profiles: how small a number must be to be withheld, and how little an attacker may learn of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from sagsbarometer.datafiles.located import Located, Path_, read_yaml
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.datafiles.validated import Strict, Word, validated
from sagsbarometer.disclosure.system import Printing
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.measures.measure import Text

FILE = "profiles.yaml"
_ID = r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$"


@dataclass(frozen=True, slots=True)
class Profile:
    """What is withheld, from whom, and how sure nobody may become.

    `threshold`: counts from 1 to one less are withheld. `interval`: how many cases wide an attacker's interval must at
    least be. `zero` is shown, flagged or withheld. `unknown` groups are counted or ignored. `rounding`: 0, or what
    every shown count is rounded to. `magnitude`: an attacker's interval about a sum of days must be so many percent of
    it. `coalitions`: how many that take part may put what they know together.
    """

    id: str
    label: Text
    about: Text
    source: str
    withholds: str  # nothing, local or all
    needs_decision: bool
    threshold: int
    interval: int
    rounding: int
    magnitude: int
    zero: str
    unknown: str
    coalitions: tuple[int, ...]
    local: frozenset[str]  # grouping ids

    @property
    def withholds_nothing(self) -> bool:
        """Whether everything is shown as it is."""
        return self.withholds == "nothing"

    @property
    def printing(self) -> Printing:
        """How numbers are shown under it, and what who knows it can say of those."""
        return Printing(
            self.rounding,
            self.threshold if self.rounding and self.withholds == "all" else 0,
            self.zero != "withheld",
            self.unknown == "counted",
        )

    def is_local(self, row: Mapping[str, str]) -> bool:
        """Whether a row is about one municipality, authority or office."""
        return not self.local.isdisjoint(row)


class _ProfileFile(Strict):
    id: Word = Field(pattern=_ID)
    label: Text
    about: Text
    source: str = Field(min_length=1)
    withholds: Literal["nothing", "local", "all"]
    needs_decision: bool = False
    threshold: int = Field(default=0, ge=0, le=1000)
    interval: int = Field(default=0, ge=0, le=1000)
    rounding: int = Field(default=0, ge=0, le=1000)
    magnitude: int = Field(default=10, ge=0, le=100)
    zero: Literal["shown", "flagged", "withheld"] = "shown"
    unknown: Literal["counted", "ignored"] = "counted"
    coalitions: tuple[int, ...] = ()
    local: tuple[Word, ...] = ()


def load_profiles(folder: Path | None = None) -> Mapping[str, Profile]:
    """The profiles of a `publishing` folder by id, in the order of the file; without one those that are shipped.

    Raises Faults: BESKYT-101 a profile that does not hold together, BESKYT-102 an id twice, and YAML.
    """
    located = read_yaml((folder or shipped("publishing")) / FILE, FILE)
    data = located.data
    items = data.get("profiles") if isinstance(data, dict) else None
    if not isinstance(items, list) or not items:
        fault, remedy = "Filen har ingen profiler.", "Skriv dem som en liste under profiles:."
        raise Faults([Problem("BESKYT-101", Place(FILE), fault, remedy)])
    found: dict[str, Profile] = {}
    problems: list[Problem] = []
    for index in range(len(items)):
        path: Path_ = ("profiles", index)
        file, faults = validated(located, _ProfileFile, path, code="BESKYT-101")
        problems += faults
        if file is None:
            continue
        problems += _unsound(located, path, file)
        if file.id in found:
            fault = f"Profilen {shown(file.id)} står to gange."
            problems.append(Problem("BESKYT-102", located.place(*path), fault, "Giv den ene et andet id."))
        found.setdefault(file.id, _profile(file))
    if problems:
        raise Faults(problems)
    return found


def profile_named(id: str, profiles: Mapping[str, Profile]) -> Profile:
    """The profile with this id. Raises Faults: BESKYT-103 there is none."""
    if id not in profiles:
        fault = f"Profilen {shown(id)} findes ikke."
        raise Faults([Problem("BESKYT-103", Place(FILE), fault, f"Skriv en af: {', '.join(profiles)}.")])
    return profiles[id]


def _profile(file: _ProfileFile) -> Profile:
    plain = file.model_dump()
    return Profile(**{**plain, "local": frozenset(file.local)})


def _unsound(located: Located, path: Path_, file: _ProfileFile) -> Iterator[Problem]:
    """What in a profile does not go together."""

    def fault(key: str, text: str, remedy: str) -> Problem:
        return Problem("BESKYT-101", located.place(*path, key), text, remedy)

    for key in ("label", "about"):
        if not {"da", "en"} <= set(getattr(file, key)):
            yield fault(key, f"{key} mangler dansk eller engelsk.", "Skriv {da: …, en: …}.")
    if any(size < 1 for size in file.coalitions):
        yield fault("coalitions", "En koalition har mindst ét medlem.", "Skriv hele tal fra 1.")
    if file.withholds == "nothing":
        if not file.needs_decision:
            text = "En profil, der intet holder tilbage, skal kræve en beslutning."
            yield fault("needs_decision", text, "Skriv needs_decision: true.")
        return
    if file.threshold < 2:
        yield fault("threshold", "threshold er mindre end 2, så intet holdes tilbage.", "Skriv fx 5.")
    if file.interval < 2:
        yield fault("interval", "interval er mindre end 2, så et tal kan kendes.", "Skriv mindst 2, fx 5.")
    if file.rounding and file.threshold % file.rounding:
        text = (
            "threshold er ikke et helt antal gange rounding, så et afrundet tal kan vise, at det var lille."
        )
        yield fault("rounding", text, "Skriv fx threshold: 10 og rounding: 5.")
    if file.withholds == "local" and not file.local:
        yield fault("local", "local mangler: ingen tabel er lokal.", "Skriv fx [authority, office].")
