"""The codebook of a study: how a question is to be answered, in rules that are replaced and never changed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sagsbarometer.review.doubts import MOST_RULE, of_a_case, words_fault
from sagsbarometer.web.identifiers import random_id
from sagsbarometer.web.languages import in_shown
from sagsbarometer.web.planning.folders import form_of
from sagsbarometer.web.planning.models import Study
from sagsbarometer.web.reviewing import doubting, looks
from sagsbarometer.web.reviewing.finding import blind_to, reading_state
from sagsbarometer.web.reviewing.models import CodebookRule, Doubt
from sagsbarometer.web.rights.asking import asked
from sagsbarometer.web.rights.may import Answer as May

_KEY = 20  # characters of a page's key that are kept


def rules_of(user: str, study: str) -> Any:
    """The rules of a study, ended ones too. One made of a doubt in the other reading of a case that somebody reads
    blind waits until both are in: it would say that the other had it."""
    blind = Q(doubt__reading__case__in=blind_to(user)) & ~Q(doubt__reading__reader=user)
    return CodebookRule.objects.filter(~blind, study=study).select_related("by").order_by("at", "id")


def rules_shown(user: str, study: str) -> Any:
    """Those that hold now."""
    return rules_of(user, study).filter(ended_at=None)


def codebook(request: HttpRequest, study: str) -> HttpResponse:
    """The rules by question, in the order of the form, each with those it replaced."""
    found = get_object_or_404(Study, pk=study)
    rows: dict[str, list[CodebookRule]] = {}
    for rule in rules_of(request.user.id, study):
        rows.setdefault(rule.question, []).append(rule)
    form = form_of(found)
    labels = {item.id: in_shown(item.label, item.id) for item in form.questions}
    order = [*labels, *sorted(set(rows) - set(labels))]
    parts = [
        {
            "id": id,
            "label": labels.get(id, id),
            "gone": id not in labels,
            "rules": [rule for rule in rows[id] if rule.ended_at is None],
            "ended": [rule for rule in rows[id] if rule.ended_at is not None][::-1],
        }
        for id in order
        if id in rows
    ]
    context = {
        "study": found,
        "parts": parts,
        "questions": list(labels.items()),
        "today": timezone.localdate(),
        "crumbs": _crumbs(found, _("Kodebog")),
    }
    return render(request, "reviewing/codebook.html", context)


def rule(request: HttpRequest, study: str) -> HttpResponse:
    """GET: a rule to write, from a question, a doubt or the rule it replaces. POST: makes it; sent twice it is one."""
    found = get_object_or_404(Study, pk=study)
    sent = request.POST if request.method == "POST" else request.GET
    doubt, old = _doubt(request, study, sent.get("doubt", "")), _old(request, study, sent.get("replaces", ""))
    question = doubt.question if doubt else old.question if old else sent.get("question", "")
    labels = {item.id: in_shown(item.label, item.id) for item in form_of(found).questions}
    if question not in labels:
        return redirect("reviewing:codebook", study)
    about = {"question": question, "label": labels[question], "doubt": doubt, "old": old}
    if request.method != "POST":
        return _rule_page(request, found, about, text=old.text if old else "")
    once = f"{study}-{sent.get('once', '')[:_KEY]}"
    if CodebookRule.objects.filter(once=once).exists():
        return redirect("reviewing:codebook", study)
    text = " ".join(sent.get("text", "").split())
    if fault := words_fault(text, most=MOST_RULE):
        return _rule_page(request, found, about, text=text, fault=fault, status=422)
    if old is not None and old.ended_at is not None:
        fault = _(
            "Reglen er ophørt eller afløst imens. Se den i kodebogen, og skriv en ny, hvis der mangler en."
        )
        return _rule_page(request, found, about, text=text, fault=fault, status=409)
    tells = of_a_case(text)
    if sent.get("of_none") != "yes" or (tells and sent.get("sure") != "yes"):
        return _rule_page(request, found, about, text=text, tells=tells, unsure=True, status=422)
    made = CodebookRule(study=found, question=question, text=text, doubt=doubt, once=once, by=request.user)
    if old is not None:
        _end(old)
        made.replaces = old
    made.save(force_insert=True)
    number = looks.for_rule(made)
    messages.success(request, _told(number))
    return redirect(f"{reverse('reviewing:codebook', args=[study])}#q-{question}")


def end(request: HttpRequest, study: str, rule: str) -> HttpResponse:
    """A rule holds no more; it stays in the history. A second time changes nothing."""
    found = get_object_or_404(rules_of(request.user.id, study).select_for_update(of=("self",)), pk=rule)
    if request.POST.get("sure") != "yes":
        messages.warning(request, _("Sæt krydset, før reglen ophører."))
    elif found.ended_at is None:
        _end(found)
        messages.success(request, _("Reglen gælder ikke mere."))
    return redirect("reviewing:codebook", study)


def _end(rule: CodebookRule) -> None:
    rule.ended_at = timezone.now()
    rule.save(update_fields=["ended_at"])


def _told(number: int) -> str:
    if not number:
        return _(
            "Reglen er skrevet i kodebogen. Der er ingen tidligere svar, som deres læsere skal se igen nu."
        )
    return ngettext(
        "Reglen er skrevet i kodebogen. %(n)s tidligere svar er lagt til dets læser, der skal se det igen.",
        "Reglen er skrevet i kodebogen. %(n)s tidligere svar er lagt til deres læsere, der skal se dem igen.",
        number,
    ) % {"n": number}


def _doubt(request: HttpRequest, study: str, id: str) -> Doubt | None:
    """The doubt a rule is made of: one of the study that the one who writes may see. Raises Http404."""
    if not id:
        return None
    found = (
        Doubt.objects.select_related(
            "reading__case", "reading__review__case__study", "reading__review__case__request"
        )
        .filter(pk=id, reading__case__study=study)
        .first()
    )
    if found is None or asked(request, "see_reading", reading_state(found.reading)) is not May.YES:
        raise Http404
    return found


def _old(request: HttpRequest, study: str, id: str) -> CodebookRule | None:
    if not id:
        return None
    rows = rules_of(request.user.id, study)
    rows = rows.select_for_update(of=("self",)) if request.method == "POST" else rows
    found: CodebookRule = get_object_or_404(rows, pk=id)
    return found


def _rule_page(
    request: HttpRequest,
    study: Study,
    about: dict[str, Any],
    *,
    text: str,
    fault: str = "",
    tells: tuple[str, ...] = (),
    unsure: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        **about,
        "study": study,
        "text": text,
        "fault": fault,
        "tells": tells,
        "unsure": unsure and not fault,
        "checked": request.POST.get("of_none") == "yes",
        "most": MOST_RULE,
        "once": request.POST.get("once") or random_id(_KEY),
        "told": doubting.told(about["doubt"]) if about["doubt"] else None,
        "crumbs": [
            *_crumbs(study, ""), (_("Kodebog"), reverse("reviewing:codebook", args=[study.id])), (_("Ny regel"), None)
        ],
    }  # fmt: skip
    return render(request, "reviewing/codebook_rule.html", context, status=status)


def _crumbs(study: Study, last: str) -> list[tuple[str, str | None]]:
    found: list[tuple[str, str | None]] = [
        (_("Undersøgelser"), reverse("planning:list")), (study.name, reverse("planning:study", args=[study.id])),
    ]  # fmt: skip
    return [*found, (last, None)] if last else found
