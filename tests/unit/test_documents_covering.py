"""What a file opened by itself may show: numbers found in its text, and pages nobody can look in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.documents.covering import uncovered

BREAK = "\n\f\n"


@pytest.mark.parametrize(
    ("text", "numbers", "pages", "told"),
    [
        ("Tekst", 0, 1, (0, 0, 1)),
        ("Tekst", 2, 1, (2, 0, 1)),
        ("", 0, 1, (0, 1, 1)),
        (" \n\r\n", 0, None, (0, 1, 1)),
        (BREAK * 2, 0, 3, (0, 3, 3)),
        ("Tekst" + BREAK + "  " + BREAK + "Mere", 0, 3, (0, 1, 3)),
        ("", 0, 3, (0, 3, 3)),  # a TIFF
        ("Tekst", None, 1, (0, 1, 1)),  # nobody looked for numbers
    ],
)
def test_numbers_and_silent_pages(
    text: str, numbers: int | None, pages: int | None, told: tuple[int, int, int]
) -> None:
    seen = uncovered(text, numbers, pages)
    assert (seen.numbers, seen.silent, seen.pages) == told
    assert seen.any == (told[:2] != (0, 0))


@given(st.lists(st.sampled_from(["", " ", "ord", "flere\nord"]), min_size=1, max_size=9))
def test_nothing_is_asked_only_where_every_page_has_words(pages: list[str]) -> None:
    seen = uncovered(BREAK.join(pages), 0, len(pages))
    assert seen.any == any(not page.strip() for page in pages)
    assert seen.is_picture == all(not page.strip() for page in pages)


def test_a_word_file_may_have_pictures_among_its_words() -> None:
    assert not uncovered("Tekst", 0, None).any
    seen = uncovered("Tekst", 0, None, "docx")
    assert seen.any
    assert not seen.is_picture
