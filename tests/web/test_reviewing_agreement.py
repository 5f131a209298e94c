"""Agreement on the pages: of what two answered each on their own, ticks too, whatever was changed later."""

from __future__ import annotations

import re
from typing import Any

from tests.web.readings_in_tests import REFUSAL, answered, reading_of, screened_in, submitted
from tests.web.test_reviewing_second import OTHER, get, post


def read_twice(cast: Any, many: int, differing: int, other: Any = OTHER) -> list[tuple[Any, Any]]:
    """Cases read by Rikke and Rasmus and handed in; of some the second has other answers."""
    pairs = []
    for number, case in enumerate(screened_in(cast, many)):
        first = reading_of(cast, "rikke", case=case, second=True)
        second = reading_of(cast, "rasmus", case=case, place=2)
        answered(first, REFUSAL)
        answered(second, other if number < differing else REFUSAL)
        submitted(first)
        submitted(second)
        pairs.append((first, second))
    return pairs


def row_of(html: str, label: str) -> list[str]:
    """The cells after the first of the line that begins with a label."""
    found = re.search(rf'<th scope="row">(?:Kryds: )?{re.escape(label)}\s.*?</th>(.*?)</tr>', html, re.S)
    assert found, label
    return re.findall(r"<td>(.*?)</td>", found.group(1))


OUTCOME = "Hvad var sagen blevet, hvis borgeren havde klaget?"


def test_every_tick_has_its_own_line_under_its_question(cast: Any, client_of: Any) -> None:
    read_twice(cast, 12, 3, {**REFUSAL, "step_age": ["rule_misread"]})
    html = get(client_of(cast.anna), "agreement")
    part = next(part for part in html.split("<tbody>") if "Hvert kryds for sig" in part and "Kryds: " in part)
    assert html.count("Kryds: ") == 1  # somebody set one tick; the others are named, not measured
    assert "Ingen af læserne har sat kryds ved:" in part
    cells = re.findall(r"<td>(.*?)</td>", part)
    assert cells[:2] == ["12", "75 procent"]
    assert "er ikke med i tallene" not in html


def test_corrected_answers_are_no_agreement(cast: Any, client_of: Any) -> None:
    pairs = read_twice(cast, 12, 3)
    anna = client_of(cast.anna)
    before = row_of(get(anna, "agreement"), OUTCOME)
    assert before[:2] == ["12", "75 procent"]
    assert before[-1] == "0"
    for _first, second in pairs[:3]:
        assert post(anna, "reopen", second.id, reason="Se på udfaldet igen.").status_code == 302
        second.refresh_from_db()
        assert second.state == "reopened"
    # Given back and not handed in anew: what was answered blind counts as it did.
    assert row_of(get(anna, "agreement"), OUTCOME) == before
    for _first, second in pairs[:3]:
        answered(second, {"would_be_outcome": "upheld", "wrong_assessment": "none"})
        submitted(second)
    html = get(anna, "agreement")
    after = row_of(html, OUTCOME)
    assert after[:-1] == before[:-1]
    assert after[-1] == "3"
    assert "i 3 sager." in html


def test_reopened_twice_the_first_time_counts(cast: Any, client_of: Any) -> None:
    (_first, second) = read_twice(cast, 1, 1)[0]
    anna = client_of(cast.anna)
    for outcome in ("upheld", "amended"):
        assert post(anna, "reopen", second.id, reason="Se på udfaldet igen.").status_code == 302
        second.refresh_from_db()
        answered(second, {"would_be_outcome": outcome})
        submitted(second)
    assert row_of(get(anna, "agreement"), OUTCOME)[:2] == ["1", "0 procent"]


def test_no_clock_decides_what_was_handed_in_first(cast: Any, client_of: Any) -> None:
    """The clock of the machine was put back between: the order of the events is the one that counts."""
    from datetime import timedelta

    from sagsbarometer.forms.language.types import Answer as Given
    from sagsbarometer.forms.states import State
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.planning.folders import form_of
    from sagsbarometer.web.reviewing.first_in import first_in
    from sagsbarometer.web.reviewing.models import Answer

    (_first, second) = read_twice(cast, 1, 1)[0]
    handed_in = second.submitted_at
    assert post(client_of(cast.anna), "reopen", second.id, reason="Igen.").status_code == 302
    second.refresh_from_db()
    with acting(second.reader_id, "reading"):
        Answer.objects.create(
            reading=second, question="would_be_outcome", number=2, state="answered", value="upheld",
            once="k" * 24, by_id=second.reader_id, at=handed_in - timedelta(days=400),
        )  # fmt: skip
    submitted(second)
    found = first_in(form_of(second.case.study), [second])[second.id]
    assert found.answers["would_be_outcome"] == Given(State.ANSWERED, "remitted")
    assert found.reopened
    assert abs(found.at - handed_in) < timedelta(minutes=5)


def test_one_who_has_not_handed_in_is_not_counted(cast: Any, client_of: Any) -> None:
    (_first, _second) = read_twice(cast, 1, 0)[0]
    case = screened_in(cast, 1)[0]
    done, begun = (
        reading_of(cast, "rikke", case=case, second=True),
        reading_of(cast, "rasmus", case=case, place=2),
    )
    answered(done, REFUSAL)
    answered(begun, OTHER)
    submitted(done)
    html = get(client_of(cast.anna), "agreement")
    assert "1 sag er læst af to" in html
    assert row_of(html, OUTCOME)[0] == "1"


def test_two_of_one_name_are_two(cast: Any, client_of: Any) -> None:
    from sagsbarometer.web.events.acting import acting

    with acting("system:tests", "names"):
        second = cast.rasmus
        second.name = cast.rikke.name
        second.save()
    read_twice(cast, 12, 0)
    html = get(client_of(cast.anna), "agreement")
    assert "12 sager er læst af to" in html
    assert cast.rasmus.email in html  # in the line of the pair
