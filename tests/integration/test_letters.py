"""Letters to municipalities: before publication under embargo, and after it with each one's own cases."""

from __future__ import annotations

import csv
import re
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from pdfua import Severity, validate

from sagsbarometer.kernel.problems import Faults
from sagsbarometer.runs.letters import LetterJob, write_letters
from tests.conftest import ROOT
from tests.integration.test_notes import words
from tests.letters_in_tests import as_protected, barometer, embargoed, published
from tests.releases_in_tests import BO, CARLA, DORTE, OUT, after, proposed, take

LETTERS = ROOT / "publishing" / "letters"
BEFORE, AFTER = LETTERS / "before_publication.md", LETTERS / "case_feedback.md"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The results of the reconstructed barometer, and a list of two recipients."""
    folder = tmp_path_factory.mktemp("letters")
    results, data = barometer(tmp_path_factory)
    lines = (data / "municipalities.csv").read_text(encoding="utf-8").splitlines()
    few = folder / "modtagere.csv"
    few.write_text("\n".join(lines[:3]) + "\n", encoding="utf-8")
    return results, few


def codes(raised: pytest.ExceptionInfo[Faults]) -> set[str]:
    return {problem.code for problem in raised.value.problems}


def job(release: Path, few: Path, out: Path, text: Path = BEFORE, **more: object) -> LetterJob:
    now = more.pop("now", after(days=2))
    return LetterJob(release, text, few, out, now, **more)  # type: ignore[arg-type]


def test_a_letter_under_embargo_says_the_hour_on_every_page(made: tuple[Path, Path], tmp_path: Path) -> None:
    results, few = made
    release = embargoed(results, tmp_path)
    done = write_letters(job(release, few, tmp_path / "breve", formats=("html", "pdf", "docx")))
    assert done.letters == 2
    assert not done.remarks
    assert sorted(path.name for path in (tmp_path / "breve").iterdir()) == ["901", "902", "manifest.json"]
    for path in (tmp_path / "breve" / "901").iterdir():
        text = words(path)
        assert "26. april 2027 kl. 8.00" in text.replace("\u00a0", " ")
        assert "KLADDE" not in text
        assert "Agernæs-Holme" in text
        assert "Almesund" not in text
    html = words(tmp_path / "breve" / "901" / "brev.html").replace("\u00a0", " ")
    assert "§ 79 a" in html
    assert 'data-measure="reviewed_cases"' in html
    assert "tabeller.xlsx" not in html


def test_the_same_letters_each_time(made: tuple[Path, Path], tmp_path: Path) -> None:
    results, few = made
    release = embargoed(results, tmp_path)
    for name in ("a", "b"):
        write_letters(job(release, few, tmp_path / name))
    for path in sorted((tmp_path / "a").rglob("*.*")):
        assert path.read_bytes() == (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes()


def test_before_two_have_approved_nobody_is_told(made: tuple[Path, Path], tmp_path: Path) -> None:
    results, few = made
    release = proposed(tmp_path, protected=as_protected(results, tmp_path / "p"))
    for who in (None, BO, CARLA):  # proposed, approved by one, approved by two and without an hour
        if who is not None:
            take(release, "approve", who, after(hours=1))
        with pytest.raises(Faults) as raised:
            write_letters(job(release, few, tmp_path / "breve"))
        assert codes(raised) == {"BREV-104"}
        assert not (tmp_path / "breve").exists()
    take(release, "schedule", DORTE, after(hours=3), at="2027-04-26 08:00")
    write_letters(job(release, few, tmp_path / "breve"))


def test_a_letter_before_is_too_late_when_the_hour_has_come(made: tuple[Path, Path], tmp_path: Path) -> None:
    results, few = made
    release = embargoed(results, tmp_path)
    write_letters(job(release, few, tmp_path / "i_tide", now=OUT - timedelta(seconds=1)))
    with pytest.raises(Faults) as raised:
        write_letters(job(release, few, tmp_path / "for_sent", now=OUT))
    assert codes(raised) == {"BREV-104"}


def test_results_that_are_no_release_make_no_letter(made: tuple[Path, Path], tmp_path: Path) -> None:
    results, few = made
    with pytest.raises(Faults) as raised:
        write_letters(job(results, few, tmp_path / "breve"))
    assert codes(raised) == {"BREV-104"}


def test_a_changed_release_makes_no_letter(made: tuple[Path, Path], tmp_path: Path) -> None:
    results, few = made
    release = embargoed(results, tmp_path)
    cells = release / "versions" / "0001" / "cells.csv"
    cells.chmod(0o644)
    cells.write_text(cells.read_text().replace("205", "206"))
    with pytest.raises(Faults) as raised:
        write_letters(job(release, few, tmp_path / "breve"))
    assert codes(raised) == {"BREV-104"}


def test_own_cases_come_only_when_it_is_published(made: tuple[Path, Path], tmp_path: Path) -> None:
    results, few = made
    release = embargoed(results, tmp_path / "embargo")
    with pytest.raises(Faults) as raised:
        write_letters(job(release, few, tmp_path / "breve", AFTER, cases=results))
    assert codes(raised) == {"BREV-105"}


def test_each_gets_its_own_cases_and_no_other(made: tuple[Path, Path], tmp_path: Path) -> None:
    results, few = made
    release = published(results, tmp_path)
    formats = ("html", "pdf", "docx")
    done = write_letters(job(release, few, tmp_path / "breve", AFTER, cases=results, formats=formats))
    assert done.letters == 2
    assert [problem.code for problem in done.remarks] == ["BREV-108"]  # 96 have cases and are not on the list
    from sagsbarometer.store.results import load_results

    rows = load_results(results).rows()
    for code in ("901", "902"):
        own = {row["case_id"] for row in rows if row["municipality_id"] == code}
        assert own
        for path in (tmp_path / "breve" / code).iterdir():
            # A typeface or a packed page can hold any four letters; an id stands alone.
            assert set(re.findall(r"(?<![\w+/=-])r\d{3}(?![\w+/=-])", words(path))) == own


def test_none_of_98_letters_has_anything_of_the_others(
    made: tuple[Path, Path], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """In the bytes of each letter are the municipality's own cases and its own name, and no other's."""
    from sagsbarometer.store.results import load_results

    results, _ = made
    everyone = barometer(tmp_path_factory)[1] / "municipalities.csv"
    names = {row["code"]: row["name"] for row in csv.DictReader(everyone.open(encoding="utf-8"))}
    release = published(results, tmp_path)
    done = write_letters(job(release, everyone, tmp_path / "breve", AFTER, cases=results, formats=("html",)))
    assert (done.letters, done.remarks) == (98, ())
    own: dict[str, set[str]] = {}
    for row in load_results(results).rows():
        own.setdefault(str(row["municipality_id"]), set()).add(str(row["case_id"]))
    for code, name in names.items():
        (letter,) = (tmp_path / "breve" / code).iterdir()
        text = letter.read_bytes().decode()
        assert set(re.findall(r"(?<![\w+/=-])r\d{3}(?![\w+/=-])", text)) == own[code]
        assert name in text
        others = (other for key, other in names.items() if key != code and other not in name)
        # Within a word too, and quicker to see.
        within = (other for other in others if other in text)
        assert [other for other in within if re.search(rf"(?<!\w){re.escape(other)}(?!\w)", text)] == []


def test_each_letter_is_a_tagged_pdf_when_it_is_opened_again(made: tuple[Path, Path], tmp_path: Path) -> None:
    results, few = made
    for kind, release, text in (
        ("before", embargoed(results, tmp_path / "1"), BEFORE),
        ("after", published(results, tmp_path / "2"), AFTER),
    ):
        more = {"cases": results} if kind == "after" else {}
        write_letters(job(release, few, tmp_path / kind, text, formats=("pdf",), **more))
        for code in ("901", "902"):
            (letter,) = (tmp_path / kind / code).iterdir()
            found = [item for item in validate(str(letter)).findings if item.severity is Severity.ERROR]
            assert found == []
            with pikepdf.open(letter) as opened:
                assert opened.Root.MarkInfo.Marked
                assert str(opened.Root.Lang) == "da"
                assert opened.docinfo["/Title"]


def test_what_a_letter_says_of_a_case_is_what_was_answered(made: tuple[Path, Path]) -> None:
    from sagsbarometer.runs.letter_cases import case_tables
    from sagsbarometer.store.results import load_results

    results, _ = made
    loaded = load_results(results)
    tables = case_tables(loaded)
    by_id = {row[0]: row for table in tables.values() for row in table.rows}
    assert len(by_id) == 385
    for row in loaded.rows():
        _, outcome, defects, conditions = by_id[row["case_id"]]
        assert ("Utilstrækkelig sagsoplysning (med væsentlig betydning)" in defects) is (
            row["fact_finding_defect"] == "material"
        )
        assert (defects == "ingen fundet") is (row["any_defect"] is False)
        assert outcome == ("Stadfæstet" if row["would_be_outcome"] == "upheld" else "ikke oplyst")
        step = row["step_self_chosen_activities__facts_missing"]
        assert ("Selvvalgte aktiviteter" in conditions) is (step is True)


def test_cases_of_other_results_are_refused(
    made: tuple[Path, Path], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from tests.letters_in_tests import service_check

    results, few = made
    release = published(results, tmp_path)
    others, _ = service_check("service_check_home_training", tmp_path_factory)
    for cases in (None, others):
        with pytest.raises(Faults) as raised:
            write_letters(job(release, few, tmp_path / "breve", AFTER, cases=cases))
        assert codes(raised) == {"BREV-106"}


def test_cases_whose_numbers_are_others_are_refused(made: tuple[Path, Path], tmp_path: Path) -> None:
    """The same study, form and measures, and one number more: another round's cases are not sent out as this one's."""
    from dataclasses import replace

    from sagsbarometer.measures.cells import ResultSet
    from sagsbarometer.runs.letters import _counted_from
    from sagsbarometer.store.results import load_results

    results, _ = made
    source = load_results(results).results
    released = load_results(as_protected(results, tmp_path / "p")).results
    assert _counted_from(released, source)
    first, *rest = released.cells
    other = ResultSet((replace(first, numerator=first.numerator + 1), *rest), released.manifest)
    assert not _counted_from(other, source)


def test_a_letter_says_which_letter_it_is(made: tuple[Path, Path], tmp_path: Path) -> None:
    results, few = made
    release = embargoed(results, tmp_path)
    text = tmp_path / "brev.md"
    for head in ("", "letter: naar_som_helst\n"):
        text.write_text(f"---\ntitle: Brev\n{head}---\n\nHej {{recipient.name}}.\n", encoding="utf-8")
        with pytest.raises(Faults) as raised:
            write_letters(job(release, few, tmp_path / "breve", text))
        assert codes(raised) == {"BREV-103"}


def test_a_field_nobody_has_is_told_with_its_line(made: tuple[Path, Path], tmp_path: Path) -> None:
    results, few = made
    release = embargoed(results, tmp_path)
    text = tmp_path / "brev.md"
    body = "---\ntitle: Brev\nletter: before\n---\n\nTil {recipient.name}\n\n{recipient.borgmester} {release.by}\n"
    text.write_text(body, encoding="utf-8")
    with pytest.raises(Faults) as raised:
        write_letters(job(release, few, tmp_path / "breve", text))
    assert [(problem.code, problem.place.line) for problem in raised.value.problems] == [("BREV-102", 8)] * 2


def test_a_name_with_signs_of_the_text_is_only_a_name(made: tuple[Path, Path], tmp_path: Path) -> None:
    results, _ = made
    release = embargoed(results, tmp_path)
    few = tmp_path / "modtagere.csv"
    with few.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([["code", "name"], ["901", 'By 12 *{cases.x:count}* "ord" <b> [x]{.fixed}']])
    write_letters(job(release, few, tmp_path / "breve"))
    text = words(tmp_path / "breve" / "901" / "brev.html")
    assert "By 12 cases.x:count ”ord” b x .fixed" in text


@pytest.mark.parametrize(
    "content",
    [
        "navn\nA\n",
        "code,name\n901,A\n0901,B\n",
        "code,name\n901,\n",
        "code,name\nabc,A\n",
        "code,name,note\n901,A,010203-1234\n",
        "code,name\n901,A,B\n",
        "code,name\n",
    ],
)
def test_a_list_that_cannot_be_written_to_is_refused(
    made: tuple[Path, Path], tmp_path: Path, content: str
) -> None:
    from sagsbarometer.runs.recipients import read_recipients

    path = tmp_path / "modtagere.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(Faults) as raised:
        read_recipients(path)
    assert codes(raised) == {"BREV-101"}
    assert not any("010203" in str(problem) for problem in raised.value.problems)


def test_the_command_ends_with_4_when_it_is_not_time(made: tuple[Path, Path], tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from sagsbarometer.cli.main import app

    results, few = made
    release = proposed(tmp_path, protected=as_protected(results, tmp_path / "p"))
    arguments = ["report", "letters", str(release), "--text", str(BEFORE), "--recipients", str(few)]
    ended = CliRunner().invoke(app, [*arguments, "--out", str(tmp_path / "breve")])
    assert ended.exit_code == 4
    assert not (tmp_path / "breve").exists()
