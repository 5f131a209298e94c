"""A release through the program's own gate: real protection, attack, scan and reports, of a small made-up register."""

from __future__ import annotations

from pathlib import Path

import pytest

from sagsbarometer.kernel.problems import Faults
from sagsbarometer.measures.cells import WITHHELD
from sagsbarometer.runs.disclosure import Job, protect_results
from sagsbarometer.runs.release_default import default_gate
from sagsbarometer.runs.release_export import export
from sagsbarometer.runs.release_propose import Amendment, Proposal, amend, propose
from sagsbarometer.runs.release_read import read
from sagsbarometer.runs.release_view import change_words
from sagsbarometer.runs.release_who import Who
from sagsbarometer.runs.scan import scan_folder
from sagsbarometer.store.release_verify import verify_release
from tests import register_reports_in_tests as register
from tests.protected_in_tests import results_folder
from tests.releases_in_tests import ANNA, BO, CARLA, DORTE, HOUR, OUT, START, after, take


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A protected folder and a release of it that is out."""
    folder = tmp_path_factory.mktemp("udgivelse")
    results = results_folder(folder / "tal", register.edition(), register.REPORT)
    protect_results(Job(results, "open_local", folder / "beskyttet"))
    propose(Proposal(folder / "beskyttet", folder / "ud", Who(ANNA), START, "Prøven"), default_gate())
    take(folder / "ud", "approve", BO, after(hours=1))
    take(folder / "ud", "approve", CARLA, after(hours=2))
    take(folder / "ud", "schedule", DORTE, after(hours=3), at=HOUR)
    read(folder / "ud", Who(BO), after(hours=4), 0, folder / "foer", default_gate())
    take(folder / "ud", "publish", DORTE, OUT, default_gate())
    export(folder / "ud", folder / "site")
    return folder


def test_kladde_is_gone_only_when_it_is_out(made: Path) -> None:
    drafts = (made / "ud/versions/0001/prove.html").read_text()
    before = (made / "foer/prove.html").read_text()
    public = (made / "site/udgave/prove.html").read_text()
    assert "KLADDE" in drafts
    assert "Under embargo til 26. april 2027 kl. 8.00" in before
    assert "KLADDE" not in before
    assert "KLADDE" not in public
    assert "mbargo" not in public
    assert all(WITHHELD in page for page in (drafts, before, public))
    assert "Rekonstruerede" in public or "Opdigtede" in public  # what the data are is never gone


def test_what_is_out_is_whole_and_clean(made: Path) -> None:
    assert verify_release(made / "ud")[1] == ()
    assert scan_folder(made / "site") == ()
    names = {path.suffix for path in (made / "site/udgave").rglob("*") if path.is_file()}
    assert names >= {".html", ".pdf", ".docx", ".xlsx", ".csv", ".svg", ".json", ".parquet"}


def test_numbers_without_protection_are_refused(made: Path, tmp_path: Path) -> None:
    with pytest.raises(Faults) as raised:
        propose(Proposal(made / "tal", tmp_path / "ud", Who(ANNA), START), default_gate())
    assert {item.code for item in raised.value.problems} == {"UDGIV-141"}


def test_a_new_version_is_attacked_with_the_old_and_may_change_nothing(made: Path) -> None:
    job = Amendment(made / "ud", made / "beskyttet", Who(ANNA), after(days=31), "En rettet tekst.")
    taken = amend(job, default_gate())
    assert taken.version.number == 2
    assert change_words(taken.release, 2) == ()
