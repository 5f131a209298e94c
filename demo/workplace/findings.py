"""What comes after the reading: numbers, sheets shown to municipalities, their objections, and what they did. All
invented."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from demo.workplace.cases import SEED

RELEASED = 25  # sheets at most, all those of a wrong decision among them
READY, DRAFTS = 2, 2  # sheets that wait to be released, and drafts at least

ASSESSMENT = "wrong_assessment"
WORKER = "demo:1"


@dataclass(frozen=True, slots=True)
class Objected:
    """An objection as it ended, and the answer to it. `part`: a part of the sheet, "" for all of it."""

    state: str
    part: str
    words: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What was done with a case, days ago, and whether the citizen was told."""

    did: str
    ago: int
    told: str
    effect: str = ""
    reason: str = ""


# Of a wrong decision each: what the municipality objected, and what it did. Which cases are drawn for two readers is
# new each time: were there fewer wrong ones than this, the last of them would have the objections that are left.
STORIES: tuple[tuple[Objected, tuple[Step, ...]], ...] = (
    (
        Objected(
            "not_upheld",
            "result",
            "Borgeren har ikke klaget over afgørelsen. Vi mener derfor ikke, at sagen ville være blevet sendt tilbage.",
            "Undersøgelsen ser på afgørelser, som ingen har klaget over. Spørgsmålet er, hvad sagen var blevet, hvis"
            " borgeren havde klaget.",
        ),
        (Step("reopened", 12, "later"), Step("new_decision", 3, "yes", "more")),
    ),
    (
        Objected(
            "not_upheld",
            ASSESSMENT,
            "Afgørelsen følger kommunens kvalitetsstandard, som er godkendt politisk.",
            "Kvalitetsstandarden ændrer ikke, at der står i sagen, at borgeren ikke kan færdes alene, og at det ikke er"
            " taget med i vurderingen.",
        ),
        (Step("new_decision", 16, "later", "more"), Step("new_decision", 4, "yes", "revoked")),
    ),
    (
        Objected(
            "open",
            ASSESSMENT,
            "Rådgiveren talte med borgeren to gange. Notatet om den anden samtale er ikke nævnt i fundet, selv om"
            " afgørelsen bygger på det.",
        ),
        (
            Step(
                "maintained", 2, "no",
                reason="Vi har gennemgået sagen igen og vurderer fortsat, at borgeren kan færdes alene på de ruter, som"
                " ansøgningen handler om.",
            ),
        ),
    ),
    (
        Objected(
            "not_upheld",
            "",
            "Vi har siden fået nye oplysninger fra borgerens læge. De viser efter vores opfattelse, at afgørelsen var"
            " rigtig.",
            "Afgørelsen vurderes efter de oplysninger, der var i sagen, da den blev truffet. De nye oplysninger kan"
            " indgå, hvis sagen genoptages.",
        ),
        (Step("reopened", 5, "later"),),
    ),
    (
        Objected(
            "withdrawn",
            ASSESSMENT,
            "Vi kan ikke finde den oplysning, som fundet bygger på. Hvor i sagen står den?",
        ),
        (Step("reopened", 14, "yes"), Step("new_decision", 1, "yes", "same")),
    ),
    (
        Objected(
            "upheld",
            ASSESSMENT,
            "Udtalelsen fra botilbuddet var med i det, vi sendte. Den støtter vores vurdering, men fundet nævner den"
            " ikke.",
            "Udtalelsen ligger blandt dokumenterne og burde have været nævnt. Indsigelsen tages til følge. Den"
            " fortælles ved siden af tallet, som ikke ændres.",
        ),
        (
            Step(
                "maintained", 8, "yes",
                reason="Udtalelsen fra botilbuddet beskriver, at borgeren selv tager bussen til og fra arbejde.",
            ),
        ),
    ),
    (
        Objected(
            "open",
            ASSESSMENT,
            "Vi mener, at der er lagt for lidt vægt på den faglige udtalelse i sagen. Den beskriver, at borgeren færdes"
            " alene på kendte ruter. Vi beder jer se på den igen.",
        ),
        (),
    ),
    (
        Objected(
            "open",
            "result",
            "Vi er ikke enige i, at manglen har haft væsentlig betydning. Borgeren opfylder heller ikke de øvrige"
            " betingelser, og resultatet ville være blevet det samme.",
        ),
        (),
    ),
)  # fmt: skip
# Of a decision that was right.
DATE = Objected(
    "upheld",
    "",
    "Datoen i fundet er den dag, afgørelsen blev skrevet. Brevet blev først sendt til borgeren to dage efter.",
    "Det er rigtigt, og indsigelsen tages til følge. Det ændrer ikke vurderingen af afgørelsen.",
)


def findings(study: Any, users: Mapping[str, Any], senders: Mapping[str, str], today: date) -> list[str]:
    """Locks what is read so that there are numbers, writes sheets and releases most, and answers as municipalities and
    the house would. The codes of the municipalities that have been shown a finding of a wrong decision.

    `senders`: the id of each municipality's contact.
    """
    analyst = users["anna@demo.example"]
    for kind in ("reviewing.freeze", "findings.drafts"):
        _worked(kind, study, analyst)
    shown = _released(study, analyst, today)
    wrong = [sheet for sheet in shown if sheet.wrong]
    right = next(sheet for sheet in shown if not sheet.wrong)
    for at, (objected, steps) in enumerate(STORIES):
        sheet = wrong[min(at, len(wrong) - 1)]
        contact = senders[sheet.case.municipality]
        _object(sheet, objected, contact, users["dorte@demo.example"], at)
        if sheet is not wrong[-1]:
            _tell(sheet.case, steps, contact, today)
    _object(right, DATE, senders[right.case.municipality], users["dorte@demo.example"], len(STORIES))
    return [sheet.case.municipality for sheet in wrong]


def _worked(kind: str, study: Any, analyst: Any) -> None:
    """Work asked for and done, as the worker of a house in use does it."""
    from sagsbarometer.web.jobs.asking import ask
    from sagsbarometer.web.jobs.worker import Worker

    job = ask(kind, {"study": study.id}, actor=analyst.id, study=study.id, once=f"demo-{SEED}-{kind}")
    worker = Worker(WORKER, threading.Event())
    while not job.is_over and worker.once():
        job.refresh_from_db()
    if job.state != "done":
        raise RuntimeError(f"{kind}: {job.state}, {job.told}")


def _released(study: Any, analyst: Any, today: date) -> list[Any]:
    """Drafts marked as ready, and shown to the municipalities in one release, of which no mail is sent; the sheets of
    wrong decisions first."""
    from sagsbarometer.kernel.deadlines import ends
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.findings.models import Sheet
    from sagsbarometer.web.findings.releasing import OBJECT_WEEKS, TELL_WEEKS, Asked, put_out

    drafts = list(
        Sheet.objects.filter(case__study=study)
        .exclude(case__review__locked_at=None)
        .select_related("case__study")
        .order_by("-wrong", "case__municipality", "case__number")
    )
    number = min(RELEASED, len(drafts) - READY - DRAFTS)
    with acting(analyst.id, "findings"):
        for sheet in drafts[: number + READY]:
            sheet.state, sheet.by, sheet.revision = "ready", analyst, sheet.revision + 1
            sheet.save(update_fields=["state", "by", "revision"])
    shown = drafts[:number]
    sent = Asked(tuple(sheet.id for sheet in shown), ends(today, OBJECT_WEEKS), ends(today, TELL_WEEKS))
    with acting(analyst.id, "releasing findings"):
        put_out(study, shown, sent, f"demo-{SEED}", analyst)
    return shown


def _object(sheet: Any, said: Objected, contact: str, adjudicator: Any, at: int) -> None:
    """An objection, and the answer to it where there is one."""
    from django.utils import timezone

    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.findings.models import Objection
    from sagsbarometer.web.reviewing.sealing import lock

    row = Objection(sheet=sheet, case=sheet.case, part=said.part, once=f"demo-objection-{at}", by_id=contact)
    lock(row, "words", said.words)
    with acting(contact, "gøre indsigelse"):
        row.save(force_insert=True)
    if said.state == "open":
        return
    row.state, row.revision = said.state, row.revision + 1
    if said.state == "withdrawn":
        with acting(contact, "gøre indsigelse"):
            row.save(update_fields=["state", "revision"])
        return
    row.answered_by, row.answered_at = adjudicator, timezone.now()
    lock(row, "reason", said.reason)
    with acting(adjudicator.id, "objections"):
        row.save(update_fields=["state", "answered_by", "answered_at", "reason", "revision"])


def _tell(case: Any, steps: Sequence[Step], contact: str, today: date) -> None:
    """What the municipality tells of a wrong case, row by row. What the form would refuse is refused here."""
    from sagsbarometer.review.aftermath import Citizen, Did, Effect, Told, faults
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.findings.models import Aftermath
    from sagsbarometer.web.findings.shown_after import decided_day
    from sagsbarometer.web.reviewing.sealing import lock

    for number, step in enumerate(steps, start=1):
        on = today - timedelta(days=step.ago)
        told_on = on if step.told == "yes" else None
        effect = Effect(step.effect) if step.effect else None
        told = Told(Did(step.did), on, effect, step.reason, Citizen(step.told), told_on)
        if wrong := faults(told, today=today, decided=decided_day(case)):
            raise RuntimeError(f"{step}: {wrong}")
        row = Aftermath(
            case=case, number=number, did=step.did, on=on, effect=step.effect, told=step.told,
            told_on=told_on, once=f"demo-after-{case.id}-{number}", by_id=contact,
        )  # fmt: skip
        lock(row, "reason", step.reason)
        with acting(contact, "fortælle om sagen"):
            row.save(force_insert=True)
