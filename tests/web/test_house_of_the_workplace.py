"""`sagsbarometer init`: a house is made whole or not at all, and never over another."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sagsbarometer.documents.vault import KeyGone, Keys
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.web.keeping.config import config_problems, config_text
from sagsbarometer.web.keeping.house import First, make_house, recover

if TYPE_CHECKING:
    from django.test import Client

    from tests.web.cast import Cast
    from tests.web.house_in_tests import Workplace

ADA = First("ada@example.dk", "Ada Opdigtet")


def init(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sagsbarometer.cli.main", "init", str(folder), *arguments]
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("SAGSBAROMETER_HOME", "DATABASE_URL")
    }
    return subprocess.run(
        command, env=kept, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )


def test_a_house_is_ours_alone_and_its_administrator_gets_a_link(tmp_path: Path) -> None:
    folder = tmp_path / "hus"
    told = init(folder, "--email", "Ada@Example.dk", "--name", "Ada", "--address", "https://hus.example.dk")
    assert told.returncode == 0, told.stderr
    assert re.fullmatch(r"https://hus\.example\.dk/konto/\S+/\n", told.stdout)
    for path in [folder, *folder.rglob("*")]:
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path
    assert Keys(folder / "keys").named("master") != Keys(folder / "keys").named("events")
    config = tomllib.loads((folder / "config.toml").read_text(encoding="utf-8"))
    assert config["address"] == "https://hus.example.dk"
    assert config_problems(config) == []


def test_a_command_reads_in_nothing_that_counts_or_draws(workplace: Workplace) -> None:
    """Each command and each process of `serve` starts Django; what computes would double what that takes."""
    program = (
        "import sys; from pathlib import Path; from sagsbarometer.web.boot import boot; boot(Path(sys.argv[1]));"
        "print(*{name.partition('.')[0] for name in sys.modules}, *(name for name in sys.modules if 'runs' in name))"
    )
    folder = str(workplace.home.folder)
    told = subprocess.run([sys.executable, "-c", program, folder], capture_output=True, text=True, check=True)
    heavy = {"altair", "duckdb", "ibis", "numpy", "pyarrow", "pydantic", "scipy", "typst", "vl_convert"}
    assert not (heavy | {"sagsbarometer.runs"}) & set(told.stdout.split())


def test_a_second_init_changes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "hus"
    folder.mkdir()
    (folder / "andet.txt").write_text("andet", encoding="utf-8")
    told = init(folder, "--email", "ada@example.dk", "--name", "Ada")
    assert told.returncode == 3
    assert "DRIFT-101" in told.stderr
    assert [path.name for path in folder.iterdir()] == ["andet.txt"]


def test_without_a_terminal_nothing_is_asked(tmp_path: Path) -> None:
    told = init(tmp_path / "hus", "--no-input")
    assert told.returncode == 2
    assert not (tmp_path / "hus").exists()


@pytest.mark.parametrize(
    ("first", "address"),
    [
        (First("ada", "Ada"), "http://x.dk"),
        (First("ada@example.dk\nbcc: x@y.dk", "Ada"), "http://x.dk"),
        (First("ada@example.dk", " "), "http://x.dk"),
        (ADA, "hus.example.dk"),
        (ADA, "https://hus.example.dk/under/mappe"),
    ],
)
def test_what_cannot_be_used_leaves_no_folder(first: First, address: str, tmp_path: Path) -> None:
    with pytest.raises(Faults, match="DRIFT-103"):
        make_house(tmp_path / "hus", address=address, first=first)
    assert not (tmp_path / "hus").exists()


def test_a_house_that_could_not_be_filled_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sagsbarometer.web.keeping import house

    def full(*_: object) -> str:
        raise OSError(28, "disk full")

    monkeypatch.setattr(house, "_fill", full)
    with pytest.raises(OSError, match="disk full"):
        make_house(tmp_path / "hus", first=ADA)
    assert not (tmp_path / "hus").exists()


def test_keys_are_never_written_over(tmp_path: Path) -> None:
    keys = Keys(tmp_path / "keys")
    keys.make()
    before = keys.named("master")
    keys.make()
    assert keys.named("master") == before
    (tmp_path / "keys" / "master").unlink()
    with pytest.raises(KeyGone):
        keys.named("master")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('adress = "x"', "»adress«"),
        ("address = 8000", "forkert slags"),
        ('second_factor = ["chef"]', "»chef«"),
        ("[mail]\nport = true", "forkert slags"),
        ('[mail]\npassword = "x"', "»mail.password«"),
        ('[[oidc]]\nname = "x"', "provider_id"),
    ],
)
def test_a_key_nobody_reads_is_told(line: str, said: str) -> None:
    faults = [problem.fault for problem in config_problems(tomllib.loads(line))]
    assert any(said in fault for fault in faults), faults


def test_a_name_with_quotation_marks_stays_one_name() -> None:
    name = 'Styrelsen "for" \\ prøver\n[mail]'
    assert tomllib.loads(config_text("https://x.dk", name))["organisation"] == name


def test_who_lost_the_way_in_gets_a_new_one(
    workplace: Workplace, cast: Cast, client_of: Callable[..., Client]
) -> None:
    from allauth.mfa.models import Authenticator

    from sagsbarometer.web.accounts.models import User
    from sagsbarometer.web.events.acting import acting

    with acting("system:tests", "tests"):
        Authenticator.objects.create(user=cast.anna, type="totp", data={})
    signed_in = client_of(cast.anna)
    assert signed_in.get("/opgaver/").status_code == 200
    link = recover("Anna@example.dk", "https://hus.example.dk")
    assert link.startswith("https://hus.example.dk/konto/")
    assert not Authenticator.objects.filter(user=cast.anna).exists()
    assert signed_in.get("/opgaver/").status_code == 302
    stranger = client_of()
    page = stranger.get(link.partition(".dk")[2], follow=True)
    new = "en helt anden lang adgangskode"
    assert page.status_code == 200
    form = "application/x-www-form-urlencoded"
    stranger.post(
        page.redirect_chain[-1][0], f"password1={new}&password2={new}".replace(" ", "+"), content_type=form
    )
    assert User.objects.get(pk=cast.anna.pk).check_password(new)
    again = client_of().get(link.partition(".dk")[2], follow=True)
    assert 'name="password1"' not in again.content.decode()
    with pytest.raises(Faults, match="DRIFT-107"):
        recover("ingen@example.dk", "https://hus.example.dk")
    with pytest.raises(Faults, match="DRIFT-107"):  # a closed account stays closed
        recover("ida@example.dk", "https://hus.example.dk")
