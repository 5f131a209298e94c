"""A queue month by month under assumptions that are given or taken from a register: the numbers, or a folder."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import Any

from sagsbarometer.appeals.analyses.flow import Flow, flow, flow_query
from sagsbarometer.catalogue.catalogue import load_catalogue
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.kernel.dates import danish_date
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.scenario import MONTH, Assumptions, Cohort, Order, cohorts, run, spread
from sagsbarometer.reporting.numbers import danish
from sagsbarometer.reporting.pages.curve_report import WEEK, case_words, week_words
from sagsbarometer.reporting.pages.scenario_report import ASSUMED, ORDERS, Scenario, plain, scenario_report
from sagsbarometer.runs.days import as_of_day, refuse_before_first
from sagsbarometer.runs.known import deliveries_listed, known_by
from sagsbarometer.runs.made_of import json_bytes, software
from sagsbarometer.runs.opened_register import opened_register
from sagsbarometer.store.engine_names import name_of
from sagsbarometer.store.folder import listing, refuse_existing, write_whole
from sagsbarometer.store.register import Register, read_register
from sagsbarometer.store.results import SCHEMA_VERSION

Tell = Callable[[str], None]
_MOST_MONTHS, _MOST_CASES, _MOST_WEEKS = 600, 10_000_000, 5_200
_MOST_TOLD = 12
_NUMBERS = re.compile(r"\d{1,9}(,\d{1,9})*")


@dataclass(frozen=True, slots=True)
class Job:
    """What is assumed. `receipts` and `capacity` are `2000` or `2000,2100`; what is "" or None comes from the register;
    without one `pending` is 0, its age what a queue in balance would have, and nothing lapses. `lapse` is `0.05`: of
    all that wait, a month. `engine` is a connection string, never shown."""

    receipts: str = ""
    capacity: str = ""
    months: int = 24
    register: Path | None = None
    as_of: str = ""
    pending: int | None = None
    pending_age: str = ""  # weeks
    order: str = Order.OLDEST_FIRST.value
    lapse: str = ""
    out: Path | None = None
    force: bool = False
    engine: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Done:
    """What was found; `files` are the names of those it wrote."""

    found: Scenario
    files: tuple[str, ...] = ()

    @property
    def data(self) -> dict[str, Any]:
        """The numbers as `--json` prints them."""
        return plain(self.found)


def scenario(job: Job, tell: Tell = lambda line: None) -> Done:
    """Runs the months and, with `out`, writes them. `tell` is given one Danish line per step.

    Raises Faults when anything stops it; `job.out` is then as it was. Codes: SCENARIE-101 a number that is none,
    SCENARIE-102 a number nobody gave, SCENARIE-103 options that do not go together; LAYOUT-121 and 122 the day; those
    of law, register and folder.
    """
    started = time.monotonic()
    if job.out is not None:
        refuse_existing(job.out, job.force)
    given = _given(job)
    register, day, known = _known(job, tell)
    found = _scenario(job, given, register, day, known)
    if job.out is None:
        return Done(found)
    tell("Skriver rapport og tabeller")
    manifest = _manifest(found, register)
    files = scenario_report(found, manifest)
    files["scenarie.json"] = json_bytes(plain(found))
    files["manifest.json"] = json_bytes({**manifest, "files": listing(files)})
    finished = {
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - started, 1),
        "engine": name_of(job.engine) if register else "",
    }
    write_whole(job.out, {**files, "run.json": json_bytes(finished)}, job.force)
    return Done(found, tuple(sorted(files)))


@dataclass(frozen=True, slots=True)
class _Given:
    """What stands on the command line, read."""

    receipts: tuple[int, ...]
    capacity: tuple[int, ...]
    age: Fraction | None  # days
    lapse: Fraction | None


def _given(job: Job) -> _Given:
    """The numbers of a job. Raises Faults, all at once."""
    problems: list[Problem] = []

    def wrong(option: str, text: str, remedy: str) -> None:
        problems.append(Problem("SCENARIE-101", Place(option), f"{shown(text)} kan ikke bruges her.", remedy))

    for option, text in (("--receipts", job.receipts), ("--capacity", job.capacity)):
        if text and not _NUMBERS.fullmatch(text):
            wrong(option, text, "Skriv hele sager om måneden uden punktum: 2000 eller 2000,2100,2200.")
    if not 1 <= job.months <= _MOST_MONTHS:
        wrong("--months", str(job.months), f"Skriv et helt tal fra 1 til {_MOST_MONTHS}.")
    if job.pending is not None and not 0 <= job.pending <= _MOST_CASES:
        wrong("--pending", str(job.pending), "Skriv et helt antal sager, 0 eller flere.")
    age, lapse = _number(job.pending_age), _number(job.lapse)
    if job.pending_age and (age is None or not 0 <= age <= _MOST_WEEKS):
        wrong("--pending-age", job.pending_age, "Skriv uger: 10 eller 10,7.")
    if job.lapse and (lapse is None or not 0 <= lapse <= 1):
        wrong("--lapse", job.lapse, "Skriv en del af 1: 0,02 er 2 procent af de ventende om måneden.")
    if job.order not in list(Order):
        wrong("--order", job.order, f"Skriv {', '.join(Order)}.")
    problems += _apart(job)
    if problems:
        raise Faults(problems)
    receipts, capacity = (
        tuple(int(own) for own in text.split(",")) if text else () for text in (job.receipts, job.capacity)
    )
    return _Given(receipts, capacity, None if age is None else age * WEEK, lapse)


def _apart(job: Job) -> list[Problem]:
    """Options that do not go together, and numbers nobody gave."""
    problems = []
    if (job.register is None) != (not job.as_of):
        fault = "--register og --as-of hører sammen: køen er forskellig fra dag til dag."
        problems.append(Problem("SCENARIE-103", Place("--as-of"), fault, "Skriv begge, eller ingen af dem."))
    if job.register is not None and (job.pending is not None or job.pending_age):
        fault = "De ventende sager kommer fra registret, når --register er angivet."
        problems.append(
            Problem(
                "SCENARIE-103",
                Place("--pending"),
                fault,
                "Slet --pending og --pending-age, eller --register.",
            )
        )
    if job.pending_age and job.pending is None and job.register is None:
        fault = "--pending-age er alderen på de sager, der venter, men --pending mangler."
        problems.append(Problem("SCENARIE-103", Place("--pending-age"), fault, "Skriv også --pending."))
    if job.register is None:
        for option, text in (("--receipts", job.receipts), ("--capacity", job.capacity)):
            if not text:
                remedy = (
                    "Skriv hele sager om måneden, eller tag dem af et register med --register og --as-of."
                )
                problems.append(Problem("SCENARIE-102", Place(option), "Tallet mangler.", remedy))
    return problems


def _number(text: str) -> Fraction | None:
    try:
        value = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    return Fraction(value) if value.is_finite() and abs(value.adjusted()) < 12 else None


def _known(job: Job, tell: Tell) -> tuple[Register | None, date | None, Flow | None]:
    """The register as of the day, and its flow; nothing where none was given."""
    if job.register is None:
        return None, None, None
    day = as_of_day(job.as_of)
    tell("Åbner registret og efterprøver leveringerne")
    whole = read_register(job.register)
    refuse_before_first(whole, day)
    register = known_by(whole, day)
    tell(f"Tæller de ventende sager og de seneste tolv måneder, som de var {danish_date(day)}")
    outcomes = load_catalogue(shipped("law")).outcomes
    merits = [id for id, item in outcomes.items() if item.on_the_merits]
    with opened_register(register, job.engine, tell) as (deliveries, execute):
        found = flow(execute(flow_query(deliveries, day, merits)).to_pydict(), day)
    if not job.receipts and not found.received and not found.pending:
        fault = "Ingen sager i registret er modtaget i de seneste tolv måneder, og ingen venter."
        remedy = "Se efter, om mappingen giver received_on, eller skriv tallene selv uden --register."
        raise Faults([Problem("SCENARIE-102", Place("--register"), fault, remedy)])
    return register, day, found


def _scenario(
    job: Job, given: _Given, register: Register | None, day: date | None, known: Flow | None
) -> Scenario:
    """The months, with a line for each assumption that says where it comes from."""
    months = known.period.danish if known else ""
    register_says = f"gennemsnittet af {months} i registret"
    receipts = given.receipts or (_monthly(known.received) if known else 0,)
    capacity = given.capacity or (_monthly(known.decided) if known else 0,)
    lapse = given.lapse if given.lapse is not None else known.lapse if known else Fraction(0)
    assumed = Assumptions(receipts, capacity, job.months, lapse, Order(job.order))
    backlog = cohorts(known.pending) if known else _assumed_backlog(job, given, receipts)
    lapse_from = "" if given.lapse is not None else f", {register_says}" if known else ", da intet er angivet"
    told = (
        f"*Modtages* {_each(receipts)}" + ("" if given.receipts else f", {register_says}") + ".",
        f"*Kapacitet* til at afgøre {_each(capacity)}"
        + ("" if given.capacity else f", {register_says}")
        + ".",
        f"*Bortfald:* {danish(round_half_up(lapse * 100, 2).normalize() + 0)} procent af alle ventende om "
        f"måneden{lapse_from}.",
        f"*Rækkefølge:* {ORDERS[assumed.order]}.",
        _start_words(backlog, day, given),
    )
    months_ = run(assumed, backlog)
    return Scenario(
        assumed,
        backlog,
        told,
        months_,
        register.origin if register else "",
        day.isoformat() if day else "",
    )


def _assumed_backlog(job: Job, given: _Given, receipts: tuple[int, ...]) -> tuple[Cohort, ...]:
    """Those that wait spread evenly in age: from 0 to twice the age given, else as far back as the first month's
    receipts would reach."""
    pending = job.pending or 0
    age = given.age
    if age is None:
        age = Fraction(pending, 2 * receipts[0]) * MONTH if receipts[0] else Fraction(0)
    return spread(pending, age)


def _start_words(backlog: tuple[Cohort, ...], day: date | None, given: _Given) -> str:
    cases = sum(cohort.cases for cohort in backlog)
    if day is not None:
        return f"*Start:* {case_words(cases)} venter med den alder, de havde i registret {danish_date(day)}."
    if not cases:
        return "*Start:* ingen sager venter."
    mean = sum((cohort.cases * cohort.age for cohort in backlog), Fraction(0)) / cases
    how = "som angivet" if given.age is not None else "som i en kø, hvor de ældste afgøres først"
    if cases == 1:
        return f"*Start:* {case_words(cases)} venter, {week_words(mean)} gammel, {how}."
    return (
        f"*Start:* {case_words(cases)} venter, jævnt fordelt i alder, i gennemsnit {week_words(mean)}, {how}."
    )


def _monthly(cases: int) -> int:
    return int(round_half_up(Fraction(cases, 12)))


def _each(numbers: tuple[int, ...]) -> str:
    *first, last = numbers
    listed = "; ".join(danish(number) for number in first[:_MOST_TOLD]) + (
        "; …" if len(first) > _MOST_TOLD else ""
    )
    if not first:
        return f"{case_words(last)} om måneden"
    when = "måned 1" if len(first) == 1 else f"måned 1-{len(first)}"
    unit = "sag" if first == [1] else "sager"
    return f"{listed} {unit} i {when}, derefter {case_words(last)} om måneden"


def _manifest(found: Scenario, register: Register | None) -> dict[str, Any]:
    """What the numbers were made of. No clock time: the same assumptions give the same bytes."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "results",
        "scenario": plain(found)["assumptions"],
        "register": {"deliveries": deliveries_listed(register) if register else []},
        "origin": found.origin or ASSUMED,
        "data_date": found.data_date,
        "software": software(),
    }
