"""The state table of a release, and one pure function that says who may do what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Literal

from sagsbarometer.datafiles.located import Located, read_yaml
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.datafiles.validated import Strict, validated
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.release.hours import danish_hour
from sagsbarometer.release.people import ANYONE, Actor

NONE = "none"
WRONG_STATE, WRONG_ROLE, NEEDS = "UDGIV-101", "UDGIV-102", "UDGIV-103"
Words = dict[Literal["da", "en"], str]


class Action(Strict):
    """One step: its words, who may take it, from which state to which, and what it needs."""

    words: Words
    done: Words
    who: tuple[str, ...]
    from_: Mapping[str, str]
    needs: tuple[str, ...] = ()
    new: bool = False
    of: Literal["newest", "public"] = "newest"


class Requirement(Strict):
    """One thing a step may need: its words, and what is said when it is not so."""

    words: Words
    fault: str
    remedy: str


class Table(Strict):
    """All of publishing/states.yaml."""

    schema_version: Literal[1]
    roles: Mapping[str, Words]
    states: Mapping[str, Words]
    actions: Mapping[str, Action]
    requirements: Mapping[str, Requirement]


@dataclass(frozen=True, slots=True)
class Situation:
    """What a step is judged on. `facts` are requirements known to hold (`protected`, `unchanged` …); the others are
    worked out from who did what. `wanted` is the hour asked for, `hour` the one that is set, `now` the moment.
    """

    state: str = NONE
    facts: frozenset[str] = frozenset()
    authors: tuple[Actor, ...] = ()
    approved_by: tuple[Actor, ...] = ()
    shortened_by: tuple[Actor, ...] = ()  # who asked for the hour that is wanted
    insiders: tuple[Actor, ...] = ()  # given access before the hour
    hour: datetime | None = None
    now: datetime | None = None
    wanted: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a step may be taken, the state it leads to, and otherwise every reason why not."""

    allowed: bool
    state: str
    role: str = ""  # in which the step is taken
    problems: tuple[Problem, ...] = ()
    lacking: tuple[str, ...] = ()  # `state`, `role`, or requirements


def _not_author(actor: Actor, situation: Situation) -> bool:
    return not any(actor.same(author) for author in situation.authors)


def _two_approvers(actor: Actor, situation: Situation) -> bool:
    """Two of them are neither each other nor an author, however often they stand there."""
    fit = [item for item in situation.approved_by if _not_author(item, situation)]
    return any(not one.same(other) for at, one in enumerate(fit) for other in fit[at + 1 :])


def _insider(actor: Actor, situation: Situation) -> bool:
    return bool(actor.roles) or any(actor.same(item) for item in (*situation.authors, *situation.insiders))


# Each is given who asks and the situation. What is not here is a fact that somebody found out, or did not.
_JUDGED: Mapping[str, Callable[[Actor, Situation], bool]] = {
    "not_author": _not_author,
    "not_approved_before": lambda actor, at: not any(actor.same(item) for item in at.approved_by),
    "not_shortened_before": lambda actor, at: not any(actor.same(item) for item in at.shortened_by),
    "two_approvers": _two_approvers,
    "insider": _insider,
    "to_come": lambda actor, at: bool(at.wanted and at.now and at.wanted > at.now),
    "not_earlier": lambda actor, at: bool(at.wanted and (at.hour is None or at.wanted >= at.hour)),
    "earlier": lambda actor, at: bool(at.wanted and at.hour and at.wanted < at.hour),
    "hour_passed": lambda actor, at: bool(at.hour and at.now and at.now >= at.hour),
    "reason": lambda actor, at: bool(at.reason.strip()),
}
FACTS = frozenset({"protected", "attacked", "scanned", "no_local", "unchanged", "same_files"})
HOURS = ("wanted", "hour", "now")  # of a situation, as what is said may name them
_OF_PERSONS = ("not_author", "not_approved_before", "not_shortened_before", "insider")
_BROUGHT = frozenset({"reason", "to_come", "not_earlier", "earlier", "same_files"})
GATES = ("protected", "attacked", "scanned", "no_local")  # found out when a version is proposed


def may(actor: Actor, action: str, situation: Situation, table: Table) -> Verdict:
    """Whether `actor` may take `action` now, by the table alone. Every reason why not is told, not only the first.

    Raises KeyError for an action that the table does not have.
    """
    rule = table.actions[action]
    after = rule.from_.get(situation.state)
    if after is None:
        return Verdict(False, situation.state, "", (_wrong_state(table, rule, situation.state),), ("state",))
    role = role_for(actor, rule)
    lacking = [] if role else ["role"]
    problems = [] if role else [_wrong_role(table, rule, actor)]
    for need in rule.needs:
        judge = _JUDGED.get(need)
        if not (judge(actor, situation) if judge else need in situation.facts):
            lacking.append(need)
            told = table.requirements[need]
            problems.append(Problem(NEEDS, Place(), _timed(told.fault, situation), told.remedy))
    if problems:
        return Verdict(False, situation.state, role, tuple(problems), tuple(lacking))
    return Verdict(True, after, role)


def role_for(actor: Actor, rule: Action) -> str:
    """The role in which somebody takes a step, the first of those it is open to; "" where none is theirs."""
    return next((role for role in rule.who if role == ANYONE or role in actor.roles), "")


def _timed(text: str, situation: Situation) -> str:
    """What is said, with the hours it is about."""
    hours = {name: getattr(situation, name) for name in HOURS}
    return text.format_map({name: danish_hour(at) if at else "intet" for name, at in hours.items()})


def _wrong_state(table: Table, rule: Action, state: str) -> Problem:
    there = table.states[state]["da"].lower()
    fault = f"»{rule.words['da']}« er ikke muligt nu: udgaven er »{there}«."
    if rule.of == "public":
        fault = f"»{rule.words['da']}« er ikke muligt nu: ingen udgave er offentliggjort. Den nyeste er »{there}«."
    *first, last = (f"»{table.states[item]['da'].lower()}«" for item in rule.from_)
    open_ = f"{', '.join(first)} eller {last}" if first else last
    return Problem(WRONG_STATE, Place(), fault, f"Det er muligt, når den er {open_}. Se release status.")


def _wrong_role(table: Table, rule: Action, actor: Actor) -> Problem:
    who = " eller ".join(table.roles[role]["da"] for role in rule.who)
    fault = f"»{rule.words['da']}« er for: {who}. Den rolle har {actor.words} ikke i denne udgivelse."
    remedy = "Listen over personer ligger fast. Står du på den med en nøgle, så skriv --key og din nøgle."
    if actor.roles:
        remedy = "Lad en, der har rollen, gøre det; release status siger hvem."
    return Problem(WRONG_ROLE, Place(), fault, remedy)


def buttons(
    actor: Actor, situation: Situation, table: Table, language: Literal["da", "en"] = "da"
) -> dict[str, str]:
    """The steps that may be taken now, by id, with their words. What who takes a step brings with it (an hour, a
    reason, new files), or what is made when it is taken, is not asked for yet."""
    open_ = {}
    for id, rule in table.actions.items():
        brought = _BROUGHT | (set(GATES) if rule.new else set())
        if set(may(actor, id, situation, table).lacking) <= brought:
            open_[id] = rule.words[language]
    return open_


def open_to(
    people: Sequence[tuple[Actor, Situation]], table: Table, language: Literal["da", "en"] = "da"
) -> dict[str, tuple[Actor, ...]]:
    """For each step that somebody may take now, by id: who, in the order of `people`; each is judged on the situation
    that stands beside it. As `buttons`, what they bring with it is not asked for yet."""
    found: dict[str, list[Actor]] = {}
    for actor, at in people:
        for action in buttons(actor, at, table, language):
            found.setdefault(action, []).append(actor)
    return {action: tuple(found[action]) for action in table.actions if action in found}


def limits(table: Table, action: str) -> str:
    """Who may take a step where nobody is listed, in words: its roles, and what is asked of the person."""
    rule = table.actions[action]
    told = [" eller ".join(table.roles[role]["da"] for role in rule.who)]
    return ", ".join(
        told + [table.requirements[need].words["da"] for need in rule.needs if need in _OF_PERSONS]
    )


def diagram(table: Table) -> str:
    """The table as a Mermaid state diagram: the steps that lead from one state to another."""
    lines = ["stateDiagram-v2"]
    lines += [f'    state "{words["da"]}" as {id}' for id, words in table.states.items() if id != NONE]
    for rule in table.actions.values():
        for before, after in rule.from_.items():
            start, again = ("[*]", "") if before == NONE else (before, " (ny udgave)" if rule.new else "")
            if before != after:
                lines.append(f"    {start} --> {after}: {rule.words['da']}{again}")
    lines.append("    published --> superseded: en rettet udgave offentliggøres")
    return "\n".join(lines) + "\n"


def matrix(table: Table) -> str:
    """The table as one in Markdown: each step, who may take it, when, and what it needs."""
    lines = ["| trin | hvem | når udgaven er | kræver |", "|---|---|---|---|"]
    for rule in table.actions.values():
        who = ", ".join(table.roles[role]["da"] for role in rule.who)
        states = ", ".join(table.states[state]["da"].lower() for state in rule.from_)
        needs = "; ".join(table.requirements[need].words["da"] for need in rule.needs)
        lines.append(f"| {rule.words['da']} | {who} | {states} | {needs} |")
    return "\n".join(lines) + "\n"


@cache
def load_table() -> Table:
    """The table that comes with the program. Raises Faults UDGIV-109 with every fault in the file."""
    return read_table(read_yaml(shipped("publishing") / "states.yaml", "publishing/states.yaml"))


def read_table(located: Located) -> Table:
    """The table of a file. Raises Faults UDGIV-109: an unknown key, state, role or requirement, or one not used."""
    data = located.data
    if isinstance(data, dict) and isinstance(data.get("actions"), dict):
        actions = {
            id: {("from_" if key == "from" else key): value for key, value in item.items()}
            for id, item in data["actions"].items()
            if isinstance(item, dict)
        }
        located = Located(located.file, data | {"actions": actions}, located.marks)
    table, problems = validated(located, Table, code="UDGIV-109")
    if table is None:
        raise Faults(problems)
    if problems := list(_loose(located, table)):
        raise Faults(problems)
    return table


def _loose(located: Located, table: Table) -> Iterator[Problem]:
    """What points to nothing, and what nothing points to."""
    kinds = {"state": set(table.states), "role": set(table.roles), "requirement": set(table.requirements)}
    used: dict[str, set[str]] = {kind: set() for kind in kinds}
    for rule in table.actions.values():
        used["state"] |= {*rule.from_, *rule.from_.values()}
        used["role"] |= set(rule.who)
        used["requirement"] |= set(rule.needs)
    for id, told in table.requirements.items():
        try:
            told.fault.format_map(dict.fromkeys(HOURS, ""))
        except (KeyError, ValueError, IndexError):
            fault = f"requirement {id} nævner et tidspunkt, der ikke findes."
            yield Problem(
                "UDGIV-109", located.place("requirements", id), fault, f"Skriv et af: {', '.join(HOURS)}."
            )
    used["state"].add(
        "superseded"
    )  # what an amended version does to the one before; nobody does it by itself
    unknown = (
        used["requirement"] - FACTS - set(_JUDGED)
    )  # described and used, but nobody finds out whether it is so
    for kind, there in kinds.items():
        for id in sorted((there ^ used[kind]) | (unknown if kind == "requirement" else set())):
            fault = f"{kind} {id} er nævnt, men ikke beskrevet, eller beskrevet, men ikke brugt."
            yield Problem("UDGIV-109", located.place("actions"), fault, "Ret stavningen.")
