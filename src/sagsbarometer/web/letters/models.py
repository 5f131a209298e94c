"""Letters to the municipalities of a study."""

from __future__ import annotations

from django.db import models

from sagsbarometer.web.identifiers import thing_id


class Letter(models.Model):
    """One letter to one municipality. Its PDF is a locked document; its text follows from kind, version and fields."""

    KINDS = {
        "notice": "Varsling",
        "call_in": "Indkaldelse",
        "reminder": "Påmindelse",
        "replacement": "Erstatningssag",
        "thanks": "Tak",
        "pre_release": "Før offentliggørelsen",
    }
    STATES = {
        "made": "Lavet",
        "sending": "Sendes",
        "sent": "Sendt",
        "failed": "Kunne ikke sendes",
        "downloaded": "Hentet",
    }

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    study = models.ForeignKey("planning.Study", on_delete=models.PROTECT)
    authority = models.ForeignKey("planning.Authority", on_delete=models.PROTECT)
    kind = models.CharField(max_length=12, choices=list(KINDS.items()))
    number = models.IntegerField(default=1)  # the first reminder, the second …
    state = models.CharField(max_length=10, choices=list(STATES.items()), default="made")
    text_hash = models.CharField(max_length=64)
    file = models.CharField(max_length=24)  # id in HOME/documents
    fault = models.CharField(max_length=200, blank=True)
    once = models.CharField(
        max_length=80, unique=True, null=True
    )  # of work that is to be done once, tried again or not
    made_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)

    audited = ("study_id", "authority_id", "kind", "number", "state", "text_hash", "file", "fault", "sent_at")

    class Meta:
        """One of each kind and number to each."""

        constraints = [models.UniqueConstraint(fields=["authority", "kind", "number"], name="letter_once")]
