"""Each change of a guarded row is one event, on both databases; without `acting` there is no change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from sagsbarometer.web.events.acting import NotActing, acting, record, working
from sagsbarometer.web.events.guard import install, missing
from sagsbarometer.web.events.models import Event, Pending
from sagsbarometer.web.events.sealing import read
from sagsbarometer.web.events.verifying import links, verify_chain
from sagsbarometer.web.planning.models import Study
from tests.web.rows_in_tests import changes, guarded_models, saved, unsaved


def _events_of(work: Callable[[], Any]) -> list[Event]:
    """What a piece of work added to the chain."""
    before = Event.objects.count()
    with acting("system:tests", "prøve"):
        work()
    return list(Event.objects.filter(seq__gt=before).order_by("seq"))


def test_one_event_for_each_row_of_every_guarded_model(databases: str, cast: Any) -> None:
    models = guarded_models()
    assert len(models) >= 12
    for model in models:
        made: list[Any] = []
        events = _events_of(lambda model=model, made=made: made.append(saved(model)))  # type: ignore[misc]
        mine = [event for event in events if event.thing == model._meta.db_table]
        row = made[0]
        assert [(one.act, one.thing_id) for one in mine] == [("insert", str(row.pk))], model
        after = read(mine[0]).after
        assert after is not None
        assert set(after) == {model._meta.pk.column, *model.audited}, model
        for column, value in changes(row):
            one = _events_of(lambda: model._default_manager.filter(pk=row.pk).update(**{column: value}))  # noqa: B023
            assert [(event.act, event.thing, event.thing_id) for event in one] == [
                ("update", model._meta.db_table, str(row.pk))
            ], (model, column)
            assert read(one[0]).columns == (column,), (model, column)
        gone = _events_of(lambda: _remove(row))  # noqa: B023
        assert [(event.act, event.thing_id) for event in gone] == [("delete", str(row.pk))], model
        assert set(read(gone[0]).before or {}) == set(after)
    assert verify_chain().first_break is None


def _without_sealing(work: Callable[[], Any]) -> None:
    """As `acting` does it, without the events."""
    try:
        with transaction.atomic():
            connection.begin_acting()
            work()
    finally:
        connection.end_acting()


def _recorded_and(attempt: Callable[[], Any]) -> None:
    record("read_case", "delivering_case", "x")
    attempt()


def _remove(row: Any) -> None:
    """One row, whatever points at it."""
    with connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM "{row._meta.db_table}" WHERE "{row._meta.pk.column}" = %s', [row.pk])


def test_without_acting_every_guarded_model_is_closed(databases: str, cast: Any) -> None:
    for model in guarded_models():
        rows: list[Any] = []
        others: list[Any] = []
        with acting("system:tests", "prøve"):
            rows.append(saved(model))
            others.append(unsaved(model))
        before = Event.objects.count()
        table, key = model._meta.db_table, model._meta.pk.column
        column, value = next(changes(rows[0]))
        attempts: list[Callable[[], Any]] = [
            lambda: others[0].save(force_insert=True),  # noqa: B023
            lambda: model._default_manager.bulk_create([others[0]]),  # noqa: B023
            lambda: model._default_manager.filter(pk=rows[0].pk).update(**{column: value}),  # noqa: B023
            lambda: _remove(rows[0]),  # noqa: B023
            lambda: connection.cursor().execute(f'DELETE FROM "{table}" WHERE "{key}" IS NOT NULL'),  # noqa: B023
        ]
        for attempt in attempts:
            with pytest.raises(DatabaseError, match="nobody is acting"):
                attempt()
        assert Event.objects.count() == before
        assert model._default_manager.filter(pk=rows[0].pk).exists()


def test_bulk_work_is_one_event_a_row(databases: str, cast: Any) -> None:
    from sagsbarometer.web.planning.models import Authority

    rows = [Authority(study=cast.planning, code=f"{n}", name=f"Kommune {n}") for n in range(300)]
    assert len(_events_of(lambda: Authority.objects.bulk_create(rows))) == 300
    mine = Authority.objects.filter(study=cast.planning)
    assert len(_events_of(lambda: mine.update(name="Samme"))) == 300
    assert len(_events_of(lambda: mine.update(name="Samme"))) == 0  # nothing was changed
    for row in rows:
        row.email = "a@example.dk"
    assert len(_events_of(lambda: Authority.objects.bulk_update(rows, ["email"]))) == 300
    one = "UPDATE planning_authority SET name = 'Rå' WHERE study_id = %s"
    assert len(_events_of(lambda: connection.cursor().execute(one, [cast.planning.pk]))) == 300
    again = [Authority(study=cast.planning, code="0", name="Erstattet")]
    upsert = {"update_conflicts": True, "unique_fields": ["study", "code"], "update_fields": ["name"]}
    events = _events_of(lambda: Authority.objects.bulk_create(again, **upsert))
    assert [event.act for event in events] == ["update"]
    assert len(_events_of(lambda: mine.delete())) == 300
    assert {event.study for event in Event.objects.filter(seq__gt=1000)} >= {cast.planning.pk}


def test_replacing_a_row_is_its_removal_too(workplace: Any, cast: Any) -> None:
    """SQLite's INSERT OR REPLACE removes a row; recursive_triggers makes it tell."""
    case = cast.case("901", "draft")
    columns = ", ".join(f'"{field.column}"' for field in case._meta.concrete_fields)
    same = f"SELECT {columns} FROM delivering_case WHERE id = %s"
    statement = f"INSERT OR REPLACE INTO delivering_case ({columns}) {same}"
    events = _events_of(lambda: connection.cursor().execute(statement, [case.pk]))
    assert [event.act for event in events] == ["delete", "insert"]


def test_what_is_not_audited_is_no_event_and_needs_nobody(databases: str, cast: Any) -> None:
    before = Event.objects.count()
    cast.anna.set_unusable_password()
    type(cast.anna).objects.filter(pk=cast.anna.pk).update(password="x")
    assert Event.objects.count() == before


def test_the_event_says_who_what_why_and_of_which_case(databases: str, cast: Any) -> None:
    case = cast.case("901", "draft")
    with acting(cast.kim.pk, "aflevering"):
        case.declared = {**case.declared, "result": "grant"}
        case.save()
    event = Event.objects.latest("seq")
    assert (event.actor, event.act) == (cast.kim.pk, "update")
    assert (event.thing, event.thing_id) == ("delivering_case", case.pk)
    assert (event.study, event.case, event.purpose) == (case.study_id, case.pk, "aflevering")
    reading = read(event)
    assert reading.columns == ("declared",)
    assert reading.before is not None
    assert reading.after is not None
    assert (reading.before["declared"]["result"], reading.after["declared"]["result"]) == ("refusal", "grant")
    assert reading.after["own_number"].removeprefix("\\x") == bytes(case.own_number).hex()


def test_study_and_case_are_found_where_the_row_only_points_at_them(databases: str, cast: Any) -> None:
    from sagsbarometer.web.delivering.models import FrameList
    from sagsbarometer.web.receiving.models import Screening

    case, request = cast.case("901"), cast.request("901")
    (listed,) = _events_of(lambda: FrameList.objects.create(request=request, rows=[], file_hash="0"))
    (screened,) = _events_of(lambda: Screening.objects.create(case=case, verdict="in", by=cast.rikke))
    assert (listed.study, listed.case) == (request.study_id, "")
    assert (screened.study, screened.case) == (case.study_id, case.pk)

    def all_of_it() -> None:
        Screening.objects.filter(case=case).delete()
        connection.cursor().execute("DELETE FROM delivering_case WHERE id = %s", [case.pk])

    events = _events_of(all_of_it)
    assert [(one.study, one.case) for one in events if one.thing != "x"] == [(case.study_id, case.pk)] * 2


def test_content_is_gone_with_the_key_and_the_chain_still_holds(
    databases: str, workplace: Any, cast: Any
) -> None:
    case = cast.case("901")
    workplace.home.keys.destroy_study(case.study_id)
    readings = [read(event) for event in Event.objects.filter(case=case.pk)]
    assert readings
    assert all(one.gone and one.before is None and one.after is None for one in readings)
    assert not read(Event.objects.filter(thing="accounts_user")[0]).gone
    assert verify_chain().first_break is None
    # A study that should have its key cannot be written without it.
    with pytest.raises(Exception, match=case.study_id), acting("system:tests", "prøve"):
        type(case).objects.filter(pk=case.pk).update(revision=7)
    assert type(case).objects.get(pk=case.pk).revision == case.revision
    workplace.home.purged.write_text(
        f'{{"study": "{case.study_id}", "at": "2026-11-22"}}\n', encoding="utf-8"
    )
    (event,) = _events_of(lambda: type(case).objects.filter(pk=case.pk).update(own_number=b""))
    assert read(event).columns == ("own_number",)
    assert read(event).after is None


def test_all_of_it_or_nothing(databases: str, cast: Any) -> None:
    before = Event.objects.count()
    with acting("system:tests", "prøve") as work:
        Study.objects.filter(pk=cast.planning.pk).update(name="Fortrudt")
        work.undo()
    with pytest.raises(ZeroDivisionError):
        _events_of(lambda: 1 // Study.objects.filter(pk=cast.planning.pk).update(name="Faldt") // 0)
    assert cast.planning.name.startswith("Prøvestudie")
    assert (Event.objects.count(), Pending.objects.count()) == (before, 0)
    assert working() is None


def test_a_savepoint_that_was_rolled_back_leaves_no_event(databases: str, cast: Any) -> None:
    def work() -> None:
        try:
            with transaction.atomic():
                Study.objects.filter(pk=cast.planning.pk).update(name="Faldt")
                record("read_case", "delivering_case", "x")
                raise ZeroDivisionError
        except ZeroDivisionError:
            record("read_case", "delivering_case", "y", content={"sider": 3})

    (event,) = _events_of(work)
    assert (event.act, event.thing_id, read(event).said) == ("read_case", "y", {"sider": 3})


def test_a_transaction_that_leaves_a_pending_row_cannot_commit(databases: str, cast: Any) -> None:
    with pytest.raises(IntegrityError):
        _without_sealing(lambda: Study.objects.filter(pk=cast.planning.pk).update(name="Uden hændelse"))
    assert cast.planning.name.startswith("Prøvestudie")


def test_acting_inside_acting_is_told_plainly(databases: str, cast: Any) -> None:
    with (
        pytest.raises(NotActing, match="'indre' inside acting for 'ydre'"),
        acting("a", "ydre"),
        acting("b", "indre"),
    ):
        pass
    with pytest.raises(RuntimeError), transaction.atomic(), acting("a", "ydre"):
        pass
    with pytest.raises(NotActing):
        record("read_case", "delivering_case", "x")
    with pytest.raises(NotActing), acting("a", "ydre"):
        record("delete", "delivering_case", "x")
    with acting("a", "efter"):  # nothing of what failed is left
        record("read_case", "delivering_case", "x")


def test_our_own_program_cannot_write_the_chain_either(databases: str, cast: Any) -> None:
    last = Event.objects.latest("seq")
    forged = {"content": b"", "previous": last.digest, "digest": "1" * 64}
    attempts: list[Callable[[], Any]] = [
        lambda: Event.objects.filter(pk=last.pk).update(actor="x"),
        lambda: Event.objects.filter(pk=last.pk).delete(),
        lambda: Event(seq=last.seq + 1, **forged).save(force_insert=True),
        lambda: Pending.objects.all().delete(),
        lambda: Pending.objects.update(act="y"),
    ]
    for attempt in attempts:
        with pytest.raises(DatabaseError):
            _events_of(lambda: _recorded_and(attempt))  # noqa: B023
    for attempt in [*attempts[:3], lambda: Pending.objects.create(thing="x", thing_id="x", act="x")]:
        with pytest.raises(DatabaseError):
            attempt()
    assert Event.objects.latest("seq").seq == last.seq


def test_an_event_that_does_not_follow_the_last_is_refused(databases: str, cast: Any) -> None:
    last = Event.objects.latest("seq")
    places = [(last.seq + 2, last.digest), (last.seq + 1, "0" * 64), (last.seq, last.previous), (0, "")]
    for seq, previous in places:
        forged = Event(seq=seq, content=b"", previous=previous, digest="1" * 64)
        with pytest.raises(DatabaseError):
            _without_sealing(lambda: (connection.begin_sealing(), forged.save(force_insert=True)))  # noqa: B023
    assert verify_chain().events == last.seq


def test_a_guard_that_is_off_is_told_and_put_back(databases: str, cast: Any) -> None:
    assert missing(connection) == []
    with connection.cursor() as cursor:
        if databases == "sqlite":
            cursor.execute("DROP TRIGGER audit_delivering_case_update")
        else:
            cursor.execute("ALTER TABLE delivering_case DISABLE TRIGGER audit_delivering_case")
    assert missing(connection) == ["delivering_case"]
    install(connection)
    assert missing(connection) == []


def test_the_guard_is_there_after_a_migration_that_builds_tables_anew(databases: str, cast: Any) -> None:
    from django.core.management import call_command

    call_command("migrate", "receiving", "zero", verbosity=0)
    assert "receiving_screening" in missing(connection)
    call_command("migrate", verbosity=0)
    assert missing(connection) == []
    assert verify_chain().first_break is None
    assert len(list(links())) == Event.objects.count()
