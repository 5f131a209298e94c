"""A draw made again from its published inputs, and held against what the folder says."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sagsbarometer.deliveries.mapping import ORIGINS
from sagsbarometer.deliveries.table_cells import safe_name
from sagsbarometer.kernel.ids import file_hash, shown
from sagsbarometer.kernel.problems import Faults, Level, Place, Problem
from sagsbarometer.kernel.said import said
from sagsbarometer.runs.made_of import json_bytes
from sagsbarometer.runs.sample_files import MOST_RECEIPT_DAYS, read_list, read_plan
from sagsbarometer.runs.sample_replace import reasons
from sagsbarometer.sampling.draw import draw
from sagsbarometer.sampling.drawn import Drawn
from sagsbarometer.sampling.eligible import IN_REGISTER, Rule, judged
from sagsbarometer.sampling.listing import Listing, canonical, days_hold, from_canonical, sha256
from sagsbarometer.sampling.plan import Plan
from sagsbarometer.sampling.replacing import against_rules, write_log
from sagsbarometer.sampling.sheet import KIND, SCHEMA_VERSION, to_csv
from sagsbarometer.sampling.verifying import Circumstances, differing, identities, said_otherwise, whole
from sagsbarometer.store.folder import MARK, is_own_file
from sagsbarometer.store.sample import (
    ABOUT,
    DATA,
    FRAME,
    LOG,
    PLAN,
    SAMPLE,
    Sample,
    changed_files,
    manifest_of,
    own_bytes,
    parse_sample,
    standing,
    unreadable,
)

Tell = Callable[[str], None]
_SHOWN = 20  # ids in one message
_HASH = re.compile(r"[0-9a-f]{64}")
_FROM_COPY = said("Hent replacements.csv fra sikkerhedskopien; den rettes aldrig i hånden.")
# What the files may say; anything else somebody has written, and it is quoted with care.
_KEYS = frozenset(
    "schema_version kind origin plan_sha256 frame_sha256 list rule register without title cases drawable left_out "
    "drawn short identities sum_of_weights data_date software files".split()
)


@dataclass(frozen=True, slots=True)
class Job:
    """The folder to verify. `frame`: the list as it was delivered, and `plan` the plan as it was published, where they
    are to be had from elsewhere than the folder. `log_hash`: the receipt for the replacements that somebody kept."""

    folder: Path
    frame: Path | None = None
    plan: Path | None = None
    log_hash: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What was found. `differences` is empty where the draw is the same; `rows` are the ids that differ."""

    sample: Sample
    differences: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    rows: tuple[str, ...]
    repeated: Drawn | None
    list_given: bool = False

    @property
    def same(self) -> bool:
        """Whether everything is as the folder says."""
        return not self.differences

    @property
    def counts(self) -> dict[str, int]:
        """Cases that could be drawn, cases selected when it was drawn again, lines of the log."""
        selected = sum(cell.selected for cell in self.repeated.cells) if self.repeated else 0
        return {
            "cases": len(self.sample.drawn.rows),
            "selected": selected,
            "replacements": len(self.sample.log),
        }

    @property
    def data(self) -> dict[str, Any]:
        """What was found, as plain data; the problems are added by who shows them."""
        return {
            "schema_version": SCHEMA_VERSION,
            "same": self.same,
            **self.counts,
            "rows": list(self.rows),
            "receipt": self.sample.receipt,
            "not_vouched_for": self.not_vouched_for,
        }

    @property
    def not_vouched_for(self) -> list[str]:
        """What only the folder itself tells, and nothing can be held against: whoever changes it and makes the
        checksums anew is not seen. Files but those of data, and keys of `sample.json`."""
        told = ["list.sha256"] if not self.list_given else []
        files = sorted(name for name in manifest_of(self.sample.folder)["files"] if name not in DATA)
        return [*files, "list.file", *told, "origin", "register", "rule.on", "rule.receipt_days", "software"]


def sample_verify(job: Job, tell: Tell = lambda line: None) -> Done:
    """Draws again and compares. `tell` is given one Danish line per step.

    What is different is in `Done.differences`: UDTRAEK-151 a file is not as it was written, 152 the cases that come out
    are others, 153 a sum does not hold, 154 the plan or the list is another than the one recorded, 155 a replacement is
    not as it was written or against the rules. Raises Faults UDTRAEK-131 and 132 where there is nothing to compare
    with, UDTRAEK-117 where the receipt is none, and those of a file given that cannot be read.
    """
    if job.log_hash and not _HASH.fullmatch(job.log_hash):
        fault = said("{hash} er ingen kvittering.", hash=shown(job.log_hash))
        remedy = said("Skriv de 64 tegn (0-9 og a-f), som sample replace eller sample verify viste.")
        raise Faults([Problem("UDTRAEK-117", Place("--log-hash"), fault, remedy)])
    tell("Holder filerne op mod deres kontrolsummer")
    found = [_changed(name) for name in changed_files(job.folder)]
    sample = parse_sample(job.folder, fits=False)
    found += [*_manifest(job.folder, sample), *_log(job, sample)]
    plan, faults = _plan(job, sample)
    found += faults
    listed: Listing | None = None
    notes: list[Problem] = []
    if plan is not None:
        listed, faults, notes = _listed(job, sample, plan)
        found += faults
    if plan is None or listed is None:
        return Done(sample, tuple(found), tuple(notes), (), None, job.frame is not None)
    tell("Trækker lod igen")
    repeated, rows, faults = _again(plan, listed, sample)
    found += faults
    if repeated is not None:
        tell("Følger udskiftningerne")
        found += _followed(repeated, sample, listed, plan)
    return Done(sample, tuple(found), tuple(notes), tuple(rows), repeated, job.frame is not None)


def _manifest(folder: Path, sample: Sample) -> list[Problem]:
    """The manifest says of the whole what `sample.json` says, and nothing else."""
    manifest = manifest_of(folder)
    rule = sample.about.get("rule")
    should = {
        "schema_version": SCHEMA_VERSION,
        "kind": KIND,
        "origin": sample.about.get("origin"),
        "data_date": rule.get("on") if isinstance(rule, dict) else None,
        "software": manifest.get("software"),
        "files": manifest["files"],
    }
    if not (parts := said_otherwise(manifest, should)):
        return []
    fault = said("Den siger noget andet end {file} om: {names}.", file=ABOUT, names=_names(parts))
    return [Problem("UDTRAEK-151", Place(MARK), fault, said("Hent mappen fra sikkerhedskopien."))]


def _names(parts: list[str]) -> str:
    return ", ".join(part if part in _KEYS else shown(part) for part in parts)


def _log(job: Job, sample: Sample) -> list[Problem]:
    """What is wrong with the log as a file, and by the rules of each line; the cases are followed elsewhere."""
    place = Place(LOG)
    found = []
    try:
        there = own_bytes(job.folder, LOG) if os.path.lexists(job.folder / LOG) else None
    except OSError:
        there = b""
    if there is not None and there != write_log(sample.log):
        fault = said("Filen er ikke, som sample replace skriver den: tegn for tegn er den en anden.")
        found.append(Problem("UDTRAEK-155", place, fault, _FROM_COPY))
    for number, why in against_rules(sample.log, reasons()).items():
        found.append(
            Problem(
                "UDTRAEK-155",
                Place(LOG, row=number + 1),
                said("Linje {number}: {why}.", number=str(number), why=why),
                _FROM_COPY,
            )
        )
    if job.log_hash and sample.line_of(job.log_hash) is None:
        fault = said(
            "Kvitteringen hører ikke til nogen linje: linjer er skåret af, eller filen er skrevet om."
        )
        found.append(Problem("UDTRAEK-155", place, fault, _FROM_COPY))
    return found


def _followed(repeated: Drawn, sample: Sample, listed: Listing, plan: Plan) -> list[Problem]:
    """The log, followed from the draw as it was made again: a folder cannot vouch for itself."""
    try:
        now = standing(repeated, sample.log, sha256(to_csv(repeated)))
    except Faults as faults:
        return [_of(problem, "UDTRAEK-155") for problem in faults.problems]
    return _sums(now, listed, plan)


def _of(problem: Problem, code: str) -> Problem:
    return Problem(code, problem.place, problem.fault, problem.remedy)


def _changed(name: str) -> Problem:
    fault = said("Filen er ikke, som den blev skrevet, eller den mangler.")
    remedy = said("Sammenlign med sikkerhedskopien eller den, der er offentliggjort.")
    return Problem("UDTRAEK-151", Place(name), fault, remedy)


def _other(where: str, fault: str) -> Problem:
    return Problem(
        "UDTRAEK-154", Place(where), fault, said("Find ud af, hvilken af dem lodtrækningen blev gjort med.")
    )


def _plan(job: Job, sample: Sample) -> tuple[Plan | None, list[Problem]]:
    """The plan to draw from: the one given, else that of the folder, None where it is none any longer. Raises Faults
    PLAN-121 where the one given is none."""
    recorded = sample.about.get("plan_sha256")
    path = job.plan or job.folder / PLAN
    try:
        if job.plan is None and not is_own_file(job.folder, PLAN):
            return None, [_other(PLAN, said("Planen kan ikke læses."))]
        plan, content = read_plan(path)
    except Faults:
        if job.plan is not None:
            raise
        return None, [_other(PLAN, said("Planen kan ikke læses."))]
    if sha256(content) == recorded:
        return plan, []
    return plan, [
        _other(
            str(path), said("Planen har en anden kontrolsum end den, stikprøven siger, den er trukket efter.")
        )
    ]


def _listed(job: Job, sample: Sample, plan: Plan) -> tuple[Listing | None, list[Problem], list[Problem]]:
    """The list to draw from: made anew of the file given, else that of the folder; None where it cannot be read."""
    found: list[Problem] = []
    content = _bytes(job.folder, FRAME)
    if sha256(content) != sample.about.get("frame_sha256"):
        found.append(
            _other(
                FRAME, said("Listen har en anden kontrolsum end den, stikprøven siger, den er trukket af.")
            )
        )
    try:
        kept: Listing | None = from_canonical(content, plan.strata)
        if kept is not None and not days_hold(kept):
            raise ValueError("days")
    except (ValueError, csv.Error):
        kept = None
        found.append(_other(FRAME, said("Listen kan ikke læses.")))
    if kept is None:
        return None, found, []
    rule = _rule(job.folder, sample, plan, kept)
    if sample.about["rule"]["weeks"] != plan.appeal_deadline_weeks:
        found.append(_other(ABOUT, said("Klagefristen er en anden end planens.")))
    notes: list[Problem] = [_not_tried(len(rule.in_register))] if rule.in_register else []
    if job.frame is None:
        # What was left out for the register's sake is taken from the list; the rest is judged again.
        listed = judged(kept, rule)
        if wrong := _apart(listed, kept):
            found.append(
                _other(
                    FRAME, said("{ids} er valgt fra uden grund, eller er med uden at måtte.", ids=_ids(wrong))
                )
            )
    else:
        without = frozenset(_without(sample))
        if file_hash(job.frame) != _listed_hash(sample):
            fault = said("Filen har en anden kontrolsum end den, stikprøven siger, den er trukket af.")
            found.append(_other(job.frame.name, fault))
        listed, more = read_list(job.frame, plan, rule, without)
        notes += more
        if wrong := _apart(listed, kept):
            found.append(
                _other(job.frame.name, said("Listen er en anden end mappens: {ids}.", ids=_ids(wrong)))
            )
    if not wrong and canonical(listed) != content:
        found.append(_other(FRAME, said("Listen er ikke i den faste form: rækkerne er flyttet om.")))
    return listed, found, notes


def _not_tried(cases: int) -> Problem:
    fault = said(
        "Sager valgt fra, fordi de var i registret: {cases}. Det er ikke prøvet igen.", cases=str(cases)
    )
    remedy = said("Lav udtrækket igen med sample draw og registret for også at prøve det.")
    return Problem("UDTRAEK-156", Place(FRAME), fault, remedy, Level.NOTE)


def _without(sample: Sample) -> list[str]:
    """The authorities that sent no list. Raises Faults UDTRAEK-132 where they are no codes."""
    told = sample.about.get("without")
    if not isinstance(told, list) or not all(isinstance(code, str) for code in told):
        raise Faults([unreadable(sample.folder)])
    return told


def _listed_hash(sample: Sample) -> Any:
    told = sample.about.get("list")
    return told.get("sha256") if isinstance(told, dict) else None


def _bytes(folder: Path, name: str) -> bytes:
    try:
        return own_bytes(folder, name)
    except OSError:
        return b""


def _rule(folder: Path, sample: Sample, plan: Plan, kept: Listing) -> Rule:
    """How the list was judged: the deadline of the plan, on the day that the sample says."""
    appealed = frozenset(row.id for row in kept.rows if row.left_out == IN_REGISTER)
    try:
        told = sample.about["rule"]
        if told.keys() != {"weeks", "on", "receipt_days"}:
            raise KeyError("rule")
        on = date.fromisoformat(told["on"]) if told["on"] else None
        if plan.appeal_deadline_weeks and on is None:
            raise ValueError("on")
        days = told["receipt_days"]
        if type(days) is not int or not 0 <= days <= MOST_RECEIPT_DAYS:
            raise ValueError("receipt_days")
        return Rule(plan.appeal_deadline_weeks, on, days, appealed)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise Faults([unreadable(folder)]) from None


def _apart(one: Listing, other: Listing) -> list[str]:
    first, second = ({row.id: row for row in listed.rows} for listed in (one, other))
    return sorted(id for id in first.keys() | second.keys() if first.get(id) != second.get(id))


def _ids(ids: list[str]) -> str:
    """`»a«, »b« og 3 til`."""
    told = ", ".join(shown(id) for id in ids[:_SHOWN])
    more = len(ids) - _SHOWN
    return said("{listed} og {more} til", listed=told, more=str(more)) if more > 0 else told


def _again(plan: Plan, listed: Listing, sample: Sample) -> tuple[Drawn | None, list[str], list[Problem]]:
    try:
        repeated = draw(plan, listed)
    except Faults as faults:
        return None, [], [_of(problem, "UDTRAEK-152") for problem in faults.problems]
    rows = differing(repeated, sample.drawn)
    found = []
    if rows:
        fault = said(
            "Trækkes der igen, kommer {rows} sager anderledes ud end i {file}: {ids}.",
            rows=str(len(rows)),
            file=SAMPLE,
            ids=_ids(rows),
        )
        remedy = said("Frøet, planen, listen eller stikprøven er ændret siden udtrækket.")
        found.append(Problem("UDTRAEK-152", Place(SAMPLE), fault, remedy))
    elif to_csv(repeated) != sample.content:
        fault = said(
            "Sagerne er de samme, men filen er en anden, tegn for tegn, end den, lodtrækningen giver."
        )
        remedy = said("En vægt, en skrivemåde eller rækkernes orden er ændret siden udtrækket.")
        found.append(Problem("UDTRAEK-152", Place(SAMPLE), fault, remedy))
    should = whole(plan, listed, repeated, _circumstances(sample, plan, listed))
    if parts := said_otherwise(sample.about, should):
        fault = said("sample.json siger noget andet end lodtrækningen om: {names}.", names=_names(parts))
        found.append(Problem("UDTRAEK-152", Place(ABOUT), fault, said("Filen er ændret siden udtrækket.")))
    elif json_bytes(should) != _bytes(sample.folder, ABOUT):
        fault = said("Indholdet er det samme, men filen er skrevet anderledes, tegn for tegn.")
        found.append(Problem("UDTRAEK-152", Place(ABOUT), fault, said("Filen er ændret siden udtrækket.")))
    return repeated, rows, found


def _circumstances(sample: Sample, plan: Plan, listed: Listing) -> Circumstances:
    """What the sample says it was made of, as far as it can be so; what cannot be is left out, and so differs. The
    checksums of plan and list, and the weeks, are held against plan and list elsewhere."""
    about = sample.about
    register, rule = about.get("register"), about["rule"]
    asked = isinstance(register, dict) and register.keys() == {"match", "origin", "deliveries"}
    needed = any(row.left_out == IN_REGISTER for row in listed.rows)
    authorities = {cell.authority for cell in plan.cells} - {row.authority for row in listed.rows}
    return Circumstances(
        about["origin"] if about.get("origin") in ORIGINS else "",
        str(about.get("plan_sha256")),
        str(about.get("frame_sha256")),
        _list_of(about.get("list")),
        rule,
        register if asked else {} if needed else None,
        tuple(sorted({code for code in _without(sample) if code in authorities})),
    )


def _list_of(told: Any) -> dict[str, Any]:
    """The name and the checksum of the file of the list, as far as they can be such."""
    if not isinstance(told, dict) or told.keys() != {"file", "sha256"}:
        return {}
    file, hash_ = told["file"], told["sha256"]
    can_be = isinstance(file, str) and safe_name(file) == file and isinstance(hash_, str)
    return dict(told) if can_be and _HASH.fullmatch(hash_) else {}


def _sums(now: Drawn, listed: Listing, plan: Plan) -> list[Problem]:
    wrong = [item for item in identities(now, listed, plan) if not item.holds]
    return [
        Problem(
            "UDTRAEK-153",
            Place(LOG if item.kind in ("cases", "within") else SAMPLE),
            said(
                "Vægtene i cellen {scope} giver {found} og skulle give {wanted}.",
                scope=shown(item.scope),
                found=str(item.found),
                wanted=str(item.wanted),
            ),
            said("Meld det som en fejl i programmet."),
        )
        for item in wrong
    ]
