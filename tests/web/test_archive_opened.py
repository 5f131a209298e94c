"""An archive opened again with nothing but what any machine has: after the purge it is all there is."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sagsbarometer.web.events.acting import acting
from sagsbarometer.web.keeping.archive import archive
from sagsbarometer.web.keeping.purge import purge
from tests.uploads_in_tests import docx, pdf, png
from tests.web.cast import LAUNCHED, Cast
from tests.web.deliveries_in_tests import put_file
from tests.web.house_in_tests import Workplace

Client = Callable[..., Any]
FILES = {
    "afgørelse.pdf": pdf("Ansoeger 010203-1234"),
    "notat.docx": docx("Borger 0102031234"),
    "bilag.png": png(),
}


@pytest.fixture
def delivered(cast: Cast, client_of: Client) -> Any:
    """A closed study with documents in two cases, and a letter."""
    from sagsbarometer.web.delivering.models import Case
    from sagsbarometer.web.letters.fields import addressees
    from sagsbarometer.web.letters.making import make
    from sagsbarometer.web.planning.models import Study

    one, two = cast.case("901", "draft"), cast.case("902", "draft")
    for name, content in FILES.items():
        assert put_file(client_of(cast.kim), one, name, content).status_code == 302
    put_file(client_of(cast.karla), two, "svar.pdf", pdf("Borger 01 02 03-1234"))
    assert make(cast.launched, "call_in", addressees(cast.launched)["906"], cast.anna.id)
    with acting("system:tests", "cast"):
        Case.objects.filter(pk__in=[one.id, two.id]).update(state="submitted")
        Study.objects.filter(pk=LAUNCHED).update(state="closed")
    return one


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_an_archive_is_read_after_the_purge_without_the_program(
    workplace: Workplace, cast: Cast, delivered: Any, tmp_path: Path
) -> None:
    import pikepdf

    folder = tmp_path / "arkiv"
    archive(workplace.home, LAUNCHED, folder, "system:tests", documents=True)
    purge(workplace.home, LAUNCHED, "system:tests")
    # Every file has its hash in the list, and no file is without.
    listed = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
    there = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    assert set(listed) == set(there) - {"manifest.json"}
    for name, told in listed.items():
        assert hashlib.sha256(there[name].read_bytes()).hexdigest() == told["sha256"], name
    # Each document is as it was sent, and leads to its case.
    own = {row["name"]: row for row in rows(folder, "documents.csv") if row["case_id"] == delivered.id}
    assert set(own) == set(FILES)
    cases = {row["id"]: row for row in rows(folder, "rows/delivering_case.csv")}
    for name, content in FILES.items():
        row = own[name]
        assert (folder / "documents" / row["file"]).read_bytes() == content
        assert row["sha256"] == hashlib.sha256(content).hexdigest()
        assert cases[row["case_id"]]["number"] == row["case_number"]
    (letter,) = rows(folder, "rows/letters_letter.csv")
    with pikepdf.open(io.BytesIO((folder / "letters" / f"{letter['id']}.pdf").read_bytes())) as opened:
        assert len(opened.pages) >= 1
    # Every column of every table is told of, with its codes.
    told = {(row["table"], row["column"]): row for row in rows(folder, "columns.csv")}
    for path in (folder / "rows").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            assert not [name for name in next(csv.reader(file)) if (path.stem, name) not in told]
    assert "submitted: Afleveret" in told["delivering_case", "state"]["codes"]
    assert told["delivering_case", "request_id"]["refers_to"] == "delivering_request"


@pytest.mark.parametrize("documents", [False, True])
def test_the_data_to_be_analysed_show_that_two_cases_are_about_one_person(
    workplace: Workplace, cast: Cast, delivered: Any, tmp_path: Path, documents: bool
) -> None:
    folder = tmp_path / "arkiv"
    archive(workplace.home, LAUNCHED, folder, "system:tests", documents=documents)
    by_case: dict[str, set[str]] = {}
    for row in rows(folder, "rows/documents_person.csv"):
        by_case.setdefault(row["case_id"], set()).add(row["pseudonym"])
    one, two = by_case.values()
    assert one == two
    assert len(one) == 1
    coded = b"".join(path.read_bytes() for path in (folder / "rows").iterdir())
    assert not [word for word in (b"0102031234", b"010203-1234") if word in coded]
