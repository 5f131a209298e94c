"""What a run of `estimate` is asked: its rows, its shares, its groupings, and what must be said of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sagsbarometer.appeals.analyses.real_names import refuse_real_names
from sagsbarometer.appeals.groupings import Grouping, groupings
from sagsbarometer.catalogue.catalogue import Catalogue
from sagsbarometer.deliveries.stream import open_source
from sagsbarometer.deliveries.table_cells import safe_name
from sagsbarometer.deliveries.tables import read_table
from sagsbarometer.estimation.asked import By
from sagsbarometer.estimation.cells import About
from sagsbarometer.estimation.design import SINGLE_UNIT_RULES, SingleUnit
from sagsbarometer.estimation.design_file import DesignFile, load_design
from sagsbarometer.estimation.groups import Domain, Groups, Misfit
from sagsbarometer.estimation.intervals import METHODS
from sagsbarometer.forms.language.tree import Literal
from sagsbarometer.kernel.ids import ascii_id, content_hash, file_hash, shown
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.measures.measure import Kind, Measure
from sagsbarometer.reporting.pages.estimate_words import Subject
from sagsbarometer.runs.estimate_rows import Rows, rows_of_file
from sagsbarometer.runs.estimate_sample import (
    AUTHORITY,
    answers_of_file,
    answers_of_results,
    form_of,
    groupings_of,
    joined,
    shares_of,
)
from sagsbarometer.runs.estimate_told import absent, speaks_for, stated, told_of_file, told_of_sample, without
from sagsbarometer.sampling.drawn import Drawn
from sagsbarometer.store.folder import MARK
from sagsbarometer.store.results import load_results
from sagsbarometer.store.sample import LOG, open_sample

if TYPE_CHECKING:
    from sagsbarometer.runs.estimate import Job

TOTAL = "total"  # the column of known numbers of cases
MOST_GROUPS = 10_000  # of one grouping
MOST_CROSSED = 20_000_000  # strata times groups: what is worked out at once, 160 MB a number


@dataclass(frozen=True, slots=True)
class Question:
    """All that is needed to count and to tell. `all`: the rows with those that never came in, where there are any."""

    rows: Rows
    all: Rows | None
    measures: Mapping[str, Measure]
    by: tuple[By, ...]  # as row keys name them; () first
    totals: Mapping[Domain, float]
    about: About
    subject: Subject
    sources: Mapping[str, Mapping[str, str]]
    design: DesignFile | None = None  # None of a folder of `study run`
    drawn: Drawn | None = None  # the sample

    @property
    def asks_more(self) -> bool:
        """Whether more than shares is asked for."""
        design = self.design
        return design is not None and bool(
            design.others or design.compare or any(item.truth for item in design.shares)
        )


def asked(job: Job, catalogue: Catalogue, folder: Path) -> Question:
    """The question that a job asks, with its rows in `folder`. Raises Faults; see `estimate`."""
    _check_options(job)
    totals_by, totals = _totals(job.poststrata)
    if job.sample is not None:
        question = _of_sample(job, job.sample, catalogue, totals_by, totals, folder)
    elif job.design is not None:
        question = _of_file(job, job.design, totals_by, totals, folder)
    else:
        fault = "Det er ikke sagt, hvordan sagerne er trukket."
        remedy = "Skriv --design design.yaml eller --sample MAPPE."
        raise Faults([Problem("ESTIMAT-110", Place("--design"), fault, remedy)])
    return question


def _check_options(job: Job) -> None:
    problems = []
    for option, given, known in (
        ("--interval", job.interval, METHODS),
        ("--single-unit", job.single_unit, SINGLE_UNIT_RULES),
    ):
        if given not in known:
            fault = f"{shown(given)} kendes ikke."
            problems.append(Problem("ESTIMAT-110", Place(option), fault, f"Skriv en af: {', '.join(known)}."))
    if problems:
        raise Faults(problems)


# --- a file with its own design ---


def _of_file(job: Job, path: Path, poststrata: By, totals: Mapping[Domain, float], folder: Path) -> Question:
    if job.data.is_dir():
        fault, remedy = (
            "En mappe med resultater siger ikke, hvordan sagerne er trukket.",
            "Skriv --sample MAPPE.",
        )
        raise Faults([Problem("ESTIMAT-110", Place("--design"), fault, remedy)])
    design, _ = load_design(path)
    source = open_source([job.data])
    by = _groupings(job.by, [_crossing(item) for item in design.domains], source.header)
    rows = rows_of_file(source, design, by, poststrata, job.single_unit, folder / "rows.parquet")
    probability = design.probability_sample is True
    subject = Subject(
        id=design.estimate,
        title=design.title,
        source=design.source,
        probability=probability,
        remark=design.remark,
        design=told_of_file(design, poststrata),
        stated=bool(stated(design)),
    )
    about = _about(
        job,
        "yes" if probability else design.generalisable or "no",
        "" if probability else design.remark["da"],
        design.data_date,
        design.origin,
    )
    names = tuple(tuple(ascii_id(name) for name in item) for item in by)
    sources = {"data": _file(job.data), "design": _file(path)}
    return Question(rows, None, _measures_of(design), names, totals, about, subject, sources, design)


def _crossing(item: str | list[str]) -> By:
    return (item,) if isinstance(item, str) else tuple(item)


def _measures_of(design: DesignFile) -> dict[str, Measure]:
    """The variables as measures, so that they are told of like all others."""
    found = {}
    for item in design.shares:
        counts = f"{item.source} in [{', '.join(item.yes)}]"
        base = f"{item.source} not in [{', '.join(item.outside)}]" if item.outside else "true"
        meaning = [Kind.SHARE, item.source, sorted(item.yes), sorted(item.no), sorted(item.outside)]
        found[item.id] = Measure(
            id=item.id,
            kind=Kind.SHARE,
            label=item.label,
            base=Literal(True),
            base_label={"da": "sager i basen" if item.outside else "alle sager"},
            counts=None,
            value="",
            unit="percent",
            source="",
            base_text=base,
            counts_text=counts,
            hash=content_hash(meaning)[:12],
        )
    return found


# --- a sample with what its cases say ---


def _of_sample(
    job: Job, path: Path, catalogue: Catalogue, poststrata: By, totals: Mapping[Domain, float], folder: Path
) -> Question:
    sample = open_sample(path)
    drawn = sample.now
    known = groupings_of(drawn)
    questions: DesignFile | None = None
    if job.data.is_dir():
        results = load_results(job.data)
        form = form_of(results, job.form, catalogue)
        measures = shares_of(form)
        answers = answers_of_results(results, measures, form)
        manifest = results.results.manifest
        origin, data_date = str(manifest["origin"]), str(manifest["data_date"])
        title, source, domains = _study_title(manifest), "", []
    else:
        if job.design is None:
            fault = "Det er ikke sagt, hvad der spørges om."
            remedy = "Skriv --design design.yaml med variables, eller angiv mappen fra study run."
            raise Faults([Problem("ESTIMAT-110", Place("--design"), fault, remedy)])
        questions = design = load_design(job.design, drawn=True)[0]
        answers, measures = answers_of_file(open_source([job.data]), design), _measures_of(design)
        origin, data_date = design.origin, design.data_date
        title, source, domains = (
            dict(design.title),
            design.source,
            [_crossing(item) for item in design.domains],
        )
    by = _groupings(job.by, domains, known)
    for name in poststrata:
        if name not in known:
            _unknown_grouping(name, known, "--poststrata")
    together = joined(drawn, answers, by, poststrata, job.single_unit, catalogue, folder)
    remark = dict(drawn.remark)
    names = group_names([(AUTHORITY, str(code)) for code in sample.about["without"]], catalogue)
    subject = Subject(
        id=drawn.plan,
        title=title,
        source=source,
        probability=drawn.probability,
        remark=remark,
        design=told_of_sample(drawn, poststrata),
        standing=together.standing,
        uncovered=drawn.uncovered,
        without=without(together, by),
        absent=absent(sample, names),
        left_out={str(why): int(number) for why, number in sample.about["left_out"].items()},
    )
    about = _about(job, *speaks_for(drawn, together.standing), data_date, origin)
    sources = {"data": _file(job.data), "sample": _file(path)}
    sources |= {"replacements": _file(path / LOG)} if (path / LOG).is_file() else {}
    sources |= {"design": _file(job.design)} if job.design is not None else {}
    return Question(
        together.rows, together.all, measures, by, totals, about, subject, sources, questions, drawn
    )


def _study_title(manifest: Mapping[str, Any]) -> dict[str, str]:
    study = manifest.get("study")
    title = study.get("title") if isinstance(study, dict) else None
    return dict(title) if isinstance(title, dict) else {"da": "Resultater"}


_AUTHORITIES = frozenset("authority myndighed municipality municipality_id kommune kommunekode".split())


def refuse_names(origin: str, groups: Iterable[tuple[str, str]], catalogue: Catalogue) -> None:
    """FORSKEL-101 where shares of cases that are not real would stand beside real authorities or regions. `groups`: the
    grouping and the group."""
    named = [(AUTHORITY if name in _AUTHORITIES else name, group) for name, group in groups]
    place = Place("--by")
    try:
        refuse_real_names(origin, [(Grouping(id, id, None), group) for id, group in named], catalogue, place)
    except Faults:
        fault = "Sagerne er ikke rigtige, men de er delt efter rigtige kommuner eller regioner."
        remedy = "Brug koder, der ikke er kommuners (901-998), eller en opdeling uden rigtige navne."
        raise Faults([Problem("FORSKEL-101", place, fault, remedy)]) from None


def group_names(groups: Iterable[tuple[str, str]], catalogue: Catalogue) -> dict[tuple[str, str], str]:
    """What groups are called: in the words of the law's data where they are known there."""
    known = groupings(catalogue)
    found = {}
    for name, group in groups:
        grouping = known.get(AUTHORITY if name in _AUTHORITIES else name)
        value = grouping.values.get(group) if grouping and grouping.values else None
        label = value.label if value else grouping.labels.get(group) if grouping else None
        if label:
            found[name, group] = label["da"]
        elif name == AUTHORITY:
            found[name, group] = f"Myndighed {group}"
    return found


# --- what both have ---


def _about(job: Job, generalisable: str, why_not: str, data_date: str, origin: str) -> About:
    return About(generalisable, why_not, data_date, origin, job.interval)


def _file(path: Path) -> dict[str, str]:
    """A file by its hash; a folder by that of its manifest, which has those of its files."""
    return {"file": safe_name(path.name), "sha256": file_hash(path / MARK if path.is_dir() else path)}


def _groupings(given: tuple[str, ...], otherwise: list[By], known: tuple[str, ...]) -> tuple[By, ...]:
    """All cases together, then each grouping once. Raises Faults ESTIMAT-108."""
    wanted = [tuple(name.strip() for name in text.split(",")) for text in given] or otherwise
    for names in wanted:
        for name in names:
            if name not in known:
                _unknown_grouping(name, known, "--by")
        if len(set(names)) < len(names):
            fault = f"{shown(','.join(names))} har den samme opdeling to gange."
            raise Faults([Problem("ESTIMAT-108", Place("--by"), fault, "Skriv hver én gang.")])
    return ((), *dict.fromkeys(wanted))


def _unknown_grouping(name: str, known: tuple[str, ...], option: str) -> None:
    fault = f"Sagerne kan ikke deles efter {shown(name)}."
    remedy = f"Vælg en af: {', '.join(known[:30])[:1000]}."
    raise Faults([Problem("ESTIMAT-108", Place(option), fault, remedy)])


def _totals(path: Path | None) -> tuple[By, dict[Domain, float]]:
    """The columns of the groups, and how many cases each has. Raises Faults: FIL-1xx, ESTIMAT-109."""
    if path is None:
        return (), {}
    table = read_table(path)
    problems: list[Problem] = []
    if TOTAL not in table.header or len(table.header) < 2:
        fault = f"Filen skal have kolonnen {TOTAL} og mindst én kolonne med grupper."
        raise Faults([Problem("ESTIMAT-109", Place(table.file, row=table.header_row), fault, "Tilføj den.")])
    at = table.header.index(TOTAL)
    found: dict[Domain, float] = {}
    for row in table.rows:
        key: Domain = tuple(cell or None for index, cell in enumerate(row.cells) if index != at)
        place = Place(table.file, row=row.number)
        text = row.cells[at]
        if not (text.isascii() and text.isdigit()):
            fault = f"{shown(text)} er ikke et antal sager."
            problems.append(Problem("ESTIMAT-109", place, fault, "Skriv et helt tal uden punktum."))
        elif None in key or key in found:
            fault = "Gruppen har intet navn." if None in key else "Gruppen står to gange."
            problems.append(Problem("ESTIMAT-109", place, fault, "Ret linjen."))
        else:
            found[key] = float(text)
    if problems:
        raise Faults(problems)
    return tuple(name for name in table.header if name != TOTAL), found


@contextmanager
def refuse_misfit(rows: Rows) -> Iterator[None]:
    """What the rows say of the draw and cannot be becomes ESTIMAT-106, 107 or 109."""
    try:
        yield
    except SingleUnit as alone:
        raise Faults([_alone(alone)]) from None
    except Misfit as misfit:
        raise Faults([_misfit(misfit, rows.names)]) from None


def refuse_too_many(groups: Groups) -> None:
    """ESTIMAT-108 where cases are divided into so many groups that nobody can have meant it."""
    for labels in groups.domains:
        many, strata = len(labels.names), len(groups.strata.names)
        second = len(groups.second.names) if groups.second else 0
        if many > MOST_GROUPS or many * max(strata, second) > MOST_CROSSED:
            fault = f"En opdeling har {many} grupper på tværs af {max(strata, second)} strata."
            remedy = f"Vælg en grovere; højst {MOST_GROUPS} grupper."
            raise Faults([Problem("ESTIMAT-108", Place("--by"), fault, remedy)])


def _alone(alone: SingleUnit) -> Problem:
    told = ", ".join(shown(name) for name in alone.strata[:8]) + (" …" if len(alone.strata) > 8 else "")
    many = len(alone.strata)
    fault = (
        f"{many} {'stratum har' if many == 1 else 'strata har'} kun én trukket enhed af flere, så usikkerheden dér "
        f"kan ikke regnes: {told}."
    )
    remedy = "Vælg en regel: --single-unit average, adjust eller certainty. Eller slå strata sammen."
    return Problem("ESTIMAT-107", Place("--single-unit"), fault, remedy)


_WORDS = {
    Misfit.DIFFERS: "Kolonnen {0} har flere tal i samme stratum eller enhed.",
    Misfit.MORE: "Der er trukket flere, end kolonnen {0} siger, at der var.",
    Misfit.ABOVE_ONE: "Kolonnen {0} har en sandsynlighed over 1.",
}


def _misfit(misfit: Misfit, names: Mapping[str, str]) -> Problem:
    if misfit.what == Misfit.POSTSTRATA:
        told = ", ".join(shown(name) for name in misfit.groups[:8]) + (" …" if len(misfit.groups) > 8 else "")
        fault = f"Grupperne i filen og i sagerne er ikke de samme: {told}."
        remedy = "Hver gruppe skal have både et antal over 0 og mindst én sag. Slå små grupper sammen."
        return Problem("ESTIMAT-109", Place("--poststrata"), fault, remedy)
    words = _WORDS.get(misfit.what, "Kolonnen {0} kan ikke bruges.")
    fault = words.format(shown(names.get(misfit.column, misfit.column)))
    return Problem("ESTIMAT-106", Place("--design"), fault, "Ret kolonnen, eller ret designet.")
