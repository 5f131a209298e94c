"""The pictures of the sample step: precision by number of cases, and where cases come from. Drawn here, as SVG."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from sagsbarometer.collection.plan_sample import wanted_of
from sagsbarometer.collection.plan_steps import plan_of
from sagsbarometer.web.planning.models import Study
from sagsbarometer.web.planning.shown import tiles_of, worked


def precision(request: HttpRequest, study: str) -> HttpResponse:
    """The margin by the number of cases, with the plan's own number marked. A table beside it shows the same."""
    from sagsbarometer.web.planning.pictures import precision_svg

    found = get_object_or_404(Study, pk=study)
    of = worked(found, plan_of(found.plan))
    if of is None:
        raise Http404
    return _svg(precision_svg(of))


def tile_map(request: HttpRequest, study: str) -> HttpResponse:
    """The cases each authority is asked for, on tiles."""
    from sagsbarometer.web.planning.pictures import map_svg

    found = get_object_or_404(Study, pk=study)
    plan = plan_of(found.plan)
    of = worked(found, plan)
    if of is None:
        raise Http404
    return _svg(map_svg(tiles_of(plan), {code: sum(own.values()) for code, own in wanted_of(of).items()}))


def _svg(text: str) -> HttpResponse:
    response = HttpResponse(text, content_type="image/svg+xml")
    # A picture opened by itself runs nothing either; its own style attributes are its looks.
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return response
