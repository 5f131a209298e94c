"""`sagsbarometer check REPORT`: every seeded error is found in every format, and what is right is left alone."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sagsbarometer.checking.paper_check import PaperReport, check_paper
from sagsbarometer.checking.paper_finding import Sure
from sagsbarometer.checking.paper_prose import Outcome
from sagsbarometer.checking.read_docx import read_docx
from sagsbarometer.checking.read_html import read_html
from sagsbarometer.checking.read_md import read_md
from sagsbarometer.checking.read_pdf import read_pdf
from sagsbarometer.reporting.files import write_report
from sagsbarometer.runs.check_report import check_report
from tests.checked_reports_in_tests import FORMATS, Sketch, html, on_time, rules
from tests.commands_in_tests import called
from tests.register_reports_in_tests import edition

READERS = {"html": read_html, "docx": read_docx, "md": read_md, "pdf": read_pdf}
FAULT, QUESTION, NOTE = Sure.FAULT, Sure.QUESTION, Sure.NOTE
SWAPPED = (
    "Note: Ankestyrelsens sagsbehandlingssystem. Data er trukket den 11. december 2025.",
    "Kilde: Bemærk, at der er tale om data, sådan som de på nuværende tidspunkt fremgår.",
)
# What is put in, the rule that finds it, and how sure it is where the tables are not themselves a guess.
SEEDS: dict[str, tuple[Callable[[Sketch], Sketch], str, Sure]] = {
    "et ciffer ændret i en del": (lambda s: s.with_cell(0, 6, 3, "3.985"), "parts", FAULT),
    "et ciffer ændret i en total": (lambda s: s.with_cell(0, 5, 4, "19.297"), "parts", FAULT),
    "en total, der ikke giver": (lambda s: s.with_cell(1, 5, 1, "10.821"), "sum", FAULT),
    "en procent af andre antal": (lambda s: s.with_cell(0, 8, 5, "58"), "share", FAULT),
    "en procent en halv op for meget": (lambda s: s.with_cell(0, 7, 5, "37"), "share", QUESTION),
    "uger i teksten mod uger i tabellen": (lambda s: s.with_text("26,3 uger", "21,4 uger"), "said", QUESTION),
    "procent i teksten mod procent i tabellen": (
        lambda s: s.with_text("42 procent", "24 procent"),
        "said",
        QUESTION,
    ),
    "antal og procent i samme sætning": (lambda s: s.with_text("52 procent", "25 procent"), "stated", FAULT),
    "et ord, der ikke dækker": (lambda s: s.with_text("Knap 4.000", "Knap 6.000"), "said", QUESTION),
    "note og kilde byttet om": (lambda s: replace(s, under=SWAPPED), "swapped", NOTE),
}


def checked(format: str, sketch: Sketch) -> PaperReport:
    name, write = FORMATS[format]
    read = READERS[name.rpartition(".")[2]]
    return check_paper(read(write(sketch), name, on_time), rules())


@pytest.mark.parametrize("format", FORMATS)
def test_a_file_is_read_as_its_bytes_are(tmp_path: Path, format: str) -> None:
    """As the command does it, a PDF in a process of its own."""
    name, write = FORMATS[format]
    (tmp_path / name).write_bytes(write(Sketch()))
    told: list[str] = []
    report = check_report(tmp_path / name, told.append)
    assert report == checked(format, Sketch())
    assert told[0] == f"Læser {name}"


@pytest.mark.parametrize("format", FORMATS)
def test_what_is_right_is_left_alone(format: str) -> None:
    report = checked(format, Sketch())
    assert report.looked.found == []
    assert report.looked.compared["parts"] >= 5
    assert report.looked.compared["share"] >= 5
    outcomes = [said.outcome for said in report.said]
    assert outcomes.count(Outcome.FITS) >= 3
    assert Outcome.CONTRADICTS not in outcomes


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("seed", SEEDS)
def test_every_seeded_error_is_found(seed: str, format: str) -> None:
    change, rule, sure = SEEDS[seed]
    report = checked(format, change(Sketch()))
    found = [item for item in report.looked.found if item.rule == rule]
    assert found, f"{seed} in {format}: {report.looked.found}"
    levels = {item.sure for item in found}
    guessed = report.paper.guessed and rule not in ("stated", "said")
    assert levels == {QUESTION if guessed and sure is FAULT else sure}
    assert report.ok == (FAULT not in levels)
    # One error is told of in one place, though two rules may tell it.
    assert len(report.looked.found) <= (6 if rule == "swapped" else 3)


def test_a_pdf_without_tags_says_that_its_tables_are_guessed() -> None:
    report = checked("pdf uden mærker", Sketch())
    assert report.paper.guessed
    assert "gættet" in report.paper.remarks[0]
    assert not checked("pdf", Sketch()).paper.guessed


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    return called("check", *arguments)


def test_the_command_ends_with_1_only_on_what_is_certain(tmp_path: Path) -> None:
    path = tmp_path / "rapport.html"
    done = command(path)
    assert done.returncode == 3
    for change, code in (
        ("", 0),
        ("uger i teksten mod uger i tabellen", 0),
        ("en procent af andre antal", 1),
    ):
        path.write_bytes(html(SEEDS[change][0](Sketch()) if change else Sketch()))
        done = command(path)
        assert done.returncode == code, done.stdout
        assert "· Læser rapport.html" in done.stderr
    assert "FEJL Tabel 1, række »2024«, kolonne »Omgørelsesprocent«" in done.stdout
    assert "Trykt er 58 %; 6.005 af 14.255 er 42,13 %." in done.stdout
    assert done.stdout.splitlines()[-1].startswith("1 fejl, 1 spørgsmål, 0 bemærkninger.")


def test_brief_tells_only_faults_and_says_nothing_on_the_way(tmp_path: Path) -> None:
    path = tmp_path / "rapport.html"
    path.write_bytes(html(SEEDS["uger i teksten mod uger i tabellen"][0](Sketch())))
    done = command(path, "--brief")
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 2
    assert "0 fejl, 1 spørgsmål" in done.stdout


def test_one_object_on_stdout(tmp_path: Path) -> None:
    path = tmp_path / "rapport.html"
    path.write_bytes(html(SEEDS["uger i teksten mod uger i tabellen"][0](Sketch())))
    plain = json.loads(command(path, "--json").stdout)
    assert (plain["schema_version"], plain["kind"], plain["ok"], plain["notation"]) == (1, "html", True, "da")
    assert plain["sums"]["question"] == 1
    (finding,) = plain["findings"]
    assert (finding["level"], finding["rule"]) == ("question", "said")
    assert "26,3 uger" in finding["told"]
    assert plain["sums"]["in_text"] == len(plain["text"])
    every = command(path, "--claims").stdout
    assert "8,8 uger: ikke bedømt. Det er en forskel." in every


def test_what_belongs_to_folders_is_refused_for_a_report(tmp_path: Path) -> None:
    path = tmp_path / "rapport.html"
    path.write_bytes(html(Sketch()))
    done = command(path, "--write", tmp_path / "ud.csv")
    assert (done.returncode, done.stdout) == (3, "")
    assert "CHECK-207" in done.stderr
    assert not (tmp_path / "ud.csv").exists()


def test_a_case_in_the_text_is_not_shown(tmp_path: Path) -> None:
    """A sentence is quoted, and a number that looks like a person is not."""
    text = ("Omgørelsesprocenten for 010190-1234 var 24 procent i 2024.",)
    path = tmp_path / "rapport.html"
    path.write_bytes(html(replace(Sketch(), text=text)))
    for more in ((), ("--claims",), ("--json",)):
        done = command(path, *more)
        assert "010190" not in done.stdout + done.stderr


def test_the_how_to_is_what_the_command_does() -> None:
    """docs/kontrol.md, »En færdig rapport«: each line it shows is said, in its order."""
    root = Path(__file__).resolve().parents[2]
    text = (root / "docs" / "kontrol.md").read_text(encoding="utf-8").partition("## En færdig rapport")[2]
    _, line, _, shown, *_ = text.split("```")
    line = line.strip().removeprefix("./run sagsbarometer check ")
    assert line.endswith("rapport.md")
    done = command(root / line)
    assert done.returncode == 1
    at = 0
    for told in shown.strip("\n").splitlines():
        at = done.stdout.index(told.removesuffix(" …"), at) + 1


REGISTER_TEXT = """---
title: Klagesager
file: klagesager
---

# Indledning

Teksten har ingen tal.

:: table table_4_3
"""


def test_our_own_reports_have_no_faults_and_say_the_same_in_every_format(tmp_path: Path) -> None:
    """What is written is read back with the same figures, whether as a page, a PDF or a Word document."""
    made = edition()
    text = tmp_path / "report.md"
    text.write_text(REGISTER_TEXT.replace("table_4_3", made.grids[0].id), encoding="utf-8")
    files = write_report(made, [text])
    figures = set()
    for name in ("klagesager.html", "klagesager.pdf", "klagesager.docx"):
        report = check_paper(READERS[name.rpartition(".")[2]](files[name], name, on_time), rules())
        assert [item for item in report.looked.found if item.sure is not NOTE] == [], name
        assert not report.paper.guessed
        figures.add(
            tuple(
                sorted((figure.number.exact, figure.unit) for table in report.tables for figure in table.all)
            )
        )
    assert len(figures) == 1
    assert figures != {()}
