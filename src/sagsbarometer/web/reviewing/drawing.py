"""Which cases are read by two: drawn, and drawn again as more cases come in."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from sagsbarometer.review.second_reading import drawn
from sagsbarometer.web.delivering.models import Case
from sagsbarometer.web.identifiers import once_key, random_id
from sagsbarometer.web.planning.models import Study
from sagsbarometer.web.reviewing.cases_read import crumbs
from sagsbarometer.web.reviewing.finding import MEASURED
from sagsbarometer.web.reviewing.models import CaseReview, Draw
from sagsbarometer.web.reviewing.moves import case_takes


def draw(request: HttpRequest, study: str) -> HttpResponse:
    """Draws which cases are read by two. The seed is that of the first draw, so that nobody is drawn until it fits."""
    found = get_object_or_404(Study.objects.select_for_update(), pk=study)
    earlier = list(Draw.objects.filter(study=study).select_related("by").order_by("at"))
    share = earlier[-1].share if earlier else planned_share(found)
    left = open_to_draw(study)
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        once = once_key(f"draw:{study}", request.POST.get("once"))
        if any(item.once == once for item in earlier):
            return redirect("reviewing:draw", study)
        typed = _percent(request.POST.get("share", ""))
        if not left:
            errors.append(("", _("Der er ingen sager at trække lod om lige nu. Intet er trukket.")))
        elif typed is None:
            errors.append(("id_share", _("Skriv en procent mellem 0 og 100.")))
        elif earlier and typed < share:
            errors.append(("id_share", _("Andelen kan kun vokse: ingen, der er trukket, slippes igen.")))
        else:
            seed = earlier[0].seed if earlier else random_id(24)
            draw_among(found, seed, typed, once, request.user)
            messages.success(request, _("Der er trukket lod. Fordel nu de sager, der skal læses af to."))
            return redirect("reviewing:draw", study)
    context = {
        "study": found,
        "draws": [(item, len(item.drawn_from), len(item.drawn)) for item in earlier],
        "share": request.POST.get("share", f"{share.normalize():f}".replace(".", ",")),
        "left": left,
        "once": random_id(24),
        "errors": errors,
        "crumbs": crumbs(found, _("Sager, der læses af to")),
    }
    return render(request, "reviewing/draw.html", context, status=422 if errors else 200)


def planned_share(study: Any) -> Decimal:
    """What the plan says of double reading, percent."""
    return Decimal(str(study.plan.get("review", {}).get("double", 10)))


def open_to_draw(study: str) -> bool:
    """Whether any case of a study can still become one that is read by two."""
    rows = Case.objects.filter(study=study, state="screened_in").select_related("review")
    reviews = (getattr(row, "review", None) for row in rows.prefetch_related("review__readings"))
    return any(
        case_takes(review, "draw_second") for review in reviews if review is None or review.use == MEASURED
    )


def draw_among(study: Any, seed: str, share: Decimal, once: str, user: Any) -> None:
    """Draws among the cases that are in the measurement now, and says of each drawn that it is read by two. Inside
    `acting`. Practice and anchors are not drawn."""
    among = sorted(Case.objects.filter(study=study, state="screened_in").values_list("id", flat=True))
    practice = set(
        CaseReview.objects.filter(study=study).exclude(use="measure").values_list("case_id", flat=True)
    )
    among = [case for case in among if case not in practice]
    chosen = drawn(among, share, seed)
    made = Draw.objects.create(
        study=study, seed=seed, share=share, drawn_from=among, drawn=list(chosen), once=once, by=user
    )
    reviews = CaseReview.objects.filter(case_id__in=chosen).prefetch_related("readings")
    there = {review.case_id: review for review in reviews}
    for case in chosen:
        review = there.get(case) or CaseReview(case_id=case, study=study)
        if not case_takes(review if review.case_id in there else None, "draw_second"):
            continue
        review.second_drawn, review.draw = True, made
        review.revision += 1
        review.save()


def _percent(text: str) -> Decimal | None:
    try:
        share = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return share.quantize(Decimal("0.01")) if share.is_finite() and 0 <= share <= 100 else None
