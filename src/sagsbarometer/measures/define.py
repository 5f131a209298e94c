"""Measures and figures as definitions that can be counted and shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.parse import parse
from sagsbarometer.forms.language.tree import names
from sagsbarometer.forms.language.write import write
from sagsbarometer.kernel.ids import content_hash
from sagsbarometer.kernel.problems import Place
from sagsbarometer.measures.measure import Figure, FigureRow, Kind, Measure, Part

_UNIT = {
    Kind.SHARE: "percent",
    Kind.PART: "percent",
    Kind.COUNT: "cases",
    Kind.MUNICIPALITIES: "municipalities",
    Kind.NO_MUNICIPALITY: "municipalities",
}


# From the names an expression uses to the questions behind them and the derived variables as written.
Depends = Callable[[set[str]], tuple[tuple[str, ...], dict[str, str]]]


def define_measures(form: Form) -> dict[str, Measure]:
    """Every measure of a form that was loaded without faults, by id, in the form's order."""
    return {str(plain["id"]): _measure(form, dict(plain)) for plain in form.measures}


def _measure(form: Form, plain: dict[str, Any]) -> Measure:
    return define_measure(plain, Place(form.file, question=plain["id"]), lambda used: _depends(form, used))


def define_measure(plain: Mapping[str, Any], place: Place, depends: Depends) -> Measure:
    """One measure from plain data in which no fault was found."""
    kind = Kind(plain["kind"])
    base = parse(plain["base"], place)
    counts = parse(plain["counts"], place) if plain["counts"] else None
    value = plain.get("value") or ""
    unit = _UNIT.get(kind) or plain.get("unit") or "days"
    date, per = plain.get("date") or "", plain.get("per") or ""
    questions, derived = depends({*names(base), *names(counts), *([value] if value else [])})
    # What is counted, not what it is called: a new label does not make a new definition.
    meaning = [kind, write(base), write(counts) if counts else "", value, unit, derived]
    stock = plain.get("stock")
    meaning += [plain["quantile"]] if plain.get("quantile") else []
    meaning += [stock] if stock else []
    return Measure(
        id=plain["id"],
        kind=kind,
        label=plain["label"],
        base=base,
        base_label=plain["base_label"],
        counts=counts,
        value=value,
        unit=unit,
        source=plain["source"],
        base_text=write(base),
        counts_text=write(counts) if counts else value,
        hash=content_hash([*meaning, date, per] if date else meaning)[:12],
        questions=questions,
        derived=derived,
        date=date,
        per=per,
        quantile=plain.get("quantile") or 0,
        stock=(stock["from_"], stock["to"]) if stock else None,
        formula=plain.get("formula") or {},
    )


def _depends(form: Form, used: set[str]) -> tuple[tuple[str, ...], dict[str, str]]:
    """The questions and the derived variables behind some names, however deep."""
    derived = {item.id: item for item in form.derived}
    queue = sorted(used)
    while queue:
        item = derived.get(queue.pop())
        if item is not None:
            new = (names(item.expression) | names(item.ask_if)) - used
            used |= new
            queue += sorted(new)
    written = {id: write(derived[id].expression) for id in sorted(used) if id in derived}
    return tuple(sorted(used - set(written))), written


def define_figures(form: Form) -> tuple[Figure, ...]:
    """Every figure of a form that was loaded without faults, in the form's order."""
    labels = {str(plain["id"]): plain["label"] for plain in form.measures}
    return tuple(_figure(dict(plain), labels) for plain in form.figures)


def _figure(plain: dict[str, Any], labels: dict[str, Any]) -> Figure:
    return Figure(
        id=plain["id"],
        number=plain["number"],
        kind=plain["kind"],
        title=plain["title"],
        note=plain["note"],
        rows=tuple(_row(row, labels) for row in plain["rows"]),
        parts=tuple(Part(part["id"], part["label"]) for part in plain["parts"]),
        also=tuple(plain["also"]),
        generalisable=plain["generalisable"],
        why_not=plain["why_not"],
        alt=plain["alt"],
    )


def _row(row: str | dict[str, Any], labels: dict[str, Any]) -> FigureRow:
    if isinstance(row, str):
        return FigureRow(row, labels[row], {"": row})
    measure = row["measure"] or ""
    cells = row["cells"] or {"": measure}
    first = measure or row["total"] or next(iter(cells.values()))
    return FigureRow(
        id=row["id"] or first,
        label=row["label"] or labels[first],
        cells=cells,
        total=row["total"] or "",
        condition=row["condition"],
    )
