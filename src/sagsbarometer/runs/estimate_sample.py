"""A drawn sample and the answers about its cases as rows of a design: those that were read, and those that never
came.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sagsbarometer.catalogue.catalogue import Catalogue
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.deliveries.stream import RowSource
from sagsbarometer.estimation.asked import By, Drawing
from sagsbarometer.estimation.design import REMOVE
from sagsbarometer.estimation.design_file import DesignFile
from sagsbarometer.estimation.from_draw import Standing, Unit, is_two_stage, is_unequal, standing
from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.types import Type
from sagsbarometer.forms.load import load_form
from sagsbarometer.kernel.ids import municipality_code, shown
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.measures.count import verdict_query
from sagsbarometer.measures.define import define_measures
from sagsbarometer.measures.measure import Kind, Measure
from sagsbarometer.runs.estimate_rows import NO, OUTSIDE, UNKNOWN, YES, Rows, canonical_variables, verdict
from sagsbarometer.sampling.drawn import Drawn
from sagsbarometer.store.engine import opened_rows
from sagsbarometer.store.results import Results

AUTHORITY, REGION = "authority", "region"
Answers = Mapping[str, Sequence[int]]  # by case: what it says of each share, as `verdict_query` has it


@dataclass(frozen=True, slots=True)
class Joined:
    """The rows that are estimated from, and with those that are missing, unknown; None where none is."""

    rows: Rows
    all: Rows | None
    standing: Standing


def answers_of_file(source: RowSource, design: DesignFile) -> Answers:
    """What each case of a file says. Raises Faults: FIL-1xx, ESTIMAT-102 and 103, ESTIMAT-113 a case twice."""
    wanted = [design.case or "id", *(item.source for item in design.shares)]
    if absent := [name for name in wanted if name not in source.header]:
        have = f"Filens kolonner: {', '.join(source.header[:30])[:1000]}."
        raise Faults(
            Problem("ESTIMAT-102", Place(source.name), f"Filen har ingen kolonne {shown(name, 80)}.", have)
            for name in absent
        )
    at = [source.header.index(name) for name in wanted]
    found: dict[str, list[int]] = {}
    problems: list[Problem] = []
    for batch in source.batches():
        columns = [batch.columns[index].to_pylist() for index in at]
        for number, id, *answers in zip(batch.numbers.to_pylist(), *columns, strict=True):
            if id in found or not id:
                fault = "Sagen står to gange." if id else "Rækken har intet id."
                place = Place(source.name, row=number, column=wanted[0])
                problems.append(Problem("ESTIMAT-113", place, fault, "Behold én række pr. sag."))
                continue
            found[id] = []
            for variable, answer in zip(design.shares, answers, strict=True):
                of = verdict(variable, answer)
                if of is None:
                    fault = f"Svaret {shown(answer)} er ikke forklaret under {variable.id}."
                    place = Place(source.name, row=number, column=variable.source)
                    remedy = "Skriv det under yes, no, unknown eller outside."
                    problems.append(Problem("ESTIMAT-103", place, fault, remedy))
                found[id].append(UNKNOWN if of is None else of)
    if problems:
        raise Faults(problems[:1000])
    return found


def answers_of_results(results: Results, measures: Mapping[str, Measure], form: Form) -> Answers:
    """What each frozen case says of the shares of its form."""
    shares = [measure for measure in measures.values() if measure.kind is Kind.SHARE]
    with opened_rows(results.folder / "dataset" / "rows.parquet") as (table, execute):
        told = execute(verdict_query(table, shares, form.names)).to_pydict()
    columns = [told[measure.id] for measure in shares]
    return {id: list(of) for id, *of in zip(told["case_id"], *columns, strict=True)}


def form_of(results: Results, given: Path | None, catalogue: Catalogue) -> Form:
    """The form that the results were made with: the file given, else the shipped template that is it.

    Raises Faults: those of the form; ESTIMAT-112 where it is another, or none is found.
    """
    told = results.results.manifest.get("form")
    wanted = told.get("hash") if isinstance(told, dict) else None
    paths = [given] if given else sorted(shipped("studies").glob("*/form.yaml"))
    for path in paths:
        form = load_form(path, catalogue)
        if form.hash == wanted:
            return form
    fault = (
        "Skemaet er et andet end det, resultaterne er lavet med."
        if given
        else "Resultaternes skema er ikke en af skabelonernes."
    )
    remedy = "Skriv --form FIL med det skema, som study run læste."
    raise Faults([Problem("ESTIMAT-112", Place("--form"), fault, remedy)])


def shares_of(form: Form) -> dict[str, Measure]:
    """The shares of a form by id, in its order."""
    return {id: item for id, item in define_measures(form).items() if item.kind is Kind.SHARE}


def groupings_of(drawn: Drawn) -> tuple[str, ...]:
    """What the cases of a sample can be grouped by: what was known of them before they were read."""
    return (AUTHORITY, REGION, *drawn.strata)


def group_of(drawn: Drawn, catalogue: Catalogue, unit: Unit, name: str) -> str | None:
    """The group of a case: known before it was read."""
    if name == AUTHORITY:
        return unit.row.authority
    if name == REGION:
        item = catalogue.municipalities.get(municipality_code(unit.row.authority))
        return item.region if item else None
    return unit.row.stratum[drawn.strata.index(name)] or None


def joined(
    drawn: Drawn,
    answers: Answers,
    by: Sequence[By],
    poststrata: By,
    rule: str,
    catalogue: Catalogue,
    folder: Path,
) -> Joined:
    """The sample with its answers, as tables in `folder`. Raises Faults ESTIMAT-113 where no case of it was read."""
    try:
        found = standing(drawn, answers.keys())
    except ValueError:
        fault = "Ingen af stikprøvens sager er blandt svarene."
        remedy = "Se efter, om det er den rigtige mappe, og om sagerne har de samme id'er."
        raise Faults([Problem("ESTIMAT-113", Place("--sample"), fault, remedy)]) from None
    size = len(next(iter(answers.values())))
    writer = _Writer(drawn, answers, by, poststrata, catalogue, size)
    rows = writer.rows(
        [unit for unit in found.units if unit.read], writer.drawing(rule), folder / "rows.parquet"
    )
    if not found.missing:
        return Joined(rows, None, found)
    plain = Drawing(weight="weight", poststrata=rows.drawing.poststrata, single_unit=REMOVE)
    return Joined(rows, writer.rows(list(found.units), plain, folder / "all.parquet", missing=True), found)


@dataclass
class _Writer:
    drawn: Drawn
    answers: Answers
    by: Sequence[By]
    poststrata: By
    catalogue: Catalogue
    size: int

    def drawing(self, rule: str) -> Drawing:
        """How the cases that take part were drawn: of those missing, as if chance had left them out."""
        poststrata = tuple(f"group_{name}" for name in self.poststrata)
        common = Drawing(weight="weight", poststrata=poststrata, single_unit=rule)
        if is_two_stage(self.drawn):
            return replace(
                common,
                cluster="authority",
                probability="chance",
                second_strata=("cell",),
                second_population="population",
            )
        if is_unequal(self.drawn):
            return replace(common, strata=("cell",), probability="chance")
        return replace(common, strata=("cell",), population="population")

    def rows(self, units: Sequence[Unit], drawing: Drawing, path: Path, missing: bool = False) -> Rows:
        """The units as a table. With `missing` each weighs as it was drawn, and those not read are unknown."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        cells = self.drawn.by_key()
        shown_by = tuple(dict.fromkeys(name for names in (*self.by, self.poststrata) for name in names))
        data: dict[str, list[Any]] = {
            name: [] for name in ("cell", "authority", "population", "chance", "weight")
        }
        data |= {f"group_{name}": [] for name in shown_by}
        variables = canonical_variables(self.size)
        for item in variables:
            data |= {item.column: [], item.base: []}
        for unit in units:
            row = unit.row
            data["cell"].append(f"celle {row.cell}")
            data["authority"].append(row.authority)
            data["population"].append(str(cells[row.cell].population))
            data["chance"].append(str(self._chance(unit)))
            data["weight"].append(str(unit.plain if missing else unit.weight))
            for name in shown_by:
                data[f"group_{name}"].append(group_of(self.drawn, self.catalogue, unit, name))
            for number, item in enumerate(variables):
                of = self._verdict(unit, number)
                data[item.column].append({YES: 1, NO: 0}.get(of))
                data[item.base].append(0 if of == OUTSIDE else 1)
        names = {name: name for name in data if not name.startswith(("y", "b"))}
        rows = Rows(
            path, drawing, variables, tuple(tuple(f"group_{n}" for n in names_) for names_ in self.by), names
        )
        fields = [pa.field(n, pa.string() if t is Type.TEXT else pa.int32()) for n, t in rows.types.items()]
        pq.write_table(pa.table({f.name: data[f.name] for f in fields}, schema=pa.schema(fields)), path)
        return rows

    def _chance(self, unit: Unit) -> Any:
        if is_two_stage(self.drawn):
            return self.drawn.authorities[unit.row.authority]
        return unit.row.probability if unit.row.probability is not None else 1

    def _verdict(self, unit: Unit, number: int) -> int:
        if not unit.in_scope:
            return OUTSIDE
        return self.answers[unit.row.id][number] if unit.weight is not None else UNKNOWN
