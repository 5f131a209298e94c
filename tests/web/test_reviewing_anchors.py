"""Anchors: looked at from everywhere a reader can look they are as any other case; they count in no figure; and what
they say of a reader is told to who leads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from sagsbarometer.web.events.acting import acting
from tests.web.browsers_in_tests import Browser
from tests.web.cast import LAUNCHED, Cast
from tests.web.house_in_tests import Houses, Workplace
from tests.web.known_in_tests import WHY, given_out, known, made_known, with_key
from tests.web.mails_in_tests import do_waiting
from tests.web.readings_in_tests import REFUSAL, answered, reading_of, screened_in, submitted
from tests.web.test_reviewing_blind import (
    BACKEND,
    CHANGING,
    SEARCHED,
    _first_difference,
    all_of_theirs,
    pages,
)
from tests.web.test_reviewing_second import OTHER, get, post
from tests.web.things_in_tests import fill_things

# What a freezing and the pages about figures are, by file below the folder of results.
_MOMENT = ("run.json",)


@pytest.fixture
def house(houses: Houses, tmp_path: Path) -> Iterator[Cast]:
    """A house with things of each kind."""
    place: Workplace = houses.copy("sqlite", tmp_path / "home", with_cast=True)
    cast = Cast.of(place.home)
    fill_things(cast)
    yield cast
    houses.drop(place)


def signed_in(person: Any) -> Browser:
    browser = Browser(raise_request_exception=False)
    browser.force_login(person, backend=BACKEND)
    return browser


def used_as(case: Any, use: str, *, second: bool = False) -> None:
    """Turns a case that is read to another use, with its readings as they are."""
    with acting("system:tests", "practice"):
        review = case.review
        review.use, review.second_drawn = use, second
        review.save()


def keyed(cast: Cast, case: Any) -> None:
    """A key with words, as somebody else wrote it."""
    from sagsbarometer.documents.vault import seal
    from sagsbarometer.web.identifiers import random_id
    from sagsbarometer.web.reviewing.models import KeyAnswer

    with acting(cast.anna.id, "practice"):
        row = KeyAnswer(case=case, question="wrong_assessment", number=1, state="answered", value="material",
                        once=random_id(24), by=cast.anna)  # fmt: skip
        row.words = seal(cast.home.keys.study(LAUNCHED), WHY.encode(), f"reviewing_keyanswer.words:{row.id}")
        row.save()


def same(before: dict[str, str], after: dict[str, str], but: frozenset[str] = frozenset()) -> None:
    """Every page is the same, to the byte."""
    changed = sorted(
        name
        for name in before
        if name in after and name.split()[0] not in SEARCHED | but and before[name] != after[name]
    )
    assert changed == [], (changed, _first_difference(before[changed[0]], after[changed[0]]))
    assert len(before) > 150


# What is answered otherwise of a case read by two of which the other is not in: an anchor is as one read by one alone.
OF_THE_CASE = frozenset({"reviewing:difference", "findings:of_reading", "findings:sheet"})


@pytest.mark.parametrize("two", [False, True], ids=["by_one", "by_two"])
@pytest.mark.parametrize("state", ["begun", "submitted"])
def test_a_reader_cannot_tell_an_anchor_from_a_measured_case(house: Cast, state: str, two: bool) -> None:
    """From one read by one on no page at all; from one read by two on none but those that differ between those two."""
    mine = reading_of(house, "rikke", "902", second=two)
    if two:
        reading_of(house, "rasmus", case=mine.case, place=2)
    answered(mine, {"occasion": "new_application", "wrong_assessment": "none"})
    if state == "submitted":
        submitted(mine)
    browser = signed_in(house.rikke)
    before = pages(house, browser)
    keyed(house, mine.case)
    used_as(mine.case, "anchor")
    after = pages(house, browser)
    same(before, after, OF_THE_CASE if two else frozenset())
    assert not any(WHY in text for text in after.values())


ROLES = ("analyst", "adjudicator", "approver", "administrator")


def test_with_every_role_an_anchor_is_as_a_case_read_by_two(house: Cast) -> None:
    """To who still is to hand it in: also the lists, counts and hidden cases of who leads."""
    from sagsbarometer.web.accounts.models import Membership

    with acting("system:tests", "roles"):
        for role in ROLES:
            study = None if role == "administrator" else house.launched
            Membership.objects.get_or_create(user=house.rikke, role=role, study=study)
    mine = reading_of(house, "rikke", "902", second=True)
    theirs = reading_of(house, "rasmus", case=mine.case, place=2)
    answered(mine, {"occasion": "new_application"})
    browser = signed_in(house.rikke)
    before = pages(house, browser)
    keyed(house, mine.case)
    used_as(mine.case, "anchor")
    made = all_of_theirs(house, theirs)
    after = pages(house, browser)
    # The own examples of a known case are listed with the kinds of things, not on any page.
    same(before, {name: text for name, text in after.items() if name in before})
    for name, text in after.items():
        assert WHY not in text, name
        assert not any(id in text for id in made), name
    for route in ("key", "practice_back"):
        address = reverse(f"reviewing:{route}", args=[LAUNCHED, mine.case_id])
        assert browser.get(address).status_code in (404, 405)
        assert browser.post(address, {"v_result": "grant"}).status_code == 404
    submitted(mine)
    assert browser.get(reverse("reviewing:key", args=[LAUNCHED, mine.case_id])).status_code == 200


def test_a_reader_of_a_known_case_sees_their_own_reading_alone(house: Cast) -> None:
    """Also when all are in: a reviewer gets nothing of another's, by any address."""
    from tests.web.test_reviewing_blind import addresses_of, made_by, nothing_at

    mine = reading_of(house, "rikke", "902")
    theirs = reading_of(house, "rasmus", case=mine.case, place=2)
    used_as(mine.case, "anchor")
    browser = signed_in(house.rikke)
    made = made_by(house, mine, theirs)
    addresses = addresses_of(made)
    nothing_at(addresses, browser)
    submitted(mine)
    nothing_at(addresses, browser)
    shown = "".join(pages(house, browser).values())
    assert not any(made[name] in shown for name in ("reading", "pin", "citation", "doubt", "remark", "sheet"))


def test_an_anchor_gives_no_feedback_and_has_no_facit(cast: Any, client_of: Any) -> None:
    from sagsbarometer.web.identifiers import random_id

    (reading,) = known(client_of(cast.anna), screened_in(cast)[0], "anchor", [cast.rikke])
    client = client_of(cast.rikke)
    saved = client.post(
        reverse("reviewing:answer", args=[reading.id, "wrong_assessment"]),
        {"number": "0", "once": random_id(20), "value": "none"},
        headers={"HX-Request": "true"},
    )
    assert saved.status_code == 200
    assert "facit" not in saved.content.decode()
    assert "facit" not in client.get(reverse("reviewing:reading", args=[reading.id])).content.decode()
    answered(reading, REFUSAL)
    submitted(reading)
    for route in ("learned", "anew"):
        assert client.get(reverse(f"reviewing:{route}", args=[reading.id])).status_code in (404, 405)
        assert client.post(reverse(f"reviewing:{route}", args=[reading.id])).status_code in (404, 405)


def test_who_wrote_the_key_is_partial_or_has_it_does_not_get_it(cast: Any, client_of: Any) -> None:
    from sagsbarometer.web.accounts.models import Disqualification, Membership
    from sagsbarometer.web.reviewing.models import Reading

    case = screened_in(cast)[0]
    with acting("system:tests", "roles"):
        Membership.objects.create(user=cast.dorte, role="reviewer", study=cast.launched)
        Disqualification.objects.create(user=cast.disa, case=case, reason="earlier_work", made_by=cast.anna)
    dorte = client_of(cast.dorte)
    made_known(dorte, case, "anchor")
    with_key(dorte, case)
    anna = client_of(cast.anna)
    reply = given_out(anna, [case], [cast.rikke, cast.dorte, cast.disa])
    html = anna.get(reply["Location"]).content.decode()
    assert "Dorte Opdigtet har skrevet facit" in html
    assert "Disa Opdigtet er inhabil" in html
    given_out(anna, [case], [cast.rikke, cast.rasmus])  # the second click, and one more
    places = dict(Reading.objects.filter(case=case).values_list("reader_id", "place"))
    assert places == {cast.rikke.id: 1, cast.rasmus.id: 2}


def test_a_known_case_waits_for_no_reader_of_the_measurement(cast: Any, client_of: Any) -> None:
    from sagsbarometer.web.reviewing.models import Reading

    anna = client_of(cast.anna)
    cases = screened_in(cast, 2)
    for case, use in zip(cases, ("learning", "anchor"), strict=True):
        made_known(anna, case, use)
    assert post(anna, "assign", readers=[cast.rikke.id]).status_code == 302
    assert Reading.objects.exists()
    assert not Reading.objects.filter(case__in=cases).exists()
    post(anna, "draw", share="100", once="d" * 24)
    from sagsbarometer.web.reviewing.models import CaseReview

    assert not CaseReview.objects.exclude(use="measure").filter(second_drawn=True).exists()


def held_by(person: Any) -> dict[str, Any]:
    """The readings somebody has, by case."""
    from sagsbarometer.web.reviewing.models import Reading

    return {row.case_id: row for row in Reading.objects.filter(reader=person, handed_over_at=None)}


def test_handed_over_no_anchor_is_left_with_who_is_away(cast: Any, client_of: Any) -> None:
    """It goes to one chosen who may have it, else to nobody; what is handed in stays."""
    from sagsbarometer.web.accounts.models import Disqualification

    anna = client_of(cast.anna)
    given, taken, done, plain, partial = screened_in(cast, 5)
    (mine,) = known(anna, given, "anchor", [cast.rikke])
    known(anna, taken, "anchor", [cast.rikke, cast.rasmus])
    known(anna, partial, "anchor", [cast.rikke])
    (kept,) = known(anna, done, "anchor", [cast.rikke])
    answered(mine, {"occasion": "cessation"})
    submitted(kept)
    reading_of(cast, "rikke", case=plain)
    with acting("system:tests", "partial"):
        Disqualification.objects.create(
            user=cast.rasmus, case=partial, reason="earlier_work", made_by=cast.anna
        )
    for _ in range(2):
        post(anna, "hand_over", **{"from": cast.rikke.id, "readers": [cast.rasmus.id]})
    assert set(held_by(cast.rikke)) == {done.id}
    assert set(held_by(cast.rasmus)) == {given.id, taken.id, plain.id}
    assert not held_by(cast.rasmus)[given.id].answers.exists()
    assert "2 læsninger er fordelt" in get(anna, "overview")
    html = client_of(cast.rikke).get(reverse("reviewing:desk")).content.decode()
    assert html.count("givet til en anden læser") == 4


def test_to_who_leads_and_has_the_anchor_too_handing_over_tells_of_none(cast: Any, client_of: Any) -> None:
    from sagsbarometer.web.accounts.models import Membership

    case, plain = screened_in(cast, 2)
    with acting("system:tests", "roles"):
        for role in ("analyst", "reviewer"):
            Membership.objects.create(user=cast.dorte, role=role, study=cast.launched)
    known(client_of(cast.anna), case, "anchor", [cast.rikke, cast.dorte])
    reading_of(cast, "rikke", case=plain)
    dorte = client_of(cast.dorte)
    assert "Rikke Opdigtet (1 ikke afleveret)" in get(dorte, "hand_over")
    post(dorte, "hand_over", **{"from": cast.rikke.id, "readers": [cast.rasmus.id]})
    assert held_by(cast.rikke) == {}
    assert set(held_by(cast.rasmus)) == {case.id, plain.id}
    assert "1 læsning er fordelt" in get(dorte, "overview")


def test_who_leads_is_told_the_same_of_their_own_anchor_as_of_a_measured_case(
    cast: Any, client_of: Any
) -> None:
    from sagsbarometer.web.accounts.models import Membership

    with acting("system:tests", "roles"):
        Membership.objects.create(user=cast.dorte, role="reviewer", study=cast.launched)
    case, one, two = screened_in(cast, 3)
    (anchor,) = known(client_of(cast.anna), case, "anchor", [cast.dorte])
    measured = [reading_of(cast, "dorte", case=one), reading_of(cast, "dorte", case=two, second=True)]
    client = client_of(cast.dorte)
    for reading in (anchor, *measured):
        for use in ("anchor", "learning"):
            reply = made_known(client, reading.case, use)
            assert reply.status_code == 422
            assert "Sagen er ved at blive læst." in reply.content.decode()


def rule_written(client: Any, question: str = "occasion") -> None:
    """A rule of the codebook that says nothing of any case."""
    sent = {"question": question, "text": "Se altid efter i journalen.", "of_none": "yes", "once": "r" * 20}
    assert post(client, "rule", **sent).status_code == 302


def test_after_a_freeze_an_anchor_is_looked_at_again_no_more_than_the_cases_beside_it(
    cast: Any, client_of: Any
) -> None:
    from sagsbarometer.web.reviewing.models import Look

    anna, rikke = client_of(cast.anna), client_of(cast.rikke)
    case, plain, later, begun = screened_in(cast, 4)
    (before,) = known(anna, case, "anchor", [cast.rikke])
    (after,) = known(anna, later, "anchor", [cast.rikke])
    (under_way,) = known(anna, begun, "anchor", [cast.rikke])
    measured = reading_of(cast, "rikke", case=plain)
    for reading in (before, measured):
        answered(reading, REFUSAL)
        submitted(reading)
    with acting("system:tests", "looks"):
        for reading in (before, measured):
            Look.objects.create(reading=reading, question="occasion", why="unusual")
    post(anna, "answers", once="9" * 24)
    do_waiting()
    answered(after, REFUSAL)
    submitted(after)
    answered(under_way, {"occasion": "cessation"})
    rule_written(anna)
    listed = set(Look.objects.exclude(rule=None).values_list("reading_id", flat=True))
    # What is locked is listed too, and shown to no reader before it is unlocked: an anchor as the cases beside it.
    assert listed == {before.id, measured.id, after.id, under_way.id}
    again = rikke.get(reverse("reviewing:again")).content.decode()
    shown = {row.id for row in (before, measured, after, under_way) if row.id in again}
    assert shown == {after.id, under_way.id}
    post(anna, "unlock", "1", reason="Igen.")
    again = rikke.get(reverse("reviewing:again")).content.decode()
    assert {row.id for row in (before, measured, after, under_way) if row.id in again} == shown | {
        before.id,
        measured.id,
    }


# --- never in a figure ---


def figures(client: Any) -> dict[str, Any]:
    """All that is computed and shown of a study: files, figures and pages, without the key of a form."""
    from sagsbarometer.web.reviewing.jobs import folder_of_freeze
    from sagsbarometer.web.reviewing.models import Freeze

    found: dict[str, Any] = {}
    get(client, "practice")  # says what was done last
    for name in ("overview", "agreement", "looks", "differences"):
        html = get(client, name)
        for pattern in CHANGING:
            html = re.sub(pattern, "", html)
        # A case that is out of the measurement waits for no reader of it.
        found[name] = re.sub(r"<p>\d+ læsning(er)? har ingen læser endnu\.</p>", "", html)
    for format in ("csv", "codebook", "parquet"):
        found[format] = client.get(reverse("reviewing:answers_file", args=[LAUNCHED, format])).content
    number = Freeze.objects.count() + 1
    assert post(client, "answers", once=f"{number:024}").status_code == 302
    do_waiting()
    assert Freeze.objects.count() == number
    folder = folder_of_freeze(LAUNCHED, number)
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name not in _MOMENT:
            found[str(path.relative_to(folder))] = path.read_bytes()
    html = get(client, "numbers", str(number))
    found["numbers"] = re.sub(r"/tal/\d+/|(Tal|Låsning) \d+", "", re.sub(r'value="[^"]{64}"', "", html))
    post(client, "unlock", str(number), reason="Igen.")
    return found


def test_no_figure_moves_for_exercises_and_anchors(cast: Any, client_of: Any) -> None:
    """Frozen and computed without them and with them, under way, handed in, handed over and begun anew: the same."""
    from sagsbarometer.web.reviewing.models import Look, Reading

    cases = screened_in(cast, 12)
    for place, case in enumerate(cases[:4]):
        one = reading_of(cast, "rikke", case=case, second=place < 2)
        answered(one, OTHER if place % 2 else REFUSAL)
        submitted(one)
        if place < 2:
            two = reading_of(cast, "rasmus", case=case, place=2)
            answered(two, OTHER if place else REFUSAL)
            submitted(two)
    anna = client_of(cast.anna)
    before = figures(anna)
    people = [cast.rikke, cast.rasmus]
    for case, use in zip(cases[4:10], ("learning", "anchor") * 3, strict=True):
        mine, theirs = known(anna, case, use, people)
        if case in cases[4:8]:
            answered(mine, OTHER)
            submitted(mine)
        if case in cases[6:10]:  # the last two wait for one of the two, the two before are all in
            answered(theirs, OTHER)
            submitted(theirs)
        else:
            answered(theirs, {"occasion": "cessation"})
        if use == "learning" and case in cases[4:8]:
            client_of(cast.rikke).post(reverse("reviewing:anew", args=[mine.id]))
    with acting("system:tests", "practice"):  # marked as read by two, whoever did it
        review = cases[5].review
        review.second_drawn, review.differs = True, True
        review.save()
        looked_at = Reading.objects.get(
            case=cases[7], reader=cast.rikke
        )  # an answer to see again stops no freezing
        Look.objects.create(reading=looked_at, question="occasion", why="form")
    after = figures(anna)
    assert sorted(before) == sorted(after)
    for name, one in before.items():
        assert one == after[name], (name, _first_difference(str(one), str(after[name])))
    assert any(name.endswith("cells.csv") for name in before)


# --- the measure ---


def test_the_measure_tells_who_is_milder_and_stricter(cast: Any, client_of: Any) -> None:
    anna = client_of(cast.anna)
    for case in screened_in(cast, 3):
        mild, strict = known(anna, case, "anchor", [cast.rikke, cast.rasmus])
        answered(mild, REFUSAL)  # finds nothing wrong where the key does
        answered(strict, {**OTHER, "step_age": ["fettered"], "step_cannot_go_out_alone": ["facts_missing"]})
        submitted(mild)
        submitted(strict)
    html = get(anna, "leniency")
    rows = {
        name: re.findall(r"<td>(.*?)</td>", html[html.index(f">{name}</a></th>") :].split("</tr>")[0])
        for name in ("Rikke Opdigtet", "Rasmus Opdigtet")
    }
    # Of five questions a case: Rikke agrees on the refusal and the age, and is milder in the three others.
    assert rows["Rikke Opdigtet"][:7] == ["3", "15", "6", "9", "0", "0", "−0,75"]
    # Rasmus agrees on refusal, assessment and outcome, ticks an age that holds, and one tick of two.
    assert rows["Rasmus Opdigtet"][:7] == ["3", "15", "9", "0", "3", "3", "+0,25"]
    assert "Alle sager gav det samme" in html
    assert "Det er ikke en rangliste" in html
    assert html.index("Rasmus Opdigtet") < html.index("Rikke Opdigtet")  # by name
    assert client_of(cast.rikke).get(reverse("reviewing:leniency", args=[LAUNCHED])).status_code == 404


def test_a_reader_sees_their_own_when_it_is_let_and_no_longer_when_not(cast: Any, client_of: Any) -> None:
    from sagsbarometer.web.reviewing.models import LeniencyShown

    anna, rikke = client_of(cast.anna), client_of(cast.rikke)
    (reading,) = known(anna, screened_in(cast)[0], "anchor", [cast.rikke])
    answered(reading, REFUSAL)
    submitted(reading)
    address = reverse("reviewing:own_leniency")
    assert "Der er ikke noget at vise" in rikke.get(address).content.decode()
    for _ in range(2):  # the second click of two
        assert post(anna, "leniency_let", reader=cast.rikke.id, let="yes").status_code == 302
    assert LeniencyShown.objects.count() == 1
    html = rikke.get(address).content.decode()
    assert "−0,75" in html
    assert reading.case_id not in html
    assert "Min målestok" in rikke.get(reverse("reviewing:desk")).content.decode()
    assert "Der er ikke noget at vise" in client_of(cast.rasmus).get(address).content.decode()
    post(anna, "leniency_let", reader=cast.rikke.id, let="no")
    assert "Der er ikke noget at vise" in rikke.get(address).content.decode()
    assert post(client_of(cast.dorte), "leniency_let", reader=cast.rikke.id, let="yes").status_code == 403


def test_ones_own_measure_stands_as_it_was_when_it_was_let(cast: Any, client_of: Any) -> None:
    """A number that rose with a case that was handed in would say that it was an anchor."""
    anna, rikke = client_of(cast.anna), client_of(cast.rikke)
    one, two, plain = screened_in(cast, 3)
    (first,) = known(anna, one, "anchor", [cast.rikke])
    (second,) = known(anna, two, "anchor", [cast.rikke])
    answered(first, REFUSAL)
    submitted(first)
    post(anna, "leniency_let", reader=cast.rikke.id, let="yes")
    address = reverse("reviewing:own_leniency")
    before = re.findall(r"<td>.*?</td>", rikke.get(address).content.decode())
    assert before[0] == "<td>1</td>"
    for reading in (reading_of(cast, "rikke", case=plain), second):
        answered(reading, OTHER)
        submitted(reading)
        assert re.findall(r"<td>.*?</td>", rikke.get(address).content.decode()) == before
    assert "<td>2</td>" in get(anna, "leniency")
    post(anna, "leniency_let", reader=cast.rikke.id, let="no")
    post(anna, "leniency_let", reader=cast.rikke.id, let="yes")
    assert "<td>2</td>" in rikke.get(address).content.decode()


def test_who_leads_and_reads_sees_no_anchor_they_still_are_to_hand_in(cast: Any, client_of: Any) -> None:
    from sagsbarometer.web.accounts.models import Membership

    anna = client_of(cast.anna)
    case = screened_in(cast)[0]
    mine, theirs = known(anna, case, "anchor", [cast.rikke, cast.rasmus])
    answered(theirs, REFUSAL)
    submitted(theirs)
    with acting("system:tests", "roles"):
        Membership.objects.create(user=cast.rikke, role="analyst", study=cast.launched)
    rikke = client_of(cast.rikke)
    assert "Ingen har afleveret en ankersag endnu" in get(rikke, "leniency")
    assert case.id not in get(rikke, "practice")
    assert "øvelse og ankersager" not in get(rikke, "answers")
    answered(mine, REFUSAL)
    submitted(mine)
    assert "Rasmus Opdigtet" in get(rikke, "leniency")
    assert case.id in get(rikke, "practice")


def test_a_study_that_does_not_say_what_is_mild_shows_only_what_agrees(cast: Any, client_of: Any) -> None:
    (cast.home.studies / LAUNCHED / "v1" / "leniency.yaml").write_text("orders: []\n", encoding="utf-8")
    anna = client_of(cast.anna)
    (reading,) = known(anna, screened_in(cast)[0], "anchor", [cast.rikke])
    answered(reading, REFUSAL)
    submitted(reading)
    html = get(anna, "leniency")
    assert "siger ikke, hvilke svar der er milde" in html
    (cast.home.studies / LAUNCHED / "v1" / "leniency.yaml").write_text("orders: 3\n", encoding="utf-8")
    assert "LEMP-101" in get(anna, "leniency")
