"""Letters and notes in English: the numbers of the Danish, and nothing Danish unmarked."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from sagsbarometer.kernel.problems import Faults
from sagsbarometer.runs.letters import LetterJob, NoteJob, write_letters, write_notes
from tests.conftest import ROOT
from tests.integration.test_english_reports import CHECKS, danish_left
from tests.letters_in_tests import barometer, embargoed, published, service_check
from tests.releases_in_tests import OUT, after

LETTERS = ROOT / "publishing" / "letters"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The results of the reconstructed barometer, and a list of one recipient."""
    folder = tmp_path_factory.mktemp("letters")
    results, data = barometer(tmp_path_factory)
    lines = (data / "municipalities.csv").read_text(encoding="utf-8").splitlines()
    (folder / "one.csv").write_text("\n".join(lines[:2]) + "\n", encoding="utf-8")
    return results, folder / "one.csv"


def numbers(page: Path) -> list[tuple[str, str]]:
    """Each number of a text: which it is, and its digits."""
    found = re.findall(r'data-measure="([^"]*)"[^>]*>([^<]*)<', page.read_text(encoding="utf-8"))
    return [(measure, re.sub(r"\D", "", text)) for measure, text in found]


def unmarked(page: Path, *names: str) -> list[str]:
    """What is Danish in a page and not marked as such, the names of recipients and releases apart."""
    text = page.read_text(encoding="utf-8")
    for name in names:
        text = text.replace(name, "")
    return danish_left(text)


def test_a_letter_under_embargo_in_english(made: tuple[Path, Path], tmp_path: Path) -> None:
    results, one = made
    release = embargoed(results, tmp_path)
    for file in ("before_publication.md", "before_publication.en.md"):
        write_letters(
            LetterJob(release, LETTERS / file, one, tmp_path / file, after(days=2), formats=("html",))
        )
    (danish,) = (tmp_path / "before_publication.md" / "901").iterdir()
    (english,) = (tmp_path / "before_publication.en.md" / "901").iterdir()
    assert numbers(english) == numbers(danish)
    page = english.read_text(encoding="utf-8").replace("\u00a0", " ")
    assert '<html lang="en">' in page
    assert "Under embargo until 26 April 2027 at 8.00" in page
    assert "section 79 a(1)" in page


def test_a_letter_with_ones_own_cases_in_english(made: tuple[Path, Path], tmp_path: Path) -> None:
    results, one = made
    release = published(results, tmp_path)
    tables = []
    for file in ("case_feedback.md", "case_feedback.en.md"):
        now, text = OUT.replace(year=2028), LETTERS / file
        write_letters(LetterJob(release, text, one, tmp_path / file, now, cases=results, formats=("html",)))
        (page,) = (tmp_path / file / "901").iterdir()
        tables.append(re.findall(r"<tr>(.*?)</tr>", page.read_text(encoding="utf-8"), re.DOTALL))
    assert len(tables[0]) == len(tables[1]) > 2
    assert any("Hvis der var klaget" in row for row in tables[0])
    assert not any("Hvis der var klaget" in row or "ingen fundet" in row for row in tables[1])
    assert any("none found" in row for row in tables[1])


@pytest.mark.parametrize("template", CHECKS)
def test_a_note_in_english_has_the_numbers_of_the_danish(
    template: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    results, _ = service_check(template, tmp_path_factory)
    for language in ("da", "en"):
        write_notes(NoteJob(results, tmp_path / language, formats=("html",), language=language))
    codes = sorted(path.name for path in (tmp_path / "da").iterdir() if path.is_dir())
    assert len(codes) == 6
    for code in codes:
        (danish,), (english,) = ((tmp_path / language / code).iterdir() for language in ("da", "en"))
        assert numbers(english) == numbers(danish)
        assert unmarked(english) == []
        assert f"Municipality {code}" in english.read_text(encoding="utf-8")


def test_a_study_without_an_english_note_says_so(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    shared, _ = service_check("service_check_lost_earnings", tmp_path_factory)
    results = shutil.copytree(shared, tmp_path / "own")
    manifest = json.loads((results / "manifest.json").read_text(encoding="utf-8"))
    del manifest["files"]["kommuner/note.en.md"]
    (results / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (results / "kommuner" / "note.en.md").unlink()
    with pytest.raises(Faults) as raised:
        write_notes(NoteJob(results, tmp_path / "en", language="en"))
    assert [(problem.code, "engelsk" in problem.fault) for problem in raised.value.problems] == [
        ("BREV-107", True)
    ]
