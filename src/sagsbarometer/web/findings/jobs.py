"""Work with sheets that takes longer than a reply: drafts for all, and mails to those who can see released ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse

from sagsbarometer.kernel.said import said
from sagsbarometer.web.findings import after_folder, mails_after  # noqa: F401 - their kinds of work
from sagsbarometer.web.jobs.kinds import Tell, kind
from sagsbarometer.web.rights.state_of import find_study

_BATCH = 20  # sheets in a transaction


def _page(arguments: Mapping[str, Any]) -> str:
    return reverse("findings:sheets", args=[arguments["study"]])


@kind(
    "findings.drafts",
    action="write_sheets",
    find=find_study,
    title=said("Laver kladder til fund"),
    after=_page,
)
def make_drafts(job: Any, arguments: Mapping[str, Any], tell: Tell) -> None:
    """A draft with the sentences that are suggested for each case that counts and has no sheet. Done again, it goes on
    where it was. A case that the one who asked may not know of is left alone."""
    from sagsbarometer.web.accounts.models import User
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.findings import anchor_sheets, kept, making
    from sagsbarometer.web.planning.models import Study

    study = Study.objects.get(pk=arguments["study"])
    layout = making.layout_of(study)
    answers = making.answers_of(study, layout)
    has = set(kept.newest_by_case(study.id))
    waiting = [case for case in _known_to(User.objects.get(pk=job.actor), sorted(answers)) if case not in has]
    with acting(job.actor, "findings"):
        anchor_sheets.drafts(study, job.actor)
    for start in range(0, len(waiting), _BATCH):
        part = waiting[start : start + _BATCH]
        with acting(job.actor, "findings"):
            for case in part:
                _draft(study, layout, case, answers[case], job.actor)
        done = start + len(part)
        tell(done, len(waiting), said("Kladde {number} af {all}", number=done, all=len(waiting)))


def _known_to(person: Any, cases: list[str]) -> list[str]:
    from sagsbarometer.web.reviewing.finding import review_state
    from sagsbarometer.web.reviewing.models import CaseReview
    from sagsbarometer.web.rights.asking import actor_of
    from sagsbarometer.web.rights.may import Answer, may

    actor = actor_of(person, second_factor=True)  # asked when the work was asked for
    reviews = CaseReview.objects.filter(pk__in=cases).select_related("case__study", "case__request")
    known = reviews.prefetch_related("readings").order_by("case__municipality", "case__number")
    return [row.case_id for row in known if may(actor, "write_sheet", review_state(row)) is Answer.YES]


def _draft(study: Any, layout: Any, case: str, answers: Any, actor: str) -> None:
    from sagsbarometer.review.sheet import SheetContent
    from sagsbarometer.review.sheet_sentences import suggested
    from sagsbarometer.web.delivering.models import Case
    from sagsbarometer.web.findings import kept, making
    from sagsbarometer.web.findings.models import Sheet

    made = making.made_of(study, layout, case, answers)
    sheet = Sheet(case=Case.objects.select_related("study").get(pk=case), number=1, by_id=actor)
    kept.put(sheet, SheetContent(made.facts, suggested(made.sentences)))
    try:
        with transaction.atomic():
            sheet.save(force_insert=True)
    except IntegrityError:
        if not Sheet.objects.filter(case=case).exists():  # else somebody began on it meanwhile: theirs stands
            raise


@kind("findings.released", action="list_own_sheets", title=said("Mail om frigivne fund"), system=True)
def send_released(job: Any, arguments: Mapping[str, Any], tell: Tell) -> None:
    """Tells one contact that there are findings to see: the address and the days, and nothing of any case."""
    from sagsbarometer.web.accounts.links import absolute
    from sagsbarometer.web.accounts.models import User
    from sagsbarometer.web.findings.models import SheetRelease
    from sagsbarometer.web.languages import spoken_to

    user = User.objects.filter(pk=arguments["person"], is_active=True).first()
    release = SheetRelease.objects.select_related("study").filter(pk=arguments["release"]).first()
    if user is None or release is None:
        return
    words = {"user": user, "release": release, "link": absolute("/kommune/fund/")}
    with spoken_to(user):
        subject = render_to_string("findings/mail/released_subject.txt", words).strip()
        text = render_to_string("findings/mail/released.txt", words)
    send_mail(subject, text, None, [user.email])
