"""What comes after the reading of a case: its finding sheet, objections to it, and what happened to a wrong case."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from sagsbarometer.kernel.said import all_said
from sagsbarometer.web.identifiers import thing_id


class SheetRelease(models.Model):
    """Finding sheets that were shown to the municipalities at once, and until when they can answer."""

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    study = models.ForeignKey("planning.Study", on_delete=models.PROTECT, related_name="sheet_releases")
    object_until = models.DateField()  # the last day an objection is taken
    tell_until = models.DateField()  # the last day the municipality is asked to tell what it did
    once = models.CharField(max_length=40, unique=True)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    audited = ("study_id", "object_until", "tell_until", "by_id")


class Sheet(models.Model):
    """What was found in a case, in the words of who wrote it. Released it is never changed: a new number comes after.

    Facts (result, defects, evidence, norms) are kept as they were when it was written, with the words, in `content`.
    """

    STATES = all_said({"draft": "Kladde", "ready": "Klar", "released": "Frigivet"})

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    case = models.ForeignKey("delivering.Case", on_delete=models.PROTECT, related_name="sheets")
    number = models.IntegerField()  # of the case: 1, 2, 3 …; the highest counts
    state = models.CharField(max_length=8, choices=list(STATES.items()), default="draft")
    answers = models.CharField(
        max_length=64
    )  # hash of the answers it is about: changed, it is looked at again
    wrong = models.BooleanField(
        null=True
    )  # whether the decision was wrong: the study's sheet.yaml says what that is
    content = models.BinaryField(default=bytes)  # locked JSON: review.sheet
    release = models.ForeignKey(SheetRelease, null=True, on_delete=models.PROTECT, related_name="sheets")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    revision = models.IntegerField(default=0)

    audited = (
        "case_id", "number", "state", "answers", "wrong", "content", "release_id", "by_id", "revision",
    )  # fmt: skip

    class Meta:
        """One of each number."""

        constraints = [models.UniqueConstraint(fields=["case", "number"], name="sheet_number_once")]


class ReadingSheet(models.Model):
    """What a reader wrote of an anchor, of their own answers. To them it is as any sheet: it says that it was released
    when those of its municipality were. It is none: nothing but its reader's own pages knows this table.
    """

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    case = models.ForeignKey("delivering.Case", on_delete=models.PROTECT, related_name="+")
    reading = models.ForeignKey("reviewing.Reading", on_delete=models.PROTECT, related_name="sheets")
    number = models.IntegerField()  # of the reading: 1, 2, 3 …; the highest counts
    state = models.CharField(max_length=8, choices=list(Sheet.STATES.items()), default="draft")
    answers = models.CharField(max_length=64)  # as of a Sheet
    wrong = models.BooleanField(null=True)
    content = models.BinaryField(default=bytes)  # locked JSON: review.sheet
    release = models.ForeignKey(SheetRelease, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    revision = models.IntegerField(default=0)

    audited = (
        "case_id", "reading_id", "number", "state", "answers", "wrong", "content", "release_id", "by_id", "revision",
    )  # fmt: skip

    class Meta:
        """One of each number."""

        constraints = [
            models.UniqueConstraint(fields=["reading", "number"], name="reading_sheet_number_once")
        ]


class Objection(models.Model):
    """A municipality's objection to a released sheet. It is reported beside the figure, and never changes it."""

    STATES = all_said(
        {
            "open": "Ikke besvaret",
            "upheld": "Taget til følge",
            "not_upheld": "Ikke taget til følge",
            "withdrawn": "Trukket tilbage",
        }
    )

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="objections")
    case = models.ForeignKey("delivering.Case", on_delete=models.PROTECT, related_name="objections")
    part = models.CharField(max_length=80, blank=True)  # the question it is about; "" for all of the sheet
    words = models.BinaryField()  # locked
    state = models.CharField(max_length=10, choices=list(STATES.items()), default="open")
    once = models.CharField(max_length=40, unique=True)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    reason = models.BinaryField(default=bytes)  # locked: the answer to it
    answered_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    revision = models.IntegerField(default=0)

    audited = (
        "sheet_id", "case_id", "part", "words", "state", "by_id", "reason", "answered_by_id", "answered_at", "revision",
    )  # fmt: skip


class Aftermath(models.Model):
    """What the municipality tells that it did with a case whose decision was wrong. Never changed: another follows."""

    DID = all_said(
        {
            "reopened": "Genoptaget, ikke afgjort endnu",
            "new_decision": "Ny afgørelse",
            "maintained": "Afgørelsen fastholdes",
        }
    )
    EFFECTS = all_said(
        {
            "more": "Borgeren fik mere",
            "same": "Samme resultat",
            "less": "Borgeren fik mindre",
            "revoked": "En bevilling blev taget tilbage",  # kept apart wherever it is counted
        }
    )
    TOLD = all_said({"yes": "Ja", "no": "Nej", "later": "Ikke endnu"})

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    case = models.ForeignKey("delivering.Case", on_delete=models.PROTECT, related_name="aftermaths")
    number = models.IntegerField()  # of the case: 1, 2, 3 …; the highest counts
    did = models.CharField(max_length=12, choices=list(DID.items()))
    on = models.DateField()  # the day it was reopened, decided anew or decided to be maintained
    effect = models.CharField(max_length=8, choices=list(EFFECTS.items()), blank=True)  # of a new decision
    reason = models.BinaryField(default=bytes)  # locked: why it is maintained
    told = models.CharField(max_length=5, choices=list(TOLD.items()))  # whether the citizen was told
    told_on = models.DateField(null=True)
    once = models.CharField(max_length=40, unique=True)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    audited = ("case_id", "number", "did", "on", "effect", "reason", "told", "told_on", "by_id")

    class Meta:
        """Two on the same number: one is in, the other is a conflict."""

        constraints = [models.UniqueConstraint(fields=["case", "number"], name="aftermath_number_once")]
