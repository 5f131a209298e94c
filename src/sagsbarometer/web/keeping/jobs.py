"""Archiving and purging as work of the queue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from sagsbarometer.kernel.said import said
from sagsbarometer.web.home import this_home
from sagsbarometer.web.jobs import Tell, kind
from sagsbarometer.web.rights.state_of import find_study


def _after(arguments: Mapping[str, Any]) -> str:
    return str(reverse("keeping:show", args=[arguments["study"]]))


@kind("archive_study", action="archive_study", find=find_study, title=said("Studiet arkiveres"), after=_after)
def archive_study(job: Any, arguments: Mapping[str, Any], tell: Tell) -> None:
    """The coded rows of a study, in the house's own `archives`."""
    from sagsbarometer.web.keeping.archive import archive

    folder = this_home().folder / "archives"
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / f"{arguments['study']}-{job.id}"
    again = target.exists()  # cut off after it was written and before the study was marked
    archive(this_home(), arguments["study"], target, job.actor, documents=False, tell=tell, written=again)


@kind(
    "purge_study", action="purge_study", find=find_study, title=said("Studiets indhold slettes"), after=_after
)
def purge_study(job: Any, arguments: Mapping[str, Any], tell: Tell) -> None:
    """Documents, free text and the key of a study. Asked to stop, it stops between two things and is finished later."""
    from sagsbarometer.web.keeping.purge import purge

    purge(this_home(), arguments["study"], job.actor, tell)
