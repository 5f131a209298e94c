"""Case documents, as rows: the bytes lie locked in HOME/documents under the same id."""

from __future__ import annotations

from django.db import models

from sagsbarometer.kernel.said import all_said
from sagsbarometer.web.identifiers import document_id, thing_id


class Document(models.Model):
    """A file of a case. Name and text are locked by the study's key; nothing here says what is in it."""

    STATES = all_said(
        {"checking": "Kontrolleres", "ready": "Klar", "refused": "Afvist", "removed": "Fjernet"}
    )

    # "" where no page is a picture.
    SCANNED = all_said({"waiting": "Venter på at blive læst", "read": "Læst", "unread": "Kan ikke læses"})

    id = models.CharField(primary_key=True, max_length=24, default=document_id, editable=False)
    study = models.ForeignKey("planning.Study", on_delete=models.PROTECT)
    case = models.ForeignKey("delivering.Case", on_delete=models.PROTECT, related_name="documents")
    municipality = models.CharField(max_length=4)
    name = models.BinaryField(default=bytes)  # locked
    kind = models.CharField(max_length=8)  # pdf, docx, png, jpeg, tiff: by content, never by name
    size = models.BigIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=list(STATES.items()), default="checking")
    refusal = models.CharField(max_length=20, blank=True)  # problem code
    pages = models.IntegerField(null=True)
    cpr_found = models.IntegerField(null=True)  # how many, never which
    scanned = models.CharField(max_length=8, choices=list(SCANNED.items()), blank=True, default="")
    from_archive = models.CharField(max_length=24, blank=True)  # id of the ZIP it came in
    uploaded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    audited = (
        "study_id",
        "case_id",
        "name",
        "kind",
        "size",
        "sha256",
        "state",
        "refusal",
        "pages",
        "cpr_found",
        "scanned",
    )


class Person(models.Model):
    """That a person is named in a document, by the study's pseudonym alone. The key of it goes with the study's."""

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    study = models.ForeignKey("planning.Study", on_delete=models.PROTECT)
    case = models.ForeignKey("delivering.Case", on_delete=models.PROTECT, related_name="persons")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="persons")
    pseudonym = models.CharField(max_length=32)  # documents.persons.pseudonym

    audited = ("study_id", "case_id", "document_id", "pseudonym")

    class Meta:
        """Once in a document; looked up by pseudonym within a study."""

        constraints = [models.UniqueConstraint(fields=["document", "pseudonym"], name="person_once")]
        indexes = [models.Index(fields=["study", "pseudonym"])]
