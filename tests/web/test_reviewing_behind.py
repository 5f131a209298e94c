"""From every number of a freezing to its cases, in all and by group, and no further than one may see."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote_plus

import pytest
from django.urls import reverse

from sagsbarometer.measures.behind import has_value
from sagsbarometer.measures.cells import Cell
from sagsbarometer.web.events.acting import acting
from sagsbarometer.web.home import Home
from tests.web.cast import LAUNCHED, Cast
from tests.web.courses_in_tests import signed_in
from tests.web.readings_in_tests import REFUSAL, answered, reading_of, screened_in, submitted
from tests.web.test_reviewing_freeze import frozen
from tests.web.test_reviewing_second import OTHER, get

UNSEEN = {"deadline": "state:cannot_be_seen", "overall_assessment": "state:cannot_be_seen"}
GRANT = {
    **{
        id: said
        for id, said in REFUSAL.items()
        if not id.startswith("step_") and id not in ("discretion_used", "reasons_defect")
    },
    **UNSEEN,
    "result": "grant",
    "citizen_action_plan_offered": "state:cannot_be_seen",
}
DEFECT = "any_material_defect"


def lock_five(home: Home) -> None:
    """Three municipalities with five cases that say different things, locked."""
    cast = Cast.of(home)
    read = (("905", REFUSAL), ("905", OTHER), ("903", REFUSAL), ("903", GRANT), ("902", OTHER))
    for municipality, said in read:
        reading = reading_of(cast, "rikke", case=screened_in(cast, 1, municipality)[0])
        answered(reading, said)
        submitted(reading)
    assert frozen(cast, signed_in(cast.anna)).cases == 5


pytestmark = pytest.mark.furnished(by=lock_five)


@pytest.fixture
def numbers(cast: Any) -> dict[str, Cell]:
    """The cells of what was locked."""
    from sagsbarometer.runs.walk import cells_of
    from sagsbarometer.web.reviewing.jobs import folder_of_freeze

    return {cell.result: cell for cell in cells_of(folder_of_freeze(LAUNCHED, 1) / "results")}


def parts(html: str, link: str) -> dict[str, tuple[int, int]]:
    """By heading with a number in brackets: the number, and how often `link` is in that part."""
    found = re.findall(r"<h2>([^<]*) \((\d+)\)</h2>(.*?)(?=<h2>|</main>)", html, re.S)
    return {heading: (int(number), body.count(link)) for heading, number, body in found}


def test_every_number_has_as_many_cases_listed_as_it_says(
    cast: Any, client_of: Any, numbers: dict[str, Cell]
) -> None:
    from sagsbarometer.measures.define import define_measures
    from sagsbarometer.web.reviewing.jobs import folder_of_freeze
    from sagsbarometer.web.reviewing.reread_cases import form_of_freeze

    client = client_of(cast.anna)
    measures = define_measures(form_of_freeze(folder_of_freeze(LAUNCHED, 1)))
    used = 0
    for id, cell in numbers.items():
        html = get(client, "behind", "1", id)
        units = cell.unit == "municipalities"
        listed = parts(html, "<h3>" if units else '<li><a href="')
        assert all(number == links for number, links in listed.values()), id
        many = [number for number, _links in listed.values()]
        assert sum(many) == cell.base, id
        yes = listed.get("Indgår i tallet" if has_value(measures[id]) else "Tæller med", (0, 0))[0]
        assert yes == (cell.denominator if has_value(measures[id]) else cell.numerator), id
        assert listed.get("Kan ikke ses eller er ikke besvaret", (0, 0))[0] == cell.unknown, id
        used += cell.base > 0
    assert used > 60


def test_every_number_of_every_figure_leads_to_its_cases(
    cast: Any, client_of: Any, numbers: dict[str, Cell]
) -> None:
    from sagsbarometer.measures.define import define_figures
    from sagsbarometer.web.reviewing.jobs import folder_of_freeze
    from sagsbarometer.web.reviewing.reread_cases import form_of_freeze

    html = get(client_of(cast.anna), "numbers", "1")
    figures = html.split("Rapportens figurer")[1].split("<h2>Alle tal</h2>")[0]
    for figure in define_figures(form_of_freeze(folder_of_freeze(LAUNCHED, 1))):
        for id in figure.measures:
            assert reverse("reviewing:behind", args=[LAUNCHED, 1, id]) in figures, id
    # A rung of the ladder, and a part of a stack with its count and base.
    assert "Trin 1" in figures or "Alder" in figures
    cell = numbers["wrong_assessment_defect_material"]
    place = figures.split(reverse("reviewing:behind", args=[LAUNCHED, 1, cell.result]))[1].split("</td>")[0]
    assert f"{cell.numerator} af {cell.denominator}" in place


def test_a_group_leads_to_its_own_cases(cast: Any, client_of: Any, numbers: dict[str, Cell]) -> None:
    client = client_of(cast.anna)
    html = get(client, "behind", "1", DEFECT)
    rows = {
        group: tuple(map(int, counts))
        for group, *counts in re.findall(
            r'<a href="\?gruppe=kommune:(\d+)">[^<]*</a></th><td>(\d+)</td><td>(\d+)</td><td>(\d+)</td>', html
        )
    }
    assert rows == {"902": (1, 1, 0), "903": (0, 2, 0), "905": (1, 2, 0)}
    assert sum(row[0] for row in rows.values()) == numbers[DEFECT].numerator
    assert sum(row[1] for row in rows.values()) == numbers[DEFECT].denominator
    for code, (yes, known, unknown) in rows.items():
        part = get(client, "behind", "1", DEFECT, gruppe=f"kommune:{code}")
        assert f"{yes} af {known}" in part
        listed = parts(part, '<li><a href="')
        assert all(number == links for number, links in listed.values())
        assert sum(number for number, _ in listed.values()) == known + unknown
        name = cast.request(code).authority.name
        assert part.count(f"{name}, sag") == known + unknown  # and of no other municipality
    for nonsense in ("kommune:999", "kommune", "slags:no_such", "x:905"):
        assert client.get(
            reverse("reviewing:behind", args=[LAUNCHED, 1, DEFECT]), {"gruppe": nonsense}
        ).status_code == 404  # fmt: skip


def test_regions_and_kinds_of_case_are_groups_too(
    cast: Any, client_of: Any, numbers: dict[str, Cell], monkeypatch: pytest.MonkeyPatch
) -> None:
    from sagsbarometer.catalogue.municipalities import Municipality
    from sagsbarometer.web.delivering.models import Case
    from sagsbarometer.web.reviewing import behind

    class Law:
        """The catalogue, in which the invented municipalities are in invented regions."""

        municipalities = {
            code: Municipality(code, "", region, "")
            for code, region in (("902", "Region Nordsø"), ("903", "Region Nordsø"), ("905", "Sydlandet"))
        }

    monkeypatch.setattr(behind, "catalogue", Law)
    with acting("system:tests", "kinds"):
        for case in Case.objects.filter(review__isnull=False):
            case.stratum = "new" if case.municipality == "905" else "again"
            case.save()
    client = client_of(cast.anna)
    html = get(client, "behind", "1", DEFECT)
    for group, counts in {
        "region:Region+Nords%C3%B8": (1, 3), "region:Sydlandet": (1, 2), "slags:again": (1, 3), "slags:new": (1, 2),
    }.items():  # fmt: skip
        yes, known = counts
        assert re.search(
            rf'\?gruppe={re.escape(group)}">[^<]*</a></th><td>{yes}</td><td>{known}</td><td>0</td>', html
        ), group
        listed = parts(get(client, "behind", "1", DEFECT, gruppe=unquote_plus(group)), '<li><a href="')
        assert sum(links for _number, links in listed.values()) == known


def test_a_group_is_told_of_to_who_may_see_every_case_of_it(
    cast: Any, client_of: Any, numbers: dict[str, Cell]
) -> None:
    from sagsbarometer.web.accounts.models import Disqualification

    address = reverse("reviewing:behind", args=[LAUNCHED, 1, DEFECT])
    approver = client_of(cast.gorm)  # sees numbers and no case
    html = get(approver, "behind", "1", DEFECT)
    assert "gruppe=" not in html
    assert "5 sager er i grupper, der ikke kan vises for dig" in html
    assert not [code for code in ("902", "903", "905") if cast.request(code).authority.name in html]
    assert approver.get(address, {"gruppe": "kommune:905"}).status_code == 404
    units = get(approver, "behind", "1", "municipalities_with_refusal")
    assert "3 kommuner i grundlaget kan ikke vises for dig" in units
    assert not [code for code in ("902", "903", "905") if cast.request(code).authority.name in units]
    with acting("system:tests", "partial"):
        Disqualification.objects.create(
            user=cast.dorte, municipality="903", reason="family", made_by=cast.anna
        )
    partial = client_of(cast.dorte)
    html = get(partial, "behind", "1", DEFECT)
    assert "kommune:905" in html
    assert "kommune:903" not in html
    assert cast.request("903").authority.name not in html
    assert "2 sager er i grupper, der ikke kan vises for dig" in html
    assert partial.get(address, {"gruppe": "kommune:903"}).status_code == 404
    assert cast.request("903").authority.name not in get(
        partial, "behind", "1", "municipalities_with_refusal"
    )
    assert client_of(cast.karen).get(address, {"gruppe": "kommune:903"}).status_code == 404
