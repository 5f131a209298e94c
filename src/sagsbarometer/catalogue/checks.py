"""What must hold between the items of a `law/` folder. Each check tells every fault it finds, at its line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sagsbarometer.catalogue.citations import Citation, citation_of
from sagsbarometer.catalogue.files import Entry, LawFiles, Shelf
from sagsbarometer.catalogue.order import CHECKS_OF_TIME
from sagsbarometer.kernel.ids import ascii_id, shown
from sagsbarometer.kernel.problems import Place, Problem
from sagsbarometer.kernel.said import said

Check = Callable[[LawFiles], Iterator[Problem]]


def problems_of(files: LawFiles) -> list[Problem]:
    """Every fault between the items (LOV-102, LOV-2xx), each once, in the order of the checks."""
    return list(dict.fromkeys(problem for check in CHECKS for problem in check(files)))


# --- what an item points to ---


def reference(files: LawFiles, place: Place, id: str, *, held: bool) -> Iterator[Problem]:
    """The faults of a reference to a provision.

    It must be one (LOV-202) and of an act that is known. With `held` it must be among the provisions, or within one.
    """
    citation = read(id)
    if citation is None:
        fault = said("{id} kan ikke læses som en bestemmelse.", id=shown(id))
        remedy = said("Skriv som serviceloven/32 a/1 eller barnets_lov/90 jf. serviceloven/84.")
        yield Problem("LOV-202", place, fault, remedy)
        return
    for part in (citation, citation.under):
        if part is not None and files.acts.lacks(part.act):
            yield Problem(
                "LOV-201",
                place,
                said("Loven {act} kendes ikke.", act=shown(part.act)),
                said("Tilføj den i acts.yaml."),
            )
            return
    if held and not any(not files.provisions.lacks(item.id) for item in _with_wider(citation)):
        fault = said("Bestemmelsen {id} kendes ikke.", id=shown(id))
        yield Problem(
            "LOV-201", place, fault, said("Tilføj den i provisions.yaml, eller se efter stavningen.")
        )


def read(id: str) -> Citation | None:
    """The citation with this id, or None."""
    try:
        return citation_of(id)
    except ValueError:
        return None


def _with_wider(citation: Citation) -> Iterator[Citation]:
    step: Citation | None = citation
    while step is not None and step.section:
        yield step
        step = step.wider


def unknown(shelf: Shelf[Any], place: Place, id: str, what: str, where: str) -> Iterator[Problem]:
    """LOV-201, when there is no such item."""
    if shelf.lacks(id):
        remedy = said("Se efter stavningen, eller tilføj i {where}.", where=where)
        yield Problem("LOV-201", place, said("{what} {id} kendes ikke.", what=what, id=shown(id)), remedy)


def _each(
    files: LawFiles, entry: Entry[Any], key: str, ids: Sequence[str], *, held: bool = True
) -> Iterator[Problem]:
    for index, id in enumerate(ids):
        yield from reference(files, entry.place(key, index), id, held=held)


def acts(files: LawFiles) -> Iterator[Problem]:
    """A name belongs to one act, and the id is made of the name it is cited by."""
    taken: dict[str, str] = {}
    for entry in files.acts:
        act = entry.item
        if act.id != ascii_id(act.short["da"]):
            fault = said(
                "{id} er ikke lavet af navnet {name}.", id=shown(act.id), name=shown(act.short["da"])
            )
            yield Problem(
                "LOV-208",
                entry.place("id"),
                fault,
                said("Skriv {id}.", id=ascii_id(act.short["da"])),
            )
        for key, name in [
            ("short", act.short["da"]),
            ("title", act.title["da"]),
            *(("names", n) for n in act.names),
        ]:
            owner = taken.setdefault(name.casefold(), act.id)
            if owner != act.id:
                fault = said("{name} er også navn på {owner}.", name=shown(name), owner=shown(owner))
                yield Problem("LOV-209", entry.place(key), fault, said("Et navn kan kun stå ved én lov."))


def provisions(files: LawFiles) -> Iterator[Problem]:
    """The id is a citation of a known act; its conditions have ids of their own and point to known decisions."""
    for entry in files.provisions:
        item = entry.item
        yield from reference(files, entry.place("provision"), item.provision, held=False)
        ids = [condition.id for condition in item.conditions]
        for index, condition in enumerate(item.conditions):
            if condition.id in ids[:index]:
                yield _twice(entry.place("conditions", index, "id"), condition.id)
            place = entry.place("conditions", index, "principle_decisions")
            yield from _decisions(files, place, condition.principle_decisions)


def shared_conditions(files: LawFiles) -> Iterator[Problem]:
    """Conditions are borrowed only where an edge says that the content is the same, from a provision that has some."""
    held = files.provisions.items
    same = {
        frozenset((edge.item.from_, edge.item.to))
        for edge in files.succession
        if edge.item.kind == "same_content"
    }
    for entry in files.provisions:
        item = entry.item
        if not item.conditions_of:
            continue
        place = entry.place("conditions_of")
        lender = held.get(item.conditions_of)
        if item.conditions:
            fault = said("Bestemmelsen har både egne betingelser og en andens (conditions_of).")
            yield Problem("LOV-210", place, fault, said("Behold en af dem."))
        elif lender is None:
            yield from unknown(
                files.provisions, place, item.conditions_of, said("Bestemmelsen"), "provisions/"
            )
        elif not lender.conditions:
            fault = said("{provision} har ingen betingelser.", provision=shown(item.conditions_of))
            yield Problem("LOV-210", place, fault, said("Peg på den, der har dem."))
        elif files.succession.whole and frozenset((item.provision, item.conditions_of)) not in same:
            fault = said(
                "Intet siger, at indholdet er det samme som i {provision}.",
                provision=shown(item.conditions_of),
            )
            remedy = said("Tilføj en kant med kind: same_content i succession.yaml, hvis kilden siger det.")
            yield Problem("LOV-210", place, fault, remedy)


def requirements(files: LawFiles) -> Iterator[Problem]:
    """Requirements point to known provisions, decisions and to one of the ten that a barometer counts."""
    held = files.requirements.items
    for entry in files.requirements:
        item = entry.item
        yield from _each(files, entry, "citations", item.citations)
        yield from _each(files, entry, "provisions", item.provisions)
        yield from _decisions(files, entry.place("principle_decisions"), item.principle_decisions)
        if item.counted_as:
            place = entry.place("counted_as")
            yield from unknown(
                files.requirements, place, item.counted_as, said("Kravet"), "requirements.yaml"
            )
            counted = held.get(item.counted_as)
            if (
                "other_requirement" in (counted.class_ if counted else "",)
                or item.class_ != "other_requirement"
            ):
                fault = said("counted_as peger fra et krav ud over de ti til et af de ti.")
                yield Problem("LOV-212", place, fault, said("Ret eller slet det."))


def principle_decisions(files: LawFiles) -> Iterator[Problem]:
    """A decision may point to a provision that is not held, but to no unknown act."""
    for entry in files.principle_decisions:
        yield from _each(files, entry, "provisions", entry.item.provisions, held=False)


def law_areas(files: LawFiles) -> Iterator[Problem]:
    """Areas consist of known acts, and their notes name no others; the id is made of the label."""
    for entry in files.law_areas:
        item = entry.item
        yield from _named(entry, item.id, item.label["da"])
        for index, act in enumerate(item.acts):
            yield from unknown(files.acts, entry.place("acts", index), act, said("Loven"), "acts.yaml")
        for note_index, note in enumerate(item.coverage):
            for index, act in enumerate(note.acts):
                if act not in item.acts:
                    place = entry.place("coverage", note_index, "acts", index)
                    fault = said("Noten nævner {act}, som ikke står under lovområdets acts.", act=shown(act))
                    yield Problem("LOV-201", place, fault, said("Tilføj den der, eller se efter stavningen."))


def case_subjects(files: LawFiles) -> Iterator[Problem]:
    """A subject belongs to a known area, has its id from its label and covers provisions of the acts of the area."""
    for entry in files.case_subjects:
        item = entry.item
        yield from _named(entry, item.id, item.label["da"])
        place = entry.located.place("law_area")
        yield from unknown(files.law_areas, place, item.law_area, said("Lovområdet"), "law_areas.yaml")
        covered: list[Citation] = []
        for key, part in (("provisions", item.provisions), ("exceptions", item.exceptions)):
            for index, id in enumerate(part):
                text = id if isinstance(id, str) else id.provision
                place = entry.place(key, index)
                faults = [*_of_the_area(files, place, text, item.law_area)]
                yield from faults
                citation = read(text)
                if faults or citation is None:
                    continue
                if key == "provisions":
                    covered.append(citation)
                elif not any(whole.covers(citation) for whole in covered):
                    fault = said("{text} er ikke en del af det, sagsemnet dækker.", text=shown(text))
                    yield Problem(
                        "LOV-212", place, fault, said("En undtagelse skal ligge inden for provisions.")
                    )


def _of_the_area(files: LawFiles, place: Place, id: str, area: str) -> Iterator[Problem]:
    faults = [*reference(files, place, id, held=False)]
    yield from faults
    citation, held = read(id), files.law_areas.items.get(area)
    if faults or citation is None or held is None or any(files.acts.lacks(act) for act in held.acts):
        return
    if citation.act not in held.acts:
        fault = said("{id} hører ikke til lovområdet {area}.", id=shown(id), area=shown(area))
        yield Problem("LOV-201", place, fault, said("Ret loven, eller tilføj den under lovområdets acts."))


def successions(files: LawFiles) -> Iterator[Problem]:
    """Edges, changes of baskets and amendments point to what there is."""
    for edge in files.succession:
        for key, id in (("from", edge.item.from_), ("to", edge.item.to)):
            yield from reference(files, edge.place(key), id, held=False)
            if read(id) is not None:
                yield from unknown(
                    files.provisions, edge.place(key), id, said("Bestemmelsen"), "provisions.yaml"
                )
    for change in files.basket_changes:
        for place, id in [
            (change.place("from"), change.item.from_),
            *((change.place("to", index), id) for index, id in enumerate(change.item.to)),
        ]:
            yield from unknown(files.case_subjects, place, id, said("Sagsemnet"), "case_subjects/")
        for key in ("lost", "gained"):
            ids = [id for id in getattr(change.item, key) if id != "repayment"]
            for id in ids:
                yield from reference(files, change.place(key), id, held=False)
    for amendment in files.amendments:
        yield from _each(files, amendment, "provisions", amendment.item.provisions)


def series_members(files: LawFiles) -> Iterator[Problem]:
    """A series consists of known case subjects."""
    for entry in files.series:
        for index, member in enumerate(entry.item.members):
            place = entry.place("members", index, "case_subject")
            yield from unknown(
                files.case_subjects, place, member.case_subject, said("Sagsemnet"), "case_subjects/"
            )


def outcomes(files: LawFiles) -> Iterator[Problem]:
    """What is reversed was decided on the merits; an outcome that stands for several is as they all are."""
    known = {entry.item.id: entry.item for entry in files.outcomes}
    for entry in files.outcomes:
        for index, id in enumerate(entry.item.one_of):
            place = entry.place("one_of", index)
            yield from unknown(files.outcomes, place, id, said("Udfaldet"), "outcomes.yaml")
            item = known.get(id)
            if item is None or (item.reversed and not item.on_the_merits):
                continue  # told of as it is
            same = (item.on_the_merits, item.reversed) == (entry.item.on_the_merits, entry.item.reversed)
            if item.one_of or not same:
                fault = said("{outcome} kan ikke stå for {id}.", outcome=shown(entry.item.id), id=shown(id))
                remedy = said("Nævn udfald, der selv er et enkelt, med samme on_the_merits og reversed.")
                yield Problem("LOV-212", place, fault, remedy)
        if entry.item.reversed and not entry.item.on_the_merits:
            fault = said("{id} er omgjort, men ikke realitetsbehandlet.", id=shown(entry.item.id))
            yield Problem(
                "LOV-212", entry.place("reversed"), fault, said("Ret on_the_merits eller reversed.")
            )


def _named(entry: Entry[Any], id: str, label: str) -> Iterator[Problem]:
    if id != ascii_id(label):
        fault = said("{id} er ikke lavet af etiketten {label}.", id=shown(id), label=shown(label))
        yield Problem(
            "LOV-208",
            entry.place("id"),
            fault,
            said("Skriv {id}, eller ret etiketten.", id=ascii_id(label)),
        )


def _decisions(files: LawFiles, place: Place, numbers: Iterable[str]) -> Iterator[Problem]:
    for number in numbers:
        if files.principle_decisions.lacks(number):
            fault = said("Principmeddelelse {number} kendes ikke.", number=shown(number))
            yield Problem("LOV-102", place, fault, said("Tilføj den i principle_decisions.yaml."))


def _twice(place: Place, id: str) -> Problem:
    return Problem(
        "LOV-102", place, said("{id} findes to gange.", id=shown(id)), said("Slet eller omdøb den ene.")
    )


CHECKS: tuple[Check, ...] = (
    acts,
    provisions,
    shared_conditions,
    requirements,
    principle_decisions,
    law_areas,
    case_subjects,
    successions,
    series_members,
    outcomes,
    *CHECKS_OF_TIME,
)
