"""Letters made, kept under the study's key, and sent: each once."""

from __future__ import annotations

import os
import smtplib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.utils import timezone

from sagsbarometer.collection.plan_days import reminder_days
from sagsbarometer.collection.plan_steps import delivery_deadline, plan_of
from sagsbarometer.documents.vault import KeyGone, Tampered, seal, unseal
from sagsbarometer.kernel.dates import COPENHAGEN
from sagsbarometer.kernel.said import kept, said
from sagsbarometer.web.events.acting import acting
from sagsbarometer.web.home import this_home
from sagsbarometer.web.identifiers import document_id
from sagsbarometer.web.letters.fields import Addressee, addressees, dateline, letter
from sagsbarometer.web.letters.models import Letter
from sagsbarometer.web.letters.pdf import letter_pdf, title_of

OPEN = ("called_in", "reopened")
_HOUR = 8  # reminders go out at 8 in the morning
UNSENT = ("made", "failed")
FAULT = 200  # characters of the column


@dataclass(frozen=True, slots=True)
class Outcome:
    """How sending went."""

    sent: int = 0
    failed: int = 0


class Unreadable(Exception):
    """A letter whose file cannot be had any more."""


def due(study: Any, kind: str, among: dict[str, Addressee] | None = None) -> dict[str, Addressee]:
    """Those who are to have a letter of a kind now, by code. `among`: the addressees, where they are known already."""
    found = addressees(study) if among is None else among
    if kind == "reminder":
        return {code: to for code, to in found.items() if to.state in OPEN and to.missing}
    if kind == "thanks":
        return {code: to for code, to in found.items() if to.state in ("delivered", "finished")}
    if kind == "replacement":
        return {code: to for code, to in found.items() if to.state == "reopened" and to.missing}
    if kind == "notice":
        return {code: to for code, to in found.items() if to.state == "planned"}
    if kind == "call_in":
        return {code: to for code, to in found.items() if to.state in ("planned", "noticed")}
    return found


def make(
    study: Any, kind: str, to: Addressee, actor: str, once: str | None = None, day: date | None = None
) -> Letter | None:
    """A letter to one of them, as PDF under the study's key, dated today or another `day`. None where a letter of the
    kind has gone to them already.

    A letter that was made and not sent is made anew only where it would say something else or be dated another day. Not
    inside `acting`: laying out takes time, and the database is not kept waiting. The same `once` never gives a second
    letter.
    """
    if once and Letter.objects.filter(once=once).exists():
        return None
    day = day or timezone.localdate()
    digest = _digest(study, kind, to, day)
    last = _last(study, kind, to)
    if _is_there(last, kind, digest):
        return last if last is not None and last.state in UNSENT else None
    pdf = letter_pdf(letter(study, kind, to), plan_of(study.plan).letters.sender, dateline(study, day))
    with acting(actor, "making letters"):
        return _made(study, kind, to, {"text_hash": digest, "dated": day, "once": once}, pdf)


def _digest(study: Any, kind: str, to: Addressee, day: date) -> str:
    """What a letter would say, with the day that stands above it."""
    return sha256(f"{dateline(study, day)}\n{letter(study, kind, to)}".encode()).hexdigest()


def _last(study: Any, kind: str, to: Addressee) -> Letter | None:
    return Letter.objects.filter(study=study, authority__code=to.code, kind=kind).order_by("-number").first()


def _is_there(last: Letter | None, kind: str, digest: str) -> bool:
    """Whether nothing is to be made: it has gone, or it waits and says the same."""
    if last is None:
        return False
    same = last.text_hash == digest
    if last.state in UNSENT:
        return same
    if last.state == "sending":
        return True  # it may have come: nobody gets another before somebody has said so
    if kind == "replacement":
        return same and not _asked_since(last)
    return kind != "reminder"


def _asked_since(last: Letter) -> bool:
    """Whether another case was asked for after a letter was made: then it was not about that one, whatever it says."""
    from sagsbarometer.web.delivering.models import Case

    asked = Case.objects.filter(request__authority=last.authority_id, replaces__isnull=False)
    return asked.filter(made_at__gt=last.made_at).exists()


def _made(study: Any, kind: str, to: Addressee, told: Mapping[str, Any], pdf: bytes) -> Letter:
    """The row and the locked file of a letter, in the place of one that waits. Inside `acting`. `told`: its columns
    text_hash, dated and once."""
    from sagsbarometer.web.planning.models import Authority

    authority = Authority.objects.get(study=study, code=to.code)
    last = (
        Letter.objects.select_for_update().filter(authority=authority, kind=kind).order_by("-number").first()
    )
    file = document_id()
    _keep(study, file, pdf)
    if last is None or last.state not in UNSENT:
        number = last.number + 1 if last else 1
        return Letter.objects.create(
            study=study, authority=authority, kind=kind, number=number, file=file, **told
        )
    old = this_home().documents / last.file
    last.text_hash, last.dated, last.once = told["text_hash"], told["dated"], told["once"] or last.once
    last.file, last.state, last.fault, last.made_at = file, "made", "", timezone.now()
    last.save()
    transaction.on_commit(lambda: old.unlink(missing_ok=True))
    return last


def content(own: Letter) -> bytes:
    """The PDF of a letter. Raises Unreadable where it was purged with its study, or its file is gone or damaged."""
    try:
        sealed = (this_home().documents / own.file).read_bytes()
        return unseal(this_home().keys.study(own.study_id), sealed, f"letter.file:{own.file}")
    except (KeyGone, Tampered, OSError) as error:
        raise Unreadable(own.id) from error


def send(study: Any, kind: str, actor: str, tell: Any) -> Outcome:
    """Sends by e-mail the letters of a kind that are made and not sent. A letter is marked as being sent before it is:
    one that was cut off in between is never sent again by itself."""
    waiting = list(
        Letter.objects.filter(study=study, kind=kind, state__in=UNSENT)
        .select_related("authority")
        .order_by("authority__code")
    )
    now = addressees(study)
    sent = failed = 0
    connection = get_connection()
    for number, own in enumerate(waiting, 1):
        to = now.get(own.authority.code)
        with acting(actor, "sending letters"):
            own = Letter.objects.select_for_update().select_related("authority").get(pk=own.pk)
            if own.state not in UNSENT:
                continue
            own.state = "sending"
            own.save()
        state, fault = _sent(study, own, to, connection)
        with acting(actor, "sending letters"):
            own.state, own.fault = state, kept(fault, FAULT)
            own.sent_at = None if fault else timezone.now()
            own.save()
            if not fault:
                follow(study, own)
        sent, failed = sent + (not fault), failed + bool(fault)
        tell(number, len(waiting), said("{sent} sendt, {failed} kunne ikke sendes", sent=sent, failed=failed))
    connection.close()
    return Outcome(sent, failed)


def by_hand(study: Any, letters: Iterable[Letter], at: datetime) -> None:
    """Letters that were fetched, to be sent another way, count as gone. Inside `acting`."""
    for own in letters:
        if own.state in UNSENT:
            own.state, own.fault, own.sent_at = "downloaded", "", at
            own.save()
            follow(study, own)


def follow(study: Any, own: Letter) -> None:
    """What a letter that has gone changes: who was told, who is called in, and by when. Inside `acting`."""
    from sagsbarometer.web.delivering.models import Request

    request = Request.objects.select_for_update().get(authority=own.authority_id)
    if own.kind == "notice" and request.state == "planned":
        request.state = "noticed"
    elif own.kind == "call_in" and request.state in ("planned", "noticed"):
        request.state, request.called_in_at = "called_in", timezone.now()
        request.deadline = delivery_deadline(plan_of(study.plan))
    else:
        return
    request.revision += 1
    request.save()


def reminders(study: Any) -> Mapping[date, datetime]:
    """The days to remind of the deadline that are still to come, each with its moment."""
    plan = plan_of(study.plan)
    deadline = delivery_deadline(plan)
    if deadline is None:
        return {}
    moments = {
        day: datetime(day.year, day.month, day.day, _HOUR, tzinfo=COPENHAGEN)
        for day in reminder_days(plan, deadline)
    }
    return {day: moment for day, moment in moments.items() if moment > timezone.now() - timedelta(hours=1)}


def is_current(study: Any, own: Letter, to: Addressee | None) -> bool:
    """Whether a letter says, but for its day, what it would say if it were made now."""
    return to is not None and _digest(study, own.kind, to, own.dated) == own.text_hash


def _sent(study: Any, own: Letter, to: Addressee | None, connection: Any) -> tuple[str, str]:
    """Sends one: the state it is in then, and the fault in Danish without address or content.

    What was refused has not come. Where the connection was lost while it was sent nobody knows, and it stays `sending`.
    """
    if not own.authority.email:
        return "failed", said("Kommunen har ingen e-mail i rammen.")
    if to is None or not is_current(study, own, to):
        return "failed", said("Teksten eller planen er ændret, siden brevet blev lavet. Lav brevene igen.")
    try:
        message = _mail(study, own, letter(study, own.kind, to), connection)
    except Unreadable:
        own.text_hash = ""  # so that it is made anew
        return "failed", said("Brevets fil kan ikke læses. Lav brevet igen.")
    try:
        connection.open()
    except (smtplib.SMTPException, OSError) as error:
        return "failed", said("Mailserveren svarer ikke ({kind}).", kind=type(error).__name__)
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused:
        return "failed", said("Mailserveren afviste adressen.")
    except (smtplib.SMTPResponseException, ValueError) as error:
        connection.close()  # what is left of the conversation is of no use to the next letter
        return "failed", said("Mailserveren tog ikke imod brevet ({kind}).", kind=type(error).__name__)
    except (smtplib.SMTPException, OSError):
        connection.close()
        return "sending", said("Forbindelsen blev afbrudt.")
    return "sent", ""


def _mail(study: Any, own: Letter, text: str, connection: Any) -> EmailMessage:
    plan = plan_of(study.plan)
    title = title_of(text)
    message = EmailMessage(
        f"{title} ({study.name})",
        f"{title}\n\nBrevet er vedlagt som PDF.\n\nVenlig hilsen\n{plan.letters.sender}\n",
        settings.DEFAULT_FROM_EMAIL,
        [own.authority.email],
        reply_to=[plan.letters.email] if plan.letters.email else None,
        headers={"Message-ID": f"<{own.id}.{own.number}@{_domain()}>"},
        connection=connection,
    )
    message.attach(f"{own.kind}.pdf", content(own), "application/pdf")
    return message


def _domain() -> str:
    """That of our own address, for a mail known again where it was sent twice."""
    return str(settings.DEFAULT_FROM_EMAIL).partition("@")[2].strip("> ") or "localhost"


def _keep(study: Any, file: str, pdf: bytes) -> None:
    """Writes the locked letter; on disk before the row that names it."""
    folder = this_home().documents
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    sealed = seal(this_home().keys.study(study.id), pdf, f"letter.file:{file}")
    handle = os.open(folder / file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(sealed)
        out.flush()
        os.fsync(out.fileno())
