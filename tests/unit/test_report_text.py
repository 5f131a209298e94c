"""From report.md to a document: what is bound, what is recognised, and every fault at once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.kernel.problems import Faults, Level
from sagsbarometer.measures.cells import ResultSet
from sagsbarometer.reporting.binding.digits import unbound
from sagsbarometer.reporting.document import (
    Annex,
    Box,
    Bullets,
    CrossRef,
    Document,
    FigureBlock,
    FootnoteRef,
    Heading,
    Number,
    Paragraph,
    Table,
    Text,
    plain,
    walk,
)
from sagsbarometer.reporting.texts.text import check_report
from sagsbarometer.reporting.writers.pdf_paper import without_unseen
from tests.reports_in_tests import REPORT, edition, read_report

HEAD = "---\ntitle: En titel\n---\n\n"


def problems(body: str, head: str = HEAD) -> list[tuple[str, int | None]]:
    """Code and line in the body (counted from 1) of every problem."""
    _, found = check_report(head + body, "report.md", edition())
    before = head.count("\n")
    return [
        (
            problem.code.removeprefix("RAPPORT-"),
            None if problem.place.line is None else problem.place.line - before,
        )
        for problem in found
    ]


def document(body: str, head: str = HEAD) -> Document:
    return read_report(head + body, "report.md", edition())[0]


def words(body: str) -> str:
    block = document(body).blocks[0]
    assert isinstance(block, Paragraph | Heading)
    return plain(block.children).replace("\u00a0", " ")


def test_a_whole_report_is_read() -> None:
    read, warnings = read_report(REPORT, "report.md", edition())
    assert warnings == ()
    assert (read.title, read.file, read.sheet) == ("Sagsbarometer: en prøve", "rapport", False)
    blocks = list(walk(read.blocks))
    assert [block.figure for block in blocks if isinstance(block, FigureBlock)] == [
        "figure_1",
        "figure_2",
        "figure_3",
        "ladder",
    ]
    headings = [(block.level, plain(block.children)) for block in blocks if isinstance(block, Heading)]
    assert headings == [(1, "Hovedresultater"), (2, "Mangler"), (2, "Frist"), (1, "Stigen")]
    assert [(block.number, plain(block.title)) for block in blocks if isinstance(block, Annex)] == [
        (1, "Definitioner")
    ]
    assert [plain(block.title) for block in blocks if isinstance(block, Box)] == ["En regel"]
    assert [plain(note.children) for note in read.footnotes] == ["Se §\u00a05 og principmeddelelse 52-15."]
    tables = [block for block in blocks if isinstance(block, Table)]
    assert len({table.anchor for table in tables}) == len(tables) == 4 + 1 + 2 + 1


def test_a_number_keeps_where_it_came_from() -> None:
    block = document("I {figure_1.reasons:percent} af sagerne.").blocks[0]
    assert isinstance(block, Paragraph)
    assert block.children == (
        Text("I "),
        Number("80 procent", "figure_1", "reasons", "percent", "sager med krav om begrundelse (92)"),
        Text(" af sagerne."),
    )
    (number,) = (
        item
        for item in document("{cases.plan:percent}").blocks[0].children  # type: ignore[union-attr]
        if isinstance(item, Number)
    )
    assert (number.figure, number.base) == ("", "sager med bevilling (311), ukendt i 227")


def test_cross_references_and_words_begin_a_sentence_with_a_capital() -> None:
    body = "[@figure_1] viser det. [@ladder] også; se [@figure_2] og [@annex_1].\n\n::figure figure_1\n"
    body += "::figure figure_2\n::figure ladder\n::annex Metode\n"
    block = document(body).blocks[0]
    assert isinstance(block, Paragraph)
    assert [(item.text, item.target) for item in block.children if isinstance(item, CrossRef)] == [
        ("Figur 1", "fig-figure_1"),
        ("Figuren »Hvor knækker det?«", "fig-ladder"),
        ("figur 2", "fig-figure_2"),
        ("bilag 1", "annex-1"),
    ]
    assert words("{cases.hearing:words} sag. Kun {cases.hearing:words}.") == "Ingen sag. Kun ingen."


@pytest.mark.parametrize(
    "text",
    [
        "Efter § 97 og §§ 83 og 85, stk. 2, nr. 3, 2. pkt., jf. § 9 a, litra b.",
        "Se §§ 10-12, 41, 42 og 100.",
        "Retssikkerhedslovens kapitel 11 og § 79 a.",
        "Truffet 26. april 2024, 2022-12-20, 1. marts eller i december 2022.",
        "I perioden fra 1. kvartal 2019 til og med 4. kvartal 2022.",
        "I år 2023, fra 2019 til 2022, i 2023-2025 og Handicapsagsbarometret 2023 (2024).",
        "Kilde: Ankestyrelsen 2023 og KL 2022.",
        "Principmeddelelserne 52-15, 78-15 og 2-18 er bindende.",
        "Ombudsmanden har udtalt sig i FOU 2011-16-1.",
        "Stregen er et 95-procents-interval, altså 95-procents-intervaller.",
        "Lov nr. 1234 af 26. april 2024.",
        "[98]{.fixed} kommuner og [15-20]{.fixed} procent.",
    ],
)
def test_law_dates_and_years_are_no_figures_of_ours(text: str) -> None:
    assert problems(text) == []
    assert words(text) == text.replace("[", "").replace("]{.fixed}", "")


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("I 53 procent af sagerne.", "53"),
        ("I 48-58 procent.", "48"),
        ("Efter § 97 og 12 sager.", "12"),
        ("Efter §§ 83 og 85 sager.", "85"),
        ("I 2023 sager.", "2023"),
        ("Fra 2019 afgørelser.", "2019"),
        ("Det ses i figur 3.", "3"),
        ("Intervallet er 52-15.", "52"),
        ("Principmeddelelse 52-15 og i 48-58 procent.", "48"),
        ("Over ½ af sagerne.", "½"),
        ("1.234,5 timer", "1.234,5"),
        ("x²", "²"),
    ],
)
def test_any_other_digit_is_a_fault(text: str, digits: str) -> None:
    assert digits in [found for _, found in unbound(text)]
    assert ("106", 1) in problems(text)


@given(
    st.integers(0, 10**6), st.sampled_from("sager afgørelser procent % kommuner borgere dage gange".split())
)
def test_no_count_of_anything_gets_through(number: int, noun: str) -> None:
    for text in (
        f"I {number} {noun}",
        f"og {number} {noun}.",
        f"efter § 97 og {number} {noun}",
        f"({number} {noun})",
    ):
        assert [digits for _, digits in unbound(text)], text


def test_a_heading_may_be_numbered_and_nothing_else() -> None:
    assert problems("# 1. Kapitel\n\n## 1.2 Afsnit") == []
    assert problems("# Kapitel med 12 sager") == [("106", 1)]
    assert problems("1.2 Afsnit") == [("106", 1)]


def test_every_fault_is_told_at_once_with_its_line() -> None:
    body = """# En

I {figure_9.right:percent} og {figure_1.wrong:percent}
og {figure_1.kept:percent} samt {figure_1.right:weeks}, {figure_1.right}, 12 sager.

### Spring

[@nowhere] og [@figure_2] og noten.[^gone]

::figurer figure_1
::figure
::figure figure_1
::figure figure_1
::table figure_9
::annex
::box Åben

Tekst `kode` og ![billede](x.png) og [adresse](javascript:alert(1)).

> Citat
"""
    assert problems(body) == [
        ("101", 3),
        ("102", 3),
        ("106", 4),
        ("103", 4),
        ("104", 4),
        ("107", 4),
        ("116", 6),
        ("111", 8),
        ("113", 8),
        ("113", 8),
        ("109", 10),
        ("101", 11),
        ("114", 13),
        ("101", 14),
        ("109", 15),
        ("110", 16),
        ("115", 18),
        ("115", 18),
        ("115", 18),
        ("115", 20),
    ]
    with pytest.raises(Faults) as raised:
        read_report(HEAD + body, "report.md", edition())
    assert len(raised.value.problems) == 20
    assert all(problem.place.file == "report.md" and problem.remedy for problem in raised.value.problems)


def test_a_misspelt_measure_gets_a_proposal() -> None:
    _, found = check_report(HEAD + "{cases.defekt:percent}", "report.md", edition())
    assert "Mente du defect" in found[0].remedy


def test_a_measure_without_a_cell_is_a_fault() -> None:
    lacking = edition()
    kept = tuple(cell for cell in lacking.results if cell.result != "right")
    lacking = replace(lacking, results=ResultSet(kept))
    _, found = check_report(HEAD + "{cases.right:count}\n\n::figure figure_1\n", "report.md", lacking)
    assert [(problem.code, problem.place.line) for problem in found] == [
        ("RAPPORT-105", 5),
        ("RAPPORT-105", 7),
    ]


@pytest.mark.parametrize(
    ("head", "codes"),
    [
        ("", ["117"]),
        ("---\nsubtitle: x\n---\n", ["117"]),
        ("---\ntitle: [x\n---\n", ["117"]),
        ("---\ntitle: x\nfile: ../x\n---\n", ["117"]),
        ("---\ntitle: x\nauthor: y\n---\n", ["117"]),
        ("---\ntitle: 385 sager\n---\n", ["106"]),
    ],
)
def test_the_head_of_a_file_is_checked(head: str, codes: list[str]) -> None:
    assert [code for code, _ in problems("Tekst.", head)] == codes


def test_the_head_names_the_file_and_its_form() -> None:
    body = "# En\n\n# To\n\n# Tre\n\n# Fire\n"
    assert document(body).sheet is False
    assert document("# En\n").sheet is True
    assert document(body, "---\ntitle: x\nsheet: true\nfile: andet-navn\n---\n").sheet is True
    assert document(body, "---\ntitle: x\nfile: andet-navn\n---\n").file == "andet-navn"
    assert read_report(HEAD, "ladder.md", edition())[0].file == "hvor-knaekker-det"
    assert read_report(HEAD, "Nyt år.md", edition())[0].file == "nyt-aar"


def test_boxes_do_not_nest_and_hold_no_headings() -> None:
    assert problems("::box A\n::box B\n\nTekst.\n::end\n::end\n") == [("110", 2)]
    assert problems("::end") == [("110", 1)]
    assert problems("::box A\n\n# Nej\n::end") == [("116", 3)]


def test_footnotes_are_numbered_as_they_are_met() -> None:
    read = document("Et.[^b] To.[^a] Igen.[^b]\n\n[^a]: Den\n  anden.\n[^b]: Den første.\n")
    block = read.blocks[0]
    assert isinstance(block, Paragraph)
    marks = [(item.number, item.first) for item in block.children if isinstance(item, FootnoteRef)]
    assert marks == [(1, True), (2, True), (1, False)]
    assert [plain(note.children) for note in read.footnotes] == ["Den første.", "Den anden."]


def test_a_footnote_that_no_one_points_to_is_a_warning_and_two_of_a_name_a_fault() -> None:
    assert problems("Tekst.\n\n[^x]: En.") == [("202", 3)]
    assert ("112", 4) in problems("Tekst.[^x]\n\n[^x]: En.\n[^x]: To.")
    assert problems("Tekst.[^x]\n\n[^x]: I 12 sager.") == [("106", 3)]


def test_lists_hold_numbers_and_lists() -> None:
    block = document("- Et {cases.right:count}\n  - Under\n- To\n\n1. Først\n").blocks
    assert isinstance(block[0], Bullets)
    assert isinstance(block[1], Bullets)
    assert (len(block[0].items), block[0].ordered, block[1].ordered) == (2, False, True)
    assert isinstance(block[0].items[0][1], Bullets)


@pytest.mark.parametrize(
    ("sentence", "agrees"),
    [
        ("Over halvdelen af sagerne er rigtige ({figure_1.right:percent}).", True),
        ("Knap halvdelen af sagerne er rigtige ({figure_1.right:percent}).", False),
        ("Godt halvdelen er rigtige, altså {figure_1.right:of}.", True),
        ("Under halvdelen ({figure_2.defect:percent}).", True),
        ("Næsten halvdelen ({figure_2.defect:percent}).", True),
        ("Knap halvdelen ({figure_2.defect:percent}).", False),
        ("Halvdelen ({figure_2.defect:percent}).", False),
        ("En fjerdedel er overskredet ({figure_3.exceeded:percent}).", True),
        ("Godt en fjerdedel er overskredet ({figure_3.exceeded:percent}).", True),
        ("Knap en fjerdedel er overskredet ({figure_3.exceeded:percent}).", False),
        ("En tredjedel er overskredet ({figure_3.exceeded:percent}).", False),
        ("Langt de fleste er begrundet ({figure_1.reasons:percent}).", True),
        ("De fleste har mangler ({figure_2.defect:percent}).", False),
        ("Flertallet er rigtige ({figure_1.right:percent}).", True),
        ("Næsten alle er begrundet ({figure_1.reasons:percent}).", False),
        ("Knap halvdelen, siger nogen. Her er {figure_1.right:percent}.", True),
        ("Knap halvdelen uden tal.", True),
        ("[Knap halvdelen]{.fixed} af dem og {figure_1.right:percent}.", True),
        ("Knap halvdelen, {figure_1.right:percent} eller {figure_2.defect_immaterial:percent}.", False),
        ("Over halvdelen, {figure_2.defect_immaterial:percent} mod {figure_1.right:percent}.", True),
    ],
)
def test_words_for_a_share_are_held_against_the_numbers_of_their_sentence(
    sentence: str, agrees: bool
) -> None:
    read, found = check_report(HEAD + sentence, "report.md", edition())
    assert read is not None
    assert [problem.code for problem in found] == ([] if agrees else ["RAPPORT-201"])
    assert all(problem.level is Level.WARNING for problem in found)


def test_a_heading_is_held_against_the_numbers_of_its_section() -> None:
    told = "# Mangler i over halvdelen\n\nTekst.\n\nI {figure_2.defect:percent} af sagerne.\n"
    assert problems(told) == [("201", 1)]
    assert problems(told + "\n# Næste\n\n{figure_1.right:percent}\n") == [("201", 1)]
    assert problems(told.replace("over", "under")) == []


def test_the_warning_tells_the_percent_and_the_tolerance() -> None:
    _, found = check_report(HEAD + "Knap halvdelen: {figure_1.right:percent}.", "report.md", edition())
    assert "53 procent" in found[0].fault
    assert "45-50 procent" in found[0].remedy


def test_hostile_markdown_stays_text() -> None:
    hostile = r"<script>alert(&quot;x&quot;)</script> \#panic() $x$ \*a\* @b <x> C:\\"
    assert words(hostile) == '<script>alert("x")</script> #panic() $x$ *a* @b <x> C:\\'
    assert problems("Løse } og\n{ er fejl, og {dette} er.") == [("107", 1), ("107", 2), ("107", 2)]


def test_a_sign_no_typeface_has_becomes_a_square_with_its_alphabet() -> None:
    error = 'PDF/UA-1 error: the text `"\u5317"` could not be displayed with font `"IBM Plex Sans"`'
    assert without_unseen("A\u5317\u4eac \u0394 x", error) == "A\u25a1\u25a1 \u0394 x"
    assert without_unseen("A\u5317", "another error") == "A\u5317"
