"""Results protected: cells withheld under a profile, attacked, and everything that is shown of them made again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sagsbarometer.disclosure.apply import apply
from sagsbarometer.disclosure.attack import Finding
from sagsbarometer.disclosure.profile import Profile, load_profiles, profile_named
from sagsbarometer.disclosure.system import Hidden, Shown, System
from sagsbarometer.kernel.ids import content_hash, file_hash, is_like_cpr
from sagsbarometer.kernel.problems import Faults, Level, Place, Problem, errors
from sagsbarometer.measures.cells import WITHHELD, ResultSet
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.document import Document
from sagsbarometer.reporting.edition_file import FILE, read_edition
from sagsbarometer.reporting.files import read_sources
from sagsbarometer.runs.appeals_edition import every_table
from sagsbarometer.runs.disclosure_kept import Kept, kept
from sagsbarometer.runs.disclosure_own import Contributions
from sagsbarometer.runs.disclosure_search import (
    Refused,
    Tell,
    find_hidden,
    findings_of,
    given_away,
    refuse_seen_through,
)
from sagsbarometer.runs.disclosure_system import (
    Loaded,
    loaded,
    local_refs,
    numbers_blanked,
    own_cases,
    shown_before,
    system_for,
)
from sagsbarometer.runs.disclosure_words import (
    flagged,
    little_left,
    unseen,
    worked_out,
)
from sagsbarometer.runs.index import index_page
from sagsbarometer.runs.made_of import front_page_taken, json_bytes
from sagsbarometer.runs.report_files import TEXTS, Source, in_language, in_order, results_files
from sagsbarometer.store.folder import MARK, is_own_file, listing, refuse_existing, write_whole
from sagsbarometer.store.results import SCHEMA_VERSION

LANGUAGES = ("da", "en")
# Of the manifest of the source, what a publication may tell. Counts of rows and hashes of cases are not among it: with
# all but a few numbers known, a hash tells whether a guess is right.
_TOLD = (
    "study",
    "layout",
    "selection",
    "origin",
    "data_date",
    "form",
    "law",
    "measures",
    "software",
    "texts",
)
_LONGEST = 2_000  # characters of a decision


@dataclass(frozen=True, slots=True)
class Job:
    """What to protect under which profile, beside what was released before, and where it goes.

    `decision`: who decided that nothing is withheld, and why; for a profile that takes one. `texts`: instead of those
    of the folder. `register`: the one the results are of, to try what authorities learn that take their own cases from
    a number; `layout`: the folder of theirs, where it is not shipped.
    """

    results: Path
    profile: str
    out: Path
    before: tuple[Path, ...] = ()
    decision: str = ""
    texts: tuple[Path, ...] = ()
    force: bool = False
    register: Path | None = None
    layout: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What was made. `hidden`, `kept` and `coalitions` (how many could put their own cases together) are for the
    analyst; which cells are withheld for their own sake is in no file."""

    out: Path
    profile: Profile
    hidden: Hidden
    kept: Kept
    members: int
    remarks: tuple[Problem, ...]
    files: tuple[str, ...]
    whose: str = "kommuner"  # what those are who could
    by_members: int = 0  # numbers withheld because of them


def protect_results(job: Job, tell: Tell = lambda line: None) -> Done:
    """Protects results. `tell` is given one Danish line per step; the same inputs give the same bytes.

    Raises Refused: BESKYT-203 a study would tell of a single municipality or authority, BESKYT-204 something can still
    be worked out, BESKYT-205 something cannot be protected because of what is out already. Raises Faults: BESKYT-103 no
    such profile, 201 protected already, 202 a decision is missing, 206 no release, 207 a text does not fit, 210 the
    numbers do not, 212 and 213 the register or the layout is another; RESULTAT-1xx, RAPPORT-1xx, MAPPE-1xx.
    """
    refuse_existing(job.out, job.force)
    tell("Læser resultaterne")
    profile = profile_named(job.profile, load_profiles())
    of = loaded(job.results)
    _refuse(of, profile, job)
    earlier = shown_before(job.before)
    own = {} if profile.withholds_nothing else own_cases(of, tell, job.register, job.layout)
    tell(f"Beskytter {len(of.results.cells)} tal under profilen {profile.id}")
    hidden, system, by_members = find_hidden(of, profile, earlier, own, tell)
    results = apply(of.results, hidden, profile)
    tell("Angriber det, der bliver vist, som en, der kun har det")
    refuse_seen_through(of, results, profile, earlier)
    tell("Skriver tabeller, figurer og rapporter igen")
    files, remarks = _files(of, results, profile, job, _attacked(profile, earlier, own))
    write_whole(job.out, files, job.force, private=True)
    told = kept(of.edition, results, system, hidden)
    remarks = (*remarks, *little_left(told, profile, job.results), *flagged(hidden, job.results))
    remarks = (*remarks, *unseen(of, hidden), *_untried(of, profile, job))
    whose = "myndigheder" if job.register else "kommuner"
    return Done(job.out, profile, hidden, told, len(own), remarks, tuple(sorted(files)), whose, by_members)


def _untried(of: Loaded, profile: Profile, job: Job) -> list[Problem]:
    """BESKYT-214, a note, where what authorities could take their own cases from was not tried."""
    if job.register or profile.withholds_nothing or not of.results.manifest.get("register"):
        return []
    fault = "Det er ikke prøvet, om en myndighed kan trække sine egne sager fra et tal og kende resten."
    remedy = "Giv med --register det register, som tabellerne er lavet af."
    return [Problem("BESKYT-214", Place(str(job.results)), fault, remedy, Level.NOTE)]


def _refuse(of: Loaded, profile: Profile, job: Job) -> None:
    place = Place(str(job.results))
    if of.results.manifest.get("protection"):
        remedy = "Angiv de resultater, som kørslen skrev."
        raise Faults([Problem("BESKYT-201", place, "Resultaterne er allerede beskyttet.", remedy)])
    decision = job.decision.strip()
    if profile.needs_decision and (not decision or len(decision) > _LONGEST or is_like_cpr(decision)):
        fault = f"Profilen {profile.id} kræver en beslutning på højst {_LONGEST} tegn, uden CPR-numre."
        remedy = "Skriv med --decision, hvem der har besluttet, at intet holdes tilbage, hvornår og hvorfor."
        raise Faults([Problem("BESKYT-202", Place("--decision"), fault, remedy)])
    local = local_refs(of.results) if "study" in of.results.manifest else ()
    if local:
        fault = f"Undersøgelsen har {len(local)} tal om enkelte kommuner eller myndigheder. De offentliggøres aldrig."
        remedy = "Tag opdelingen ud af skemaet, og kør undersøgelsen igen. Kommunens egne tal er i dens eget notat."
        raise Refused([Problem("BESKYT-203", place, fault, remedy)])


def _attacked(profile: Profile, earlier: Sequence[Shown], own: Contributions) -> dict[str, Any]:
    """What the attack was, for the manifest: nothing of what is withheld."""
    return {
        "findings": 0,
        "done": not profile.withholds_nothing,
        "earlier": len(earlier),
        "coalitions": list(profile.coalitions) if own else [],
    }


def _files(
    of: Loaded, results: ResultSet, profile: Profile, job: Job, attacked: Mapping[str, Any]
) -> tuple[dict[str, bytes], tuple[Problem, ...]]:
    """Every file of the protected folder, made from the protected cells alone, and what its author should know."""
    editions = [_edition(of, results, profile, language) for language in LANGUAGES]
    texts = _texts(job, of)
    own = in_language(texts, "da") or (every_table(editions[0]),)
    documents, told = _read(editions[0], own)
    remarks = [*told]
    if english := in_language(texts, "en"):
        # A text in English may be the shorter: what it leaves out is in the Danish.
        remarks += [item for item in _read(editions[1], english)[1] if item.code != "RAPPORT-119"]
    files = results_files(editions, documents, texts)
    titles = {document.file: document.title for document in documents}
    files["index.html"] = index_page(editions[0], titles, files).encode()
    manifest = _manifest(of, results, profile, job, attacked)
    files[MARK] = json_bytes({**manifest, "files": listing(files)})
    return files, tuple(dict.fromkeys(remarks))


def _edition(of: Loaded, results: ResultSet, profile: Profile, language: str) -> Edition:
    edition = read_edition((of.folder / FILE).read_bytes(), results, language)
    return replace(edition, lacking=numbers_blanked(edition.lacking, profile, WITHHELD))


def _read(edition: Edition, texts: Sequence[Source]) -> tuple[tuple[Document, ...], tuple[Problem, ...]]:
    """The texts set with the protected numbers. Raises Faults with what stops them."""
    documents, told = read_sources(edition, texts)
    told = (*told, *front_page_taken(documents))
    if errors(told):
        remedy = "Ret teksten i studiet eller layoutet, eller giv en rettet med --text, og beskyt igen."
        raise Faults(
            [
                *told,
                Problem(
                    "BESKYT-207", Place("teksterne"), "Teksterne passer ikke til de beskyttede tal.", remedy
                ),
            ]
        )
    return documents, told


def _texts(job: Job, of: Loaded) -> tuple[Source, ...]:
    """The texts of the folder, each replaced by one of the same name where it is given."""
    listed = of.results.manifest.get("files")
    names = [name for name in listed if name.startswith(f"{TEXTS}/")] if isinstance(listed, Mapping) else []
    own = {
        name.removeprefix(f"{TEXTS}/"): (of.folder / name).read_text(encoding="utf-8")
        for name in names
        if is_own_file(of.folder, name)
    }
    try:
        given = {path.name: path.read_text(encoding="utf-8") for path in job.texts}
    except (OSError, UnicodeDecodeError) as error:
        fault = "En tekst kan ikke læses som UTF-8."
        raise Faults(
            [Problem("RAPPORT-143", Place("--text"), fault, "Angiv en tekstfil som report.md.")]
        ) from error
    told = of.results.manifest.get("texts")
    order = [name for name in told if name in own] if isinstance(told, list) else []
    whole = {**own, **given}
    first = tuple((name, whole[name]) for name in order)
    return (*first, *in_order((name, text) for name, text in whole.items() if name not in order))


def _manifest(
    of: Loaded, results: ResultSet, profile: Profile, job: Job, attacked: Mapping[str, Any]
) -> dict[str, Any]:
    """What the protected results are. The hash of the source is of which numbers there are and how they are defined,
    not of the numbers: those that are withheld could be guessed and tried against it."""
    manifest = of.results.manifest
    hidden = sum(bool(cell.hidden) for cell in results)
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "results",
        **{name: manifest[name] for name in _TOLD if name in manifest},
        "protection": {
            "profile": profile.id,
            "profile_hash": content_hash(profile_data(profile)),
            "source": content_hash([[*cell.key, cell.definition, cell.data_date] for cell in of.results]),
            "cells": len(results.cells),
            "hidden": hidden,
            "attack": dict(attacked),
            "before": sorted(file_hash(_mark(folder)) for folder in job.before),
            **({"decision": job.decision.strip()} if profile.needs_decision else {}),
        },
    }


def _mark(folder: Path) -> Path:
    return next(path for name in (MARK, "release.json") if (path := folder / name).exists())


def profile_data(profile: Profile) -> dict[str, Any]:
    """The rules of a profile as plain data."""
    return {
        "id": profile.id,
        "withholds": profile.withholds,
        "threshold": profile.threshold,
        "interval": profile.interval,
        "rounding": profile.rounding,
        "magnitude": profile.magnitude,
        "zero": profile.zero,
        "unknown": profile.unknown,
        "coalitions": list(profile.coalitions),
        "local": sorted(profile.local),
    }


def attack_results(
    protected: Path,
    source: Path | None = None,
    before: Sequence[Path] = (),
    tell: Tell = lambda line: None,
    register: Path | None = None,
    layout: str = "",
) -> tuple[Finding, ...]:
    """What can be worked out of protected results that may not; nothing where all is well. With the results they were
    made of, against their true numbers and by those that have cases in them; authorities with the register as well.

    Raises Faults BESKYT-206, BESKYT-208 the folder is not protected, BESKYT-209 they are not made of those results,
    BESKYT-212 and 213 of that register.
    """
    return _tried(protected, source, before, tell, register, layout)[0]


def _tried(
    protected: Path,
    source: Path | None,
    before: Sequence[Path],
    tell: Tell,
    register: Path | None = None,
    layout: str = "",
) -> tuple[tuple[Finding, ...], Loaded, System, tuple[Shown, ...]]:
    """What can be worked out, and what it was worked out of."""
    tell("Læser de beskyttede resultater")
    of = loaded(protected)
    if of.profile is None:
        remedy = "Angiv en mappe fra disclosure protect."
        raise Faults(
            [Problem("BESKYT-208", Place(str(protected)), "Resultaterne er ikke beskyttet.", remedy)]
        )
    if register is not None and source is None:
        fault = "Uden de rigtige tal kan det ikke ses, om registret er det, tallene er af."
        remedy = "Giv med --source de resultater, som disclosure protect fik."
        raise Faults([Problem("BESKYT-212", Place("--register"), fault, remedy)])
    earlier = shown_before(before)
    hidden = Hidden(frozenset(cell.ref for cell in of.results if cell.hidden))
    system = system_for(of)
    own: Contributions = {}
    if source is not None:
        true = loaded(source)
        if _source(true) != _told_source(of):
            remedy = "Angiv de resultater, som disclosure protect fik."
            raise Faults(
                [
                    Problem(
                        "BESKYT-209",
                        Place(str(source)),
                        "De beskyttede tal er ikke lavet af de resultater.",
                        remedy,
                    )
                ]
            )
        system, own = system_for(true, true.results), own_cases(true, tell, register, layout)
    tell(f"Angriber {len(hidden.refs)} skjulte tal")
    found = findings_of(of, system, hidden, of.profile, earlier, own)
    if earlier:
        tell(f"Angriber det, der er skjult i {len(earlier)} tidligere, med det, der vises nu")
        found = (*found, *given_away(of, system_for(of), of.profile, earlier))
    return found, of, system, earlier


def _source(of: Loaded) -> str:
    return content_hash([[*cell.key, cell.definition, cell.data_date] for cell in of.results])


def _told_source(of: Loaded) -> str:
    told = of.results.manifest.get("protection")
    return str(told.get("source", "")) if isinstance(told, Mapping) else ""


def attack_problems(protected: Path, before: Sequence[Path] = ()) -> tuple[Problem, ...]:
    """What can be worked out, as problems that say nothing of the numbers: what a release is refused for."""
    found, of, system, earlier = _tried(protected, None, before, lambda line: None)
    if not found:
        return ()
    remedy = "Kør disclosure attack for at se hvilket, og beskyt resultaterne igen."
    told = worked_out(of, system, earlier, found)
    return tuple(replace(problem, remedy=remedy) for problem in told)
