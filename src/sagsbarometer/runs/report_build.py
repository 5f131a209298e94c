"""The reports of a results folder, made again from what it holds: in other formats, another language, another text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from sagsbarometer.kernel.ids import file_hash, shown
from sagsbarometer.kernel.problems import Faults, Level, Place, Problem, errors
from sagsbarometer.measures.cells import ResultSet
from sagsbarometer.reporting.charts.alt import unwritten_alts
from sagsbarometer.reporting.contract import Edition, Standing
from sagsbarometer.reporting.document import Document
from sagsbarometer.reporting.edition_file import FILE, read_edition
from sagsbarometer.reporting.explain import Explained, explain, resolve
from sagsbarometer.reporting.files import read_sources
from sagsbarometer.runs.appeals_edition import every_table
from sagsbarometer.runs.index import index_page
from sagsbarometer.runs.made_of import front_page_taken, json_bytes, software
from sagsbarometer.runs.report_files import ALL, TEXTS, Source, in_language, in_order, report_files
from sagsbarometer.store.folder import MARK, is_own_file, listing, refuse_existing, write_whole
from sagsbarometer.store.results import SCHEMA_VERSION, load_results

Tell = Callable[[str], None]
LANGUAGES = ("da", "en")
_TOLD = (
    "origin",
    "data_date",
    "study",
    "layout",
    "protection",
)  # of the results, in the manifest of a report too


@dataclass(frozen=True, slots=True)
class BuildJob:
    """What to build of which results, and where it goes.

    `texts`: instead of those of the folder. `previous`: the results of a round before, to stand beside. `standing`:
    other than a draft only for a release.
    """

    results: Path
    out: Path
    texts: tuple[Path, ...] = ()
    language: str = "da"
    previous: Path | None = None
    formats: frozenset[str] = ALL
    force: bool = False
    standing: Standing = field(default_factory=Standing)


@dataclass(frozen=True, slots=True)
class Done:
    """What was built, and what is to be told of it."""

    out: Path
    remarks: tuple[Problem, ...]
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """A results folder as it is read for a report: its edition, the texts to set, and what they were read as."""

    edition: Edition
    texts: tuple[Source, ...]
    documents: tuple[Document, ...]
    remarks: tuple[Problem, ...]


def build(job: BuildJob, tell: Tell = lambda line: None) -> Done:
    """Builds the reports. `tell` is given one Danish line per step; the same results give the same bytes.

    Raises Faults when anything stops it; `job.out` is then as it was. Codes: as `open_results`, RAPPORT-141 a format
    that does not exist, MAPPE-101 to 103.
    """
    refuse_existing(job.out, job.force)
    tell("Læser resultater og tekster")
    opened = open_results(job)
    tell(f"Skriver {', '.join(sorted(job.formats))}")
    files = written(opened, job.formats)
    files[MARK] = json_bytes({**_manifest(job, opened), "files": listing(files)})
    write_whole(job.out, files, job.force)
    return Done(job.out, opened.remarks, tuple(sorted(files)))


def files_of(
    results: Path,
    *,
    texts: Sequence[Path] = (),
    language: str = "da",
    previous: Path | None = None,
    formats: frozenset[str] = ALL,
    standing: Standing | None = None,
) -> dict[str, bytes]:
    """Every file of a report by its name, `index.html` among them and no manifest: what a release is made of.

    Raises Faults as `build`.
    """
    job = BuildJob(
        results, Path(), tuple(texts), language, previous, formats, standing=standing or Standing()
    )
    return written(open_results(job), formats, with_manifest=False)


def written(opened: Opened, formats: frozenset[str], with_manifest: bool = True) -> dict[str, bytes]:
    """The files of what was read; the front page leads to a manifest where there will be one.

    Raises Faults RAPPORT-141 for a format that does not exist.
    """
    if unknown := sorted(formats - ALL):
        fault = f"Formatet {shown(unknown[0])} findes ikke."
        raise Faults(
            [Problem("RAPPORT-141", Place("--formats"), fault, f"Vælg af {', '.join(sorted(ALL))}.")]
        )
    files = report_files(opened.edition, opened.documents, formats)
    titles = {document.file: document.title for document in opened.documents}
    files["index.html"] = index_page(opened.edition, titles, files, with_manifest).encode()
    return files


def open_results(job: BuildJob) -> Opened:
    """The edition of the results in the language asked for, with the round before beside it, and its texts, read.

    Raises Faults with everything that is wrong with the texts. Codes: RESULTAT-101 to 104, RAPPORT-142 a language that
    does not exist, RAPPORT-143 a text that cannot be read, and those of a report.
    """
    if job.language not in LANGUAGES:
        fault = f"Sproget {shown(job.language)} findes ikke."
        raise Faults(
            [Problem("RAPPORT-142", Place("--language"), fault, f"Vælg {' eller '.join(LANGUAGES)}.")]
        )
    edition = _edition(job.results, job.language, job.standing)
    if job.previous is not None:
        edition = replace(edition, before=_edition(job.previous, job.language, job.standing))
    texts, remarks = _texts(job, edition)
    documents, told = read_sources(edition, texts)
    told = (*told, *front_page_taken(documents))
    if errors(told):
        raise Faults(told)
    return Opened(edition, texts, documents, (*remarks, *told, *unwritten_alts(edition, documents)))


def _edition(folder: Path, language: str, standing: Standing) -> Edition:
    """The edition that a results folder holds. Raises Faults RESULTAT-101 to 104."""
    loaded = load_results(folder)
    _refuse_changed(folder, loaded.results, ("cells.csv", "definitions.json", FILE))
    return read_edition((folder / FILE).read_bytes(), loaded.results, language, standing)


def _refuse_changed(folder: Path, results: ResultSet, names: Sequence[str]) -> None:
    """Raises Faults RESULTAT-104 where a file is not as the run wrote it: a report has the numbers of a run."""
    listed = results.manifest.get("files")
    hashes = listed if isinstance(listed, Mapping) else {}
    for name in names:
        if not is_own_file(folder, name):
            fault = f"{name} mangler. Resultater fra før denne udgave af programmet har den ikke."
            remedy = "Lav resultaterne igen med study run eller appeals tables."
            raise Faults([Problem("RESULTAT-103", Place(str(folder)), fault, remedy)])
        if file_hash(folder / name) != hashes.get(name):
            fault = f"{name} er ændret, siden resultaterne blev skrevet."
            remedy = "Lav resultaterne igen. En anden tekst gives med --text."
            raise Faults([Problem("RESULTAT-104", Place(str(folder)), fault, remedy)])


def _texts(job: BuildJob, edition: Edition) -> tuple[tuple[Source, ...], tuple[Problem, ...]]:
    """The texts to set, and RAPPORT-221 where there is none in the language."""
    if job.texts:
        return tuple(_read(path) for path in job.texts), ()
    own = in_language(_own_texts(job.results, edition.results), job.language)
    if own:
        return own, ()
    fault = (
        "Resultaterne har ingen tekst på det sprog, så rapporten viser alle tabeller og figurer uden tekst."
    )
    remedy = "Skriv en, fx report.en.md, i studiet eller layoutet, eller giv den med --text."
    return (every_table(edition),), (
        Problem("RAPPORT-221", Place(f"--language {job.language}"), fault, remedy, Level.WARNING),
    )


def _own_texts(folder: Path, results: ResultSet) -> tuple[Source, ...]:
    """The texts that a results folder holds, in the order of the run."""
    listed = results.manifest.get("files")
    names = [name for name in listed if name.startswith(f"{TEXTS}/")] if isinstance(listed, Mapping) else []
    _refuse_changed(folder, results, names)
    found = {name.removeprefix(f"{TEXTS}/"): _read(folder / name)[1] for name in names}
    told = results.manifest.get("texts")
    order = [name for name in told if name in found] if isinstance(told, list) else []
    first = tuple((name, found[name]) for name in order)
    return (*first, *in_order((name, text) for name, text in found.items() if name not in order))


def _read(path: Path) -> Source:
    """A text by its name. Raises Faults RAPPORT-143."""
    try:
        return path.name, path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        fault = (
            "Teksten kan ikke læses som UTF-8." if isinstance(error, ValueError) else "Teksten findes ikke."
        )
        remedy = "Angiv en tekstfil som report.md."
        raise Faults([Problem("RAPPORT-143", Place(str(path)), fault, remedy)]) from error


def _manifest(job: BuildJob, opened: Opened) -> dict[str, Any]:
    """What the report was made of. No clock: the same inputs give the same bytes."""
    manifest = opened.edition.results.manifest
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "report",
        "results": {"sha256": file_hash(job.results / MARK)},
        "previous": {"sha256": file_hash(job.previous / MARK)} if job.previous else None,
        "language": job.language,
        "formats": sorted(job.formats),
        "standing": opened.edition.standing.told(job.language),
        "texts": [{"file": name, "sha256": sha256(text.encode()).hexdigest()} for name, text in opened.texts],
        **{name: manifest[name] for name in _TOLD if name in manifest},
        "software": software(),
    }


def explained(job: BuildJob, cells: Sequence[str]) -> tuple[Explained, ...]:
    """The places that each cell touches in the reports of the job; nothing is written.

    Raises Faults as `open_results`, and RAPPORT-150 for every cell that there is not.
    """
    opened = open_results(job)
    asked: list[tuple[str, bool]] = []
    problems: list[Problem] = []
    for cell in cells:
        try:
            asked.append(resolve(opened.edition, cell))
        except Faults as faults:
            problems.extend(faults.problems)
    if problems:
        raise Faults(problems)
    named = [(name, document) for (name, _), document in zip(opened.texts, opened.documents, strict=True)]
    return tuple(explain(opened.edition, named, ref, before) for ref, before in asked)
