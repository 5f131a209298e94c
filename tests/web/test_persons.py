"""Persons in documents: one pseudonym for the same number within a study, another in another, and nothing else kept."""

from __future__ import annotations

import io
import logging
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from sagsbarometer.documents.persons import cpr_numbers, key_of_persons, pseudonym
from tests.uploads_in_tests import docx, pdf, png
from tests.web.cast import LAUNCHED, Cast
from tests.web.deliveries_in_tests import put_file
from tests.web.house_in_tests import Workplace

Client = Callable[..., Any]
# None has a valid check digit (modulus 11), and both could be real.
PERSON, OTHER = "0102031234", "1402051111"
WAYS = (
    "0102031234",
    "010203-1234",
    "010203 1234",
    "01 02 03 1234",
    "010203 - 1234",
    "010203\u20111234",  # a hyphen that does not break
    "010203\u20131234",
    "010203\u00a01234",  # a blank that does not break
    "010203\u20091234",  # a thin blank
    "010203\u202f-\u202f1234",
    "01-02-1903-1234",
    "0\u200b102031234",  # what is not seen between two digits
    "\uff10\uff11\uff10\uff12\uff10\uff13-\uff11\uff12\uff13\uff14",
    "0 1 0 2 0 3 1 2 3 4",
)


def delivered(cast: Cast, client_of: Client, code: str, name: str, content: bytes) -> Any:
    """A document put in a municipality's draft, which is then delivered."""
    from sagsbarometer.web.events.acting import acting

    case = cast.case(code, "draft")
    contact = {"901": cast.kim, "902": cast.karla}[code]
    assert put_file(client_of(contact), case, name, content).status_code == 302
    with acting("system:tests", "cast"):
        case.state = "submitted"
        case.save(update_fields=["state"])
    return case


def persons(case: Any) -> set[str]:
    from sagsbarometer.web.documents.models import Person

    return set(Person.objects.filter(case=case).values_list("pseudonym", flat=True))


@pytest.mark.parametrize("written", WAYS)
def test_a_number_is_the_same_however_it_is_written(written: str) -> None:
    assert cpr_numbers(f"Ansøger {written} har søgt") == (PERSON,)
    assert pseudonym(b"k" * 32, written) == pseudonym(b"k" * 32, PERSON)


def test_two_studies_have_each_their_pseudonym_and_it_goes_with_the_key(workplace: Workplace) -> None:
    keys = workplace.home.keys
    for study in ("en22222222", "to22222222"):
        keys.new_study(study)
    own = [key_of_persons(keys.study(study)) for study in ("en22222222", "to22222222")]
    assert pseudonym(own[0], PERSON) == pseudonym(key_of_persons(keys.study("en22222222")), PERSON)
    assert pseudonym(own[0], PERSON) != pseudonym(own[1], PERSON)
    assert own[0] != keys.study("en22222222")  # what locks is not what hashes


def test_the_same_person_is_seen_in_two_cases_and_kept_as_a_pseudonym_alone(
    cast: Cast, client_of: Client, workplace: Workplace, databases: str
) -> None:
    from sagsbarometer.web.logs import NoContent

    log = io.StringIO()
    handler = logging.StreamHandler(log)
    handler.setFormatter(NoContent())
    logging.getLogger().addHandler(handler)
    try:
        one = delivered(cast, client_of, "901", "a.pdf", pdf(f"Ansøger 010203-1234, barn {OTHER}"))
        two = delivered(cast, client_of, "902", "b.docx", docx("Ansøger 010203\u20091234"))
        page = client_of(cast.anna).get(reverse("receiving:case", args=[LAUNCHED, one.id])).content.decode()
        back = client_of(cast.anna).get(reverse("receiving:case", args=[LAUNCHED, two.id])).content.decode()
    finally:
        logging.getLogger().removeHandler(handler)
    assert len(persons(one)) == 2
    assert persons(two) < persons(one)
    assert f'/sager/{two.id}/">sag 1, {two.request.authority.name}</a>' in page
    assert f"/sager/{one.id}/" in back
    for held in (page, back, log.getvalue()):
        assert not [word for word in (PERSON, "010203-1234", OTHER, *persons(one)) if word in held]
    if databases == "sqlite":
        connection = sqlite3.connect(workplace.home.database)
        dump = "\n".join(connection.iterdump())
        connection.close()
        assert PERSON not in dump
        assert "010203-1234" not in dump


def test_who_may_not_see_a_case_is_not_told_of_it(cast: Cast, client_of: Client) -> None:
    one = delivered(cast, client_of, "901", "a.pdf", pdf("Ansøger 010203-1234"))
    two = delivered(cast, client_of, "902", "b.pdf", pdf("Borger 010203-1234"))
    address = reverse("receiving:case", args=[LAUNCHED, one.id])
    assert two.id in client_of(cast.rikke).get(address).content.decode()
    # Disa is disqualified from the first case of 902.
    assert cast.case("902", "submitted").number == 1
    assert two.id not in client_of(cast.disa).get(address).content.decode()


def test_a_draft_of_the_same_person_is_the_municipalitys_own(cast: Cast, client_of: Client) -> None:
    one = delivered(cast, client_of, "901", "a.pdf", pdf("Ansøger 010203-1234"))
    draft = cast.case("902", "draft")
    put_file(client_of(cast.karla), draft, "b.pdf", pdf("Borger 010203-1234"))
    assert persons(draft) == persons(one)
    page = client_of(cast.anna).get(reverse("receiving:case", args=[LAUNCHED, one.id])).content.decode()
    assert draft.id not in page
    assert "Samme person" not in page


def test_a_name_names_a_person_too_and_a_list_of_people_nobody(cast: Cast, client_of: Client) -> None:
    from sagsbarometer.web.documents.storing import MOST_PERSONS

    case, client = cast.case("901", "draft"), client_of(cast.kim)
    put_file(client, case, "010203-1234 foto.png", png())
    assert len(persons(case)) == 1
    many = " ".join(f"010203-{number}" for number in range(2000, 2001 + MOST_PERSONS))
    put_file(client, case, "liste.docx", docx(many))
    assert len(persons(case)) == 1


def test_a_document_taken_away_takes_its_persons_along(cast: Cast, client_of: Client) -> None:
    case, client = cast.case("901", "draft"), client_of(cast.kim)
    put_file(client, case, "a.pdf", pdf("Ansøger 010203-1234"))
    (document,) = case.documents.filter(state="ready")
    assert persons(case)
    client.post(f"/dokumenter/{document.id}/fjern/")
    assert not persons(case)
