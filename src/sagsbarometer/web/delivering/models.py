"""What a municipality is asked for and what it delivers: requests, cases and receipts."""

from __future__ import annotations

from django.db import models

from sagsbarometer.kernel.said import all_said
from sagsbarometer.web.identifiers import thing_id


class Request(models.Model):
    """What one municipality is asked for in one study, by when, and how far it has come."""

    STATES = all_said(
        {
            "planned": "Ikke sendt",
            "noticed": "Varslet",
            "called_in": "Indkaldt",
            "delivered": "Afleveret",
            "reopened": "Åbnet igen",
            "finished": "Færdig",
        }
    )

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    study = models.ForeignKey("planning.Study", on_delete=models.PROTECT)
    authority = models.OneToOneField("planning.Authority", on_delete=models.PROTECT)
    wanted = models.JSONField(default=dict)  # {stratum: number of cases}
    none_of = models.JSONField(default=dict)  # {stratum: reason}: »We have none of this kind«
    drawn = models.JSONField(default=list)  # pseudonymous ids drawn from the frame list, in order
    state = models.CharField(max_length=10, choices=list(STATES.items()), default="planned")
    deadline = models.DateField(null=True)
    revision = models.IntegerField(default=0)
    called_in_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)

    audited = (
        "study_id", "authority_id", "wanted", "none_of", "drawn", "state", "deadline", "revision", "delivered_at",
    )  # fmt: skip


class FrameList(models.Model):
    """The pseudonymous ids a municipality listed for the draw, as delivered."""

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="frame_lists")
    rows = models.JSONField()  # [{"id": …, "stratum": …, "decided": …}]
    file_hash = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    audited = ("request_id", "rows", "file_hash")


class Case(models.Model):
    """A case asked for or delivered. What could name anybody is locked (`own_number`, `remark`)."""

    STATES = all_said(
        {
            "draft": "Kladde",
            "submitted": "Afleveret",
            "returned": "Sendt tilbage",
            "screened_in": "Med i målingen",
            "excluded": "Udgået",
            "withdrawn": "Trukket tilbage",
        }
    )

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    study = models.ForeignKey("planning.Study", on_delete=models.PROTECT)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="cases")
    municipality = models.CharField(max_length=4)
    number = models.IntegerField()  # of the request: 1, 2, 3 …
    stratum = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=12, choices=list(STATES.items()), default="draft")
    own_number = models.BinaryField(default=bytes)  # the municipality's own number, locked by the study's key
    declared = models.JSONField(default=dict)  # the short form: {question: answer}, codes and days only
    declared_states = models.JSONField(default=dict)  # {question: state}
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    once = models.CharField(max_length=40, unique=True, null=True)  # the key of the form that made it
    revision = models.IntegerField(default=0)
    made_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True)

    audited = (
        "study_id", "request_id", "municipality", "number", "stratum", "state", "own_number", "declared",
        "declared_states", "replaces_id", "revision", "submitted_at",
    )  # fmt: skip

    class Meta:
        """Numbered once in a request."""

        constraints = [models.UniqueConstraint(fields=["request", "number"], name="case_number_once")]


class Receipt(models.Model):
    """That something was delivered: what, with fingerprints. Its PDF is made from `content` alone."""

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="receipts")
    once = models.CharField(max_length=40, unique=True)  # the key of the form: sent twice, it is one delivery
    content = (
        models.JSONField()
    )  # {"cases": [{"number", "stratum", "documents": [{"sha256", "bytes", "pages"}]}]}
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    audited = ("request_id", "content", "made_by_id")
