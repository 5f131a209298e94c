"""Documents and evidence, for templates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import template
from django.contrib.staticfiles import finders
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from sagsbarometer.documents.words import WHY, Piece
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


@register.filter
def pieces(cell: list[Piece]) -> SafeString:
    """A paragraph or cell of a DOCX. What is ours and not the document's own has `data-beside`: nobody searches it."""
    # Each of them is escaped by what makes it.
    return mark_safe("".join(_PIECES[piece.kind](piece) for piece in cell))


def _picture(piece: Piece) -> str:
    fields = {"nth": piece.nth, "described": piece.text}
    name = (_("Billede %(nth)s: %(described)s") if piece.text else _("Billede %(nth)s")) % fields
    return format_html(
        '<span class="viewer-picture" role="img" aria-label="{}" data-number="{}" data-width="{}" data-height="{}">'
        '</span><span class="viewer-caption">{}</span>',
        name, piece.number, piece.width, piece.height, name,
    )  # fmt: skip


def _missing(piece: Piece) -> str:
    said = str(WHY[piece.why])
    if piece.text:
        said += " " + _("Billedets beskrivelse: %(described)s") % {"described": piece.text}
    return format_html('<span class="viewer-missing" data-beside>{}</span>', said)


_PIECES: dict[str, Callable[[Piece], str]] = {
    "text": lambda piece: escape(piece.text),
    "ins": lambda piece: format_html("<ins>{}</ins>", piece.text),
    "del": lambda piece: format_html("<del>{}</del>", piece.text),
    "mark": lambda piece: format_html('<sup class="viewer-mark-note" data-beside>{}</sup>', piece.text),
    "picture": _picture,
    "missing": _missing,
}


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
        "scan_waiting": _(
            "Siden er et billede, der ikke er læst endnu: CPR-numre på den kan ses. "
            "Markér et felt, eller tryk b for hele siden."
        ),
        "scan_unread": _(
            "Siden er et billede, der ikke kunne læses: CPR-numre på den kan ses. "
            "Markér et felt, eller tryk b for hele siden."
        ),
        "scan_read": _(
            "Siden er et billede. En maskine har genkendt teksten, som kan være forkert. "
            "CPR-numre, den fandt, er dækket."
        ),
        "covered": _(
            "Det, der ligner CPR-numre, er dækket. Åbn dokumentet for sig selv for at se det, som det er."
        ),
        "picture_failed": _("Billedet kan ikke vises her. Åbn dokumentet for sig selv for at se det."),
        "hit_unseen": _(
            "Stedet er i noget, der ikke vises her, fx en feltkode. Åbn dokumentet for sig selv for at se det."
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
