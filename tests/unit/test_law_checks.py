"""Faults in the law's data: each is found at its line, alone, and only by the check that is meant to find it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from sagsbarometer.catalogue import checks
from sagsbarometer.catalogue.catalogue import load_catalogue
from sagsbarometer.catalogue.files import read_files
from sagsbarometer.catalogue.order import checked_later
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.kernel.problems import Faults, Level

SUBJECTS = "case_subjects/serviceloven.yaml"
CHILDREN = "case_subjects/barnets_lov.yaml"
OTHERS = "case_subjects/andre_love.yaml"
LOST = "provisions/barnets_lov_87.yaml"


class Fault(NamedTuple):
    """What is written instead of what stands there, and what must be told, at the nearest line with `at`."""

    check: str
    code: str
    file: str
    old: str
    new: str
    at: str = ""


FAULTS = [
    Fault("acts", "LOV-208", "acts.yaml", "id: folkeskoleloven\n", "id: skoleloven\n"),
    Fault("acts", "LOV-209", "acts.yaml", "names: [pensionsloven]", "names: [SEL]"),
    Fault("provisions", "LOV-202", "provisions.yaml", "sundhedsloven/138\n", "sundhedsloven/§ 138\n"),
    Fault("provisions", "LOV-201", "provisions.yaml", "sundhedsloven/138\n", "sundhedslov/138\n"),
    Fault("provisions", "LOV-102", LOST, "18-17, 55-11]", "18-17, 55-12]"),
    Fault("provisions", "LOV-102", LOST, "- id: rate\n", "- id: hours\n"),
    Fault("shared_conditions", "LOV-201", "provisions.yaml", "of: barnets_lov/87", "of: barnets_lov/78"),
    Fault("shared_conditions", "LOV-210", "provisions.yaml", "of: barnets_lov/87", "of: barnets_lov/88"),
    Fault("shared_conditions", "LOV-210", "provisions.yaml", "of: barnets_lov/87", "of: barnets_lov/85"),
    Fault(
        "shared_conditions",
        "LOV-210",
        "provisions/serviceloven_85.yaml",
        "conditions:\n",
        "conditions_of: serviceloven/83\nconditions:\n",
        "conditions_of",
    ),
    Fault("requirements", "LOV-201", "requirements.yaml", "[retssikkerhedsloven/4]", "[retssikkerhedsloven/44]"),
    Fault("requirements", "LOV-201", "requirements.yaml", "85, serviceloven/32 a]", "85, serviceloven/32 b]"),
    Fault("requirements", "LOV-102", "requirements.yaml", "[8-24]", "[8-25]"),
    Fault("requirements", "LOV-201", "requirements.yaml", "as: legal_basis", "as: basis"),
    Fault("requirements", "LOV-212", "requirements.yaml", "as: legal_basis", "as: guidance"),
    Fault("principle_decisions", "LOV-201", "principle_decisions.yaml", "[serviceloven/116]", "[servicelov/116]"),
    Fault("law_areas", "LOV-201", "law_areas.yaml", "acts: [aktivloven]", "acts: [aktivlov]"),
    Fault("law_areas", "LOV-201", "law_areas.yaml", "          - seniorjobloven\n", "          - seniorlov\n"),
    Fault("law_areas", "LOV-208", "law_areas.yaml", "{da: Boligstøtteloven,", "{da: Boligstøtte,", "id: bolig"),
    Fault("case_subjects", "LOV-208", SUBJECTS, "ledsageordning - § 97", "ledsageordning", "id: voksne_ledsageord"),
    Fault("case_subjects", "LOV-201", SUBJECTS, "law_area: serviceloven", "law_area: servicelov"),
    Fault("case_subjects", "LOV-201", SUBJECTS, "[serviceloven/97]", "[barnets_lov/97]"),
    Fault("case_subjects", "LOV-201", SUBJECTS, "[serviceloven/97]", "[servicelov/97]"),
    Fault("case_subjects", "LOV-212", OTHERS, ", integrationsloven/35-41]", ", repatrieringsloven/35-41]"),
    Fault("covered_periods", "LOV-204", SUBJECTS, "adult, from: 2024-01-01", "adult, from: 2023-01-01"),
    Fault("covered_periods", "LOV-213", SUBJECTS, "adult, from: 2024-01-01", "adult, from: 2024-02-01"),
    Fault(
        "covered_periods",
        "LOV-204",
        SUBJECTS,
        "[serviceloven/97]",
        "[{provision: serviceloven/42, from: 2024-01-01}]",
    ),
    Fault(
        "covered_periods", "LOV-204", CHILDREN, "[barnets_lov/20,", "[{provision: barnets_lov/20, from: 2023-01-01},"
    ),
    Fault("series_members", "LOV-201", "series.yaml", "subject: hjemmehjaelp_83,", "subject: hjemmehjaelp,"),
    Fault("series_time", "LOV-207", "series.yaml", "udgifter_86, from: 2024-01-01", "udgifter_86, from: 2024-02-01"),
    Fault("series_time", "LOV-207", "series.yaml", "goder_113, from: 2024-01-01", "goder_113, from: 2023-06-01"),
    Fault(
        "series_time",
        "LOV-207",
        "series.yaml",
        'voksne_merudgifter_100, from: ""',
        "social_merudgifter_86, from: 2023-01-01",
    ),
    Fault(
        "series_time",
        "LOV-207",
        "series.yaml",
        "date: 2024-01-01\n        kind: other_basket",
        "date: 2024-01-02\n        kind: other_basket",
        "case_subject: social_hjemmetraening",
    ),
    Fault("successions", "LOV-201", "succession.yaml", "to: barnets_lov/86\n", "to: barnets_lov/860\n"),
    Fault("successions", "LOV-201", "succession.yaml", "[social_merudgifter_86]", "[social_merudgifter]"),
    Fault("successions", "LOV-202", "succession.yaml", "[barnets_lov/83-84]", "[barnets_lov/84-83]"),
    Fault("successions", "LOV-201", "succession.yaml", "provisions: [serviceloven/97]", "provisions: [bogen/97]"),
    Fault(
        "edges",
        "LOV-205",
        "succession.yaml",
        "to: barnets_lov/86\n    date: 2024-01-01",
        "to: barnets_lov/86\n    date: 2024-02-01",
        "date: 2024-02-01",
    ),
    Fault("edges", "LOV-205", "succession.yaml", "to: serviceloven/116\n", "to: serviceloven/114\n", "kind: continues"),
    Fault("baskets", "LOV-211", "succession.yaml", "gained: [barnets_lov/83-84]", "gained: []", "kind: other_basket"),
    Fault(
        "baskets",
        "LOV-205",
        "succession.yaml",
        "from: merudgiftydelse_41_tilbagebetaling\n    to: [social_merudgifter_86]\n    date: 2024-01-01",
        "from: merudgiftydelse_41_tilbagebetaling\n    to: [social_merudgifter_86]\n    date: 2024-03-01",
        "from: merudgiftydelse",
    ),
    Fault(
        "outcomes",
        "LOV-212",
        "outcomes.yaml",
        "merits: true\n    reversed: true",
        "merits: false\n    reversed: true",
        "reversed: true",
    ),
    Fault(
        "outcomes",
        "LOV-212",
        "outcomes.yaml",
        "[amended, annulled]",
        "[amended, upheld]",
        "one_of: [amended, upheld",
    ),
    Fault("outcomes", "LOV-212", "outcomes.yaml", "[amended, annulled]", "[reversed]", "one_of: [reversed"),
    Fault(
        "outcomes",
        "LOV-201",
        "outcomes.yaml",
        "[amended, annulled]",
        "[amended, changed]",
        "one_of: [amended, changed",
    ),
    Fault("calendar", "LOV-203", "acts.yaml", "{from: 2024-01-01, to: \"\"}", "{from: 2024-02-30, to: \"\"}"),
    Fault("calendar", "LOV-203", "acts.yaml", "{from: 1987-01-01, to: \"\"", "{from: 1987-01-01, to: 1986-12-31"),
]  # fmt: skip


@pytest.fixture
def law(tmp_path: Path) -> Path:
    """A copy of the law's data."""
    return Path(shutil.copytree(shipped("law"), tmp_path / "law"))


def found(folder: Path) -> set[tuple[str, str, int | None]]:
    """Code, file and line of every fault."""
    try:
        load_catalogue(folder)
    except Faults as faults:
        return {(item.code, item.place.file, item.place.line) for item in faults.problems}
    return set()


def written(folder: Path, fault: Fault) -> int:
    """Writes the fault; the line where it must be told."""
    path = folder / fault.file
    text = path.read_text(encoding="utf-8")
    assert fault.old in text, fault
    start = text.index(fault.old)
    changed = text.replace(fault.old, fault.new, 1)
    path.write_text(changed, encoding="utf-8")
    marker = fault.at or fault.new.strip().splitlines()[0]
    here = changed[: start + 1].count("\n") + 1
    lines = [number for number, line in enumerate(changed.splitlines(), 1) if marker in line]
    return min(lines, key=lambda number: abs(number - here))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.check}-{fault.new.strip()[:40]}")
def test_a_fault_is_told_at_its_line_and_alone(
    fault: Fault, law: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = written(law, fault)
    files = read_files(law)
    assert not files.problems
    told = {(item.code, item.place.file, item.place.line) for item in checks.problems_of(files)}
    assert told == {(fault.code, f"law/{fault.file}", line)}
    # With its check off it is not found: no other check covers for it.
    without = tuple(check for check in checks.CHECKS if check.__name__ != fault.check)
    assert len(without) == len(checks.CHECKS) - 1
    monkeypatch.setattr(checks, "CHECKS", without)
    assert checks.problems_of(files) == []


def test_every_check_has_a_fault_of_its_own() -> None:
    assert {fault.check for fault in FAULTS} | {"cycles"} == {check.__name__ for check in checks.CHECKS}


def test_a_ring_of_successors_is_told(law: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = law / "succession.yaml"
    text = path.read_text(encoding="utf-8")
    ring = (
        "provisions:\n  - {from: barnets_lov/86, to: serviceloven/41, date: 2024-01-01, scope: child, kind: moved,"
        ' source: "x", last_checked: 2026-11-22}\n'
    )
    path.write_text(text.replace("provisions:\n", ring, 1), encoding="utf-8")
    assert "LOV-206" in {code for code, *_ in found(law)}
    monkeypatch.setattr(checks, "CHECKS", tuple(item for item in checks.CHECKS if item.__name__ != "cycles"))
    assert "LOV-206" not in {code for code, *_ in found(law)}


# --- faults of one file ---


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        ("acts.yaml", "    eli: \"\"\n", "    eli: \"\"\n    url: x\n", "LOV-101"),
        ("acts.yaml", "    eli: \"\"\n", "    eli: gættet\n", "LOV-101"),
        ("acts.yaml", "  - id: foraeldelsesloven\n", "  - id: serviceloven\n", "LOV-102"),
        ("acts.yaml", "{da: Sundhedsloven, en: Health Act}", "{en: Health Act}", "LOV-101"),
        ("acts.yaml", "acts:\n", "acts: none\nlist:\n", "LOV-101"),
        ("outcomes.yaml", "reach: 1", "reach: far", "LOV-101"),
        ("series.yaml", "last_checked: 2026-11-22", "last_checked: \"\"", "LOV-101"),
        ("succession.yaml", "scope: child", "scope: kid", "LOV-101"),
        ("provisions.yaml", "area: adult_disability", "area: adults", "LOV-101"),
        (SUBJECTS, "source: \"Årsredegørelsen 2024, tabel 4.8\"\n", "", "LOV-101"),
        (SUBJECTS, "last_checked: 2026-11-22\n", "last_checked: 2026-11-22\nlast_seen: x\n", "LOV-101"),
        (OTHERS, "  - id: repatrieringsloven\n", "  - id: diverse_dagtilbudsloven\n", "LOV-102"),
        ("principle_decisions.yaml", "number: 51-18", "number: 51/18", "LOV-101"),
    ],
)  # fmt: skip
def test_a_fault_of_a_file_has_no_follow_on_faults(
    law: Path, file: str, old: str, new: str, code: str
) -> None:
    path = law / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert {(item[0], item[1]) for item in found(law)} == {(code, f"law/{file}")}


def test_all_faults_of_all_files_come_at_once(law: Path) -> None:
    several = [FAULTS[0], FAULTS[4], FAULTS[11], FAULTS[22], FAULTS[27], FAULTS[33]]
    assert len({fault.file for fault in several}) == len(several)
    expected = {(fault.code, f"law/{fault.file}", written(law, fault)) for fault in several}
    (law / "outcomes.yaml").write_text("outcomes: [", encoding="utf-8")
    assert found(law) == {*expected, ("YAML-102", "law/outcomes.yaml", 1)}


@pytest.mark.parametrize("name", sorted(path.name for path in shipped("law").glob("*.yaml")))
def test_a_file_that_is_missing_is_one_fault(law: Path, name: str) -> None:
    (law / name).unlink()
    assert {(code, file) for code, file, _ in found(law)} == {("YAML-101", f"law/{name}")}


def test_a_missing_folder_of_subjects_is_told_by_who_needs_them(law: Path) -> None:
    shutil.rmtree(law / "case_subjects")
    assert {code for code, *_ in found(law)} == {"LOV-201"}


def test_the_hash_is_of_every_file(law: Path) -> None:
    before = load_catalogue(law).hash
    assert before == load_catalogue(shipped("law")).hash
    changes: dict[str, Callable[[str], str]] = {
        path.relative_to(law).as_posix(): lambda text: text.replace("2026-11-22", "2026-11-23", 1)
        for path in sorted(law.rglob("*.yaml"))
    }
    hashes = {before}
    for name, change in changes.items():
        path = law / name
        text = path.read_text(encoding="utf-8")
        path.write_text(change(text), encoding="utf-8")
        hashes.add(load_catalogue(law).hash)
        path.write_text(text, encoding="utf-8")
    assert len(hashes) == len(changes) + 1
    assert load_catalogue(law).hash == before


def test_a_check_that_has_not_happened_is_a_warning_on_its_line(law: Path) -> None:
    path = law / "outcomes.yaml"
    text = path.read_text(encoding="utf-8").replace("last_checked: 2026-11-22", "last_checked: 2031-01-02", 1)
    path.write_text(text, encoding="utf-8")
    (problem,) = checked_later(read_files(law), date(2031, 1, 1))
    line = text[: text.index("2031-01-02")].count("\n") + 1
    assert (problem.code, problem.level, problem.place.line) == ("LOV-214", Level.WARNING, line)
    assert checked_later(read_files(law), date(2031, 1, 2)) == []
    load_catalogue(law)  # the law means the same whatever the clock says
