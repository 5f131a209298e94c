"""The list of cases with answers to see again: it leads to its cases, and locked answers stand there too, as locked."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from tests.web.cast import LAUNCHED
from tests.web.readings_in_tests import REFUSAL, answered, reading_of, screened_in, submitted
from tests.web.test_reviewing_anchors import rule_written
from tests.web.test_reviewing_freeze import frozen
from tests.web.test_reviewing_second import get, post


def read_by(cast: Any, who: str, case: Any) -> Any:
    """A case that somebody has handed in."""
    reading = reading_of(cast, who, case=case)
    answered(reading, REFUSAL)
    submitted(reading)
    return reading


def test_the_list_leads_to_its_cases_for_who_may_see_them(cast: Any, client_of: Any) -> None:
    (case,) = screened_in(cast)
    read_by(cast, "rikke", case)
    anna = client_of(cast.anna)
    rule_written(anna)
    address = reverse("receiving:case", args=[LAUNCHED, case.id])
    for person in (cast.anna, cast.dorte):
        client = client_of(person)
        assert f'<a href="{address}">Sag {case.number}' in get(client, "look_cases")
        assert client.get(address).status_code == 200


def test_locked_answers_are_listed_as_locked_and_are_their_readers_when_unlocked(
    cast: Any, client_of: Any
) -> None:
    one, two, later = screened_in(cast, 3)
    locked = [read_by(cast, "rikke", case) for case in (one, two)]
    anna, rikke = client_of(cast.anna), client_of(cast.rikke)
    frozen(cast, anna)
    read_by(cast, "rikke", later)
    rule_written(anna)
    html = get(anna, "look_cases")
    assert html.count("<strong>låst</strong>") == len(locked)
    assert html.count("(afleveret)") == 1
    assert "kan ikke ændres, så længe de er låst" in html
    assert f'<a href="{reverse("reviewing:answers", args=[LAUNCHED])}">Svar og tal</a>' in html
    assert "bed analytikeren om at låse dem op" in get(client_of(cast.dorte), "look_cases")
    again = reverse("reviewing:again")
    assert not [row for row in locked if row.id in rikke.get(again).content.decode()]
    post(anna, "unlock", "1", reason="Reglen gælder også her.")
    assert [row for row in locked if row.id in rikke.get(again).content.decode()] == locked
    html = get(anna, "look_cases")
    assert "<strong>låst</strong>" not in html
    assert "så længe de er låst" not in html


def test_a_rule_tells_how_many_were_laid_before_their_readers_and_no_locked_one(
    cast: Any, client_of: Any
) -> None:
    read_by(cast, "rikke", screened_in(cast)[0])
    anna = client_of(cast.anna)
    frozen(cast, anna)
    rule_written(anna)
    assert "er lagt til" not in get(anna, "codebook")
