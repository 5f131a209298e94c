"""Work that takes longer than a reply: who asked, how far it has come, how it ended."""

from __future__ import annotations

from django.db import models

from sagsbarometer.kernel.said import again, all_said, said
from sagsbarometer.web.identifiers import thing_id
from sagsbarometer.web.jobs.kinds import KINDS


class Job(models.Model):
    """One piece of work. `kind` names a function of jobs/kinds.py; `arguments` are ids only, never content."""

    STATES = all_said(
        {
            "waiting": "Venter",
            "running": "I gang",
            "done": "Færdig",
            "failed": "Fejlet",
            "stopped": "Afbrudt",
        }
    )

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    kind = models.CharField(max_length=40)
    arguments = models.JSONField(default=dict)
    once = models.CharField(max_length=80, unique=True, null=True)  # the same work is asked for once
    actor = models.CharField(max_length=40)  # user id: rights are asked again when it runs
    study = models.CharField(max_length=16, blank=True)
    state = models.CharField(max_length=10, choices=list(STATES.items()), default="waiting")
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    said = models.CharField(max_length=400, blank=True)  # kernel/said.py: kept; without content of cases
    tries = models.IntegerField(default=0)
    worker = models.CharField(max_length=80, blank=True)  # who has it, when it runs
    stop_asked = models.BooleanField(default=False)
    asked_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(null=True)  # not before this
    seen_at = models.DateTimeField(null=True)  # the worker's last sign of life
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """The queue is looked through each second."""

        indexes = [models.Index(fields=["state", "asked_at"], name="job_queue")]

    @property
    def title(self) -> str:
        """What the work is."""
        return KINDS[self.kind].title if self.kind in KINDS else said("Opgave")

    @property
    def told(self) -> str:
        """What is said of it, in the language of who looks."""
        return again(self.said)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ("done", "failed", "stopped")

    @property
    def next_page(self) -> str:
        """Where to go on when it is done; "" where there is nothing more to see."""
        known = KINDS.get(self.kind)
        return known.after(self.arguments) if known and known.after and self.state == "done" else ""


class Routine(models.Model):
    """When something the house does by itself was last begun and ended. `name` is one of jobs/routines.py."""

    name = models.CharField(primary_key=True, max_length=40)
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # of the last time it went well
    due_at = models.DateTimeField(null=True)  # not before this; who takes it moves it first
    said = models.CharField(max_length=400, blank=True)  # kernel/said.py: kept; without content of cases
    fault = models.CharField(max_length=200, blank=True)  # kept, of the last time; "" where it went well

    @property
    def told(self) -> str:
        """What is said of the last time, in the language of who looks."""
        return again(self.said)

    @property
    def why(self) -> str:
        """What went wrong the last time."""
        return again(self.fault)
