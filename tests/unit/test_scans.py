"""What was recognised on pages that are pictures: kept, joined to the text, and covered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.documents.persons import HIDDEN, masked_words
from sagsbarometer.documents.scans import (
    PAGE,
    Box,
    Scan,
    ScannedPage,
    Word,
    covers,
    joined,
    letters_as_digits,
    numbers_in,
    read_scan,
    shown,
    turned,
    words_of,
    written,
)

SHARES = st.floats(0, 1, allow_nan=False).map(lambda share: round(share, 5))
BOXES = st.tuples(SHARES, SHARES, SHARES, SHARES)
WORDS = st.builds(Word, st.text(min_size=1, max_size=12), BOXES, st.integers(0, 100))
LINES = st.lists(st.lists(WORDS, min_size=1, max_size=4).map(tuple), max_size=4).map(tuple)
PAGES = st.builds(ScannedPage, LINES, st.sampled_from([0, 90, 180, 270]), st.booleans())


def page_of(*lines: str, turn: int = 0, beside: bool = False, sure: int = 95) -> ScannedPage:
    """A page with its words beside each other in boxes of a tenth."""
    return ScannedPage(
        tuple(
            tuple(Word(word, (nth / 10, row / 10, 0.08, 0.05), sure) for nth, word in enumerate(line.split()))
            for row, line in enumerate(lines)
        ),
        turn,
        beside,
    )


def over(page: ScannedPage) -> set[str]:
    """The words that are covered: each lies wholly inside a cover."""
    found = set()
    for left, top, width, height in covers(page):
        for word in (word for line in page.lines for word in line):
            inside = left < word.box[0] and left + width > word.box[0] + word.box[2]
            if inside and top < word.box[1] and top + height > word.box[1] + word.box[3]:
                found.add(word.text)
    return found


@pytest.mark.parametrize(
    ("read", "said"),
    [
        ("0l0203-I234", "010203-1234"),
        ("O1O2O3-l2E4", "010203-l2E4"),  # an E is no digit
        ("(0l0203-I234)", "(010203-1234)"),
        ("CPR:0l0203-I234", "CPR:010203-1234"),
        ("010203 I2B4", "010203 1284"),
        ("OlO2O3-1234", "010203-1234"),
        ("Nr. 01o203-1234 og B01ig", "Nr. 010203-1234 og B01ig"),
        ("Bolig og Oslo", "Bolig og Oslo"),
        ("IS0 9001", "IS0 9001"),
        ("2.SlO.OOO", "2.SlO.OOO"),  # one digit: nobody knows
        ("12.5l4,OO", "12.514,00"),
    ],
)
def test_letters_taken_for_digits_are_digits_where_most_are(read: str, said: str) -> None:
    assert letters_as_digits(read) == said


@given(st.text("0123456789OoQDlI|iSsBZz-. ", max_size=40))
def test_a_line_stays_as_long_and_its_digits_stay(line: str) -> None:
    said = letters_as_digits(line)
    assert len(said) == len(line)
    assert all(was == now for was, now in zip(line, said, strict=True) if was.isdigit() or was in "-. ")


@pytest.mark.parametrize(
    ("lines", "covered"),
    [
        (("CPR-nr. 010203-1234", "uden mere"), {"010203-1234"}),
        (("Nr. 010203 - 1234 her",), {"010203", "-", "1234"}),
        (("Ansøger 010203-", "1234 Odense"), {"010203-", "1234"}),
        (("0 1 0 2 0 3 1 2 3 4",), set("01234")),
        (("Nr. 010203, 1234",), {"010203,", "1234"}),
        (("010203|1234 i en ramme",), {"010203|1234"}),
        (("0l0203 I234",), {"0l0203", "I234"}),
        (("Den 12-03-2024 kl. 10:30",), set()),
    ],
    ids=["a word", "three words", "two lines", "a box each", "a comma", "a line", "letters", "a date"],
)
def test_numbers_are_covered_and_hidden_wherever_they_are_broken(
    lines: tuple[str, ...], covered: set[str]
) -> None:
    page = page_of(*lines)
    assert over(page) == covered
    told = [text for line in shown(page) for text, _ in line]
    assert not covered & set(told)
    assert (HIDDEN in told) is bool(covered)
    assert len(told) == sum(len(line.split()) for line in lines)


def test_a_page_with_a_text_of_its_own_gets_covers_alone() -> None:
    page = page_of("CPR-nr. 010203-1234", beside=True)
    assert over(page) == {"010203-1234"}
    assert shown(page) == []
    assert joined("Sidens egen tekst", Scan({1: page})) == "Sidens egen tekst"


def test_what_was_recognised_takes_the_place_of_pages_without_text_alone() -> None:
    scan = Scan(
        {1: page_of("kan ikke stå her"), 2: page_of("Side to", "har linjer"), 4: page_of("Side fire")}
    )
    text = PAGE.join(["Side et", " \n", "Side tre"])
    assert joined(text, scan) == PAGE.join(["Side et", "Side to\nhar linjer", "Side tre", "Side fire"])
    assert joined(text, Scan()) == text
    assert words_of(ScannedPage()) == ""


def test_a_number_that_was_not_read_clearly_is_nobodys() -> None:
    scan = Scan({1: page_of("010203-1234", sure=95), 2: page_of("nr. 020304-4321", sure=60)})
    assert numbers_in(scan) == ("0102031234", "0203044321")
    assert numbers_in(scan, surest=True) == ("0102031234",)


@given(BOXES, st.sampled_from([0, 90, 180, 270]))
def test_a_box_turned_and_turned_back_is_where_it_was(box: Box, turn: int) -> None:
    assert turned(turned(box, turn), (360 - turn) % 360) == pytest.approx(box)


def test_the_text_of_a_page_has_no_number_that_the_page_itself_hides() -> None:
    for line in ("Nr. 010203, 1234", "010203|1234", "0l0203-I234", "(0l0203 I2B4)"):
        scan = Scan({1: page_of(line)})
        assert masked_words(joined("", scan)).count(HIDDEN) == 1, line
        assert len(numbers_in(scan)) == 1


@given(
    st.dictionaries(st.integers(1, 50), PAGES, max_size=4),
    st.lists(st.integers(1, 50), max_size=4),
    st.lists(st.integers(1, 50), max_size=2),
)
def test_what_is_kept_is_what_was_read(
    pages: dict[int, ScannedPage], left: list[int], failed: list[int]
) -> None:
    scan = Scan(pages, tuple(left), tuple(failed))
    assert read_scan(written(scan)) == scan
    for number, page in pages.items():
        assert read_scan(written(scan), number) == Scan({number: page}, scan.left, scan.failed)
