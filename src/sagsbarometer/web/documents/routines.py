"""What is swept of files by itself: uploads that were never confirmed."""

from __future__ import annotations

from datetime import timedelta

from sagsbarometer.kernel.said import said
from sagsbarometer.web.jobs.routines import routine

_WEEK = 7 * 24 * 60 * 60  # seconds


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
