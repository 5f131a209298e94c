"""Answers that hardly ever stand together, found in the cases themselves, and listed with the cases."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from sagsbarometer.web.events.acting import acting
from tests.web.cast import LAUNCHED
from tests.web.readings_in_tests import REFUSAL, answered, reading_of, screened_in, submitted
from tests.web.test_reviewing_second import get

HEADING = "Svar, der næsten aldrig står sammen i disse sager"
USED, WHOLE = "discretion_used", "overall_assessment"


def read_cases(cast: Any, planted: int) -> list[Any]:
    """Twenty-four cases: discretion used in half, and never with a whole assessment but in those planted."""
    readings = []
    for number, case in enumerate(screened_in(cast, 24)):
        reading = reading_of(cast, "rikke", case=case)
        used = number >= 12
        answered(reading, {**REFUSAL, USED: used, WHOLE: not used or number >= 24 - planted})
        submitted(reading)
        readings.append(reading)
    return readings


def part(html: str) -> str:
    """The part of the page about what the data hold."""
    return html.split(HEADING)[1].split("<h2>")[0]


def test_two_common_answers_that_stand_together_once_are_listed_with_the_case(
    cast: Any, client_of: Any
) -> None:
    readings = read_cases(cast, 1)
    told = part(get(client_of(cast.anna), "looks"))
    assert "1 sag har begge svar" in told
    assert "omkring 7" in told  # 12 * 13 / 24 = 6.5
    assert "af 24 sager har 12 det første svar og 13 det andet" in told
    links = [
        reading for reading in readings if reverse("receiving:case", args=[LAUNCHED, reading.case_id]) in told
    ]
    assert links == [readings[-1]]
    assert "intet ændres af listen" in told


def test_nothing_planted_nothing_listed(cast: Any, client_of: Any) -> None:
    read_cases(cast, 0)
    told = part(get(client_of(cast.anna), "looks"))
    assert "står så sjældent sammen" in told
    assert "<li>" not in told


def test_a_case_that_is_read_blind_is_on_no_list(cast: Any, client_of: Any) -> None:
    readings = read_cases(cast, 1)
    reading_of(cast, "rasmus", case=readings[-1].case, place=2)
    told = part(get(client_of(cast.anna), "looks"))
    assert reverse("receiving:case", args=[LAUNCHED, readings[-1].case_id]) not in told
    assert "<li>" not in told


def test_what_a_reader_saw_otherwise_than_the_municipality_declared_is_listed(
    cast: Any, client_of: Any
) -> None:
    """Also where an answer stands that another answer routed away: it counts in nothing, and hides nothing."""
    case, plain = screened_in(cast, 2)
    with acting("system:tests", "declared"):
        for row, declared in ((case, "grant"), (plain, "refusal")):
            row.declared, row.declared_states = {"result": declared}, {"result": "answered"}
            row.save()
    for row in (case, plain):
        reading = reading_of(cast, "rikke", case=row)
        answered(reading, {**REFUSAL, "citizen_action_plan_offered": True})  # asked of a grant alone
        submitted(reading)
    told = get(client_of(cast.anna), "looks").split(HEADING)[0]
    assert told.count("Resultatet er et andet, end kommunen har oplyst.") == 1
    assert reverse("receiving:case", args=[LAUNCHED, case.id]) in told
    far = get(client_of(cast.anna), "looks").split(HEADING)[1]
    assert "Kommunen" not in far.split("<h2>")[-1]
