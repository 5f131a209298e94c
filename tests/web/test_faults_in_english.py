"""Files with faults sent by who reads English: each fault and what to do about it is said in English, and no Danish."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.web import messages
from tests.forms_in_tests import HEAD, question
from tests.unit import test_row_language as language
from tests.web.cast import LAUNCHED, Cast
from tests.web.test_languages_pages import OPEN, SHUT, marked, outside

__all__ = ["marked"]
CODES = re.compile(r'"((?:FORM|SPROG|YAML)-\d{3})"')
# Of a form that is not there, or that `form check` alone looks through; and of words that are printed.
NOT_OF_UPLOADS = {"FORM-201", "FORM-202", "FORM-203", "FORM-204", "YAML-105"}
_ID = re.compile(r"\w+(?:[/_]\w+)+(?: [a-z]\b)?")  # serviceloven/32 a
_WORD = re.compile(r"[^\W\d_]{2,}")


# What is faulty

QUESTIONS = "questions:" + "".join(
    question(name.id, name.type.value, *([f"choices: {name.id}_list"] if name.codes else ()))
    for name in language.NAMES.values()
    if name.id != "register"
)
LISTS = {
    f"{name.id}_list": [{"code": code, "label": {"da": code, "en": code}} for code in name.codes]
    for name in language.NAMES.values()
    if name.codes
}


def refused_expressions() -> list[str]:
    """What the tests of the row language refuse, for every reason there is."""
    found = []
    for test in (
        language.test_refuses_and_says_where_and_what_to_do,
        language.test_finds_what_makes_no_sense,
    ):
        for mark in test.pytestmark:  # type: ignore[attr-defined]
            found += [case[0] for case in mark.args[1]]
    return found


def with_checks(expressions: list[str]) -> str:
    words = {"da": "x", "en": "x"}
    checks = [
        {"id": f"check_{at}", "level": "hard", "holds": text, "message": words, "remedy": words}
        for at, text in enumerate(expressions)
    ]
    # JSON is YAML, and has no aliases.
    more: dict[str, object] = {"choices": LISTS, "checks": checks}
    return HEAD + QUESTIONS + "".join(f"{key}: {json.dumps(more[key])}\n" for key in more)


LIST = "choices: [{code: a, label: {da: a, en: a}}]"
EXTRA = "a: &x {b: 1}\nc: *x\n"
FORMS: dict[str, str | bytes] = {
    "an expression": with_checks(refused_expressions()),
    "no text": b"\xff\xfe\x00",
    "no yaml": HEAD + "questions: [}",
    "no character": HEAD + 'questions: "\\UFFFFFFFF"',
    "half a character": HEAD + 'questions: ["\\uD800"]',
    "too deep": HEAD + "questions: " + "[" * 60 + "]" * 60,
    "alias": HEAD + EXTRA,
    "double keys": HEAD + "version: 2\n? [a]\n: 1\n",
    "nothing": "# nothing\n",
    "a list": "- a\n",
    "head": "form: Lille!\nversion: to\nlanguages: []\ntitle: 5\nprovision: serviceloven/1\nhest: 1\n",
    "languages": HEAD.replace("[da, en]", "[en]"),
    "provision": HEAD.replace("serviceloven/97", "serviceloven/9999"),
    "lists": HEAD + "questions: ja\nchecks: {a: 1}\nmeasures: [1, {}]\n",
    "questions": HEAD
    + "questions:"
    + question("a", "ja_nej")
    + question("b", "bool")
    + question("b", "bool", "required: maybe")
    + question("c", "int", "minimum: few", "maximum: 1.5", "allow: seen", "help: word", "ask_if: [a]")
    + question("d", "code")
    + question("e", "bool", LIST)
    + question("f", "code", "choices: nowhere")
    + question("g", "codes", "choices: [{code: state, label: {da: a, en: a}}]")
    + question("h", "code", LIST.replace("]", ", {code: a, label: {da: a, en: a}}]"))
    + question("i", "bool", "condition: nowhere", "evidence_if: b")
    + question("not", "bool")
    + question("case_id", "text")
    + question("Store_Navn", "bool")
    + question("k", "bool", "ask_if: l")
    + question("l", "bool", "ask_if: k")
    + "\n  - 5\n  - {}\n",
    "places": HEAD
    + "questions:"
    + question("o", "bool").replace("section: case", "section: nowhere")
    + question("p", "bool").replace("en: p", "fr: p"),
    "derived": HEAD
    + "questions:"
    + question("a", "bool")
    + question("n", "text")
    + """
derived:
  - {id: a, type: bool, label: {da: a, en: a}, expression: a}
  - {id: x, type: bool, label: {da: a, en: a}}
  - {id: y, type: bool, label: {da: a, en: a}, requirement: nowhere}
  - {id: z, type: int, label: {da: a, en: a}, expression: a}
checks:
  - {id: q, level: hard, holds: a, message: {da: a, en: a}, remedy: {da: a, en: a}, questions: [nowhere]}
measures:
  - {id: m, label: {da: a, en: a}, counts: "n == 'x'"}
  - {id: m2, label: {da: a, en: a}}
  - {id: m3, label: {da: a, en: a}, kind: mean}
  - {id: m4, label: {da: a, en: a}, kind: mean, value: a}
  - {id: m5, label: {da: a, en: a}, kind: mean, value: nowhere}
figures:
  - {id: f1, number: 1, kind: multiples, title: {da: a, en: a}, rows: [nowhere]}
  - {id: f2, number: 1, kind: bars, title: {da: a, en: a}, generalisable: false, also: [none], rows:
      [{id: r, cells: {part: m}, condition: nowhere}]}
""",
}


def frames() -> list[bytes]:
    """Files of authorities that are refused."""
    head = "code;name;email;cases\n"
    return [
        b"", b"\xff\xfe\x00", b"a;b\n1;2\n", head.encode(),
        (head + "101;En;a@b.example;many\n101;To;ikke en adresse;3\n;Tre;c@d.example;-1\n").encode(),
        (head + "101;0101901234;a@b.example;1;1\n").encode(),
    ]  # fmt: skip


# What is said of it


class Cells(HTMLParser):
    """The cells of the rows of tables, and the texts of lists."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.items: list[str] = []
        self._within = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            self.rows[-1].append("")
        elif tag == "li":
            self.items.append("")
        self._within = tag if tag in ("td", "th", "li") else self._within

    def handle_endtag(self, tag: str) -> None:
        self._within = "" if tag == self._within else self._within

    def handle_data(self, data: str) -> None:
        if self._within in ("td", "th"):
            self.rows[-1][-1] += data
        elif self._within == "li":
            self.items[-1] += data


def cells(page: str) -> Cells:
    reader = Cells()
    reader.feed(page)
    return reader


@pytest.fixture(scope="module")
def danish() -> frozenset[str]:
    """The words of the Danish sentences that are in no English one."""
    known = messages.read_po()
    words: set[str] = set()
    english: set[str] = set()
    for message, texts in known.values():
        words |= _words(f"{message.one} {message.many}")
        english |= _words(" ".join(texts))
    return frozenset(words - english)


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(re.sub(r"\{\w+\}|%\(\w+\)s", " ", text))}


def danish_in(text: str, sent: str, danish: frozenset[str]) -> set[str]:
    """What is Danish in a cell: what stands outside what was translated, and words that are of Danish sentences and
    not of the file that was sent."""
    text = _ID.sub(" ", text)
    left = _words(outside(text))
    inside = _words(text.replace(OPEN, " ").replace(SHUT, " ")) & danish
    return (left | inside) - _words(sent)


@pytest.fixture
def anna(cast: Cast, client_of: Any) -> Any:
    """The leader's browser, in English."""
    client = client_of(cast.person("anna"))
    client.cookies["django_language"] = "en"
    return client


def test_the_faults_of_a_form_are_said_in_english(anna: Any, marked: None, danish: frozenset[str]) -> None:
    seen: set[str] = set()
    told: list[str] = []
    for name, sent in FORMS.items():
        content = sent if isinstance(sent, bytes) else sent.encode()
        data = {"name": "Mine", "template": "uploaded", "kind": "barometer", "once": "3" * 32}
        reply = anna.post(reverse("planning:new"), data | {"form": SimpleUploadedFile("form.yaml", content)})
        assert reply.status_code == 422, name
        rows = [row for row in cells(reply.content.decode()).rows if len(row) == 4][1:]
        assert rows, name
        for _line, code, fault, remedy in rows:
            seen.add(code)
            for text in (fault, remedy):
                assert OPEN in text, (name, code, text)
                if words := danish_in(text, content.decode(errors="replace"), danish):
                    told.append(f"{name} {code}: {text} [{', '.join(sorted(words))}]")
    assert not told, "\n".join(told)
    assert codes() - seen == NOT_OF_UPLOADS


def codes() -> set[str]:
    """Every code that stands where forms are read."""
    found: set[str] = set()
    for folder in ("forms", "datafiles"):
        for path in (messages.ROOT / folder).rglob("*.py"):
            found |= set(CODES.findall(path.read_text(encoding="utf-8")))
    return found


def test_the_faults_of_a_frame_are_said_in_english(
    cast: Any, anna: Any, marked: None, danish: frozenset[str]
) -> None:
    study = cast.planning
    address = reverse("planning:frame", args=[study.id])
    for content in frames():
        sent = {"strata": "", "file": SimpleUploadedFile("ramme.csv", content), "revision": study.revision}
        reply = anna.post(address, sent)
        assert reply.status_code == 422
        items = [text for text in cells(reply.content.decode()).items if re.match(r"PLAN-\d{3} ", text)]
        assert items, content
        for text in items:
            known = f"PLAN ramme csv {content.decode(errors='replace')}"
            assert not danish_in(text, known, danish), text


WORKBOOK = b"PK\x03\x04" + b"x" * 90


def test_the_faults_of_a_file_of_answers_are_said_in_english(
    anna: Any, marked: None, danish: frozenset[str]
) -> None:
    """Read in a process of its own, which knows Danish alone: the sentences come back with what they were made of."""
    rows = "case_id,municipality_id,reader,result,deadline_days\nzzzz,905,nobody@example.dk,perhaps,many\n"
    files = {
        "answers.csv": rows.encode(),
        "unclosed.csv": b'case_id,reader\n"a,b\n',
        "no_name.csv": b"case_id,,reader,reader\n1,2,3,4\n",
        "wide.csv": b"case_id,reader\n1,2,3,4\n",
        "nulls.csv": b"case_id,reader\n1,\0\n",
        "damaged.xlsx": WORKBOOK,
        "empty.csv": b"\n",
    }
    for name, content in files.items():
        sent = {"file": SimpleUploadedFile(name, content)}
        reply = anna.post(reverse("reviewing:bring", args=[LAUNCHED]), sent)
        assert reply.status_code == 422, name
        rows_ = [row for row in cells(reply.content.decode()).rows if len(row) == 4][1:]
        assert rows_, name
        for _row, _column, fault, remedy in rows_:
            known = f"{content.decode(errors='replace')} {_codes_of_form()}"
            for text in (re.sub(r"\(\w+-\d{3}\)$", "", fault), remedy):
                assert not danish_in(text, known, danish), (name, text)


def _codes_of_form() -> str:
    form = (shipped("studies") / "barometer_97" / "form.yaml").read_text(encoding="utf-8")
    return " ".join(re.findall(r"\b(?:id|code): (\w+)", form))
