"""Tampering with the chain is found, and the first bad row named."""

from __future__ import annotations

import random
import threading
from dataclasses import replace
from typing import Any

import pytest

from sagsbarometer.web.events.acting import acting, record
from sagsbarometer.web.events.chain import START, Anchor, Link, anchor_line, anchors_of, digest, verify
from sagsbarometer.web.events.guard import remove
from sagsbarometer.web.events.models import Event
from sagsbarometer.web.events.verifying import links, make_anchor, verify_chain
from tests.conftest import trials


def _chain(length: int) -> list[Link]:
    made, previous = [], START
    for seq in range(1, length + 1):
        link = Link(
            seq, "2026-01-01T00:00:00Z", "a", "update", "t", f"{seq}", "s", "", "p", bytes([seq]), previous
        )
        previous = digest(link)
        made.append(replace(link, digest=previous))
    return made


def _again(chain: list[Link], start: int = 0) -> list[Link]:
    """With digests made anew from a row on, as who owns the database can make them."""
    made = chain[:start]
    for link in chain[start:]:
        fresh = replace(link, seq=len(made) + 1, previous=made[-1].digest if made else START)
        made.append(replace(fresh, digest=digest(fresh)))
    return made


def _with(link: Link, name: str, value: Any) -> Link:
    return replace(link, **{name: value})


def test_a_chain_as_it_was_written_is_right() -> None:
    chain = _chain(20)
    assert verify([]).first_break is None
    verdict = verify(chain, [Anchor(20, chain[-1].digest), Anchor(7, chain[6].digest)])
    assert (verdict.events, verdict.head, verdict.anchors, verdict.first_break) == (
        20,
        chain[-1].digest,
        2,
        None,
    )


def test_a_digest_is_of_every_part_and_no_part_runs_into_the_next() -> None:
    (link,) = _chain(1)
    others = [
        _with(link, name, b"x" if name == "content" else 9 if name == "seq" else "x")
        for name in Link.__dataclass_fields__
        if name != "digest"
    ]
    moved = replace(link, thing="t1", thing_id="")
    assert len({digest(one) for one in [link, moved, *others]}) == 13


@pytest.mark.parametrize("kind", ["edit", "delete", "insert", "reorder", "cut", "rewrite", "relink"])
def test_each_kind_of_tampering_is_found_and_named(kind: str) -> None:
    chance = random.Random(kind)
    for _ in range(50):
        chain = _chain(chance.randint(4, 40))
        anchor = Anchor(len(chain), chain[-1].digest)
        at = chance.randrange(1, len(chain) - 1)
        told, first = _tampered(kind, chain, at, chance)
        found = verify(told, [anchor]).first_break
        assert found is not None, (kind, at)
        assert found.seq == first, (kind, at, found)


def _tampered(kind: str, chain: list[Link], at: int, chance: random.Random) -> tuple[list[Link], int]:
    """The chain tampered with at an index, and the number of the row that must be named."""
    if kind == "edit":
        name = chance.choice(
            [name for name in Link.__dataclass_fields__ if name not in ("seq", "content", "digest")]
        )
        return [*chain[:at], _with(chain[at], name, "andet"), *chain[at + 1 :]], at + 1
    if kind == "delete":
        return [*chain[:at], *chain[at + 1 :]], at + 1
    if kind == "insert":  # a row between two, the rest numbered on
        new = replace(chain[at], thing_id="ny")
        pushed = [replace(link, seq=link.seq + 1) for link in chain[at:]]
        return [*chain[:at], replace(new, digest=digest(new)), *pushed], at + 2
    if kind == "reorder":
        one, other = chain[at], chain[at + 1]
        swapped = [replace(other, seq=one.seq), replace(one, seq=other.seq)]
        return [*chain[:at], *swapped, *chain[at + 2 :]], at + 1
    if kind == "cut":
        return chain[:at], at + 1
    if kind == "relink":  # an edited row with a digest that fits it, and nothing after it
        new = replace(chain[at], actor="en anden")
        return [*chain[:at], replace(new, digest=digest(new)), *chain[at + 1 :]], at + 2
    chain[at] = replace(chain[at], actor="en anden")
    return _again(chain, at), len(chain)  # all digests fit: only the anchor knows


def test_anchors_are_lines_of_json() -> None:
    anchors = [Anchor(3, "a" * 64, "2026-01-01T00:00:00Z"), Anchor(9, "b" * 64)]
    assert list(anchors_of([anchor_line(one) for one in anchors] + ["", "\n"])) == anchors
    for line in (
        "x",
        "{}",
        '{"seq": "1", "digest": "' + "a" * 64 + '"}',
        '{"seq": 1, "digest": "a"}',
        "[]",
        "3",
    ):
        with pytest.raises(ValueError, match="2"):
            list(anchors_of([anchor_line(anchors[0]), line]))


def _events(number: int) -> None:
    for one in range(number):
        with acting("system:tests", "prøve"):
            record("read_case", "delivering_case", f"{one}")


def test_a_table_tampered_with_by_who_owns_it_is_found(databases: str, workplace: Any) -> None:
    from django.db import connection

    _events(12)
    make_anchor()
    kept = list(Event.objects.order_by("seq").values())
    remove(connection)
    for statement, first in (
        ("UPDATE events_event SET actor = 'x' WHERE seq = 5", 5),
        ("UPDATE events_event SET content = previous WHERE seq = 6", 6),
        ("UPDATE events_event SET seq = 'x', purpose = x'00' WHERE seq = 6", 6),
        ("DELETE FROM events_event WHERE seq IN (7, 8)", 7),
        ("DELETE FROM events_event WHERE seq > 9", 10),
        ("DELETE FROM events_event", 1),
        ("UPDATE events_event SET seq = 100 WHERE seq = 4", 4),
    ):
        if databases == "postgresql":
            if "x'00'" in statement:
                continue
            statement = statement.replace("content = previous", "content = convert_to(previous, 'UTF8')")
        with connection.cursor() as cursor:
            cursor.execute(statement)
        found = verify_chain().first_break
        assert found is not None, statement
        assert found.seq == first, statement
        Event.objects.all().delete()
        Event.objects.bulk_create(Event(**row) for row in kept)
        assert verify_chain().first_break is None


def test_a_chain_written_anew_is_found_by_the_anchor_alone(databases: str, workplace: Any) -> None:
    from django.db import connection

    _events(9)
    make_anchor()
    remove(connection)
    changed = [replace(one, actor="en anden") if one.seq == 4 else one for one in links()]
    Event.objects.all().delete()
    Event.objects.bulk_create(
        Event(**{name: getattr(one, name) for name in Link.__dataclass_fields__})
        for one in _again(changed, 3)
    )
    assert verify(links()).first_break is None  # it holds together
    found = verify_chain().first_break
    assert found is not None
    assert (found.kind, found.seq) == ("rewritten", 9)


def test_twenty_at_once_make_one_chain(databases: str, workplace: Any) -> None:
    from django.db import connection

    each, writers, faults = max(4, trials(60)), 20, []

    def write(name: str) -> None:
        try:
            for number in range(each):
                with acting(f"system:{name}", "prøve"):
                    record("read_case", "delivering_case", f"{number}")
                    record("read_case", "delivering_case", f"{number} igen")
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(f"{n}",)) for n in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    verdict = verify_chain()
    assert (verdict.events, verdict.first_break) == (2 * each * writers, None)
    assert len(set(Event.objects.values_list("previous", flat=True))) == verdict.events
    for name in range(writers):  # each writer's own order is kept, and what belongs together stands together
        mine = list(
            Event.objects.filter(actor=f"system:{name}").order_by("seq").values_list("thing_id", flat=True)
        )
        assert mine == [text for n in range(each) for text in (f"{n}", f"{n} igen")]
