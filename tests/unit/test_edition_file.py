"""An edition written to a file and read back: nothing that pages may say is lost, and nothing odd is believed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.forms.language.parse import parse
from sagsbarometer.forms.language.tree import TRUE
from sagsbarometer.kernel.problems import Faults, Place
from sagsbarometer.measures.measure import Measure
from sagsbarometer.reporting.contract import Edition, Standing
from sagsbarometer.reporting.edition_file import edition_json, read_edition
from tests.register_reports_in_tests import edition as register_edition
from tests.reports_in_tests import edition as study_edition


def honest(edition: Edition) -> Edition:
    """The edition with measures whose trees follow from their rules, as in every run."""
    return replace(edition, measures={id: _parsed(item) for id, item in edition.measures.items()})


def _parsed(measure: Measure) -> Measure:
    counts = parse(measure.counts_text, Place()) if measure.counts_text else None
    return replace(measure, base=parse(measure.base_text, Place()), counts=counts)


STUDY, REGISTER = honest(study_edition()), honest(register_edition())


@pytest.mark.parametrize("edition", [STUDY, REGISTER], ids=["study", "register"])
def test_every_field_comes_back(edition: Edition) -> None:
    back = read_edition(edition_json(edition), edition.results)
    for item in fields(Edition):
        assert getattr(back, item.name) == getattr(edition, item.name), item.name


@pytest.mark.parametrize("edition", [STUDY, REGISTER], ids=["study", "register"])
def test_the_order_of_measures_is_kept_and_the_bytes_are_the_same(edition: Edition) -> None:
    data = edition_json(edition)
    assert list(read_edition(data, edition.results).measures) == list(edition.measures)
    assert data == edition_json(read_edition(data, edition.results))


def test_each_language_has_its_words_and_lacking_ones_are_danish() -> None:
    english = replace(
        STUDY,
        language="en",
        title="Case barometer",
        selection="The newest cases.",
        conditions=(replace(STUDY.conditions[0], label="Age"), STUDY.conditions[1]),
    )
    data = edition_json(STUDY, english)
    assert json.loads(data)["title"] == {"da": "Sagsbarometer", "en": "Case barometer"}
    assert json.loads(data)["subtitle"] == "En prøve"
    danish, back = (read_edition(data, STUDY.results, language) for language in ("da", "en"))
    assert (danish.title, danish.conditions[0].label) == ("Sagsbarometer", "Alder")
    assert (back.title, back.selection) == ("Case barometer", "The newest cases.")
    assert [item.label for item in back.conditions] == ["Age", "Kan ikke færdes alene"]
    assert back.words(back.measures["right"].label) == "right"


def test_the_numbers_are_those_given_and_the_standing_too() -> None:
    standing = Standing("embargo", "u1", "2027-03-01T08:00")
    back = read_edition(edition_json(STUDY), STUDY.results, standing=standing)
    assert back.results is STUDY.results
    assert back.mark.startswith("Under embargo til 1. marts 2027 kl. 8.00 · Rekonstruerede data")
    assert read_edition(edition_json(STUDY), STUDY.results).status == "KLADDE"


def test_a_published_edition_has_no_mark_of_its_own() -> None:
    published = replace(STUDY, origin="real", standing=Standing("published", "u1", "2027-03-01T08:00"))
    assert published.mark == ""
    assert published.standing.told() == "Offentliggjort 1. marts 2027 kl. 8.00"
    assert published.standing.told("en") == "Published 1 March 2027 at 8.00"
    with pytest.raises(ValueError, match="stage"):
        Standing("final")
    with pytest.raises(ValueError, match="embargo"):
        Standing("embargo")


def test_a_mean_has_a_variable_and_no_rule() -> None:
    weeks = replace(STUDY.measures["overrun"], counts=None, counts_text="weeks_over", value="weeks_over")
    edition = replace(STUDY, measures={**STUDY.measures, "overrun": weeks})
    back = read_edition(edition_json(edition), edition.results).measures["overrun"]
    assert (back.counts, back.value, back.base) == (None, "weeks_over", TRUE)


def broken(**changes: Any) -> bytes:
    plain = json.loads(edition_json(STUDY))
    plain.update(changes)
    return json.dumps({name: item for name, item in plain.items() if item is not ...}).encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{",
        b'{"schema_version": 1}',
        broken(schema_version=2),
        broken(unknown_field=1),
        broken(results={}),
        broken(standing={"stage": "published"}),
        broken(language="en"),
        broken(title=...),
        broken(title=7),
        broken(title={"da": 7}),
        broken(origin="measured"),
        broken(measures={"right": {}}),
        broken(measures=[{"id": "right"}]),
        broken(figures=[{"id": 1}]),
        broken(figures=None),
        broken(complete="yes"),
        broken(measures=[{**json.loads(edition_json(STUDY))["measures"][0], "base_text": "1 +"}]),
    ],
)
def test_what_is_no_edition_is_refused(data: bytes) -> None:
    with pytest.raises(Faults) as caught:
        read_edition(data, STUDY.results)
    assert [problem.code for problem in caught.value.problems] == ["RESULTAT-103"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.data())
def test_whatever_is_put_in_its_place_is_read_or_refused(data: st.DataObject) -> None:
    """Anybody can edit the file. What comes out is an edition or a fault, never another error."""
    plain: Any = json.loads(edition_json(STUDY))
    at, held = plain, plain
    key: Any = None
    while isinstance(at, Mapping | list) and at:
        held = at
        key = data.draw(st.sampled_from(sorted(at) if isinstance(at, Mapping) else range(len(at))))
        at = held[key]
        if data.draw(st.booleans()):
            break
    held[key] = data.draw(JSON)
    try:
        back = read_edition(json.dumps(plain).encode(), STUDY.results)
    except Faults as faults:
        assert {problem.code for problem in faults.problems} == {"RESULTAT-103"}
    else:
        assert isinstance(back, Edition)
