"""English beside Danish: every sentence is translated, and who looks chooses the language and stays where they are."""

from __future__ import annotations

import csv
import gettext
import io
import re
from datetime import date
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils import translation

from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.kernel.said import again, kept, said
from sagsbarometer.web import messages
from sagsbarometer.web.accounts.language import back_to
from sagsbarometer.web.languages import decimal_words, in_shown, spoken_to
from tests.web.browsers_in_tests import Browser
from tests.web.cast import LAUNCHED, Cast
from tests.web.house_in_tests import Workplace
from tests.web.test_accounts_people import browser_of

FIELD = re.compile(r"%\(\w+\)s|%%|%s|\{\w+\}")
CHOOSE, COOKIE = "/sprog/", "django_language"


# What is said, and its translations


def test_every_sentence_has_its_english() -> None:
    """`./run python -m sagsbarometer.web.messages` adds what is new and tells what to translate."""
    known = messages.read_po()
    told = messages.found()
    assert sorted(set(told) - set(known)) == [], "not in django.po"
    assert sorted(set(known) - set(told)) == [], "said no more"
    for one, (message, texts) in known.items():
        assert message.many == told[one].many, one
        assert len(texts) == (2 if message.many else 1), one
    assert [one for one, (_message, texts) in known.items() if not all(texts)] == [], "not translated"


def test_the_english_has_the_fields_of_the_danish() -> None:
    for one, (message, texts) in messages.read_po().items():
        for danish, english in zip((one, message.many or one), texts, strict=False):
            assert sorted(FIELD.findall(english)) == sorted(FIELD.findall(danish)), one
            assert (english[:1] == " ", english[-1:] == " ") == (danish[:1] == " ", danish[-1:] == " "), one


def test_no_english_holds_danish_letters() -> None:
    """But for what is a name: a column of a list that municipalities send, and Danish laws."""
    for one, (_message, texts) in messages.read_po().items():
        assert not re.search("[æøåÆØÅ]", "".join(texts)), one


def test_words_of_the_glossary_are_translated_as_it_says() -> None:
    with (shipped("law") / "glossary.csv").open(encoding="utf-8", newline="") as file:
        terms = {row["danish"].casefold(): row["english"].casefold() for row in csv.DictReader(file)}
    found = {one: texts[0] for one, (_m, texts) in messages.read_po().items() if one.casefold() in terms}
    assert len(found) > 12
    for one, english in found.items():
        term = terms[one.casefold()]
        assert term in english.casefold() or english.casefold() in term, one


def test_what_is_shipped_is_what_is_written() -> None:
    shipped_ = messages.PO.with_suffix(".mo").read_bytes()
    assert shipped_ == messages.compiled(messages.read_po()), "./run python -m sagsbarometer.web.messages"
    read = gettext.GNUTranslations(io.BytesIO(shipped_))
    for one, (message, texts) in messages.read_po().items():
        if message.many:
            assert [read.ngettext(one, message.many, n) for n in (1, 2, 0)] == [*texts, texts[1]]
        else:
            assert read.gettext(one) == texts[0]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('said("{n} sag mangler.", "{n} sager mangler.", n=2)', ("{n} sag mangler.", "{n} sager mangler.")),
        ('A = "Gem. "\nsaid("Fejl. " + A)', ("Fejl. Gem. ", "")),
        ('all_said({"a": ("Nej", "Hvorfor")})', ("Hvorfor", "")),
        ('_("Sag %(n)s")', ("Sag %(n)s", "")),
        ('Ask("Hvem?", choices=(("x", "Alle"),))', ("Alle", "")),
    ],
)  # fmt: skip
def test_sentences_are_found_in_code(code: str, found: tuple[str, str], tmp_path: Path) -> None:
    file = tmp_path / "code.py"
    file.write_text(code, encoding="utf-8")
    assert found in list(messages._of_python(file))


def test_a_sentence_nobody_could_translate_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "code.py"
    file.write_text('said(f"Der mangler {n}")', encoding="utf-8")
    with pytest.raises(ValueError, match="f-string"):
        list(messages._of_python(file))


def test_sentences_are_found_in_templates_as_django_asks_for_them(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    text = (
        """{% load i18n %}{% translate "100 % sikkert" %}{% translate 'En »sag«' %}"""
        """{% blocktranslate count n=n %}{{ n }} sag{% plural %}{{ n }} sager, 5 %{% endblocktranslate %}"""
        """{% include "x.html" with text=_("Intet her") %}"""
    )
    file.write_text(text, encoding="utf-8")
    found = list(messages._of_template(file))
    assert found == [
        ("100 %% sikkert", ""),
        ("En »sag«", ""),
        ("%(n)s sag", "%(n)s sager, 5 %%"),
        ("Intet her", ""),
    ]


def test_a_fuzzy_translation_is_none(tmp_path: Path) -> None:
    file = tmp_path / "django.po"
    file.write_text('#, fuzzy\nmsgid "Sag"\nmsgstr "Case"\n', encoding="utf-8")
    with pytest.raises(ValueError, match="fuzzy"):
        messages.read_po(file)


# Sentences of stages that know no Django


def test_a_sentence_of_a_stage_is_said_in_the_language_shown() -> None:
    sentence = said(
        "Fristen er {day}, i morgen.", "Fristen er {day}, om {n} dage.", n=3, day=date(2027, 2, 1)
    )
    page = Template("{{ text }}")
    assert page.render(Context({"text": sentence})) == "Fristen er 1. februar 2027, om 3 dage."
    with translation.override("en"):
        assert page.render(Context({"text": sentence})) == "The deadline is 1 February 2027, in 3 days."
        assert str(again(kept(said("Brev {number} af {all}", number=3, all=98), 400))) == "Letter 3 of 98"
        assert in_shown({"da": "Ja", "en": "Yes"}) == "Yes"
        assert in_shown({"da": "Kun dansk"}) == "Kun dansk"
        assert decimal_words("2.5") == "2.5"
    assert sentence == "Fristen er 1. februar 2027, om 3 dage."
    assert decimal_words("2.5") == "2,5"


def test_what_a_stage_said_is_safe_on_a_page() -> None:
    with translation.override("en"):
        text = Template("{{ text }}").render(
            Context({"text": said("Feltet {field} findes ikke.", field="<b>")})
        )
    assert text == "There is no field &lt;b&gt;."


# Choosing


def test_a_stranger_chooses_english_and_stays_on_the_page(workplace: Workplace) -> None:
    browser = Browser()
    page = browser.get("/konto/login/?next=/studier/")
    assert 'lang="en"' in page.content.decode()
    assert page.headers["Content-Language"] == "da"
    reply = browser.post(CHOOSE, {"language": "en", "next": "/konto/login/?next=/studier/"})
    assert (reply.status_code, reply["Location"]) == (302, "/konto/login/?next=/studier/")
    cookie = reply.cookies[COOKIE]
    assert (cookie.value, cookie["httponly"], cookie["samesite"], cookie["path"]) == ("en", True, "Lax", "/")
    page = browser.get("/konto/login/?next=/studier/")
    text = page.content.decode()
    assert page.headers["Content-Language"] == "en"
    assert '<html lang="en">' in text
    assert "Sign in" in text
    assert re.search(r'value="en" lang="en" aria-current="true"', text)
    browser.post(CHOOSE, {"language": "da", "next": "/konto/login/"})
    assert "Log ind" in browser.get("/konto/login/").content.decode()


def test_no_browser_setting_and_no_foreign_word_chooses(workplace: Workplace) -> None:
    browser = Browser(headers={"accept-language": "en,de"})
    assert browser.get("/konto/login/").headers["Content-Language"] == "da"
    for language in ("de", "", "en\r\nSet-Cookie: a=b", "../en"):
        reply = browser.post(CHOOSE, {"language": language, "next": "/"})
        assert COOKIE not in reply.cookies
    browser.cookies[COOKIE] = "xx"
    assert browser.get("/konto/login/").headers["Content-Language"] == "da"
    assert browser.get(CHOOSE).status_code == 405


@pytest.mark.parametrize(
    "address",
    [
        "", "https://ond.example/", "//ond.example", "/\\ond.example", "\\\\ond.example", "/%5Cond.example/x",
        "javascript:alert(1)", "/\tond.example", "///ond.example", "http:ond.example", "/findes-ikke/", "/sprog/",
        "/konto/logud", "ond.example", " //ond.example",
    ],
)  # fmt: skip
def test_the_way_back_leads_to_a_page_of_the_house_alone(address: str) -> None:
    """»/sprog/« takes no GET, and what is no page of ours is not gone to: no open redirect."""
    assert back_to(address) == "/"


def test_the_way_back_keeps_what_was_asked() -> None:
    for address in ("/", "/konto/", "/studier/?side=2", f"/studier/{LAUNCHED}/", "/konto/logud/"):
        assert back_to(address) == address


def test_the_choice_follows_the_person(workplace: Workplace, cast: Cast) -> None:
    """To a browser where nothing was chosen, and as one event: the account was changed."""
    from sagsbarometer.web.events.models import Event

    before = Event.objects.filter(thing="accounts_user", act="update").count()
    browser_of(cast.anna).post(CHOOSE, {"language": "en", "next": "/"})
    browser_of(cast.anna).post(CHOOSE, {"language": "en", "next": "/"})
    assert Event.objects.filter(thing="accounts_user", act="update").count() == before + 1
    elsewhere = browser_of(cast.anna)
    assert elsewhere.get("/").headers["Content-Language"] == "en"
    elsewhere.cookies[COOKIE] = "da"
    assert elsewhere.get("/").headers["Content-Language"] == "da"
    assert browser_of(cast.kim).get("/").headers["Content-Language"] == "da"


def test_mails_are_in_the_language_their_reader_chose(workplace: Workplace, cast: Cast) -> None:
    anna = cast.anna
    anna.language = "en"
    with translation.override("da"), spoken_to(anna):
        assert str(said("Vælg en rolle.")) == "Choose a role."
    with translation.override("en"), spoken_to(cast.kim):
        assert str(said("Vælg en rolle.")) == "Vælg en rolle."
    with translation.override("en"), spoken_to(None):
        assert translation.get_language() == "da"


def test_days_are_written_as_the_language_writes_them(workplace: Workplace) -> None:
    page = Template('{{ day|date:"DATE_FORMAT" }}')
    assert page.render(Context({"day": date(2027, 2, 1)})) == "1. februar 2027"
    with translation.override("en"):
        assert page.render(Context({"day": date(2027, 2, 1)})) == "1 February 2027"
