"""The words of an edition in two languages: every text in both, numbers as each writes them, law as each cites it."""

from __future__ import annotations

import re
import string
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.kernel.periods import parse_period
from sagsbarometer.measures.cells import withheld
from sagsbarometer.reporting.binding.digits import unbound
from sagsbarometer.reporting.binding.quantities import disagreements, said
from sagsbarometer.reporting.numbers import amount, danish, difference, number_words, printed
from sagsbarometer.reporting.words import LANGUAGES, day_words, known, period_words, say, table
from tests.conftest import ROOT
from tests.reports_in_tests import other, share

REPORTING = ROOT / "src" / "sagsbarometer"
SAID = re.compile(r'(?:say|_say|known)\(\s*(?:[\w.]+,\s*)?f?"([a-z_][\w.{}]*)"')
KEY = re.compile(r"""["']([a-z_]+\.[\w.]+)["']""")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def sources() -> str:
    return "\n".join(
        path.read_text(encoding="utf-8")
        for path in sorted(REPORTING.rglob("*.py"))
        if "words.py" not in path.name
    )


def test_every_text_is_in_both_languages_and_asks_for_the_same() -> None:
    for key, text in table().items():
        assert set(text) == set(LANGUAGES), key
        assert placeholders(text["da"]) == placeholders(text["en"]), key
        assert bool(text["da"]) == bool(text["en"]), key


def test_the_danish_texts_are_danish_and_the_english_are_not() -> None:
    for key, text in table().items():
        assert not re.search("[æøåÆØÅ]", text["en"]), key


def test_every_key_that_is_asked_for_is_there() -> None:
    asked = {key for key in SAID.findall(sources()) if "{" not in key and "." in key}
    assert len(asked) > 100
    assert asked - set(table()) == set()


def test_every_text_is_used_somewhere() -> None:
    told = sources()
    literal = set(KEY.findall(told)) | {"draft", "made_with", "figure.name", "grid.name"}
    made = tuple(key.partition("{")[0] for key in re.findall(r'f"([a-z_]+\.(?:[a-z]+\.)?[a-z_]*)\{', told))
    made += ("requirement.", "before.", "explain.", "book.", "table.", "count.")
    made += ("docx.", "jsonstat.", "one.", "many.", "cards.")
    unused = [key for key in table() if key not in literal and not key.startswith(made)]
    assert unused == [], unused


def test_a_text_that_is_not_there_is_a_fault_of_ours() -> None:
    with pytest.raises(KeyError):
        say("da", "no.such.text")
    with pytest.raises(KeyError):
        say("da", "made_with")
    assert known("en", "no.such.text", "raw") == "raw"
    assert say("sv", "page.about") == "Om tallene"


def test_numbers_in_english() -> None:
    assert number_words("en", Decimal("12345.6")) == "12,345.6"
    assert number_words("en", -3) == "−3"
    cell = share("right", 205, 180, 0)
    assert amount(cell, "en") == "53%"
    assert printed(cell, "percent", "en") == "53 percent"
    assert printed(cell, "of", "en") == "205 out of 385"
    assert printed(cell, "interval", "en") == "48-58 percent"
    assert printed(share("x", 3, 5, 0), "words", "en") == "three"
    assert printed(share("x", 1250, 5, 12), "at_least", "en") == "at least 1,250"
    weeks = other("overrun", "weeks", "11.500707", 8131, 101)
    assert printed(weeks, "weeks", "en") == "11.5 weeks"
    assert printed(other("one", "days", "1", 1, 1), "days", "en") == "1 day"
    assert amount(other("places", "municipalities", "98", 98, 98), "en") == "98 municipalities"
    assert difference(share("a", 205, 180, 0), share("b", 10, 90, 0), "pp", "en")[0] == "43 percentage points"
    assert printed(share("x", 0, 0, 0), "percent", "en") == "– (no cases in the base)"
    assert printed(share("x", 0, 0, 1204), "percent", "en") == (
        "– (cannot be seen in any of the 1,204 cases of the base)"
    )
    assert printed(withheld(cell), "percent", "en") == "[c]"


@given(st.integers(-(10**9), 10**9) | st.decimals(-(10**6), 10**6, places=2, allow_nan=False))
def test_english_and_danish_numbers_are_the_same_with_other_marks(value: int | Decimal) -> None:
    assert number_words("en", value).translate(str.maketrans(",.", ".,")) == danish(value)


def test_days_and_periods() -> None:
    assert day_words("en", date(2022, 12, 20)) == "20 December 2022"
    assert day_words("da", date(2022, 12, 20)) == "20. december 2022"
    assert period_words("en", "2018-01/2022-11") == "January 2018-November 2022"
    assert period_words("en", "2024-Q3") == "Q3 2024"
    assert period_words("en", "2019/2024") == "2019-2024"
    assert period_words("en", "not a period") == "not a period"
    assert parse_period("2024-01-05/2024-02-01").english == "5 January 2024-1 February 2024"


@pytest.mark.parametrize(
    "words",
    [
        "Under section 97(1) of the Act, and sections 87, 88 and 90.",
        "On 20 December 2022 the data were drawn; in December 2022 too.",
        "The rate rose from 2018 to 2022, and in 2023 and 2024.",
        "See chapter 11, subsection (2), no. 3, and principle decisions 52-15 and 78-15.",
        "The 95 percent interval. Annual Report 2024. Cases of 2019-2024.",
        "§ 97, stk. 2, and §§ 85 and 97.",
    ],
)
def test_law_and_dates_in_english_are_no_figures(words: str) -> None:
    assert list(unbound(words, language="en")) == []


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("53 percent of 205 cases", ["53", "205"]),
        ("in 2024 cases", ["2024"]),
        ("For 2000 decisions", ["2000"]),
        ("section 97 has 34 cases", ["34"]),
        ("from 2018 to 300 cases", ["300"]),
    ],
)
def test_figures_in_english_must_be_bound(words: str, found: list[str]) -> None:
    assert [digits for _, digits in unbound(words, language="en")] == found


def test_danish_law_stays_danish() -> None:
    assert [digits for _, digits in unbound("section 97 (20 December)")] == ["97", "20"]


def test_words_for_a_share_in_english() -> None:
    assert not disagreements("Almost half of the cases", [Fraction(47)], "en")
    assert disagreements("Almost half of the cases", [Fraction(53)], "en")[0].words == "Almost half"
    assert not disagreements("more than two thirds", [Fraction(70)], "en")
    assert disagreements("more than two thirds", [Fraction(60)], "en")
    assert disagreements("the vast majority", [Fraction(60)], "en")
    assert not disagreements("half a year passed, and a third party asked", [Fraction(3)], "en")
    assert not disagreements("knap halvdelen", [Fraction(3)], "en")
    assert not disagreements("almost half of the cases", [Fraction(3)])
    assert [item.words for item in said("a quarter or most of the cases", "en")] == [
        "a quarter",
        "most of the",
    ]


def test_the_words_stand_in_one_file(tmp_path: Path) -> None:
    """What a page of an edition says is not written in code: no Danish letters in the texts of these modules."""
    for name in ("html", "html_body", "html_cards", "html_numbers", "html_table", "pdf", "xlsx", "figure", "table",
                 "grid_table", "lists", "charts", "chart_series", "chart_columns", "chart_lines", "card"):  # fmt: skip
        (path,) = (REPORTING / "reporting").rglob(f"{name}.py")
        code = path.read_text(encoding="utf-8")
        code = re.sub(r'"""[\s\S]*?"""|#[^\n]*', "", code)
        assert not re.search("[æøåÆØÅ]", code), name
