"""The house and the cast that the other tests use."""

from __future__ import annotations

from typing import Any

from sagsbarometer.web.delivering.models import Case
from tests.web.cast import PASSWORD


def test_the_cast_is_there_on_both_databases(databases: str, workplace: Any, cast: Any) -> None:
    from django.db import connection

    assert connection.vendor == databases == workplace.vendor
    assert cast.launched.state == "launched"
    assert cast.launched.authorities.count() == 98
    assert set(Case.objects.values_list("state", flat=True)) == set(Case.STATES)
    assert cast.anna.check_password(PASSWORD)


def test_a_client_is_signed_in(cast: Any, client_of: Any) -> None:
    client = client_of(cast.anna)
    assert client.session["_auth_user_id"] == cast.anna.id


def test_each_test_has_a_house_of_its_own(workplace: Any) -> None:
    from sagsbarometer.web.accounts.models import User

    assert not User.objects.exists()
