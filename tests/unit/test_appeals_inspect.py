"""A first look at extracts nobody here wrote, each with the faults that such extracts have."""

from __future__ import annotations

import csv
import io
import random
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.appeals.codes import Codes, codes_of
from sagsbarometer.appeals.inspecting.cells import look, name_key, shape
from sagsbarometer.appeals.inspecting.columns import ColumnProfile
from sagsbarometer.appeals.inspecting.inspection import near, variants
from sagsbarometer.appeals.inspecting.latest import latest_of
from sagsbarometer.appeals.inspecting.mapping import quoted
from sagsbarometer.appeals.intake.mapping import Plan, plan_of, read_mapping
from sagsbarometer.catalogue.catalogue import load_catalogue
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.deliveries.stream import Reading, open_source
from sagsbarometer.kernel.problems import Faults
from sagsbarometer.runs.appeals_import import Job as ImportJob
from sagsbarometer.runs.appeals_import import import_registrations
from sagsbarometer.runs.appeals_inspect import Inspected, Job, inspect

Rows = Sequence[Sequence[object]]


@pytest.fixture(scope="module")
def law() -> Codes:
    return codes_of(load_catalogue(shipped("law")))


def saved(
    folder: Path,
    header: Sequence[str],
    rows: Rows,
    encoding: str = "utf-8",
    delimiter: str = ";",
    name: str = "udtraek.csv",
) -> Path:
    """An extract as a case system writes it, with CRLF."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    path = folder / name
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def seen(path: Path, **options: str) -> Inspected:
    return inspect(Job((str(path),), **options))  # type: ignore[arg-type]


def plan(done: Inspected, path: Path, codes: Codes) -> Plan:
    """The plan the written mapping gives. Raises Faults where it is not one."""
    mapping = path.with_suffix(".yaml")
    mapping.write_text(done.mapping, encoding="utf-8")
    header = open_source([path], Reading()).header
    return plan_of(read_mapping(mapping), header, codes.lists, codes.reach)


def found(done: Inspected, kind: str) -> list[tuple[str, int]]:
    """Column and rows of the findings of a kind."""
    return [(finding.column, finding.rows) for finding in done.findings if finding.kind == kind]


def cases(count: int, write: Callable[[date], str] = date.isoformat, seed: int = 1) -> list[list[object]]:
    """Invented cases: number, category, received, authority, closed, decision, days."""
    chance = random.Random(seed)
    rows: list[list[object]] = []
    for number in range(count):
        received = date(2019, 1, 2) + timedelta(days=chance.randrange(2000))
        days = chance.randrange(1, 300)
        rows.append(
            [
                f"{number + 1}/{received.year % 100}",
                chance.choice(["No answer", "Fees", "Reasons"]),
                write(received),
                chance.choice(["City of Arden", "Harbour Board", "Ministry of Lakes"]),
                write(received + timedelta(days=days)),
                chance.choice(["Justified", "Unjustified", "Withdrawn"]),
                days,
            ]
        )
    return rows


HEADER = ["Case No", "Subject", "Received", "Authority", "Closed", "Decision", "Days"]


def test_a_danish_extract_of_another_encoding(tmp_path: Path, law: Codes) -> None:
    rows = [
        [
            f"24-{number:05}",
            f"{number % 28 + 1:02}-03-2024",
            f"{number % 28 + 1:02}-05-2024",
            outcome,
            "Ærø Kommune",
            "Børn",
        ]
        for number, outcome in enumerate(["Medhold", "Stadfæstelse", "Hjemvist", "Afvist", "Bortfaldet"] * 12)
    ]
    header = ["Sagsnr", "Modtaget", "Afgjort den", "Udfald", "Kommune", "Emne"]
    path = saved(tmp_path, header, rows, "latin-1")
    done = seen(path)
    assert done.form == "CSV, semikolon, Windows-1252"
    made = plan(done, path, law)
    assert {
        target: made.sources[target].column
        for target in ("case_id", "received_on", "decided_on", "authority")
    } == {
        "case_id": "Sagsnr",
        "received_on": "Modtaget",
        "decided_on": "Afgjort den",
        "authority": "Kommune",
    }
    assert made.sources["outcome"].codes == {
        "Medhold": "reversed",
        "Stadfæstelse": "upheld",
        "Hjemvist": "remitted",
        "Afvist": "dismissed",
        "Bortfaldet": "lapsed",
    }
    assert "Ikke i realiteten, så ikke i omgørelsesprocenten: dismissed, lapsed." in done.mapping
    assert made.own["category"]["label"] == {"da": "Emne"}
    assert made.sources["registered_at"].constant == "2024-05-28"  # the latest day of the file


def test_the_first_mapping_is_imported_as_it_is(tmp_path: Path) -> None:
    path = saved(tmp_path, HEADER, cases(300))
    done = seen(path, out=tmp_path / "m.yaml")  # type: ignore[arg-type]
    assert done.written == tmp_path / "m.yaml"
    imported = import_registrations(ImportJob(path, tmp_path / "m.yaml", tmp_path / "register"))
    assert (imported.rows, imported.cases) == (300, 300)


def test_american_dates(tmp_path: Path, law: Codes) -> None:
    path = saved(tmp_path, HEADER, cases(200, lambda day: day.strftime("%m/%d/%Y")), delimiter=",")
    done = seen(path)
    made = plan(done, path, law)
    assert made.sources["received_on"].dates.orders == ("iso", "month_first")
    assert not found(done, "mixed_orders")
    assert not found(done, "negative_durations")


def test_short_years_and_clocks_get_a_format(tmp_path: Path, law: Codes) -> None:
    path = saved(tmp_path, HEADER, cases(60, lambda day: day.strftime("%m/%d/%y 03:45 PM")))
    made = plan(seen(path), path, law)
    assert made.sources["decided_on"].dates.formats == ("%m/%d/%y %I:%M %p",)
    compact = saved(tmp_path, HEADER, cases(60, lambda day: day.strftime("%Y%m%d")))
    made = plan(seen(compact), compact, law)
    assert made.sources["decided_on"].dates.formats == ("%Y%m%d",)


def test_orders_that_are_mixed_are_counted(tmp_path: Path) -> None:
    rows = cases(0)
    for number in range(40):
        text = f"{number % 12 + 13:02}-02-2024" if number < 30 else f"02-{number % 12 + 13:02}-2024"
        rows.append([number, "a", text, "X", "", "", ""])
    done = seen(saved(tmp_path, HEADER, rows))
    assert found(done, "mixed_orders") == [("Received", 10)]
    assert "30 kan kun være dag først, 10 kun måned først" in done.mapping
    assert "dates: [iso, day_first, month_first]" in done.mapping


def test_an_order_that_cannot_be_told_is_said(tmp_path: Path) -> None:
    rows = [[number, "a", f"0{number % 9 + 1}-02-2024", "X", "", "", ""] for number in range(20)]
    assert found(seen(saved(tmp_path, HEADER, rows)), "unknown_order") == [("Received", 20)]


def test_days_and_months_exchanged_in_iso_dates_show_in_the_days(tmp_path: Path) -> None:
    rows = cases(400)
    exchanged = negative = 0
    for row in rows:
        received = date.fromisoformat(str(row[2]))
        if received >= date(2021, 5, 1) and received.day <= 12 and received.day != received.month:
            row[2] = received.replace(month=received.day, day=received.month).isoformat()
            exchanged += 1
            negative += str(row[4]) < str(row[2])
    assert exchanged > 50
    assert negative > 10
    done = seen(saved(tmp_path, HEADER, rows))
    # The few whose days then happen to be one off are not told as exchanged.
    ((column, told),) = found(done, "mixed_day_month")
    assert column == "Received"
    assert exchanged - 3 <= told <= exchanged
    assert found(done, "negative_durations") == [("Received", negative)]
    (finding,) = (one for one in done.findings if one.kind == "mixed_day_month")
    assert "De er fra 2021-05 og frem" in finding.text
    assert "decision_before_receipt: soft}" in done.mapping
    (count,) = done.as_json()["day_counts"]
    assert count["agree"] + count["one_off"] + count["exchanged"]["first"] + count["other"] == 400


def test_missing_and_unknown_outcomes(tmp_path: Path, law: Codes) -> None:
    rows = cases(100)
    for number in range(7):
        rows[number][5] = ""
    rows[8][5] = "Sent to Oz"
    rows[9][5] = "Unknown"
    path = saved(tmp_path, HEADER, rows)
    done = seen(path)
    assert found(done, "missing_outcome") == [("Decision", 7)]
    assert found(done, "decided_without_outcome") == [("Decision", 7)]
    made = plan(done, path, law)
    assert set(made.sources["outcome"].codes) == {"Justified", "Unjustified", "Withdrawn"}
    assert made.sources["outcome"].unknown == {"Unknown"}
    assert "»Sent to Oz« (1)" in done.mapping


def test_several_outcomes_in_a_cell(tmp_path: Path, law: Codes) -> None:
    rows = cases(90)
    for row in rows[:30]:
        row[5] = "Stadfæstet + hjemvist"
    path = saved(tmp_path, HEADER, rows)
    source = plan(seen(path), path, law).sources["outcome"]
    assert source.separator == "+"
    assert source.reach
    assert source.codes["hjemvist"] == "remitted"


NAMES = {
    'משרד הבריאות ("המשרד")': "משרד הבריאות המשרד",
    "Υπουργείο Υγείας": "ΥΠΟΥΡΓΕΊΟ  ΥΓΕΊΑΣ",
    "Министерство Юстиции": "министерство-юстиции",
    "東京都": "東京都 ",  # the width of signs
    "Lyngby-Taarbæk Kommune": "LYNGBY TAARBÆK kommune",
    "Ｃｉｔｙ of Arden": "City of Arden",
}


def test_names_that_are_spelled_in_several_ways(tmp_path: Path, law: Codes) -> None:
    rows = cases(240)
    for number, row in enumerate(rows):
        often, rare = list(NAMES.items())[number % len(NAMES)]
        row[3] = rare.replace("東京都 ", "東 京 都") if number < len(NAMES) else often
    path = saved(tmp_path, HEADER, rows)
    done = seen(path)
    assert found(done, "spellings") == [("Authority", len(NAMES))]
    codes = plan(done, path, law).sources["authority"].codes
    assert set(codes.values()) == set(NAMES)


def test_names_that_are_perhaps_the_same_are_only_told() -> None:
    counts = {
        "Ministeriet for Søer": 9,
        "Ministeriet for Sører": 1,
        "Ministeriet for Veje": 3,
        "§ 41 i loven": 1,
        "§ 42 i loven": 1,
    }
    assert near(counts) == [("Ministeriet for Sører", "Ministeriet for Søer")]
    assert variants(counts) == []


def test_a_number_of_a_person_is_shown_nowhere(tmp_path: Path, law: Codes) -> None:
    rows = cases(60)
    for row in rows[:5]:
        row[1] = "Anne, 010190-1234"
        row[3] = "0101901234"
    path = saved(tmp_path, HEADER, rows)
    done = seen(path)
    assert {column for column, _ in found(done, "cpr")} == {"Subject", "Authority"}
    said = done.mapping + str(done.as_json())
    assert "1234" not in said
    assert "Anne" not in said


def test_free_text_and_ids_are_shown_as_a_shape(tmp_path: Path) -> None:
    rows = cases(60)
    for number, row in enumerate(rows):
        row[0] = f"Olsen{number:04}"
        row[1] = f"Klager {number} er ked af det og skriver om sin nabo igen"
    done = seen(saved(tmp_path, HEADER, rows))
    said = done.mapping + str(done.as_json())
    assert "Olsen" not in said
    assert "nabo" not in said
    assert "»aaaa…9999«" in done.mapping


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ("31-02-2024", "impossible"),
        ("2024-13-32", "impossible"),
        ("1/1/1900", "zero_day"),
        ("1899-12-30", "zero_day"),
        ("9999-12-31", "never"),
        ("######", "hashes"),
        ("1,23E+10", "scientific"),
        ("1.2e+05", "scientific"),
        ("mar-21", "month_code"),
        ("21-mar", "month_code"),
        ("31. juni 2024", "impossible"),
        ("05-Mar-2024", ""),
        ("2024-03-05", ""),
        ("Marts", ""),
        ("12", ""),
        ("#REF", ""),
    ],
)
def test_what_a_spreadsheet_made_of_a_cell_is_recognised(text: str, odd: str) -> None:
    assert look(text).odd == odd


def test_mangled_cells_are_counted(tmp_path: Path) -> None:
    rows = cases(100)
    for number, text in enumerate(["31-02-2024", "1899-12-30", "9999-12-31", "######", "44197"]):
        rows[number][2] = text
    for number in range(30):
        rows[number][6] = "" if number < 28 else "1,23E+10"
    done = seen(saved(tmp_path, HEADER, rows))
    for kind in ("impossible", "zero_day", "never", "hashes", "serial"):
        assert found(done, kind) == [("Received", 1)], kind
    assert found(done, "scientific") == [("Days", 2)]
    latest = latest_of(done.inspection, done.roles).day
    assert latest
    assert latest.year < 2030


def test_codes_that_lost_their_zeros(tmp_path: Path) -> None:
    rows = cases(80)
    for number, row in enumerate(rows):
        row[3] = ["0101", "101", "0751", "0851"][number % 4]
    assert found(seen(saved(tmp_path, HEADER, rows)), "lost_zeros") == [("Authority", 20)]


def test_ids_that_come_twice_are_counted(tmp_path: Path) -> None:
    rows = cases(50)
    rows[3][0] = rows[7][0] = rows[1][0]
    assert found(seen(saved(tmp_path, HEADER, rows)), "duplicate_ids") == [("Case No", 2)]


def test_dates_are_told_by_their_order_where_no_header_helps(tmp_path: Path) -> None:
    rows = [row[:5] for row in cases(100)]
    done = seen(
        saved(tmp_path, ["k1", "k2", "k3", "k4", "k5"], [[*row[:2], row[4], row[3], row[2]] for row in rows])
    )
    guessed = {guess["column"]: guess["from"] for guess in done.as_json()["guesses"]}
    assert guessed["received_on"] == "k5"
    assert guessed["decided_on"] == "k3"
    assert guessed["case_id"] == "k1"


def test_an_extract_without_provision_says_so(tmp_path: Path) -> None:
    assert len(found(seen(saved(tmp_path, HEADER, cases(20))), "no_provision")) == 1


def test_the_laws_own_names_are_recognised(tmp_path: Path, law: Codes) -> None:
    rows = cases(40)
    for row in rows:
        row[1] = "Voksne - Socialpædagogisk bistand § 85"
    path = saved(tmp_path, HEADER, rows)
    source = plan(seen(path), path, law).sources["case_subject"]
    assert (source.column, source.by_name) == ("Subject", True)


def test_rows_that_cannot_be_read_are_told_and_the_rest_is_seen(tmp_path: Path) -> None:
    path = saved(tmp_path, HEADER, cases(30))
    path.write_bytes(path.read_bytes() + b"only;three;cells\r\n")
    done = seen(path)
    assert done.inspection.rows == 30
    assert [problem.code for problem in done.problems] == ["FIL-115"]
    assert found(done, "unreadable_rows") == [("", 1)]


def test_nothing_is_written_over(tmp_path: Path) -> None:
    path = saved(tmp_path, HEADER, cases(5))
    out = tmp_path / "m.yaml"
    out.write_text("mit arbejde")
    with pytest.raises(Faults) as caught:
        inspect(Job((str(path),), out=out))
    assert [problem.code for problem in caught.value.problems] == ["MAPPE-104"]
    assert out.read_text() == "mit arbejde"
    inspect(Job((str(path),), out=out, force=True))
    assert out.read_text(encoding="utf-8").startswith("# Første udkast")
    assert sorted(item.name for item in tmp_path.iterdir()) == ["m.yaml", "udtraek.csv"]


def test_twenty_thousand_rows_take_seconds(tmp_path: Path) -> None:
    path = saved(tmp_path, HEADER, cases(20_000), "latin-1")
    seen(path)  # what is loaded once is not counted
    before = time.process_time()
    assert seen(path).inspection.rows == 20_000
    assert time.process_time() - before < 5


def test_many_different_texts_are_counted_as_few_are() -> None:
    """The two ways of looking at a column agree."""
    import pyarrow as pa

    from sagsbarometer.appeals.inspecting import columns as inspecting_columns

    chance = random.Random(3)
    signs = [
        "2024-01-05",
        "31.02.2024",
        "0101901234",
        "a@b.dk",
        "1,5",
        "12",
        "",
        "x y",
        "mar-21",
        "###",
        "ø" * 50,
        "٠١٠١٩٠١٢٣٤",
    ]
    texts = pa.array(
        [
            chance.choice(signs) + (str(chance.randrange(9)) if chance.random() < 0.3 else "")
            for _ in range(500)
        ]
    )
    profiles = []
    for most in (10_000, 0):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(inspecting_columns, "MANY", most)
            profile = ColumnProfile("k")
            profile.add(texts)
            profiles.append(profile)
    assert profiles[0] == profiles[1]
    assert profiles[0].cpr


_ODD = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)


@given(
    header=st.lists(_ODD, min_size=1, max_size=5),
    cells=st.lists(
        st.lists(
            _ODD
            | st.sampled_from(
                ["", "2024-01-05", "5/3/2024", "Justified", "upheld+hjemvist", "12", "ja", "ukendt"]
            ),
            min_size=5,
            max_size=5,
        ),
        min_size=1,
        max_size=8,
    ),
)
def test_whatever_an_extract_holds_the_mapping_can_be_read(
    tmp_path_factory: pytest.TempPathFactory, header: list[str], cells: list[list[str]]
) -> None:
    codes = codes_of(load_catalogue(shipped("law"))) if not _LAW else _LAW[0]
    _LAW[:] = [codes]
    path = saved(
        tmp_path_factory.mktemp("a"),
        ["Case No", *header],
        [[n, *row[: len(header)]] for n, row in enumerate(cells)],
    )
    try:
        done = seen(path)
    except Faults as faults:
        assert all(problem.code.startswith(("FIL-", "SVAR-")) for problem in faults.problems)
        return
    made = plan(done, path, codes)
    assert "case_id" in made.sources


_LAW: list[Codes] = []


@pytest.mark.parametrize(
    ("text", "yaml"),
    [
        ("Closing Date", "Closing Date"),
        ("ja", '"ja"'),
        ("No", '"No"'),
        ("a: b", '"a: b"'),
        ("# x", '"# x"'),
        ('"x"', '"\\"x\\""'),
        ("a\x85b", '"a\\u0085b"'),
        ("12", '"12"'),
        ("", '""'),
    ],
)
def test_words_in_yaml(text: str, yaml: str) -> None:
    assert quoted(text) == yaml


def test_keys_and_shapes() -> None:
    assert name_key('צה"ל') == name_key("צהל") == name_key("צה״ל")
    assert name_key("Å") != name_key("A")
    assert shape("Sag 12/2024") == "aaa 99/9999"
