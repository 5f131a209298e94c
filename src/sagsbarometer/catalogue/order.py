"""What must hold over time: periods, succession from act to act, and series without a day missing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from sagsbarometer.catalogue.files import Entry, LawFiles
from sagsbarometer.catalogue.schema import BasketChange, CaseSubject, Covered, Period, Series
from sagsbarometer.datafiles.located import Located, Path_
from sagsbarometer.kernel.dates import danish_date
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Level, Problem
from sagsbarometer.kernel.said import said

_FIRST, _LAST = "0000-00-00", "9999-99-99"  # where a period has no limit that we know


def calendar(files: LawFiles) -> Iterator[Problem]:
    """Every day is one of the calendar, and no period ends before it begins."""
    for located in files.read:
        yield from _calendar(located, located.data, ())


def _calendar(located: Located, part: Any, path: Path_) -> Iterator[Problem]:
    if isinstance(part, list):
        for index, item in enumerate(part):
            yield from _calendar(located, item, (*path, index))
    if not isinstance(part, dict):
        return
    days = {
        key: str(part[key])
        for key in ("from", "to", "date", "last_checked")
        if _looks_like_day(part.get(key))
    }
    wrong = [key for key, day in days.items() if not _is_day(day)]
    for key in wrong:
        fault = said("{day} er ingen dag i kalenderen.", day=shown(days[key]))
        yield Problem("LOV-203", located.place(*path, key), fault, said("Ret datoen."))
    if not wrong and days.get("from", "") > days.get("to", _LAST):
        fault = said(
            "Perioden slutter {end}, før den begynder {start}.",
            end=_day(days["to"]),
            start=_day(days["from"]),
        )
        yield Problem("LOV-203", located.place(*path, "to"), fault, said("Byt om på dem, eller ret den ene."))
    for key, item in part.items():
        yield from _calendar(located, item, (*path, key))


def checked_later(files: LawFiles, today: date) -> list[Problem]:
    """A warning for each `last_checked` that is after `today`: nobody has checked it then. Loading never asks this,
    because law data must mean the same whatever the clock says."""
    return [problem for located in files.read for problem in _later(located, located.data, (), today)]


def _later(located: Located, part: Any, path: Path_, today: date) -> Iterator[Problem]:
    if isinstance(part, list):
        for index, item in enumerate(part):
            yield from _later(located, item, (*path, index), today)
    if not isinstance(part, dict):
        return
    day = part.get("last_checked")
    if isinstance(day, str) and _is_day(day) and date.fromisoformat(day) > today:
        fault = said("Efterset {day} er en dag, der ikke er kommet.", day=_day(day))
        place = located.place(*path, "last_checked")
        yield Problem("LOV-214", place, fault, said("Skriv den dag, det blev efterset."), Level.WARNING)
    for key, item in part.items():
        yield from _later(located, item, (*path, key), today)


def _looks_like_day(value: object) -> bool:
    return isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-" and value[:4].isdigit()


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _day(text: str) -> str:
    return danish_date(date.fromisoformat(text)) if _is_day(text) else text


def _before(day: str) -> str:
    """The day before, as it is written. The calendar check has told of a day that is none."""
    try:
        return (date.fromisoformat(day) - timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return ""


def _within(inner: Period, outer: Period) -> bool:
    """Whether `inner` has no day that is outside `outer`. An open end of `inner` says only that we do not know."""
    return not (
        (inner.from_ and outer.to and inner.from_ > outer.to)
        or (inner.to and outer.from_ and inner.to < outer.from_)
        or (inner.from_ and outer.from_ and inner.from_ < outer.from_)
        or (inner.to and outer.to and inner.to > outer.to)
    )


def covered_periods(files: LawFiles) -> Iterator[Problem]:
    """What a case subject covers does not overlap itself, and lies within its own period and the provision's."""
    provisions = files.provisions.items
    for entry in files.case_subjects:
        subject = entry.item
        for index, covered in enumerate(subject.provisions):
            period: Period = subject.in_force if isinstance(covered, str) else covered
            id = covered if isinstance(covered, str) else covered.provision
            place = entry.place("provisions", index)
            if not _within(period, subject.in_force):
                fault = said("{id} dækkes i en periode, hvor sagsemnet ikke findes.", id=shown(id))
                yield Problem("LOV-204", place, fault, said("Ret den ene af de to perioder."))
            held = provisions.get(id)
            if held is not None and not _within(period, held.in_force):
                fault = said("{id} dækkes i en periode, hvor bestemmelsen ikke gælder.", id=shown(id))
                yield Problem("LOV-204", place, fault, said("Ret den ene af de to perioder."))
        yield from _overlaps(entry)
        yield from _gaps(entry)


def _gaps(entry: Entry[CaseSubject]) -> Iterator[Problem]:
    """What a subject covers in several periods, for the same people, is covered every day between them."""
    dated = [(index, item) for index, item in enumerate(entry.item.provisions) if isinstance(item, Covered)]
    for position, (index, item) in enumerate(dated):
        earlier = [other for _, other in dated[:position] if other.provision == item.provision]
        if not earlier or not item.from_:
            continue
        last = max(other.to or _LAST for other in earlier)
        if last < _before(item.from_):
            fault = said(
                "{provision} dækkes til {last} og igen fra {start}, men ikke imellem.",
                provision=shown(item.provision),
                last=_day(last),
                start=_day(item.from_),
            )
            remedy = said("Lad perioderne følge efter hinanden.")
            yield Problem("LOV-213", entry.place("provisions", index), fault, remedy)


def _overlaps(entry: Entry[CaseSubject]) -> Iterator[Problem]:
    dated = [(index, item) for index, item in enumerate(entry.item.provisions) if isinstance(item, Covered)]
    plain = {item for item in entry.item.provisions if isinstance(item, str)}
    for position, (index, item) in enumerate(dated):
        earlier = [other for _, other in dated[:position] if other.provision == item.provision]
        if item.provision in plain or any(_meet(other, item) for other in earlier):
            fault = said("{provision} dækkes to gange på de samme dage.", provision=shown(item.provision))
            yield Problem(
                "LOV-204",
                entry.place("provisions", index),
                fault,
                said("Lad perioderne følge efter hinanden."),
            )


def _meet(one: Period, other: Period) -> bool:
    return (one.from_ or _FIRST) <= (other.to or _LAST) and (other.from_ or _FIRST) <= (one.to or _LAST)


def edges(files: LawFiles) -> Iterator[Problem]:
    """A provision ends the day before its successor begins, unless an edge says that it continues for somebody."""
    provisions = files.provisions.items
    staying = {
        (edge.item.from_, edge.item.date) for edge in files.succession if edge.item.kind == "continues"
    }
    for entry in files.succession:
        edge = entry.item
        if (edge.from_ == edge.to) != (edge.kind == "continues"):
            fault = said(
                "continues er en bestemmelse, der bliver stående: fra og til er den samme, og kun da."
            )
            yield Problem("LOV-205", entry.place("kind"), fault, said("Ret kind, from eller to."))
            continue
        old, new = provisions.get(edge.from_), provisions.get(edge.to)
        if old is None or new is None or not _is_day(edge.date):
            continue
        if edge.kind == "continues":
            if not old.in_force.holds(date.fromisoformat(edge.date)):
                fault = said(
                    "{provision} gælder ikke den {date}.", provision=shown(edge.from_), date=_day(edge.date)
                )
                yield Problem(
                    "LOV-205", entry.place("date"), fault, said("Ret dagen eller bestemmelsens periode.")
                )
            continue
        if new.in_force.from_ != edge.date:
            fault = said("{to} begynder ikke den {date}.", to=shown(edge.to), date=_day(edge.date))
            yield Problem(
                "LOV-205", entry.place("date"), fault, said("Ret dagen eller bestemmelsens periode.")
            )
        if old.in_force.to != _before(edge.date) and (edge.from_, edge.date) not in staying:
            fault = said("{provision} slutter ikke dagen før.", provision=shown(edge.from_))
            remedy = said("Ret perioden, eller tilføj en kant med kind: continues.")
            yield Problem("LOV-205", entry.place("date"), fault, remedy)


def cycles(files: LawFiles) -> Iterator[Problem]:
    """No provision succeeds itself through others."""
    after: dict[str, set[str]] = {}
    for entry in files.succession:
        edge = entry.item
        if edge.from_ == edge.to:
            continue
        if edge.from_ in _reached(edge.to, after):
            fault = said("{provision} bliver her sin egen afløser.", provision=shown(edge.from_))
            yield Problem("LOV-206", entry.place("to"), fault, said("Fjern en af kanterne i ringen."))
            continue
        after.setdefault(edge.from_, set()).add(edge.to)


def _reached(start: str, after: dict[str, set[str]]) -> set[str]:
    found, waiting = {start}, [start]
    while waiting:
        new = after.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def baskets(files: LawFiles) -> Iterator[Problem]:
    """The kind of a change of basket follows from what was lost and gained; the subjects hold on their sides of it."""
    subjects = files.case_subjects.items
    for entry in files.basket_changes:
        change = entry.item
        kind = _basket_kind(change)
        if change.kind != kind:
            fault = said(
                "kind er {kind}, men det, der er tabt og vundet, gør kurven til {basket}.",
                kind=change.kind,
                basket=kind,
            )
            yield Problem("LOV-211", entry.place("kind"), fault, said("Ret kind, lost eller gained."))
        sides = [("from", change.from_, _before(change.date)), *(("to", id, change.date) for id in change.to)]
        for key, id, day in sides:
            subject = subjects.get(id)
            if subject is not None and _is_day(day) and not subject.in_force.holds(date.fromisoformat(day)):
                fault = said("Sagsemnet {id} findes ikke den {day}.", id=shown(id), day=_day(day))
                yield Problem("LOV-205", entry.place(key), fault, said("Ret dagen eller sagsemnets periode."))


def _basket_kind(change: BasketChange) -> str:
    if change.lost and change.gained:
        return "other_basket"
    if change.lost:
        return "narrower_basket"
    return "wider_basket" if change.gained else "split_basket"


def series_time(files: LawFiles) -> Iterator[Problem]:
    """The members of a series follow one another without a day missing, and a change of members is a break."""
    subjects = files.case_subjects.items
    for entry in files.series:
        for index, member in enumerate(entry.item.members):
            subject = subjects.get(member.case_subject)
            if subject is not None and not _within(member, subject.in_force):
                fault = said(
                    "{subject} er med i en periode, hvor sagsemnet ikke findes.",
                    subject=shown(member.case_subject),
                )
                yield Problem(
                    "LOV-207", entry.place("members", index), fault, said("Ret den ene af de to perioder.")
                )
        yield from _tiled(entry)


def _tiled(entry: Entry[Series]) -> Iterator[Problem]:
    members = entry.item.members
    periods = sorted({(member.from_ or _FIRST, member.to or _LAST) for member in members})
    breaks = {item.date for item in entry.item.breaks}
    for (_, end), (start, _) in pairwise(periods):
        index = next(i for i, member in enumerate(members) if (member.from_ or _FIRST) == start)
        place = entry.place("members", index)
        if start <= end:
            fault = said("Medlemmernes perioder overlapper, uden at være ens.")
            remedy = said("Del perioderne, så de er ens eller følger efter hinanden.")
            yield Problem("LOV-207", place, fault, remedy)
            return  # what comes after would be told of the same fault
        if end != _before(start):
            fault = said("Der mangler dage mellem medlemmerne: indtil {start}.", start=_day(start))
            yield Problem("LOV-207", place, fault, said("Lad perioderne følge efter hinanden."))
        elif start not in breaks:
            fault = said(
                "Medlemmerne skifter den {start}, men der er intet brud på den dag.", start=_day(start)
            )
            yield Problem("LOV-207", place, fault, said("Tilføj bruddet under breaks."))


CHECKS_OF_TIME: tuple[Callable[[LawFiles], Iterator[Problem]], ...] = (
    calendar,
    covered_periods,
    edges,
    cycles,
    baskets,
    series_time,
)
