"""The event chain: one row for each change and each reading, never changed and never removed."""

from __future__ import annotations

from django.db import models


class Event(models.Model):
    """One link. `digest` is made of everything else here and of the digest before it (`chain.py`)."""

    seq = models.BigIntegerField(primary_key=True)  # 1, 2, 3 … without gaps
    at = models.CharField(max_length=32)  # UTC, 2026-01-31T10:42:07.123456Z
    actor = models.CharField(max_length=40)  # user id, or system:<what>
    act = models.CharField(max_length=40)  # insert, update, delete, or a named one: read_document, sign_in …
    thing = models.CharField(max_length=40)  # table
    thing_id = models.CharField(max_length=40)
    study = models.CharField(max_length=16, blank=True)
    case = models.CharField(max_length=16, blank=True)
    purpose = models.CharField(max_length=80)
    content = (
        models.BinaryField()
    )  # {"before": …, "after": …} locked by the key of the study, or of the house
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        """Looked up by case, by study, by person, by day and by row."""

        indexes = [
            models.Index(fields=["case"]),
            models.Index(fields=["study"]),
            models.Index(fields=["actor"]),
            models.Index(fields=["at"]),
            models.Index(fields=["thing", "thing_id"]),  # the last event of a row (present.py)
        ]


class Pending(models.Model):
    """What the triggers saw, and what was recorded, in a transaction that is not closed. Empty when nobody writes.

    `open` points at an event that never exists (0): a deferred foreign key, so a transaction that leaves a row here
    cannot be committed. See events/guard.py.
    """

    thing = models.CharField(max_length=40)
    thing_id = models.CharField(max_length=40)
    act = models.CharField(max_length=40)
    before = models.TextField(null=True)  # JSON of the audited columns
    after = models.TextField(null=True)  # the same; of a named act {"study", "case", "purpose", "content"}
    open = models.ForeignKey(Event, on_delete=models.DO_NOTHING, default=0, related_name="+")
