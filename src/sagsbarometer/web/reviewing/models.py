"""Readings of cases: answers, evidence, doubts, and what is decided between two readings."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

from sagsbarometer.kernel.said import all_said
from sagsbarometer.review.course import ReadingState
from sagsbarometer.web.identifiers import thing_id


class Draw(models.Model):
    """A draw of cases to be read by two. Anybody who has the seed and the cases can repeat it."""

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    study = models.ForeignKey("planning.Study", on_delete=models.PROTECT, related_name="draws")
    seed = models.CharField(max_length=40)
    share = models.DecimalField(max_digits=5, decimal_places=2)  # percent
    drawn_from = models.JSONField()  # ids of the cases, sorted
    drawn = models.JSONField()  # ids of those that are read by two, sorted
    once = models.CharField(max_length=40, unique=True)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    audited = ("study_id", "seed", "share", "drawn_from", "drawn", "by_id")


class CaseReview(models.Model):
    """What the course of a case follows from, beside its readings (`review.course`). Made when it is assigned."""

    USES = all_said({"measure": "Måling", "learning": "Øvelse", "anchor": "Ankersag"})

    case = models.OneToOneField(
        "delivering.Case", primary_key=True, on_delete=models.PROTECT, related_name="review"
    )
    study = models.ForeignKey("planning.Study", on_delete=models.PROTECT, related_name="+")
    use = models.CharField(max_length=8, choices=list(USES.items()), default="measure")
    draw = models.ForeignKey(Draw, null=True, on_delete=models.PROTECT, related_name="+")
    # Of a case that became practice or an anchor: readings up to this place are of when it was measured.
    measured_places = models.IntegerField(default=0)
    second_drawn = models.BooleanField(default=False)
    differs = models.BooleanField(default=False)
    decided_at = models.DateTimeField(null=True)  # every difference has its decision
    locked_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.CharField(max_length=20, blank=True)  # a code, never the circumstances
    revision = models.IntegerField(default=0)

    audited = (
        "study_id", "use", "measured_places", "draw_id", "second_drawn", "differs", "decided_at", "locked_at",
        "withdrawn_at", "withdrawn_why", "revision",
    )  # fmt: skip


class AnswersFile(models.Model):
    """A file of answers: checked, taken in as readings, or undone. Until it is decided on its rows are kept, locked."""

    STATES = all_said(
        {"checked": "Kontrolleret", "taken": "Lagt ind", "undone": "Fortrudt", "dropped": "Droppet"}
    )

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    study = models.ForeignKey("planning.Study", on_delete=models.PROTECT, related_name="answers_files")
    state = models.CharField(max_length=8, choices=list(STATES.items()), default="checked")
    sha256 = models.CharField(max_length=64)  # of the file and the mapping it was read with
    kind = models.CharField(max_length=4)  # csv or xlsx
    cases = models.IntegerField(default=0)
    readings = models.IntegerField(default=0)
    answers = models.IntegerField(default=0)
    rows = models.BinaryField(
        default=bytes
    )  # locked: the table as it was read; emptied when it is decided on
    once = models.CharField(max_length=40, unique=True)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    taken_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    revision = models.IntegerField(default=0)

    audited = (
        "study_id", "state", "sha256", "kind", "cases", "readings", "answers", "by_id", "taken_at", "undone_at",
        "revision",
    )  # fmt: skip


class Reading(models.Model):
    """One reader's reading of a case. Handed over to a colleague it ends, and theirs begins anew."""

    STATES = all_said(
        {
            ReadingState.ASSIGNED.value: "Tildelt",
            ReadingState.BEGUN.value: "Begyndt",
            ReadingState.SUBMITTED.value: "Afleveret",
            ReadingState.REOPENED.value: "Åbnet igen",
        }
    )

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    case = models.ForeignKey("delivering.Case", on_delete=models.PROTECT, related_name="readings")
    review = models.ForeignKey(CaseReview, on_delete=models.PROTECT, related_name="readings")
    reader = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="readings")
    place = (
        models.IntegerField()
    )  # 1 or 2: the first or the second reading; which is which says nothing of quality
    state = models.CharField(max_length=10, choices=list(STATES.items()), default=ReadingState.ASSIGNED.value)
    form_version = models.IntegerField()  # the version of the study whose form it is read with
    due = models.DateField(null=True)
    assigned_at = models.DateTimeField(default=timezone.now)
    begun_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    handed_over_at = models.DateTimeField(null=True)  # no longer the reader's, and no longer counted
    reason = models.BinaryField(default=bytes)  # why it was opened again or handed over, locked
    file = models.ForeignKey(AnswersFile, null=True, on_delete=models.PROTECT, related_name="brought")
    # Of a case that was locked and drawn to be read once more: it is no answer of the case's own.
    reread = models.ForeignKey("Reread", null=True, on_delete=models.PROTECT, related_name="readings")
    revision = models.IntegerField(default=0)

    audited = (
        "case_id", "reader_id", "place", "state", "form_version", "due", "begun_at", "submitted_at",
        "handed_over_at", "reason", "file_id", "reread_id", "revision",
    )  # fmt: skip

    class Meta:
        """One of each place that is not handed over, and each person once in a case."""

        constraints = [
            models.UniqueConstraint(
                fields=["case", "place"], condition=models.Q(handed_over_at=None), name="reading_place_once"
            ),
            models.UniqueConstraint(
                fields=["case", "reader"], condition=models.Q(handed_over_at=None), name="reading_reader_once"
            ),
        ]


class Answer(models.Model):
    """An answer as it was given: never changed. The one with the highest number counts; undo writes another.

    `value` is a code, a list of codes, a whole number, a day, true or false; words are locked in `words`.
    """

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="answers")
    question = models.CharField(max_length=80)
    number = models.IntegerField()  # of the question in the reading: 1, 2, 3 …
    state = models.CharField(max_length=16)  # forms.states
    value = models.JSONField(null=True)
    words = models.BinaryField(default=bytes)  # locked
    undoes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="undone_by")
    once = models.CharField(max_length=40, unique=True)  # the key of the save: sent twice it is one answer
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    audited = ("reading_id", "question", "number", "state", "value", "words", "undoes_id", "by_id")

    class Meta:
        """Two saves on the same number: one is in, the other is a conflict."""

        constraints = [
            models.UniqueConstraint(fields=["reading", "question", "number"], name="answer_number_once")
        ]


class Pin(models.Model):
    """Evidence: words on a page of a document that an answer stands on."""

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="pins")
    question = models.CharField(max_length=80)
    document = models.ForeignKey("documents.Document", on_delete=models.PROTECT, related_name="+")
    page = models.IntegerField()  # from 1; 0 where a document has no pages
    boxes = models.JSONField(default=list)  # [[left, top, width, height]] as shares of the page
    quote = models.BinaryField(default=bytes)  # locked
    once = models.CharField(max_length=40, unique=True)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True)

    audited = ("reading_id", "question", "document_id", "page", "boxes", "quote", "by_id", "removed_at")


class Citation(models.Model):
    """A norm that an answer leans on: a provision, condition, requirement or principle decision in force then."""

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="citations")
    question = models.CharField(max_length=80)
    norm = models.CharField(max_length=120)  # `provision:serviceloven/97`, `principle:78-15` …
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True)

    audited = ("reading_id", "question", "norm", "by_id", "removed_at")


class Overruling(models.Model):
    """A soft check that a reader answered no to, and why."""

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="overrulings")
    soft_check = models.CharField(max_length=80)
    answers = models.CharField(max_length=64)  # hash of the answers it was about: changed, it is asked again
    reason = models.BinaryField(default=bytes)  # locked
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True)

    audited = ("reading_id", "soft_check", "answers", "reason", "by_id", "removed_at")


class Doubt(models.Model):
    """A doubt about an answer: asked, discussed, answered, closed. Its words are in its remarks."""

    STATES = all_said({"open": "Åben", "answered": "Besvaret", "closed": "Lukket"})

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="doubts")
    question = models.CharField(max_length=80)
    state = models.CharField(max_length=8, choices=list(STATES.items()), default="open")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    revision = models.IntegerField(default=0)

    audited = ("reading_id", "question", "state", "by_id", "revision")


class DoubtRemark(models.Model):
    """One contribution to a doubt. `answers`: it is the answer to it."""

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    doubt = models.ForeignKey(Doubt, on_delete=models.PROTECT, related_name="remarks")
    words = models.BinaryField()  # locked
    answers = models.BooleanField(default=False)
    once = models.CharField(max_length=40, unique=True)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    audited = ("doubt_id", "words", "answers", "by_id")


class CodebookRule(models.Model):
    """How a question is to be answered from now on; never changed, only replaced. Says nothing of any case."""

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    study = models.ForeignKey("planning.Study", on_delete=models.PROTECT, related_name="rules")
    question = models.CharField(max_length=80)
    text = models.CharField(max_length=1000)
    doubt = models.ForeignKey(Doubt, null=True, on_delete=models.PROTECT, related_name="rules")
    replaces = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="replaced_by"
    )  # the rule it came in the place of
    once = models.CharField(max_length=40, unique=True)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    audited = ("study_id", "question", "text", "doubt_id", "replaces_id", "by_id", "ended_at")


class Look(models.Model):
    """An answer given before a rule or another form came, to be looked at again by its reader."""

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="looks")
    question = models.CharField(max_length=80)
    rule = models.ForeignKey(CodebookRule, null=True, on_delete=models.PROTECT, related_name="looks")
    why = models.CharField(max_length=12)  # rule, form, unusual
    at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("accounts.User", null=True, on_delete=models.PROTECT, related_name="+")

    audited = ("reading_id", "question", "rule_id", "why", "done_at", "done_by_id")


class Decision(models.Model):
    """What counts where two readings differ in a question: one of the sides, or a third answer. Never changed."""

    SIDES = all_said({"first": "Den første", "second": "Den anden", "third": "Et tredje svar"})

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    case = models.ForeignKey("delivering.Case", on_delete=models.PROTECT, related_name="decisions")
    question = models.CharField(max_length=80)
    number = models.IntegerField()  # of the question in the case: 1, 2, 3 …; the highest counts
    side = models.CharField(max_length=6, choices=list(SIDES.items()))
    answers = models.CharField(
        max_length=64
    )  # hash of the two answers it is about: changed, it no longer counts
    state = models.CharField(max_length=16)
    value = models.JSONField(null=True)
    words = models.BinaryField(default=bytes)  # locked: an answer in words
    reason = models.BinaryField(default=bytes)  # locked
    once = models.CharField(max_length=40, unique=True)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    audited = (
        "case_id", "question", "number", "side", "answers", "state", "value", "words", "reason", "by_id",
    )  # fmt: skip

    class Meta:
        """Two decisions on the same number: one is in, the other is a conflict."""

        constraints = [
            models.UniqueConstraint(fields=["case", "question", "number"], name="decision_number_once")
        ]


class KeyAnswer(models.Model):
    """The right answer to a question of a known case, and why. Never changed: the highest number counts.

    The state `not_answered` takes a key back: the question gives no feedback and measures nobody.
    """

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    case = models.ForeignKey("delivering.Case", on_delete=models.PROTECT, related_name="key_answers")
    question = models.CharField(max_length=80)
    number = models.IntegerField()  # of the question in the case: 1, 2, 3 …
    state = models.CharField(max_length=16)
    value = models.JSONField(null=True)
    words = models.BinaryField(default=bytes)  # locked: why it is the right one
    once = models.CharField(max_length=40, unique=True)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    audited = ("case_id", "question", "number", "state", "value", "words", "by_id")

    class Meta:
        """Two keys on the same number: one is in, the other is a conflict."""

        constraints = [models.UniqueConstraint(fields=["case", "question", "number"], name="key_number_once")]


class LeniencyShown(models.Model):
    """A reader may see their own result on the anchors of a study, from when they were let and until it is ended."""

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    study = models.ForeignKey("planning.Study", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    audited = ("study_id", "user_id", "by_id", "ended_at")

    class Meta:
        """Let twice, it is once."""

        constraints = [
            models.UniqueConstraint(
                fields=["study", "user"], condition=models.Q(ended_at=None), name="leniency_shown_once"
            )
        ]


class Freeze(models.Model):
    """Answers as they were locked and computed from. The folder HOME/datasets/<study>/<number> is the truth."""

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    study = models.ForeignKey("planning.Study", on_delete=models.PROTECT, related_name="freezes")
    number = models.IntegerField()
    cases = models.IntegerField()
    data_date = models.DateField()
    form_version = models.IntegerField()
    rows_hash = models.CharField(max_length=64)
    job = models.CharField(max_length=16, unique=True)  # the work that made it: done again, it is one
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    unlocked_at = models.DateTimeField(null=True)  # its cases were let free to be read on
    unlocked_why = models.CharField(max_length=500, blank=True)

    audited = (
        "study_id", "number", "cases", "data_date", "form_version", "rows_hash", "job", "by_id", "unlocked_at",
        "unlocked_why",
    )  # fmt: skip

    class Meta:
        """One of each number."""

        constraints = [models.UniqueConstraint(fields=["study", "number"], name="freeze_once")]


class Reread(models.Model):
    """Locked cases drawn at random, with and without a finding, to be read once more. One of each freezing.

    The seed is shown when it is finished: until then it would tell which cases they are. `hash` vouches for it.
    """

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    study = models.ForeignKey("planning.Study", on_delete=models.PROTECT, related_name="rereads")
    freeze = models.OneToOneField(Freeze, on_delete=models.PROTECT, related_name="reread")
    measure = models.CharField(max_length=80)  # what a finding is
    seed = models.CharField(max_length=40)
    groups = models.JSONField()  # {group: {"cases": sorted ids, "drawn": sorted ids}}
    hash = models.CharField(max_length=64)  # of the seed and the groups
    once = models.CharField(max_length=40, unique=True)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)  # all are in and adjudicated, and the numbers are written

    audited = ("study_id", "freeze_id", "measure", "seed", "groups", "hash", "by_id", "finished_at")


class RereadDecision(models.Model):
    """What is true where a case's answers and its re-reading differ. Never changed: the highest number counts."""

    id = models.CharField(primary_key=True, max_length=16, default=thing_id, editable=False)
    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="reread_decisions")
    question = models.CharField(max_length=80)
    number = models.IntegerField()  # of the question in the reading: 1, 2, 3 …
    side = models.CharField(max_length=6, choices=list(Decision.SIDES.items()))
    answers = models.CharField(max_length=64)  # hash of the two answers it is about
    state = models.CharField(max_length=16)
    value = models.JSONField(null=True)
    reason = models.BinaryField(default=bytes)  # locked
    once = models.CharField(max_length=40, unique=True)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    audited = (
        "reading_id", "question", "number", "side", "answers", "state", "value", "reason", "by_id",
    )  # fmt: skip

    class Meta:
        """Two decisions on the same number: one is in, the other is a conflict."""

        constraints = [
            models.UniqueConstraint(fields=["reading", "question", "number"], name="reread_decision_once")
        ]

    @property
    def case(self) -> Any:
        """The case it is about."""
        return self.reading.case
