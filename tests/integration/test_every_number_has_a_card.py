"""Every number of every kind of results opens its card in the HTML, and the card tells what issue 6 names."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sagsbarometer.cli.main import app
from sagsbarometer.runs.letters import LetterJob, write_letters
from tests.authorities_in_tests import invented
from tests.authorities_in_tests import register as authorities_in
from tests.authorities_in_tests import rows as authority_rows
from tests.cards_in_tests import cards, dead_ends, unopened
from tests.conftest import ROOT
from tests.integration.test_appeals_revisions import DAY as EARLIER
from tests.integration.test_appeals_revisions import EARLY, LATE, LAYOUT, deliver
from tests.integration.test_estimate_more import CLUSTERS, GOLDEN, NUMBERS, STRATIFIED, TWICE, twice
from tests.integration.test_estimate_rounds import CHANGED, ROUND, rounds
from tests.letters_in_tests import barometer, embargoed, service_check
from tests.registers_in_tests import layout_of
from tests.releases_in_tests import START
from tests.waits_in_tests import DAY, register_in, rows

PAGES = (
    "barometer/rapport.html",
    "barometer/hvor-knaekker-det.html",
    "check/laeringsnotat.html",
    "notes/901/laeringsnote.html",
    "letters/901/brev.html",
    "tables/rapport.html",
    "authorities/index.html",
    "compare/index.html",
    "groups/index.html",
    "revisions/index.html",
    "triangle/index.html",
    "waiting/index.html",
    "together/index.html",
    "scenario/index.html",
    "queue/index.html",
    "agreement/index.html",
    "numbers/index.html",
    "changes/index.html",
    "corrected/index.html",
)
ALWAYS = {
    "Base",
    "Definition",
    "Ukendt",
    "95 %-interval",
    "Generaliserbar",
    "Hvad der tælles",
    "Sådan regnes det",
    "Datadato",
    "Oprindelse",
    "Program",
}
BY_LAW = (
    "barometer",
    "check",
    "notes",
    "letters",
    "tables",
    "authorities",
    "compare",
    "groups",
    "waiting",
    "together",
)


def run(*words: object) -> None:
    done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code in (0, 1), done.output


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of each kind."""
    folder = tmp_path_factory.mktemp("every")
    _studies(folder, tmp_path_factory)
    _registers(folder)
    run("agreement", ROOT / "docs" / "eksempel" / "dobbeltlaesning.csv", "--population", 385, "--origin", "synthetic",
        "--out", folder / "agreement")  # fmt: skip
    _estimates(folder)
    return folder


def _studies(folder: Path, factory: pytest.TempPathFactory) -> None:
    shutil.copytree(barometer(factory)[0], folder / "barometer")
    recipients = folder / "recipients.csv"
    recipients.write_text("code,name\n901,Agernæs-Holme\n", encoding="utf-8")
    letter = ROOT / "publishing" / "letters" / "before_publication.md"
    waiting = embargoed(folder / "barometer", folder / "waits")
    write_letters(LetterJob(waiting, letter, recipients, folder / "letters", now=START + timedelta(days=1)))
    shutil.copytree(service_check("service_check_home_training", factory)[0], folder / "check")
    run("report", "notes", folder / "check", "--recipients", recipients, "--out", folder / "notes")


def _registers(folder: Path) -> None:
    layout_of(folder / "small", LAYOUT)
    deliver(folder / "r", EARLY, "early.csv")
    moved = ("--register", deliver(folder / "r", LATE, "late.csv"))
    run(
        "appeals",
        "tables",
        *moved,
        "--layout",
        folder / "small",
        "--as-of",
        "2025-06-01",
        "--out",
        folder / "tables",
    )
    run("appeals", "revisions", *moved, "--layout", folder / "small", "--from", EARLIER, "--to", "2025-06-01",
        "--out", folder / "revisions")  # fmt: skip
    days = ("--dates", f"{EARLIER},2025-06-01", "--every", "year")
    run("appeals", "triangle", "reversal_rate", *moved, *days, "--out", folder / "triangle")
    (folder / "a").mkdir()
    listed = [row for year in (2022, 2023, 2024) for row in authority_rows(invented(30), year)]
    asked = ("--register", authorities_in(folder / "a", listed), "--as-of", "2025-01-15")
    run("appeals", "authorities", *asked, "--period", "2024", "--out", folder / "authorities")
    years = ("--periods", "2022", "2023", "2024")
    run("appeals", "compare", *asked, *years, "--by", "authority", "--out", folder / "compare")
    (folder / "o").mkdir()
    offices = authorities_in(folder / "o", authority_rows({"A": (30, 100), "B": (2, 9)}, 2024, "office"))
    two = ("--periods", "2024", "--by", "office", "--groups", "A", "B")
    run(
        "appeals", "compare", "--register", offices, "--as-of", "2025-01-15", *two, "--out", folder / "groups"
    )
    asked = ("--register", register_in(folder, rows(2000)), "--as-of", DAY.isoformat())
    run("appeals", "waiting", *asked, "--by", "law_area", "--out", folder / "waiting")
    run("appeals", "waiting", *asked, "--priority", "together", "--out", folder / "together")
    run("appeals", "scenario", *asked, "--capacity", "60", "--out", folder / "scenario")
    run("appeals", "scenario", "--receipts", "20,21", "--capacity", "40", "--pending", "60", "--months", "9", "--out",
        folder / "queue")  # fmt: skip


def _estimates(folder: Path) -> None:
    def design(name: str, text: str) -> Path:
        (folder / name).write_text(text, encoding="utf-8")
        return folder / name

    numbers, changed = (
        design("numbers.yaml", STRATIFIED + NUMBERS),
        design("changed.yaml", ROUND + "unit: unit\n" + CHANGED),
    )
    by = ("--by", "area")
    run("estimate", GOLDEN / "stratified.csv", "--design", numbers, *by, "--out", folder / "numbers")
    before, now = rounds(folder)
    run("estimate", now, "--design", changed, "--before", before, "--out", folder / "changes")
    read = design("twice.yaml", CLUSTERS + TWICE)
    run("estimate", twice(folder, "cluster"), "--design", read, *by, "--out", folder / "corrected")


@pytest.mark.parametrize("page", PAGES)
def test_no_number_stands_alone(made: Path, page: str) -> None:
    cells, sentences = unopened(made / page)
    assert cells == []
    if not page.startswith(
        ("barometer", "check", "notes", "letters")
    ):  # whose texts bind their numbers or fail
        assert sentences == []


@pytest.mark.parametrize("page", PAGES)
def test_every_card_opens_and_tells_what_must_be_known(made: Path, page: str) -> None:
    assert dead_ends(made / page) == []
    told = cards(made / page)
    assert told or (made / page).with_name("tal.html").exists()
    known = {*ALWAYS, "Lovdata"} if page.startswith(BY_LAW) else ALWAYS
    for card in told:
        if "Trukket fra" in card or "Holdt tilbage" in card:  # a difference tells of both numbers
            continue
        assert known <= set(card), card
        assert all(card.values()), card


def test_a_card_of_a_median_says_how_it_was_made_and_of_which_cases(made: Path) -> None:
    told = [
        card
        for card in cards(made / "together" / "index.html")
        if card["Hvad der tælles"] == "Halvdelen venter mindst"
    ]
    (card,) = told
    assert card["For"] == "Alle sager"
    assert card["Base"].startswith("sager modtaget i perioden: ")
    assert "log-log-skala" in card["95 %-interval"]
    assert "Kaplan-Meier" in card["Sådan regnes det"]
    assert card["Generaliserbar"].startswith("Nej: ")
    assert card["Datadato"] == "31. marts 2025"


def test_a_scenario_says_that_its_numbers_are_of_no_cases(made: Path) -> None:
    for card in cards(made / "queue" / "index.html"):
        assert card["Oprindelse"] == "antagelser, ingen sager"
        assert "ikke en prognose" in card["Generaliserbar"]
    assert {card["Oprindelse"] for card in cards(made / "scenario" / "index.html")} != {
        "antagelser, ingen sager"
    }
