"""A frozen study's results with what came after beside its figures, as a results folder that a report is made of like
any other: counts of objections and of what happened, and the shares that a re-reading corrected.

Every cell of the results is there as it was, byte for byte and first; what came after comes after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from sagsbarometer.estimation.more_file import CORRECTED
from sagsbarometer.forms.language.tree import TRUE
from sagsbarometer.kernel.ids import content_hash, file_hash
from sagsbarometer.kernel.problems import Faults, errors
from sagsbarometer.measures.cells import COMPLETE_COUNT, Cell, ResultSet
from sagsbarometer.measures.measure import Kind, Measure
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.edition_file import FILE, edition_json
from sagsbarometer.reporting.files import read_sources
from sagsbarometer.reporting.pages.estimate_more import corrected_measure
from sagsbarometer.runs.index import index_page
from sagsbarometer.runs.made_of import json_bytes
from sagsbarometer.runs.report_build import LANGUAGES, BuildJob, open_results
from sagsbarometer.runs.report_files import TEXTS, in_language, report_files
from sagsbarometer.store.folder import MARK, listing, write_whole

TEXT = "efter.md"
_KEPT = (
    "dataset/rows.parquet",
    "dataset/manifest.json",
)  # what `report build` and a walk back to cases ask for
WHY_NOT = "Tallet er talt op efter målingen og handler kun om de sager, der er målt."


@dataclass(frozen=True, slots=True)
class AfterNumber:
    """A count of what came after. `of`: how many it could have been where it is known; `unknown`: where it is not."""

    id: str
    label: str  # Danish
    count: int
    of: int
    unknown: int
    base: str  # Danish: what `of` and `unknown` are of


def write_after(
    results: Path,
    numbers: Sequence[AfterNumber],
    text: str,
    day: date,
    out: Path,
    corrected: Sequence[Cell] = (),
) -> tuple[str, ...]:
    """Writes the folder `out` from the results in a folder and the counts of a day, in place of one from before.

    `text`: a report of the counts, which stands beside those of the results. `corrected`: shares that a re-reading
    corrected. The same inputs give the same bytes. The names of its files. Raises Faults as `open_results`, and those
    of a text.
    """
    editions = [
        _with(open_results(BuildJob(results, out, language=code)).edition, numbers, corrected, day)
        for code in LANGUAGES
    ]
    texts = [*_texts_of(results), (TEXT, text)]
    documents, told = read_sources(editions[0], in_language(texts, LANGUAGES[0]))
    if errors(told):
        raise Faults(told)
    own = [document for document in documents if document.file == Path(TEXT).stem]
    manifest = dict(editions[0].results.manifest)
    files = {
        **{name: (results / name).read_bytes() for name in _KEPT},
        **report_files(editions[0], own, frozenset({"html"})),
        FILE: edition_json(*editions),
        **{f"{TEXTS}/{name}": text.encode() for name, text in texts},
    }
    files["index.html"] = index_page(editions[0], {item.file: item.title for item in own}, files).encode()
    manifest |= {
        "after": {"day": day.isoformat(), "results": {"sha256": file_hash(results / MARK)}},
        "measures": {id: measure.hash for id, measure in editions[0].measures.items()},
        "texts": [name for name, _text in texts],
        "files": listing(files),
    }
    files[MARK] = json_bytes(manifest)
    write_whole(out, files, force=True, private=True)
    return tuple(sorted(files))


def _with(edition: Edition, numbers: Sequence[AfterNumber], corrected: Sequence[Cell], day: date) -> Edition:
    """The edition with the corrected shares and the counts after its own numbers."""
    origin = str(edition.results.manifest["origin"])
    shares = (edition.measures[cell.result.removesuffix(CORRECTED)] for cell in corrected)
    measures = {measure.id: measure for measure in (*map(corrected_measure, shares), *map(_measure, numbers))}
    cells = tuple(_cell(number, measures[number.id], day, origin) for number in numbers)
    return replace(
        edition,
        measures={**edition.measures, **measures},
        results=ResultSet((*edition.results.cells, *corrected, *cells), edition.results.manifest),
    )


def _measure(number: AfterNumber) -> Measure:
    hash = content_hash(["after", number.id, number.label, number.base])
    return Measure(
        id=number.id, kind=Kind.COUNT, label={"da": number.label}, base=TRUE, base_label={"da": number.base},
        counts=None, value="", unit="cases", source="", base_text="", counts_text="", hash=hash,
    )  # fmt: skip


def _cell(number: AfterNumber, measure: Measure, day: date, origin: str) -> Cell:
    return Cell(
        result=number.id, row="", column="", period="", numerator=number.count, denominator=number.of,
        unknown=number.unknown, value=Decimal(number.count), unit="cases", low=None, high=None,
        interval_method=COMPLETE_COUNT, bound_low=None, bound_high=None, generalisable="no", why_not=WHY_NOT,
        presentation="", definition=measure.hash, data_date=day.isoformat(), origin=origin,
    )  # fmt: skip


def _texts_of(results: Path) -> list[tuple[str, str]]:
    """The texts of the results, which bind the same numbers here."""
    return [
        (path.name, path.read_text(encoding="utf-8"))
        for path in sorted((results / TEXTS).glob("*.md"))
        if path.name != TEXT
    ]
