"""docs/udgivelse.md, followed from start to end: each line as it is printed, by who the document says."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from markdown_it import MarkdownIt
from typer.testing import CliRunner

from sagsbarometer.cli import release_look, release_steps
from sagsbarometer.cli.main import app
from sagsbarometer.release.people import User
from sagsbarometer.runs import release_default, release_who
from sagsbarometer.store.release import open_release
from tests.conftest import ROOT
from tests.releases_in_tests import ANNA, BO, CARLA, CELLS, DORTE, OUT, Findings, after, cell, protected

TEXT = (ROOT / "docs" / "udgivelse.md").read_text(encoding="utf-8")
ELSEWHERE = {"disclosure protect", "release access-package"}  # followed by the tests of those


def lines() -> Iterator[str]:
    for token in MarkdownIt("commonmark").parse(TEXT):
        if token.type == "fence" and not token.info:
            for line in token.content.splitlines():
                yield line.removeprefix("./run sagsbarometer ")


@pytest.fixture
def follow(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> SimpleNamespace:
    at = SimpleNamespace(user=ANNA, now=after(), said={})
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(release_who, "operating_user", lambda: at.user)
    monkeypatch.setattr(release_default, "default_gate", lambda cases=(): Findings().gate)
    monkeypatch.setattr("getpass.getpass", lambda prompt="": "hemmelig")
    monkeypatch.setattr("sagsbarometer.cli.release_who.getpass", lambda prompt="": "hemmelig")
    for module in (release_steps, release_look):
        monkeypatch.setattr(module, "now", lambda: at.now)

    def run(line: str, who: User, now: datetime, *more: str) -> None:
        at.user, at.now = who, now
        result = CliRunner().invoke(app, [*shlex.split(line), *more], prog_name="sagsbarometer")
        assert result.exit_code == 0, (line, result.stdout, result.stderr)
        at.said[line] = result.stdout

    at.run = run
    return at


def test_the_document_works_as_it_is_printed(follow: SimpleNamespace, tmp_path: Path) -> None:
    printed = [line for line in lines() if " ".join(line.split()[:2]) not in ELSEWHERE]
    left = list(printed)

    def line(begin: str) -> str:
        found = next(item for item in left if item.startswith(f"release {begin}"))
        left.remove(found)
        return found

    run = follow.run
    run(line("key"), BO, after())
    people = re.search(r"```yaml\n(.*?)```", TEXT, flags=re.DOTALL)
    assert people is not None
    key = (tmp_path / "noegler/bo.pub").read_text().strip()
    (tmp_path / "people.yaml").write_text(people[1].replace("64 tegn fra bo.pub", key))
    protected(tmp_path / "beskyttet")
    run(line("propose"), ANNA, after(hours=1))
    show, approve = line("show"), line("approve")
    signed = ("--key", "noegler/bo.key")
    assert "--key noegler/bo.key" in TEXT
    run(show, BO, after(hours=2), *signed)
    run(approve, BO, after(hours=2), *signed)
    run(approve, CARLA, after(hours=3))
    run(line("schedule"), DORTE, after(hours=4))
    run(line("access add"), DORTE, after(hours=5))
    assert "under embargo til 26. april 2027 kl. 8.00" in "".join(follow.said.values())
    run(line("publish"), DORTE, OUT)
    run(line("export udgivelse --public site"), DORTE, OUT)
    assert "Ministerens kontor" in (tmp_path / "site/index.html").read_text()
    protected(tmp_path / "nye_tal", (cell("any_defect", 52, 100), *CELLS[1:]))
    amend = line("amend")
    run(amend, ANNA, after(days=30))
    assert "før 53 % (53 af 100), nu 52 % (52 af 100)" in follow.said[amend]
    run(line("request"), BO, after(days=30, hours=1))
    run(line("sign"), BO, after(days=30, hours=1))
    run(line("approve udgivelse --signed"), CARLA, after(days=30, hours=2))
    receipt = open_release(tmp_path / "udgivelse").history.head
    run(line("verify").replace("…", receipt), DORTE, after(days=31))
    run(line("withdraw"), DORTE, after(days=32))
    run(line("export udgivelse --public site --force"), DORTE, after(days=32))
    page = (tmp_path / "site/index.html").read_text()
    assert "Udtrækket var forkert." in page
    assert not (tmp_path / "site/udgave").exists()
    assert left == []
    for inline in ("release status udgivelse", "release list ."):
        assert f"`{inline}`" in TEXT
        run(inline, DORTE, after(days=33))
    assert "Trukket tilbage" in follow.said["release status udgivelse"]


def test_what_the_document_says_in_passing_works(follow: SimpleNamespace, tmp_path: Path) -> None:
    refuse = next(found for found in re.findall(r"`(release refuse[^`]*)`", TEXT))
    protected(tmp_path / "beskyttet")
    follow.run("release propose beskyttet --out udgivelse", ANNA, after(hours=1))
    follow.run(refuse, BO, after(hours=2))
