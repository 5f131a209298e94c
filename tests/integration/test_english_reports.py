"""The templates in English: each has its whole report in a text of its own, and what is Danish in it is marked so."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from sagsbarometer.runs.appeals_tables import Job as Tables
from sagsbarometer.runs.appeals_tables import make_tables
from sagsbarometer.runs.report_build import BuildJob, open_results, written
from tests.integration.test_appeals_tables import ROWS, register_of
from tests.letters_in_tests import service_check
from tests.shared_in_tests import demo_study

LAYOUTS = ("annual_report_2024", "legal_certainty_2026", "knowledge_collection_2022")
CHECKS = ("service_check_home_training", "service_check_lost_earnings")
# Letters that English lacks, and words that no English sentence has.
_DANISH = re.compile(
    r"[æøåÆØÅ]|\b(?:og|ikke|er|af|til|med|som|sager|sagen|eller|efter|skal|der|det|den|på|hvor|hvis|kan|ved|alle|blev)\b"
)


@pytest.fixture(scope="module", params=[*LAYOUTS, *CHECKS, "barometer_97"])
def results(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of a template."""
    if request.param == "barometer_97":
        return demo_study(tmp_path_factory).results
    if request.param in CHECKS:
        return service_check(request.param, tmp_path_factory)[0]
    folder = tmp_path_factory.mktemp(f"english_{request.param}")
    register = register_of(folder / "register", ROWS)
    return make_tables(Tables(register, request.param, "2025-12-31", folder / "results")).out


def danish_left(page: str) -> list[str]:
    """The pieces of a page in Danish that are not marked as Danish; what is read out or shown on hover too. Rules of
    the form are no language."""
    told = re.sub(r"<style.*?</style>|<code>.*?</code>|<wbr>|\u00ad", "", page, flags=re.DOTALL)
    told = re.sub(r'<(th|td|dd|span)\b[^>]*\blang="da"[^>]*>.*?</\1>', "", told, flags=re.DOTALL)
    spoken = re.findall(r'(?:aria-label|alt|title)="([^"]*)"', told)
    pieces = [*re.sub(r"<[^>]+>", "\n", told).split("\n"), *spoken]
    return [piece.strip() for piece in map(html.unescape, pieces) if _DANISH.search(piece)]


def test_the_search_finds_danish_and_passes_what_is_marked() -> None:
    assert danish_left('<p>The cases og others</p><td lang="da">Kilden og tabellen</td>') == [
        "The cases og others"
    ]
    assert danish_left('<img alt="Søjler">') == ["Søjler"]


def test_the_whole_report_is_there_in_english(results: Path) -> None:
    danish, english = (
        open_results(BuildJob(results, Path(), language=language)) for language in ("da", "en")
    )
    codes = {problem.code for problem in english.remarks}
    assert not codes & {"RAPPORT-221", "RAPPORT-119"}
    assert len(english.documents) == len(danish.documents)
    files = written(english, frozenset({"html"}), with_manifest=False)
    assert '<html lang="en">' in files["index.html"].decode()
    left = {name: danish_left(data.decode()) for name, data in files.items() if name.endswith(".html")}
    assert {name: pieces for name, pieces in left.items() if pieces} == {}
