"""Answers of a file as readings: what stands in the way, kept until it is taken in, and undone."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from sagsbarometer.collection.study import load_study
from sagsbarometer.deliveries.tables import RawRow, RawTable
from sagsbarometer.documents.vault import seal, unseal
from sagsbarometer.forms.form import Form
from sagsbarometer.review.answers import direct_plan
from sagsbarometer.review.answers_in import AllIn, CaseIn, Held, Person, bring_in, without_own
from sagsbarometer.review.course import ReadingState
from sagsbarometer.review.declared import declared_in, given_by_municipality
from sagsbarometer.review.kept_answers import NOTHING
from sagsbarometer.review.mapping import Plan, load_mapping
from sagsbarometer.web.accounts.models import Disqualification, User
from sagsbarometer.web.delivering.models import Case
from sagsbarometer.web.home import this_home
from sagsbarometer.web.planning.folders import folder_of, form_of
from sagsbarometer.web.reviewing.cases_read import readers_of
from sagsbarometer.web.reviewing.finding import blind_to
from sagsbarometer.web.reviewing.models import Answer, AnswersFile, CaseReview, Decision, Reading

_NOT_AGAIN = Q(reread=None) | Q(reread__finished_at__isnull=False)  # all but re-readings under way


def checked(
    study: Any, table: RawTable, mapping: str, sender: User,
    seen: tuple[list[CaseIn], list[Person]] | None = None,
) -> AllIn:  # fmt: skip
    """The rows as readings, as things are now, or were when `seen`. Raises Faults (`answers_in.bring_in`, KORT-1xx of
    the mapping)."""
    form = form_of(study)
    plain = without_own(form, table)
    plan = _mapped(form, plain, mapping) if mapping else direct_plan(form, plain)
    cases, known = seen or (standing(study, form, sender), people(study, sender))
    return bring_in(table, form, plan, cases, known, sender.id, _origin(study))


def _mapped(form: Form, table: RawTable, mapping: str) -> Plan:
    with TemporaryDirectory(prefix="sagsbarometer-") as folder:
        path = Path(folder) / "mapping.yaml"
        path.write_text(mapping, encoding="utf-8")
        return load_mapping(path, form, table.header)


def _origin(study: Any) -> str:
    return (
        "synthetic" if this_home().config.get("demonstration") else load_study(folder_of(study)).file.origin
    )


def standing(study: Any, form: Form, sender: User) -> list[CaseIn]:
    """Every case of the study that the sender may know of, and how far its reading is."""
    partial = list(sender.disqualifications.values_list("municipality", "case_id"))
    cases = Case.objects.filter(study=study).exclude(state="draft")
    cases = cases.exclude(municipality__in=[code for code, _case in partial if code])
    cases = cases.exclude(pk__in=[case for _code, case in partial if case]).select_related("review")
    held: dict[str, list[Held]] = {}
    readings = Reading.objects.filter(case__study=study, handed_over_at=None)
    answered = set(readings.filter(answers__isnull=False).values_list("id", flat=True))
    for row in readings.only("id", "case_id", "place", "reader_id", "state"):
        touched = row.state != ReadingState.ASSIGNED.value or row.id in answered
        held.setdefault(row.case_id, []).append(Held(row.place, row.reader_id, touched))
    blind = blind_to(sender.id)
    hidden = declared_in(form)
    return [
        _case(case, getattr(case, "review", None), held.get(case.id, ()), case.id in blind, form, hidden)
        for case in cases.order_by("municipality", "number")
    ]


def _case(
    case: Any, review: Any, held: Iterable[Held], blind: bool, form: Form, hidden: Iterable[str]
) -> CaseIn:
    theirs = given_by_municipality(form, case.declared, case.declared_states)
    return CaseIn(
        case.id, case.municipality, case.number, tuple(held),
        twice=review is not None and review.second_drawn,
        use=review.use if review is not None else "measure",
        measured=case.state == "screened_in" and (review is None or review.withdrawn_at is None),
        locked=review is not None and review.locked_at is not None,
        blind=blind,
        declared={id: theirs.get(id, NOTHING) for id in hidden},
    )  # fmt: skip


def people(study: Any, sender: User) -> list[Person]:
    """Who may have read: those who can be given cases, and who sends the file."""
    users = {user.id: user for user in (*readers_of(study.id), sender)}
    partial = list(
        Disqualification.objects.filter(user__in=users).values_list("user_id", "municipality", "case_id")
    )
    return [
        Person(
            user.id, user.email,
            frozenset(code for of, code, _case in partial if of == user.id and code),
            frozenset(case for of, _code, case in partial if of == user.id and case),
        )
        for user in users.values()
    ]  # fmt: skip


def waiting_rows(study: Any, form: Form, sender: User) -> list[tuple[str, str, str, str]]:
    """Case, municipality, number and reader of what waits to be read, for the sheet that is filled in."""
    emails = {person.id: person.email for person in people(study, sender)}
    rows = []
    for case in standing(study, form, sender):
        if case.use == "learning" or not case.measured:
            continue
        named = (case.id, case.municipality, str(case.number))
        if case.blind:  # one's own alone, whatever the case is
            rows += [
                (*named, sender.email) for item in case.held if item.reader == sender.id and not item.touched
            ]
            continue
        if case.use != "measure" or case.locked:
            continue
        for place in (1, 2) if case.twice else (1,):
            held = next((item for item in case.held if item.place == place), None)
            if held is None or (not held.touched and held.reader in emails):
                rows.append((*named, emails[held.reader] if held else ""))
    return rows


# --- kept until it is decided on ---


def _about(file: AnswersFile) -> str:
    return f"reviewing_answersfile.rows:{file.id}"


def keep(file: AnswersFile, table: RawTable, mapping: str) -> None:
    """Puts the table and its mapping in the row, locked."""
    plain = {
        "file": table.file, "header": table.header, "kind": table.kind, "header_row": table.header_row,
        "rows": [(row.number, row.cells) for row in table.rows], "mapping": mapping,
    }  # fmt: skip
    key = this_home().keys.study(file.study_id)
    file.rows = seal(key, json.dumps(plain, ensure_ascii=False).encode(), _about(file))


def opened_table(file: AnswersFile) -> tuple[RawTable, str]:
    """The table and the mapping of a file that is not decided on. Raises KeyGone, Tampered."""
    plain = json.loads(unseal(this_home().keys.study(file.study_id), bytes(file.rows), _about(file)))
    rows = tuple(RawRow(number, tuple(cells)) for number, cells in plain["rows"])
    return RawTable(plain["file"], tuple(plain["header"]), rows, plain["kind"], plain["header_row"]), plain[
        "mapping"
    ]


# --- undone ---


def why_not_undone(file: AnswersFile) -> str:
    """Why a file that was taken in cannot be taken out again; "" where it can."""
    readings = file.brought.filter(handed_over_at=None)
    # Of a case that is read once more the first reading stands, and all that was made of it: that is not touched, and
    # who reads it again is not to know of it.
    cases = list(readings.filter(_NOT_AGAIN).values_list("case_id", flat=True))
    if CaseReview.objects.filter(pk__in=cases).exclude(locked_at=None).exists():
        return _("Svarene er låst, fordi tallene er regnet.")
    if readings.exclude(state=ReadingState.SUBMITTED.value).exists() or _changed(file):
        return _("Nogen har åbnet en af læsningerne igen eller ændret et svar.")
    beside = ("doubts", "pins", "citations", "overrulings")
    if any(readings.filter(**{f"{name}__isnull": False}).exists() for name in beside):
        return _("Der er tvivl, beviser eller henvisninger ved en af læsningerne.")
    if Decision.objects.filter(case__in=cases).exists():
        return _("Der er afgjort forskelle i en af sagerne.")
    others = Reading.objects.filter(case__in=cases, handed_over_at=None, state=ReadingState.SUBMITTED.value)
    if others.exclude(file=file).exists():
        return _("En af sagerne er også læst af en anden.")
    written = readings.filter(_NOT_AGAIN, sheets__isnull=False).exists()  # of an anchor
    if written or Case.objects.filter(pk__in=cases, sheets__isnull=False).exists():
        return _("Der er skrevet et fundark om en af sagerne.")
    return ""


def _changed(file: AnswersFile) -> bool:
    return Answer.objects.filter(reading__file=file, reading__handed_over_at=None).count() != file.answers


def undo(file: AnswersFile) -> None:
    """Ends the readings of a file; who had been given a case is given it again. Nothing is thrown away. Inside
    `acting`, with the file held, where `why_not_undone` says nothing."""
    now = timezone.now()
    held = file.brought.select_for_update(of=("self",)).filter(handed_over_at=None)
    for reading in held.select_related("review", "reread"):
        reading.handed_over_at = now
        reading.revision += 1
        reading.save(update_fields=["handed_over_at", "revision"])
        if reading.assigned_at < (reading.submitted_at or now):
            Reading.objects.create(
                case_id=reading.case_id, review=reading.review, reader_id=reading.reader_id, place=reading.place,
                form_version=reading.form_version, due=reading.due, assigned_at=reading.assigned_at,
                reread=reading.reread,
            )  # fmt: skip
        if not reading.reread_id and (reading.review.differs or reading.review.decided_at):
            reading.review.differs, reading.review.decided_at = False, None
            reading.review.revision += 1
            reading.review.save(update_fields=["differs", "decided_at", "revision"])
    file.state, file.undone_at = "undone", now
    file.revision += 1
    file.save(update_fields=["state", "undone_at", "revision"])
