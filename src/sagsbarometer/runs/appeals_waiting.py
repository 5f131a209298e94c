"""How long the cases of a register wait, as of a date: the numbers alone, or a folder with report and tables."""

from __future__ import annotations

import time
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sagsbarometer.appeals.analyses.question import group_name
from sagsbarometer.appeals.analyses.real_names import refuse_real_names
from sagsbarometer.appeals.analyses.waiting import Waiting, fit, is_afterwards, waiting_of
from sagsbarometer.appeals.analyses.waits import waits, waits_query
from sagsbarometer.appeals.columns import Columns, columns_of
from sagsbarometer.appeals.groupings import Grouping, groupings
from sagsbarometer.catalogue.catalogue import Catalogue, load_catalogue
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.kernel.dates import danish_date
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.periods import parse_period
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.reporting.pages.waiting_data import curves_csv, plain
from sagsbarometer.reporting.pages.waiting_report import Words, waiting_report
from sagsbarometer.runs.days import as_of_day, refuse_before_first
from sagsbarometer.runs.known import deliveries_listed, known_by
from sagsbarometer.runs.made_of import json_bytes, software
from sagsbarometer.runs.opened_register import opened_register
from sagsbarometer.store.engine_names import name_of
from sagsbarometer.store.folder import listing, refuse_existing, write_whole
from sagsbarometer.store.register import Register, read_register
from sagsbarometer.store.results import SCHEMA_VERSION

Tell = Callable[[str], None]
MONTHS = 24
APART, TOGETHER = "apart", "together"


@dataclass(frozen=True, slots=True)
class Job:
    """Which cases of which register. `received`: a period, "" for the last 24 months; `by`: a grouping; `priority`:
    `apart` or `together`; `out`: a folder, None for the numbers alone; `engine`: a connection string, never shown."""

    register: Path
    as_of: str
    received: str = ""
    by: str = ""
    priority: str = APART
    out: Path | None = None
    force: bool = False
    engine: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Done:
    """What a run found; `files` are the names of those it wrote."""

    found: Waiting
    words: Words
    files: tuple[str, ...] = ()

    @property
    def data(self) -> dict[str, Any]:
        """The numbers as `--json` prints them."""
        return plain(self.found, self.words.named)


def waiting(job: Job, tell: Tell = lambda line: None) -> Done:
    """Counts the waits and, with `out`, writes them. `tell` is given one Danish line per step.

    Raises Faults when anything stops it; `job.out` is then as it was. Codes: LAYOUT-121 and 122 the day, VENTE-101 the
    period, VENTE-102 the grouping, VENTE-103 no cases, VENTE-104 the word for priority; those of law, register and
    folder; FORSKEL-101 real names beside cases that are not real.
    """
    started = time.monotonic()
    if job.out is not None:
        refuse_existing(job.out, job.force)
    day = as_of_day(job.as_of)
    first, last = _received(job.received, day)
    if job.priority not in (APART, TOGETHER):
        fault = f"{shown(job.priority)} er ikke en måde at tælle forrang på."
        raise Faults([Problem("VENTE-104", Place("--priority"), fault, f"Skriv {APART} eller {TOGETHER}.")])
    tell("Læser loven")
    catalogue = load_catalogue(shipped("law"))
    tell("Åbner registret og efterprøver leveringerne")
    whole = read_register(job.register)
    refuse_before_first(whole, day)
    register = known_by(whole, day)
    columns = columns_of(register.manifest.get("own", {}))
    grouping = _grouping(job.by, groupings(catalogue, columns), columns)
    tell(f"Tæller ventetiden, som den var {danish_date(day)}")
    found = _found(job, register, catalogue, grouping, day, first, last, tell)
    done = Done(found, _words(found, grouping))
    groups = {group.id for item in found.populations for group in item.groups if group.id}
    if grouping is not None:
        real = [(grouping, id) for id in sorted(groups)]
        refuse_real_names(register.origin, real, catalogue, Place("--by"))
    if job.out is None:
        return done
    tell("Skriver rapport, tabeller og kurver")
    manifest = _manifest(job, register, catalogue, found)
    files = waiting_report(found, done.words, register.origin, manifest)
    files["ventetid.json"] = json_bytes(done.data)
    files["kurver.csv"] = curves_csv(found).encode()
    files["manifest.json"] = json_bytes({**manifest, "files": listing(files)})
    run = {
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - started, 1),
        "engine": name_of(job.engine),
    }
    write_whole(job.out, {**files, "run.json": json_bytes(run)}, job.force)
    return Done(found, done.words, tuple(sorted(files)))


def _received(text: str, day: date) -> tuple[date, date]:
    """The first and last day of receipt. Raises Faults VENTE-101."""
    if not text:
        year, month = day.year - MONTHS // 12, day.month
        if year < date.min.year:
            return date.min, day
        before = date(year, month, min(day.day, monthrange(year, month)[1]))
        return before + timedelta(days=1), day
    try:
        period = parse_period(text)
    except ValueError:
        fault = f"{shown(text)} er ingen periode."
        remedy = "Skriv 2024, 2024-03, 2023/2024 eller 2024-01-05/2024-02-01."
        raise Faults([Problem("VENTE-101", Place("--received"), fault, remedy)]) from None
    if period.first > day:
        fault = f"Perioden {period.danish} begynder efter {danish_date(day)}."
        raise Faults([Problem("VENTE-101", Place("--received"), fault, "Vælg en tidligere periode.")])
    return period.first, min(period.last, day)


def _grouping(by: str, known: Mapping[str, Grouping], columns: Columns) -> Grouping | None:
    """The grouping asked for, None for none. Raises Faults VENTE-102."""
    if not by:
        return None
    fits = [id for id, item in known.items() if fit(item, columns.types)]
    if by in fits:
        return known[by]
    if is_afterwards(by):
        fault = f"Man ved først {shown(by)}, når sagen er afgjort, så de sager, der venter, har den ikke."
    else:
        fault = f"Sager, der venter, kan ikke deles efter {shown(by)}."
    raise Faults([Problem("VENTE-102", Place("--by"), fault, f"Vælg en af: {', '.join(fits)}.")])


def _found(
    job: Job,
    register: Register,
    catalogue: Catalogue,
    grouping: Grouping | None,
    day: date,
    first: date,
    last: date,
    tell: Tell,
) -> Waiting:
    merits = [id for id, item in catalogue.outcomes.items() if item.on_the_merits]
    column = grouping.column if grouping else ""
    with opened_register(register, job.engine, tell) as (deliveries, execute):
        counted = execute(waits_query(deliveries, day, first, last, merits, column)).to_pydict()
    found = waiting_of(waits(counted), day, first, last, grouping, job.priority == APART)
    if not any(item.whole.curve.cases for item in found.populations):
        fault = f"Ingen sager med kendte datoer er modtaget {danish_date(first)}-{danish_date(last)}."
        left = sum(sum(item.whole.left_out.values()) for item in found.populations) or found.without_receipt
        remedy = "Vælg en anden periode." + (
            f" {left} sager har ikke de datoer, der skal til." if left else ""
        )
        raise Faults([Problem("VENTE-103", Place("--received"), fault, remedy)])
    return found


def _words(found: Waiting, grouping: Grouping | None) -> Words:
    if grouping is None:
        return Words("Sager", {})
    ids = {group.id for item in found.populations for group in item.groups if group.id}
    label = grouping.label.get("da") or _STUBS.get(grouping.id, grouping.id)
    return Words(label, {id: group_name(grouping, id) for id in ids})


_STUBS = {
    "law_area": "Lovområde",
    "case_subject": "Sagsemne",
    "provision": "Bestemmelse",
    "authority": "Myndighed",
    "region": "Region",
    "occasion": "Anledning",
    "result": "Myndighedens afgørelse",
    "office": "Kontor",
    "statutory_priority": "Forrang efter loven",
    "complete_at_receipt": "Oplyst ved modtagelsen",
}


def _manifest(job: Job, register: Register, catalogue: Catalogue, found: Waiting) -> dict[str, Any]:
    """What the numbers were made of. No clock time: the same inputs give the same bytes."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "results",
        "waiting": {
            "received": [found.first.isoformat(), found.last.isoformat()],
            "by": found.by,
            "priority": job.priority,
        },
        "register": {"deliveries": deliveries_listed(register)},
        "origin": register.origin,
        "data_date": found.day.isoformat(),
        "law": {"hash": catalogue.hash},
        "software": software(),
    }
