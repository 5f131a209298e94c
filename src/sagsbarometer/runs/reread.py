"""A random re-reading beside the figures it was drawn from: shares corrected for errors of reading, in a folder apart.

The figures of the freezing are read and never written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sagsbarometer.deliveries.tables import read_table
from sagsbarometer.estimation.cells import About, Estimated
from sagsbarometer.estimation.design import Design, SingleUnit, design
from sagsbarometer.estimation.more import Asked, CaseRows, Correction, More, Truth, corrected
from sagsbarometer.estimation.more_file import CORRECTED, SHARE
from sagsbarometer.forms.form import Form
from sagsbarometer.forms.wording import words
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.kernel.said import said
from sagsbarometer.measures.cells import Cell, write_csv
from sagsbarometer.measures.count import verdict_query
from sagsbarometer.measures.define import define_measures
from sagsbarometer.measures.measure import Kind, Measure
from sagsbarometer.reporting.pages.estimate_more import REMARKS, corrected_measures
from sagsbarometer.reporting.pages.estimate_more_data import more_data
from sagsbarometer.reporting.pages.estimate_report import Told
from sagsbarometer.reporting.pages.estimate_words import Subject
from sagsbarometer.review.answers import Reviewed, ReviewedCase, direct_plan, read_answers
from sagsbarometer.review.freeze import frozen_rows, rows_hash
from sagsbarometer.review.rereading import GROUPS, WITH, Group, is_random, plain
from sagsbarometer.runs.made_of import definitions, json_bytes, software
from sagsbarometer.runs.walk import SAID
from sagsbarometer.store.dataset import parquet
from sagsbarometer.store.engine import opened_rows
from sagsbarometer.store.folder import MARK, listing, write_whole
from sagsbarometer.store.results import SCHEMA_VERSION, Results, load_results

TRUTH = "truth.parquet"
NUMBERS = "genlaesning.json"
_YES, _NO, _UNKNOWN = SAID[1:]
Verdicts = Mapping[str, Mapping[str, str]]  # by measure and case: outside, yes, no or unknown


@dataclass(frozen=True, slots=True)
class Rereading:
    """A draw that is read, and what is true of each case of it. `finding`: the measure it was drawn by."""

    finding: str
    seed: str
    groups: Mapping[str, Group]
    truth: Sequence[ReviewedCase]


@dataclass(frozen=True, slots=True)
class CorrectedShare:
    """A share that a re-reading corrected. `of`: the measure it corrects; `remarks`: what is to be known of it."""

    cell: Cell
    of: str
    label: str  # Danish
    remarks: tuple[str, ...]

    @property
    def interval(self) -> bool:
        """Whether it has one."""
        return self.cell.low is not None and self.cell.high is not None


def findings(form: Form) -> dict[str, Measure]:
    """The measures a finding can be: shares with a yes and a no."""
    return {
        id: item for id, item in define_measures(form).items() if item.kind is Kind.SHARE and item.questions
    }


def usual_finding(form: Form) -> str:
    """The measure that is proposed: that of material defects where the form has one; "" where it has no share."""
    found = findings(form)
    wanted = ("any_material_defect", *(id for id in found if "material" in id), *found)
    return next((id for id in wanted if id in found), "")


def beside_finding(form: Form, finding: str) -> dict[str, Measure]:
    """The finding and the other shares of the same cases and the same questions: those the draw can correct."""
    of = findings(form)[finding]
    return {
        id: item
        for id, item in findings(form).items()
        if item.base_text == of.base_text and set(item.questions) <= set(of.questions)
    }


def groups_of(results: Path, form: Form, finding: str) -> dict[str, list[str]]:
    """Every case of a freezing, with the finding or without: unknown is without."""
    verdicts = _verdicts(results / "dataset" / "rows.parquet", form, [findings(form)[finding]])[finding]
    with_, without = GROUPS
    found: dict[str, list[str]] = {with_: [], without: []}
    for case in sorted(verdicts):
        found[with_ if verdicts[case] == _YES else without].append(case)
    return found


def answers_of(frozen: Path, form: Form) -> dict[str, ReviewedCase]:
    """The cases of a freezing as they were locked, by id. Raises Faults."""
    table = read_table(frozen / "answers.csv")
    return {case.case_id: case for case in read_answers(table, form, direct_plan(form, table), None).cases}


def correct(frozen: Path, form: Form, rereading: Rereading) -> Told:
    """The shares of a freezing with what its re-reading corrects. Raises Faults GENLAES-101 where the cases are not
    those that the seed gives of both groups, GENLAES-102 where one of them has no final answers, GENLAES-103 where they
    are not those of the freezing."""
    results = load_results(frozen / "results")
    measures = beside_finding(form, rereading.finding)
    first = _verdicts(results.folder / "dataset" / "rows.parquet", form, list(measures.values()))
    with TemporaryDirectory(prefix="sagsbarometer-") as folder:
        path = Path(folder) / TRUTH
        path.write_bytes(_truth_rows(form, rereading.truth))
        truth = _verdicts(path, form, list(measures.values()))
    cases = sorted(first[rereading.finding])
    _refuse(rereading, cases, set(truth[rereading.finding]))
    rows = _rows(results, cases, measures, first, truth, rereading.groups)
    about = _about(results, rereading.finding)
    found = tuple(_corrections(rows, about, first, truth))
    numbers = tuple(
        Estimated(results.results.cell(item.id), None, (), ()) for item in found if item.found is not None
    )
    kept = {item.cell.result: measures[item.cell.result] for item in numbers}
    return Told(_subject(results), kept, ((),), numbers, {}, about, More(corrections=found))


def write(frozen: Path, form: Form, rereading: Rereading, hash: str) -> Told:
    """Writes the folder `reread` of a freezing: cells beside those of the freezing, the draw, the final answers. Same
    readings, same bytes. Raises Faults as `correct`, and where the folder is there with anything else in it."""
    told = correct(frozen, form, rereading)
    results = load_results(frozen / "results")
    why_not = {item.cell.result + CORRECTED: item.cell for item in told.numbers}
    cells = [
        replace(cell, generalisable=of.generalisable, why_not=of.why_not)
        if (of := why_not.get(cell.result)) is not None
        else cell
        for cell in told.cells
    ]
    draw = {
        "seed": rereading.seed,
        "measure": rereading.finding,
        "groups": plain(rereading.groups),
        "hash": hash,
    }
    files = {
        "cells.csv": write_csv(cells).encode(),
        "definitions.json": definitions({**told.measures, **corrected_measures(told)}),
        NUMBERS: json_bytes([_plainly(item) for item in more_data(told).get("corrected", [])]),
        "draw.json": json_bytes(draw),
        TRUTH: _truth_rows(form, rereading.truth),
    }
    manifest = {
        "schema_version": SCHEMA_VERSION,
        "kind": "results",
        "method": "two_phase",
        "reread": {"measure": rereading.finding, "hash": hash,
                   "drawn": {name: len(group.drawn) for name, group in rereading.groups.items()}},
        "of": {"rows": results.results.manifest["rows"], "study": results.results.manifest["study"]},
        "origin": results.results.manifest["origin"],
        "data_date": results.results.manifest["data_date"],
        "truth": {"hash": rows_hash(frozen_rows(form, Reviewed(tuple(rereading.truth), "", ())))},
        "software": software(),
        "files": listing(files),
    }  # fmt: skip
    write_whole(frozen / "reread", {**files, "manifest.json": json_bytes(manifest)}, force=True, private=True)
    return told


def corrected_of(frozen: Path, form: Form) -> tuple[CorrectedShare, ...]:
    """The shares that the re-reading of a freezing corrected; none where it was not read again, or is not done."""
    folder = frozen / "reread"
    if not (folder / MARK).is_file():
        return ()
    labels = {id: words(item.label, "da") for id, item in findings(form).items()}
    told = {item["result"]: item for item in json.loads((folder / NUMBERS).read_text(encoding="utf-8"))}
    return tuple(
        CorrectedShare(
            cell, of, labels[of], tuple(REMARKS[code] for code in told[of]["remarks"] if code in REMARKS)
        )
        for cell in load_results(folder).results.cells
        if cell.result.endswith(CORRECTED) and (of := cell.result.removesuffix(CORRECTED)) in labels
    )


def _refuse(rereading: Rereading, cases: Sequence[str], true: set[str]) -> None:
    """Nothing but the whole of a random draw of both groups corrects a figure."""
    groups = rereading.groups
    if not is_random(rereading.seed, groups):
        fault = said(
            "De genlæste sager er ikke trukket tilfældigt både med og uden fund, så de kan ikke rette tallet."
        )
        raise Faults(
            [
                Problem(
                    "GENLAES-101", Place(), fault, said("Træk lod på tallets side, og læs dem, der trækkes.")
                )
            ]
        )
    if sorted(case for group in groups.values() for case in group.cases) != list(cases):
        fault = said("Lodtrækningen er ikke blandt de sager, tallet er regnet af.")
        raise Faults([Problem("GENLAES-103", Place(), fault, said("Træk lod på tallets egen side."))])
    drawn = {case for group in groups.values() for case in group.drawn}
    if drawn != true:
        fault = said("{n} af de trukne sager er ikke læst og afgjort endnu.", n=len(drawn - true))
        if true - drawn:
            fault = said("{n} genlæste sager er ikke trukket.", n=len(true - drawn))
        remedy = said("Tallet regnes, når alle de trukne er læst og forskellene afgjort.")
        raise Faults([Problem("GENLAES-102", Place(), fault, remedy)])


def _truth_rows(form: Form, truth: Sequence[ReviewedCase]) -> bytes:
    return parquet(form, frozen_rows(form, Reviewed(tuple(truth), "", ())))


def _verdicts(path: Path, form: Form, measures: Sequence[Measure]) -> dict[str, dict[str, str]]:
    with opened_rows(path) as (table, execute):
        told = execute(verdict_query(table, measures, form.names)).to_pydict()
    cases = told["case_id"]
    return {
        item.id: {case: SAID[word] for case, word in zip(cases, told[item.id], strict=True)}
        for item in measures
    }


def _rows(
    results: Results,
    cases: Sequence[str],
    measures: Mapping[str, Measure],
    first: Verdicts,
    truth: Verdicts,
    groups: Mapping[str, Group],
) -> CaseRows:
    import numpy as np

    held = set(groups[WITH].cases)
    labels = [GROUPS[case not in held] for case in cases]
    asked, truths = [], []
    for id, measure in measures.items():
        told = [first[id][case] for case in cases]
        y = np.array([_number(word) for word in told])
        asked.append(Asked(id, SHARE, measure.hash, y, np.array([word in SAID[1:] for word in told])))
        final = [truth[id].get(case, "") for case in cases]
        unsettled = sum(word == _UNKNOWN for word in final)
        truths.append(Truth(id, np.array([_number(word) for word in final]), labels, unsettled))
    return CaseRows(_design(results, len(cases)), {}, tuple(asked), tuple(truths))


def _number(word: str) -> float:
    return {_YES: 1.0, _NO: 0.0}.get(word, float("nan"))


def _design(results: Results, cases: int) -> Design:
    """Every case counts alike, as in the figures themselves; where all there were are read, nothing was drawn first."""
    selection: Any = results.results.manifest.get("selection") or {}
    if selection.get("probability") is False:
        return design(rows=cases, populations=[[cases] * cases])
    return design(rows=cases)


def _corrections(rows: CaseRows, about: About, first: Verdicts, truth: Verdicts) -> Iterator[Correction]:
    """One for each share that can be corrected: whose base is the same in both readings, with enough read again."""
    for asked, final in zip(rows.asked, rows.truths, strict=True):
        moved = any(
            (truth[asked.id][case] == SAID[0]) != (first[asked.id][case] == SAID[0])
            for case in truth[asked.id]
        )
        if moved:
            continue
        try:
            yield corrected(rows, asked, final, (), (), about)
        except SingleUnit:
            continue
        except ValueError:  # too few of a group in the base
            continue


def _about(results: Results, finding: str) -> About:
    cell = results.results.cell(finding)
    return About(cell.generalisable, cell.why_not, cell.data_date, cell.origin)


def _subject(results: Results) -> Subject:
    study: Any = results.results.manifest["study"]
    return Subject(str(study["id"]), study["title"], "", True, {}, {})


def _plainly(item: Mapping[str, Any]) -> dict[str, Any]:
    """With numbers as text, as exact as they are."""
    from decimal import Decimal

    return {name: str(value) if isinstance(value, Decimal) else value for name, value in item.items()}
