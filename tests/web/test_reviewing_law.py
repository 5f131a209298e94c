"""The law beside a question, and norms that an answer leans on: none that did not hold when it was decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.web.cast import Cast
from tests.web.readings_in_tests import answered, reading_of

PART = {"HX-Request": "true"}
Clients = Callable[..., Any]
AGE = "condition:serviceloven/97/age"


def test_the_law_stands_beside_a_question_and_says_which_day_it_is_of(cast: Cast, client_of: Clients) -> None:
    row, client = reading_of(cast), client_of(cast.rikke)
    early = client.get(f"/laesning/{row.id}/lov/step_age/").content.decode()
    assert "i dag" in early
    assert "Henvis hertil" not in early
    answered(row, {"decision_date": "2026-04-20"})
    page = client.get(f"/laesning/{row.id}/lov/step_age/", headers=PART).content.decode()
    assert "20. april 2026" in page
    assert "§ 97" in page
    assert "Henvis hertil" in page
    assert "<html" not in page
    assert page.lstrip().startswith('<div id="law-step_age"')
    assert "Kun omtalt" in client.get(f"/laesning/{row.id}/lov/fettered_discretion/").content.decode()
    assert client.get(f"/laesning/{row.id}/lov/nosuch/").status_code == 404


def test_a_citation_is_made_once_taken_off_and_put_back(cast: Cast, client_of: Clients) -> None:
    from sagsbarometer.web.events.models import Event
    from sagsbarometer.web.reviewing.models import Citation

    row, client = reading_of(cast), client_of(cast.rikke)
    at = f"/laesning/{row.id}/lov/step_age/henvis/"
    unknown_day = client.post(at, {"norm": AGE}, headers=PART)
    assert unknown_day.status_code == 422
    assert "LOV-302" in unknown_day.content.decode()
    answered(row, {"decision_date": "2026-04-20"})
    for _ in range(2):
        assert client.post(at, {"norm": AGE}, headers=PART).status_code == 200
    (cited,) = Citation.objects.all()
    assert (cited.norm, cited.question, cited.by_id) == (AGE, "step_age", cast.rikke.id)
    assert Event.objects.filter(thing="reviewing_citation").count() == 1
    off = client.post(f"/laesning/{row.id}/henvisninger/{cited.id}/fjern/", headers=PART)
    assert "Fortryd" in off.content.decode()
    cited.refresh_from_db()
    assert cited.removed_at
    client.post(f"/laesning/{row.id}/henvisninger/{cited.id}/igen/", headers=PART)
    cited.refresh_from_db()
    assert cited.removed_at is None


def test_what_was_not_in_force_on_the_decision_s_day_cannot_be_cited(cast: Cast, client_of: Clients) -> None:
    from sagsbarometer.web.reviewing import law, shown
    from sagsbarometer.web.reviewing.models import Citation

    row, client = reading_of(cast), client_of(cast.rikke)
    at = f"/laesning/{row.id}/lov/step_age/henvis/"
    answered(row, {"decision_date": "2023-12-31"})
    late = client.post(at, {"norm": "provision:barnets_lov/87"}, headers=PART)
    assert late.status_code == 422
    assert "LOV-303" in late.content.decode()
    assert "§ 42" in late.content.decode()
    assert client.post(at, {"norm": "provision:nosuch/1"}).status_code == 422
    assert not Citation.objects.exists()
    answered(row, {"decision_date": "2024-01-01"})
    assert client.post(at, {"norm": "provision:barnets_lov/87"}, headers=PART).status_code == 200
    answered(row, {"decision_date": "2023-12-31"})
    stopped = client.post(f"/laesning/{row.id}/aflever/", {"once": "a"})
    assert stopped.status_code == 422
    assert "gjaldt ikke" in stopped.content.decode()
    assert [question for question, _ in law.out_of_force(shown.opened(row.id))] == ["step_age"]


def test_what_is_not_known_and_where_the_law_stands_are_said_and_it_can_still_be_cited(
    cast: Cast, client_of: Clients
) -> None:
    from sagsbarometer.web.reviewing.models import Citation

    row, client = reading_of(cast), client_of(cast.rikke)
    answered(row, {"decision_date": "2026-04-20"})
    page = client.get(f"/laesning/{row.id}/lov/step_age/", headers=PART).content.decode()
    assert "Dato for ikrafttræden er ikke oplyst; tidligst 1. januar 2007" in page
    assert "Lovens tekst er ikke gemt her" not in page
    facts = client.get(f"/laesning/{row.id}/lov/fact_finding_defect/", headers=PART).content.decode()
    assert "Lovens tekst er ikke gemt her" in facts
    norm = {"norm": "provision:serviceloven/97"}
    assert client.post(f"/laesning/{row.id}/lov/step_age/henvis/", norm, headers=PART).status_code == 200
    assert Citation.objects.get().norm == norm["norm"]
    reasons = client.get(f"/laesning/{row.id}/lov/reasons_defect/", headers=PART).content.decode()
    link = (
        '<a href="https://www.retsinformation.dk/eli/lta/2014/433" target="_blank" rel="noopener noreferrer">'
    )
    assert link in reasons
    assert "åbner i en ny fane" in reasons
    assert "de hovedhensyn, der afgjorde det" in reasons


def test_the_standard_sentences_about_a_question_stand_beside_it_with_gaps(
    cast: Cast, client_of: Clients
) -> None:
    from sagsbarometer.web.findings.making import layout_of

    row, client = reading_of(cast), client_of(cast.rikke)
    page = client.get(f"/laesning/{row.id}/lov/fact_finding_defect/", headers=PART).content.decode()
    assert "Standardsætninger" in page
    texts = [
        item.text["da"]
        for item in layout_of(row.case.study).file.sentences
        if item.part == "fact_finding_defect"
    ]
    assert texts
    for text in texts:
        assert text.partition("{")[0] in page
    assert "{" not in page
    assert (
        "Standardsætninger" not in client.get(f"/laesning/{row.id}/lov/form/", headers=PART).content.decode()
    )


def test_a_decision_before_the_act_is_refused_what_the_act_says(cast: Cast, client_of: Clients) -> None:
    row, client = reading_of(cast), client_of(cast.rikke)
    answered(row, {"decision_date": "2006-12-31"})
    page = client.get(f"/laesning/{row.id}/lov/step_age/", headers=PART).content.decode()
    assert "Gjaldt ikke den dag." in page
    refused = client.post(
        f"/laesning/{row.id}/lov/step_age/henvis/", {"norm": "provision:serviceloven/97"}, headers=PART
    )
    assert refused.status_code == 422
    assert "LOV-303" in refused.content.decode()
