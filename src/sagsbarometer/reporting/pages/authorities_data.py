"""Authorities as data: CSV, and what `--json` prints."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.funnel import Placed
from sagsbarometer.measures.intervals import Interval
from sagsbarometer.reporting.pages.authorities import Authorities
from sagsbarometer.reporting.tables.table import is_few, safe

_HEADER = (
    "kode",
    "navn",
    "sager",
    "heraf",
    "ukendt",
    "procent",
    "faa_sager",
    "eksakt_95_nedre",
    "eksakt_95_oevre",
    "eksakt_998_nedre",
    "eksakt_998_oevre",
    "udvidet_95_nedre",
    "udvidet_95_oevre",
    "udvidet_998_nedre",
    "udvidet_998_oevre",
    "placering_eksakt",
    "placering_udvidet",
    "datadato",
    "status",
    "oprindelse",
)


def authority_csv(of: Authorities) -> str:
    """Every authority with its limits: UTF-8 with commas, a dot as decimal mark and a header row."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_HEADER)
    tail = (of.edition.data_date, of.edition.status, of.edition.origin_label)
    for item in of.funnel.groups:
        cell = of.cells[item.group.id]
        cuts = (*item.limits.exact, *item.limits.wide) if item.limits else (None,) * 4
        ends = [end for cut in cuts for end in ((cut.low, cut.high) if cut else (None, None))]
        writer.writerow(
            safe(value)
            for value in (
                item.group.id,
                of.name(item.group.id),
                cell.denominator,
                cell.numerator,
                cell.unknown,
                cell.value,
                "ja" if is_few(of.edition, cell) else "",
                *ends,
                of.place(item, False),
                of.place(item, True),
                *tail,
            )
        )
    return out.getvalue()


def authority_data(of: Authorities) -> dict[str, Any]:
    """The same as plain data for `--json`; shares and limits in percent, as texts so that no decimal is lost."""
    spread = of.funnel.dispersion
    return {
        "measure": of.total.result,
        "period": of.total.period,
        "as_of": of.edition.data_date,
        "origin": of.edition.origin,
        "centre": {
            "numerator": of.funnel.successes,
            "denominator": of.funnel.trials,
            "percent": _text(Decimal(100 * of.funnel.successes) / of.funnel.trials),
        },
        "dispersion": {
            "groups": spread.groups,
            "phi": _text(spread.phi),
            "chi_square": _text(spread.chi_square),
            "freedom": spread.freedom,
            "p_value": _text(spread.p_value),
            "wider": spread.wider,
        },
        "groups": [_group(of, item) for item in of.funnel.groups],
    }


def _group(of: Authorities, item: Placed) -> dict[str, Any]:
    cell = of.cells[item.group.id]
    return {
        "id": item.group.id,
        "name": of.name(item.group.id),
        "numerator": cell.numerator,
        "denominator": cell.denominator,
        "unknown": cell.unknown,
        "percent": None if cell.value is None else _text(cell.value),
        "few_cases": is_few(of.edition, cell),
        "exact": _ends(item.limits.exact if item.limits else None),
        "wide": _ends(item.limits.wide if item.limits else None),
        "place_exact": item.exact,
        "place_wide": item.wide,
    }


def _ends(cuts: tuple[Interval, Interval] | None) -> dict[str, list[str]] | None:
    if cuts is None:
        return None
    return {level: [_text(cut.low), _text(cut.high)] for level, cut in zip(("95", "99.8"), cuts, strict=True)}


def _text(value: Decimal) -> str:
    return str(round_half_up(value, 6))
