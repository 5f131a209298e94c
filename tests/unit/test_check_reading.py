"""Reports as they are read: numbers as printed, heads and spans, what is left out, and which report is refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from fractions import Fraction

import pytest

from sagsbarometer.checking.paper import Paper, RawTable
from sagsbarometer.checking.paper_check import check_paper
from sagsbarometer.checking.paper_finding import Sure
from sagsbarometer.checking.paper_grid import Laid
from sagsbarometer.checking.paper_numbers import (
    cell_number,
    is_blank,
    is_hidden,
    mentions,
    notation,
    unit_named,
)
from sagsbarometer.checking.paper_parts import parts_of, split
from sagsbarometer.checking.paper_prose import Outcome
from sagsbarometer.checking.paper_words import stems
from sagsbarometer.checking.read_docx import read_docx
from sagsbarometer.checking.read_html import read_html
from sagsbarometer.checking.read_md import read_md
from sagsbarometer.kernel.problems import Faults
from tests.checked_reports_in_tests import Sketch, docx, on_time, rules

# --- numbers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language", "exact", "decimals", "unit", "marked"),
    [
        ("1.474", "da", 1474, 0, "", False),
        ("1.474*", "da", 1474, 0, "", True),
        ("1\u202f474\u00a0¹", "da", 1474, 0, "", True),
        ("1 474 uger", "da", 1474, 0, "weeks", False),
        ("1,474", "en", 1474, 0, "", False),
        ("26,3", "da", Fraction("26.3"), 1, "", False),
        ("26.3", "da", Fraction("26.3"), 1, "", False),  # written the other way, and no thousand
        ("26.3 %", "en", Fraction("26.3"), 1, "percent", False),
        ("52 pct.", "da", 52, 0, "percent", False),
        ("63%", "da", 63, 0, "percent", False),
        ("\u22123,5", "da", Fraction("-3.5"), 1, "", False),
        ("–3", "da", -3, 0, "", False),
        ("52 % (47-58)", "da", 52, 0, "percent", False),
        ("4 procentpoint", "da", 4, 0, "points", False),
        ("1.234.567,8", "da", Fraction("1234567.8"), 1, "", False),
    ],
)
def test_a_cell_that_is_a_number(
    text: str, language: str, exact: Fraction, decimals: int, unit: str, marked: bool
) -> None:
    number = cell_number(text, language)
    assert number is not None
    assert (number.exact, number.decimals, number.unit, number.marked) == (exact, decimals, unit, marked)


@pytest.mark.parametrize(
    "text",
    ["", "Serviceloven", "§ 85", "48-58", "220 højst 221", "1.2.3", "12 af 30", "5 kr. og 3 øre", "2019/20"],
)
def test_a_cell_that_is_none(text: str) -> None:
    assert cell_number(text, "da") is None


def test_nothing_is_not_withheld_and_withheld_is_not_nothing() -> None:
    assert all(is_blank(text) for text in ("", "-", "–", "—", "..", "ikke oplyst", "-*"))
    assert all(is_hidden(text) for text in ("[c]", "(c)", "<5", "< 3"))
    assert not any(is_blank(text) or is_hidden(text) for text in ("0", "0,0", "c", "5"))


@pytest.mark.parametrize(
    ("text", "told", "language"),
    [
        ("Andelen var 26,3 procent af 1.474 sager.", "", "da"),
        ("The share was 26.3 per cent of 1,474 cases.", "", "en"),
        ("12 og 14", "en-GB", "en"),
        ("12 og 14", "", "da"),
    ],
)
def test_which_notation(text: str, told: str, language: str) -> None:
    assert notation(text, told) == language


def test_numbers_of_a_sentence_and_not_its_law_dates_tables_and_pages() -> None:
    text = (
        "Efter servicelovens § 97, stk. 3, blev 1.474 sager (52 procent) afgjort i 2024, jf. tabel 4.3, figur 2 "
        "og side 12; den 11. april 2025 var 10, 12 og 14 procent åbne, og tiden var 26,3 uger."
    )
    found = [(item.number.exact, item.number.unit) for item in mentions(text, "da")]
    assert found == [
        (1474, ""),
        (52, "percent"),
        (10, "percent"),
        (12, "percent"),
        (14, "percent"),
        (Fraction("26.3"), "weeks"),
    ]


def test_a_sentence_does_not_end_at_a_short_word_or_in_a_number() -> None:
    assert split("Jf. bilag 2 er det ca. 12. Det er 4.3 uger, dvs. Meget. Ja!") == [
        "Jf. bilag 2 er det ca. 12.",
        "Det er 4.3 uger, dvs. Meget.",
        "Ja!",
    ]


def test_words_lose_their_endings_alike() -> None:
    assert stems("Omgørelsesprocenten") == stems("omgørelses- procent") == stems("Omgørelsesprocent")
    assert stems("sagsbehandlingstiden") == stems("Sagsbehandlingstid i uger")
    assert not stems("Antal sager i alt")
    assert unit_named("Omgørelsesprocent") == "percent"


# --- tables -----------------------------------------------------------------------------------------------------------


def tables(body: str) -> tuple[Laid, ...]:
    return parts_of(page(body)).tables


def page(body: str) -> Paper:
    return read_html(f'<html lang="da"><body>{body}</body></html>'.encode(), "r.html", on_time)


def test_heads_over_heads_and_row_heads_over_rows() -> None:
    (table,) = tables(
        "<table><tr><th rowspan=2>Lov</th><th rowspan=2>Emne</th><th colspan=2>2023</th><th colspan=2>2024</th></tr>"
        "<tr><th>Antal</th><th>Pct.</th><th>Antal</th><th>Pct.</th></tr>"
        "<tr><th rowspan=2>SEL</th><th>§ 85</th><td>10</td><td>20</td><td>30</td><td>40</td></tr>"
        "<tr><th>§ 97</th><td>11</td><td>21</td><td>31</td><td>41</td></tr></table>"
    )
    assert table.columns == ("2023 / Antal", "2023 / Pct.", "2024 / Antal", "2024 / Pct.")
    assert table.rows == ("SEL / § 85", "SEL / § 97")
    assert [figure.unit for figure in table.all[:2]] == ["count", "percent"]
    assert (table.all[-1].row, table.all[-1].column, int(table.all[-1].number.exact)) == (4, 6, 41)


def test_a_table_without_marked_heads_with_years_along_the_top() -> None:
    (table,) = tables(
        "<table><tr><td></td><td>2023</td><td>2024*</td></tr><tr><td>Antal sager</td><td>5</td><td>7</td></tr>"
        "<tr><td>Omgørelsesprocent</td><td>40</td><td>–</td></tr></table>"
    )
    assert table.columns == ("2023", "2024*")
    assert [(figure.row_name, figure.unit) for figure in table.all] == [
        ("Antal sager", "count"),
        ("Antal sager", "count"),
        ("Omgørelsesprocent", "percent"),
    ]


def test_a_heading_row_heads_the_rows_under_it() -> None:
    (table,) = tables(
        "<table><tr><th>Emne</th><th>Antal</th></tr><tr><th colspan=2>Børn</th></tr><tr><td>a</td><td>1</td></tr>"
        "<tr><td>Voksne</td><td></td></tr><tr><td>b</td><td>2</td></tr></table>"
    )
    assert list(zip(table.groups, table.rows, strict=True)) == [("Børn", "a"), ("Voksne", "b")]


def test_a_table_in_a_table_is_a_table_of_its_own() -> None:
    inner = "<table><tr><th>År</th><th>Antal</th></tr><tr><td>2024</td><td>7</td></tr></table>"
    found = page(f"<table><tr><td>Boks</td><td>{inner}</td></tr></table><p>Efter</p>")
    assert [type(block).__name__ for block in found.blocks] == ["RawTable", "RawTable", "Text"]
    assert [table.columns for table in parts_of(found).tables] == [("Antal",)]


def test_a_caption_notes_and_a_source_belong_to_their_table() -> None:
    (table,) = tables(
        "<p>Tabel 4.3 Sager efter udfald</p><table><tr><th>År</th><th>Antal</th></tr><tr><td>2024</td><td>1.474*</td>"
        "</tr></table><p>* Foreløbigt tal.</p><p><b>Note:</b> Alle sager.</p><p>Kilde: Registret.</p><p>Brødtekst.</p>"
    )
    assert table.name == "Tabel 4.3"
    assert table.notes == ("* Foreløbigt tal.", "Note: Alle sager.")
    assert table.sources == ("Kilde: Registret.",)
    assert table.all[0].number.marked


def test_what_is_raised_is_a_mark_and_no_digit() -> None:
    (table,) = tables(
        "<table><tr><th>År</th><th>Antal</th></tr><tr><td>2024</td><td>1.474<sup>1</sup></td></tr></table>"
    )
    assert (int(table.all[0].number.exact), table.all[0].number.marked) == (1474, True)


def test_what_is_not_shown_on_a_page_is_not_read() -> None:
    found = page(
        "<script>var a = 5</script><style>p{}</style><svg><text>9</text></svg><p>Ja</p><template>8</template>"
    )
    assert [block.text for block in found.blocks if not isinstance(block, RawTable)] == ["Ja"]


def test_merged_cells_deleted_text_and_fields_of_a_word_document() -> None:
    from docx import Document
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    document = Document()
    table = document.add_table(4, 3)
    for at, row in enumerate(
        (("Lov", "2024", ""), ("", "Antal", "Procent"), ("SEL", "12", "40"), ("", "18", "60"))
    ):
        for column, text in enumerate(row):
            table.cell(at, column).text = text
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(2, 0).merge(table.cell(3, 0))
    run = table.cell(2, 1).paragraphs[0].runs[0]._r
    deleted, gone = OxmlElement("w:del"), OxmlElement("w:r")
    text = OxmlElement("w:delText")
    text.text = "9"
    gone.append(text)
    deleted.append(gone)
    run.addprevious(deleted)
    field = OxmlElement("w:instrText")
    field.text = " PAGE 77 "
    run.append(field)
    raised = table.cell(2, 1).paragraphs[0].add_run("2")
    raised.font.superscript = True
    hidden = table.cell(3, 1).paragraphs[0].add_run("55")
    hidden.font.hidden = True
    document.element.body.find(qn("w:tbl"))
    out = io.BytesIO()
    document.save(out)
    (laid,) = parts_of(read_docx(out.getvalue(), "r.docx", on_time)).tables
    assert laid.columns == ("2024 / Antal", "2024 / Procent")
    assert laid.rows == ("SEL", "SEL")
    assert [(int(figure.number.exact), figure.unit, figure.number.marked) for figure in laid.all] == [
        (12, "count", True),
        (40, "percent", False),
        (18, "count", False),
        (60, "percent", False),
    ]


def test_the_source_of_a_report_has_no_numbers_of_its_own_to_judge() -> None:
    text = "---\ntitle: x\n---\n\n# 1 Om\n\nDer var {cases.reviewed_cases:count} sager, [98]{.fixed} kommuner.\n\n"
    found = read_md(f"{text}::figure 2\n".encode(), "report.md", on_time)
    assert "1 tal er bundet" in found.remarks[0]
    report = check_paper(found, rules())
    assert [said.text for said in report.said] == ["98 kommuner"]


# --- what may not be said ---------------------------------------------------------------------------------------------


def check(body: str) -> list[tuple[Sure, str]]:
    return [(item.sure, item.rule) for item in check_paper(page(body), rules()).looked.found]


HEAD = "<tr><th>Emne</th><th>Ja, antal</th><th>Nej, antal</th><th>I alt</th></tr>"


def grid(*rows: str) -> str:
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row.split('|'))}</tr>" for row in rows)
    return f"<table>{HEAD}{lines}</table>"


GOOD = ("a|112|203|315", "b|221|104|325", "c|317|12|329", "d|418|95|513")


def test_a_withheld_number_is_not_a_nought() -> None:
    assert check(grid(*GOOD, "e|[c]|41|190")) == []
    assert check(grid(*GOOD, "e|–|41|190")) == []
    assert (Sure.FAULT, "parts") in check(grid(*GOOD, "e|0|41|190"))


def test_what_carries_a_mark_is_asked_and_not_failed() -> None:
    assert check(grid(*GOOD, "e|100*|41|190")) == [(Sure.QUESTION, "parts")]


def test_a_table_that_says_its_parts_overlap_is_not_failed() -> None:
    note = "<p>Note: En sag kan have flere mangler, og samme sag tæller derfor flere gange.</p>"
    assert check(grid(*GOOD, "e|100|41|190") + note) == [(Sure.QUESTION, "parts")]


def test_numbers_that_add_up_by_chance_make_no_rule() -> None:
    rows = ("a|1|2|3", "b|2|1|3", "c|1|1|2", "d|7|7|9")
    table = grid(*rows).replace("I alt", "Andre")
    assert check(table) == []


def test_averages_and_changes_are_not_parts() -> None:
    assert check(grid(*GOOD, "Gennemsnit|267|104|371")) == []
    assert check(grid(*GOOD, "Ændring i forhold til året før|3|5|9")) == []


def test_a_total_under_rows_that_count_the_same_cases_is_at_most_asked() -> None:
    """The count of a most used word for a whole period is not the sum of the years (document 003, table 4.1)."""
    body = (
        "<table><tr><th></th><th>2022</th><th>2023</th><th>2024</th><th>Hele perioden</th></tr>"
        "<tr><td>Antal sager</td><td>321</td><td>322</td><td>274</td><td>917</td></tr>"
        "<tr><td>Hyppigste ord</td><td>Begrundelse</td><td>Frister</td><td>Begrundelse</td><td>Begrundelse</td></tr>"
        "<tr><td>Antal sager med ordet</td><td>108</td><td>100</td><td>74</td><td>182</td></tr></table>"
    )
    assert [sure for sure, _ in check(body)] == [Sure.QUESTION]


def test_a_sentence_about_something_else_is_left_alone() -> None:
    table = (
        "<p>Tabel 1: Sagsbehandlingstid</p><table><tr><th>År</th><th>Gennemsnitlig sagsbehandlingstid i uger</th></tr>"
        "<tr><td>2023</td><td>17,5</td></tr><tr><td>2024</td><td>26,3</td></tr></table>"
    )
    for text in (
        "Sagsbehandlingstiden for hastesager var 4 uger i 2024.",  # not the average
        "Den gennemsnitlige sagsbehandlingstid steg med 9 uger i 2024.",  # a difference
        "Den gennemsnitlige sagsbehandlingstid var 12 uger i 2019.",  # a year that is not there
        "Den gennemsnitlige sagsbehandlingstid var godt 26 uger i 2024.",
        "Den gennemsnitlige sagsbehandlingstid var 26 uger i 2024.",  # rounded
        "Den gennemsnitlige sagsbehandlingstid var 17,5 uger i 2023 og 26,3 uger i 2024.",
    ):
        assert check(f"<p>{text}</p>{table}") == [], text
    wrong = "<p>I 2024 blev det værre. Den gennemsnitlige sagsbehandlingstid blev 21,4 uger.</p>"
    assert check(wrong + table) == [(Sure.QUESTION, "said")]


def test_what_is_not_judged_is_counted() -> None:
    report = check_paper(page("<p>Der var 77 sager og 5 procentpoint mere.</p>" + grid(*GOOD)), rules())
    assert [said.outcome for said in report.said] == [Outcome.NOT_JUDGED, Outcome.NOT_JUDGED]
    assert [said.why for said in report.said] == ["Ingen tabel har det.", "Det er en forskel."]
    assert report.figures == 12


def test_an_english_report() -> None:
    body = (
        "<p>The reversal rate was 42.1 per cent in 2024. Of the cases, 1,201 of 2,402 (50 per cent) were reversed.</p>"
        "<table><tr><th>Year</th><th>Reversal rate, per cent</th></tr><tr><td>2023</td><td>39.9</td></tr>"
        "<tr><td>2024</td><td>42.1</td></tr></table>"
    )
    assert check(body) == []
    assert check(body.replace("was 42.1", "was 24.1")) == [(Sure.QUESTION, "said")]
    assert check(body.replace("(50", "(60")) == [(Sure.FAULT, "stated")]


# --- reports that are refused -----------------------------------------------------------------------------------------


def code(read: Callable[[], object]) -> str:
    with pytest.raises(Faults) as caught:
        read()
    (problem,) = caught.value.problems
    return problem.code


def word(document: bytes, **more: bytes) -> bytes:
    """A Word document made by hand."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", document)
        for name, data in more.items():
            archive.writestr(f"word/{name}", data)
    return out.getvalue()


W = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
END = b"</w:body></w:document>"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"PK\x03\x04 nonsense", "CHECK-202"),
        (word(b"<w:document"), "CHECK-202"),
        (word(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "CHECK-203"),
        (word(b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'), "CHECK-203"),
        (word(W + b"<w:p><w:r><w:t>" + b" " * 30_000_000 + b"</w:t></w:r></w:p>" + END), "CHECK-203"),
        (word(W + b"<w:p>" * 700 + b"</w:p>" * 700 + END), "CHECK-203"),
        (word(W + b"<w:tbl><w:tr><w:tc>" * 20 + b"</w:tc></w:tr></w:tbl>" * 20 + END), "CHECK-204"),
        (word(W + b"<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 60_001 + END), "CHECK-204"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 100, "CHECK-205"),
    ],
    ids=[
        "no zip",
        "no XML",
        "entities",
        "external entity",
        "zip bomb",
        "deep",
        "tables in tables",
        "long",
        "locked",
    ],
)
def test_a_hostile_word_document_is_refused(data: bytes, expected: str) -> None:
    assert code(lambda: read_docx(data, "r.docx", on_time)) == expected


def test_entities_in_a_part_that_is_not_the_text_are_refused_too() -> None:
    data = word(W + END, **{"styles.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'})
    assert code(lambda: read_docx(data, "r.docx", on_time)) == "CHECK-203"


def test_macros_are_told_of_and_not_read() -> None:
    data = word(W + b"<w:p><w:r><w:t>Ja</w:t></w:r></w:p>" + END, **{"vbaProject.bin": b"\0"})
    assert read_docx(data, "r.docm", on_time).remarks == ("Dokumentet har makroer. De er ikke læst.",)


@pytest.mark.parametrize(
    "body",
    [
        "<table>"
        + "<tr>"
        + "<td colspan=1000 rowspan=1000>1</td>" * 40
        + "</tr>"
        + "<tr><td>2</td></tr>" * 1000,
        "<table><tr><td>" * 40,
        "<p>x</p>" * 60_001,
        "<div>" * 20_000,
    ],
    ids=["spans", "tables in tables", "long", "deep"],
)
def test_a_hostile_page_is_refused(body: str) -> None:
    assert code(lambda: parts_of(page(body))) == "CHECK-204"


def test_a_page_that_is_broken_everywhere_is_read_as_far_as_it_goes() -> None:
    found = page("<table><tr><td>År<td>Antal<tr><td>2024<td>7</table></table></td><td><p>efter<b>")
    assert [table.columns for table in parts_of(found).tables] == [("Antal",)]


def test_time_is_asked_while_a_report_is_read() -> None:
    def never() -> None:
        raise Faults([])

    for read, data in ((read_html, b"<p>x</p>"), (read_docx, docx(Sketch())), (read_md, b"x")):
        with pytest.raises(Faults):
            read(data, "r", never)


_CARDS = """<html lang="da"><head>{mark}<title>x</title></head><body>
<figure><figcaption>Figur 1: Sager <a class="here" href="#fig-1">#</a></figcaption></figure>
<section class="cards"><h2>Om hvert tal</h2><div class="card" popover><p>Sager: 5</p><section><p>9 af 10</p></section>
<table><tr><td>1</td></tr></table></div></section><p>Efter kortene.</p></body></html>"""


def test_the_cards_of_our_own_pages_are_not_prose() -> None:
    mark = '<meta name="generator" content="sagsbarometer 0.1.0">'
    paper = read_html(_CARDS.format(mark=mark).encode(), "r.html", on_time)
    assert [getattr(block, "text", block) for block in paper.blocks] == ["Figur 1: Sager", "Efter kortene."]


def test_what_another_calls_cards_is_read() -> None:
    paper = read_html(_CARDS.format(mark="").encode(), "r.html", on_time)
    told = " ".join(getattr(block, "text", "") for block in paper.blocks)
    assert "9 af 10" in told
    assert "Sager #" in told
