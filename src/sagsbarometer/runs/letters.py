"""Letters and notes: one text to many municipalities, each with its own fields, and its own numbers or cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sagsbarometer.deliveries.table_cells import safe_name
from sagsbarometer.disclosure.profile import load_profiles
from sagsbarometer.kernel.ids import file_hash, shown
from sagsbarometer.kernel.problems import Faults, Level, Place, Problem, errors
from sagsbarometer.measures.cells import ResultSet, read_csv
from sagsbarometer.measures.given import Given
from sagsbarometer.reporting.charts.figure import FigureContent, contents
from sagsbarometer.reporting.contract import Edition, Standing
from sagsbarometer.reporting.document import Document, figures
from sagsbarometer.reporting.edition_file import FILE, read_edition
from sagsbarometer.reporting.files import read_sources
from sagsbarometer.reporting.texts.letter import AFTER, KINDS, NOTE, addressed, letter_kind, unknown_fields
from sagsbarometer.reporting.writers.html import write_html
from sagsbarometer.reporting.writers.html_cards import cards_of
from sagsbarometer.reporting.writers.pdf import write_pdf
from sagsbarometer.runs import own_numbers
from sagsbarometer.runs.letter_cases import case_tables
from sagsbarometer.runs.letter_gate import fit_release
from sagsbarometer.runs.made_of import json_bytes, software
from sagsbarometer.runs.recipients import CODE, NAME, Recipients, read_recipients
from sagsbarometer.store.folder import MARK, listing, refuse_existing, untouched, write_whole
from sagsbarometer.store.results import SCHEMA_VERSION, Results, load_results

Tell = Callable[[str], None]
FORMATS = ("docx", "html", "pdf")
_UNPLACED = "RAPPORT-119"  # a letter shows what it is about, not every figure
_EVERY = 10  # letters between two lines of progress


@dataclass(frozen=True, slots=True)
class LetterJob:
    """One letter text to everybody on a list. `release`: what its numbers are from. `cases`: the results whose frozen
    cases each municipality gets its own of."""

    release: Path
    text: Path
    recipients: Path
    out: Path
    now: datetime
    cases: Path | None = None
    formats: tuple[str, ...] = ("html", "pdf")
    force: bool = False


@dataclass(frozen=True, slots=True)
class NoteJob:
    """The notes of a service check. `recipients`: who is called what; none: by their codes."""

    results: Path
    out: Path
    recipients: Path | None = None
    formats: tuple[str, ...] = ("html", "pdf")
    force: bool = False
    language: str = "da"


@dataclass(frozen=True, slots=True)
class Done:
    """What was written, to how many, and what is to be told of it."""

    out: Path
    letters: int
    remarks: tuple[Problem, ...]


def language_of(name: str) -> str:
    """The language of a text by the name of its file, as for reports: `….en.md` is English."""
    return "en" if name.endswith(".en.md") else "da"


@dataclass(frozen=True, slots=True)
class _Text:
    """The text of the letters: its file's name, and what stands in it."""

    name: str
    source: str


def write_letters(job: LetterJob, tell: Tell = lambda line: None) -> Done:
    """Writes a letter to each recipient, all of them or none. `tell` is given a Danish line per step.

    Raises Faults: BREV-101 the list, BREV-102 a field, BREV-103 the kind of letter, BREV-104 and 105 the release is not
    there yet, BREV-106 the cases are not those of the release, BREV-108 nobody to write to; and those of the text.
    """
    refuse_existing(job.out, job.force)
    recipients = read_recipients(job.recipients)
    text, kind = _letter_text(job.text)
    tell("Læser udgivelsen")
    language = language_of(text.name)
    fit = fit_release(job.release, kind, job.now, language)
    loaded = load_results(fit.folder)
    edition = read_edition((fit.folder / FILE).read_bytes(), loaded.results, language, standing=fit.standing)
    own = _own_cases(job, loaded, language) if kind == AFTER else {}
    _refuse_unknown(text, recipients, True)
    chosen = [row for row in recipients.rows if kind != AFTER or row[CODE] in own]
    remarks = _nobody(recipients, own) if kind == AFTER else []
    editions = ((row, replace(edition, given=_with(own, row))) for row in chosen)
    files, told = _written(text, editions, fit.fields, job.formats, len(chosen), tell)
    about = {"kind": "letters", "letter": kind, "release": dict(fit.told)}
    manifest = _manifest(about, edition, text, job.recipients, len(chosen))
    write_whole(job.out, {**files, MARK: json_bytes({**manifest, "files": listing(files)})}, job.force)
    return Done(job.out, len(chosen), (*remarks, *told))


def write_notes(job: NoteJob, tell: Tell = lambda line: None) -> Done:
    """Writes the note of each municipality with cases in a service check, from its own numbers and no other's.

    Raises Faults: BREV-101, BREV-102, BREV-107 the results have no numbers per municipality, RESULTAT-101 to 104; and
    those of the text.
    """
    refuse_existing(job.out, job.force)
    loaded = load_results(job.results)
    codes = _counted_for(job.results, loaded)
    recipients = read_recipients(job.recipients) if job.recipients else None
    text = _note_text(job, loaded)
    named = recipients.by_code() if recipients else {}
    _refuse_unknown(text, recipients or Recipients((CODE, NAME), ()), False)
    data = (job.results / FILE).read_bytes()
    unnamed = {"da": "Kommune", "en": "Municipality"}[job.language]
    rows = [named.get(code) or {CODE: code, NAME: f"{unnamed} {code}"} for code in codes]
    editions = ((row, _own_edition(job, data, loaded, row[CODE])) for row in rows)
    files, told = _written(text, editions, {}, job.formats, len(rows), tell)
    about = {"kind": "letters", "letter": NOTE, "results": {"sha256": file_hash(job.results / MARK)}}
    edition = read_edition(data, loaded.results)
    manifest = _manifest(about, edition, text, job.recipients, len(rows))
    write_whole(job.out, {**files, MARK: json_bytes({**manifest, "files": listing(files)})}, job.force)
    remarks = _nobody(recipients, dict.fromkeys(codes)) if recipients else []
    return Done(job.out, len(rows), (*remarks, *told))


def _letter_text(path: Path) -> tuple[_Text, str]:
    """The letter and its kind. Raises Faults RAPPORT-143 and BREV-103."""
    try:
        kind, source = letter_kind(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        fault = "Brevet findes ikke eller kan ikke læses som UTF-8."
        raise Faults([Problem("RAPPORT-143", Place(str(path)), fault, "Angiv en tekstfil.")]) from None
    name = safe_name(path.name)
    if kind not in KINDS:
        fault = (
            f"Brevets hoved siger {shown(kind)}."
            if kind
            else "Brevets hoved siger ikke, hvilket brev det er."
        )
        remedy = "Skriv letter: before (før offentliggørelsen) eller letter: after (bagefter) mellem bindestregerne."
        raise Faults([Problem("BREV-103", Place(name, 1), fault, remedy)])
    return _Text(name, source), kind


def _own_cases(job: LetterJob, released: Results, language: str) -> dict[str, Given]:
    """Each municipality's cases. Raises Faults BREV-106 where they are not those the release was counted from."""
    if job.cases is None:
        fault = "Et brev efter offentliggørelsen har kommunens egne sager, men der er ingen sager."
        remedy = "Angiv resultaterne, som udgivelsen er lavet af, med --cases."
        raise Faults([Problem("BREV-106", Place("--cases"), fault, remedy)])
    loaded = load_results(job.cases)
    if not _counted_from(released.results, loaded.results):
        fault = "Sagerne er ikke dem, udgivelsens tal er talt på."
        remedy = "Angiv den mappe, study run skrev, og som udgivelsen er lavet af."
        raise Faults([Problem("BREV-106", Place(str(job.cases)), fault, remedy)])
    return case_tables(loaded, language)


def _counted_from(released: ResultSet, source: ResultSet) -> bool:
    """Whether the numbers of a release are those of these results: of the same study and form, the same numbers defined
    alike, and each that is shown the same but for the rounding of its profile. A release tells no hash of its cases."""
    if any(released.manifest.get(name) != source.manifest.get(name) for name in ("study", "form", "origin")):
        return False
    theirs = {cell.key: cell for cell in source}
    protection = released.manifest.get("protection")
    name = str(protection.get("profile", "")) if isinstance(protection, Mapping) else ""
    profile = load_profiles().get(name)
    step = profile.rounding if profile is not None else 0
    return {cell.key for cell in released} == set(theirs) and all(
        cell.hidden
        or (
            cell.definition == theirs[cell.key].definition
            and abs(cell.numerator - theirs[cell.key].numerator) <= step
        )
        for cell in released
    )


def _with(own: Mapping[str, Given], recipient: Mapping[str, str]) -> tuple[Given, ...]:
    table = own.get(recipient[CODE])
    return (table,) if table else ()


def _counted_for(folder: Path, loaded: Results) -> list[str]:
    """The municipalities that have numbers of their own in the results. Raises Faults BREV-107, RESULTAT-104."""
    listed = loaded.results.manifest.get("files")
    names = [str(name) for name in listed] if isinstance(listed, Mapping) else []
    begin, end = f"{own_numbers.FOLDER}/", "/cells.csv"
    codes = sorted(
        name.removeprefix(begin).removesuffix(end)
        for name in names
        if name.startswith(begin) and name.endswith(end)
    )
    if not codes or own_numbers.NOTE not in names:
        fault = "Resultaterne har ingen tal for den enkelte kommune."
        remedy = "Kun et juridisk serviceeftersyn med notes: per_municipality i study.yaml har dem."
        raise Faults([Problem("BREV-107", Place(str(folder)), fault, remedy)])
    if not untouched(folder):
        fault = "Mappen er ændret, siden resultaterne blev skrevet."
        raise Faults([Problem("RESULTAT-104", Place(str(folder)), fault, "Lav resultaterne igen.")])
    return codes


def _note_text(job: NoteJob, loaded: Results) -> _Text:
    """The text of the notes in the language asked for. Raises Faults BREV-107 where the results have none in it."""
    name = own_numbers.note_file(job.language)
    listed = loaded.results.manifest.get("files")
    if not isinstance(listed, Mapping) or name not in listed:
        fault = "Resultaterne har ingen note på engelsk."
        remedy = "Skriv municipality.en.md ved siden af municipality.md, og kør studiet igen."
        raise Faults([Problem("BREV-107", Place(str(job.results)), fault, remedy)])
    return _Text(Path(name).name, (job.results / name).read_text(encoding="utf-8"))


def _own_edition(job: NoteJob, data: bytes, loaded: Results, code: str) -> Edition:
    """The edition with the numbers of one municipality, and nothing that tells of the others."""
    cells = read_csv((job.results / own_numbers.own_cells_file(code)).read_text(encoding="utf-8"))
    told = loaded.results.manifest
    manifest = {key: told[key] for key in ("origin", "data_date", "form", "law") if key in told}
    edition = read_edition(data, ResultSet(cells, manifest), job.language, standing=Standing())
    return replace(edition, own=True, complete=True, selection=own_numbers.FEW[job.language])


def _refuse_unknown(text: _Text, recipients: Recipients, of_release: bool) -> None:
    if problems := unknown_fields(text.source, recipients.columns, of_release, text.name):
        raise Faults(problems)


def _nobody(recipients: Recipients | None, own: Mapping[str, object]) -> list[Problem]:
    """BREV-108, a warning, for municipalities with cases that nobody is written to, and others without cases."""
    codes = set(recipients.by_code()) if recipients else set()
    problems = []
    if missing := sorted(set(own) - codes):
        fault = f"{len(missing)} kommuner har sager, men står ikke på listen, bl.a. {missing[0]}."
        problems.append(Problem("BREV-108", Place("--recipients"), fault, "Tilføj dem.", Level.WARNING))
    if idle := sorted(codes - set(own)):
        fault = f"{len(idle)} kommuner på listen har ingen sager og får intet brev, bl.a. {idle[0]}."
        problems.append(
            Problem("BREV-108", Place("--recipients"), fault, "Se efter, om det er rigtigt.", Level.WARNING)
        )
    return problems


def _written(
    text: _Text,
    editions: Iterator[tuple[Mapping[str, str], Edition]],
    release: Mapping[str, str],
    formats: tuple[str, ...],
    total: int,
    tell: Tell,
) -> tuple[dict[str, bytes], tuple[Problem, ...]]:
    """Every letter by its file's name, in a folder for each municipality, and what is to be told of the text."""
    if unknown := sorted(set(formats) - set(FORMATS)):
        fault = f"Et brev kan ikke skrives som {shown(unknown[0])}."
        raise Faults([Problem("RAPPORT-141", Place("--formats"), fault, f"Vælg af {', '.join(FORMATS)}.")])
    files: dict[str, bytes] = {}
    told: dict[Problem, None] = {}
    drawn: dict[str, FigureContent] = {}  # of the release's numbers, which are the same in every letter
    for number, (recipient, edition) in enumerate(editions, 1):
        document, remarks = _read(text, edition, recipient, release)
        told |= dict.fromkeys(remarks)
        shared = {} if edition.own else drawn
        for figure in edition.figures:
            if figure.id in figures(document) and figure.id not in shared:
                shared[figure.id] = contents(edition, figure)
        for format in formats:
            name = f"{recipient[CODE]}/{document.file}.{format}"
            files[name] = _as(format, document, edition, shared)
        if number % _EVERY == 0 or number == total:
            tell(f"Brev {number} af {total}")
    return files, tuple(told)


def _read(
    text: _Text, edition: Edition, recipient: Mapping[str, str], release: Mapping[str, str]
) -> tuple[Document, tuple[Problem, ...]]:
    """The letter to one recipient. Raises Faults with every fault of the text."""
    source = addressed(text.source, recipient, release)
    documents, problems = read_sources(edition, [(text.name, source)])
    told = tuple(problem for problem in problems if problem.code != _UNPLACED)
    if errors(told) or not documents:
        raise Faults(told)
    # A letter has no files beside it to fetch.
    return replace(documents[0], files=()), told


def _as(format: str, document: Document, edition: Edition, drawn: Mapping[str, FigureContent]) -> bytes:
    if format == "html":
        # Nothing lies beside a letter, so its cards name no file.
        return write_html(document, edition, drawn, cards_of(edition, [document], data=False))
    if format == "pdf":
        return write_pdf(document, edition, drawn)
    from sagsbarometer.reporting.writers.docx import write_docx

    return write_docx(document, edition, drawn)


def _manifest(
    about: Mapping[str, Any], edition: Edition, text: _Text, recipients: Path | None, total: int
) -> dict[str, Any]:
    """What the letters were made of: no clock, and no name of a recipient."""
    return {
        "schema_version": SCHEMA_VERSION,
        **about,
        "standing": edition.standing.told(),
        "origin": edition.origin,
        "data_date": edition.data_date,
        "text": {"file": text.name, "sha256": sha256(text.source.encode()).hexdigest()},
        "recipients": {"count": total, "sha256": file_hash(recipients) if recipients else ""},
        "software": software(),
    }
