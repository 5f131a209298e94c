"""The last part of the first track: numbers protected, proposed, approved by two, and public. Nobody in it exists."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path

import typer.main
import yaml

from sagsbarometer.cli.main import app
from sagsbarometer.kernel.dates import COPENHAGEN

HERE = Path(__file__).resolve().parent
LETTER = HERE.parent / "publishing" / "letters" / "before_publication.md"
PROFILE = "national_official"
PEOPLE = (
    ("anna", "Anna Andersen (opdigtet)", "author"),
    ("bo", "Bo Bertelsen (opdigtet)", "approver"),
    ("carla", "Carla Christensen (opdigtet)", "approver"),
    ("dorte", "Dorte Dam (opdigtet)", "publisher"),
)
RECIPIENT = ("901", "Agernæs-Holme")
REASON = "Det er en demo: den venter ikke til klokken 8."
_COMMANDS = typer.main.get_command(app)  # all eighty are built each time `app` itself is called
_ASIDE = ("·", "Advarsel", "  ", "Kvittering")  # progress and details of what a command says


def main() -> int:
    """Runs it; 0 when the public folder is there."""
    parser = argparse.ArgumentParser(description="Fra resultater til en offentlig mappe.")
    for name in ("results", "folder", "public"):
        parser.add_argument(name, type=Path)
    options = parser.parse_args()
    publish(options.results, options.folder, options.public)
    return 0


def publish(results: Path, folder: Path, public: Path) -> None:
    """Writes `folder` (what the office keeps: protected numbers, keys, release, letters) and `public`."""
    protected, release = folder / "beskyttet", folder / "udgivelse"
    _step("Beskytter tallene, og angriber dem")
    _run("disclosure", "protect", results, "--profile", PROFILE, "--out", protected)
    people, sign = _people(folder)
    _step("Foreslår udgivelsen; hver fil ses igennem for CPR-numre og for sagernes id'er")
    named = ("--people", people, "--cases", results, *sign("anna"))
    _run("release", "propose", protected, "--out", release, *named)
    _step("To, der ikke har lavet tallene, godkender, og udgiveren sætter tidspunktet")
    for approver in ("bo", "carla"):
        _run("release", "approve", release, *sign(approver), shown=lambda line: "Godkendt af" in line)
    now = datetime.now(UTC).astimezone(COPENHAGEN)
    _run("release", "schedule", release, "--at", f"{now + timedelta(days=7):%Y-%m-%d}", *sign("dorte"))
    _step("Skriver ét brev til en kommune, der får tallene før tid")
    told = ("--reason", "Kommunen skal kunne forberede sig.", *sign("dorte"))
    _run("release", "access", "add", release, f"{RECIPIENT[1]} Kommune (opdigtet)", *told)
    recipients = folder / "modtagere.csv"
    recipients.write_text("code,name\n" + ",".join(RECIPIENT) + "\n", encoding="utf-8")
    letters = ("--text", LETTER, "--recipients", recipients, "--out", folder / "breve")
    _run("report", "letters", release, *letters)
    _step("Demoen venter ikke til tidspunktet: begge godkendere fremskynder det til nu, med den grund")
    # The minute it is now: reached, and before the hour that was set.
    at = ("--at", f"{datetime.now(UTC).astimezone(COPENHAGEN):%Y-%m-%d %H:%M}", "--reason", REASON)
    for approver in ("bo", "carla"):
        _run("release", "shorten", release, *at, *sign(approver))
    _step("Offentliggør: filerne laves igen og skal blive dem, to har godkendt, byte for byte")
    _run("release", "publish", release, *sign("dorte"))
    _run("release", "export", release, "--public", public)


def _people(folder: Path) -> tuple[Path, Callable[[str], tuple[str, str]]]:
    """The list of who may do what, and how each of them signs. A real key never leaves the one whose it is."""
    keys = folder / "noegler"
    for id, _, _ in PEOPLE:
        _run("release", "key", id, "--out", keys, shown=lambda line: False)
    listed = [
        {"id": id, "name": name, "roles": [role], "key": (keys / f"{id}.pub").read_text().strip()}
        for id, name, role in PEOPLE
    ]
    file = folder / "people.yaml"
    file.write_text(
        yaml.safe_dump({"schema_version": 1, "people": listed}, allow_unicode=True), encoding="utf-8"
    )
    return file, lambda id: ("--key", str(keys / f"{id}.key"))


def _step(what: str) -> None:
    print(f"== {what}", flush=True)


def _run(*arguments: object, shown: Callable[[str], bool] = lambda line: not line.startswith(_ASIDE)) -> None:
    """One command of the program, in this process: it is loaded once. Of what it says the lines that are `shown`; all
    of it, and the end, when it fails."""
    said = io.StringIO()
    code: object = None
    with redirect_stdout(said), redirect_stderr(said):
        try:
            _COMMANDS([str(item) for item in arguments], prog_name="sagsbarometer")
        except SystemExit as end:
            code = end.code
    lines = said.getvalue().splitlines()
    if code:
        sys.exit("\n".join(lines) + f"\nDemoens udgivelse blev ikke lavet ({code}).")
    for line in filter(shown, filter(None, lines)):
        print(f"   {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
