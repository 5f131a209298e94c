"""A study run: an answer file in; dataset, cells, figures and reports out, all of them or none."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sagsbarometer.catalogue.catalogue import Catalogue, load_catalogue
from sagsbarometer.collection.study import Study, load_study
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.deliveries.returned import fault_table
from sagsbarometer.deliveries.table_cells import safe_name
from sagsbarometer.deliveries.tables import RawTable, read_table
from sagsbarometer.forms.form import Form
from sagsbarometer.forms.load import load_form
from sagsbarometer.kernel.ids import file_hash
from sagsbarometer.kernel.problems import Faults, Level, Place, Problem, errors
from sagsbarometer.kernel.said import said
from sagsbarometer.measures.cells import ResultSet
from sagsbarometer.measures.define import define_figures, define_measures
from sagsbarometer.measures.measure import Measure
from sagsbarometer.measures.results import Circumstances, make_cells
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import Document
from sagsbarometer.reporting.files import read_sources
from sagsbarometer.review.answers import Reviewed, direct_plan, read_answers
from sagsbarometer.review.freeze import frozen_rows, rows_hash
from sagsbarometer.review.mapping import Plan, load_mapping
from sagsbarometer.runs.counted import frozen_of
from sagsbarometer.runs.edition import LANGUAGES, build_edition
from sagsbarometer.runs.index import index_page
from sagsbarometer.runs.made_of import front_page_taken, json_bytes, software
from sagsbarometer.runs.own_numbers import own_files
from sagsbarometer.runs.report_files import Source, in_language, read_sources_of, results_files
from sagsbarometer.runs.returned import return_file
from sagsbarometer.store.dataset import parquet
from sagsbarometer.store.folder import listing, refuse_existing, write_whole
from sagsbarometer.store.results import SCHEMA_VERSION

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Job:
    """What to run on what, and where the result goes."""

    study: Path
    answers: Path
    out: Path
    mapping: Path | None = None
    force: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """What a run made."""

    out: Path
    results: ResultSet
    remarks: tuple[Problem, ...]
    files: tuple[str, ...]


def run_study(job: Job, tell: Tell = lambda line: None) -> Done:
    """Runs a study. `tell` is given one Danish line per step.

    Raises Faults when anything stops the run; `--out` is then as it was. When the answers are at fault, the
    file is returned with its faults marked in the folder `returned_folder(job.out)`.
    """
    started = time.monotonic()
    refuse_existing(job.out, job.force)
    tell(said("Læser lov, studie og formular"))
    catalogue = load_catalogue(shipped("law"))
    study = load_study(job.study)
    form = load_form(study.form_path, catalogue)
    tell(said("Læser {file}", file=safe_name(job.answers.name)))
    reviewed = _reviewed(job, study, form)
    origin = _origin(study, reviewed, job.answers)
    tell(said("Fryser {cases} sager", cases=str(len(reviewed.cases))))
    measures, figures = define_measures(form), define_figures(form)
    rows = frozen_rows(form, reviewed)
    frozen = frozen_of(form, parquet(form, rows))
    tell(said("Tæller {measures} mål", measures=str(len(measures))))
    selection = study.file.selection
    # Chosen municipalities or offices: nothing was drawn, and an interval would say that something was.
    chosen = selection.remark["da"] if study.file.kind != "barometer" else ""
    circumstances = Circumstances(selection.probability, study.file.data_date, origin, complete=chosen)
    cells = make_cells(measures, frozen.counts(measures), figures, circumstances)
    manifest = _manifest(job, study, form, catalogue, rows, origin, measures)
    results = ResultSet(cells, manifest)
    tell(said("Skriver figurer, tabeller og rapport"))
    of = (study, form, catalogue, results, measures, figures)
    editions = [build_edition(*of, language=language) for language in LANGUAGES]
    texts = read_sources_of(study.report_paths)
    documents, told = read_sources(editions[0], in_language(texts, editions[0].language))
    told = (*told, *front_page_taken(documents))
    if errors(told):
        raise Faults(told)
    remarks = (*reviewed.remarks, *told, *_template_texts(study, origin))
    own = own_files(study, frozen, measures, figures, circumstances)
    files = _files(editions, documents, texts, frozen.rows, remarks, own)
    run = {
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - started, 1),
    }
    write_whole(job.out, {**files, "run.json": json_bytes(run)}, job.force)
    return Done(job.out, results, remarks, tuple(sorted(files)))


def _reviewed(job: Job, study: Study, form: Form) -> Reviewed:
    try:
        table = read_table(job.answers)
        return read_answers(table, form, _plan(job, form, table), study.frame)
    except Faults as faults:
        if any(problem.place.row for problem in faults.problems):
            return_file(job.answers, faults.problems, job.out)
        raise


def _plan(job: Job, form: Form, table: RawTable) -> Plan:
    return load_mapping(job.mapping, form, table.header) if job.mapping else direct_plan(form, table)


def _origin(study: Study, reviewed: Reviewed, answers: Path) -> str:
    """The origin of the data: what the file says, unless it claims to be more real than the study."""
    planned = study.file.origin
    if reviewed.origin and reviewed.origin != planned and planned != "real":
        fault = said(
            "Studiet siger »{planned}«, men filen siger »{origin}«.", planned=planned, origin=reviewed.origin
        )
        remedy = said("Ret origin i study.yaml eller i filen: læseren skal vide, hvad tallene er lavet af.")
        raise Faults([Problem("SVAR-107", Place(safe_name(answers.name)), fault, remedy)])
    return reviewed.origin or planned


def _template_texts(study: Study, origin: str) -> list[Problem]:
    """STUDIE-108, a warning, for each text of a study of real cases that is still the template's own."""
    shipped_texts = {path.read_bytes() for path in shipped("studies").glob("*/*.md")}
    fault = said("Teksten er skabelonens og fortæller, hvordan en anden undersøgelses sager blev valgt.")
    return [
        Problem(
            "STUDIE-108", Place(path.name), fault, said("Skriv den om, før rapporten bruges."), Level.WARNING
        )
        for path in study.report_paths
        if origin == "real" and path.read_bytes() in shipped_texts and b"::annex" in path.read_bytes()
    ]


def _manifest(
    job: Job,
    study: Study,
    form: Form,
    catalogue: Catalogue,
    rows: list[dict[str, Any]],
    origin: str,
    measures: Mapping[str, Measure],
) -> dict[str, Any]:
    """What the results were made of. No clock time: the same inputs give the same bytes."""
    mapping = {"file": safe_name(job.mapping.name), "sha256": file_hash(job.mapping)} if job.mapping else None
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "results",
        "study": {"id": study.file.study, "version": study.file.version, "title": study.file.title},
        "selection": study.file.selection.model_dump(),
        "origin": origin,
        "data_date": study.file.data_date,
        "form": {"id": form.id, "version": form.version, "hash": form.hash},
        "law": {"hash": catalogue.hash},
        "answers": {"file": safe_name(job.answers.name), "sha256": file_hash(job.answers)},
        "mapping": mapping,
        "rows": {"count": len(rows), "hash": rows_hash(rows)},
        "delivered": {
            item.id: total
            for item in form.derived
            if (total := sum(bool(row[f"{item.id}__delivered"]) for row in rows))
        },
        "measures": {id: measure.hash for id, measure in measures.items()},
        "texts": list(study.file.reports),
        "software": software(),
    }


def _files(
    editions: Sequence[Edition],
    documents: Sequence[Document],
    texts: Sequence[Source],
    frozen: bytes,
    remarks: Sequence[Problem],
    own: Mapping[str, bytes],
) -> dict[str, bytes]:
    """Every file of the results folder but run.json; the manifest last, with the hash of each."""
    edition = editions[0]
    manifest = edition.results.manifest
    dataset = {key: manifest[key] for key in ("origin", "data_date", "form", "law", "rows", "delivered")}
    files = {
        "dataset/rows.parquet": frozen,
        "dataset/manifest.json": json_bytes({"schema_version": SCHEMA_VERSION, "kind": "dataset", **dataset}),
        **results_files(editions, documents, texts),
        **own,
    }
    if remarks:
        files["bemaerkninger.csv"] = fault_table(remarks).encode()
    titles = {document.file: document.title for document in documents}
    files["index.html"] = index_page(edition, titles, files).encode()
    files["manifest.json"] = json_bytes({**manifest, "files": listing(files)})
    return files
