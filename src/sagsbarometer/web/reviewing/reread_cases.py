"""The cases of a re-reading: who may read them once more, how far it is, and what is true of each."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils import timezone

from sagsbarometer.forms.form import Form
from sagsbarometer.forms.language.types import Answer
from sagsbarometer.forms.states import State
from sagsbarometer.review.answers import ReviewedCase
from sagsbarometer.review.course import ReadingState
from sagsbarometer.review.differences import Beside, Decided, Settled, beside, settled
from sagsbarometer.review.rereading import from_plain
from sagsbarometer.review.second_reading import Assigned, Place, assigned
from sagsbarometer.runs.reread import Rereading, answers_of
from sagsbarometer.sampling.numbers import shuffled
from sagsbarometer.web.accounts.models import Membership, User
from sagsbarometer.web.delivering.models import Case
from sagsbarometer.web.planning.folders import form_in
from sagsbarometer.web.reviewing.assigning import load_of, reader_of
from sagsbarometer.web.reviewing.cases_read import readers_of
from sagsbarometer.web.reviewing.jobs import folder_of_freeze
from sagsbarometer.web.reviewing.models import Reading, Reread, RereadDecision
from sagsbarometer.web.reviewing.newest import decisions_by, with_declared
from sagsbarometer.web.reviewing.settling import is_done
from sagsbarometer.web.rights.actions import ACTIONS

FIRST_PLACE = 3  # the first and the second are those of the case's own readings
_NOTHING = (State.NOT_ASKED, State.NOT_ANSWERED)
Pair = tuple[dict[str, Answer], dict[str, Answer]]


def form_of_freeze(folder: Path) -> Form:
    """The form a freezing was read with."""
    return form_in(folder / "study" / "form.yaml")


def able(study: str) -> list[User]:
    """Who may read once more: readers who can see no figure and nobody's answers of the study, by name."""
    seeing = ACTIONS["see_numbers"].roles | ACTIONS["take_answers"].roles | ACTIONS["see_reading"].roles
    held = Membership.objects.filter(role__in=seeing).values_list("user_id", "study_id")
    sees = {user for user, of in held if of in (None, study)}
    return [user for user in readers_of(study) if user.id not in sees]


def drawn_cases(reread: Reread) -> list[str]:
    """The cases that were drawn, of both groups, sorted."""
    return sorted(case for group in from_plain(reread.groups).values() for case in group.drawn)


def without_reader(reread: Reread) -> list[Place]:
    """The drawn cases that nobody has to read again, with all who ever read them: none of those may."""
    given = set(reread.readings.filter(handed_over_at=None).values_list("case_id", flat=True))
    cases = Case.objects.filter(pk__in=set(drawn_cases(reread)) - given)
    who: dict[str, set[str]] = {}
    highest: dict[str, int] = {}
    held = Reading.objects.filter(case__in=cases).values_list("case_id", "reader_id", "place")
    for case, reader, place in held:
        who.setdefault(case, set()).add(reader)
        highest[case] = max(highest.get(case, FIRST_PLACE - 1), place)
    return [
        Place(
            case.id,
            highest.get(case.id, FIRST_PLACE - 1) + 1,
            case.municipality,
            frozenset(who.get(case.id, ())),
        )
        for case in cases.order_by("id")
    ]


def give(reread: Reread, readers: Collection[User], due: date | None) -> Assigned:
    """Gives the drawn cases that have no reader to those chosen, evenly and in a drawn order. Inside `acting`."""
    places = without_reader(reread)
    return _given(reread, places, readers, {place.case: due for place in places})


def _given(
    reread: Reread, places: Collection[Place], readers: Collection[User], due: Mapping[str, date | None]
) -> Assigned:
    done = assigned(
        places, [reader_of(user, load) for user, load in load_of(reread.study_id, readers)], reread.seed
    )
    for (case, place), reader in sorted(done.to.items()):
        Reading.objects.create(
            case_id=case, review_id=case, reader_id=reader, place=place, due=due[case], reread=reread,
            form_version=reread.freeze.form_version,
        )  # fmt: skip
    return done


def hand_over(reread: Reread, leaving: str, readers: Collection[User]) -> None:
    """Ends what somebody has not handed in, and gives it to those chosen who may read it; what none of them may waits
    for a reader, as what was never given out. Inside `acting`."""
    due = {reading.case_id: reading.due for reading in take_back(reread, leaving)}
    may = {user.id for user in able(reread.study_id)}
    places = [place for place in without_reader(reread) if place.case in due]
    _given(reread, places, [user for user in readers if user.id in may], due)


def take_back(reread: Reread, reader: str) -> list[Reading]:
    """Ends what somebody has not handed in, so that others can be given it. Inside `acting`."""
    ending = reread.readings.select_for_update().filter(reader=reader, handed_over_at=None)
    ended = list(ending.exclude(state=ReadingState.SUBMITTED.value))
    for reading in ended:
        reading.handed_over_at = timezone.now()
        reading.revision += 1
        reading.save(update_fields=["handed_over_at", "revision"])
    return ended


# --- beside each other ---


@dataclass(frozen=True, slots=True)
class Both:
    """A re-reading that is in beside what was locked, which of the two first being drawn; and what came of it."""

    reading: Reading
    old: ReviewedCase
    pairs: Mapping[str, Beside]
    outcome: Settled

    @property
    def differs(self) -> bool:
        """Whether there is anything to decide, or was."""
        return any(not item.same for item in self.pairs.values())

    @property
    def done(self) -> bool:
        """Whether it is known what is true of the case."""
        return is_done(self.outcome)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a re-reading is: cases drawn, with a reader, handed in, that differ, and with a final answer."""

    drawn: int
    given: int
    handed_in: int
    differing: int
    done: int

    @property
    def complete(self) -> bool:
        """Whether the corrected figure can be computed."""
        return self.done == self.drawn


def all_both(reread: Reread, readings: Collection[Reading] | None = None) -> list[Both]:
    """Every re-reading that is in (or those given), by case; none where the folder of the freezing is gone. Raises
    Faults where it was damaged."""
    folder = folder_of_freeze(reread.study_id, reread.freeze.number)
    if not (folder / "answers.csv").is_file():
        return []
    form = form_of_freeze(folder)
    held = readings
    if held is None:
        found = reread.readings.filter(handed_over_at=None, state=ReadingState.SUBMITTED.value)
        held = list(found.select_related("case", "review", "reread").order_by("case_id"))
    if not held:
        return []
    old, new = answers_of(folder, form), with_declared(form, list(held))
    decided = decisions_of(form, held)
    return [
        _both(form, reread, reading, old[reading.case_id], new[reading.id], decided.get(reading.id, {}))
        for reading in held
    ]


def _both(
    form: Form, reread: Reread, reading: Reading, old: ReviewedCase, new: dict[str, Answer],
    decided: Mapping[str, Decided],
) -> Both:  # fmt: skip
    asked = {question.id for question in form.questions}
    was = {
        id: answer for id, answer in old.case.answers.items() if id in asked and answer.state not in _NOTHING
    }
    # Who adjudicates is not told which of the two was locked.
    one, two = (was, new) if shuffled(reread.seed, reading.case_id) % 2 else (new, was)
    pairs = {item.question: item for item in beside(form, one, two)}
    return Both(reading, old, pairs, settled(form, one, two, decided))


def decisions_of(form: Form, readings: Collection[Reading]) -> dict[str, dict[str, Decided]]:
    """What was decided last of each question, by re-reading."""
    rows = RereadDecision.objects.filter(reading__in=readings).order_by("number")
    return decisions_by(form, rows, "reading_id")


def standing(reread: Reread) -> Standing:
    """How far it is."""
    both = all_both(reread)
    return Standing(
        len(drawn_cases(reread)),
        reread.readings.filter(handed_over_at=None).count(),
        len(both),
        sum(item.differs for item in both),
        sum(item.done for item in both),
    )


def rereading_of(reread: Reread) -> Rereading:
    """The draw with what is true of each case that is settled, as the figures are corrected by it."""
    truth = [
        ReviewedCase(item.old.case_id, item.old.municipality_id, item.outcome.case)
        for item in all_both(reread)
        if item.done
    ]
    return Rereading(reread.measure, reread.seed, from_plain(reread.groups), tuple(truth))
