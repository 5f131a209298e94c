"""How far one's work has come."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from sagsbarometer.web.jobs import queue, routines
from sagsbarometer.web.jobs.models import Job

_A_PAGE = 50


def mine(request: HttpRequest) -> HttpResponse:
    """The work one asked for, newest first."""
    return _list(request, everybodys=False)


def everybodys(request: HttpRequest) -> HttpResponse:
    """All work of the house, newest first."""
    return _list(request, everybodys=True)


def by_itself(request: HttpRequest) -> HttpResponse:
    """What the house does by itself: when it did, when it will, and what went wrong."""
    crumbs = [(_("Alle opgaver"), reverse("jobs:all")), (_("Det, der sker af sig selv"), None)]
    return render(request, "jobs/routines.html", {"routines": list(routines.seen()), "crumbs": crumbs})


def _list(request: HttpRequest, *, everybodys: bool) -> HttpResponse:
    jobs = Job.objects.all() if everybodys else Job.objects.filter(actor=request.user.pk)
    page = Paginator(jobs.order_by("-asked_at", "id"), _A_PAGE).get_page(request.GET.get("side"))
    shown = [(job, reverse("jobs:any" if everybodys else "jobs:job", args=[job.id])) for job in page]
    crumbs = [(_("Alle opgaver") if everybodys else _("Opgaver i gang"), None)]
    return render(
        request, "jobs/list.html", {"page": page, "jobs": shown, "everybodys": everybodys, "crumbs": crumbs}
    )


def job(request: HttpRequest, job: str) -> HttpResponse:
    """How far one piece of work has come; looks again by itself until it is over."""
    found = get_object_or_404(Job, pk=job)
    back = (
        (_("Alle opgaver"), reverse("jobs:all"))
        if _is_any(request)
        else (_("Opgaver i gang"), reverse("jobs:mine"))
    )
    return render(request, "jobs/job.html", _shown(request, found) | {"crumbs": [back, (found.title, None)]})


def part(request: HttpRequest, job: str) -> HttpResponse:
    """The part of the page that changes."""
    return render(request, "jobs/part.html", _shown(request, get_object_or_404(Job, pk=job)))


def stop(request: HttpRequest, job: str) -> HttpResponse:
    """Asks for the work to stop."""
    queue.ask_to_stop(job)
    return redirect("jobs:any" if _is_any(request) else "jobs:job", job)


def _is_any(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and match.url_name in ("any", "any_part", "stop_any")


def _shown(request: HttpRequest, job: Job) -> dict[str, object]:
    part, stop = ("jobs:any_part", "jobs:stop_any") if _is_any(request) else ("jobs:part", "jobs:stop")
    own = job.actor == request.user.pk
    return {
        "job": job,
        "state": job.get_state_display(),
        "part_url": reverse(part, args=[job.id]),
        "stop_url": reverse(stop, args=[job.id]),
        "next_url": job.next_page if own else "",
    }
