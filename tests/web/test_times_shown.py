"""Days and times are written one way on every page: as the language of who looks writes them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils import translation

WEB = Path(__file__).resolve().parents[2] / "src" / "sagsbarometer" / "web"
WRITTEN = re.compile(r"\|\s*(?:date|time)(?!\w)(?::\"([^\"]*)\")?")
# Named: they follow the language. »j.« is the day of a month in a calendar, under the name of its month.
NAMED = {"DATE_FORMAT", "DATETIME_FORMAT", "SHORT_DATETIME_FORMAT", "TIME_FORMAT", "j.", ""}


def test_no_page_writes_a_time_in_a_way_of_its_own() -> None:
    own = {
        f"{path.name}: {how}"
        for path in [*WEB.rglob("*.html"), *WEB.rglob("*.txt")]
        for how in WRITTEN.findall(path.read_text(encoding="utf-8"))
        if how not in NAMED
    }
    assert own == set()


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("da", "23. november 2026 kl. 06.16 | 06.16 | 23-11-2026 06.16.09"),
        ("en", "23 November 2026 06:16 | 06:16 | 23 Nov 2026 06:16:09"),
    ],
)
def test_a_time_in_each_language(language: str, told: str) -> None:
    shown = Template(
        '{{ at|date:"DATETIME_FORMAT" }} | {{ at|date:"TIME_FORMAT" }} | {{ at|date:"SHORT_DATETIME_FORMAT" }}'
    )
    with translation.override(language):
        assert shown.render(Context({"at": datetime(2026, 11, 23, 5, 16, 9, tzinfo=UTC)})) == told
