"""What a run of `estimate` is asked beside its shares, worked out row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sagsbarometer.catalogue.catalogue import Catalogue
from sagsbarometer.deliveries.stream import open_source
from sagsbarometer.estimation.asked import By
from sagsbarometer.estimation.cells import About
from sagsbarometer.estimation.design import SingleUnit
from sagsbarometer.estimation.design_file import DesignFile
from sagsbarometer.estimation.from_draw import Unit, is_two_stage
from sagsbarometer.estimation.groups import Domain
from sagsbarometer.estimation.more import (
    Asked,
    CaseRows,
    Changed,
    Correction,
    Difference,
    More,
    Number,
    Truth,
    changed,
    compared,
    corrected,
    number,
)
from sagsbarometer.estimation.more_file import SHARE, TOTAL
from sagsbarometer.estimation.row_design import design_of_rows, labels
from sagsbarometer.kernel.ids import ascii_id, shown
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.runs.estimate_asked import Question, asked, refuse_misfit
from sagsbarometer.runs.estimate_columns import Meanings, Texts, columns_of, of_cases, read_texts, truth_of
from sagsbarometer.runs.estimate_rows import Rows, unfit_group
from sagsbarometer.runs.estimate_sample import group_of, groupings_of

if TYPE_CHECKING:
    from sagsbarometer.runs.estimate import Job

Domains = Sequence[tuple[By, Domain]]
_WORST = ("no", "as_if_random", "yes")


def more_of(
    job: Job, question: Question, domains: Domains, earlier: Question | None, catalogue: Catalogue
) -> More:
    """All that was asked beside the shares. `domains`: the groups, by the grouping; `earlier`: the round before.

    Raises Faults: ESTIMAT-102, 103, 105 and 115 of the columns, ESTIMAT-116 a group nobody has, ESTIMAT-117 rounds that
    cannot be compared, ESTIMAT-118 final answers that correct nothing, ESTIMAT-107 a unit alone in its stratum.
    """
    design = question.design
    if not question.asks_more and earlier is None:
        return More()
    _refuse(job, design)
    rows = _case_rows(job, question, question.rows, catalogue)
    every = None
    if question.all is not None and any(item.kind == TOTAL for item in rows.asked):
        every = _case_rows(job, question, question.all, catalogue)
    with refuse_misfit(question.rows):
        found = More(
            numbers=tuple(_numbers(rows, every, domains)),
            differences=tuple(_differences(rows, design)),
            corrections=tuple(_corrections(rows, domains, question.about)),
            labels={item.id: item.label.get("da", item.id) for item in (design.others if design else ())},
        )
    return (
        found if earlier is None else _with_changes(job, question, rows, earlier, domains, catalogue, found)
    )


def earlier_round(job: Job, catalogue: Catalogue, folder: Path) -> Question | None:
    """The round before, with its rows in `folder`; None where none is told. Raises Faults as `asked`; ESTIMAT-110."""
    if job.before is None:
        if job.before_design or job.before_sample:
            fault = "Der er intet sagt om, hvor den tidligere rundes sager er."
            raise Faults([Problem("ESTIMAT-110", Place("--before"), fault, "Skriv --before DATA.")])
        return None
    if job.poststrata:
        fault = "--poststrata gælder kun én runde og kan ikke bruges sammen med --before."
        raise Faults([Problem("ESTIMAT-110", Place("--poststrata"), fault, "Udelad en af dem.")])
    if job.sample and not (job.before_sample or job.before_design):
        fault = "Det er ikke sagt, hvordan den tidligere rundes sager er trukket."
        remedy = "Skriv --before-sample MAPPE eller --before-design FIL."
        raise Faults([Problem("ESTIMAT-110", Place("--before"), fault, remedy)])
    folder.mkdir()
    before = replace(
        job,
        data=job.before,
        design=job.before_design or job.design,
        sample=job.before_sample,
        form=None if job.before_design else job.form,
        before=None,
    )
    return asked(before, catalogue, folder)


def _refuse(job: Job, design: DesignFile | None) -> None:
    problems = []
    for item in design.compare if design else ():
        for name in (item.one, item.other):
            if why := unfit_group(name):
                place = Place(str(job.design), column="compare")
                problems.append(Problem("ESTIMAT-114", place, why, "Brug et andet navn til gruppen."))
    if job.poststrata and design and any(item.truth for item in design.shares):
        fault = "En andel kan ikke både rettes for læsefejl og efterstratificeres."
        problems.append(
            Problem("ESTIMAT-118", Place("--poststrata"), fault, "Udelad --poststrata eller truth.")
        )
    if problems:
        raise Faults(problems)


# --- rows ---


def _case_rows(job: Job, question: Question, rows: Rows, catalogue: Catalogue) -> CaseRows:
    """The rows of the canonical table, with what only the file says."""
    import numpy as np
    import pyarrow.parquet as pq

    table = pq.read_table(rows.path)
    keys = {name: table[name].to_pylist() for name in rows.names}
    groups = {
        name: keys[column]
        for names, columns in zip(question.by, rows.by, strict=True)
        for name, column in zip(names, columns, strict=True)
    }
    shares = []
    for item, (id, measure) in zip(rows.variables, question.measures.items(), strict=True):
        y = [float("nan") if of is None else float(of) for of in table[item.column].to_pylist()]
        base = np.array(table[item.base].to_pylist(), dtype=np.bool_)
        shares.append(Asked(id, SHARE, measure.hash, np.array(y), base))
    with refuse_misfit(rows):
        drawn = design_of_rows(rows.drawing, keys or {"": [""] * table.num_rows}, question.totals)
    found = CaseRows(drawn, groups, tuple(shares))
    return _with_columns(job, question, _units_of(question, rows), found, catalogue)


def _units_of(question: Question, rows: Rows) -> list[Unit]:
    """The cases of a sample in the order of the table; none of a file."""
    standing = question.subject.standing
    if standing is None:
        return []
    return [unit for unit in standing.units if unit.read or rows is question.all]


def _with_columns(
    job: Job, question: Question, units: Sequence[Unit], rows: CaseRows, catalogue: Catalogue
) -> CaseRows:
    design, drawn = question.design, question.drawn
    if design is None:
        return replace(rows, units=_unit_labels(question, units, {}))
    known = groupings_of(drawn) if drawn else ()
    given = [*(item.by for item in design.compare), *_within(design)]
    named = [name for name in dict.fromkeys(given) if name not in known]
    if drawn is not None and (strange := [item.by for item in design.compare if item.by not in known]):
        remedy = f"Vælg en af: {', '.join(known)}."
        raise Faults([_no_group(f"Sagerne kan ikke deles efter {shown(strange[0])}.", remedy)])
    texts = _texts(job, design, units, [*columns_of(design), *named, *([design.unit] if design.unit else [])])
    columns: dict[str, Sequence[str | None]] = {
        name: [group_of(drawn, catalogue, unit, name) for unit in units]
        if drawn and name in known
        else texts.columns[name]
        for name in dict.fromkeys(given)
    }
    meanings = Meanings(texts)
    others = [meanings.asked(item) for item in design.others]
    truths = []
    for item in design.shares:
        if told := truth_of(item):
            within = labels(columns, told.drawn_within) or [""] * len(texts.numbers)
            truths.append(meanings.truth(item, told, within))
    if meanings.problems:
        raise Faults(meanings.problems)
    return replace(
        rows,
        groups={**rows.groups, **{ascii_id(item.by): columns[item.by] for item in design.compare}},
        asked=(*rows.asked, *others),
        truths=tuple(truths),
        units=_unit_labels(question, units, texts.columns),
    )


def _within(design: DesignFile) -> Iterator[str]:
    for item in design.shares:
        if told := truth_of(item):
            yield from told.drawn_within


def _texts(job: Job, design: DesignFile, units: Sequence[Unit], wanted: Sequence[str]) -> Texts:
    """The columns, in the order of the rows."""
    source = open_source([job.data])
    if not units:
        return read_texts(source, wanted)
    id = design.case or "id"
    texts = read_texts(source, list(dict.fromkeys([*wanted, id])))
    return of_cases(texts, texts.columns[id], [(unit.row.id, unit.in_scope) for unit in units])


def _unit_labels(question: Question, units: Sequence[Unit], columns: Any) -> Sequence[str] | None:
    """What tells the drawn units from each other in both rounds; None where nothing does."""
    name = question.design.unit if question.design else ""
    if question.drawn is None:
        return columns[name] if name else None
    if is_two_stage(question.drawn):
        return [unit.row.authority for unit in units]
    own = columns[name] if name else [""] * len(units)
    return [text or f"id {unit.row.id}" for text, unit in zip(own, units, strict=True)]


# --- numbers ---


def _numbers(rows: CaseRows, every: CaseRows | None, domains: Domains) -> Iterator[Number]:
    for by, domain in domains:
        for item in rows.asked:
            if item.kind == SHARE:
                continue
            found = number(rows, item, by, domain)
            if every is not None:  # with the cases that never came in, unknown
                wide = next(other for other in every.asked if other.id == item.id)
                told = number(every, wide, by, domain)
                found = replace(found, unknown=told.unknown, low=told.low, high=told.high)
            yield found


def _differences(rows: CaseRows, design: DesignFile | None) -> Iterator[Difference]:
    for item in design.compare if design else ():
        by = ascii_id(item.by)
        have = dict.fromkeys(rows.groups[by])
        if absent := [name for name in (item.one, item.other) if name not in have]:
            told = ", ".join(sorted(name for name in have if name)[:30])[:1000]
            fault = f"Ingen læst sag har {shown(absent[0])} i {shown(item.by)}."
            raise Faults([_no_group(fault, f"Vælg to af: {told}.")])
        for one in rows.asked:
            if one.kind != TOTAL:
                yield compared(rows, one, by, item.one, item.other)


def _no_group(fault: str, remedy: str) -> Problem:
    return Problem("ESTIMAT-116", Place("compare"), fault, remedy)


def _corrections(rows: CaseRows, domains: Domains, about: About) -> Iterator[Correction]:
    for truth in rows.truths:
        item = next(one for one in rows.asked if one.id == truth.id)
        for by, domain in domains:
            yield _correction(rows, item, truth, by, domain, about)


def _correction(
    rows: CaseRows, item: Asked, truth: Truth, by: By, domain: Domain, about: About
) -> Correction:
    try:
        return corrected(rows, item, truth, by, domain, about)
    except SingleUnit:
        raise
    except ValueError:
        fault = "For få sager har et endeligt svar: der skal være mindst to i hver gruppe, de blev trukket i."
        remedy = "Se efter, om det er den rigtige kolonne, eller slet truth."
        raise Faults([Problem("ESTIMAT-118", Place(f"variables: {item.id}"), fault, remedy)]) from None


# --- the round before ---


def _with_changes(
    job: Job,
    question: Question,
    rows: CaseRows,
    earlier: Question,
    domains: Domains,
    catalogue: Catalogue,
    found: More,
) -> More:
    if earlier.about.origin != question.about.origin:
        raise Faults([_no_change("Den ene runde er af rigtige sager og den anden ikke.")])
    assert job.before is not None
    before = _case_rows(replace(job, data=job.before), earlier, earlier.rows, catalogue)
    both = [item.id for item in rows.asked if item.id in {other.id for other in before.asked}]
    if not both:
        raise Faults([_no_change("De to runder har ingen tal med samme id.")])
    changes: list[Changed] = []
    shared = {(by, domain) for by, domain in domains if set(by) <= before.groups.keys()}
    with refuse_misfit(question.rows):
        for by, domain in (pair for pair in domains if pair in shared):
            for id in both:
                changes += _change(before, rows, id, by, domain)
    whys = dict.fromkeys(why for why in (question.about.why_not, earlier.about.why_not) if why)
    worst = min((question.about.generalisable, earlier.about.generalisable), key=_WORST.index)
    return replace(
        found,
        changes=tuple(changes),
        earlier=earlier.subject.title.get("da") or earlier.subject.id,
        generalisable=worst,
        why_not=" ".join(whys),
    )


def _change(before: CaseRows, now: CaseRows, id: str, by: By, domain: Domain) -> list[Changed]:
    try:
        told = changed(before, now, id, by, domain)
    except SingleUnit:
        raise
    except ValueError:
        fault = "Kolonnen unit navngiver ikke hver trukken enhed én gang i hver runde."
        raise Faults([_no_change(fault)]) from None
    return [] if told is None else [told]


def _no_change(fault: str) -> Problem:
    remedy = "Se efter, om det er de rigtige filer, og om unit er den samme enhed i begge."
    return Problem("ESTIMAT-117", Place("--before"), fault, remedy)
