"""What is wrong with a house, looked for where it hurts when nobody looks: `sagsbarometer doctor`."""

from __future__ import annotations

import os
import platform
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sagsbarometer import __version__
from sagsbarometer.documents.vault import KeyGone, Tampered
from sagsbarometer.web.home import CONFIG, Home
from sagsbarometer.web.keeping.backup import LATEST

LEAST_FREE = 2 << 30  # bytes
OLDEST_BACKUP = timedelta(days=2)
MOST_DRIFT = 5.0  # seconds between the clocks


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `remedy` is "" where it is as it should be."""

    name: str
    said: str
    remedy: str = ""

    @property
    def is_well(self) -> bool:
        """Whether nothing is to be done."""
        return not self.remedy


Check = Callable[[Home], Iterator[Finding]]


def examine(home: Home) -> list[Finding]:
    """Everything looked at, in a fixed order. Django has been started on the house."""
    return [found for check in CHECKS for found in check(home)]


def versions(home: Home) -> Iterator[Finding]:
    """Of the program, Python, Django and the database."""
    import django
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select sqlite_version()" if connection.vendor == "sqlite" else "show server_version")
        database = str(cursor.fetchone()[0])
    said = (
        f"sagsbarometer {__version__}, Python {platform.python_version()}, Django {django.get_version()}, "
        f"{connection.display_name} {database}"
    )
    too_old = connection.vendor == "postgresql" and connection.pg_version < 150000
    yield Finding("udgaver", said, "Brug PostgreSQL 15 eller nyere." if too_old else "")


def durability(home: Home) -> Iterator[Finding]:
    """That a commit is on the disk before it is acknowledged."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous")
            level = int(cursor.fetchone()[0])
            cursor.execute("PRAGMA journal_mode")
            journal = str(cursor.fetchone()[0])
            said, well = f"synchronous={level}, journal_mode={journal}", level >= 2 and journal == "wal"
        else:
            told = {}
            for name in ("fsync", "synchronous_commit", "full_page_writes"):
                cursor.execute(f"show {name}")
                told[name] = str(cursor.fetchone()[0])
            said = ", ".join(f"{name}={value}" for name, value in told.items())
            well = told["fsync"] == "on" and told["synchronous_commit"] not in ("off",)
    yield Finding("gemt er gemt", said, "" if well else "Slå fsync og synchronous_commit til i databasen.")


def database_update(home: Home) -> Iterator[Finding]:
    """That the database is the one this version of the program wants."""
    from sagsbarometer.web.keeping.migrating import pending

    lacking, later = pending()
    if later:
        yield Finding("database", "opdateret af en nyere udgave af programmet", "Brug den nyere udgave.")
    elif lacking:
        yield Finding("database", f"{lacking} trin mangler", "Kør sagsbarometer migrate.")
    else:
        yield Finding("database", "opdateret")


def guarded_tables(home: Home) -> Iterator[Finding]:
    """That no row of a guarded table can be changed without its event."""
    from django.db import connection

    from sagsbarometer.web.events.guard import missing

    bare = missing(connection)
    said = f"ikke vogtet: {', '.join(bare)}" if bare else "alle tabeller er vogtet"
    yield Finding("hændelser", said, "Kør sagsbarometer migrate, og audit verify." if bare else "")


def disk(home: Home) -> Iterator[Finding]:
    """Room for more cases."""
    free = shutil.disk_usage(home.folder).free
    remedy = "Gør plads: under 2 GB tilbage." if free < LEAST_FREE else ""
    yield Finding("plads", f"{free / (1 << 30):.1f} GB fri".replace(".", ","), remedy)


def clock(home: Home) -> Iterator[Finding]:
    """That the clocks agree, and that no file of the house was written tomorrow."""
    from django.db import connection

    now = datetime.now(UTC)
    newest = max((path.stat().st_mtime for path in home.folder.iterdir()), default=0.0)
    if newest > now.timestamp() + MOST_DRIFT:
        yield Finding("ur", "filer i huset er skrevet ude i fremtiden", "Stil maskinens ur (brug NTP).")
        return
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("select clock_timestamp()")
            apart = abs((cursor.fetchone()[0] - datetime.now(UTC)).total_seconds())
        if apart > MOST_DRIFT:
            yield Finding(
                "ur", f"databasens ur går {apart:.0f} sekunder anderledes", "Stil urene (brug NTP)."
            )
            return
    yield Finding("ur", f"{now:%Y-%m-%d %H:%M:%S} UTC")


def permissions(home: Home) -> Iterator[Finding]:
    """That nobody else on the machine can come in, and that keys, settings and database are shut by themselves too."""
    folder = home.folder
    shut = [folder, folder / CONFIG, *folder.glob("app.sqlite3*"), *sorted((folder / "keys").rglob("*"))]
    open_ones = [path for path in shut if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077]
    foreign = [path for path in folder.rglob("*") if path.lstat().st_uid != os.geteuid()]
    if open_ones:
        said = f"{len(open_ones)} filer eller mapper kan ses af andre, fx {open_ones[0].name}"
        yield Finding("rettigheder", said, f"Kør chmod -R go-rwx {folder}")
    elif foreign:
        said = f"{len(foreign)} filer ejes af en anden bruger"
        yield Finding("rettigheder", said, "Kør programmet som den bruger, der ejer dem.")
    else:
        yield Finding("rettigheder", "kun for ejeren")


def backup_age(home: Home) -> Iterator[Finding]:
    """That there is a backup, and a new one."""
    try:
        text = (home.folder / LATEST).read_text(encoding="ascii").strip()
        age = datetime.now(UTC) - datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except (OSError, ValueError):
        yield Finding("backup", "aldrig taget", "Kør sagsbarometer backup hver nat.")
        return
    hours = int(age.total_seconds() // 3600)
    remedy = "Kør sagsbarometer backup hver nat." if age > OLDEST_BACKUP else ""
    yield Finding("backup", f"{hours} timer gammel", remedy)


def scrubber(home: Home) -> Iterator[Finding]:
    """That the log hides CPR numbers: a log with some that are made up is written and read."""
    from sagsbarometer.web.keeping.scrubbing import leaks

    found = leaks()
    remedy = "Stop arbejdspladsen, og meld det som en fejl." if found else ""
    yield Finding(
        "log", f"{found} af de opdigtede CPR-numre slap igennem" if found else "skjuler CPR-numre", remedy
    )


def keys(home: Home) -> Iterator[Finding]:
    """That each study that is not purged has a key, and that the keys open."""
    from sagsbarometer.web.keeping.keys import key_faults

    try:
        for name in ("master", "django", "events"):
            home.keys.named(name)
        faults = key_faults(home)
    except (KeyGone, Tampered) as error:
        yield Finding("nøgler", f"nøglen {error} mangler", "Hent den fra kopien af nøglerne.")
        return
    if faults:
        yield Finding("nøgler", "; ".join(faults), "Hent nøglerne fra kopien af dem.")
    else:
        yield Finding("nøgler", "alle åbner")


def settings_file(home: Home) -> Iterator[Finding]:
    """That config.toml is understood."""
    from sagsbarometer.web.keeping.config import config_problems

    problems = config_problems(home.config)
    for problem in problems:
        yield Finding("config.toml", problem.fault, problem.remedy)
    if not problems:
        yield Finding("config.toml", "forstået")


def retention(home: Home) -> Iterator[Finding]:
    """That no study is kept beyond its date."""
    from django.utils import timezone

    from sagsbarometer.web.planning.models import Study

    late = Study.objects.filter(retention__lt=timezone.localdate()).exclude(state="purged").order_by("id")
    ids = list(late.values_list("id", flat=True))
    said = f"datoen er passeret for {', '.join(ids)}" if ids else "ingen dato er passeret"
    yield Finding("opbevaring", said, "Arkivér og slet dem (docs/drift.md)." if ids else "")


def files(home: Home) -> Iterator[Finding]:
    """That each document has its file, and each file its row."""
    from sagsbarometer.web.documents.storing import lost, orphans

    gone, alone = lost(), orphans()
    if gone:
        yield Finding("dokumenter", f"{len(gone)} mangler deres fil, fx {gone[0]}", "Hent dem fra backuppen.")
    if alone:
        said = f"{len(alone)} filer hører ikke til noget, fx {alone[0].relative_to(home.folder)}"
        remedy = (
            "De slettes af sig selv efter en uge. Er databasen hentet fra en ældre backup, så gem dem først."
        )
        yield Finding("dokumenter", said, remedy)
    if not gone and not alone:
        yield Finding("dokumenter", "alle har deres fil")


def unfinished_purges(home: Home) -> Iterator[Finding]:
    """That what was purged is gone."""
    from sagsbarometer.web.keeping.purge import unfinished

    left = unfinished(home)
    remedy = "Kør sagsbarometer purge for studiet igen." if left else ""
    yield Finding("sletning", f"ikke gjort færdig: {', '.join(left)}" if left else "intet udestår", remedy)


def by_itself(home: Home) -> Iterator[Finding]:
    """That what the house does by itself is done. A house that was never served has done nothing, and that is well."""
    from sagsbarometer.web.jobs.routines import seen

    remedy = "Se siden Det, der sker af sig selv, og om sagsbarometer serve kører."
    bad = [one for one in seen() if one.row.fault or one.late]
    for one in bad:
        said = one.row.fault or f"ikke gjort siden {one.row.ended_at or one.row.begun_at:%Y-%m-%d %H:%M} UTC"
        yield Finding("af sig selv", f"{one.title}: {said}", remedy)
    if not bad:
        yield Finding("af sig selv", "alt er gjort")


def fetched(home: Home) -> Iterator[Finding]:
    """That what is fetched at set-up is there: the design system, what shows a PDF beside the form, and what reads
    scanned pages."""
    from django.contrib.staticfiles import finders

    from sagsbarometer.documents.recognising import can_recognise

    names = {"designsystem": "dkfds/css/dkfds.min.css", "PDF-visning": "pdfjs/pdf.min.mjs"}
    gone = [name for name, path in names.items() if finders.find(path) is None]
    gone += [] if can_recognise() else ["skriftgenkendelse"]
    said = f"mangler: {', '.join(gone)}" if gone else "er der"
    yield Finding("hentet ved opsætning", said, "Hent det med ./run fonts." if gone else "")


CHECKS: tuple[Check, ...] = (
    versions,
    durability,
    database_update,
    guarded_tables,
    disk,
    clock,
    permissions,
    settings_file,
    keys,
    scrubber,
    retention,
    unfinished_purges,
    files,
    by_itself,
    fetched,
    backup_age,
)
