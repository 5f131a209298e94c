"""Hostile and careless input: nothing is lost, nothing leaks, and every refusal has a code."""

from __future__ import annotations

import http.client
import subprocess
import sys
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from sagsbarometer.cli import main as cli
from sagsbarometer.collection.study import load_study, new_study
from sagsbarometer.datafiles.located import parse_yaml, read_yaml
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.deliveries.table_cells import as_text
from sagsbarometer.deliveries.tables import read_table
from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.types import Answer
from sagsbarometer.forms.states import State
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.measures.cells import write_csv
from sagsbarometer.review.answers import Reviewed, direct_plan, read_answers
from sagsbarometer.review.mapping import load_mapping
from sagsbarometer.runs.returned import return_file, returned_folder
from sagsbarometer.runs.serve import server_for
from sagsbarometer.store.results import load_results
from tests.forms_in_tests import RESULT, faults, form, question

CPR = "0101011234"
CODES = (
    "choices: [{code: none, label: {da: Andet, en: Other}}, {code: a, label: {da: Ens, en: A}},"
    " {code: b, label: {da: Ens, en: B}}]"
)


@pytest.fixture
def small(tmp_path: Path) -> Form:
    return form(
        tmp_path,
        "questions:" + RESULT,
        question("hours", "int", "required: false", "maximum: 100", "allow: [cannot_be_seen]"),
        question("missing", "codes", "required: false", "allow: [cannot_be_seen, not_relevant]", CODES),
    )


def read(form_: Form, folder: Path, header: str, cells: str) -> Reviewed:
    path = folder / "svar.csv"
    path.write_text(f"case_id;municipality_id;result;{header}\n1;101;grant;{cells}\n", encoding="utf-8")
    table = read_table(path)
    return read_answers(table, form_, direct_plan(form_, table), None)


def refused(form_: Form, folder: Path, header: str, cells: str) -> list[Problem]:
    with pytest.raises(Faults) as caught:
        read(form_, folder, header, cells)
    return [problem for problem in caught.value.problems if problem.code not in ("SVAR-109",)]


def answer(reviewed: Reviewed, id: str) -> Answer:
    return reviewed.cases[0].case.answers[id]


# --- no answer is lost or changed ---


@pytest.mark.parametrize(
    ("header", "cells", "code"),
    [
        ("hours;hours__state", "5;cannot_be_seen", "SVAR-106"),
        ("hours;hours__state", ";answered", "SVAR-106"),
        ("hours;hours__state", ";ved ikke", "SVAR-106"),
        ("missing;missing.a", "b;1", "SVAR-101"),
        ("missing.a;missing", "1;b", "SVAR-101"),
        ("missing.a;missing.b", "1;kan ikke ses", "SVAR-106"),
        ("missing.a;missing.b", "ikke relevant;kan ikke ses", "SVAR-106"),
        ("missing", "Ens", "SVAR-106"),  # two choices are called so
    ],
)
def test_two_answers_to_one_question_are_refused(
    small: Form, tmp_path: Path, header: str, cells: str, code: str
) -> None:
    assert {problem.code for problem in refused(small, tmp_path, header, cells)} == {code}


def test_a_state_column_that_agrees_is_accepted(small: Form, tmp_path: Path) -> None:
    both = read(small, tmp_path, "hours;hours__state;missing__state", "5;answered;kan ikke ses")
    assert answer(both, "hours") == Answer(State.ANSWERED, 5)
    assert answer(both, "missing").state is State.CANNOT_BE_SEEN


def test_a_choice_called_none_is_not_taken_for_no_choice(small: Form, tmp_path: Path) -> None:
    assert answer(read(small, tmp_path, "missing", "none"), "missing").value == frozenset({"none"})
    assert answer(read(small, tmp_path, "missing", "ingen"), "missing").value == frozenset()


def test_a_typed_decimal_is_not_read_as_thousands() -> None:
    assert (as_text(1.125), as_text(Decimal("1.125")), as_text(1.5)) == ("1.1250", "1.1250", "1.5")


def test_a_mended_file_is_not_replaced_by_the_next_round(tmp_path: Path) -> None:
    answers, out = tmp_path / "svar.csv", tmp_path / "ud"
    answers.write_text("a;b\n1;2\n")
    problems = [Problem("SVAR-106", Place("svar.csv", row=2, column="a"), "nej", "ja")]
    first = return_file(answers, problems, out)
    assert first == tmp_path / "ud-fejl"
    assert return_file(answers, problems, out) == returned_folder(out) == first  # untouched: replaced
    mended = first / "ret-svar.csv"
    mended.write_text(mended.read_text() + "rettet")
    second = return_file(mended, problems, out)
    assert second == returned_folder(out) == tmp_path / "ud-fejl-2"
    assert mended.read_text().endswith("rettet")
    assert (second / "ret-svar.csv").is_file()


def test_names_that_would_share_a_column_or_a_file_are_refused(tmp_path: Path) -> None:
    choices = "choices: [{code: state, label: {da: S, en: S}}]"
    figure = "{id: %s, number: 1, kind: bars, title: {da: T, en: T}, rows: []}"
    found = faults(
        tmp_path,
        "questions:" + question("case_id", "bool") + question("q", "codes", choices),
        f"figures: [{figure % 'one'}, {figure % 'two'}]",
    )
    assert [problem.code for problem in found].count("FORM-102") == 3


# --- nothing leaks ---


@pytest.mark.parametrize(
    ("header", "cells"), [(CPR, "1"), ("hours", CPR), ("hours", CPR[1:]), ("missing", CPR)]
)
def test_no_message_holds_a_cpr_number(small: Form, tmp_path: Path, header: str, cells: str) -> None:
    for problem in refused(small, tmp_path, header, cells):
        assert CPR[1:] not in str(problem)


def test_a_cpr_number_in_a_files_name_is_not_passed_on(tmp_path: Path) -> None:
    answers = tmp_path / f"{CPR}.csv"
    answers.write_text("a;b\n1;2\n")
    back = return_file(
        answers, [Problem("SVAR-106", Place("", row=2, column="a"), "nej", "ja")], tmp_path / "ud"
    )
    assert sorted(path.name for path in back.iterdir()) == ["fejlliste.csv", "manifest.json", "ret-svar.csv"]


def test_faults_of_a_mapping_hide_cpr_numbers(small: Form, tmp_path: Path) -> None:
    path = tmp_path / "map.yaml"
    for text in (
        f"mapping: m\ncolumns: {{result: {CPR}}}",
        f"mapping: m\ncolumns: {{a: 1}}\n{CPR}: 1\n",
        f"a: *{CPR}",
    ):
        path.write_text(text)
        with pytest.raises(Faults) as caught:
            load_mapping(path, small, ("case_id",))
        assert CPR not in str(caught.value)


def run(*arguments: object) -> subprocess.CompletedProcess[bytes]:
    line = [sys.executable, "-m", "sagsbarometer.cli.main", *map(_bytes, arguments)]
    return subprocess.run(line, capture_output=True, check=False)


def _bytes(argument: object) -> bytes:
    return argument if isinstance(argument, bytes) else str(argument).encode()


def test_the_command_line_shows_neither_cpr_numbers_nor_control_characters(tmp_path: Path) -> None:
    path = tmp_path / "form.yaml"
    path.write_text(f'form: "\\e[31m"\nquestions: [{{id: "{CPR}\\e[2J"}}]\n')
    for shown in (run("form", "check", path).stderr, run("form", "check", path, "--json").stdout):
        assert b"FORM-101" in shown
        assert CPR.encode() not in shown
        assert b"\x1b" not in shown


def test_the_unexpected_is_told_without_its_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise KeyError("Jens Jensen")

    monkeypatch.setattr(cli, "app", broken)
    monkeypatch.setattr(cli.signal, "signal", lambda *_: None)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr().err
    assert ended.value.code == 3
    assert "SYSTEM-102" in said
    assert "KeyError" in said
    assert "Jens" not in said


# --- every refusal has a code ---


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * 3000, "YAML-104"),
        ('a: "\\UFFFFFFFF"', "YAML-102"),
        ('a: "\\uD800"', "YAML-102"),
    ],
)
def test_odd_yaml_is_refused(text: str, code: str) -> None:
    with pytest.raises(Faults) as caught:
        parse_yaml(text, "a.yaml")
    assert [problem.code for problem in caught.value.problems] == [code]


def test_a_number_of_thousands_of_digits_is_text() -> None:
    assert parse_yaml("a: " + "9" * 5000, "a.yaml").data == {"a": "9" * 5000}


@pytest.mark.parametrize("path", ["/dev/zero", "/dev", "/dev/null/a", "/" + "a" * 300, "a\0b"])
def test_what_is_no_file_is_refused(path: str) -> None:
    with pytest.raises(Faults) as caught:
        read_yaml(Path(path))
    assert caught.value.problems[0].code == "YAML-101"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("form: form.yaml", "form: ''", "STUDIE-102"),
        ("form: form.yaml", 'form: "a\\0b"', "STUDIE-102"),
        ("form: form.yaml", "form: " + "a" * 300, "STUDIE-102"),
        ('data_date: ""', "data_date: 2024-13-01", "STUDIE-101"),
        ("probability: false\n  remark:\n    da:", "probability: false\n  remark:\n    sv:", "STUDIE-101"),
        ("report.md", "latin1.md", "STUDIE-107"),
    ],
)
def test_an_odd_study_is_refused(tmp_path: Path, old: str, new: str, code: str) -> None:
    new_study(shipped("studies") / "barometer_97", tmp_path / "s")
    (tmp_path / "s" / "latin1.md").write_bytes("æøå".encode("latin-1"))
    file = tmp_path / "s" / "study.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(
        text.replace(f"[{old}", f"[{new}").replace(f"\n{old}", f"\n{new}").replace(f" {old}", f" {new}")
    )
    with pytest.raises(Faults) as caught:
        load_study(tmp_path / "s")
    assert [problem.code for problem in caught.value.problems] == [code]


def test_a_frame_no_reader_accepts_is_refused(tmp_path: Path) -> None:
    frame = tmp_path / "f.csv"
    frame.write_text('code\n"' + "1" * 200_000 + '"\n')
    with pytest.raises(Faults) as caught:
        new_study(shipped("studies") / "barometer_97", tmp_path / "s", frame)
    assert caught.value.problems[0].code == "STUDIE-104"


def test_a_form_without_danish_is_refused(tmp_path: Path) -> None:
    head = "form: f\nversion: 1\ntitle: {en: T}\nlanguages: [en]\nsections: []\n"
    assert "FORM-110" in {problem.code for problem in faults(tmp_path, "questions: []", head=head)}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("definitions.json", "[]"),
        ("definitions.json", '{"a": {}}'),
        ("definitions.json", "[" * 100_000),
        ("cells.csv", write_csv(()) + "a,,,,1,2,3,abc,percent,,,,,,,,,,,\n"),
        ("cells.csv", write_csv(()) + "a\n"),
        ("dataset/rows.parquet", "junk"),
    ],
)
def test_damaged_results_are_refused(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / "dataset").mkdir()
    for file, text in {
        "manifest.json": '{"schema_version": 1}',
        "cells.csv": write_csv(()),
        "definitions.json": "{}",
        name: content,
    }.items():
        (tmp_path / file).write_text(text)
    with pytest.raises(Faults) as caught:
        load_results(tmp_path).rows()
    assert caught.value.problems[0].code == "RESULTAT-101"


def test_a_port_that_is_none_and_a_name_that_is_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Faults) as caught:
        server_for(tmp_path, -5)
    assert caught.value.problems[0].code == "SERVER-101"
    checked = run("form", "check", bytes(tmp_path) + b"/\xff.yaml", "--json")
    assert b"YAML-101" in checked.stdout
    assert b"Traceback" not in checked.stderr


# --- the served folder ---


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    folder = tmp_path / "ud"
    folder.mkdir()
    (folder / "index.html").write_text("forside")
    (tmp_path / "hemmeligt.txt").write_text("hemmeligt")
    (folder / "link.txt").symlink_to(tmp_path / "hemmeligt.txt")
    (folder / "mappe").symlink_to(tmp_path)
    server = server_for(folder, 8471)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "host", "status"),
    [
        ("/", "127.0.0.1", 200),
        ("/index.html", "localhost:8471", 200),
        ("/link.txt", "localhost", 404),
        ("/mappe/hemmeligt.txt", "localhost", 404),
        ("/%2e%2e/hemmeligt.txt", "localhost", 404),
        ("/index.html%00", "localhost", 404),
        ("/", "ond.example", 403),
        ("/", "ond.example:8471", 403),
    ],
)
def test_only_this_machine_reads_only_this_folder(port: int, path: str, host: str, status: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers={"Host": host})
    response = connection.getresponse()
    assert response.status == status
    assert b"hemmeligt" not in response.read()
