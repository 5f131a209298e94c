"""The files of a `law/` folder, read item by item, so that one bad item hides no other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from sagsbarometer.catalogue import schema
from sagsbarometer.datafiles.located import Located, Path_, read_yaml
from sagsbarometer.datafiles.validated import Strict, validated
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.kernel.said import said

Item = TypeVar("Item", bound=Strict)


@dataclass(frozen=True, slots=True)
class Entry(Generic[Item]):
    """An item and where it stands."""

    item: Item
    located: Located
    path: Path_

    def place(self, *keys: str | int) -> Place:
        """The place of a part of the item, or of the item."""
        return self.located.place(*self.path, *keys)


@dataclass(slots=True)
class Shelf(Generic[Item]):
    """Every item of a kind.

    `ids` has those of items at fault too, and `whole` is False where a file could not be read: a reference to what
    somebody wrote, but wrote wrongly, is not a second fault.
    """

    key: str  # the field that is the id; "" where the items have none
    entries: list[Entry[Item]] = field(default_factory=list)
    ids: dict[str, Place] = field(default_factory=dict)
    whole: bool = True

    def __iter__(self) -> Iterator[Entry[Item]]:
        return iter(self.entries)

    @property
    def items(self) -> dict[str, Item]:
        """The items by id, in the order of the files."""
        return {str(getattr(entry.item, self.key)): entry.item for entry in self.entries}

    def lacks(self, id: str) -> bool:
        """Whether there is certainly no such item."""
        return self.whole and id not in self.ids


@dataclass(slots=True)
class LawFiles:
    """What a `law/` folder holds, with the faults of reading it and each file as it was read."""

    acts: Shelf[schema.Act] = field(default_factory=lambda: Shelf("id"))
    provisions: Shelf[schema.Provision] = field(default_factory=lambda: Shelf("provision"))
    requirements: Shelf[schema.Requirement] = field(default_factory=lambda: Shelf("id"))
    principle_decisions: Shelf[schema.PrincipleDecision] = field(default_factory=lambda: Shelf("number"))
    law_areas: Shelf[schema.LawArea] = field(default_factory=lambda: Shelf("id"))
    case_subjects: Shelf[schema.CaseSubject] = field(default_factory=lambda: Shelf("id"))
    series: Shelf[schema.Series] = field(default_factory=lambda: Shelf("id"))
    succession: Shelf[schema.Succession] = field(default_factory=lambda: Shelf(""))
    basket_changes: Shelf[schema.BasketChange] = field(default_factory=lambda: Shelf(""))
    amendments: Shelf[schema.Amendment] = field(default_factory=lambda: Shelf(""))
    outcomes: Shelf[schema.Outcome] = field(default_factory=lambda: Shelf("id"))
    reversal_reasons: Shelf[schema.Keyword] = field(default_factory=lambda: Shelf("id"))
    criticism_keywords: Shelf[schema.Keyword] = field(default_factory=lambda: Shelf("id"))
    problems: list[Problem] = field(default_factory=list)
    read: list[Located] = field(default_factory=list)


def read_files(folder: Path) -> LawFiles:
    """Every file of a `law/` folder. Nothing is raised: `problems` has what was wrong (YAML-1xx, LOV-101, LOV-102)."""
    return _Reader(folder).read()


# Lists of items: the file, the key of the list, the model.
_LISTS = (
    ("acts.yaml", "acts", "acts", schema.Act),
    ("provisions.yaml", "provisions", "provisions", schema.Provision),
    ("requirements.yaml", "requirements", "requirements", schema.Requirement),
    ("principle_decisions.yaml", "principle_decisions", "principle_decisions", schema.PrincipleDecision),
    ("law_areas.yaml", "law_areas", "law_areas", schema.LawArea),
    ("series.yaml", "series", "series", schema.Series),
    ("succession.yaml", "provisions", "succession", schema.Succession),
    ("succession.yaml", "case_subjects", "basket_changes", schema.BasketChange),
    ("succession.yaml", "amendments", "amendments", schema.Amendment),
    ("outcomes.yaml", "outcomes", "outcomes", schema.Outcome),
    ("reversal_reasons.yaml", "reversal_reasons", "reversal_reasons", schema.Keyword),
    ("criticism_keywords.yaml", "criticism_keywords", "criticism_keywords", schema.Keyword),
)
_SUBJECT_HEAD = ("law_area", "source", "last_checked")


class _Reader:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = LawFiles()

    def read(self) -> LawFiles:
        """Reads the lists, the provisions with conditions and the case subjects."""
        for name in dict.fromkeys(name for name, *_ in _LISTS):
            self._lists(name)
        for located in self._folder("provisions", self.files.provisions):
            self._item(located, (), schema.Provision, self.files.provisions)
        for located in self._folder("case_subjects", self.files.case_subjects):
            self._subjects(located)
        return self.files

    def _read(self, path: Path) -> Located | None:
        name = path.relative_to(self.folder).as_posix()
        try:
            located = read_yaml(path, f"law/{name}")
        except Faults as faults:
            self.files.problems += faults.problems
            return None
        self.files.read.append(located)
        return located

    def _folder(self, name: str, shelf: Shelf[Any]) -> Iterator[Located]:
        for path in sorted((self.folder / name).glob("*.yaml")):
            located = self._read(path)
            shelf.whole = shelf.whole and located is not None
            if located is not None:
                yield located

    def _lists(self, name: str) -> None:
        wanted = [
            (key, getattr(self.files, shelf), model) for file, key, shelf, model in _LISTS if file == name
        ]
        located = self._read(self.folder / name)
        if located is not None:
            self._unknown_keys(located, {key for key, *_ in wanted})
        for key, shelf, model in wanted:
            self._list(located, key, shelf, model)

    def _list(self, located: Located | None, key: str, shelf: Shelf[Any], model: type[Strict]) -> None:
        part = located.data.get(key) if located is not None and isinstance(located.data, dict) else None
        if located is None or not isinstance(part, list):
            shelf.whole = False
            if located is not None:
                fault = said("{key} mangler eller er ingen liste.", key=shown(key))
                self._problem(
                    located.place(key), fault, said("Skriv {key}: og punkterne under den.", key=key)
                )
            return
        for index in range(len(part)):
            self._item(located, (key, index), model, shelf)

    def _item(
        self,
        located: Located,
        path: Path_,
        model: type[Strict],
        shelf: Shelf[Any],
        inherited: dict[str, Any] | None = None,
    ) -> None:
        raw = _at(located, path)
        id = str(raw.get(shelf.key, "")) if isinstance(raw, dict) else ""
        place = located.place(*path, *([shelf.key] if shelf.key else []))
        if id and id in shelf.ids:
            self._problem(
                place,
                said("{id} findes to gange.", id=shown(id)),
                said("Slet eller omdøb den ene."),
                "LOV-102",
            )
            return
        if id:
            shelf.ids[id] = place
        item, problems = validated(located, model, path, code="LOV-101")
        self.files.problems += problems
        if item is not None:
            lacking = {key: value for key, value in (inherited or {}).items() if not getattr(item, key)}
            shelf.entries.append(Entry(item.model_copy(update=lacking), located, path))
        elif not id:
            shelf.whole = False

    def _subjects(self, located: Located) -> None:
        head = {key: _at(located, (key,)) for key in _SUBJECT_HEAD} if isinstance(located.data, dict) else {}
        self._unknown_keys(located, {*_SUBJECT_HEAD, "case_subjects"})
        for key, value in head.items():
            if not isinstance(value, str) or not value:
                self._problem(
                    located.place(key),
                    said("{key} mangler.", key=shown(key)),
                    said("Tilføj den øverst i filen."),
                )
                head[key] = ""
        shelf = self.files.case_subjects
        if not isinstance(located.data, dict) or not isinstance(located.data.get("case_subjects"), list):
            self._list(located, "case_subjects", shelf, schema.CaseSubject)
            return
        for index, raw in enumerate(located.data["case_subjects"]):
            line = raw.get("line") if isinstance(raw, dict) else None
            source = f"{head['source']}, linje {line}" if line else head["source"]
            self._item(
                located, ("case_subjects", index), schema.CaseSubject, shelf, {**head, "source": source}
            )

    def _unknown_keys(self, located: Located, known: set[str]) -> None:
        for key in located.data if isinstance(located.data, dict) else ():
            if key not in known:
                fault = said("{key} kendes ikke her.", key=shown(str(key)))
                self._problem(located.place(key), fault, said("Se efter stavningen, eller slet linjen."))

    def _problem(self, place: Place, fault: str, remedy: str, code: str = "LOV-101") -> None:
        self.files.problems.append(Problem(code, place, fault, remedy))


def _at(located: Located, path: Path_) -> Any:
    part = located.data
    for step in path:
        part = part.get(step) if isinstance(part, dict) else part[step]
    return part
