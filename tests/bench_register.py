"""A register for measuring: invented registrations with the columns and the sizes of an appeals body's.

The same seed gives the same registrations, as long as DuckDB hashes as it does. Nothing in them is a real case: case
subjects are drawn as often as table 4.8 of the annual report on 2024 prints them, the rest evenly.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from sagsbarometer.appeals.registration import COLUMNS, DELIVERY, LINE, REGISTERED_AT, WITHDRAWN
from sagsbarometer.forms.language.types import Type
from sagsbarometer.kernel.ids import ascii_id

ROOT = Path(__file__).resolve().parents[1]
SEED = 2024
_GROUP = 1_000_000  # rows of a group of rows in a file
_TYPES = {Type.DATE: pa.date32(), Type.INT: pa.int32(), Type.BOOL: pa.bool_()}
SCHEMA = pa.schema(
    [
        *((name, _TYPES.get(type, pa.string())) for name, type in COLUMNS.items()),
        (REGISTERED_AT, pa.timestamp("us", "UTC")),
        (DELIVERY, pa.int32()),
        (LINE, pa.int32()),
        (WITHDRAWN, pa.bool_()),
    ]
)

# Every case is registered when it comes in, five of six of them when decided; the rest are corrections, of which some
# are of the same moment as what they correct, some withdraw the case, and some are delivered half a year late.
# At least seven digits; lpad alone would cut off the last of more, and cases would become one.
CASE_NUMBER = "lpad(number::varchar, greatest(7, length(number::varchar))::int, '0')"
_REGISTRATIONS = f"""
with numbered as (
    select i,
        case when i < $cases then 0 when i < $cases + $decided then 1 else 2 end as step,
        case when i < $cases then i when i < $cases + $decided then (i - $cases) * 6 // 5
            else (hash(i, {SEED}) >> 1)::bigint % $decided * 6 // 5 end as number
    from range($rows) as t(i)
), drawn as (
    select *, (hash(number, {SEED + 1}) >> 1)::bigint as own, (hash(i, {SEED + 2}) >> 1)::bigint as change,
        date '2018-01-01' + (number * 2557 // $cases)::int as received_on
    from numbered
), timed as (
    select *, received_on + (30 + own % 400)::int as day,
        received_on::timestamp + interval 7 hour + interval 1 second * (own // 400 % 36000) as first_at,
        case when step = 2 and change % 10 = 0 then change else own end as draw
    from drawn
), registered as (
    select *, case step when 0 then first_at else first_at + interval 1 day * (30 + own % 400) end
        + case when step = 2 and change // 10 % 20 > 0
            then interval 1 day * (1 + change // 200 % 500) + interval 1 microsecond * (change % 1000003)
            else interval 0 day end as moment
    from timed
)
select i, step,
    year(received_on) % 100 || '-' || {CASE_NUMBER} as case_id,
    (received_on - 60 - (own // 3 % 300)::int)::date as applied_on,
    (received_on - 20 - (own // 5 % 30)::int)::date as authority_decided_on,
    (received_on - 7 - (own // 5 % 13)::int)::date as appealed_on,
    received_on,
    case when own % 9 > 0 then (received_on + (own // 9 % 25)::int)::date end as complete_on,
    case when step > 0 then day end as decided_on,
    case when step = 2 and draw // 53 % 4 = 0 then (day + 40 + (draw // 59 % 200)::int)::date end as new_decision_on,
    case when step > 0 then (day - received_on)::int end as processing_days,
    case when step > 0 then list_extract(
        ['upheld', 'upheld', 'upheld', 'remitted', 'lapsed', 'upheld', 'upheld', 'remitted', 'amended', 'upheld',
            'dismissed', 'upheld', 'annulled', 'remitted', 'upheld', 'amended_or_annulled', 'upheld', 'upheld',
            'upheld', null], 1 + draw // 7 % 20) end as outcome,
    subject.law_area, subject.case_subject, subject.provision,
    case when draw // 11 % 3 = 0 then subject.provision || '/condition_' || draw // 33 % 7 end as condition,
    (901 + draw // 13 % 98)::varchar as authority,
    list_extract(['new_application', 'follow_up', 'cessation', 'withdrawal', 'remitted_case'], 1 + draw // 17 % 5)
        as occasion,
    list_extract(['grant', 'partial_refusal', 'refusal'], 1 + draw // 19 % 3) as result,
    'kontor_' || draw // 23 % 8 as office,
    own // 61 % 10 = 0 as statutory_priority,
    case when own % 9 > 0 then own // 9 % 25 = 0 end as complete_at_receipt,
    case when step > 0 then list_extract(['', '', 'facts_or_reasons'], 1 + draw // 29 % 3) end as reasons,
    case when step > 0 then list_extract(
        ['', '', 'duty_to_investigate', 'reasons', 'time_limits', 'duty_to_investigate|reasons'], 1 + draw // 31 % 6)
        end as keywords,
    case when step = 2 and draw // 37 % 300 = 0 then day + (100 + draw // 41 % 400)::int end as court_judged_on,
    case when step = 2 and draw // 37 % 300 = 0 then list_extract(['won', 'won', 'lost'], 1 + draw // 43 % 3) end
        as court_result,
    case when step = 2 and draw // 67 % 500 = 0 then (day + 50 + (draw // 71 % 300)::int)::date end
        as ombudsman_closed_on,
    case when step = 2 and draw // 67 % 500 = 0 then list_extract(['criticism', 'no_criticism', 'not_investigated'],
        1 + draw // 73 % 3) end as ombudsman_result,
    step = 2 and change // 3 % 400 = 0 as withdrawn,
    moment at time zone 'UTC' as registered_at,
    moment + case when change % 97 = 0 then interval 180 day else interval 0 day end as delivered_at
from registered
join subjects as subject on subject.is_new = (day >= date '2024-01-01')
    and subject.place = draw // 47 % case when day >= date '2024-01-01' then $new else $old end
"""


def generate(folder: Path, rows: int) -> list[Path]:
    """Writes `rows` registrations of half as many cases, received 2018-2024, as a delivery for each half-year.

    Nothing is held whole: a hundred million take as much memory as ten, and three times the disk they end up on.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as beside:
        connection = duckdb.connect(config={"temp_directory": f"{beside}/spilled"})
        connection.execute("set TimeZone = 'UTC'")
        new, old = _subjects(connection)
        cases = rows // 2
        numbers = {"rows": rows, "cases": cases, "decided": cases * 5 // 6, "new": new, "old": old}
        parted = f"copy (select *, {_HALF} as half from ({_REGISTRATIONS})) to '{beside}/halves' "
        connection.execute(parted + "(format parquet, partition_by (half))", numbers)
        paths = []
        halves = sorted(Path(beside, "halves").iterdir(), key=lambda path: int(path.name.partition("=")[2]))
        for delivery, half in enumerate(halves, start=1):
            paths.append(folder / f"{delivery:04d}.parquet")
            _write(connection, half, delivery, paths[-1])
        connection.close()
    return paths


_HALF = "year(delivered_at) * 2 + (month(delivered_at) > 6)::int"


def _write(connection: duckdb.DuckDBPyConnection, half: Path, delivery: int, path: Path) -> None:
    """The rows as a file would have them: in the order delivered, from line 2."""
    asked = f"""select {", ".join(COLUMNS)}, registered_at, $delivery as delivery,
        1 + row_number() over (order by delivered_at, i) as line, withdrawn
        from read_parquet('{half}/*.parquet') order by line"""
    batches = connection.sql(asked, params={"delivery": delivery}).to_arrow_reader(_GROUP)
    with pq.ParquetWriter(path, SCHEMA, compression="zstd") as file:
        for batch in batches:
            file.write_table(pa.Table.from_batches([batch]).cast(SCHEMA), row_group_size=_GROUP)


def _subjects(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """A table with each case subject as often as it should be drawn: from 2024, and before (without barnets lov)."""
    path = ROOT / "published" / "aarsredegoerelse_2024" / "table_4_8.csv"
    with path.open(encoding="utf-8", newline="") as file:
        printed = [row for row in csv.DictReader(file) if row["provision"]]
    drawn = [
        (ascii_id(row["law_area"]), ascii_id(row["provision"]), f"{ascii_id(row['law_area'])}/{number}")
        for number, row in enumerate(printed, start=1)
        for _ in range(max(1, int(row["merits"])))
    ]
    before = [item for item in drawn if item[0] != "barnets_lov"]
    names = ("is_new", "place", "law_area", "case_subject", "provision")
    rows = [
        dict(zip(names, (is_new, place, *item), strict=True))
        for is_new, items in ((True, drawn), (False, before))
        for place, item in enumerate(items)
    ]
    connection.register("subjects", pa.Table.from_pylist(rows))
    return len(drawn), len(before)


if __name__ == "__main__":
    generate(Path(sys.argv[1]), int(sys.argv[2]))
