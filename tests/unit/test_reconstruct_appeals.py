"""The demo's appeal cases, held against every printed number by a counter that shares no code with the builder."""

from __future__ import annotations

import csv
import hashlib
import json
import math
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime
from fractions import Fraction
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.reconstruct.appeals.cases import correct, make_cases
from demo.reconstruct.appeals.groups import SERIES as FIVE_SERIES
from demo.reconstruct.appeals.law_areas import earlier_year
from demo.reconstruct.appeals.marks import mark
from demo.reconstruct.appeals.printed import Printed, read_printed
from demo.reconstruct.appeals.series import Correction, corrections, series_years
from demo.reconstruct.appeals.subjects import subject_groups
from demo.reconstruct.appeals.whole_numbers import Outcomes, count_of, counts_of, fit, outcomes_of, percent
from sagsbarometer.appeals.registration import COLUMNS, COURT_RESULTS, OUTCOMES
from sagsbarometer.kernel.ids import ascii_id
from sagsbarometer.runs.appeals_import import Job, import_registrations
from tests.shared_in_tests import appeals_data

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = ROOT / "published"
ANNUAL = PUBLISHED / "aarsredegoerelse_2024"
REPORT = PUBLISHED / "retssikkerhedsundersoegelsen_2026"
KNOWLEDGE = PUBLISHED / "vidensopsamling_2022"
COPENHAGEN = ZoneInfo("Europe/Copenhagen")
# Lines 441 and 471 of the report: reversed over the whole period, with one decimal.
TENTHS = {4: "27,3", 5: "44,3"}
SERIES = {
    1: (
        "pasningstilbud_hjemmetraening_m_m_32_32a_36_39_40_tilbagebet",
        "social_hjemmetraening_saerlige_dagtilbud_og_klubtilbud_82_85",
    ),
    2: ("tabt_arbejdsfortjeneste_42_43_tilbagebetaling", "social_tabt_arbejdsfortjeneste_87_88"),
    3: ("voksne_socialpaedagogisk_bistand_85",),
    4: ("voksne_ledsageordning_97",),
    5: ("hjemmehjaelp_83",),
}
CODES = {
    "Undersøgelsesprincippet (officialprincippet)": "duty_to_investigate",
    "Begrundelse": "reasons",
    "Tidsfrister": "time_limits",
    "Oplysningsgrundlag/begrundelse": "facts_or_reasons",
}
FIGURE_1 = {
    "forbrugsgoder": "forbrugsgoder_113",
    "genoptræning": "voksne_genoptraening_86",
    "længerevarende botilbud": "voksne_laengerevarende_botilbud_108",
    "selvudpeget hjælp": "voksne_selvudpeget_hjaelp_94_94b",
    "pasningstilbud og hjemmetræning": SERIES[1][0],
}

Row = dict[str, str]
# Where it stands (file, row, column), what is printed, what the registrations give; None where nothing can be.
Compared = tuple[str, str, str, str, str | None]


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def half_up(part: int, whole: int) -> str:
    return str(math.floor(Fraction(100 * part, whole) + Fraction(1, 2)))


def as_of(rows: list[Row], day: date) -> list[Row]:
    """How each case stood at the end of a day in Copenhagen. The rows are in the order of registration."""
    last = {}
    for row in rows:
        if datetime.fromisoformat(row["registered_at"]).astimezone(COPENHAGEN).date() <= day:
            last[row["case_id"]] = row
    return list(last.values())


def outcomes(cases: list[Row]) -> Row:
    """What a row of most tables prints about some cases."""
    by = Counter(case["outcome"] for case in cases)
    merits = by["upheld"] + by["remitted"] + by["amended_or_annulled"]
    counts = {name: by[name] for name in ("upheld", "remitted", "amended_or_annulled")}
    shares = {f"pct_{name}": half_up(count, merits) for name, count in counts.items()} if merits else {}
    reversal = {"reversal_pct": half_up(merits - by["upheld"], merits)} if merits else {}
    return {name: str(count) for name, count in counts.items()} | {"merits": str(merits)} | shares | reversal


def groups(cases: list[Row], key: Callable[[Row], str]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for case in cases:
        found.setdefault(key(case), []).append(case)
    return found


def year(case: Row) -> str:
    return case["decided_on"][:4]


def compare_4_2(cases: list[Row]) -> Iterator[Compared]:
    for number in ("2022", "2023", "2024"):
        decided = [case for case in cases if year(case) == number]
        areas = Counter(case["law_area"] for case in decided)
        lapsed = sum(case["outcome"] == "lapsed" for case in decided)
        totals = {
            "total": len(decided),
            "Bortfaldne": lapsed,
            "Realitetsbehandlede sager": len(decided) - lapsed,
        }
        for row in read(ANNUAL / "table_4_2.csv"):
            if row[f"count_{number}"]:
                area = ascii_id(row["label"])
                part = (
                    areas[area] if row["row_type"] == "law_area" else totals.get(row["label"], len(decided))
                )
                yield "4.2", row["label"], f"count_{number}", row[f"count_{number}"], str(part)
                yield "4.2", row["label"], f"pct_{number}", row[f"pct_{number}"], half_up(part, len(decided))


def compare_4_3_and_4_6(cases: list[Row]) -> Iterator[Compared]:
    by_year = groups(cases, year)
    for table, row in product(("4.3", "4.6"), ("2022", "2023", "2024")):
        (found,) = (
            item for item in read(ANNUAL / f"table_{table.replace('.', '_')}.csv") if item["year"] == row
        )
        computed = outcomes(by_year[row])
        for column, value in found.items():
            if column != "year":
                yield table, row, column, value, computed.get(column)


def compare_4_4(cases: list[Row]) -> Iterator[Compared]:
    inside = [case for case in cases if year(case) == "2024"]
    areas = groups(inside, lambda case: case["law_area"])
    for row in read(ANNUAL / "table_4_4.csv"):
        computed = outcomes(inside if row["row_type"] == "total" else areas[ascii_id(row["label"])])
        for column in list(row)[2:]:
            yield "4.4", row["label"], column, row[column], computed[column]


def compare_4_5(cases: list[Row]) -> Iterator[Compared]:
    for number in ("2022", "2023", "2024"):
        inside = [case for case in cases if year(case) == number]
        areas = groups(inside, lambda case: case["law_area"])
        for row in read(ANNUAL / "table_4_5.csv"):
            if printed := row[f"reversal_pct_{number}"]:
                of = inside if row["row_type"] == "total" else areas[ascii_id(row["label"])]
                yield "4.5", row["label"], number, printed, outcomes(of)["reversal_pct"]


def compare_4_7(cases: list[Row]) -> Iterator[Compared]:
    rows = read(ANNUAL / "table_4_7.csv")
    for number in ("2022", "2023", "2024"):
        courts = Counter(case["court_result"] for case in cases if case["court_judged_on"][:4] == number)
        numbers = [courts.total(), courts["won"], courts["lost"], half_up(courts["won"], courts.total())]
        for row, computed in zip(rows, numbers, strict=True):
            yield "4.7", row["label"], number, row[f"value_{number}"], str(computed)


def compare_4_8(cases: list[Row]) -> Iterator[Compared]:
    inside = [case for case in cases if year(case) == "2024"]
    areas = groups(inside, lambda case: case["law_area"])
    subjects = groups(inside, lambda case: case["law_area"] + " " + case["case_subject"])
    for row in read(ANNUAL / "table_4_8.csv"):
        area, subject = ascii_id(row["law_area"]), ascii_id(row["provision"])
        of = subjects[f"{area} {subject}"] if subject else areas.get(area, inside)
        computed = outcomes(of)
        computed["pct_amended"] = computed["pct_amended_or_annulled"]
        for column in list(row)[2:]:
            yield "4.8", row["law_area"] + row["provision"], column, row[column], computed[column]


def compare_table_2(cases: list[Row]) -> Iterator[Compared]:
    rows = read(KNOWLEDGE / "table_2.csv")
    listed = {ascii_id(row["case_topic_da"]) for row in rows} - {"i_alt"}
    period = [case for case in cases if "2018-01-01" <= case["decided_on"] <= "2022-11-30"]
    period = [case for case in period if case["case_subject"] in listed]
    subjects = groups(period, lambda case: case["case_subject"])
    for row in rows:
        of = period if row["row"] == "18" else subjects[ascii_id(row["case_topic_da"])]
        computed = outcomes(of)
        yield "2", row["case_topic_da"], "percent", row["reversal_percent"], computed["reversal_pct"]
        yield "2", row["case_topic_da"], "merits", row["merits_cases"], computed["merits"]
        # The total of 2022 is printed in the text alone.
        of_2022 = outcomes([case for case in of if year(case) == "2022"])
        yield "2", row["case_topic_da"], "2022", row["merits_cases_2022"] or "5554", of_2022["merits"]
    for subject, points in (("forbrugsgoder_113", 10), (SERIES[1][0], -18)):
        then, now = (
            outcomes([case for case in subjects[subject] if year(case) == number])["reversal_pct"]
            for number in ("2021", "2022")
        )
        yield "2", subject, "points", str(points), str(int(then) - int(now))
    for row in read(KNOWLEDGE / "figure_1_facts.csv"):
        if row["percent_of_merits_cases"]:
            of = subjects[FIGURE_1[row["case_area_da"]]]
            part = sum(CODES[row["criticism_type_da"]] in case["keywords"].split(";") for case in of)
            share = half_up(part, int(outcomes(of)["merits"]))
            yield (
                "figur 1",
                row["case_area_da"],
                row["criticism_type_da"],
                row["percent_of_merits_cases"],
                share,
            )


def compare_series(number: int, cases: list[Row]) -> Iterator[Compared]:
    inside = [case for case in cases if case["case_subject"] in SERIES[number] and year(case) >= "2019"]
    names = {
        "cases": "merits",
        "reversal_percent": "reversal_pct",
        "upheld_percent": "pct_upheld",
        "remitted_percent": "pct_remitted",
        "changed_or_annulled_percent": "pct_amended_or_annulled",
    }
    by_year = groups(inside, year) | {"Hele perioden": inside}
    for row in read(REPORT / f"table_4_{number}.csv"):
        of = by_year[row["year"]]
        keywords, reasons = (
            Counter(code for case in of for code in case[column].split(";") if code)
            for column in ("keywords", "reasons")
        )
        top = {"keyword": keywords.most_common(2), "reason": reasons.most_common(2)}
        name = row["measure_en"]
        if name in names:
            computed = outcomes(of)[names[name]]
        else:
            found = top["keyword" if "keyword" in name else "reason"]
            assert len(found) == 1 or found[0][1] > found[1][1]  # no two come first
            label = next(word for word, code in CODES.items() if code == found[0][0])
            computed = label if name.startswith("most_used") else str(found[0][1])
        yield f"report 4.{number}", row["year"], name, row["value"], computed
    if number in TENTHS:
        reversed_ = sum(case["outcome"] != "upheld" for case in inside)
        tenths = int(Fraction(1000 * reversed_, len(inside)) + Fraction(1, 2))
        yield f"report 4.{number}", "Hele perioden", "text", TENTHS[number], f"{tenths // 10},{tenths % 10}"


def compare(rows: list[Row]) -> list[Compared]:
    april = as_of(rows, date(2025, 4, 11))
    found = [*compare_4_2(april), *compare_4_3_and_4_6(april), *compare_4_4(april), *compare_4_5(april)]
    found += [*compare_4_7(april), *compare_4_8(april), *compare_table_2(as_of(rows, date(2022, 12, 15)))]
    for number in SERIES:
        found += compare_series(number, as_of(rows, date(2025, 12, 10 if number < 3 else 11)))
    return found


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return appeals_data(tmp_path_factory)


@pytest.fixture(scope="module")
def rows(built: Path) -> list[Row]:
    return read(built / "registrations.csv")


@pytest.fixture(scope="module")
def compared(rows: list[Row]) -> list[Compared]:
    return compare(rows)


def test_registrations_give_every_printed_number(compared: list[Compared]) -> None:
    wrong = [item for item in compared if item[4] is not None and item[3] != item[4]]
    # Each year of these has one solution: together 179 of 460 upheld, 38.9 percent, and 133 of 495 reversed.
    assert wrong == [
        ("report 4.1", "Hele perioden", "upheld_percent", "38", "39"),
        ("report 4.4", "Hele perioden", "text", "27,3", "26,9"),
    ]
    by_table = Counter(item[0] for item in compared if item[4] is not None)
    assert by_table == {
        "2": 18 * 3 + 2,
        "figur 1": 7,
        "4.2": 37 * 2,
        "4.3": 3 * 8,
        "4.4": 11 * 8,
        "4.5": 31,
        "4.6": 3,
        "4.7": 12,
        "4.8": 156 * 7,
        **{f"report 4.{number}": 63 + (number in TENTHS) for number in SERIES},
    }


def test_every_percentage_of_the_annual_report_is_given(compared: list[Compared]) -> None:
    """577 that can be computed from printed counts (README of the published figures), and 18 that cannot."""
    shares = ("pct", "percent")
    percentages = [
        item
        for item in compared
        if item[0].startswith("4.")
        and (item[0] == "4.5" or item[1] == "Medholdsprocent" or any(word in item[2] for word in shares))
    ]
    assert len(percentages) == 577 + 18
    assert all(printed == computed for *_, printed, computed in percentages)


def test_what_cannot_be_given_is_told(built: Path, compared: list[Compared]) -> None:
    told = read(built / "not_reproducible.csv")
    computed = [(item[3], item[4] or "") for item in compared if item[3] != item[4]]
    assert sorted((row["printed"], row["computed"]) for row in told) == sorted(computed)
    assert [row["row"] for row in told if row["computed"]] == ["Stadfæstelse", "tekst"]
    assert {row["table"] for row in told if not row["computed"]} == {"4.6"}
    assert any("179 af 460 sager stadfæstet" in row["why"] for row in told)
    assert any("133 af 495 sager omgjort" in row["why"] for row in told)


def test_a_case_changed_between_the_reports(rows: list[Row]) -> None:
    def of_85(day: date) -> Counter[str]:
        cases = (
            row for row in as_of(rows, day) if row["case_subject"] == SERIES[3][0] and year(row) == "2024"
        )
        return Counter(case["outcome"] for case in cases)

    assert of_85(date(2025, 4, 11)) == {"upheld": 117, "remitted": 113, "amended_or_annulled": 11}
    assert of_85(date(2025, 12, 11)) == {"upheld": 116, "remitted": 113, "amended_or_annulled": 12}
    changed = [
        row["case_id"]
        for row in rows
        if date(2025, 4, 11) < datetime.fromisoformat(row["registered_at"]).date() <= date(2025, 12, 10)
    ]
    assert len(changed) == 1


def test_form_of_the_registrations(rows: list[Row]) -> None:
    assert list(rows[0]) == [*(name for name in COLUMNS if name in rows[0]), "registered_at", "origin"]
    assert {row["origin"] for row in rows} == {"reconstructed"}
    assert {row["outcome"] for row in rows} <= set(OUTCOMES)
    assert {row["court_result"] for row in rows} == {"", *COURT_RESULTS}
    unknown = "received_on provision condition authority occasion result office".split()
    assert {row[column] for row in rows for column in unknown} == {""}
    labels = {row["provision"] for row in read(ANNUAL / "table_4_8.csv")}
    labels |= {row["case_topic_da"] for row in read(KNOWLEDGE / "table_2.csv")} - {"I alt"}
    assert {row["case_subject"] for row in rows} == {ascii_id(label) for label in labels}
    assert [row["registered_at"] for row in rows] == sorted(row["registered_at"] for row in rows)
    assert all(row["decided_on"] <= row["registered_at"][:10] for row in rows)
    assert all(row["court_judged_on"] <= row["registered_at"][:10] for row in rows)
    assert len({row["case_id"] for row in rows}) == 86_610


def test_only_what_changed_differs_between_registrations_of_a_case(rows: list[Row]) -> None:
    by_case = groups(rows, lambda row: row["case_id"])
    several = [registrations for registrations in by_case.values() if len(registrations) > 1]
    assert len(several) == 51 + 1  # judgments, and the corrected case
    for first, second in several:
        changed = {column for column, value in first.items() if second[column] != value}
        assert changed in (
            {"registered_at", "court_judged_on", "court_result"},
            {"registered_at", "outcome"},
        )
        if second["court_judged_on"]:
            assert first["outcome"] == "upheld"
            assert 2 <= int(second["court_judged_on"][:4]) - int(year(first)) <= 4


def test_reasons_sit_on_reversed_cases_and_marks_only_where_printed(rows: list[Row]) -> None:
    marked = [row for row in rows if row["reasons"]]
    assert {row["outcome"] for row in marked} == {"remitted", "amended_or_annulled"}
    assert {row["case_subject"] for row in marked} == {
        subject for item in SERIES.values() for subject in item
    }
    with_keyword = {row["case_subject"] for row in rows if row["keywords"]}
    assert with_keyword == {subject for item in SERIES.values() for subject in item} | set(FIGURE_1.values())


def test_used_cells_are_printed_and_point_to_the_program(built: Path) -> None:
    used = read(built / "used_cells.csv")
    cells = read_printed(PUBLISHED).cells
    keys = [(row["document"], row["table"], row["row"], row["column"], row["period"]) for row in used]
    assert len(set(keys)) == len(keys)
    assert all(cells[key].printed == row["printed"] for key, row in zip(keys, used, strict=True))
    # Percentages that follow from the counts, and »Hele perioden«, were not used.
    assert not any(row["table"] == "4.8" and "pct" in row["column"] for row in used)
    whole = [(row["table"], row["row"]) for row in used if row["period"] == "2019/2024"]
    assert whole == [("4.5", "tekst")]  # the other text's 27,3 cannot be given
    refs = {tuple(row.values())[:-1]: row["cell"] for row in used}
    assert len(refs) == len(used)
    by_name = {(row["table"], row["row"], row["column"], row["period"]): row["cell"] for row in used}
    assert (
        by_name["4.5", "Serviceloven", "reversal_pct", "2022"] == "reversal_rate|law_area=serviceloven||2022"
    )
    assert by_name["4.2", "Bortfaldne", "decided", "2023"] == "lapsed|||2023"
    assert by_name["4.8", "Hjemmehjælp § 83", "upheld", "2024"] == "upheld|case_subject=hjemmehjaelp_83||2024"
    counted = by_name["4.1", "Antal sager med kritikemneordet", "cases_with_criticism_keyword", "2021"]
    assert counted == "keyword_cases|keyword=time_limits;series=home_training||2021"


def test_same_inputs_same_bytes_also_as_a_command(built: Path, tmp_path: Path) -> None:
    command = [
        sys.executable,
        str(ROOT / "demo/reconstruct/appeals/build.py"),
        "--out",
        str(tmp_path / "again"),
    ]
    subprocess.run(command, check=True, env=os.environ | {"PYTHONHASHSEED": "7"}, capture_output=True)
    files = {path.name: path.read_bytes() for path in built.iterdir()}
    assert {path.name: path.read_bytes() for path in (tmp_path / "again").iterdir()} == files
    provenance = json.loads(files.pop("provenance.json"))
    assert provenance["origin"] == "reconstructed"
    assert provenance["outputs"] == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    for name, digest in provenance["inputs"].items():
        assert hashlib.sha256((PUBLISHED / name).read_bytes()).hexdigest() == digest


def test_they_make_a_register_without_a_remark(built: Path, tmp_path: Path) -> None:
    mapping = ROOT / "demo/reconstruct/appeals/mapping.yaml"
    done = import_registrations(
        Job(built / "registrations.csv", mapping, tmp_path / "register"), lambda _: None
    )
    assert (done.rows, done.cases, list(done.remarks)) == (86_662, 86_610, [])


@given(st.integers(1, 400), st.integers(0, 100))
def test_counts_of_a_percentage_are_those_printed_so(whole: int, printed: int) -> None:
    expected = [count for count in range(whole + 1) if half_up(count, whole) == str(printed)]
    assert list(counts_of(printed, whole)) == expected
    assert all(percent(count, whole) == printed for count in expected)


def test_half_a_percent_is_rounded_up() -> None:
    assert (percent(1, 8), percent(3, 24), percent(3, 8)) == (13, 13, 38)  # printed so in table 4.8


@given(st.data())
def test_fit_is_the_nearest_there_is(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 3))
    wanted = [
        Fraction(number, 4)
        for number in data.draw(st.lists(st.integers(0, 30), min_size=size, max_size=size))
    ]
    low = data.draw(st.lists(st.integers(0, 3), min_size=size, max_size=size))
    high = [number + data.draw(st.integers(0, 6)) for number in low]
    total = data.draw(st.integers(sum(low), sum(high)))

    def cost(numbers: tuple[int, ...] | list[int]) -> Fraction:
        pairs = zip(numbers, wanted, strict=True)
        return sum(((number - want) ** 2 / max(want, Fraction(1)) for number, want in pairs), Fraction(0))

    found = fit(total, wanted, low, high)
    ranges = (range(a, b + 1) for a, b in zip(low, high, strict=True))
    assert cost(found) == min(cost(numbers) for numbers in product(*ranges) if sum(numbers) == total)


def test_what_cannot_be_met_is_not_made_up() -> None:
    with pytest.raises(ValueError):
        fit(7, [Fraction(3), Fraction(3)], [0, 0], [3, 3])
    with pytest.raises(ValueError):
        fit(2, [Fraction(1), Fraction(1)], [2, 0], [1, 1])
    with pytest.raises(ValueError):
        count_of(10, 64)  # 6 of 64 is 9 percent, 7 is 11
    assert outcomes_of(460, Outcomes(38, 46, 15), 61) == []  # the whole period of table 4.1


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[Path, str, str], Printed]:
    """The printed cells after one text of one file was replaced."""

    def change(file: Path, old: str, new: str) -> Printed:
        for folder in (ANNUAL, REPORT, KNOWLEDGE):
            shutil.copytree(folder, tmp_path / folder.name)
        copy = tmp_path / file.relative_to(PUBLISHED)
        text = copy.read_text(encoding="utf-8")
        assert text.count(old) == 1
        copy.write_text(text.replace(old, new), encoding="utf-8")
        return read_printed(tmp_path)

    return change


Change = Callable[[Path, str, str], Printed]


def test_a_year_without_whole_cases_that_print_it_is_a_fault(changed: Change) -> None:
    printed = changed(REPORT / "table_4_1.csv", "upheld_percent,2019,55,", "upheld_percent,2019,70,")
    with pytest.raises(ValueError):
        series_years(printed, FIVE_SERIES[0])


def test_reports_with_different_numbers_of_cases_are_a_fault(changed: Change) -> None:
    printed = changed(REPORT / "table_4_3.csv", "cases,2024,241,", "cases,2024,250,")
    with pytest.raises(ValueError):
        corrections(printed)


def test_a_subject_with_fewer_cases_than_its_years_is_a_fault(changed: Change) -> None:
    printed = changed(KNOWLEDGE / "table_2.csv", "54,4730,940,", "54,3730,940,")
    with pytest.raises(ValueError):
        list(subject_groups(printed))


def test_a_law_area_smaller_than_its_known_cases_is_a_fault() -> None:
    printed = read_printed(PUBLISHED)
    known = [group for group in subject_groups(printed) if group.period.startswith("2022")]
    assert list(earlier_year(printed, "2022", known))
    with pytest.raises(ValueError):
        list(earlier_year(printed, "2022", known * 2))


def test_more_marks_than_cases_is_a_fault(changed: Change) -> None:
    printed = changed(
        REPORT / "table_4_1.csv", "cases_with_decision_reason,2019,16,", "cases_with_decision_reason,2019,60,"
    )
    cases = make_cases(subject_groups(printed), random.Random(1))
    with pytest.raises(ValueError):  # 38 of the 85 are reversed
        mark(cases, printed, random.Random(1))


def test_a_correction_of_more_cases_than_there_are_is_a_fault() -> None:
    with pytest.raises(ValueError):
        correct([], [Correction("hjemmehjaelp_83", "upheld", "remitted", 1)], random.Random(1))


def test_one_cell_printed_twice_is_a_fault(changed: Change) -> None:
    with pytest.raises(ValueError):
        changed(KNOWLEDGE / "table_2.csv", "Hjælpemidler - §112", "Forbrugsgoder - §113")
