"""A re-reading is blind both ways: to who reads a locked case once more it is a case as any other that is read by
two, and to who read it before nothing has happened. As test_reviewing_blind: every page before and after, to the byte.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from sagsbarometer.web.events.acting import acting
from tests.web import test_reviewing_blind as blind
from tests.web.browsers_in_tests import Browser
from tests.web.cast import LAUNCHED, Cast
from tests.web.house_in_tests import Houses
from tests.web.readings_in_tests import answered, reading_of
from tests.web.test_reviewing_blind import (
    BACKEND,
    ROLES,
    SEARCHED,
    WORD,
    _first_difference,
    all_of_theirs,
    pages,
)
from tests.web.things_in_tests import fill_things


@pytest.fixture
def house(houses: Houses, tmp_path: Path) -> Iterator[Cast]:
    """A house with things of each kind."""
    place = houses.copy("sqlite", tmp_path / "home", with_cast=True)
    cast = Cast.of(place.home)
    fill_things(cast)
    yield cast
    houses.drop(place)


def browser_of(person: Any) -> Browser:
    browser = Browser(raise_request_exception=False)
    browser.force_login(person, backend=BACKEND)
    return browser


def every_role(cast: Cast, person: Any) -> None:
    from sagsbarometer.web.accounts.models import Membership

    with acting("system:tests", "roles"):
        for role in ROLES:
            study = None if role == "administrator" else cast.launched
            Membership.objects.get_or_create(user=person, role=role, study=study)


def drawn(cast: Cast, case: Any) -> Any:
    """The case locked, frozen and drawn; the row of the draw."""
    from sagsbarometer.web.reviewing.models import CaseReview, Freeze, Reread

    with acting("system:tests", "drawn"):
        review = CaseReview.objects.get(pk=case.id)
        review.locked_at = timezone.now()
        review.save()
        made = Freeze.objects.create(
            study=cast.launched, number=3, cases=1, data_date="2026-11-02", form_version=1, rows_hash="0" * 64,
            job="x" * 16, by=cast.anna,
        )  # fmt: skip
        groups = {"with": {"cases": [case.id], "drawn": [case.id]}, "without": {"cases": [], "drawn": []}}
        return Reread.objects.create(
            study=cast.launched, freeze=made, measure="any_material_defect", seed="s", groups=groups,
            hash="1" * 64, once="blind", by=cast.anna,
        )  # fmt: skip


def the_same(before: dict[str, str], after: dict[str, str], made: list[str]) -> None:
    """Every page as it was, and nothing of the other's on any."""
    assert len(before) > 100
    changed = sorted(
        name
        for name in before
        if name in after and name.split()[0] not in SEARCHED and before[name] != after[name]
    )
    assert changed == [], _first_difference(before[changed[0]], after[changed[0]])
    for name, text in after.items():
        assert WORD not in text, name
        assert not any(id in text for id in made), name


def made_once_more(cast: Cast, mine: Any, theirs: Any) -> list[str]:
    """A case that somebody is reading becomes one that Rasmus read, frozen, drawn and given to them once more."""
    made = all_of_theirs(cast, theirs)
    reread = drawn(cast, mine.case)
    theirs.refresh_from_db()
    theirs.review.refresh_from_db()
    with acting("system:tests", "once more"):
        mine.place, mine.reread = 3, reread
        mine.save()
        theirs.place = 1
        theirs.save()
        theirs.review.second_drawn = False
        theirs.review.save()
    return made


def test_to_its_reader_it_is_a_case_read_by_two_as_any_other(house: Cast) -> None:
    cast = house
    mine = reading_of(cast, "rikke", "902")
    theirs = reading_of(cast, "rasmus", case=mine.case, place=2)
    answered(mine, {"occasion": "new_application"})
    browser = browser_of(cast.rikke)
    before = pages(cast, browser)
    made = made_once_more(cast, mine, theirs)
    the_same(before, pages(cast, browser), made)
    address = reverse("reviewing:answer", args=[mine.id, "result"])
    assert browser.post(address, {"value": "refusal", "number": "0", "once": "x"}).status_code == 302


def test_given_every_role_afterwards_they_still_see_nothing(house: Cast) -> None:
    cast = house
    mine = reading_of(cast, "rikke", "902")
    made = made_once_more(cast, mine, reading_of(cast, "rasmus", case=mine.case, place=2))
    every_role(cast, cast.rikke)
    browser = browser_of(cast.rikke)
    for name, text in pages(cast, browser).items():
        assert WORD not in text, name
        assert not any(id in text for id in made), name
    assert browser.get(reverse("reviewing:answers_file", args=[LAUNCHED, "csv"])).status_code == 404
    assert browser.get(reverse("reviewing:difference", args=[LAUNCHED, mine.case_id])).status_code == 404


def test_to_who_read_the_case_before_nothing_has_happened(
    house: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = house
    # The sheet of a finding is the case's own, and no part of the re-reading.
    monkeypatch.setattr(blind, "_finding", lambda cast, reading: "no-such-sheet")
    old = reading_of(cast, "rasmus", "902")
    every_role(cast, cast.rasmus)
    all_of_theirs_before(cast, old)
    reread = drawn(cast, old.case)
    browser = browser_of(cast.rasmus)
    before = pages(cast, browser)
    with acting("system:tests", "given"):
        from sagsbarometer.web.reviewing.models import Reading

        new = Reading.objects.create(
            case=old.case, review=old.review, reader=cast.rikke, place=3, form_version=1, reread=reread
        )
    made = all_of_theirs(cast, new)
    the_same(before, pages(cast, browser), [*made, new.id])
    for name in ("reopen", "reread_difference"):
        address = reverse(f"reviewing:{name}", args=[LAUNCHED, new.id])
        assert browser.post(address, {"reason": "x"}).status_code in (404, 405), name


def all_of_theirs_before(cast: Cast, reading: Any) -> None:
    """The old reading, handed in."""
    from tests.web.readings_in_tests import REFUSAL, submitted

    answered(reading, REFUSAL)
    submitted(reading)


def test_when_it_is_finished_the_guard_lets_go(house: Cast) -> None:
    """So that what was not seen before was there to be seen: the adjudicator's doubt list has it all the time."""
    cast = house
    old = reading_of(cast, "rasmus", "902")
    every_role(cast, cast.rasmus)
    all_of_theirs_before(cast, old)
    reread = drawn(cast, old.case)
    from sagsbarometer.web.reviewing.models import Reading

    with acting("system:tests", "given"):
        new = Reading.objects.create(
            case=old.case, review=old.review, reader=cast.rikke, place=3, form_version=1, reread=reread
        )
    doubt = all_of_theirs(cast, new)[3]
    address = reverse("reviewing:doubt", args=[LAUNCHED, doubt])
    assert browser_of(cast.dorte).get(address).status_code == 200
    assert browser_of(cast.rasmus).get(address).status_code == 404
    with acting("system:tests", "finished"):
        reread.finished_at = timezone.now()
        reread.save()
    assert browser_of(cast.rasmus).get(address).status_code == 200
