"""The second half of an import: rows left out, rules tried, and the delivery made ready for one register."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sagsbarometer.appeals.codes import Codes
from sagsbarometer.appeals.intake.expressions import REASON
from sagsbarometer.appeals.intake.judging import Judge
from sagsbarometer.appeals.intake.mapping import Plan
from sagsbarometer.appeals.intake.reading import delivery_schema
from sagsbarometer.appeals.intake.report import Report, dates_from, outcomes_of
from sagsbarometer.appeals.intake.rules import RULES
from sagsbarometer.appeals.intake.told import Told
from sagsbarometer.appeals.intake.withdrawing import many_withdrawn, no_longer_there, standing
from sagsbarometer.appeals.registration import COLUMNS, DELIVERY, LINE, REGISTERED_AT, WITHDRAWN
from sagsbarometer.kernel.problems import Problem
from sagsbarometer.runs.appeals_stage import Staged
from sagsbarometer.store.engine import dtypes_of, with_every_column
from sagsbarometer.store.register import ORIGIN_SAID, Register
from sagsbarometer.store.staging import Opened, RowsFile, opened_files


@dataclass(frozen=True, slots=True)
class Judged:
    """The rows that stay, on disk, and what is to be told of all of them."""

    rows: Path
    problems: tuple[Problem, ...]
    report: Report
    cases: int
    span: tuple[datetime, datetime] | None


def judge_staged(
    staged: Staged, plan: Plan, codes: Codes, folder: Path, origin: str, today: date | None = None
) -> Judged:
    """Tries every rule on what was read. `origin` is that of the register, "" for a new one; `today` as `Judge` has it.

    Problems: REGISTER-101 to 113, 117 and 121 to 130 as `appeals.rules`, REGISTER-111 also for origins that are mixed
    or not the register's, REGISTER-112 no rows.
    """
    told = Told(staged.files)
    _origins(staged, origin, told)
    rows = staged.rows
    if rows is None:
        told.whole("REGISTER-112", "Filen har ingen registreringer.", "Skriv én pr. række.")
        return Judged(folder, told.problems(), Report(0, 0, {}, (), (), {}), 0, None)
    left_out: dict[str, int] = {}
    with opened_files(
        folder, {"staged": [rows], "faults": [staged.faults] if staged.faults else []}
    ) as opened:
        filled = staged.filled - {derived.target for derived in plan.derived}
        judge = Judge(plan, codes, opened.execute, opened.keep, staged.span, today, filled)
        kept, faults = opened.tables["staged"], opened.tables.get("faults")
        if judge.changes:
            left_out, rows = _sorted_out(judge, opened, folder, staged)
            kept = opened.also("kept", rows)
            if faults is not None and left_out:
                faults = faults.filter((faults.rule == "cpr") | faults[LINE].isin(kept[LINE]))
        findings, facts = judge.judge(kept, faults, told)
    if not facts.rows:
        told.whole("REGISTER-112", "Alle filens rækker er udeladt.", "Se efter leave_out: i mappingen.")
    report = Report(
        rows=staged.read,
        kept=facts.rows,
        left_out=left_out,
        findings=tuple(findings),
        outcomes=outcomes_of(staged.words, codes.merits),
        dates=dates_from(facts.ends),
    )
    return Judged(rows, told.problems(), report, facts.cases, facts.ends.get(REGISTERED_AT))


def _origins(staged: Staged, origin: str, told: Told) -> None:
    if len(staged.origins) > 1:
        fault = f"Filen blander sager af forskellig oprindelse: {', '.join(staged.origins)}."
        told.whole("REGISTER-111", fault, "Læg dem i hvert sit register.")
    elif staged.origins and origin not in ("", *staged.origins):
        fault = f"Filen er »{staged.origins[0]}«, men registret er »{origin}«."
        remedy = "Læg dem i hvert sit register: læseren skal vide, hvad tallene er lavet af."
        told.whole("REGISTER-111", fault, remedy)


def _sorted_out(judge: Judge, opened: Opened, folder: Path, staged: Staged) -> tuple[dict[str, int], Path]:
    """How many rows are left out and why, and the rest on disk, as they will be in the register."""
    judged = judge.sorted_out(opened.tables["staged"], opened.tables.get("faults"))
    counted = opened.execute(judged.group_by(REASON).aggregate(n=judged.count())).to_pylist()
    reasons = [_said(name) for name in judge.leaves_out]
    by_place = {item[REASON]: item["n"] for item in counted if item[REASON] is not None}
    left_out: dict[str, int] = {}
    for place in sorted(by_place):
        left_out[reasons[place]] = left_out.get(reasons[place], 0) + by_place[place]
    schema = delivery_schema(judge.plan, scratch=False)
    stay = judged.filter(judged[REASON].isnull()).select(schema.names)
    file = RowsFile(folder / "kept.parquet")
    for batch in opened.batches(stay.order_by(LINE)):
        file.write(batch.cast(schema))
    if not file.rows:
        file.write(schema.empty_table())
    file.close(_metadata(staged))
    return left_out, file.path


def _said(reason: str) -> str:
    return RULES[reason][0] if reason in RULES else reason


def _metadata(staged: Staged) -> Mapping[str, str]:
    return {ORIGIN_SAID.decode(): min(staged.origins, default="")}


# --- against one register ---


def known_cases(rows: Path, register: Register | None, folder: Path) -> int:
    """How many of the cases a delivery has that the register has already."""
    if register is None or not register.paths:
        return 0
    with opened_files(folder, {"kept": [rows], "register": register.paths}) as opened:
        kept, there = opened.tables["kept"], opened.tables["register"]
        known = kept.select("case_id").distinct().semi_join(there.select("case_id"), "case_id")
        return int(opened.execute(known.aggregate(n=known.count())).to_pylist()[0]["n"])


def withdrawals(
    judged: Judged,
    register: Register | None,
    folder: Path,
    staged: Staged,
    file: str,
    levels: Mapping[str, str],
) -> tuple[int, tuple[Problem, ...]]:
    """How many cases a full delivery would take out of the register, and what is to be said of that."""
    if register is None or not register.paths or judged.span is None:
        return 0, ()
    with opened_files(folder, {"read": [_read(staged, judged)], "register": register.paths}) as opened:
        there = with_every_column(opened.tables["register"], dtypes_of(COLUMNS))
        before = standing(there, judged.span[1])
        gone = no_longer_there(there, opened.tables["read"], judged.span[1])
        cases, taken = (
            int(opened.execute(table.aggregate(n=table.count())).to_pylist()[0]["n"])
            for table in (before, gone)
        )
    return taken, many_withdrawn(taken, cases, file, levels)


def with_withdrawals(
    judged: Judged, register: Register | None, number: int, folder: Path, staged: Staged
) -> tuple[Path, int]:
    """The rows of a full delivery and, after them, one row for every case it no longer has; and how many these are."""
    import pyarrow.parquet as pq

    if register is None or judged.span is None:
        return judged.rows, 0
    gone = list(_gone(_read(staged, judged), judged.span[1], register, folder))
    if not gone:
        return judged.rows, 0
    new = RowsFile(folder / "full.parquet")
    with pq.ParquetFile(judged.rows) as file:
        for group in range(file.num_row_groups):
            new.write(file.read_row_group(group))
        schema = file.schema_arrow
    taken = 0
    for ids in gone:
        new.write(_withdrawn(ids, schema, judged.span[1], number, taken))
        taken += len(ids)
    new.close(_metadata(staged))
    return new.path, taken


def _read(staged: Staged, judged: Judged) -> Path:
    """All rows of the delivery: a case it has is still there, also where its row is left out."""
    return staged.rows or judged.rows


def _gone(read: Path, moment: datetime, register: Register, folder: Path) -> Iterator[Any]:
    with opened_files(folder, {"read": [read], "register": register.paths}) as opened:
        there = with_every_column(opened.tables["register"], dtypes_of(COLUMNS))
        for batch in opened.batches(no_longer_there(there, opened.tables["read"], moment)):
            if len(batch):
                yield batch["case_id"]


def _withdrawn(ids: Any, schema: Any, moment: datetime, number: int, before: int) -> Any:
    import pyarrow as pa

    size = len(ids)
    known = {
        "case_id": ids,
        REGISTERED_AT: pa.repeat(pa.scalar(moment, pa.timestamp("us", "UTC")), size),
        DELIVERY: pa.repeat(pa.scalar(number, pa.int32()), size),
        LINE: pa.array(range(-before - 1, -before - size - 1, -1), pa.int32()),
        WITHDRAWN: pa.repeat(pa.scalar(True), size),
    }
    arrays = [known.get(field.name, pa.nulls(size, field.type)) for field in schema]
    return pa.Table.from_arrays(arrays, schema=schema.remove_metadata())
