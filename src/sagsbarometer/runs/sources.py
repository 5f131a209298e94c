"""What somebody names on the command line as a source of rows: files, or a table of a database."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sagsbarometer.deliveries.stream import FIND_OUT, Reading, RowSource, open_source
from sagsbarometer.deliveries.stream_arrow import ArrowRows, header_from
from sagsbarometer.deliveries.table_cells import Findings, safe_name
from sagsbarometer.deliveries.table_parquet import check_types
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.store.source_table import is_address, open_table


def open_input(inputs: Sequence[str], reading: Reading = FIND_OUT) -> RowSource:
    """The rows of files, or of one table (`reading.table`) of a database by its connection string.

    Raises Faults (FIL-1xx). The connection string is in no message, and not in the source's name.
    """
    if not any(is_address(text) for text in inputs):
        return open_source([Path(text) for text in inputs], reading)
    if len(inputs) > 1:
        fault = "En database kan ikke læses sammen med andet."
        remedy = "Angiv den alene, eller lav et view af flere tabeller."
        raise Faults([Problem("FIL-126", Place("databasen"), fault, remedy)])
    table = open_table(inputs[0], reading.table)
    findings = Findings(safe_name(table.name))
    check_types(table.schema, findings)
    return ArrowRows(
        name=findings.file,
        kind="sql",
        form=f"tabel i {table.engine}",
        read=table.read,
        columns=header_from(table.schema.names, findings),
        broken=("FIL-126", "Tabellen kan ikke læses", "Kontrollér den, og prøv igen."),
        size=table.size,
        rows=table.rows,
    )
