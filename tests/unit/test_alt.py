"""What a figure shows in words: the author's own, else made from the cells, and a proposal to begin with."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sagsbarometer.kernel.problems import Faults, Level
from sagsbarometer.measures.cells import ResultSet, withheld
from sagsbarometer.measures.measure import Figure
from sagsbarometer.reporting.charts.alt import proposed_alt, unwritten_alts
from sagsbarometer.reporting.charts.charts import alt_text
from sagsbarometer.reporting.charts.figure import contents, placed, read_alt
from sagsbarometer.reporting.document import FigureBlock, plain
from sagsbarometer.reporting.files import read_sources
from sagsbarometer.reporting.texts.text import check_report
from sagsbarometer.reporting.writers.docx import write_docx
from sagsbarometer.reporting.writers.html import write_html
from sagsbarometer.reporting.writers.pdf import typst_source
from tests import register_reports_in_tests as register
from tests.docx_in_tests import WP, root
from tests.reports_in_tests import FIGURES, cells, edition, read_report
from tests.unit.test_multiples import small

BARS = FIGURES[0]
HEAD = "---\ntitle: X\n---\n\n"


def text(*lines: str) -> str:
    return HEAD + "\n".join(lines) + "\n"


def test_the_figures_own_words_go_before_those_made_of_the_cells() -> None:
    written = replace(BARS, alt={"da": "Den længste søjle er begrundelse: {figure_1.reasons:percent}."})
    assert (
        contents(edition(figures=(written,)), written).alt == "Den længste søjle er begrundelse: 80 procent."
    )
    assert contents(edition(), BARS).alt == alt_text(edition(), BARS)
    assert "Den længste" in contents(edition(figures=(written,)), written).picture


def test_words_in_another_language_are_none() -> None:
    written = replace(BARS, alt={"da": "Søjler."})
    english = edition(figures=(written,), language="en")
    assert read_alt(english, written) == ""
    assert contents(english, written).alt.startswith("Bar chart.")
    both = replace(written, alt={"da": "Søjler.", "en": "Bars."})
    assert contents(edition(figures=(both,), language="en"), both).alt == "Bars."


def test_a_loose_digit_in_them_is_a_fault() -> None:
    written = replace(BARS, alt={"da": "Søjler til 53 procent."})
    with pytest.raises(Faults) as told:
        read_alt(edition(figures=(written,)), written)
    assert [problem.code for problem in told.value.problems] == ["RAPPORT-106"]
    _, problems = read_sources(edition(figures=(written,)), [("x.md", text("::figure figure_1"))])
    assert "RAPPORT-106" in [problem.code for problem in problems]


def test_a_text_says_it_itself_under_its_figure_in_every_format() -> None:
    source = text(
        "::figure figure_1", "::alt Fire søjler, og {figure_1.right:percent} < alt.", "", "Et afsnit."
    )
    document, _ = read_report(source, "x.md", edition())
    drawn = {figure.id: contents(edition(), figure) for figure in FIGURES}
    block = document.blocks[0]
    assert isinstance(block, FigureBlock)
    assert placed(block, drawn).alt == "Fire søjler, og 53 procent < alt."
    page = write_html(document, edition(), drawn).decode()
    assert page.count('aria-label="Fire søjler, og 53 procent &lt; alt."') == 2  # wide and narrow
    assert "Fire søjler, og 53 procent < alt." in typst_source(document, edition(), drawn)
    file = write_docx(document, edition(), drawn)
    assert [item.get("descr") for item in root(file).iter(f"{WP}docPr")] == [
        "Fire søjler, og 53 procent < alt."
    ]


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        (("::alt Ord",), ["RAPPORT-109"]),
        (("::figure figure_1", "", "Et afsnit.", "", "::alt Ord"), ["RAPPORT-109"]),
        (("::figure figure_1", "::alt Ord", "::alt Flere"), ["RAPPORT-109"]),
        (("::figure figure_1", "::alt"), ["RAPPORT-109"]),
        (("::figure figure_1", "::alt I 12 sager"), ["RAPPORT-106"]),
        (("::figure figure_1", "::alt Over halvdelen: {figure_1.hearing:percent}"), ["RAPPORT-201"]),
        (("::figure figure_1", "", "::alt Ord"), []),
    ],
)
def test_what_is_wrong_with_such_a_line(lines: tuple[str, ...], codes: list[str]) -> None:
    _, problems = check_report(text(*lines), "x.md", edition())
    assert [problem.code for problem in problems] == codes


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.id)
def test_the_proposal_can_be_used_as_it_is(figure: Figure, language: str) -> None:
    of = edition(language=language)
    source = text(f"::figure {figure.id}", f"::alt {proposed_alt(of, figure)}")
    document, problems = check_report(source, "x.md", of)
    assert problems == ()
    assert document is not None
    block = document.blocks[0]
    assert isinstance(block, FigureBlock)
    assert len(plain(block.alt)) > 40
    assert unwritten_alts(of, [document]) == ()


@pytest.mark.parametrize("figure", register.edition().figures, ids=lambda figure: figure.id)
def test_so_can_that_of_a_register(figure: Figure) -> None:
    of = register.edition()
    _, problems = check_report(text(f"::figure {figure.id}", f"::alt {proposed_alt(of, figure)}"), "x.md", of)
    assert problems == ()


def test_the_proposal_of_small_multiples_binds_every_number() -> None:
    of, figure = small()
    told = proposed_alt(of, figure)
    assert told.startswith("[3]{.fixed} små søjlediagrammer med samme akse. Serviceloven § 42: ")
    assert "{criticism.row_1.investigate:percent} ({criticism.row_1.investigate:of})" in told
    _, problems = check_report(text("::figure criticism", f"::alt {told}"), "x.md", of)
    assert problems == ()


def test_a_figure_without_words_is_told_with_the_proposal() -> None:
    document, _ = read_report(
        text("::figure figure_1", "", "::figure figure_2", "::alt Ord"), "x.md", edition()
    )
    (note,) = unwritten_alts(edition(), [document])
    assert (note.code, note.level) == ("RAPPORT-231", Level.NOTE)
    assert "figure_1" in note.fault
    assert note.remedy.endswith(f"::alt {proposed_alt(edition(), BARS)}")
    written = replace(BARS, alt={"da": "Søjler."})
    assert unwritten_alts(edition(figures=(written, *FIGURES[1:])), [document]) == ()
    assert len(unwritten_alts(edition(figures=(written, *FIGURES[1:]), language="en"), [document])) == 1


def test_what_is_withheld_is_told_as_withheld() -> None:
    gone = tuple(withheld(cell) if cell.result == "right" else cell for cell in cells())
    of = edition(results=ResultSet(gone))
    document, _ = check_report(text("::figure figure_1", f"::alt {proposed_alt(of, BARS)}"), "x.md", of)
    assert document is not None
    block = document.blocks[0]
    assert isinstance(block, FigureBlock)
    assert "Afgørelsen er rigtig: [c];" in plain(block.alt)
    assert "205" not in plain(block.alt)
