"""A layout for one register as it stood on a day: its columns, its periods, and without what it has nothing of."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sagsbarometer.appeals.columns import columns_of
from sagsbarometer.appeals.layouts.layout import FILE, MEASURES, Layout, load_layout
from sagsbarometer.appeals.layouts.settle import asks, found, look, settled
from sagsbarometer.catalogue.catalogue import Catalogue
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.kernel.dates import danish_date
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.measures.count import Execute
from sagsbarometer.store.register import Register

if TYPE_CHECKING:
    import ibis.expr.types as ir


def layout_folder(layout: str) -> Path:
    """The folder of a layout that is shipped, by its id, or of one's own. Raises Faults LAYOUT-111."""
    own = {path.parent.name: path.parent for path in sorted(shipped("layouts").glob(f"*/{FILE}"))}
    folder = own.get(layout, Path(layout))
    if not (folder / FILE).is_file():
        fault = f"Layoutet {shown(layout)} findes ikke."
        remedy = f"Angiv en mappe med {FILE}, eller et af: {', '.join(own)}."
        raise Faults([Problem("LAYOUT-111", Place(), fault, remedy)])
    return folder


def layout_of(layout: str, register: Register, catalogue: Catalogue) -> Layout:
    """The layout with the columns of a register. Raises Faults as `layout_folder` and `load_layout`."""
    columns = columns_of(register.manifest.get("own", {}))
    return load_layout(layout_folder(layout), shipped("layouts") / MEASURES, catalogue, columns)


def settled_for(layout: Layout, deliveries: ir.Table, execute: Execute, day: date) -> Layout:
    """The layout with its periods and without what the register has nothing of on `day`: one query, and none where the
    layout says itself what it shows. Raises Faults LAYOUT-124 where nothing is left of it."""
    if not asks(layout):
        return layout
    there = execute(look(deliveries, day, layout.columns)).to_pylist()[0]
    made = settled(layout, day, found(there))
    if not made.tables and not made.figures:
        fault = f"Registret har {danish_date(day)} intet af det, layoutet {layout.id} viser."
        remedy = "Se efter, om mappingen giver received_on eller decided_on, eller brug et andet layout."
        raise Faults([Problem("LAYOUT-124", Place(), fault, remedy)])
    return made
