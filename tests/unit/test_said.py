"""Sentences that remember how they were made: Danish text for every stage, and another language for who shows them."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from datetime import date

import pytest

from sagsbarometer.kernel import said as module
from sagsbarometer.kernel.said import Said, again, all_said, kept, plain, said, speak_with

CASES = said("Der mangler {n} sag.", "Der mangler {n} sager.", n=3)


@pytest.fixture
def voice() -> Iterator[None]:
    before = module._voice
    speak_with(lambda sentence: f"<{sentence.one}|{dict(sentence.fields)}>")
    yield
    speak_with(before)


def test_a_sentence_is_danish_text() -> None:
    assert CASES == "Der mangler 3 sager."
    assert said("Der mangler {n} sag.", "Der mangler {n} sager.", n=1) == "Der mangler 1 sag."
    assert said("Skriv højst {n} tegn.", n=4000) == "Skriv højst 4.000 tegn."
    assert said("Fristen er {day}.", day=date(2027, 2, 1)) == "Fristen er 1. februar 2027."
    assert said("Skriv som {deadline}.") == "Skriv som {deadline}."  # no fields: braces are signs like others


def test_what_shows_it_asks_the_voice_and_what_keeps_it_does_not(voice: None) -> None:
    """Without the voice, English pages would be Danish; with it in what is kept, the database would be English."""
    assert str(CASES) == f"{CASES}" == "%s" % CASES == "<Der mangler {n} sag.|{'n': 3}>"  # noqa: UP031
    assert plain(CASES) == "Der mangler 3 sager."
    assert CASES == "Der mangler 3 sager."
    assert pickle.loads(pickle.dumps(CASES)).fields == {"n": 3}


def test_a_column_keeps_a_sentence_with_its_fields() -> None:
    back = again(kept(CASES, 200))
    assert (back, back.one, back.fields) == (CASES, CASES.one, {"n": 3})
    assert again(kept(said("Færdig"), 200)) == "Færdig"
    assert kept(CASES, 20) == "Der mangler 3 sager."  # no room for its fields
    for words in ("[ikke json", '["a"]', "[1, 2, 3]", ""):
        assert again(words) == words


def test_a_sentence_within_a_sentence_is_kept_with_its_own_fields(voice: None) -> None:
    """Else the outer one would be English around words that stay Danish."""
    inner = said("delen {name} er ikke gyldig XML", name="a.xml")
    back = again(kept(said("Filen er beskadiget: {how}. {n} gange.", how=inner, n=2), 400))
    assert plain(back) == "Filen er beskadiget: delen a.xml er ikke gyldig XML. 2 gange."
    within = back.fields["how"]
    assert isinstance(within, Said)
    assert (within.one, within.fields) == (inner.one, {"name": "a.xml"})
    for words in ('[1, 2, {"a": []}]', '["a", "", {"b": ["c"]}]', '["a", "", 5]'):
        assert plain(again(words)) == words


def test_words_in_dictionaries_and_tuples_are_sentences() -> None:
    told = all_said({"a": "Nej", "b": ("Hvorfor", "Hvad")})
    assert told == {"a": "Nej", "b": ("Hvorfor", "Hvad")}
    assert isinstance(told["a"], Said)
    assert isinstance(told["b"][1], Said)
