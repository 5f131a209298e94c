"""The hour of a release, as people write it and as a clock in Copenhagen shows it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time

from sagsbarometer.kernel.dates import COPENHAGEN, danish_date
from sagsbarometer.kernel.problems import Faults, Place, Problem

OPENING = time(8)  # when nothing else is said; the hour at which Statistics Denmark publishes
_WRITTEN = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[ T](?:kl\. ?)?(\d{1,2})[:.](\d{2}))?( (?:sommertid|vintertid))?"
)


def read_hour(text: str, place: str = "--at") -> datetime:
    """The moment, in UTC, of `2027-04-26 08:00` in Copenhagen; of a date alone, 08:00.

    Raises Faults UDGIV-111: it is no such moment, the clock skips it in spring, or shows it twice in autumn and the
    text does not end with `sommertid` or `vintertid`.
    """
    found = _WRITTEN.fullmatch(text.strip())
    try:
        if found is None:
            raise ValueError(text)
        day, hour, minute, season = found.groups()
        clock = time(int(hour), int(minute)) if hour else OPENING
        shown = datetime.combine(date.fromisoformat(day), clock, COPENHAGEN)
        first, second = (shown.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    except (ValueError, OverflowError):
        raise _fault(place, "Det er ikke et tidspunkt.", "Skriv det som 2027-04-26 08:00.") from None
    if first == second:
        if season and season.strip() != ("sommertid" if shown.dst() else "vintertid"):
            raise _fault(place, f"Den dag er det ikke {season.strip()}.", "Slet ordet.")
        return first
    if first > second:
        fault = "Det tidspunkt findes ikke: uret stilles en time frem."
        raise _fault(place, fault, "Vælg et tidspunkt før eller efter den time.")
    if not season:
        fault = "Det tidspunkt kommer to gange: uret stilles en time tilbage."
        raise _fault(
            place, fault, f"Skriv »{text.strip()} sommertid« for det første, »… vintertid« for det andet."
        )
    return first if "sommertid" in season else second


def danish_hour(moment: datetime) -> str:
    """`26. april 2027 kl. 8.00`, with the season where the clock shows that hour twice."""
    local = moment.astimezone(COPENHAGEN)
    words = f"{danish_date(local)} kl. {local.hour}.{local.minute:02d}"
    naive = local.replace(tzinfo=None)
    first, second = (naive.replace(tzinfo=COPENHAGEN, fold=fold).utcoffset() for fold in (0, 1))
    if first is None or second is None or first <= second:
        return words
    return f"{words} ({'vintertid' if local.fold else 'sommertid'})"


def written(moment: datetime) -> str:
    """A moment as the log has it: `2027-04-26T06:00:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_written(text: str) -> datetime:
    """The moment that `written` wrote. Raises ValueError for any other text."""
    moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    if written(moment) != text:
        raise ValueError(text)
    return moment


def _fault(place: str, fault: str, remedy: str) -> Faults:
    return Faults([Problem("UDGIV-111", Place(place), fault, remedy)])
