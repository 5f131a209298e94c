"""Studies and the versions of their plans."""

from __future__ import annotations

from django.db import models

from sagsbarometer.kernel.said import all_said
from sagsbarometer.web.identifiers import study_id, thing_id


class Study(models.Model):
    """A planned collection of answers. Its folder is HOME/studies/<id>/v<version>; its plan is the newest version's."""

    STATES = all_said(
        {
            "planning": "Planlægges",
            "launched": "I gang",
            "closed": "Afsluttet",
            "archived": "Arkiveret",
            "purged": "Slettet",
        }
    )

    id = models.CharField(primary_key=True, max_length=10, default=study_id, editable=False)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=30)  # of collection/kinds: barometer, service_check …
    template = models.CharField(max_length=60)  # folder of studies/, or "uploaded"
    state = models.CharField(max_length=10, choices=list(STATES.items()), default="planning")
    version = models.IntegerField(default=1)  # the newest PlanVersion
    revision = models.IntegerField(default=0)  # grows at each save; a save on an older one is a conflict
    plan = models.JSONField(default=dict)  # collection/plan_steps.py says what may stand here
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    launched_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    retention = models.DateField(null=True)  # documents and free text are purged after this day
    once = models.CharField(max_length=40, unique=True, null=True)  # the key of the form that made it
    changed_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(null=True)

    audited = (
        "name",
        "kind",
        "template",
        "state",
        "version",
        "revision",
        "plan",
        "launched_at",
        "closed_at",
        "retention",
    )

    def __str__(self) -> str:
        return self.name


class PlanVersion(models.Model):
    """A plan as it was launched (1) or amended (2 …), with the reason. Never changed."""

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="versions")
    number = models.IntegerField()
    plan = models.JSONField()
    form_hash = models.CharField(max_length=64)
    reason = models.CharField(max_length=500)
    once = models.CharField(max_length=40, unique=True, null=True)  # the key of the form that made it
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    audited = ("study_id", "number", "plan", "form_hash", "reason", "made_by_id")

    class Meta:
        """One of each number."""

        constraints = [models.UniqueConstraint(fields=["study", "number"], name="plan_version_once")]


class Authority(models.Model):
    """A municipality in the frame of a study, with the address its letters go to."""

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="authorities")
    code = models.CharField(max_length=4)
    name = models.CharField(max_length=80)
    email = models.EmailField(blank=True)

    audited = ("study_id", "code", "name", "email")

    class Meta:
        """Once in a study."""

        constraints = [models.UniqueConstraint(fields=["study", "code"], name="authority_once")]
