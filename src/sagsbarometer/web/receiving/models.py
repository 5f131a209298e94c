"""Screening: whether a delivered case belongs in the study, and what was found beside what was declared."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from sagsbarometer.kernel.said import all_said
from sagsbarometer.web.identifiers import thing_id


class Screening(models.Model):
    """The verdict on one case; the newest counts. `found` answers the same short form as `declared`.

    Two people: the form carries the revision of the case, which grows with each verdict and each one undone.
    """

    VERDICTS = all_said({"in": "Med i målingen", "out": "Udgår"})

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    case = models.OneToOneField("delivering.Case", on_delete=models.PROTECT)
    verdict = models.CharField(max_length=4, choices=list(VERDICTS.items()))
    reasons = models.JSONField(default=list)  # codes of studies/replacement_reasons.yaml
    found = models.JSONField(default=dict)
    found_states = models.JSONField(default=dict)
    finding = models.BooleanField(default=False)  # neither a written decision nor a word of an oral one
    remark = models.BinaryField(default=bytes)  # locked
    once = models.CharField(max_length=40, blank=True)  # the key of the form that made it as it is
    revision = models.IntegerField(default=0)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    audited = (
        "case_id", "verdict", "reasons", "found", "found_states", "finding", "remark", "revision", "by_id",
    )  # fmt: skip


class Replacement(models.Model):
    """What was asked for instead of a case that went out. Never undone: the municipality has been asked.

    `reserve` is the pseudonymous id of the municipality's list that was next, "" in a study that drew nothing.
    `instead` is None where nothing could be asked for: the place stays empty.
    """

    HOW = all_said(
        {
            "reserve": "Næste i rækkefølgen",
            "next_of_kind": "Næste sag af samme slags",
            "used_up": "Ingen reserver tilbage",
            "none_of_kind": "Kommunen har ikke flere",
        }
    )

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    case = models.OneToOneField("delivering.Case", on_delete=models.PROTECT, related_name="replacement")
    instead = models.OneToOneField("delivering.Case", null=True, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=12, choices=list(HOW.items()))
    reserve = models.CharField(max_length=80, blank=True)
    letter = models.CharField(max_length=16, blank=True)  # id of the letters.Letter, "" where none was made
    once = models.CharField(max_length=40, blank=True)  # the key of the form that asked
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    audited = ("case_id", "instead_id", "how", "reserve", "letter", "by_id")


class Return(models.Model):
    """A case sent back to the municipality, and why. Each time is a row; the newest is what the municipality sees."""

    REASONS = all_said(
        {
            "missing_document": "Der mangler et dokument, fx selve afgørelsen",
            "wrong_case": "Dokumenterne hører til en anden sag, end oplysningerne handler om",
            "unreadable": "Et dokument kan ikke læses",
            "dates_differ": "De oplyste datoer passer ikke med dokumenterne",
            "answers_missing": "Der mangler svar i det korte skema",
            "too_much": "Der er sendt oplysninger, som ikke hører til sagen",
        }
    )

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    case = models.ForeignKey("delivering.Case", on_delete=models.PROTECT, related_name="returns")
    reason = models.CharField(max_length=20, choices=list(REASONS.items()))
    once = models.CharField(max_length=40, blank=True)  # the key of the form that sent it back
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    audited = ("case_id", "reason", "by_id")
