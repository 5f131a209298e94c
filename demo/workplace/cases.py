"""The 385 cases of the barometer of 2023, somewhere on their way in. Rebuilt from its printed numbers; all invented."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from demo.reconstruct.cases import Case as Rebuilt
from demo.reconstruct.cases import make_cases
from demo.reconstruct.printed import Printed
from sagsbarometer.kernel.deadlines import deadline, is_working_day

SEED = 20240426  # the day the figures were published
GRANT, REFUSAL = "grant", "refusal"  # the kinds of cases, as the plan of a barometer names them
CALLED_IN = 45  # days before today
WEEKS = 4  # the municipalities had
WAITING, RETURNED, WITHDRAWN = 60, 7, 6
OUT = {"outside_period": 8, "appealed": 7, "no_decision": 6, "wrong_provision": 5, "duplicate": 2}
REPLACED = 14  # of those that went out
BEGUN = 13  # municipalities that have begun and not delivered: they deliver all at once
EXTENDED = 4  # of them, that were given more time
RETURN_REASONS = ("missing_document", "dates_differ", "unreadable", "answers_missing")
NOT_RELEVANT = "not_relevant"
OF_A_DECISION = (
    "decision_date",
    "result",
    "appealed",
)  # not asked where there is no decision (short_form.yaml)
AFTER_WINDOW = date(2023, 2, 14)


@dataclass(slots=True)
class DemoCase:
    """One case with where it has come to. `found` and `reasons` are of its verdict, where it has one."""

    rebuilt: Rebuilt
    stratum: str
    state: str = "draft"
    number: int = 0
    declared: dict[str, object] = field(default_factory=dict)
    found: dict[str, object] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    returned: str = ""  # why, where it was sent back
    replaces: DemoCase | None = None
    submitted: date | None = None
    screened: date | None = None
    written_on: date | None = None  # in its document, where that is another day than the declared

    @property
    def municipality(self) -> str:
        """Its code."""
        return self.rebuilt.municipality


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything the workplace is to hold. `requests`: {code: what it was asked for}."""

    today: date
    called_in: date
    cases: tuple[DemoCase, ...]
    requests: Mapping[str, Asked]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a municipality was asked for, and how far it is."""

    wanted: dict[str, int]
    none_of: tuple[str, ...]
    state: str
    deadline: date


def scene(printed: Printed, codes: Sequence[str], today: date, seed: int = SEED) -> Scene:
    """The cases and requests as they stand on a day. The same inputs and seed give the same."""
    rng = random.Random(seed)
    rebuilt = make_cases(printed, codes, random.Random(seed))
    cases = [DemoCase(case, GRANT if case.result == "grant" else REFUSAL) for case in rebuilt]
    begun = rng.sample(sorted(set(codes) - {"901"}), BEGUN)  # who signs in as the first has delivered
    _how_far(cases, set(begun), rng)
    _went_out(cases, rng)
    _declared(cases, rng)
    called_in = working_day(today - timedelta(days=CALLED_IN))
    _days(cases, called_in, today, rng)
    _replacements(cases, rng)
    _numbers(cases)
    extended = set(begun[:EXTENDED])
    requests = {code: _asked(code, cases, called_in, today, code in extended) for code in codes}
    return Scene(today, called_in, tuple(cases), requests)


def _how_far(cases: list[DemoCase], begun: set[str], rng: random.Random) -> None:
    """Who has delivered; of that, what still waits, was sent back or was taken back."""
    sent = [case for case in cases if case.municipality not in begun]
    rng.shuffle(sent)
    states = ["submitted"] * WAITING + ["returned"] * RETURNED + ["withdrawn"] * WITHDRAWN
    states += ["excluded"] * sum(OUT.values())
    for at, case in enumerate(sent):
        case.state = states[at] if at < len(states) else "screened_in"


def _went_out(cases: list[DemoCase], rng: random.Random) -> None:
    """Why each went out."""
    reasons = [reason for reason, number in OUT.items() for _ in range(number)]
    rng.shuffle(reasons)
    for case, reason in zip([case for case in cases if case.state == "excluded"], reasons, strict=True):
        case.reasons = [reason]
    for case, reason in zip(
        [case for case in cases if case.state == "returned"], RETURN_REASONS * RETURNED, strict=False
    ):
        case.returned = reason


def _declared(cases: list[DemoCase], rng: random.Random) -> None:
    """The short form as the municipality filled it in, and what the reader found."""
    for case in cases:
        old = case.rebuilt
        case.declared = {
            "application_date": old.application_date.isoformat(),
            "decision_date": old.decision_date.isoformat(),
            "occasion": "new_application",
            "result": old.result,
            "form": "oral" if rng.random() < 0.05 else "written",
            "published_deadline_weeks": old.deadline_days // 7,
            "new_date_given": "no" if old.deadline == "exceeded" else NOT_RELEVANT,
            "appealed": "no",
        }
        if case.state in ("screened_in", "excluded"):
            case.found = {**case.declared, "provision": "studied"}
            _amiss(case, rng)
        elif case.state == "submitted":
            _to_be_seen(case, rng)
        for answers in (case.declared, case.found):
            if answers.get("form") == "none_in_file":
                for question in OF_A_DECISION:
                    answers.pop(question, None)


def _amiss(case: DemoCase, rng: random.Random) -> None:
    """What was found of a case that went out; half the time the municipality had said so itself."""
    amiss = {
        "outside_period": {"decision_date": AFTER_WINDOW.isoformat()},
        "appealed": {"appealed": "yes"},
        "no_decision": {"form": "none_in_file"},
        "wrong_provision": {"provision": "other"},
    }
    for reason in case.reasons:
        told = amiss.get(reason, {})
        case.found |= told
        if rng.random() < 0.5 and reason != "wrong_provision":
            case.declared |= told
    if case.state == "screened_in" and case.stratum == REFUSAL and rng.random() < 0.1:
        # As in 2023: what was sent as a grant turned out to be a partial refusal.
        case.declared["result"] = "grant"


def _to_be_seen(case: DemoCase, rng: random.Random) -> None:
    """What the one who screens will meet: a date that is not the document's, an appeal, no decision."""
    chance = rng.random()
    decided = case.rebuilt.decision_date
    if chance < 0.12:
        case.written_on = working_day(decided - timedelta(days=rng.randint(20, 60)))
    elif chance < 0.17:
        case.declared["appealed"] = "yes"
    elif chance < 0.22:
        case.declared["form"] = "none_in_file"
    elif chance < 0.27:
        case.declared["decision_date"] = AFTER_WINDOW.isoformat()


def _days(cases: list[DemoCase], called_in: date, today: date, rng: random.Random) -> None:
    """Sent in ever larger numbers toward the deadline; looked at within days; what waits came last."""
    span = (today - called_in).days
    days = [
        day for at in range(2, span) if is_working_day(day := called_in + timedelta(days=at))
    ]  # before today
    for case in cases:
        if case.state == "draft":
            continue
        if case.state in ("submitted", "returned"):
            case.submitted = rng.choice(days[-6:])
            continue
        at = int(max(rng.random(), rng.random()) * (len(days) - 6))  # more late than early
        case.submitted = days[at]
        if case.state != "withdrawn":
            case.screened = days[min(at + rng.randint(1, 6), len(days) - 1)]


def _replacements(cases: list[DemoCase], rng: random.Random) -> None:
    """Of those that went out, some were replaced by another of the same kind from the same municipality: some of these
    have come and wait, the others are not delivered yet."""
    taken: set[int] = set()
    made = 0
    out = [case for case in cases if case.state == "excluded"]
    rng.shuffle(out)
    for case in out:
        own = [
            other
            for other in cases
            if other.municipality == case.municipality
            and other.stratum == case.stratum
            and other.state in ("submitted", "draft", "screened_in")
            and id(other) not in taken
        ]
        if made == REPLACED or not own:
            continue
        other = min(own, key=lambda one: ("submitted", "draft", "screened_in").index(one.state))
        taken.add(id(other))
        other.replaces = case
        made += 1
        if (
            other.state == "submitted"
            and case.screened
            and other.submitted
            and other.submitted < case.screened
        ):
            other.submitted = case.screened
        elif other.state == "screened_in":
            other.state, other.submitted, other.screened, other.found = "draft", None, None, {}


def _numbers(cases: list[DemoCase]) -> None:
    """1, 2, 3 … in each municipality, replacements last."""
    for code in {case.municipality for case in cases}:
        own = [case for case in cases if case.municipality == code]
        for number, case in enumerate(sorted(own, key=lambda case: case.replaces is not None), start=1):
            case.number = number


def _asked(code: str, cases: list[DemoCase], called_in: date, today: date, extended: bool) -> Asked:
    own = [case for case in cases if case.municipality == code and case.state != "withdrawn"]
    wanted = {kind: sum(case.stratum == kind for case in own) for kind in (GRANT, REFUSAL)}
    none_of: tuple[str, ...] = ()
    if not wanted[REFUSAL]:
        wanted[REFUSAL], none_of = (
            1,
            (REFUSAL,),
        )  # asked for one, and had none: so it was in 14 municipalities
    wanted = {kind: number for kind, number in wanted.items() if number}
    last = deadline(called_in, WEEKS)
    states = {case.state for case in own}
    if "returned" in states or any(case.replaces and case.state == "draft" for case in own):
        return Asked(wanted, none_of, "reopened", deadline(today, 2))
    if "draft" in states:
        return Asked(wanted, none_of, "called_in", deadline(today, 1) if extended else last)
    return Asked(wanted, none_of, "delivered" if "submitted" in states else "finished", last)


def working_day(day: date) -> date:
    """The day, or the next that is worked on."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day
