"""Reports of others: tables written in every way we know of are read as they stand, and judged alike in each format."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sagsbarometer.checking.paper_check import PaperReport, check_paper
from sagsbarometer.checking.read_docx import read_docx
from sagsbarometer.checking.read_html import read_html
from tests.checked_reports_in_tests import on_time, rules
from tests.checked_variants_in_tests import VARIANTS, Variant, docx, html

FORMATS = {"html": (html, read_html), "docx": (docx, read_docx)}


def checked(format: str, variant: Variant) -> PaperReport:
    write, read = FORMATS[format]
    return check_paper(read(write(variant), f"rapport.{format}", on_time), rules())


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("name", VARIANTS)
def test_a_sound_table_is_read_whole_and_left_alone(name: str, format: str) -> None:
    report = checked(format, VARIANTS[name])
    assert report.figures == VARIANTS[name].figures
    assert len(report.looked.cells) == report.figures
    assert report.looked.found == []


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("name", VARIANTS)
def test_an_error_is_told_of_where_it_stands(name: str, format: str) -> None:
    variant = VARIANTS[name]
    wrong = replace(variant, grid=variant.grid.with_text(variant.old, variant.new))
    assert wrong != variant
    found = {(item.where, item.sure) for item in checked(format, wrong).looked.found}
    assert (variant.where, variant.sure) in found
