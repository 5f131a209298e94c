"""What every results folder says of itself: its definitions, the programs it was made with, its texts' names."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from sagsbarometer import __version__
from sagsbarometer.kernel.problems import Place, Problem
from sagsbarometer.measures.measure import Measure
from sagsbarometer.reporting.document import Document

_LIBRARIES = (
    "altair",
    "duckdb",
    "ibis-framework",
    "numpy",
    "pyarrow",
    "scipy",
    "typst",
    "vl-convert-python",
    "XlsxWriter",
)


def software() -> dict[str, str]:
    """The version of the program and of every library that can move a byte of the results."""
    return {"sagsbarometer": __version__, **{name: _version(name) for name in _LIBRARIES}}


def definitions(measures: Mapping[str, Measure]) -> bytes:
    """`definitions.json`: each measure as it is counted."""
    return json_bytes({id: definition(measure) for id, measure in measures.items()})


def front_page_taken(documents: Sequence[Document]) -> list[Problem]:
    """RAPPORT-120 where a text would be written over the front page of the folder."""
    if all(document.file != "index" for document in documents):
        return []
    fault = "En tekst bliver til filen index.html, men det er mappens forside."
    return [Problem("RAPPORT-120", Place("index"), fault, "Giv den et andet navn med file: i hovedet.")]


def json_bytes(value: Any) -> bytes:
    """`value` as JSON for people and programs to read; the same bytes for the same value."""
    return (json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode(
        "utf-8",
        "backslashreplace",  # a file name may hold bytes that are no text
    )


def definition(measure: Measure) -> dict[str, Any]:
    """One measure as plain data."""
    plain = {
        "hash": measure.hash,
        "kind": measure.kind.value,
        "label": measure.label,
        "base": measure.base_text,
        "base_label": measure.base_label,
        "counts": measure.counts_text,
        "unit": measure.unit,
        "derived": measure.derived,
        "questions": measure.questions,
        "source": measure.source,
    }
    if not measure.date:
        return plain
    more: dict[str, object] = {"date": measure.date, "per": measure.per, "formula": dict(measure.formula)}
    more |= {"quantile": measure.quantile} if measure.quantile else {}
    return plain | more | ({"stock": list(measure.stock)} if measure.stock else {})


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
