"""The documentation of a form says all that is in it, and nothing in it breaks the page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from markdown_it import MarkdownIt

from sagsbarometer.forms.document import document
from sagsbarometer.forms.form import Check, Choice, Derived, Form, Question, Section
from sagsbarometer.forms.language.parse import parse
from sagsbarometer.forms.language.tree import Node
from sagsbarometer.forms.language.types import Type
from sagsbarometer.forms.states import State
from sagsbarometer.kernel.problems import Place


def node(text: str) -> Node:
    return parse(text, Place())


def question(id: str, type: Type, **more: Any) -> Question:
    values: dict[str, Any] = {
        "label": {"da": f"Dansk {id}", "en": f"English {id}"},
        "help": {},
        "choices": (),
        "ask_if": None,
        "allow": frozenset(),
        "required": True,
        "condition": "",
        "source": "",
        "section": "case",
    }
    return Question(id=id, type=type, **values | more)


CHOICES = (
    Choice("grant", {"da": "Bevilling | <b>hel</b>", "en": "Grant"}),
    Choice("refusal", {"da": "Afslag"}, node("heard")),
)
FORM = Form(
    id="proeve",
    version=3,
    title={"da": "Prøve*skema*", "en": "Trial form"},
    languages=("da", "en"),
    provision="serviceloven/97",
    sections=(Section("case", {"da": "Sagen", "en": "The case"}),),
    questions=(
        question("heard", Type.BOOL, help={"da": "Se\nbrevet."}, source="forvaltningsloven § 19"),
        question(
            "result",
            Type.CODE,
            choices=CHOICES,
            ask_if=node("heard and not (heard == false)"),
            allow=frozenset({State.NOT_RELEVANT, State.CANNOT_BE_SEEN}),
            required=False,
            condition="serviceloven/97/age",
        ),
        question("span", Type.INT, minimum=0),
    ),
    derived=(
        Derived(
            "won", Type.BOOL, {"da": "Medhold"}, node("result == 'grant'"), node("heard"), "§ 22", "reasons"
        ),
    ),
    order=("heard", "result", "span", "won"),
    checks=(
        Check(
            "c1", True, node("span >= 0"), {"da": "Negativ."}, {"da": "Ret tallet."}, "kapitel 2", ("span",)
        ),
        Check("c2", False, node("won"), {"da": "Hm?"}, {"da": "Se efter."}, "", ("heard", "result")),
    ),
    file="form.yaml",
    hash="0123456789abcdef" * 4,
    measures=(
        {
            "id": "m1",
            "kind": "share",
            "label": {"da": "Andel"},
            "base": "heard",
            "counts": "won",
            "source": "figur 1",
        },
        {
            "id": "m2",
            "kind": "mean",
            "label": {"da": "Dage"},
            "base": "true",
            "value": "span",
            "unit": "weeks",
        },
        {"id": "m3", "label": {"da": "Alt"}, "base_label": {"da": "alle sager"}, "counts": "true", "line": 9},
    ),
    figures=(
        {
            "id": "f1",
            "number": "1",
            "kind": "bars",
            "title": {"da": "Søjler"},
            "note": {"da": "Noten."},
            "rows": ["m1", {"measure": "m2", "condition": "serviceloven/97/age"}],
            "also": ["m3"],
        },
        {
            "id": "f2",
            "kind": "stacked",
            "title": {"da": "Stabler"},
            "generalisable": False,
            "why_not": {"da": "For få."},
            "parts": [{"id": "a", "label": {"da": "Del A"}}, {"id": "b", "label": {"da": "Del B"}}],
            "rows": [{"id": "r", "label": {"da": "Rækken"}, "cells": {"a": "m1", "b": "m2"}, "total": "m3"}],
        },
    ),
)


def test_document_in_full() -> None:
    assert document(FORM).split("\n") == [
        "# Prøve\\*skema\\*",
        "",
        "*Dannet af skemaet selv. Ret skemaet, ikke denne fil.*",
        "",
        "|  |  |",
        "| --- | --- |",
        "| Skema | `proeve` |",
        "| Version | 3 |",
        f"| Indhold (SHA-256) | `{FORM.hash}` |",
        "| Bestemmelse | `serviceloven/97` |",
        "| Sprog | da, en |",
        "",
        "## Sagen",
        "",
        "### `heard` Dansk heard",
        "",
        "Se brevet.",
        "",
        "- Svar: ja eller nej",
        "- Stilles når: altid",
        "- Skal besvares: ja",
        "- Kilde: forvaltningsloven § 19",
        "",
        "### `result` Dansk result",
        "",
        "- Svar: ét svar",
        "- Stilles når: `heard and not (heard == false)`",
        "- Kan også besvares: ikke relevant, kan ikke ses",
        "- Skal besvares: frivilligt",
        "- Betingelse: `serviceloven/97/age`",
        "",
        "| Kode | Svarmulighed | Vises når |",
        "| --- | --- | --- |",
        "| `grant` | Bevilling \\| \\<b\\>hel\\</b\\> |  |",
        "| `refusal` | Afslag | `heard` |",
        "",
        "### `span` Dansk span",
        "",
        "- Svar: helt tal",
        "- Fra og til: 0 … –",
        "- Stilles når: altid",
        "- Skal besvares: ja",
        "",
        "## Afledte variable",
        "",
        "Regnes ud af svarene og besvares ikke.",
        "",
        "### `won` Medhold",
        "",
        "- Svar: ja eller nej",
        "- Beregning: `result == 'grant'`",
        "- Stilles når: `heard`",
        "- Krav i lovkataloget: `reasons`",
        "- Kilde: § 22",
        "",
        "## Kontroller",
        "",
        "En hård kontrol afviser rækken, når den sikkert ikke er opfyldt. En blød spørger.",
        "",
        "### `c1`",
        "",
        "- Niveau: hård",
        "- Skal gælde: `span >= 0`",
        "- Besked: Negativ.",
        "- Hvad gør man: Ret tallet.",
        "- Spørgsmål: `span`",
        "- Kilde: kapitel 2",
        "",
        "### `c2`",
        "",
        "- Niveau: blød",
        "- Skal gælde: `won`",
        "- Besked: Hm?",
        "- Hvad gør man: Se efter.",
        "- Spørgsmål: `heard`, `result`",
        "",
        "## Mål",
        "",
        "Grundlaget er de sager, hvor betingelsen med sikkerhed er opfyldt.",
        "",
        "| Id | Slags | Navn | Grundlag | Tæller | Kilde |",
        "| --- | --- | --- | --- | --- | --- |",
        "| `m1` | `share` | Andel | `heard` | `won` | figur 1 |",
        "| `m2` | `mean` | Dage |  | `span`, weeks |  |",
        "| `m3` | `share` | Alt | alle sager | `true` |  |",
        "",
        "## Figurer",
        "",
        "### `f1` 1. Søjler",
        "",
        "- Slags: `bars`",
        "- Note: Noten.",
        "- Fortælles under figuren: `m3`",
        "",
        "| Række | Navn | Mål | Betingelse |",
        "| --- | --- | --- | --- |",
        "| `m1` | Andel | `m1` |  |",
        "| `m2` | Dage | `m2` | `serviceloven/97/age` |",
        "",
        "### `f2` Stabler",
        "",
        "- Slags: `stacked`",
        "- Siger ikke noget om hele landet: For få.",
        "",
        "| Række | Navn | Del A | Del B | I alt |",
        "| --- | --- | --- | --- | --- |",
        "| `r` | Rækken | `m1` | `m2` | `m3` |",
        "",
    ]


def test_document_in_another_language_uses_its_words_where_it_has_them() -> None:
    text = document(FORM, "en")
    assert "# Trial form" in text
    assert "### `heard` English heard" in text
    assert "- May also be answered: not_relevant, cannot_be_seen" in text
    assert "| `refusal` | Afslag | `heard` |" in text  # has no English


def test_the_same_form_gives_the_same_text() -> None:
    assert document(FORM) == document(FORM)


@pytest.mark.parametrize(
    "wicked", ["a|b", "<script>x</script>", "*x* _y_ `z`", "[x](http://x)", "x\n\n# y", "\\|"]
)
def test_no_text_of_a_form_breaks_the_page(wicked: str) -> None:
    choices = (Choice("c", {"da": wicked}),)
    bad = question("q", Type.CODE, label={"da": wicked}, help={"da": wicked}, choices=choices, source=wicked)
    measures = ({"id": "m", "label": {"da": wicked}, "counts": f"q == '{wicked}'"},)
    changed: dict[str, Any] = {
        "title": {"da": wicked},
        "questions": (bad,),
        "measures": measures,
        "figures": (),
        "checks": (),
    }
    form = replace(FORM, **changed)
    page = MarkdownIt("commonmark", {"html": True}).enable("table")
    tokens = page.parse(document(form))
    cells = [token for token in tokens if token.type == "td_open"]
    assert len([token for token in tokens if token.type == "table_open"]) == 3
    # Five facts of two cells, one choice of two, one measure of four and its two blank ones left out.
    assert len(cells) == 5 * 2 + 2 + 4
    assert not [token for token in tokens if token.type == "html_block"]
    inline = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in inline} <= {"text", "code_inline", "em_open", "em_close", "text_special"}
    assert [child.content for child in inline if child.type == "em_open"] == [""]  # our own, under the title
