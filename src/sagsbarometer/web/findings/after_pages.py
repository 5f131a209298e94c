"""What happened after a release, as the house sees it: the counts, the cases, and who has not told anything."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sagsbarometer.kernel.said import said
from sagsbarometer.review.aftermath import FEW, MOST_REASON, share
from sagsbarometer.web.findings import counting_after, mails_after, shown_after, telling
from sagsbarometer.web.findings.counting_after import NUMBERS, Counted, Number
from sagsbarometer.web.findings.deciding import seen_cases
from sagsbarometer.web.findings.finding_after import RELEASED
from sagsbarometer.web.findings.models import Aftermath, Objection, Sheet
from sagsbarometer.web.identifiers import once_key, random_id
from sagsbarometer.web.jobs.asking import ask
from sagsbarometer.web.planning.models import Authority, Study
from sagsbarometer.web.receiving.sheets import csv_reply
from sagsbarometer.web.reviewing.cases_read import crumbs
from sagsbarometer.web.reviewing.finding import blind_to
from sagsbarometer.web.reviewing.jobs import folder_of_freeze
from sagsbarometer.web.reviewing.models import Freeze
from sagsbarometer.web.rights.asking import asked
from sagsbarometer.web.rights.may import Answer

# The tables of the page: heading, and the numbers of each. What a grant taken back is has a table of its own.
_TABLES = (
    (said("Indsigelser"), "sheets cases objected sent upheld not_upheld open withdrawn"),
    (said("Afgørelserne"), "wrong right cannot_be_seen"),
    (said("Hvad der skete med de forkerte"), "reopened more same less maintained not_told overdue late"),
    (said("Bevillinger taget tilbage (holdes for sig)"), "revoked"),
    (said("Besked til borgeren"), "citizen_yes citizen_later citizen_no citizen_unknown"),
)
_BY = (
    "cases objected upheld not_upheld open wrong reopened more same less revoked maintained not_told".split()
)


def after(request: HttpRequest, study: str) -> HttpResponse:
    """The counts of a study, and of each municipality."""
    found = get_object_or_404(Study, pk=study)
    told = counted_for(request, study)
    context = {
        "study": found,
        "told": told,
        "tables": tables_of(told) if told else [],
        "few": FEW,
        "heads": [(id, str(words)) for id in _BY for of, words, *_more in NUMBERS if of == id],
        "rows": _municipalities(study, told) if told else [],
        "crumbs": crumbs(found, _("Efter målingen")),
    }
    return render(request, "findings/after.html", context)


def counted_for(request: Any, study: str, cases: Collection[str] | None = None) -> Counted | None:
    """What is counted of a study; None for who reads a case of it blind, of which a count could tell."""
    reads = blind_to(request.user.id)
    if reads and Sheet.objects.filter(case__in=reads, case__study=study, state=RELEASED).exists():
        return None
    return counting_after.counted_after(study, cases)


def beside(request: Any, study: str, cases: Collection[str]) -> dict[str, Any] | None:
    """What came after, to stand beside the figures of some cases; None where nothing of them was released, or for who
    may not see the counts."""
    told = counted_for(request, study, cases)
    if told is None or not told.objections.sheets:
        return None
    return {"day": told.day, "tables": tables_of(told), "summary": _summary(told), "once": random_id(24)}


def _summary(told: Counted) -> str:
    """The objections in a line, and that no figure was changed by them."""
    counts = told.objections
    return ngettext(
        "Kommunerne har gjort %(n)s indsigelse. Taget til følge: %(upheld)s, ikke taget til følge: %(not)s, "
        "ikke besvaret: %(open)s, trukket tilbage: %(withdrawn)s. Ingen af tallene er ændret af det.",
        "Kommunerne har gjort %(n)s indsigelser. Taget til følge: %(upheld)s, ikke taget til følge: %(not)s, "
        "ikke besvaret: %(open)s, trukket tilbage: %(withdrawn)s. Ingen af tallene er ændret af det.",
        counts.sent,
    ) % {"n": counts.sent, "upheld": counts.upheld, "not": counts.not_upheld, "open": counts.open,
         "withdrawn": counts.withdrawn}  # fmt: skip


def keep(request: Any, study: str, number: int) -> HttpResponse:
    """Asks for the counts to be laid beside the figures of a freezing, in a folder that a report is made of."""
    found = get_object_or_404(Freeze, study=study, number=number)
    if not (folder_of_freeze(study, number) / "results").is_dir() or counted_for(request, study) is None:
        raise Http404
    once = once_key(f"after:{found.id}", request.POST.get("once"))
    ask(
        "findings.after_folder",
        {"study": study, "number": number},
        actor=request.user.id,
        study=study,
        once=once,
    )
    messages.success(request, _("Tallene lægges ved siden af målingens. Det tager et øjeblik."))
    return redirect("reviewing:numbers", study, number)


def tables_of(told: Counted) -> list[tuple[str, list[tuple[str, int, str]]]]:
    """Each table with its rows: words, the count, and what share of what it is."""
    found = counting_after.numbers_of(told)
    return [
        (str(heading), [(str(found[id].words), found[id].count, _of_base(found[id])) for id in ids.split()])
        for heading, ids in _TABLES
    ]


def _of_base(number: Number) -> str:
    """`12 af 40 (30 %)`, and how many more are unknown; without the percent where there are few."""
    if not number.base:
        return ""
    told = _("%(part)s af %(whole)s") % {"part": number.count, "whole": number.known}
    percent = share(number.count, number.known)
    if percent is not None:
        told += f" ({percent} %)"
    if number.unknown:
        more = ngettext("%(n)s ukendt", "%(n)s ukendte", number.unknown) % {"n": number.unknown}
        told += f", {more}"
    return told


def _municipalities(study: str, told: Counted) -> list[tuple[str, list[int]]]:
    names = dict(Authority.objects.filter(study=study).values_list("code", "name"))
    rows = []
    for code in told.after_by:
        numbers = counting_after.numbers_of(told, code)
        rows.append((names.get(code, code), [numbers[id].count for id in _BY]))
    return sorted(rows)


def after_csv(request: HttpRequest, study: str) -> HttpResponse:
    """The counts as a file: no words of anybody's, the day in each row, sorted."""
    told = counted_for(request, study)
    if told is None:
        raise Http404
    day = told.day.isoformat()
    rows = [(study, day, *row) for row in counting_after.rows_of(told)]
    heads = [
        _("Undersøgelse"),
        _("Opgjort"),
        _("Kommune"),
        _("Id"),
        _("Hvad"),
        _("Antal"),
        _("Af"),
        _("Ukendte"),
    ]
    return csv_reply("efter.csv", heads, rows)


def cases(request: Any, study: str) -> HttpResponse:
    """GET: the wrong cases, those past the day they were to be told of first. POST: reminds of those, once a case."""
    found = get_object_or_404(Study, pk=study)
    lines = shown_after.lines_of(shown_after.released_sheets(case__study=study))
    wrong = [line for line in lines if line.sheet.wrong is True]
    seen = seen_cases(request, "see_case_after", study, (line.sheet.case_id for line in wrong))
    wrong = [line for line in wrong if line.sheet.case_id in seen]
    already = mails_after.reminded(study)
    late = [line for line in wrong if line.overdue]
    waiting = [line for line in late if line.sheet.case_id not in already]
    if request.method == "POST":
        told = [bool(mails_after.remind(line.sheet.case, line.sheet.id)) for line in waiting]
        if nobody := told.count(False):
            messages.error(request, _("Sager uden en kontakt at minde: %(n)s.") % {"n": nobody})
        messages.success(request, _("Sager, der er sendt påmindelse om: %(n)s.") % {"n": told.count(True)})
        return redirect("findings:after_cases", study)
    context = {
        "study": found,
        "late": [(line, line.sheet.case_id in already) for line in late],
        "others": [line for line in wrong if not line.overdue],
        "waiting": len(waiting),
        "may_remind": asked(request, "remind_aftermath", request.state) is Answer.YES,
        "crumbs": _crumbs(found, _("Sager")),
    }
    return render(request, "findings/after_cases.html", context)


def case(request: Any, study: str, case: str) -> HttpResponse:
    """GET: what happened to one case. POST: the house writes a row for the municipality."""
    sheet = shown_after.released_sheets(case=case, case__study=study).last()
    if sheet is None:
        raise Http404
    if request.method != "POST":
        shown_after.looked(request, "read_aftermath", sheet)
        return _page(request, sheet)
    errors, typed, status = telling.put(request, sheet)
    if errors:
        return _page(request, sheet, errors, typed, status)
    messages.success(request, _("Gemt. Kommunen kan se det, men ikke dit navn."))
    return redirect("findings:after_case", study, case)


def _page(request: Any, sheet: Any, errors: Any = None, typed: Any = None, status: int = 200) -> HttpResponse:
    rows = list(Aftermath.objects.filter(case=sheet.case).select_related("case__study", "by"))
    study = sheet.case.study
    context = {
        "study": study,
        "sheet": sheet,
        "case": sheet.case,
        "house": True,
        "after": shown_after.after_told(rows, sheet.release.tell_until, house=True),
        "number": max((row.number for row in rows), default=0),
        "overdue": not rows and timezone.localdate() > sheet.release.tell_until,
        "objections": Objection.objects.filter(case=sheet.case).order_by("at", "id"),
        "may_tell": asked(request, "write_aftermath", request.state) is Answer.YES,
        "tell_url": reverse("findings:after_case", args=[study.id, sheet.case_id]),
        "did": Aftermath.DID.items(),
        "effects": Aftermath.EFFECTS.items(),
        "told": Aftermath.TOLD.items(),
        "today": timezone.localdate().isoformat(),
        "most_reason": MOST_REASON,
        "once": random_id(24),
        "errors": [(f"id_{name}" if name else "", text) for name, text in (errors or {}).items()],
        "wrong": errors or {},
        "typed": typed or {},
        "of": "tell" if errors else "",
        "crumbs": _crumbs(study, _("Sag %(number)s") % {"number": sheet.case.number}),
    }
    return render(request, "findings/after_case.html", context, status=status)


def _crumbs(study: Any, last: str) -> list[tuple[str, str | None]]:
    return [*crumbs(study), (_("Efter målingen"), reverse("findings:after", args=[study.id])), (last, None)]
