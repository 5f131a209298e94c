"""Letters to the municipalities of a study."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from sagsbarometer.kernel.said import again, all_said
from sagsbarometer.web.identifiers import thing_id


class Letter(models.Model):
    """One letter to one municipality. Its PDF is a locked document; its text follows from kind, version, fields and the
    day it is dated."""

    KINDS = all_said(
        {
            "notice": "Varsling",
            "call_in": "Indkaldelse",
            "reminder": "Påmindelse",
            "replacement": "Erstatningssag",
            "thanks": "Tak",
            "pre_release": "Før offentliggørelsen",
        }
    )
    STATES = all_said(
        {
            "made": "Lavet",
            "sending": "Sendes",
            "sent": "Sendt",
            "failed": "Kunne ikke sendes",
            "downloaded": "Hentet",
        }
    )

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    study = models.ForeignKey("planning.Study", on_delete=models.PROTECT)
    authority = models.ForeignKey("planning.Authority", on_delete=models.PROTECT)
    kind = models.CharField(max_length=12, choices=list(KINDS.items()))
    number = models.IntegerField(default=1)  # the first reminder, the second …
    state = models.CharField(max_length=10, choices=list(STATES.items()), default="made")
    text_hash = models.CharField(max_length=64)
    dated = models.DateField(default=timezone.localdate)  # the day that stands in it
    file = models.CharField(max_length=24)  # id in HOME/documents
    fault = models.CharField(max_length=200, blank=True)
    once = models.CharField(
        max_length=80, unique=True, null=True
    )  # of work that is to be done once, tried again or not
    made_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)

    audited = (
        "study_id", "authority_id", "kind", "number", "state", "text_hash", "dated", "file", "fault", "sent_at",
    )  # fmt: skip

    @property
    def why(self) -> str:
        """Why it could not be sent, in the language of who looks."""
        return again(self.fault)

    class Meta:
        """One of each kind and number to each."""

        constraints = [models.UniqueConstraint(fields=["authority", "kind", "number"], name="letter_once")]
