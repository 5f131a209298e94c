"""A round before beside this one, and text that depends on results: what is printed, kept and refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sagsbarometer.measures.cells import Cell, ResultSet, withheld
from sagsbarometer.reporting.binding.inline import numbers
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import Number, Paragraph, plain
from sagsbarometer.reporting.files import read_sources
from sagsbarometer.reporting.tables.table import figure_csv, figure_table
from sagsbarometer.reporting.texts.text import check_report
from tests.register_reports_in_tests import edition as register_edition
from tests.reports_in_tests import cells, edition, share

HEAD = "---\ntitle: En titel\n---\n"
EARLIER = "2019-12-20"


def earlier(*changed: Cell, **given: Any) -> Edition:
    """The round before: the same study, with other numbers where `changed` says so."""
    new = {cell.key: replace(cell, data_date=EARLIER) for cell in changed}
    held = [new.get(cell.key, replace(cell, data_date=EARLIER)) for cell in cells()]
    return edition(data_date=EARLIER, title="Barometret 2019", results=ResultSet(tuple(held)), **given)


def with_round(*changed: Cell, **given: Any) -> Edition:
    return edition(before=earlier(*changed), **given)


# 205 of 385 are 53 percent; 150 of 400 are 37,5 and print as 38: the difference of the exact shares is 15,747.
BEFORE = share("right", 150, 250, 0)


def told(body: str, of: Edition) -> str:
    """The words of the only text that is left."""
    document, problems = check_report(HEAD + body, "report.md", of)
    assert document is not None, problems
    said = [plain(block.children) for block in document.blocks if isinstance(block, Paragraph)]
    return " ".join(said).replace("\u00a0", " ")


def codes(body: str, of: Edition) -> list[tuple[str, int | None]]:
    _, problems = check_report(HEAD + body, "report.md", of)
    return [(problem.code.removeprefix("RAPPORT-"), problem.place.line) for problem in problems]


def test_a_text_binds_numbers_of_the_round_before_and_differences() -> None:
    of = with_round(BEFORE)
    body = "Nu {figure_1.right:percent}, før {before.figure_1.right:percent}."
    assert told(body, of) == "Nu 53 procent, før 38 procent."
    assert told("{figure_1.right - before.figure_1.right:pp} højere.", of) == "16 procentpoint højere."
    assert told("{cases.reviewed - before.cases.reviewed:count} flere.", of) == "0 flere."


def test_a_bound_number_tells_its_round() -> None:
    document, _ = check_report(
        f"{HEAD}Fra {{before.figure_1.right:percent}} er det\n{{figure_1.right - before.figure_1.right:pp}}.",
        "report.md",
        with_round(BEFORE),
    )
    assert document is not None
    (block,) = document.blocks
    assert isinstance(block, Paragraph)
    first, second = (number for _, number in numbers(block.children))
    assert isinstance(first, Number)
    assert (first.before, first.minus, first.line) == (True, "", 4)
    assert first.base == "alle gennemgåede sager (400), i forrige runde, data pr. 20. december 2019"
    assert (second.before, second.minus_before, second.minus, second.line) == (False, True, "right", 5)


def test_the_round_before_is_asked_for_only_where_there_is_one() -> None:
    assert codes("Før {before.figure_1.right:percent}.", edition()) == [("145", 4)]
    assert codes("::when figure_1.right > before.figure_1.right\nMere.\n::end when", edition()) == [
        ("145", 4)
    ]


def test_names_of_the_round_before_are_told_as_such() -> None:
    _, (problem,) = check_report(f"{HEAD}{{before.figure_9.right:percent}}", "report.md", with_round())
    assert problem.fault == "I forrige runde: Figuren »figure_9« findes ikke."


def test_no_difference_is_made_of_two_definitions() -> None:
    of = with_round(replace(BEFORE, definition="another"))
    assert codes("{figure_1.right - before.figure_1.right:pp} højere.", of) == [("146", 4)]
    assert codes("Før {before.figure_1.right:percent}.", of) == [("222", 4)]
    assert codes("Før {before.figure_1.reasons:percent}.", of) == []
    assert codes("::when figure_1.right > before.figure_1.right\nMere.\n::end when", of) == [("146", 4)]
    # Within one round the two are defined differently on purpose.
    assert codes("{figure_1.right - figure_1.reasons:pp}.", of)[0][0] != "146"


def test_words_for_a_share_are_held_against_the_right_round() -> None:
    of = with_round(share("right", 40, 360, 0))
    assert codes("I en tiendedel af sagerne, {before.figure_1.right:percent}.", of) == []
    assert codes("I en tiendedel af sagerne, {figure_1.right:percent}.", of) == [("201", 4)]


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        ("before", True),
        ("not before", False),
        ("figure_1.right > 53", True),
        ("figure_1.right:percent > 53", False),
        ("figure_1.right:percent == 53", True),
        ("figure_1.right:percent_1 == 53,2", True),
        ("figure_1.right >= 53.3", False),
        ("figure_1.right:count == 205", True),
        ("cases.reviewed <= 385", True),
        ("cases.reviewed < 385", False),
        ("figure_3.overrun:weeks == 11,5", True),
        ("figure_3.overrun > 11.5", True),
        ("figure_3.plan:unknown != 0", True),
        ("figure_1.right > before.figure_1.right", True),
        ("before.figure_1.right > figure_1.right", False),
        ("figure_1.right - before.figure_1.right > 15,7", True),
        ("figure_1.right - before.figure_1.right:pp == 16", True),
        ("has figure_1.right", True),
        ("has figure_1.nobody", False),
        ("not has figure_1.nobody", True),
        ("has before.figure_1.right", True),
        ("has figure_8.right", False),
        ("comparable figure_1.right", True),
        ("comparable figure_1.reasons", False),
        ("comparable figure_1.nobody", False),
        ("has figure_1.nobody and figure_1.nobody > 10", False),
        ("before and figure_1.right > before.figure_1.right", True),
        ("figure_1", True),
        ("figure_8", False),
        ("figure_8 figure_2", True),
    ],
)
def test_text_is_kept_where_its_condition_holds(condition: str, kept: bool) -> None:
    of = with_round(BEFORE, replace(share("reasons", 1, 1, 0), definition="another"))
    body = f"::when {condition}\nJa.\n::else\nNej.\n::end when"
    assert told(body, of) == ("Ja." if kept else "Nej.")
    assert told(body.replace("::when", "::unless"), of) == ("Nej." if kept else "Ja.")


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("figure_1.nobody > 10", "147"),
        ("figure_1.right > figure_1.nobody", "147"),
        ("figure_8.right > 10", "101"),
        ("figure_1.lost > 10", "102"),
        ("right > 10", "148"),
        ("figure_1.right:days > 10", "148"),
        ("figure_3.overrun:count > 10", "148"),
        ("figure_1.right - cases.reviewed > 10", "148"),
        ("figure_1.right > mange", "148"),
        ("has everything", "148"),
        ("comparable everything", "148"),
    ],
)
def test_a_condition_that_cannot_be_decided_is_a_fault(condition: str, code: str) -> None:
    body = f"En linje.\n\n::when {condition}\nJa.\n::else\nNej.\n::end when"
    assert codes(body, with_round())[:1] == [(code, 6)]


def test_a_withheld_number_decides_nothing() -> None:
    """The text left standing would tell what is hidden."""
    hidden = tuple(withheld(cell) if cell.result == "right" else cell for cell in cells())
    of = edition(results=ResultSet(hidden))
    assert codes("::when figure_1.right > 50\nMange.\n::else\nFå.\n::end when", of) == [("147", 4)]
    assert told("::when has figure_1.right\nDet er der.\n::else\nSkjult.\n::end when", of) == "Skjult."


def test_what_stands_inside_a_dropped_part_is_not_asked() -> None:
    inner = "::when before.figure_1.right > 1\nA.\n::else\nB.\n::end when"
    body = f"::when before\n{inner}\n::else\nIngen runde.\n::end when"
    assert told(body, edition()) == "Ingen runde."
    assert told(body, with_round(BEFORE)) == "A."


def test_else_belongs_to_a_when() -> None:
    assert codes("Ord.\n\n::else\n", edition()) == [("110", 6)]


def test_the_table_of_a_figure_has_a_column_of_the_round_before() -> None:
    changed = replace(share("reasons", 1, 1, 0), definition="another")
    of = with_round(BEFORE, changed)
    figure = of.figures[0]
    table = figure_table(of, figure)
    assert table.columns[-1].label == "Forrige runde, data pr. 20. december 2019"
    last = [row[-1] for row in table.rows]
    assert [(cell.text, cell.mark) for cell in last] == [("38 %", ""), ("50 %", "¤"), ("0 %", ""), ("–", "")]
    assert table.notes[-2:] == (
        "Forrige runde: Barometret 2019, data pr. 20. december 2019. Det er ikke afprøvet, om forskellen mellem de "
        "to runder er større, end tilfældet alene kan give.",
        "¤ Regnet efter en anden definition i forrige runde. De to tal kan ikke sammenlignes.",
    )
    assert len(figure_table(edition(), figure).columns) == len(table.columns) - 1
    head, first, second, *_ = figure_csv(of, figure).splitlines()
    assert head.endswith(",oprindelse,forrige_resultat,forrige_datadato,forrige_definition")
    assert first.endswith(",37.500000,2019-12-20,samme")
    assert second.endswith(",50.000000,2019-12-20,anden")
    assert "forrige" not in figure_csv(edition(), figure)


def test_a_number_withheld_in_the_round_before_is_told_so() -> None:
    gone = [withheld(cell) if cell.result == "right" else cell for cell in earlier().results]
    of = edition(before=replace(earlier(), results=ResultSet(tuple(gone))))
    table = figure_table(of, of.figures[0])
    assert table.rows[0][-1].text == "[c]"
    assert any(note.startswith("[c]") for note in table.notes)
    assert ",[c],2019-12-20,samme" in figure_csv(of, of.figures[0])


def test_rounds_that_cannot_stand_beside_each_other_are_refused() -> None:
    def found(before: Edition) -> list[str]:
        _, problems = read_sources(edition(before=before), [("report.md", f"{HEAD}Ord.")])
        return sorted({problem.code for problem in problems} - {"RAPPORT-119", "RAPPORT-231"})

    assert found(earlier()) == []
    real = tuple(replace(cell, origin="real") for cell in earlier().results)
    assert found(replace(earlier(), origin="real", results=ResultSet(real))) == ["RAPPORT-118"]
    assert found(edition()) == ["RAPPORT-149"]
    assert found(replace(earlier(), data_date="")) == []
    assert found(register_edition(data_date=EARLIER)) == ["RAPPORT-223"]
