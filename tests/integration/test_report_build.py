"""`report build`: a folder of results gives the bytes the run gave, again and in other forms, and nothing else."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace

import pytest
from markdown_it import MarkdownIt
from typer.testing import CliRunner

from sagsbarometer.cli.main import app
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.measures.cells import read_csv
from sagsbarometer.reporting.contract import Standing
from sagsbarometer.reporting.document import Paragraph, plain
from sagsbarometer.runs.appeals_tables import Job as Tables
from sagsbarometer.runs.appeals_tables import make_tables
from sagsbarometer.runs.report_build import BuildJob, Opened, build, files_of, open_results
from tests.conftest import ROOT
from tests.integration.test_appeals_revisions import DAY, deliver
from tests.registers_in_tests import layout_of
from tests.shared_in_tests import demo_study

LAYOUT = """layout: small
title: {da: Små tal, en: Small numbers}
source: Prøve
tables:
  - id: one
    number: "1"
    title: {da: Sager, en: Cases}
    stub: {da: Lovområde, en: Act}
    periods: ["2023", "2024"]
    columns:
      - each: period
        columns:
          - {measure: decided, label: {da: Antal, en: Number}}
          - {measure: reversal_rate, label: {da: Procent, en: Percent}}
    rows:
      - {each: law_area, values: [serviceloven, barnets_lov]}
      - total: {da: I alt, en: In all}
figures:
  - id: trend
    kind: columns
    number: "1"
    title: {da: Sager i året, en: Cases in the year}
    periods: ["2023", "2024"]
    parts: [{id: decided, measure: decided, label: {da: Afgjort, en: Decided}}]
    rows: [{each: period}]
"""
EARLY = [
    "1;2023-07-01;synthetic;2023-06-01;upheld;serviceloven;;",
    "2;2023-07-01;synthetic;2023-06-01;remitted;serviceloven;;reasons",
]
LATE = [
    "3;2024-07-01;synthetic;2024-06-03;remitted;barnets_lov;;reasons|time_limits",
    "4;2024-07-01;synthetic;2023-06-03;upheld;barnets_lov;;",
]
PLAIN = frozenset({"html", "csv"})
runner = CliRunner()


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of the demo's study."""
    return demo_study(tmp_path_factory).results


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """The tables of a small register as it stood on two days, by a layout without a text."""
    folder = tmp_path_factory.mktemp("register")
    layout_of(folder / "small", LAYOUT)
    at = deliver(folder / "r", EARLY, "early.csv")
    deliver(folder / "r", LATE, "late.csv")
    before = make_tables(Tables(at, str(folder / "small"), "2024-01-31", folder / "before"))
    return SimpleNamespace(
        now=make_tables(Tables(at, str(folder / "small"), DAY, folder / "now")).out, before=before.out
    )


def every(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def codes(faults: Faults) -> list[str]:
    return [problem.code for problem in faults.problems]


def rewritten(source: Path, to: Path, changes: dict[str, bytes]) -> Path:
    """A results folder with other contents, listed as if a run had written them."""
    shutil.copytree(source, to)
    manifest = json.loads((to / "manifest.json").read_text(encoding="utf-8"))
    for name, content in changes.items():
        (to / name).write_bytes(content)
        manifest["files"][name] = hashlib.sha256(content).hexdigest()
    (to / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return to


def links_lead_somewhere(folder: Path, pages: Iterable[Path]) -> None:
    for page in pages:
        found = re.findall(r'href="([^"#:]+)(?:#[^"]*)?"', page.read_text(encoding="utf-8"))
        assert [name for name in found if not (folder / name).exists()] == [], page.name


def test_a_study_is_built_again_byte_for_byte(study: Path, tmp_path: Path) -> None:
    build(BuildJob(study, tmp_path / "a"))
    build(BuildJob(study, tmp_path / "b"))
    run, first, second = every(study), every(tmp_path / "a"), every(tmp_path / "b")
    assert first == second
    apart = {"index.html", "manifest.json"}  # which tell of the folder they stand in
    assert {name for name, content in first.items() if run.get(name) != content} == apart
    left = {name for name in run if name not in first and not name.startswith(("texts/", "dataset/"))}
    assert {"edition.json", "bemaerkninger.csv", "run.json"} <= left
    ends = {name.rpartition(".")[2] for name in left}
    assert ends <= {"json", "csv"}, left
    assert {"rapport.docx", "rapport.pdf", "tabeller.xlsx", "cells.parquet", "figurer/figur_2.png"} <= set(
        first
    )
    assert {"figurer/figur_2.json", "figurer/figur_2.svg", "figurer/figur_2.csv"} <= set(first)
    links_lead_somewhere(tmp_path / "a", (tmp_path / "a").glob("*.html"))


def test_a_register_is_built_again_byte_for_byte(register: SimpleNamespace, tmp_path: Path) -> None:
    """Its layout has no text, so what is kept is the one that was made for it."""
    build(BuildJob(register.now, tmp_path / "a"))
    run, made = every(register.now), every(tmp_path / "a")
    assert {name for name, content in made.items() if run.get(name) != content} == {
        "index.html",
        "manifest.json",
    }
    assert {"tabeller/tabel_1.csv", "tabeller/tabel_1.json", "figurer/figur_1.json", "cells.parquet"} <= set(
        made
    )
    assert "texts/report.md" in run


def test_only_what_is_asked_for_is_written_and_pointed_to(study: Path, tmp_path: Path) -> None:
    done = build(BuildJob(study, tmp_path / "a", formats=PLAIN))
    assert {name.rpartition(".")[2] for name in done.files} == {"html", "csv", "json"}
    assert {name for name in done.files if name.endswith(".json")} == {"definitions.json", "manifest.json"}
    links_lead_somewhere(tmp_path / "a", (tmp_path / "a").glob("*.html"))
    with pytest.raises(Faults) as caught:
        build(BuildJob(study, tmp_path / "b", formats=frozenset({"html", "doc"})))
    assert codes(caught.value) == ["RAPPORT-141"]
    assert not (tmp_path / "b").exists()


def test_english_has_english_words_and_danish_is_unchanged_by_it(
    register: SimpleNamespace, tmp_path: Path
) -> None:
    done = build(BuildJob(register.now, tmp_path / "en", language="en", formats=PLAIN))
    assert [problem.code for problem in done.remarks if problem.code == "RAPPORT-221"] == ["RAPPORT-221"]
    page = (tmp_path / "en" / "report.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in page
    assert "Source: Prøve" in page
    assert "Cases in the year" in page
    front = (tmp_path / "en" / "index.html").read_text(encoding="utf-8")
    assert "Small numbers" in front
    assert "Tables one by one" in front
    assert "Figurer" not in front
    with pytest.raises(Faults) as caught:
        build(BuildJob(register.now, tmp_path / "fr", language="fr"))
    assert codes(caught.value) == ["RAPPORT-142"]


def test_another_text_takes_the_place_of_those_of_the_run(study: Path, tmp_path: Path) -> None:
    text = tmp_path / "kort.md"
    given = (ROOT / "studies" / "barometer_97" / "report.md").read_text(encoding="utf-8")
    name = re.search(r"\{(figure_2\.\w+):percent\}", given)
    assert name is not None
    text.write_text(f"---\ntitle: Kort\n---\n\nDet er {{{name[1]}:percent}}.\n", encoding="utf-8")
    done = build(BuildJob(study, tmp_path / "a", texts=(text,), formats=frozenset({"html"})))
    assert "kort.html" in done.files
    assert "rapport.html" not in done.files
    text.write_text("---\ntitle: Kort\n---\n\nDet er 12 procent.\n", encoding="utf-8")
    for texts, code in (((text,), "RAPPORT-106"), ((tmp_path / "ingen.md",), "RAPPORT-143")):
        with pytest.raises(Faults) as caught:
            build(BuildJob(study, tmp_path / "b", texts=texts))
        assert code in codes(caught.value)
        assert not (tmp_path / "b").exists()


@pytest.mark.parametrize("name", ["cells.csv", "definitions.json", "edition.json", "texts/report.md"])
def test_results_that_somebody_changed_are_refused(study: Path, tmp_path: Path, name: str) -> None:
    """A report has the numbers and texts of the run that is named in it, or is not built."""
    shutil.copytree(study, tmp_path / "ud")
    (tmp_path / "ud" / name).write_bytes(
        (study / name).read_bytes().replace(b"385", b"386").replace(b"97", b"98")
    )
    with pytest.raises(Faults) as caught:
        build(BuildJob(tmp_path / "ud", tmp_path / "a"))
    assert codes(caught.value) == ["RESULTAT-104"]


def test_results_without_an_edition_are_refused(study: Path, tmp_path: Path) -> None:
    shutil.copytree(study, tmp_path / "ud")
    (tmp_path / "ud" / "edition.json").unlink()
    with pytest.raises(Faults) as caught:
        build(BuildJob(tmp_path / "ud", tmp_path / "a"))
    assert codes(caught.value) == ["RESULTAT-103"]


def test_a_text_that_is_a_link_out_of_the_folder_is_not_read(study: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text("---\ntitle: Hemmeligt\n---\n\nOrd.\n", encoding="utf-8")
    ud = rewritten(study, tmp_path / "ud", {"texts/report.md": secret.read_bytes()})
    (ud / "texts" / "report.md").unlink()
    (ud / "texts" / "report.md").symlink_to(secret)
    with pytest.raises(Faults) as caught:
        build(BuildJob(ud, tmp_path / "a"))
    assert codes(caught.value) == ["RESULTAT-103"]


def test_a_release_has_its_own_mark_and_no_manifest(register: SimpleNamespace) -> None:
    standing = Standing("embargo", "u1", "2027-03-01T08:00")
    files = files_of(register.now, standing=standing, formats=frozenset({"html", "csv", "json", "xlsx"}))
    assert "manifest.json" not in files
    assert b"manifest.json" not in files["index.html"]
    told = "Under embargo til 1. marts 2027 kl. 8.00"
    for name in (
        "rapport.html",
        "index.html",
        "tabeller/tabel_1.csv",
        "tabeller/tabel_1.json",
        "figurer/figur_1.csv",
    ):
        assert told in files[name].decode(), name
        assert "KLADDE" not in files[name].decode(), name
    published = files_of(
        register.now, standing=Standing("published", "u1", "2027-03-01T08:00"), formats=PLAIN
    )
    assert "embargo" not in published["rapport.html"].decode()
    assert "KLADDE" not in published["rapport.html"].decode()
    assert "Opdigtede data" in published["rapport.html"].decode()  # the origin stays


def test_a_round_before_stands_beside(register: SimpleNamespace, tmp_path: Path) -> None:
    text = tmp_path / "report.md"
    body = """
# Sager

I 2023 blev {one.total.2023_decided:count} afgjort.

::when before
Sidst var det {before.one.total.2023_decided:count}, altså
{one.total.2023_decided - before.one.total.2023_decided:count} flere nu.
::else
Der er ingen runde før.
::end when

::table one

::table trend
"""
    grid = json.loads((register.now / "edition.json").read_text(encoding="utf-8"))["grids"][0]
    (total,) = (row["id"] for row in grid["rows"] if row["level"] == 0)
    column = next(item["id"] for item in grid["columns"])
    body = body.replace("one.total.2023_decided", f"one.{total}.{column}")
    text.write_text(f"---\ntitle: To runder\n---\n{body}", encoding="utf-8")

    def page(previous: Path | None) -> str:
        files = files_of(register.now, texts=[text], previous=previous, formats=PLAIN)
        told = re.sub(r"<[^>]+>", "", files["rapport.html"].decode())
        return re.sub(r"\s+", " ", told.replace("\u00a0", " "))

    assert "Der er ingen runde før." in page(None)
    beside = page(register.before)
    assert "I 2023 blev 3 afgjort. Sidst var det 2, altså 1 flere nu." in beside
    assert "Forrige runde, data pr. 31. januar 2024" in beside
    assert "Det er ikke afprøvet, om forskellen mellem de to runder" in beside
    with pytest.raises(Faults) as caught:
        files_of(register.before, texts=[text], previous=register.now, formats=PLAIN)
    assert codes(caught.value)[0] == "RAPPORT-149"


def test_rounds_counted_by_two_definitions_are_never_subtracted(
    register: SimpleNamespace, tmp_path: Path
) -> None:
    cells = (register.before / "cells.csv").read_text(encoding="utf-8")
    definition = read_csv(cells)[0].definition
    edition = (register.before / "edition.json").read_text(encoding="utf-8")
    other = {
        "cells.csv": cells.replace(definition, "0" * 12).encode(),
        "edition.json": edition.replace(definition, "0" * 12).encode(),
    }
    before = rewritten(register.before, tmp_path / "before", other)
    text = tmp_path / "report.md"
    grid = json.loads(edition)["grids"][0]
    row = next(row["id"] for row in grid["rows"] if row["level"] == 0)
    name = f"one.{row}.{grid['columns'][0]['id']}"
    text.write_text(f"---\ntitle: T\n---\n\n{{{name} - before.{name}:count}} flere.\n", encoding="utf-8")
    with pytest.raises(Faults) as caught:
        files_of(register.now, texts=[text], previous=before, formats=PLAIN)
    assert codes(caught.value) == ["RAPPORT-146"]


def test_the_command_builds_tells_and_refuses(register: SimpleNamespace, tmp_path: Path) -> None:
    out = tmp_path / "a"
    line = ["report", "build", str(register.now), "--out", str(out), "--formats", "html, csv", "--json"]
    done = runner.invoke(app, line)
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert "rapport.html" in told["files"]
    assert json.loads((out / "manifest.json").read_text(encoding="utf-8"))["kind"] == "report"
    again = runner.invoke(app, line)
    assert again.exit_code == 2
    assert json.loads(again.stdout)["problems"][0]["code"] == "MAPPE-101"
    assert runner.invoke(app, [*line, "--force"]).exit_code == 0
    lacking = runner.invoke(app, ["report", "build", str(register.now)])
    assert lacking.exit_code == 2
    assert "--out mangler" in lacking.stderr
    nothing = runner.invoke(app, ["report", "build", str(tmp_path), "--out", str(tmp_path / "b")])
    assert nothing.exit_code == 2
    assert "RESULTAT-101" in nothing.stderr


# --- docs/rapporter.md ---


def fences(kind: str) -> list[str]:
    """The blocks of a kind in the document, in order."""
    tokens = MarkdownIt("commonmark").parse((ROOT / "docs" / "rapporter.md").read_text(encoding="utf-8"))
    return [token.content for token in tokens if token.type == "fence" and token.info == kind]


def words(opened: Opened) -> str:
    """What the paragraphs of the only text say."""
    (document,) = opened.documents
    return " ".join(plain(block.children) for block in document.blocks if isinstance(block, Paragraph))


def test_every_text_of_the_document_can_be_set(study: Path, tmp_path: Path) -> None:
    """Its examples are texts of the study that the demo runs, with a round before and without."""
    earlier = {
        name: (study / name).read_text(encoding="utf-8").replace("2024-04-26", "2019-04-26").encode()
        for name in ("cells.csv", "edition.json")
    }
    before = rewritten(study, tmp_path / "before", earlier)
    text = tmp_path / "report.md"
    examples = fences("markdown")
    assert len(examples) >= 4
    for example in examples:
        text.write_text(f"---\ntitle: Et eksempel\n---\n\n{example}", encoding="utf-8")
        alone, beside = (
            words(open_results(BuildJob(study, tmp_path / "a", (text,), previous=previous)))
            for previous in (None, before)
        )
        assert alone
        assert ("comparable" in example) == (alone != beside)
    assert "Tallet kan ikke sammenlignes med en tidligere runde." in alone
    assert "Det er uændret." in beside


def test_the_places_of_a_number_are_those_in_the_document(study: Path) -> None:
    (example,) = (block for block in fences("") if block.startswith("$"))
    line, _, printed = example.partition("\n")
    asked = line.rpartition(" ")[2]
    done = runner.invoke(app, ["report", "build", str(study), "--explain", asked])
    assert done.exit_code == 0, done.stderr

    def without_lines(text: str) -> str:
        return re.sub(r"\.md:\d+", ".md:…", text)

    assert without_lines(done.stdout) == without_lines(printed)
