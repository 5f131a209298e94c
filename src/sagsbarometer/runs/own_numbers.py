"""What a run keeps for one municipality at a time, apart from the public report: the form its cases were read with, and
in a service check the numbers of its own cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sagsbarometer.collection.study import Study
from sagsbarometer.measures.cells import write_csv
from sagsbarometer.measures.measure import Figure, Measure
from sagsbarometer.measures.results import Circumstances, make_cells
from sagsbarometer.runs.counted import Frozen

FORM = "dataset/form.yaml"  # beside the frozen rows, which mean nothing without it
FOLDER = "kommuner"
NOTE = f"{FOLDER}/note.md"  # the text every one of them gets, with its own numbers
FEW = {
    "da": "Tallene er fra kommunens egne sager i eftersynet. De er for få til at sige noget om alle dens sager.",
    "en": "The numbers are of the municipality's own cases in the check. They are too few to speak for all its cases.",
}


def note_file(language: str) -> str:
    """Where the text of the notes in a language lies in a results folder."""
    return NOTE if language == "da" else NOTE.replace(".md", f".{language}.md")


def own_cells_file(code: str) -> str:
    """Where the numbers of a municipality lie in a results folder."""
    return f"{FOLDER}/{code}/cells.csv"


def own_files(
    study: Study,
    frozen: Frozen,
    measures: Mapping[str, Measure],
    figures: Sequence[Figure],
    of: Circumstances,
) -> dict[str, bytes]:
    """The form; and where the study has notes the note text and, for each municipality with cases, its cells.

    No number speaks for other cases than those counted, so none has an interval.
    """
    form_file = {FORM: study.form_path.read_bytes()}
    if study.note_path is None:
        return form_file
    few = Circumstances(of.probability_sample, of.data_date, of.origin, complete=FEW["da"])
    files = form_file | {NOTE: study.note_path.read_bytes()}
    english = study.note_path.with_suffix(".en.md")
    if english.is_file():
        files[note_file("en")] = english.read_bytes()
    for code, counts in frozen.counts_by_unit(measures).items():
        cells = make_cells(measures, counts, tuple(figures), few)
        files[own_cells_file(code)] = write_csv(cells).encode()
    return files
