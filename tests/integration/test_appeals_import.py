"""From somebody's extract to a register through the command line: the main job, and all the ways it is refused."""

from __future__ import annotations

import csv
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from sagsbarometer.catalogue.catalogue import Catalogue, load_catalogue
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.runs import appeals_import
from sagsbarometer.runs.appeals_import import Job, import_registrations
from sagsbarometer.store.register import read_register
from tests.conftest import ROOT, trials
from tests.peaks_in_tests import took

CPR = "0101901234"
SAME = "mapping: egne\nrest: same\n"
HEADER = (
    "case_id",
    "registered_at",
    "origin",
    "received_on",
    "decided_on",
    "outcome",
    "case_subject",
    "keywords",
    "office",
)


@cache
def law(_: Path | None = None) -> Catalogue:
    """The law that comes with the program, read once."""
    return load_catalogue(shipped("law"))


def cases(wanted: int, seed: int = 1, start: int = 1) -> list[dict[str, str]]:
    """Invented registrations, each of its own case."""
    rng = random.Random(seed)
    subjects = sorted(law().case_subjects)
    rows = []
    for number in range(start, start + wanted):
        received = date(2020, 1, 1) + timedelta(rng.randrange(1500))
        decided = received + timedelta(rng.randrange(1, 300))
        seen = datetime.combine(decided, datetime.min.time()) + timedelta(
            hours=8, seconds=rng.randrange(30_000)
        )
        rows.append(
            {
                "case_id": f"sag {number}",
                "registered_at": seen.isoformat(" "),
                "origin": "synthetic",
                "received_on": received.isoformat(),
                "decided_on": f"{decided:%d-%m-%Y}",
                "outcome": rng.choice(("upheld", "remitted", "amended", "lapsed")),
                "case_subject": rng.choice(subjects),
                "keywords": rng.choice(("ingen", "reasons", "time_limits|reasons", "")),
                "office": rng.choice(("Aalborg", "København")),
            }
        )
    return rows


def write(path: Path, rows: Iterable[Mapping[str, str]], header: Sequence[str] = HEADER) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return path


class Desk:
    """A folder with a mapping, and the command run on files in it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.register, self.mapping = folder, folder / "register", folder / "mapping.yaml"
        self.mapping.write_text(SAME, encoding="utf-8")

    def line(self, file: Path) -> list[str]:
        options = ("--mapping", self.mapping, "--register", self.register)
        return [
            sys.executable,
            "-m",
            "sagsbarometer.cli.main",
            "appeals",
            "import",
            *map(str, (file, *options)),
        ]

    def run(self, file: Path, expected: int = 0) -> str:
        done = subprocess.run(self.line(file), capture_output=True, text=True, encoding="utf-8", check=False)
        assert done.returncode == expected, done.stderr
        assert done.stdout == ""
        return done.stderr

    def rows(self) -> list[dict[str, Any]]:
        paths = read_register(self.register).paths
        return [row for path in paths for row in pq.read_table(path).to_pylist()]

    def bytes(self) -> dict[str, bytes]:
        found = self.register.rglob("*") if self.register.exists() else ()
        return {path.name: path.read_bytes() for path in found if path.is_file()}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    folder = tmp_path / "mit udtræk"
    folder.mkdir()
    return Desk(folder)


def test_a_register_is_made_extended_and_left_alone_by_the_same_file_again(desk: Desk) -> None:
    rows = cases(40)
    said = desk.run(write(desk.folder / "a.csv", rows))
    assert "Levering 1: 40 registreringer af 40 sager." in said
    assert "Nye sager: 40. Sager, der var der før: 0." in said
    first = desk.bytes()
    later = [{**row, "registered_at": "2026-01-31T10:00:00Z", "outcome": "amended"} for row in rows[:10]]
    said = desk.run(write(desk.folder / "b.csv", [*later, *cases(5, start=100)]))
    assert "Levering 2: 15 registreringer af 15 sager." in said
    assert "Nye sager: 5. Sager, der var der før: 10." in said
    assert "sidste 31. januar 2026" in said
    assert "kan nu blive andre" in said  # five cases of years ago were added
    second = desk.bytes()
    assert second["0001.parquet"] == first["0001.parquet"]
    said = desk.run(desk.folder / "a.csv")
    assert "allerede" in said
    assert "levering 1" in said
    assert desk.bytes() == second
    assert [row["delivery"] for row in desk.rows()] == [1] * 40 + [2] * 15
    assert json.loads(second["register.json"])["origin"] == "synthetic"


def test_the_command_knows_what_day_it_is(desk: Desk) -> None:
    later = {**cases(1)[0], "registered_at": "2199-01-31 10:00"}
    said = desk.run(write(desk.folder / "a.csv", [*cases(3, start=2), later]))
    assert "Advarsel REGISTER-117" in said
    assert "sidste 31. januar 2199" in said


def test_nobody_waits_in_silence_for_a_large_file(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(desk.folder / "a.csv", cases(3))
    lines: list[str] = []
    for size in (file.stat().st_size + 1, file.stat().st_size):
        monkeypatch.setattr(appeals_import, "_LARGE", size)
        import_registrations(Job(file, desk.mapping, desk.register, dry_run=True), lines.append)
    assert [line.startswith("Regner fingeraftrykket") for line in lines].count(True) == 1


def test_the_same_file_again_is_not_even_read(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(appeals_import, "load_catalogue", law)
    job = Job(write(desk.folder / "a.csv", cases(5)), desk.mapping, desk.register)
    assert import_registrations(job).added
    with monkeypatch.context() as patch:
        patch.delattr(appeals_import, "open_input")
        assert not import_registrations(job).added
    monkeypatch.setattr(appeals_import, "__version__", "99")  # may read it otherwise, so it is read
    with monkeypatch.context() as patch:
        patch.delattr(appeals_import, "open_input")
        with pytest.raises(NameError):
            import_registrations(job)
    assert not import_registrations(job).added
    desk.mapping.write_text(SAME + "columns: {office: {codes: {Aalborg: Nord}}}\n", encoding="utf-8")
    assert import_registrations(job).number == 2


def test_the_same_rows_in_csv_workbook_and_parquet_are_the_same_register(desk: Desk) -> None:
    rows = cases(30)
    typed = [
        {
            **{column: text or None for column, text in row.items()},
            "registered_at": datetime.fromisoformat(row["registered_at"]),
            "received_on": date.fromisoformat(row["received_on"]),
            "keywords": None if not row["keywords"] else row["keywords"],
        }
        for row in rows
    ]
    pq.write_table(pa.Table.from_pylist(typed), desk.folder / "c.parquet")
    with xlsxwriter.Workbook(desk.folder / "b.xlsx", {"default_date_format": "dd-mm-yyyy hh:mm:ss"}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        for line, row in enumerate(typed, start=1):
            for at, column in enumerate(HEADER):
                value = row[column]
                sheet.write_datetime(line, at, value) if isinstance(value, date) else sheet.write(
                    line, at, value
                )
    write(desk.folder / "a.csv", rows)
    found = []
    for name in ("a.csv", "b.xlsx", "c.parquet"):
        desk.register = desk.folder / name.replace(".", "-")
        desk.run(desk.folder / name)
        found.append(desk.rows())
    assert found[0] == found[1] == found[2]
    assert {row["law_area"] for row in found[0]} - {None} > {"serviceloven"}  # follows from the subject


def test_every_printed_name_of_a_case_subject_is_read(desk: Desk) -> None:
    with (ROOT / "published/aarsredegoerelse_2024/table_4_8.csv").open(encoding="utf-8", newline="") as file:
        printed = [(row["law_area"], row["provision"]) for row in csv.DictReader(file) if row["provision"]]
    assert len(printed) == 145
    desk.mapping.write_text(
        "mapping: trykte navne\ncolumns:\n  case_id: nr\n  registered_at: {constant: 2025-04-11}\n"
        "  origin: {constant: training}\n  law_area: {from: lov, codes_from: law}\n"
        "  case_subject: {from: emne, codes_from: law}\n",
        encoding="utf-8",
    )
    rows = [
        {"nr": str(n), "lov": area, "emne": subject} for n, (area, subject) in enumerate(printed, start=1)
    ]
    said = desk.run(write(desk.folder / "navne.csv", rows, ("nr", "lov", "emne")))
    assert "145 registreringer" in said
    assert len({row["case_subject"] for row in desk.rows()}) == 145
    assert len({row["law_area"] for row in desk.rows()}) == 10


def test_one_fault_keeps_all_out_and_the_file_comes_back_to_be_mended(desk: Desk) -> None:
    good = cases(20)
    desk.run(write(desk.folder / "a.csv", good))
    before = desk.bytes()
    bad = [{**row, "registered_at": "2026-01-31"} for row in good]
    bad[3] = {**bad[3], "outcome": "medhold", "received_on": "32-01-2024"}
    bad[7] = {**bad[7], "office": f"ring {CPR}"}
    said = desk.run(write(desk.folder / "b.csv", bad), expected=3)
    for told in (
        "REGISTER-103 b.csv:5:outcome",
        "REGISTER-104 b.csv:5:received_on",
        "REGISTER-110 b.csv:9:office",
    ):
        assert told in said
    assert "3 fejl" in said
    assert "Registret er urørt." in said
    assert CPR not in said
    assert desk.bytes() == before
    back = desk.folder / "register-fejl"
    listed = (back / "fejlliste.csv").read_text(encoding="utf-8-sig")
    assert [line.split(";")[3] for line in listed.splitlines()].count("Fejl") == 3
    assert CPR not in listed
    marked = back / "ret-b.csv"
    text = marked.read_text(encoding="utf-8")
    assert "Fejl REGISTER-103 (outcome)" in text
    mended = text.replace("medhold", "upheld").replace("32-01-2024", "").replace(f"ring {CPR}", "Aalborg")
    marked.write_text(mended, encoding="utf-8")
    assert "Levering 2: 20 registreringer" in desk.run(marked)


def test_a_workbook_comes_back_marked_too(desk: Desk) -> None:
    with xlsxwriter.Workbook(desk.folder / "b.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, [*cases(1)[0].values()])
        sheet.write(1, HEADER.index("outcome"), "medhold")
    assert "b.xlsx:2:outcome" in desk.run(desk.folder / "b.xlsx", expected=3)
    assert (desk.folder / "register-fejl" / "ret-b.xlsx").is_file()
    assert not desk.register.exists()


def test_another_origin_is_told_with_the_other_faults(desk: Desk) -> None:
    desk.run(write(desk.folder / "a.csv", cases(2)))
    before = desk.bytes()
    bad = [{**row, "origin": "real", "outcome": "x"} for row in cases(1)]
    said = desk.run(write(desk.folder / "b.csv", bad), expected=3)
    assert "REGISTER-111" in said
    assert "REGISTER-103" in said
    assert desk.bytes() == before


def test_warnings_do_not_stop_and_are_kept_in_full(desk: Desk) -> None:
    rows = [{**row, "provision": "§ 107"} for row in cases(30)]
    said = desk.run(write(desk.folder / "a.csv", rows, (*HEADER, "provision")))
    assert "Advarsel REGISTER-126 unknown_provision" in said
    assert "30 rækker (100,0 %)" in said
    listed = desk.register / "deliveries" / "0001-bemaerkninger.csv"
    assert str(listed) in said
    assert listed.read_text(encoding="utf-8-sig").count("REGISTER-126") == 30


@pytest.mark.parametrize(
    ("file", "mapping", "register", "code", "exit"),
    [
        ("ingen.csv", "mapping.yaml", "register", "FIL-101", 3),
        ("mappe", "mapping.yaml", "register", "FIL-101", 3),
        ("tom.csv", "mapping.yaml", "register", "FIL-102", 3),
        ("a.csv", "ingen.yaml", "register", "YAML-101", 3),
        ("a.csv", "a.csv", "register", "KORT-101", 3),
        ("a.csv", "mapping.yaml", "mappe", "REGISTER-131", 2),
        ("a.csv", "mapping.yaml", "a.csv", "REGISTER-131", 2),
        ("/dev/zero", "mapping.yaml", "register", "FIL-101", 3),
        ("a.csv", "/dev/zero", "register", "YAML-101", 3),
    ],
)
def test_what_is_not_what_it_should_be_is_told(
    desk: Desk, file: str, mapping: str, register: str, code: str, exit: int
) -> None:
    (desk.folder / "mappe").mkdir()
    (desk.folder / "mappe" / "brev.txt").write_text("vigtigt")
    (desk.folder / "tom.csv").touch()
    write(desk.folder / "a.csv", cases(1))
    desk.mapping, desk.register = desk.folder / mapping, desk.folder / register
    assert f"Fejl {code} " in desk.run(desk.folder / file, expected=exit)
    assert {path.name for path in desk.folder.iterdir()} == {"a.csv", "mapping.yaml", "mappe", "tom.csv"}


def test_a_changed_delivery_is_not_built_on(desk: Desk) -> None:
    desk.run(write(desk.folder / "a.csv", cases(3)))
    path = desk.register / "deliveries" / "0001.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    said = desk.run(write(desk.folder / "b.csv", cases(3, start=9)), expected=3)
    assert "Fejl REGISTER-133 register/deliveries/0001.parquet" in said
    assert not (desk.register / "deliveries" / "0002.parquet").exists()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04" + b"\0" * 200, "FIL-107"),
        (b"PAR1" + b"\xff" * 200 + b"PAR1", "FIL-118"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "FIL-104"),
        (b"%PDF-1.7\n", "FIL-104"),
        (b"case_id;registered_at;origin\n\xff\xfe\x81\x8d;1;2\n", "FIL-105"),
        (b"case_id;registered_at;origin\n1;\0;3\n", "FIL-105"),
        (b'case_id;registered_at;origin\n1;"2;3\n', "FIL-106"),
        (b"case_id;case_id;origin\n1;2;3\n", "FIL-113"),
        (b"case_id;registered_at;origin\n1;2;3;4\n", "FIL-114"),
        (b"case_id;registered_at;origin\n1;2\n", "FIL-115"),
        (b"case_id;registered_at;origin\n1;#REF!;3\n", "FIL-117"),
    ],
)
def test_a_hostile_or_damaged_file_is_refused_and_the_register_untouched(
    desk: Desk, content: bytes, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(appeals_import, "load_catalogue", law)
    (desk.folder / "a.csv").write_bytes(content)
    with pytest.raises(Faults) as caught:
        import_registrations(Job(desk.folder / "a.csv", desk.mapping, desk.register))
    assert code in {problem.code for problem in caught.value.problems}
    assert not desk.register.exists()


def test_a_formula_in_a_cell_is_text_and_comes_back_as_text(desk: Desk) -> None:
    rows = [{**cases(1)[0], "office": "=HYPERLINK(1)", "outcome": "=1+1"}]
    desk.run(write(desk.folder / "a.csv", rows), expected=3)
    for path in (desk.folder / "register-fejl").glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            assert not [
                line for line in csv.reader(file, delimiter=";") if line[0].startswith(("=", "+", "@"))
            ]


def test_a_killed_import_leaves_the_old_register_or_the_new(desk: Desk) -> None:
    desk.run(write(desk.folder / "a.csv", cases(50)))
    started = time.monotonic()
    desk.run(write(desk.folder / "b.csv", cases(3000, start=1000)))
    takes = time.monotonic() - started
    rng = random.Random(4)
    for number in range(trials(60)):
        file = write(desk.folder / "c.csv", cases(3000, seed=number, start=5000))
        before = len(read_register(desk.register).paths)
        with subprocess.Popen(
            desk.line(file), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            time.sleep(rng.uniform(0.6, 1.1) * takes)
            process.kill()
        assert len(read_register(desk.register).paths) in (before, before + 1)
    assert "Levering" in desk.run(write(desk.folder / "d.csv", cases(10, start=9000)))


def test_a_hundred_thousand_registrations_are_imported_in_bounded_time_and_memory(desk: Desk) -> None:
    wanted = 100_000
    file = write(desk.folder / "a.csv", cases(wanted))
    done = took(desk.line(file), desk.folder / "took.json")
    assert done.code == 0, done.err
    assert "100.000 registreringer" in done.err
    assert done.seconds < 30  # some six seconds of one processor of today
    assert done.megabytes < 900
    assert len(desk.rows()) == wanted
