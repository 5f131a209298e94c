"""How the dates of a column are to be read: the orders and formats that a mapping names."""

from __future__ import annotations

import re

from sagsbarometer.appeals.inspecting.columns import ColumnProfile
from sagsbarometer.appeals.inspecting.inspection import month_first
from sagsbarometer.appeals.intake.dates import NAMED


def date_reading(profile: ColumnProfile) -> tuple[list[str], list[str]]:
    """The orders to try, in turn, and the formats beside them, for the dates of a column."""
    seen, forms = profile.orders, {form for (form, _, _) in profile.forms}
    orders = ["iso"]
    if seen["year_first_day"]:
        orders = ["iso", "year_first_day"] if seen["iso"] or not seen["ambiguous"] else ["year_first_day"]
    first, second = ("month_first", "day_first") if month_first(profile) else ("day_first", "month_first")
    if "year_last" in forms or not forms & {"iso"}:
        orders += [first, *([second] if seen[second] else [])]
    elif orders == ["iso"]:
        orders.append("day_first")
    if names := [order for order in NAMED if seen[order]]:
        # Names of months say themselves which is which; digits are read beside them only where there are any.
        orders = [*names, *([] if forms <= {"named", "short_named"} else orders)]
    elif forms == {"short_named"}:
        orders = []
    formats = []
    for form, sign, timed in sorted(profile.forms):
        clock = _clock(profile.clock) if timed else ""
        head = "%m{0}%d{0}" if first == "month_first" else "%d{0}%m{0}"
        if form == "short_year":
            formats.append(head.format(sign) + "%y" + clock)
        elif form == "short_named":
            formats.append(sign + clock)
        elif form == "year_last" and clock.endswith("%p"):
            formats.append(head.format(sign) + "%Y" + clock)
        elif form == "iso" and sign != "-":
            formats.append(f"%Y{sign}%m{sign}%d" + clock)
        elif form == "compact" and profile.compact:
            formats.append("%Y%m%d")
    return orders, list(dict.fromkeys(formats))


def _clock(seen: str) -> str:
    seconds = seen.count(":") + seen.partition(" ")[0].count(".") >= 2
    half = re.search(r"[ap]\.?m", seen, re.IGNORECASE) is not None
    return f" {'%I' if half else '%H'}:%M{':%S' if seconds else ''}{' %p' if half else ''}"
