"""What a figure shows, in words, for a reader who does not see it: a proposal where its author wrote none."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sagsbarometer.kernel.problems import Level, Place, Problem
from sagsbarometer.measures.measure import Figure, FigureRow
from sagsbarometer.reporting.binding.digits import unbound
from sagsbarometer.reporting.charts.charts import chart_kind
from sagsbarometer.reporting.charts.figure import has_alt
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import Document, FigureBlock, walk
from sagsbarometer.reporting.numbers import missing
from sagsbarometer.reporting.tables.table import in_sentence, row_label

_MARK = re.compile(r"\{[^{}]*\}")
_NAME = re.compile(r"\w+", re.ASCII)
# How a number of each unit is bound; all others as a count.
_FORMATS = {"percent": "percent", "weeks": "weeks", "days": "days"}


def unwritten_alts(edition: Edition, documents: Sequence[Document]) -> tuple[Problem, ...]:
    """RAPPORT-231 for each figure that stands in a text and has no words of its author, with words to begin with."""
    problems = []
    for document in documents:
        for block in walk(document.blocks):
            figure = edition.figure(block.figure) if isinstance(block, FigureBlock) else None
            if figure is None or not isinstance(block, FigureBlock) or block.alt or has_alt(edition, figure):
                continue
            fault = (
                f"Figuren {figure.id} har ingen alternativ tekst. Den får én, der er lavet af tallene alene."
            )
            remedy = (
                "Skriv med egne ord, hvad figuren viser, på linjen under ::figure eller som alt: på figuren. Du kan "
                f"begynde med denne linje: ::alt {proposed_alt(edition, figure)}"
            )
            problems.append(Problem("RAPPORT-231", Place(document.file), fault, remedy, Level.NOTE))
    return tuple(problems)


def proposed_alt(edition: Edition, figure: Figure) -> str:
    """Words to begin with, as an author writes them: every number of a cell is bound, every other digit marked."""
    rows = "; ".join(_row(edition, figure, row) for row in figure.rows)
    return _marked(f"{chart_kind(edition, figure)}. {rows}.")


def _row(edition: Edition, figure: Figure, row: FigureRow) -> str:
    label = row_label(edition, row)
    parts = {part.id: in_sentence(edition.words(part.label)) for part in figure.parts}
    total = [_bound(edition, figure, row, "", row.total)] if row.total else []
    told = [
        f"{parts.get(part, part)} {_bound(edition, figure, row, part, ref)}".strip()
        for part, ref in row.cells.items()
    ]
    return f"{label}: {', '.join((*total, *told))}"


def _bound(edition: Edition, figure: Figure, row: FigureRow, part: str, ref: str) -> str:
    """`{figure_1.right:percent} ({figure_1.right:of})`"""
    name = ".".join((figure.id, row.id, part) if part else (figure.id, row.id))
    if not all(_NAME.fullmatch(word) for word in name.split(".")):
        return "…"  # the author finds out how it is called
    cell = edition.cell(ref)
    format = _FORMATS.get(cell.unit, "count")
    if figure.kind == "ladder" and cell.unknown and cell.denominator:
        return f"{{{name}:bounds}}"  # as it is drawn: what is sure, and what may be
    counts = f" ({{{name}:of}})" if format == "percent" and not missing(cell) else ""
    return f"{{{name}:{format}}}{counts}"


def _marked(text: str) -> str:
    """`text` with the digits that are no numbers of ours marked as such."""
    masked = _MARK.sub(lambda match: "\0" * len(match.group()), text)
    pieces, at = [], 0
    for position, digits in sorted(unbound(masked)):
        pieces += [text[at:position], f"[{digits}]{{.fixed}}"]
        at = position + len(digits)
    return "".join((*pieces, text[at:]))
