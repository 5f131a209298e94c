"""What is done with files by itself: scanned pages are read, and uploads that were never confirmed are swept."""

from __future__ import annotations

from datetime import timedelta

from sagsbarometer.kernel.said import said
from sagsbarometer.web.jobs.routines import routine

_A_WHILE = 5 * 60  # seconds
_WEEK = 7 * 24 * 60 * 60  # seconds


@routine(
    "scans", said("Skannede sider læses"), timedelta(minutes=1), beside=True, again=timedelta(minutes=15)
)
def scans() -> str:
    """What stands on pages that are pictures, so that it can be searched, and numbers in it covered."""
    from sagsbarometer.web.documents.recognised import read_waiting

    return read_waiting(_A_WHILE)


@routine("uploads", said("Filer uden en sag fjernes"), timedelta(hours=1))
def uploads() -> str:
    """What lies where files arrive after an hour, and locked files that no row names after a week.

    A week, because rows are missing too where somebody put an older database back, and may want to think again.
    """
    from sagsbarometer.web.documents.arriving import sweep
    from sagsbarometer.web.documents.storing import orphans

    gone = sweep()
    for path in orphans(_WEEK):
        path.unlink(missing_ok=True)
        gone += 1
    return said("{n} efterladt fil fjernet.", "{n} efterladte filer fjernet.", n=gone)
