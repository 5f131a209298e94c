"""Screening: what was declared of a case held against what was found, and what speaks against having it in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sagsbarometer.kernel.said import all_said, said
from sagsbarometer.sampling.eligible import safe_after

NO_DECISION = "none_in_file"
APPEAL_WEEKS = 4  # retssikkerhedsloven § 67

# The questions of the short form (studies/short_form.yaml) that the reader of the case answers too. The municipality's
# own number is not one: it is nobody's to find.
DATES = ("application_date", "decision_date")
CHOICES: dict[str, dict[str, str]] = all_said(
    {
        "occasion": {
            "new_application": "ny ansøgning",
            "follow_up": "opfølgning",
            "cessation": "ophør",
            "withdrawal": "frakendelse",
            "remitted_case": "hjemvist sag",
        },
        "result": {"grant": "bevilling", "partial_refusal": "delvist afslag", "refusal": "afslag"},
        "form": {
            "written": "skriftlig",
            "oral": "mundtlig, og det fremgår af sagen",
            NO_DECISION: "hverken skriftlig eller mundtlig",
        },
        "appealed": {"no": "nej", "yes": "ja"},
        "provision": {"studied": "den, der måles", "other": "en anden"},
    }
)
LABELS = all_said(
    {
        "application_date": "Ansøgningen er modtaget",
        "decision_date": "Dato for afgørelsen",
        "occasion": "Anledning",
        "result": "Resultat",
        "form": "Afgørelsens form",
        "published_deadline_weeks": "Offentliggjort frist",
        "new_date_given": "Ny dato givet",
        "appealed": "Påklaget",
        "provision": "Bestemmelse",
    }
)
QUESTIONS = tuple(LABELS)
FOUND_ONLY = frozenset(
    {"provision"}
)  # the municipality sends what it believes is decided under the right one
CANNOT_BE_SEEN, NOT_RELEVANT = "cannot_be_seen", "not_relevant"
STATES = all_said({NOT_RELEVANT: "ikke relevant", CANNOT_BE_SEEN: "kan ikke ses"})

Answers = Mapping[str, object]
Same = Literal["same", "differs", "declared_only", "found_only", "neither"]


@dataclass(frozen=True, slots=True)
class Criteria:
    """What a case has to be. `called_in`: the day the municipality was asked, None where nobody knows; a reserve's is
    the day it was asked for. `replaces`: the case takes the place of another one."""

    first: date | None = None
    last: date | None = None
    called_in: date | None = None
    appeal_weeks: int = APPEAL_WEEKS
    receipt_days: int = 0
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class Beside:
    """One question: what the municipality said, what the reader found, in Danish; "" where nobody answered."""

    question: str
    label: str
    declared: str
    found: str
    how: Same


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A reason to leave the case out, of studies/replacement_reasons.yaml. A person decides.

    `definite`: it follows from the answers and the criteria. `of`: whose answer it hangs on.
    """

    reason: str
    why: str
    definite: bool
    of: Literal["declared", "found"]


def day_of(value: object) -> date | None:
    """A day as answers keep it (`2022-12-20`); None for what is none."""
    try:
        return date.fromisoformat(str(value)) if value else None
    except ValueError:
        return None


def code_of(value: object) -> str:
    """An answer as its code: a yes or no may be kept as a truth value."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def words(question: str, value: object) -> str:
    """An answer in Danish. What no question has is shown as nothing: free text does not come through here."""
    if value is None or value == "":
        return ""
    if value in STATES:
        return STATES[str(value)]
    if question in DATES:
        day = day_of(value)
        return said("{day}", day=day) if day else ""
    if question == "published_deadline_weeks":
        return said("{n} uge", "{n} uger", n=int(str(value))) if str(value).isdigit() else ""
    if question == "new_date_given":
        day = day_of(value)
        return said("{day}", day=day) if day else CHOICES["appealed"].get(code_of(value), "")
    return CHOICES.get(question, {}).get(code_of(value), "")


def declared_of(values: Answers, states: Mapping[str, str]) -> dict[str, object]:
    """What a municipality declared, the states of what has no value counted as answers."""
    return {question: state for question, state in states.items() if state in STATES} | dict(values)


def beside(declared: Answers, found: Answers) -> list[Beside]:
    """Every question with both answers."""
    rows = []
    for question, label in LABELS.items():
        mine, theirs = words(question, found.get(question)), words(question, declared.get(question))
        how: Same = "neither"
        if mine and theirs:
            how = "same" if mine == theirs else "differs"
        elif mine or theirs:
            how = "found_only" if mine else "declared_only"
        rows.append(Beside(question, label, theirs, mine, how))
    return rows


def no_decision_found(declared: Answers, found: Answers) -> bool:
    """Whether the file holds neither a written decision nor a word of an oral one: a finding, whatever the verdict.

    What the reader found counts; what was declared only until then.
    """
    return _known("form", declared, found)[0] == NO_DECISION


def suggestions(declared: Answers, found: Answers, criteria: Criteria) -> list[Suggestion]:
    """The reasons that speak against the case. What nobody knows speaks for nothing.

    Source of the reasons: Handicapsagsbarometret 2023, appendix 1. It let cases with neither a written decision nor a
    word of an oral one go out, because they were hard to measure on: that reason is suggested and never definite here,
    for such a case is a finding in itself (`no_decision_found`) and stays counted as one. It also kept a few refusals
    decided after the window, called in as replacements once the time for appeal was over: for a replacement, a day
    after the window is not definite either.
    """
    told = [
        _provision(declared, found),
        _appealed(declared, found),
        _window(declared, found, criteria),
        _appeal_time(declared, found, criteria),
        _no_decision(declared, found),
    ]
    return [item for item in told if item is not None]


def _known(question: str, declared: Answers, found: Answers) -> tuple[str, Literal["declared", "found"]]:
    """The answer that counts: the reader's where there is one, else the municipality's."""
    own = code_of(found.get(question))
    if own and own not in STATES:
        return own, "found"
    return code_of(declared.get(question)), "declared"


def _provision(declared: Answers, found: Answers) -> Suggestion | None:
    answer, of = _known("provision", declared, found)
    why = said("Sagen er afgjort efter en anden bestemmelse end den, der måles.")
    return Suggestion("wrong_provision", why, True, of) if answer == "other" else None


def _appealed(declared: Answers, found: Answers) -> Suggestion | None:
    answer, of = _known("appealed", declared, found)
    why = said("Afgørelsen er påklaget. Undersøgelsen er om sager, ingen har klaget over.")
    return Suggestion("appealed", why, True, of) if answer == "yes" else None


def _window(declared: Answers, found: Answers, criteria: Criteria) -> Suggestion | None:
    answer, of = _known("decision_date", declared, found)
    day = day_of(answer)
    if day is None:
        return None
    if criteria.first and day < criteria.first:
        why = said("Afgjort {day}, før perioden begynder {first}.", day=day, first=criteria.first)
        return Suggestion("outside_period", why, True, of)
    if criteria.last and day > criteria.last:
        why = said("Afgjort {day}, efter perioden slutter {last}.", day=day, last=criteria.last)
        if criteria.replaces:
            why = said("{why} Den erstatter en anden sag: i 2023 kom enkelte af dem med alligevel.", why=why)
        return Suggestion("outside_period", why, not criteria.replaces, of)
    return None


def _appeal_time(declared: Answers, found: Answers, criteria: Criteria) -> Suggestion | None:
    """Whether the time for appeal was over when the case was asked for: only then can nobody appeal any more."""
    answer, of = _known("decision_date", declared, found)
    day = day_of(answer)
    if day is None or criteria.called_in is None or not criteria.appeal_weeks:
        return None
    last = safe_after(day, None, criteria.appeal_weeks, criteria.receipt_days)
    if criteria.called_in > last:
        return None
    why = said(
        "Klagefristen løb til og med {last}, og sagen blev indkaldt {called_in}.",
        last=last,
        called_in=criteria.called_in,
    )
    return Suggestion("appeal_time_left", why, True, of)


def _no_decision(declared: Answers, found: Answers) -> Suggestion | None:
    answer, of = _known("form", declared, found)
    if answer != NO_DECISION:
        return None
    why = said(
        "Der er hverken en skriftlig afgørelse eller oplysninger om en mundtlig. Det er et fund i sig selv, og det "
        "tælles, uanset om sagen udgår. I 2023 udgik de, fordi de var svære at måle på."
    )
    return Suggestion("no_decision", why, False, of)


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a verdict: the field, what to do, and the code of docs/fejlkoder.md."""

    code: str
    field: str
    fault: str


def wrong_with(
    verdict: str, chosen: Sequence[str], known: Mapping[str, object], found: Answers
) -> list[Wrong]:
    """Everything that keeps a verdict from being saved; nothing where it may be. `known`: the reasons there are.

    What is suggested never decides: a verdict against every suggestion may be saved, and a case with no decision may
    stay in.
    """
    wrong = []
    if verdict not in ("in", "out"):
        wrong.append(Wrong("MODTAG-101", "verdict", said("Vælg, om sagen er med eller udgår.")))
    if verdict == "out" and not chosen:
        wrong.append(Wrong("MODTAG-102", "reasons", said("Vælg mindst én årsag til, at sagen udgår.")))
    if verdict == "in" and chosen:
        wrong.append(Wrong("MODTAG-103", "reasons", said("En sag, der er med, har ingen årsag til at udgå.")))
    if any(code not in known for code in chosen):
        wrong.append(
            Wrong(
                "MODTAG-104", "reasons", said("En af årsagerne findes ikke. Vælg blandt dem, der står her.")
            )
        )
    for question in QUESTIONS:
        value = found.get(question)
        if value not in (None, "") and not words(question, value):
            wrong.append(
                Wrong(
                    "MODTAG-105",
                    question,
                    said("{question}: svaret kan ikke læses.", question=LABELS[question]),
                )
            )
    given, asked_on = day_of(found.get("decision_date")), day_of(found.get("application_date"))
    if given and asked_on and given < asked_on:
        wrong.append(Wrong("MODTAG-106", "decision_date", said("Afgørelsen kan ikke være før ansøgningen.")))
    return wrong
