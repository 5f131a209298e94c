"""The day that a test states holds for all that it makes, and for nothing that other tests get too."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from sagsbarometer.web.findings.models import SheetRelease
from tests.web.days_in_tests import set_day
from tests.web.house_in_tests import Houses

DAY = date(2031, 5, 6)  # none that these tests are run on


def _released(home: Any) -> None:
    from sagsbarometer.web.accounts.models import User
    from sagsbarometer.web.events.acting import acting
    from tests.web.cast import LAUNCHED

    with acting("system:tests", "day"):
        SheetRelease.objects.create(
            study_id=LAUNCHED, object_until=DAY, tell_until=DAY, once="day", by=User.objects.first()
        )


def test_a_row_has_the_stated_day_also_where_its_field_holds_the_clock(
    cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as within:
        for day in (DAY - timedelta(days=1), DAY):  # a test may move on to another day
            set_day(within, day)
        _released(cast.home)
        assert timezone.localdate() == timezone.localdate(SheetRelease.objects.get().at) == DAY
    assert timezone.localdate() != DAY
    assert timezone.localdate(SheetRelease().at) != DAY


def test_a_house_that_tests_share_is_filled_by_the_real_clock(
    houses: Houses, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = datetime.now(UTC)
    set_day(monkeypatch, DAY)
    place = houses.copy("sqlite", tmp_path / "home", with_cast=True, more=_released)
    assert before < SheetRelease.objects.get().at < datetime.now(UTC)
    assert timezone.localdate() == DAY
    houses.drop(place)


def test_a_house_without_a_cast_is_not_filled_further(houses: Houses, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="must ask for `cast`"):
        houses.copy("sqlite", tmp_path / "home", with_cast=False, more=_released)
