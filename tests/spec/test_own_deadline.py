"""An answer on the municipality's own deadline that is right by the Danish calendar stops nobody."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.catalogue.catalogue import load_catalogue
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.forms.case import complete
from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.evaluate import truth
from sagsbarometer.forms.language.types import Answer
from sagsbarometer.forms.load import load_form
from sagsbarometer.forms.states import State
from sagsbarometer.kernel.deadlines import ends

STUDIES = ("barometer_97", "service_check_home_training", "service_check_lost_earnings")
FORMS = {
    study: load_form(shipped("studies") / study / "form.yaml", load_catalogue(shipped("law")))
    for study in STUDIES
}
DAYS = st.dates(date(2008, 1, 1), date(2090, 1, 1))


@pytest.mark.parametrize("study", STUDIES)
@given(applied=DAYS, days=st.integers(1, 400), late=st.integers(-10, 10))
def test_what_the_calendar_says_is_no_hard_fault(study: str, applied: date, days: int, late: int) -> None:
    last = ends(applied, days, "days")
    decided = last + timedelta(days=late)
    kept = "kept" if decided <= last else "exceeded"
    assert "deadline_agrees_with_dates" not in _broken(FORMS[study], applied, days, decided, kept)


@pytest.mark.parametrize("study", STUDIES)
@given(applied=DAYS, days=st.integers(1, 400))
def test_kept_on_a_day_off_is_asked_about_and_longer_is_wrong(study: str, applied: date, days: int) -> None:
    counted = applied + timedelta(days=days)
    asked = _broken(FORMS[study], applied, days, counted + timedelta(days=1), "kept")
    assert asked == {"deadline_ended_on_a_day_off"}
    wrong = _broken(FORMS[study], applied, days, counted + timedelta(days=6), "kept")
    assert "deadline_agrees_with_dates" in wrong
    early = _broken(FORMS[study], applied, days, counted, "exceeded")
    assert early == {"deadline_agrees_with_dates"}


def _broken(form: Form, applied: date, days: int, decided: date, answer: str) -> set[str]:
    """The checks about the deadline that such answers break."""
    values = {
        "application_date": applied,
        "deadline_days": days,
        "decision_date": decided,
        "deadline": answer,
    }
    given_ = {id: Answer(State.ANSWERED, value) for id, value in values.items()}
    answers = complete(form, given_).answers
    about = [check for check in form.checks if check.id.startswith("deadline_")]
    return {check.id for check in about if truth(check.holds, answers) is False}
