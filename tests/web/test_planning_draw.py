"""Lots are drawn from the lists municipalities sent: once, in an order anybody can draw again, with the reserves."""

from __future__ import annotations

from typing import Any

import pytest

from sagsbarometer.collection.plan_draw import drawn_of
from sagsbarometer.collection.plan_fields import (
    Criteria,
    FrameAuthority,
    Population,
    Sample,
    Stratum,
    StudyPlan,
)
from sagsbarometer.collection.plan_sample import sample_of
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.sampling.numbers import permanent
from tests.web.test_planning import fill, make

PERIOD = Criteria(from_="2026-01-01", to="2026-12-31")


def planned(seed: str = "frø") -> Any:
    """Two municipalities of which one has twice as many cases: four are drawn of it and two of the other."""
    strata = (Stratum(id="grant", label="Bevilling"),)
    authorities = tuple(
        FrameAuthority(code=code, name=code, sizes={"grant": size})
        for code, size in (("901", 20), ("902", 10))
    )
    sample = Sample(target="cases", cases=6, seed=seed, reserve="50")  # type: ignore[arg-type]
    plan = StudyPlan(population=Population(strata=strata, authorities=authorities), sample=sample)
    return sample_of(plan, "Prøve").plan


def listed(number: int) -> list[dict[str, str]]:
    return [{"id": f"L{at}", "stratum": "grant", "decided": "2026-05-04"} for at in range(number)]


def test_the_drawn_are_those_with_the_smallest_numbers_and_the_reserves_come_next() -> None:
    lists = {"901": listed(20), "902": listed(10)}
    drawn = drawn_of(planned(), lists, PERIOD)
    # By hand: u("901/L7") and the others in order, four and half as many in reserve; two and one of the other.
    by_number = sorted(range(20), key=lambda at: permanent("frø", f"901/L{at}"))
    assert drawn["901"] == tuple(f"L{at}" for at in by_number[:6])
    by_number = sorted(range(10), key=lambda at: permanent("frø", f"902/L{at}"))
    assert drawn["902"] == tuple(f"L{at}" for at in by_number[:3])
    # Whichever lists are there, each is drawn alike; another seed draws others.
    assert drawn_of(planned(), {"901": lists["901"]}, PERIOD)["901"] == drawn["901"]
    assert drawn_of(planned("andet"), lists, PERIOD) != drawn


def test_what_was_decided_outside_the_period_is_never_drawn() -> None:
    outside = [{"id": f"U{at}", "stratum": "grant", "decided": "2027-01-01"} for at in range(40)]
    unknown = [{"id": "X", "stratum": "grant", "decided": ""}]
    assert drawn_of(planned(), {"901": [*outside, *unknown]}, PERIOD)["901"] == ("X",)
    with pytest.raises(Faults) as told:
        drawn_of(planned(), {"901": outside}, PERIOD)
    assert told.value.problems[0].code == "UDTRAEK-113"


@pytest.fixture
def under_way(workplace: Any, cast: Any, client_of: Any) -> tuple[Any, Any]:
    """A study of all 98 under way, with lists of 901 and 902, and the client of the one who plans it."""
    from sagsbarometer.web.delivering.models import FrameList, Request
    from sagsbarometer.web.events.acting import acting

    client = client_of(cast.anna)
    study = fill(client, make(client))
    client.post(f"/studier/{study.id}/saet-i-gang/", {"revision": study.revision})
    study.refresh_from_db()
    rows = [
        {"id": f"L{at}", "stratum": kind, "decided": "2026-05-04"}
        for at, kind in enumerate(["grant"] * 12 + ["refusal"] * 9)
    ]
    with acting("system:tests", "lists"):
        for code in ("901", "902"):
            FrameList.objects.create(
                request=Request.objects.get(study=study, authority__code=code), rows=rows, file_hash="x"
            )
    return study, client


def test_lots_are_drawn_once_from_the_lists_that_are_there(under_way: Any) -> None:
    from sagsbarometer.web.delivering.models import FrameList, Request
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.events.models import Event

    study, client = under_way
    url = f"/studier/{study.id}/lodtraekning/"
    page = client.get(url).content.decode()
    assert "Træk lod hos 2 kommuner" in page
    assert "96 kommuner har ikke sendt en liste." in page
    before = Event.objects.count()
    assert client.post(url).status_code == 302
    assert Event.objects.count() == before + 2  # one for each request that was changed
    drawn = {item.authority.code: item for item in Request.objects.filter(study=study).exclude(drawn=[])}
    assert sorted(drawn) == ["901", "902"]
    for item in drawn.values():
        assert len(item.drawn) >= sum(item.wanted.values())
    order = drawn["901"].drawn
    with acting("system:tests", "a list that came at the same time"):
        other = [{"id": f"N{at}", "stratum": "grant", "decided": ""} for at in range(40)]
        FrameList.objects.create(request=drawn["901"], rows=other, file_hash="y")
    client.post(url)
    drawn["901"].refresh_from_db()
    assert drawn["901"].drawn == order
    assert "Træk lod hos" not in client.get(url).content.decode()


def test_only_who_plans_draws_and_only_while_it_is_under_way(
    under_way: Any, cast: Any, client_of: Any
) -> None:
    study, client = under_way
    url = f"/studier/{study.id}/lodtraekning/"
    assert client_of(cast.nina).post(url).status_code == 404
    assert client_of(cast.rikke).post(f"/studier/{cast.launched.id}/lodtraekning/").status_code == 403
    assert client.post(f"/studier/{cast.planning.id}/lodtraekning/").status_code == 409
