"""What a report of a register is given: its tables and figures, and the law they stand on; and its texts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from sagsbarometer import __version__
from sagsbarometer.appeals.undated import lacking_in, told
from sagsbarometer.catalogue.catalogue import Catalogue
from sagsbarometer.measures.cells import ResultSet
from sagsbarometer.measures.given import Given
from sagsbarometer.measures.grid import Grid
from sagsbarometer.measures.measure import Figure, Measure, Text
from sagsbarometer.reporting.contract import Condition, Decision, Edition, Standing, source_of
from sagsbarometer.runs.report_files import Source, in_language, in_order, read_sources_of

_HEADS = {"da": ("Tabeller", "Figurer", "Definitioner"), "en": ("Tables", "Figures", "Definitions")}
_DIGITS, _MARKUP = re.compile(r"\d+(?:[.,/-]\d+)*"), re.compile(r"[\\\[\]{}*_`<>]")


def build_register_edition(
    *,
    title: Text,
    source: Text | str,
    selection: Text,
    few_cases: int,
    results: ResultSet,
    measures: Mapping[str, Measure],
    figures: Sequence[Figure],
    grids: Sequence[Grid],
    catalogue: Catalogue,
    language: str = "da",
    given: Sequence[Given] = (),
) -> Edition:
    """The edition of a register as of a date. A draft always: only a protected and approved release is more.

    Origin and data date are those of the results' manifest, and so are the cases without a date. `source` is who keeps
    the register; a percentage of fewer than `few_cases` is marked.
    """
    return Edition(
        title=_words(title, language),
        subtitle="",
        source=source_of(source if isinstance(source, str) else _words(source, language), language),
        language=language,
        origin=str(results.manifest["origin"]),
        data_date=str(results.manifest["data_date"]),
        standing=Standing(),
        selection=_words(selection, language),
        lacking=_words(told(lacking_in(results.manifest)), language),
        version=__version__,
        measures=measures,
        figures=tuple(figures),
        results=results,
        conditions=tuple(_conditions(catalogue, language)),
        grids=tuple(grids),
        complete=True,
        few_cases=few_cases,
        given=tuple(given),
    )


def register_texts(edition: Edition, paths: Sequence[Path]) -> tuple[Source, ...]:
    """The texts of a layout; where it has none in the edition's language, one that lists every table and figure."""
    held = in_order(read_sources_of(paths))
    return held if in_language(held, edition.language) else (every_table(edition), *held)


def every_table(edition: Edition) -> Source:
    """A text with every table and figure of the edition, as somebody could have written it."""
    tables, figures, rules = _HEADS.get(edition.language, _HEADS["da"])
    # A year in a title is no figure of ours, and what marks up a text means nothing in one.
    title = _DIGITS.sub(r"[\g<0>]{.fixed}", _MARKUP.sub("", edition.title))
    lines = ["---", f"title: {json.dumps(title, ensure_ascii=False)}", "---", ""]
    if edition.grids:
        lines += [f"# {tables}", "", *(f"::table {grid.id}\n" for grid in edition.grids)]
    if edition.figures:
        lines += [f"# {figures}", "", *(f"::figure {figure.id}\n" for figure in edition.figures)]
    lines += [f"::annex {rules}", "", "::definitions", ""]
    return "report.en.md" if edition.language == "en" else "report.md", "\n".join(lines)


def _conditions(catalogue: Catalogue, language: str) -> list[Condition]:
    """Every condition the law data have, in the order they are assessed."""
    return [
        Condition(
            id=id,
            label=_words(condition.label, language),
            wording=_words(condition.wording, language),
            source=_sources((condition.source, *(item.source for item in condition.attention))),
            decisions=tuple(
                _decision(catalogue, number, language) for number in condition.principle_decisions
            ),
            attention=tuple(_words(item.wording, language) for item in condition.attention),
        )
        for id, condition in catalogue.conditions.items()
    ]


def _sources(sources: Iterable[str]) -> str:
    """The sources with each document named once: `Undersøgelsen 2026, kapitel 4; bilag 3. Opsamlingen 2022, note 1`."""
    places: dict[str, dict[str, None]] = {}
    for source in sources:
        for part in source.split("; "):
            document, _, place = part.partition(", ")
            places.setdefault(document, {})[place] = None
    told = (
        ", ".join(part for part in (document, "; ".join(filter(None, found))) if part)
        for document, found in places.items()
    )
    return ". ".join(told)


def _decision(catalogue: Catalogue, number: str, language: str) -> Decision:
    item = catalogue.principle_decisions.get(number)
    if item is None:
        return Decision(number, "", "")
    return Decision(number, _words(item.about, language) if item.about else item.keywords, item.source)


def _words(text: Mapping[str, str], language: str) -> str:
    return text.get(language) or text.get("da", "")
