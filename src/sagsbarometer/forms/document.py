"""The documentation of a form as Markdown, made from the form itself so that it cannot lag behind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

from sagsbarometer.forms.form import Check, Derived, Form, Question, Text
from sagsbarometer.forms.language.tree import Node
from sagsbarometer.forms.language.types import Type
from sagsbarometer.forms.language.write import write
from sagsbarometer.forms.states import STATE_DA, State
from sagsbarometer.forms.wording import by_section, type_words, words

Plain = Mapping[str, object]

_SAY: Mapping[str, Mapping[str, str]] = {
    "da": {
        "made": "Dannet af skemaet selv. Ret skemaet, ikke denne fil.",
        "form": "Skema",
        "version": "Version",
        "hash": "Indhold (SHA-256)",
        "provision": "Bestemmelse",
        "languages": "Sprog",
        "questions": "Spørgsmål",
        "derived": "Afledte variable",
        "derived_text": "Regnes ud af svarene og besvares ikke.",
        "checks": "Kontroller",
        "checks_text": "En hård kontrol afviser rækken, når den sikkert ikke er opfyldt. En blød spørger.",
        "measures": "Mål",
        "measures_text": "Grundlaget er de sager, hvor betingelsen med sikkerhed er opfyldt.",
        "figures": "Figurer",
        "type": "Svar",
        "asked": "Stilles når",
        "always": "altid",
        "allowed": "Kan også besvares",
        "required": "Skal besvares",
        "evidence_required": "Bevis kræves",
        "evidence_wanted": "Bevis ønskes",
        "any_answer": "ved ethvert svar",
        "optional": "Frivilligt",
        "yes": "ja",
        "bounds": "Fra og til",
        "condition": "Betingelse",
        "source": "Kilde",
        "code": "Kode",
        "answer": "Svarmulighed",
        "shown": "Vises når",
        "expression": "Beregning",
        "requirement": "Krav i lovkataloget",
        "hard": "hård",
        "soft": "blød",
        "level": "Niveau",
        "holds": "Skal gælde",
        "message": "Besked",
        "remedy": "Hvad gør man",
        "about": "Spørgsmål",
        "id": "Id",
        "kind": "Slags",
        "label": "Navn",
        "base": "Grundlag",
        "counts": "Tæller",
        "row": "Række",
        "total": "I alt",
        "also": "Fortælles under figuren",
        "note": "Note",
        "alt": "Figuren med ord",
        "why_not": "Siger ikke noget om hele landet",
    },
    "en": {
        "made": "Made from the form itself. Change the form, not this file.",
        "form": "Form",
        "version": "Version",
        "hash": "Content (SHA-256)",
        "provision": "Provision",
        "languages": "Languages",
        "questions": "Questions",
        "derived": "Derived variables",
        "derived_text": "Computed from the answers, never answered.",
        "checks": "Checks",
        "checks_text": "A hard check refuses the row when it is definitely not met. A soft one asks.",
        "measures": "Measures",
        "measures_text": "The base is the cases where its condition is definitely met.",
        "figures": "Figures",
        "type": "Answer",
        "asked": "Asked when",
        "always": "always",
        "allowed": "May also be answered",
        "required": "Required",
        "evidence_required": "Evidence required",
        "evidence_wanted": "Evidence wanted",
        "any_answer": "whatever the answer",
        "optional": "Optional",
        "yes": "yes",
        "bounds": "From and to",
        "condition": "Condition",
        "source": "Source",
        "code": "Code",
        "answer": "Choice",
        "shown": "Shown when",
        "expression": "Expression",
        "requirement": "Requirement of the catalogue",
        "hard": "hard",
        "soft": "soft",
        "level": "Level",
        "holds": "Must hold",
        "message": "Message",
        "remedy": "Remedy",
        "about": "Questions",
        "id": "Id",
        "kind": "Kind",
        "label": "Name",
        "base": "Base",
        "counts": "Counts",
        "row": "Row",
        "total": "Total",
        "also": "Told under the figure",
        "note": "Note",
        "alt": "The figure in words",
        "why_not": "Says nothing of the whole country",
    },
}


def document(form: Form, language: str = "da") -> str:
    """The Markdown documentation of a form: all that a reader of answers or figures may have to look up.

    The same text for the same form.
    """
    return "\n".join(_Document(form, language).lines()) + "\n"


class _Document:
    def __init__(self, form: Form, language: str) -> None:
        self.form, self.language = form, language
        self.say = _SAY.get(language, _SAY["da"])

    def lines(self) -> Iterator[str]:
        say, form = self.say, self.form
        yield f"# {_plain(self.text(form.title))}"
        yield from ("", f"*{say['made']}*", "")
        yield from _table(
            ("", ""),
            [
                (say["form"], _code(form.id)),
                (say["version"], str(form.version)),
                (say["hash"], _code(form.hash)),
                (say["provision"], _code(form.provision)),
                (say["languages"], ", ".join(form.languages)),
            ],
        )
        for section, questions in by_section(form):
            yield from ("", f"## {_plain(self.text(section.title))}")
            for question in questions:
                yield from self.question(question)
        yield from self.derived()
        yield from self.checks()
        yield from self.measures()
        yield from self.figures()

    def text(self, text: object) -> str:
        return words(cast(Text, text or {}), self.language)

    def question(self, question: Question) -> Iterator[str]:
        say = self.say
        yield from ("", f"### {_code(question.id)} {_plain(self.text(question.label))}", "")
        if question.help:
            yield from (_plain(self.text(question.help)), "")
        states = [STATE_DA[state] if self.language == "da" else state.value for state in State]
        allowed = [word for state, word in zip(State, states, strict=True) if state in question.allow]
        bounds = [str(bound) if bound is not None else "–" for bound in (question.minimum, question.maximum)]
        yield from _bullets(
            (say["type"], type_words(question.type, self.language)),
            (say["bounds"], " … ".join(bounds) if bounds != ["–", "–"] else ""),
            (say["asked"], _code(write(question.ask_if)) if question.ask_if else say["always"]),
            (say["allowed"], ", ".join(allowed)),
            (say["required"], say["yes"] if question.required else say["optional"].lower()),
            (say.get(f"evidence_{question.evidence}", ""), self.evidence(question)),
            (say["condition"], _code(question.condition)),
            (say["source"], _plain(question.source)),
        )
        if question.type in (Type.CODE, Type.CODES):
            rows = [
                (_code(choice.code), _plain(self.text(choice.label)), _written(choice.show_if))
                for choice in question.choices
            ]
            yield ""
            yield from _table((say["code"], say["answer"], say["shown"]), rows)

    def evidence(self, question: Question) -> str:
        if not question.evidence:
            return ""
        return _written(question.evidence_if) or self.say["any_answer"]

    def derived(self) -> Iterator[str]:
        if not self.form.derived:
            return
        yield from ("", f"## {self.say['derived']}", "", self.say["derived_text"])
        for item in self.form.derived:
            yield from self.one_derived(item)

    def one_derived(self, item: Derived) -> Iterator[str]:
        say = self.say
        yield from ("", f"### {_code(item.id)} {_plain(self.text(item.label))}", "")
        yield from _bullets(
            (say["type"], type_words(item.type, self.language)),
            (say["expression"], _written(item.expression)),
            (say["asked"], _written(item.ask_if)),
            (say["requirement"], _code(item.requirement)),
            (say["source"], _plain(item.source)),
        )

    def checks(self) -> Iterator[str]:
        if not self.form.checks:
            return
        yield from ("", f"## {self.say['checks']}", "", self.say["checks_text"])
        for check in self.form.checks:
            yield from self.check(check)

    def check(self, check: Check) -> Iterator[str]:
        say = self.say
        yield from ("", f"### {_code(check.id)}", "")
        yield from _bullets(
            (say["level"], say["hard"] if check.hard else say["soft"]),
            (say["holds"], _written(check.holds)),
            (say["message"], _plain(self.text(check.message))),
            (say["remedy"], _plain(self.text(check.remedy))),
            (say["about"], ", ".join(_code(id) for id in check.questions)),
            (say["source"], _plain(check.source)),
        )

    def measures(self) -> Iterator[str]:
        if not self.form.measures:
            return
        say = self.say
        yield from ("", f"## {say['measures']}", "", say["measures_text"], "")
        keys = ("id", "kind", "label", "base", "counts", "source")
        yield from _table([say[key] for key in keys], [self.measure(each) for each in self.form.measures])

    def measure(self, measure: Plain) -> tuple[str, ...]:
        base = _string(measure, "base") or "true"
        told = _plain(self.text(measure.get("base_label")))
        value = _string(measure, "value")
        unit = _string(measure, "unit")
        return (
            _code(_string(measure, "id")),
            _code(_string(measure, "kind") or "share"),
            _plain(self.text(measure.get("label"))),
            _joined(told, _code(base) if base != "true" else ""),
            _joined(_code(_string(measure, "counts") or value), unit),
            _plain(_string(measure, "source")),
        )

    def figures(self) -> Iterator[str]:
        if not self.form.figures:
            return
        yield from ("", f"## {self.say['figures']}")
        for figure in self.form.figures:
            yield from self.figure(figure)

    def figure(self, figure: Plain) -> Iterator[str]:
        say = self.say
        number = _string(figure, "number")
        title = _joined(f"{number}." if number else "", _plain(self.text(figure.get("title"))), " ")
        yield from ("", f"### {_code(_string(figure, 'id'))} {title}", "")
        yield from _bullets(
            (say["kind"], _code(_string(figure, "kind"))),
            (say["alt"], _plain(self.text(figure.get("alt")))),
            (say["note"], _plain(self.text(figure.get("note")))),
            (say["why_not"], _plain(self.text(figure.get("why_not")))),
            (say["also"], ", ".join(_code(id) for id in _items(figure, "also"))),
        )
        parts = [cast(Plain, part) for part in _items(figure, "parts")]
        heads = [_plain(self.text(part.get("label"))) for part in parts]
        rows = [self.figure_row(row, parts) for row in _items(figure, "rows")]
        last = say["total"] if parts else say["condition"]
        yield ""
        yield from _table([say["row"], say["label"], *(heads or [say["measures"]]), last], rows)

    def figure_row(self, row: object, parts: Sequence[Plain]) -> tuple[str, ...]:
        if isinstance(row, str):
            row = {"measure": row}
        plain = cast(Plain, row)
        measure = _string(plain, "measure")
        cells = cast(Mapping[str, str], plain.get("cells") or {})
        label = self.text(plain.get("label")) or self.label_of(measure)
        shown = [_code(cells.get(_string(part, "id"), "")) for part in parts] or [_code(measure)]
        last = _code(_string(plain, "total" if parts else "condition"))
        return (_code(_string(plain, "id") or measure), _plain(label), *shown, last)

    def label_of(self, id: str) -> str:
        found = (each for each in self.form.measures if each.get("id") == id)
        return self.text(next(found, {}).get("label"))


def _string(plain: Plain, key: str) -> str:
    value = plain.get(key)
    return "" if value is None else str(value)


def _items(plain: Plain, key: str) -> list[str]:
    return list(cast(Iterable[str], plain.get(key) or ()))


def _written(node: Node | None) -> str:
    return "" if node is None else _code(write(node))


def _joined(first: str, second: str, between: str = ", ") -> str:
    return between.join(part for part in (first, second) if part)


def _code(text: str) -> str:
    """`text` as code, whatever it holds; "" for nothing."""
    if not text:
        return ""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * (longest + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{text}{space}{fence}"


def _plain(text: str) -> str:
    """`text` on one line with nothing in it that Markdown would take for a mark."""
    return re.sub(r"([\\`*_\[\]<>|])", r"\\\1", " ".join(text.split()))


def _bullets(*pairs: tuple[str, str]) -> Iterator[str]:
    for name, text in pairs:
        if text:
            yield f"- {name}: {text}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table; columns that are empty in every row are left out."""
    kept = [index for index in range(len(head)) if index == 0 or any(row[index] for row in rows)]
    for row in (head, ["---"] * len(head), *rows):
        # Within a table also code must not hold a bare bar.
        cells = (re.sub(r"(?<!\\)\|", r"\\|", row[index]) for index in kept)
        yield f"| {' | '.join(cells)} |"
