"""The fast ways of the scan find what the slow ones do."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from sagsbarometer.kernel.ids import cpr_spans, is_short_cpr
from sagsbarometer.release.scanning import BREAK
from sagsbarometer.release.scanning_numbers import cpr_places, short_numbers
from sagsbarometer.release.scanning_tags import _quickly, _Reader, _State, taken_apart
from tests.conftest import trials

# What CPR numbers and those that are none are made of.
PARTS = st.sampled_from(
    "0|1|01|02|03|12|19|31|1234|0102031234|010203-1234|01 02 03 1234|31129912|-|.| |/|:|\n|a|f|x|0.|"
    f"0 1 0 2 0 3 1 2 3 4|01021903-1234|æ|{BREAK}".split("|")
)
FILLED = st.builds("{}{}{}".format, st.sampled_from(["", "tekst " * 90]), st.lists(PARTS, max_size=40).map("".join),
                   st.sampled_from(["", " tekst" * 90, " 5 17 300" * 60]))  # fmt: skip


@settings(max_examples=trials(20_000))
@given(text=FILLED, apart=st.booleans())
def test_numbers_are_found_where_they_lie_as_in_the_whole_text(text: str, apart: bool) -> None:
    slow = {(start, digits) for start, _, digits in cpr_spans(text, apart)}
    assert set(cpr_places(text, apart)) == slow


@settings(max_examples=trials(4_000))
@given(
    text=st.lists(PARTS | st.sampled_from(["112345678", "101031234.0", " 101031234"]), max_size=30).map(
        "".join
    )
)
def test_short_numbers_are_those_of_each_value(text: str) -> None:
    values = text.replace("\n", BREAK).split(BREAK)
    whole = [re.sub(r"\.0+$", "", value.strip()) for value in values]
    assert list(short_numbers(text, f"{BREAK}\n")) == [f"0{value}" for value in whole if is_short_cpr(value)]


MARKUP = st.recursive(
    st.sampled_from(
        ["tekst", " ", "a &amp; b", "&#48;", "1 > 0", "<!-- note -->", "<br>", "<br/>", "<w:tab/>", "<x-y>"]
    ),
    lambda inner: st.builds(
        "<{0}{1}>{2}</{0}>".format,
        st.sampled_from(["p", "b", "w:rPr", "td", "v", "oddHeader", "SPAN", "w:t"]),
        st.sampled_from(
            ["", ' a="1"', " b='x y'", ' data-1="æ"', " hidden", ' r="B7"', ' t="&lt;b&gt;"', " w=1 "]
        ),
        st.lists(inner, max_size=4).map("".join),
    ),
    max_leaves=20,
)


@settings(max_examples=trials(4_000))
@given(
    text=MARKUP, script=st.sampled_from(["", "<script>if (a<b) x='</b>'</script>", "<style>p{}</style>slut"])
)
def test_well_made_markup_is_taken_apart_as_the_parser_does(text: str, script: str) -> None:
    quick, reader = _State(), _Reader()
    reader.feed(text + script)
    reader.close()
    assert _quickly(text + script, quick)
    slow = reader.state.told
    for name in ("seen", "values", "attributes", "beside"):
        assert "".join(getattr(quick.told, name)) == "".join(getattr(slow, name)), name


def test_what_is_not_well_made_is_left_to_the_parser() -> None:
    begun = ("<p title='x>010203-1234", "<p =x>y", "<script>x", "<!-- x")
    for text in (*begun, "<p b='x>y'>z</p>", "<p><<b>x</b>", "<!ELEMENT x>"):
        assert not _quickly(text, _State()), text
        assert taken_apart(text).whole


def test_many_beginnings_without_an_end_take_no_time() -> None:
    for text in ('<a "' * 50_000, "<!--" * 50_000, "<script>" + "<" * 50_000):
        assert not _quickly(text, _State())
