"""Where lots were drawn: only the drawn are delivered, reserves come in order, and the log is the command's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from sagsbarometer.kernel.problems import Faults
from sagsbarometer.runs.sample_replace import Job as Replace
from sagsbarometer.runs.sample_replace import sample_replace
from sagsbarometer.runs.sample_verify import Job, sample_verify
from sagsbarometer.sampling.plan import PlanCell
from sagsbarometer.store.sample import open_sample
from sagsbarometer.web.events.acting import acting
from tests.samples_in_tests import a_plan, write_plan
from tests.web.cast import LAUNCHED, Cast
from tests.web.deliveries_in_tests import ANSWERS, base, contact, faults, new_case, put_file
from tests.web.test_receiving import hidden, judge, page

Client = Callable[..., Any]
CODE = "908"


@pytest.fixture
def drawn(cast: Cast) -> list[str]:
    """The ids that were drawn of 908's list of ten: four, and two in reserve."""
    from sagsbarometer.web.delivering.models import FrameList
    from sagsbarometer.web.planning.views_draw import draw_from

    plan = a_plan(
        strata=(), cells=(PlanCell(CODE, (), 10, 4, 4),), take=4, call_in=4, appeal_deadline_weeks=4, sizes={}
    )
    write_plan(cast.home.studies / LAUNCHED / "v1" / "sample.json", plan)
    rows = [{"id": f"L-{number}", "stratum": "alle", "decided": "2026-05-04"} for number in range(10)]
    with acting("system:tests", "draw"):
        FrameList.objects.create(request=cast.request(CODE), rows=rows, file_hash="0" * 64)
        assert draw_from(cast.launched) == 1
    ids = [str(id) for id in cast.request(CODE).drawn]
    assert len(ids) == 6
    return ids


def folder(cast: Cast) -> Path:
    return cast.home.studies / LAUNCHED / "samples" / CODE


def gone_out(cast: Cast, client_of: Client, own: str, reason: str = "appealed") -> Any:
    """A drawn case that was delivered and does not belong to what is measured."""
    case = new_case(client_of(contact(cast, CODE, f"k{own}".lower())), cast, once=own, own_number=own)
    return out(cast, client_of, case, reason)


def out(cast: Cast, client_of: Client, case: Any, reason: str = "appealed") -> Any:
    with acting("system:tests", "deliver"):
        case.state = "submitted"
        case.save(update_fields=["state"])
    client = client_of(cast.anna)
    assert (
        judge(client, case, page(client, "case", case.id), verdict="out", reasons=reason).status_code == 302
    )
    return case


def replaced(client: Any, case: Any) -> Any:
    address = reverse("receiving:replace", args=[LAUNCHED, case.id])
    return client.post(address, {"revision": hidden(page(client, "replace", case.id), "revision")})


def test_only_what_was_drawn_is_delivered_and_each_once(
    cast: Cast, client_of: Client, drawn: list[str]
) -> None:
    client = client_of(contact(cast, CODE))
    form = client.get(f"{base(cast)}ny-sag/").content.decode()
    assert [id for id in drawn if f'<option value="{id}">' in form] == drawn[:4]  # the reserves wait
    for wrong in ("2026-1", drawn[4], ""):
        reply = client.post(f"{base(cast)}ny-sag/", {**ANSWERS, "own_number": wrong, "once": f"w{wrong}"})
        assert reply.status_code == 422
        assert any("ummer" in text for text in faults(reply))
    case = new_case(client, cast, own_number=drawn[2])
    assert case.stratum == "alle"
    again = client.post(f"{base(cast)}ny-sag/", {**ANSWERS, "own_number": drawn[2], "once": "again"})
    assert faults(again) == ["En sag med det nummer er her allerede."]


def test_a_case_made_before_the_draw_is_not_delivered_after_it(cast: Cast, client_of: Client) -> None:
    client = client_of(contact(cast, CODE))
    case = new_case(client, cast, own_number="2026-17")
    put_file(client, case)
    assert not [text for text in faults(client.get(f"{base(cast)}kontrol/")) if "udtrukket" in text]
    with acting("system:tests", "draw"):
        asked = cast.request(CODE)
        asked.drawn = ["L-1"]
        asked.frame_lists.create(rows=[{"id": "L-1", "stratum": "alle"}], file_hash="0" * 64)
        asked.save(update_fields=["drawn"])
    assert [text for text in faults(client.get(f"{base(cast)}kontrol/")) if "udtrukket" in text]


def test_replacements_follow_the_draw_to_its_end_and_the_log_is_the_commands(
    cast: Cast, client_of: Client, drawn: list[str]
) -> None:
    from sagsbarometer.web.delivering.keeping import own_number
    from sagsbarometer.web.receiving.models import Replacement

    case, client = gone_out(cast, client_of, drawn[1]), client_of(cast.anna)
    form = page(client, "replace", case.id)
    sent = {name: hidden(form, name) for name in ("revision", "once")}
    for _ in range(2):  # a double click
        assert client.post(reverse("receiving:replace", args=[LAUNCHED, case.id]), sent).status_code == 302
    made = Replacement.objects.get(case=case)
    assert (made.how, made.reserve) == ("reserve", drawn[4])
    assert own_number(made.instead) == drawn[4]  # the municipality is told which
    second = out(cast, client_of, made.instead, "unreadable")
    assert replaced(client, second).status_code == 302
    third = Replacement.objects.get(case=second).instead
    assert own_number(third) == drawn[5]
    assert "Ingen reserver tilbage" in page(client, "replace", out(cast, client_of, third).id)
    assert replaced(client, third).status_code == 302
    assert Replacement.objects.get(case=third).instead is None

    log = open_sample(folder(cast)).log
    assert [(line.case, line.reason, line.replacement) for line in log] == [
        (f"{CODE}/{drawn[1]}", "appealed", f"{CODE}/{drawn[4]}"),
        (f"{CODE}/{drawn[4]}", "unreadable", f"{CODE}/{drawn[5]}"),
        (f"{CODE}/{drawn[5]}", "appealed", ""),
    ]
    done = sample_verify(Job(folder(cast)))
    assert done.same, [problem.code for problem in done.differences]
    # And the command goes on where the page stopped.
    sample_replace(Replace(folder(cast), f"{CODE}/{drawn[0]}", "appealed", "2030-01-01"))
    assert sample_verify(Job(folder(cast))).same


def test_a_line_changed_by_hand_is_found(cast: Cast, client_of: Client, drawn: list[str]) -> None:
    case = gone_out(cast, client_of, drawn[0])
    replaced(client_of(cast.anna), case)
    log = folder(cast) / "replacements.csv"
    log.write_text(log.read_text().replace("appealed", "duplicate"))
    assert not sample_verify(Job(folder(cast))).same


def test_a_list_changed_since_the_draw_replaces_nothing(
    cast: Cast, client_of: Client, drawn: list[str]
) -> None:
    from sagsbarometer.web.delivering.models import FrameList

    case = gone_out(cast, client_of, drawn[0])
    with acting("system:tests", "tampering"):
        row = FrameList.objects.get()
        row.rows = [item for item in row.rows if item["id"] != drawn[3]]
        row.save(update_fields=["rows"])
    reply = replaced(client_of(cast.anna), case)
    assert reply.status_code == 409
    assert "MODTAG-109" in reply.content.decode()
    assert not folder(cast).exists()
    assert not list((cast.home.folder / "arriving").iterdir())
    assert cast.request(CODE).wanted == {"alle": 4}


def test_a_fault_in_the_log_asks_nobody_for_anything(cast: Cast, client_of: Client, drawn: list[str]) -> None:
    from sagsbarometer.web.receiving import samples
    from sagsbarometer.web.receiving.models import Replacement

    case = gone_out(cast, client_of, drawn[0])
    samples.prepare(cast.request(CODE))
    (folder(cast) / "sample.csv").write_text("en anden")
    assert replaced(client_of(cast.anna), case).status_code == 409
    assert not Replacement.objects.exists()
    assert cast.request(CODE).wanted == {"alle": 4}


def test_a_line_whose_rows_were_lost_is_not_written_twice(
    cast: Cast, client_of: Client, drawn: list[str]
) -> None:
    """Cut off between the log and the database, it is done again to the same end."""
    from sagsbarometer.web.receiving import samples
    from sagsbarometer.web.receiving.models import Replacement

    case = gone_out(cast, client_of, drawn[0])
    asked = cast.request(CODE)
    samples.prepare(asked)
    samples.write_down(asked, drawn[0], ["appealed"], drawn[4])
    assert replaced(client_of(cast.anna), case).status_code == 302
    assert Replacement.objects.get(case=case).reserve == drawn[4]
    assert len(open_sample(folder(cast)).log) == 1
    with pytest.raises(Faults):
        samples.write_down(asked, drawn[0], ["appealed"], drawn[5])


def test_the_lists_and_what_was_drawn_go_with_the_study(
    cast: Cast, client_of: Client, drawn: list[str], tmp_path: Path
) -> None:
    from sagsbarometer.web.keeping.archive import archive
    from sagsbarometer.web.keeping.purge import purge
    from sagsbarometer.web.planning.models import Study
    from sagsbarometer.web.receiving.models import Replacement

    replaced(client_of(cast.anna), gone_out(cast, client_of, drawn[0]))
    with acting("system:tests", "cast"):
        Study.objects.filter(pk=LAUNCHED).update(state="closed")
    archive(cast.home, LAUNCHED, tmp_path / "arkiv", "system:tests", documents=False)
    purge(cast.home, LAUNCHED, "system:tests")
    assert not folder(cast).exists()
    assert Replacement.objects.get().reserve == ""
    for path in (tmp_path / "arkiv").rglob("*"):
        assert not path.is_file() or drawn[4] not in path.read_text(encoding="utf-8"), path.name
