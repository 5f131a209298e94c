"""`sagsbarometer release` on the command line: what is said, and with which code it ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from sagsbarometer.cli import release_look, release_steps
from sagsbarometer.cli.main import app
from sagsbarometer.release.people import User
from sagsbarometer.runs import release_default, release_who
from tests.releases_in_tests import ANNA, BO, CARLA, CELLS, DORTE, OUT, Findings, after, cell, protected

Call = Callable[..., Result]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch) -> Call:
    """The command by a user at a moment, with a gate that finds nothing but what `findings` has."""
    at = SimpleNamespace(user=ANNA, now=after(), findings=Findings())
    monkeypatch.setattr(release_who, "operating_user", lambda: at.user)
    monkeypatch.setattr(release_default, "default_gate", lambda cases=(): at.findings.gate)
    for module in (release_steps, release_look):
        monkeypatch.setattr(module, "now", lambda: at.now)

    def run(
        *arguments: object, who: User = ANNA, now: datetime | None = None, findings: Findings | None = None
    ) -> Result:
        at.user, at.now, at.findings = who, now or after(), findings or Findings()
        return CliRunner().invoke(app, ["release", *map(str, arguments)], prog_name="sagsbarometer")

    return run


def told(result: Result) -> Any:
    return json.loads(result.stdout)


def test_the_whole_way(call: Call, tmp_path: Path) -> None:
    folder = tmp_path / "udgivelse"
    result = call("propose", protected(tmp_path / "x"), "--out", folder, "--title", "Barometer 2027")
    assert (result.exit_code, result.stdout) == (0, f"Foreslået: »Barometer 2027«, udgave 1, i {folder}.\n")
    own = call("approve", folder, now=after(hours=1))
    assert own.exit_code == 4
    assert "En forfatter kan ikke godkende sit eget." in own.stderr
    assert "3 tal" not in own.stdout + own.stderr  # nothing is shown to who may not approve
    first = call("approve", folder, who=BO, now=after(hours=1))
    assert first.exit_code == 0
    assert "3 tal, heraf 1 holdt tilbage" in first.stdout  # what is approved is shown
    assert "Godkendt af bo (oplyst af maskinen, ikke bevist)." in first.stdout
    assert call("approve", folder, who=CARLA, now=after(hours=2)).exit_code == 0
    soon = call("schedule", folder, "--at", "2027-04-26", who=DORTE, now=after(hours=3))
    assert "under embargo til 26. april 2027 kl. 8.00" in soon.stdout
    asked = ("--at", "2027-04-25 12:00", "--reason", "Lækket.")
    one = call("shorten", folder, *asked, who=BO, now=after(hours=3))
    assert "Ønsket fremskyndet af bo" in one.stdout  # one alone moves nothing, and is not told otherwise
    assert "under embargo til 26. april 2027 kl. 8.00" in one.stdout
    early = call("publish", folder, who=DORTE, now=after(hours=4))
    assert early.exit_code == 4
    assert "Tidspunktet er ikke nået: der er sat 26. april 2027 kl. 8.00, og nu er det" in early.stderr
    assert "Intet er skrevet." in early.stderr
    assert call("export", folder, "--public", tmp_path / "site").exit_code == 4
    assert call("publish", folder, who=DORTE, now=OUT).exit_code == 0
    assert call("export", folder, "--public", tmp_path / "site").exit_code == 0
    assert "Barometer 2027" in (tmp_path / "site" / "index.html").read_text()
    assert call("verify", folder).exit_code == 0


def test_what_policy_refuses_ends_with_4_and_writes_nothing(call: Call, tmp_path: Path) -> None:
    from tests.releases_in_tests import told as problem

    folder = tmp_path / "udgivelse"
    bare = protected(tmp_path / "bare", protection=None)
    assert call("propose", bare, "--out", folder).exit_code == 4
    local = protected(tmp_path / "local", (*CELLS, cell("any_defect", 1, 4, "municipality=901")))
    assert call("propose", local, "--out", folder).exit_code == 4
    good = protected(tmp_path / "good")
    for part in ("attack", "scan"):
        findings = Findings()
        getattr(findings, part).append(problem("Fundet."))
        assert call("propose", good, "--out", folder, findings=findings).exit_code == 4
    assert not folder.exists()
    assert call("propose", tmp_path / "none", "--out", folder).exit_code == 3


def test_for_programs(call: Call, tmp_path: Path) -> None:
    folder = tmp_path / "udgivelse"
    data = told(call("propose", protected(tmp_path / "x"), "--out", folder, "--json"))
    assert data["versions"][0]["state"] == "proposed"
    refused = call("publish", folder, "--json", now=after(hours=1))
    assert refused.exit_code == 4
    assert {item["code"] for item in told(refused)["problems"]} == {"UDGIV-101"}
    assert told(call("approve", folder, "--json", who=BO, now=after(hours=1)))["versions"][0][
        "approved_by"
    ] == [{"name": "bo", "how": "machine"}]
    data = told(call("status", folder, "--json", who=CARLA, now=after(hours=2)))
    assert data["open"]["approve"] == "Godkend"
    assert data["receipt"]["lines"] == 2
    assert told(call("show", folder, "--json", who=CARLA, now=after(hours=2)))["withheld"] == 1
    assert told(call("status", folder, "--json", now=after(hours=2)))["receipt"]["lines"] == 3
    assert told(call("verify", folder, "--json"))["same"] is True
    assert told(call("list", tmp_path, "--json"))["releases"][0]["state"] == "Godkendt af én"


def test_status_and_list_in_words(call: Call, tmp_path: Path) -> None:
    folder = tmp_path / "udgivelse"
    call("propose", protected(tmp_path / "x"), "--out", folder)
    shown = call("status", folder, "--log", who=BO, now=after(hours=1)).stdout
    assert "foreslået 1. april 2027 kl. 11.00 af anna (oplyst af maskinen, ikke bevist)" in shown
    assert "Du kan nu: Godkend, Afvis, Giv adgang før tid, Læs" in shown
    assert "1. 1. april 2027 kl. 11.00: foreslået (udgave 1) af anna" in shown
    assert call("list", tmp_path).stdout == "udgivelse: »En måling«, udgave 1: Foreslået\n"


def test_a_damaged_release_is_told(call: Call, tmp_path: Path) -> None:
    folder = tmp_path / "udgivelse"
    call("propose", protected(tmp_path / "x"), "--out", folder)
    (folder / "versions/0001/extra").write_text("x")
    damaged = call("verify", folder)
    assert damaged.exit_code == 1
    assert "UDGIV-136 versions/0001/extra" in damaged.stderr
    (folder / "log.jsonl").write_bytes((folder / "log.jsonl").read_bytes() + b"{")
    torn = call("verify", folder)
    assert torn.exit_code == 3
    assert "UDGIV-132" in torn.stderr
    assert call("status", folder).exit_code == 3
    assert "Skar 1 byte af." in call("verify", folder, "--cut", now=after(hours=1)).stderr


def test_signing_elsewhere(call: Call, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    hex_ = call("key", "Bo", "--out", keys).stdout.strip()
    people = tmp_path / "people.yaml"
    people.write_text(
        "schema_version: 1\npeople:\n  - {id: anna, name: Anna, roles: [author], user: anna}\n"
        f"  - {{id: bo, name: Bo, roles: [approver], key: {hex_}}}\n"
        "  - {id: dorte, name: Dorte, roles: [approver, publisher], user: dorte}\n"
    )
    folder = tmp_path / "udgivelse"
    assert call("propose", protected(tmp_path / "x"), "--out", folder, "--people", people).exit_code == 0
    request, signed = tmp_path / "request.json", tmp_path / "signed.json"
    ask = ("request", folder, "--action", "approve", "--out", request)
    assert call(*ask, now=after(hours=1)).exit_code == 0
    assert call(*ask, now=after(hours=1)).exit_code == 3  # never over another file
    done = call("sign", request, "--key", keys / "bo.key", "--out", signed)
    assert "Underskrevet: approve som approver, udgave 1 af »En måling«" in done.stderr
    handed = call("approve", folder, "--signed", signed, who=DORTE, now=after(hours=2))
    assert "Godkendt af Bo (underskrevet med nøgle)." in handed.stdout
    again = call("approve", folder, "--signed", signed, who=DORTE, now=after(hours=3))
    assert again.exit_code == 4
    assert "Den er allerede brugt." in again.stderr


@pytest.mark.parametrize(
    ("at", "told_"),
    [
        ("2027-03-28 02:30", "findes ikke"),
        ("2027-10-31 02:30", "kommer to gange"),
        ("i morgen", "ikke et tidspunkt"),
        ("2027-02-30 08:00", "ikke et tidspunkt"),
        ("", "Tidspunktet mangler"),
    ],
)
def test_an_hour_no_clock_shows_is_told(call: Call, tmp_path: Path, at: str, told_: str) -> None:
    folder = tmp_path / "udgivelse"
    call("propose", protected(tmp_path / "x"), "--out", folder)
    result = call("schedule", folder, "--at", at, who=DORTE, now=after(hours=1))
    assert result.exit_code == 3
    assert told_ in result.stderr


def test_an_amendment_on_the_command_line(call: Call, tmp_path: Path) -> None:
    folder = tmp_path / "udgivelse"
    call("propose", protected(tmp_path / "x"), "--out", folder)
    assert call("refuse", folder, who=BO, now=after(hours=1)).exit_code == 4  # without a reason
    assert call("refuse", folder, "--reason", "Forkert.", who=BO, now=after(hours=1)).exit_code == 0
    new = protected(tmp_path / "nye", (cell("any_defect", 52, 100), *CELLS[1:]))
    result = call("amend", folder, new, "--note", "Rettet.", now=after(hours=2))
    assert "1 tal er ikke som før." in result.stdout
    assert "Andel med en mangel: ændret, før 53 % (53 af 100), nu 52 % (52 af 100)" in result.stdout
