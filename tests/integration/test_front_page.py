"""A folder with several results is served behind one front page, which keeps the two tracks apart."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from sagsbarometer.kernel.problems import Faults
from sagsbarometer.measures.cells import write_csv
from sagsbarometer.runs.front import front_page
from sagsbarometer.runs.serve import server_for
from sagsbarometer.store.results import SCHEMA_VERSION


def results(folder: Path, track: str, title: str, **more: str) -> None:
    folder.mkdir(parents=True)
    manifest = {"schema_version": SCHEMA_VERSION, "kind": "results", track: {"title": {"da": title}}, **more}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "cells.csv").write_text(write_csv(()), encoding="utf-8")
    (folder / "definitions.json").write_text("{}", encoding="utf-8")
    (folder / "index.html").write_text(f"<title>{title}</title>", encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    results(tmp_path / "b", "study", "Barometer <97>", origin="reconstructed", data_date="2024-04-26")
    results(tmp_path / "k", "layout", "Årsredegørelse", origin="reconstructed", data_date="2025-04-11")
    return tmp_path


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    server = server_for(folder, 8571, front_page(folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_the_page_leads_to_each_by_track_and_says_what_the_data_are(folder: Path) -> None:
    page = front_page(folder)
    reviewed, appealed = page.index("Gennemgåede sager"), page.index("Klagesager")
    assert reviewed < page.index("./b/index.html") < appealed < page.index("./k/index.html")
    assert "Barometer &lt;97&gt;" in page
    assert "Barometer <97>" not in page
    assert "KLADDE · Rekonstruerede data" in page
    assert "Data pr. 11. april 2025" in page


def test_what_is_released_stands_after_the_drafts(folder: Path) -> None:
    (folder / "u").mkdir()
    (folder / "u" / "manifest.json").write_text(
        '{"kind": "public", "title": "Barometer <2027>"}', encoding="utf-8"
    )
    (folder / "v").mkdir()
    (folder / "v" / "manifest.json").write_text('{"kind": "letters", "title": "Breve"}', encoding="utf-8")
    page = front_page(folder)
    assert page.index("./k/index.html") < page.index("./u/index.html")
    assert "Barometer &lt;2027&gt;" in page
    assert "./v/" not in page
    assert "2 kørsler" in page


def test_it_is_served_at_the_root_and_the_results_below_it(address: str) -> None:
    with urllib.request.urlopen(address + "/?x=1") as answer:
        assert "Årsredegørelse" in answer.read().decode()
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    with urllib.request.urlopen(address + "/k/index.html") as answer:
        assert answer.read().decode() == "<title>Årsredegørelse</title>"
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(address + "/nothing/")


def test_a_folder_without_results_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    with pytest.raises(Faults) as caught:
        front_page(tmp_path)
    assert caught.value.problems[0].code == "RESULTAT-101"


def test_one_unreadable_result_is_told_not_passed_over(folder: Path) -> None:
    (folder / "k" / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(Faults):
        front_page(folder)


@pytest.mark.parametrize("told", ["x", {"title": "x"}, {"title": {}}, {"title": {"da": 5}}, []])
def test_a_manifest_that_somebody_edited_gives_the_name_of_the_folder(tmp_path: Path, told: object) -> None:
    results(tmp_path / "a #1", "layout", "T", data_date="<b>")
    path = tmp_path / "a #1" / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8")) | {"layout": told}
    path.write_text(json.dumps(manifest), encoding="utf-8")
    assert '<a href="./a%20%231/index.html">a #1</a></li>' in front_page(tmp_path)
