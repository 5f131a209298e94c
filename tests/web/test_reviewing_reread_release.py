"""What a re-reading corrected, in a report and in a release."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.urls import reverse

from tests.web import test_reviewing_rereading as rereading
from tests.web.cast import LAUNCHED
from tests.web.mails_in_tests import do_waiting
from tests.web.test_reviewing_rereading import draw, read_all, settled_for_the_new
from tests.web.test_reviewing_second import get, post

pytestmark, locked = rereading.pytestmark, rereading.locked  # its house with locked cases, and the fixture


def test_a_report_and_a_release_say_the_corrected_figure_beside_the_frozen_one(
    cast: Any, client_of: Any, locked: Any, tmp_path: Path
) -> None:
    """From the click to a proposed release: protected, attacked and scanned like any numbers."""
    from sagsbarometer.runs.disclosure import Job, protect_results
    from sagsbarometer.runs.release_default import default_gate
    from sagsbarometer.runs.release_propose import Proposal, propose
    from sagsbarometer.runs.release_who import Who
    from sagsbarometer.store.results import load_results
    from sagsbarometer.web.reviewing.jobs import folder_of_freeze
    from tests.releases_in_tests import ANNA, START

    made = draw(locked)
    post(locked, "reread_assign", "1", readers=[cast.rasmus.id])
    read_all(made, other=1)
    settled_for_the_new(cast, client_of, made)
    assert "resultatmappe" not in get(locked, "numbers", "1")  # nothing is corrected yet
    post(locked, "reread_compute", "1", once="1")
    do_waiting()
    assert "resultatmappe" in get(locked, "numbers", "1")
    assert locked.post(reverse("findings:after_folder", args=[LAUNCHED, 1]), {"once": "a"}).status_code == 302
    do_waiting()
    folder = folder_of_freeze(LAUNCHED, 1)
    frozen, beside = (load_results(folder / name).results for name in ("results", "after"))
    assert beside.cells[: len(frozen.cells)] == frozen.cells
    assert f"{beside.cell('any_material_defect_corrected').value:.1f}" == "22.2"
    page = " ".join(
        re.sub(r"<[^>]*>", "", (folder / "after" / "efter.html").read_text(encoding="utf-8")).split()
    )
    assert (
        "33 procent som læst, 22 procent (4-54 procent) rettet for læsefejl. Bemærk: færre end 30 er læst"
        in page
    )
    protect_results(Job(folder / "after", "national_official", tmp_path / "beskyttet"))
    propose(Proposal(tmp_path / "beskyttet", tmp_path / "ud", Who(ANNA), START, "Efter"), default_gate())
    version = tmp_path / "ud" / "versions" / "0001"
    assert "any_material_defect_corrected" in (version / "cells.csv").read_text(encoding="utf-8")
    assert "22 procent" in (version / "efter.html").read_text(encoding="utf-8")
