"""The cases of each municipality as a table for a letter to it alone: outcome, defects and conditions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sagsbarometer.catalogue.catalogue import load_catalogue
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.forms.form import Form
from sagsbarometer.forms.load import load_form
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.measures.count import UNIT_COLUMN, verdict_query
from sagsbarometer.measures.define import define_figures, define_measures
from sagsbarometer.measures.given import Given, GivenColumn
from sagsbarometer.measures.measure import Figure, Text
from sagsbarometer.reporting.texts.letter import CASES
from sagsbarometer.runs.own_numbers import FORM
from sagsbarometer.store.engine import opened_rows
from sagsbarometer.store.folder import untouched
from sagsbarometer.store.results import Results

OUTCOME = "would_be_outcome"  # the question of every form: what an appeal would have led to
_YES = 1  # as `verdict_query` says it
_NOT_TOLD = {"da": "ikke oplyst", "en": "not stated"}
_NONE_FOUND = {"da": "ingen fundet", "en": "none found"}
_COLUMNS = (
    GivenColumn("case", {"da": "Sag", "en": "Case"}),
    GivenColumn("outcome", {"da": "Hvis der var klaget", "en": "On appeal"}),
    GivenColumn("defects", {"da": "Retlige mangler", "en": "Legal defects"}),
    GivenColumn("conditions", {"da": "Betingelser, der ikke holdt", "en": "Conditions that did not hold"}),
)


def case_tables(loaded: Results, language: str = "da") -> dict[str, Given]:
    """For each municipality with cases the table of its own, by its code, in words of the language; in Danish what has
    none in it.

    Raises Faults RESULTAT-101 where the rows cannot be read, BREV-106 where the folder has no form, or is not as the
    run wrote it.
    """
    form = _form(loaded)
    rows = loaded.rows()
    found = _found(loaded.folder, form, language)
    tables: dict[str, list[tuple[str, ...]]] = {}
    for row in sorted(rows, key=lambda row: (str(row[UNIT_COLUMN]), str(row["case_id"]))):
        id = str(row["case_id"])
        defects, conditions = found.get(id, ((), ()))
        tables.setdefault(str(row[UNIT_COLUMN]), []).append(
            (id, _outcome(form, row, language), _listed(defects, language), _listed(conditions, language))
        )
    return {code: _table(cells) for code, cells in tables.items()}


def _form(loaded: Results) -> Form:
    manifest = loaded.results.manifest
    if (loaded.folder / FORM).is_file() and untouched(loaded.folder):
        form = load_form(loaded.folder / FORM, load_catalogue(shipped("law")))
        told = manifest.get("form")
        if isinstance(told, Mapping) and told.get("hash") == form.hash:
            return form
    fault = "Resultaterne har ikke sagerne med den formular, de er læst med, eller de er ændret."
    remedy = "Angiv den mappe, study run skrev, eller lav resultaterne igen."
    raise Faults([Problem("BREV-106", Place(str(loaded.folder)), fault, remedy)])


def _found(folder: Path, form: Form, language: str) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Of each case the defects and the conditions that did not hold, in words, as the figures of the form have them."""
    measures = define_measures(form)
    defects, conditions = _asked(define_figures(form), language)
    wanted = [measures[id] for id in dict.fromkeys((*defects, *conditions))]
    with opened_rows(folder / "dataset" / "rows.parquet") as (table, execute):
        told: Mapping[str, list[Any]] = execute(verdict_query(table, wanted, form.names)).to_pydict()

    def words(asked: Mapping[str, str], place: int) -> tuple[str, ...]:
        return tuple(
            label or _told(measures[id].label, language)
            for id, label in asked.items()
            if told[id][place] == _YES
        )

    return {
        str(id): (words(defects, place), words(conditions, place)) for place, id in enumerate(told["case_id"])
    }


def _told(text: Text, language: str) -> str:
    return text.get(language) or text.get("da", "")


def _asked(figures: Iterable[Figure], language: str) -> tuple[dict[str, str], dict[str, str]]:
    """The measures of the parts of every stacked figure, and of the steps of every ladder, with what each is called."""
    defects: dict[str, str] = {}
    conditions: dict[str, str] = {}
    for figure in figures:
        parts = {part.id: _told(part.label, language) for part in figure.parts}
        for row in figure.rows:
            if figure.kind == "stacked":
                defects |= {
                    id: f"{_told(row.label, language)} ({parts[part].lower()})"
                    for part, id in row.cells.items()
                    if part in parts
                }
            elif figure.kind == "ladder":
                conditions |= {id: _told(row.label, language) for id in row.cells.values()}
    return defects, conditions


def _outcome(form: Form, row: Mapping[str, Any], language: str) -> str:
    question = next((item for item in form.questions if item.id == OUTCOME), None)
    if question is None or row.get(OUTCOME) is None:
        return _NOT_TOLD[language]
    told = (_told(item.label, language) for item in question.choices if item.code == row[OUTCOME])
    return next(told, _NOT_TOLD[language])


def _listed(words: Iterable[str], language: str) -> str:
    return "; ".join(words) or _NONE_FOUND[language]


def _table(cells: list[tuple[str, ...]]) -> Given:
    return Given(
        id=CASES,
        title={"da": "Jeres sager i gennemgangen", "en": "Your cases in the review"},
        source={"da": "gennemgangen af sagerne", "en": "the review of the cases"},
        columns=_COLUMNS,
        rows=tuple(cells),
        row_ids=tuple(row[0] for row in cells),
        mark={
            "da": "Numrene er dem, sagerne blev læst under. »Ingen fundet« kan også være, at det ikke er skrevet ned.",
            "en": "The numbers are those the cases were read under. None found can also mean that it was not noted.",
        },
    )
