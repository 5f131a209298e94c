"""Documents and evidence, for templates."""

from __future__ import annotations

from typing import Any

from django import template
from django.contrib.staticfiles import finders
from django.utils.translation import gettext as _

from sagsbarometer.web.reviewing import documents_shown, pinning
from sagsbarometer.web.reviewing.models import Reading

register = template.Library()


@register.simple_tag
def documents_to_show(reading: Reading) -> list[dict[str, Any]]:
    """The documents of the case of a reading."""
    return documents_shown.told(reading)


@register.simple_tag
def pins_to_show(reading: Reading, question: str) -> list[dict[str, Any]]:
    """The pins of a question. Those of all questions are read once for a page."""
    kept = reading.__dict__.setdefault("_pins_to_show", {})
    if not kept:
        kept["all"] = pinning.pins_of(reading)
    pins: list[dict[str, Any]] = kept["all"].get(question, [])
    return pins


@register.simple_tag
def pdf_is_shown() -> bool:
    """Whether what shows a PDF was fetched at set-up."""
    return finders.find("pdfjs/pdf.min.mjs") is not None


@register.simple_tag
def viewer_words() -> dict[str, str]:
    """What the scripts say; `{…}` is filled in by them."""
    return {
        "page": _("Side {page} af {pages}"),
        "loading": _("Henter dokumentet …"),
        "searching": _("Søger …"),
        "password": _("Dokumentet er låst med en adgangskode og kan ikke vises."),
        "damaged": _("Dokumentet er beskadiget og kan ikke vises."),
        "gone": _("Dokumentet kan ikke læses mere."),
        "unreached": _("Dokumentet kunne ikke hentes. Prøv igen."),
        "missing": _(
            "PDF-filer kan ikke vises her, fordi visningen mangler på serveren. Åbn dokumentet for sig selv."
        ),
        "no_text": _("Siden har ingen tekst. Markér et felt med musen, eller tryk b for hele siden."),
        "covered": _(
            "Det, der ligner CPR-numre, er dækket. Åbn dokumentet for sig selv for at se det, som det er."
        ),
        "hits": _("{hits} steder"),
        "one_hit": _("1 sted"),
        "no_hits": _("Ingen steder"),
        "more_hits": _("Flere end {hits} steder. Skriv mere."),
        "silent": _("Dokumenter uden tekst, som ikke er søgt: {silent}."),
        "hit": _("{name}, side {page}"),
        "pinned": _("Bevis sat: {question}"),
        "unpinned": _("Beviset er fjernet."),
        "repinned": _("Beviset er sat igen."),
        "not_pinned": _("Ikke gemt"),
        "choose_question": _("Vælg først et spørgsmål i skemaet."),
        "choose_place": _("Vælg først tekst i dokumentet."),
        "pin_to": _("Sæt som bevis: {question}"),
        "pin_page_to": _("Sæt hele siden som bevis: {question}"),
        "zoom": _("{percent} %"),
    }
