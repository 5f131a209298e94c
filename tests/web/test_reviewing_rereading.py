"""A random re-reading of locked cases over HTTP: drawn, read blind, adjudicated, the figure corrected beside itself."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from django.urls import reverse

from sagsbarometer.web.events.acting import acting
from sagsbarometer.web.home import Home
from tests.web.cast import LAUNCHED, Cast
from tests.web.courses_in_tests import signed_in
from tests.web.mails_in_tests import do_waiting
from tests.web.readings_in_tests import REFUSAL, answered, reading_of, screened_in, submitted
from tests.web.test_reviewing_freeze import frozen
from tests.web.test_reviewing_second import OTHER, get, post


def lock_twelve(home: Home) -> None:
    """Twelve cases that Rikke read, four of them with a material defect, frozen."""
    cast = Cast.of(home)
    for number, case in enumerate(screened_in(cast, 12)):
        reading = reading_of(cast, "rikke", case=case)
        answered(reading, OTHER if number < 4 else REFUSAL)
        submitted(reading)
    frozen(cast, signed_in(cast.anna))


pytestmark = pytest.mark.furnished(by=lock_twelve)


@pytest.fixture
def locked(cast: Any, client_of: Any) -> Any:
    """The client of the analyst, in a house with twelve cases that are locked."""
    return client_of(cast.anna)


def draw(client: Any, **numbers: str) -> Any:
    """Draws; the row. Three of four with a finding and three of eight without, where nothing else is said."""
    from sagsbarometer.web.reviewing.models import Reread

    sent = {"with": "3", "without": "3", "measure": "any_material_defect", "once": "d" * 24, **numbers}
    reply = post(client, "reread", "1", **sent)
    assert reply.status_code == 302, reply.content.decode()[:3000]
    return Reread.objects.get()


def again(reread: Any) -> list[Any]:
    """The re-readings that are somebody's."""
    return list(reread.readings.filter(handed_over_at=None).order_by("case_id"))


def read_all(reread: Any, other: int = 0) -> None:
    """Everybody hands in what was found before, but in `other` of the cases with a finding: there none is found."""
    with_finding = set(reread.groups["with"]["cases"])
    for reading in again(reread):
        found = reading.case_id in with_finding
        turned = found and other > 0
        other -= turned
        answered(reading, REFUSAL if turned or not found else OTHER)
        submitted(reading)


def test_the_draw_is_of_both_groups_once_and_can_be_repeated(cast: Any, locked: Any, databases: str) -> None:
    from sagsbarometer.review.rereading import drawn, from_plain, vouched
    from sagsbarometer.web.reviewing.models import Reread

    html = get(locked, "reread", "1")
    assert "Af 4 sager med fund" in html
    assert "Af 8 sager uden fund" in html
    made = draw(locked)
    groups = from_plain(made.groups)
    again_ = drawn(
        {name: group.cases for name, group in groups.items()}, {"with": 3, "without": 3}, made.seed
    )
    assert (groups, made.hash) == (again_, vouched(made.seed, again_))
    assert [len(groups[name].cases) for name in ("with", "without")] == [4, 8]
    draw(locked, **{"with": "4", "once": "e" * 24})  # a second draw is none: nobody draws until it fits
    assert Reread.objects.count() == 1
    assert made.seed not in get(locked, "reread", "1")  # it would tell which cases they are


@pytest.mark.parametrize(
    "numbers", [{"without": "0"}, {"with": "0"}, {"with": "1"}, {"with": "5"}, {"with": "x"}]
)
def test_one_sided_and_too_few_are_refused(cast: Any, locked: Any, numbers: dict[str, str]) -> None:
    from sagsbarometer.web.reviewing.models import Reread

    sent = {"with": "3", "without": "3", "measure": "any_material_defect", **numbers}
    reply = post(locked, "reread", "1", **sent)
    assert reply.status_code == 422
    assert not Reread.objects.exists()


def test_it_is_told_how_precise_it_gets(cast: Any, locked: Any) -> None:
    """1.96 √((4/12)²(1-2/4)·0.1·0.9/2 + (8/12)²(1-4/8)·0.1·0.9/4) = 17.0 percentage points, by hand."""
    html = get(locked, "reread", "1", **{"with": "50 %", "without": "4", "measure": "any_material_defect"})
    assert re.search(r"10 %</th><td>17,0<", html)


def test_it_is_given_to_readers_who_never_read_the_case_and_see_no_figures(cast: Any, locked: Any) -> None:
    from sagsbarometer.web.accounts.models import Membership

    made = draw(locked)
    assert post(locked, "reread_assign", "1", readers=[cast.rikke.id]).status_code == 302
    assert not again(made)  # she read them all
    with acting("system:tests", "roles"):
        Membership.objects.create(user=cast.disa, role="approver", study=cast.launched)
    post(locked, "reread_assign", "1", readers=[cast.disa.id])
    assert not again(made)  # she can see the figures
    for _ in range(2):
        post(locked, "reread_assign", "1", readers=[cast.rasmus.id])
    assert {reading.reader_id for reading in again(made)} == {cast.rasmus.id}
    assert len(again(made)) == 6
    assert {reading.place for reading in again(made)} == {3}
    assert "Af 4 sager" not in get(locked, "reread", "1")


def test_a_re_reading_is_no_answer_of_the_case(cast: Any, client_of: Any, locked: Any) -> None:
    """Whatever is found again: the answers that count, the frozen figure and the agreement are as they were."""
    made = draw(locked)
    answers = reverse("reviewing:answers_file", args=[LAUNCHED, "csv"])
    get(locked, "reread", "1")  # the message of the draw is read
    before = (locked.get(answers).content, _plain(get(locked, "agreement")), _plain(get(locked, "looks")))
    post(locked, "reread_assign", "1", readers=[cast.rasmus.id])
    get(locked, "reread", "1")
    read_all(made, other=3)
    assert (
        locked.get(answers).content,
        _plain(get(locked, "agreement")),
        _plain(get(locked, "looks")),
    ) == before
    assert "12 sager er læst færdig" in get(locked, "answers")
    assert "Rasmus" not in _plain(get(locked, "overview"))


def _plain(html: str) -> str:
    return re.sub(r'name="(csrfmiddlewaretoken|once)" value="[^"]*"', "", html)


def test_the_reader_answers_and_hands_in_as_ever(cast: Any, client_of: Any, locked: Any) -> None:
    made = draw(locked)
    post(locked, "reread_assign", "1", readers=[cast.rasmus.id])
    reading = again(made)[0]
    client = client_of(cast.rasmus)
    assert (
        reverse("reviewing:reading", args=[reading.id])
        in client.get(reverse("reviewing:desk")).content.decode()
    )
    page = client.get(reverse("reviewing:reading", args=[reading.id])).content.decode()
    assert "låst" not in page.lower()
    sent = client.post(
        reverse("reviewing:answer", args=[reading.id, "result"]),
        {"value": "refusal", "number": "0", "once": "x"},
    )
    assert sent.status_code == 302
    answered(reading, REFUSAL)
    assert client.post(reverse("reviewing:submit", args=[reading.id])).status_code == 302
    reading.refresh_from_db()
    assert reading.state == "submitted"
    reading.review.refresh_from_db()
    assert (reading.review.differs, reading.review.decided_at) == (False, None)
    assert reading.review.locked_at


def test_no_number_before_all_are_in_and_adjudicated(cast: Any, client_of: Any, locked: Any) -> None:
    made = draw(locked)
    assert "0 af 6 trukne sager" in get(locked, "numbers", "1")
    post(locked, "reread_assign", "1", readers=[cast.rasmus.id])
    early = post(locked, "reread_compute", "1", once="1")
    assert early.url == reverse("reviewing:reread", args=[LAUNCHED, 1])  # no work is asked for
    do_waiting()
    read_all(made, other=1)
    post(locked, "reread_compute", "1", once="2")
    do_waiting()
    made.refresh_from_db()
    assert made.finished_at is None
    assert "5 af 6 trukne sager" in get(locked, "numbers", "1")
    assert "intet rettet tal" in get(locked, "numbers", "1")


def settled_for_the_new(cast: Any, client_of: Any, made: Any) -> None:
    """The adjudicator decides each difference for what the re-reading says: that nothing is wrong."""
    from sagsbarometer.web.reviewing.reread_cases import all_both

    client = client_of(cast.dorte)
    for both in all_both(made):
        for question in ("wrong_assessment", "would_be_outcome"):
            item = both.pairs[question]
            if item.same:
                continue
            side = "first" if item.first.value == REFUSAL[question] else "second"
            sent = {"question": question, "side": side, "number": "0"}
            assert post(client, "reread_difference", both.reading.id, **sent).status_code == 302


def test_the_corrected_figure_stands_beside_the_frozen_one(cast: Any, client_of: Any, locked: Any) -> None:
    """4 of 12 found; of 3 re-read with a finding 1 had none, of 3 without none had: 4/12 · 2/3 = 22.2 percent."""
    from sagsbarometer.store.results import load_results
    from sagsbarometer.web.reviewing.jobs import folder_of_freeze

    folder = folder_of_freeze(LAUNCHED, 1)
    before = {path: path.read_bytes() for path in (folder / "results").rglob("*") if path.is_file()}
    made = draw(locked)
    post(locked, "reread_assign", "1", readers=[cast.rasmus.id])
    read_all(made, other=1)
    settled_for_the_new(cast, client_of, made)
    assert post(locked, "reread_compute", "1", once="1").status_code == 302
    do_waiting()
    made.refresh_from_db()
    assert made.finished_at
    told = load_results(folder / "reread").results
    assert f"{told.cell('any_material_defect_corrected').value:.1f}" == "22.2"
    assert told.cell("any_material_defect").numerator == 4  # as it was frozen
    assert told.cell("any_material_defect_corrected").low is not None
    item = {one["result"]: one for one in json.loads((folder / "reread" / "genlaesning.json").read_text())}
    assert (item["any_material_defect"]["read_twice"], item["any_material_defect"]["changed"]) == (6, 1)
    assert {path: path.read_bytes() for path in before} == before
    html = get(locked, "numbers", "1")
    assert "33 %" in html
    assert "22,2" in html
    assert "Færre end 30 sager er genlæst, så" in html
    assert made.seed in get(locked, "reread", "1")
    assert client_of(cast.rasmus).get(reverse("reviewing:numbers", args=[LAUNCHED, 1])).status_code == 404


def test_computed_again_it_is_the_same_bytes(cast: Any, client_of: Any, locked: Any) -> None:
    from sagsbarometer.web.reviewing.jobs import folder_of_freeze
    from sagsbarometer.web.reviewing.models import Reread

    made = draw(locked)
    post(locked, "reread_assign", "1", readers=[cast.rasmus.id])
    read_all(made)
    post(locked, "reread_compute", "1", once="1")
    do_waiting()
    folder = folder_of_freeze(LAUNCHED, 1) / "reread"
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert "manifest.json" in first
    with acting("system:tests", "stopped"):  # as after a stop between the folder and its row
        Reread.objects.update(finished_at=None)
    post(locked, "reread_compute", "1", once="2")
    do_waiting()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first


def test_who_read_either_adjudicates_nothing(cast: Any, client_of: Any, locked: Any) -> None:
    """Nor who decided in the case before; and the adjudicator is not told which reading is the new one."""
    from sagsbarometer.web.accounts.models import Membership
    from sagsbarometer.web.reviewing.models import Decision

    made = draw(locked)
    post(locked, "reread_assign", "1", readers=[cast.rasmus.id])
    read_all(made, other=3)
    with acting("system:tests", "roles"):
        for name in ("rikke", "rasmus"):
            Membership.objects.create(user=cast.person(name), role="adjudicator", study=cast.launched)
    reading = next(one for one in again(made) if one.case_id in made.groups["with"]["drawn"])
    for name in ("rikke", "rasmus", "anna", "gorm"):
        client = client_of(cast.person(name))
        address = reverse("reviewing:reread_difference", args=[LAUNCHED, reading.id])
        assert client.get(address).status_code == 404, name
        assert client.post(address, {"question": "wrong_assessment", "side": "first"}).status_code == 404, (
            name
        )
    dorte = client_of(cast.dorte)
    html = get(dorte, "reread_difference", reading.id)
    assert "Læsning A" in html
    assert "Rikke" not in html
    assert "Rasmus" not in html
    assert "Forskelle ved genlæsning" in dorte.get(reverse("reviewing:desk")).content.decode()
    with acting("system:tests", "decided"):
        Decision.objects.create(
            case=reading.case, question="result", number=1, side="first", answers="0" * 64, state="answered",
            value="refusal", once="decided", by=cast.dorte,
        )  # fmt: skip
    assert dorte.get(reverse("reviewing:reread_difference", args=[LAUNCHED, reading.id])).status_code == 404


def test_which_side_is_the_locked_one_is_drawn(cast: Any, client_of: Any, locked: Any) -> None:
    from sagsbarometer.web.reviewing.reread_cases import all_both

    made = draw(locked, **{"with": "4", "without": "8"})
    post(locked, "reread_assign", "1", readers=[cast.rasmus.id])
    read_all(made, other=4)
    firsts = {both.pairs["would_be_outcome"].first.value for both in all_both(made) if both.differs}
    assert firsts <= {"upheld", "remitted"}
    assert sum(both.differs for both in all_both(made)) == 4


def test_two_who_adjudicate_at_once_do_not_overwrite(cast: Any, client_of: Any, locked: Any) -> None:
    from sagsbarometer.web.reviewing.models import RereadDecision

    made = draw(locked)
    post(locked, "reread_assign", "1", readers=[cast.rasmus.id])
    read_all(made, other=3)
    reading = next(one for one in again(made) if one.case_id in made.groups["with"]["drawn"])
    client = client_of(cast.dorte)
    sent = {"question": "wrong_assessment", "number": "0"}
    assert post(client, "reread_difference", reading.id, **sent, side="first", once="a").status_code == 302
    assert post(client, "reread_difference", reading.id, **sent, side="first", once="a").status_code == 302
    assert post(client, "reread_difference", reading.id, **sent, side="second").status_code == 409
    assert RereadDecision.objects.get().side == "first"


def test_taken_from_who_is_ill_it_goes_to_another(cast: Any, locked: Any) -> None:
    from sagsbarometer.web.accounts.models import Membership

    made = draw(locked)
    post(locked, "reread_assign", "1", readers=[cast.rasmus.id])
    done = again(made)[0]
    submitted(done)
    post(locked, "reread_assign", "1", **{"from": cast.rasmus.id, "readers": [cast.disa.id]})
    assert sorted(reading.reader.name.split()[0] for reading in again(made)) == [
        *["Disa"] * 5,
        "Rasmus",
    ]
    assert Membership.objects.filter(user=cast.disa).count() == 1


def test_what_is_read_again_is_not_unlocked_or_opened_again(cast: Any, locked: Any) -> None:
    from sagsbarometer.web.reviewing.models import Freeze

    made = draw(locked)
    post(locked, "reread_assign", "1", readers=[cast.rasmus.id])
    reading = again(made)[0]
    submitted(reading)
    post(locked, "unlock", "1", reason="En fejl.")
    assert Freeze.objects.get().unlocked_at is None
    post(locked, "reopen", reading.id, reason="Igen.")
    reading.refresh_from_db()
    assert reading.state == "submitted"


def test_no_case_is_unlocked_by_a_newer_freezing_while_some_are_read_again(cast: Any, locked: Any) -> None:
    from sagsbarometer.web.reviewing.models import CaseReview

    draw(locked)
    assert post(locked, "answers", once="9" * 24).status_code == 302
    do_waiting()
    post(locked, "unlock", "2", reason="Igen.")
    assert "Sagerne genlæses" in get(locked, "answers")
    assert CaseReview.objects.exclude(locked_at=None).count() == 12


def test_nothing_is_drawn_of_cases_that_a_newer_freezing_let_free(cast: Any, locked: Any) -> None:
    from sagsbarometer.web.reviewing.models import Reread

    assert post(locked, "answers", once="9" * 24).status_code == 302
    do_waiting()
    post(locked, "unlock", "2", reason="Igen.")
    sent = {"with": "3", "without": "3", "measure": "any_material_defect", "once": "d" * 24}
    assert post(locked, "reread", "1", **sent).status_code == 422
    assert not Reread.objects.exists()


def test_handed_over_no_re_reading_is_left_with_who_is_away(cast: Any, locked: Any) -> None:
    """It goes to one chosen who may read it, with its deadline; where nobody may, it waits to be given out."""
    from sagsbarometer.web.accounts.models import Membership

    with acting("system:tests", "roles"):
        Membership.objects.create(user=cast.dorte, role="reviewer", study=cast.launched)
    made = draw(locked)
    post(locked, "reread_assign", "1", readers=[cast.rasmus.id], due="2027-01-04")
    done, *rest = again(made)
    answered(done, REFUSAL)
    submitted(done)
    reading_of(cast, "rasmus", case=screened_in(cast)[0])
    # Rikke read them all, and Dorte adjudicates.
    post(locked, "hand_over", **{"from": cast.rasmus.id, "readers": [cast.rikke.id, cast.dorte.id]})
    assert [row.id for row in again(made)] == [done.id]
    post(locked, "reread_assign", "1", readers=[cast.disa.id], due="2027-01-05")
    assert len(again(made)) == 6
    post(locked, "hand_over", **{"from": cast.disa.id, "readers": [cast.rikke.id, cast.rasmus.id]})
    assert [row.id for row in again(made)] == [done.id]  # he read them before, and has given them away
    assert len(rest) == 5


def test_a_re_reading_under_way_is_looked_at_again_as_any_reading_under_way(
    cast: Any, client_of: Any, locked: Any
) -> None:
    from sagsbarometer.web.reviewing.models import Look

    made = draw(locked)
    post(locked, "reread_assign", "1", readers=[cast.rasmus.id])
    begun, done, *rest = again(made)
    plain = reading_of(cast, "rasmus", case=screened_in(cast)[0])
    for reading in (begun, done, plain):
        answered(reading, {"occasion": "new_application"})
    submitted(done)
    sent = {"question": "occasion", "text": "Se altid efter i journalen.", "of_none": "yes", "once": "r" * 20}
    assert post(locked, "rule", **sent).status_code == 302
    listed = Look.objects.select_related("reading__review")
    looks = {
        look.reading_id: look
        for look in listed
        if look.reading.reread_id or look.reading.review.locked_at is None
    }
    assert set(looks) == {begun.id, plain.id}  # none of what is in
    client = client_of(cast.rasmus)
    html = client.get(reverse("reviewing:again")).content.decode()
    assert begun.id in html
    assert plain.id in html
    # What is locked and was read before is listed too, and waits until it is unlocked.
    assert not [look for look in listed if look.reading_id not in looks and look.reading_id in html]
    address = reverse("reviewing:look_done", args=[begun.id, looks[begun.id].id])
    assert client.post(address).status_code == 302
    html = client.get(reverse("reviewing:again")).content.decode()
    assert begun.id not in html
    assert rest


def test_cases_nobody_drew_correct_nothing(cast: Any, client_of: Any, locked: Any) -> None:
    """Chosen ones in the place of those drawn, as those with an objection: refused, and no folder is written."""
    from sagsbarometer.kernel.problems import Faults
    from sagsbarometer.runs.reread import write
    from sagsbarometer.web.reviewing.jobs import folder_of_freeze
    from sagsbarometer.web.reviewing.reread_cases import form_of_freeze, rereading_of

    made = draw(locked)
    post(locked, "reread_assign", "1", readers=[cast.rasmus.id])
    read_all(made)
    folder = folder_of_freeze(LAUNCHED, 1)
    whole = rereading_of(made)
    with pytest.raises(Faults) as caught:  # one of those drawn is missing
        write(folder, form_of_freeze(folder), replace(whole, truth=whole.truth[1:]), made.hash)
    assert caught.value.problems[0].code == "GENLAES-102"
    held = made.groups["without"]
    chosen = sorted(set(held["cases"]) - set(held["drawn"]))[:3]
    for groups in (
        {**made.groups, "without": {**held, "drawn": chosen}},
        {**made.groups, "without": {**held, "drawn": []}},
    ):
        made.groups = groups
        with pytest.raises(Faults) as caught:
            write(folder, form_of_freeze(folder), rereading_of(made), made.hash)
        assert caught.value.problems[0].code == "GENLAES-101"
    assert not (folder / "reread").exists()
