"""Who takes a step: as the machine tells it, or by a signature; and when two names are one person."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field

from sagsbarometer.datafiles.located import Located
from sagsbarometer.datafiles.validated import Strict, Word, validated
from sagsbarometer.kernel.ids import holds_cpr, read_plain
from sagsbarometer.kernel.problems import Faults, Place, Problem

AUTHOR, APPROVER, PUBLISHER, ANYONE = "author", "approver", "publisher", "anyone"
ROLES = (AUTHOR, APPROVER, PUBLISHER)
MACHINE, KEY = "machine", "key"
# What must stand wherever an identity does: how far it can be trusted.
HOW_DA: Mapping[str, str] = {MACHINE: "oplyst af maskinen, ikke bevist", KEY: "underskrevet med nøgle"}
_ID = Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")
_HEX = Field("", pattern=r"^([0-9a-f]{64})?$")


_SEVERAL = re.compile(r",|/|&|\bog\b|\band\b")


def folded(name: str) -> str:
    """A name as it is compared: letters that look alike in size and make, and blanks, make no other name."""
    return " ".join(read_plain(name).casefold().split())


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who takes a step. `marks` is all that tells who it is: `uid:1000`, `login:anna`, `key:…`, `person:…`.

    `how` is `machine` or `key`. `roles` is what this person may do in the release.
    """

    id: str
    name: str
    how: str
    marks: frozenset[str]
    roles: frozenset[str] = frozenset(ROLES)

    def same(self, other: Actor) -> bool:
        """Whether both are one person as far as anybody can tell: they share a user, a key or an entry in the list."""
        return bool(self.marks & other.marks)

    @property
    def words(self) -> str:
        """`Anna Andersen (underskrevet med nøgle)`."""
        return f"{self.name} ({HOW_DA[self.how]})"


class Listed(Strict):
    """A person on the list of a release."""

    id: Annotated[str, _ID]
    name: Word
    roles: list[Literal["author", "approver", "publisher"]] = Field(min_length=1)
    user: Word = ""
    key: Annotated[str, _HEX] = ""


class _File(Strict):
    schema_version: Literal[1]
    people: list[Listed] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class User:
    """The operating user as the machine tells it: the number and name it runs as, and who logged in."""

    uid: int
    name: str
    login: str = ""

    @property
    def marks(self) -> frozenset[str]:
        """All that tells who it is. Whoever runs as somebody else is still the one who logged in."""
        return frozenset(
            {f"uid:{self.uid}", f"login:{self.name}"} | ({f"login:{self.login}"} if self.login else set())
        )


@dataclass(frozen=True, slots=True)
class People:
    """Those who may act in a release. Nobody listed: every user of the machine may, in every role."""

    listed: tuple[Listed, ...] = ()

    def by_user(self, user: User, noted: bool = False) -> Actor:
        """The actor behind an operating user. Not on a list that there is: without a role. `noted`: for what is only
        noted, as a reading, nobody has to sign.

        Raises Faults UDGIV-122 where the list says that this person signs, and UDGIV-123 where the user running the
        program and the one who logged in are two persons of the list.
        """
        if not self.listed:
            return Actor(user.name, user.name, MACHINE, user.marks)
        found = [item for item in self.listed if item.user and f"login:{item.user}" in user.marks]
        if not found:
            return Actor(user.name, user.name, MACHINE, user.marks, frozenset())
        if len(found) > 1:
            fault = "Den, der er logget ind, og den, programmet kører som, er to forskellige på listen."
            raise Faults([Problem("UDGIV-123", Place(user.name), fault, "Log ind som dig selv.")])
        if found[0].key and not noted:
            fault = "Listen har en nøgle til denne bruger, så trinnet skal underskrives."
            raise Faults(
                [
                    Problem(
                        "UDGIV-122", Place(user.name), fault, "Angiv nøglen med --key, eller brug --signed."
                    )
                ]
            )
        return _actor(found[0], MACHINE, user.marks)

    def by_key(self, key: str) -> Actor:
        """The actor behind a public key (hex). Raises Faults UDGIV-121 where it is not on the list."""
        for item in self.listed:
            if item.key == key:
                return _actor(item, KEY, frozenset())
        fault = "Nøglen hører ikke til nogen på udgivelsens liste."
        raise Faults([Problem("UDGIV-121", Place(), fault, "Brug en nøgle, hvis .pub står på listen.")])

    def named(self, name: str) -> Actor:
        """The actor for a name or id somebody gives for another: an author who is not at the machine."""
        told = {folded(part) for part in (name, *_SEVERAL.split(name)) if part.strip()}
        found = [
            item
            for item in self.listed
            if told & {folded(item.id), folded(item.name), folded(item.user)} - {""}
        ]
        if len(found) == 1 and len(told) == 1:
            return _actor(found[0], MACHINE, frozenset())
        # Who is named may be anybody with that login, however it is spelled; and several may be named as one.
        marks = {f"login:{name}", *(f"{kind}:{part}" for part in told for kind in ("login", "name"))}
        for item in found:
            marks |= _actor(item, MACHINE, frozenset()).marks
        return Actor(name, name, MACHINE, frozenset(marks), frozenset())

    @property
    def actors(self) -> tuple[Actor, ...]:
        """Everybody on the list, each as it would be known: by the key where there is one."""
        return tuple(_actor(item, KEY if item.key else MACHINE, frozenset()) for item in self.listed)

    def roles(self, marks: frozenset[str]) -> frozenset[str]:
        """The roles of whoever has these marks."""
        if not self.listed:
            return frozenset(ROLES)
        return frozenset(role for item in self.listed if f"person:{item.id}" in marks for role in item.roles)

    def signs(self, marks: frozenset[str]) -> bool:
        """Whether one with these marks must sign each step."""
        return any(item.key for item in self.listed if f"person:{item.id}" in marks)

    @property
    def data(self) -> list[dict[str, Any]]:
        """The list as plain data."""
        return [item.model_dump() for item in self.listed]


def _actor(item: Listed, how: str, marks: frozenset[str]) -> Actor:
    own = {f"person:{item.id}", f"name:{folded(item.name)}"}
    own |= {f"login:{item.user}"} if item.user else set()
    own |= {f"key:{item.key}"} if item.key else set()
    return Actor(item.id, item.name, how, marks | own, frozenset(item.roles))


def read_people(located: Located) -> People:
    """The people of a file. Raises Faults UDGIV-124 with everything wrong: an unknown part, or one user, key, id or
    name that stands at two people and would count as two."""
    file, problems = validated(located, _File, code="UDGIV-124")
    if file is None:
        raise Faults(problems)
    problems = [
        *_twice(located, file.people),
        *_hidden(located, file.people),
        *_unreachable(located, file.people),
        *_too_few(located, file.people),
    ]
    if problems:
        raise Faults(problems)
    return People(tuple(file.people))


def _twice(located: Located, people: list[Listed]) -> Iterator[Problem]:
    for part, word in (("id", "Id'et"), ("name", "Navnet"), ("user", "Brugeren"), ("key", "Nøglen")):
        count = Counter(folded(getattr(item, part)) for item in people)
        for at, item in enumerate(people):
            value = folded(getattr(item, part))
            if value and count[value] > 1:
                fault = f"{word} står ved mere end én. To navne på én person tæller ikke som to."
                yield Problem("UDGIV-124", located.place("people", at, part), fault, "Lad det stå ved én.")


def _hidden(located: Located, people: list[Listed]) -> Iterator[Problem]:
    for at, item in enumerate(people):
        if holds_cpr(item.name) or holds_cpr(item.user):
            fault = "Her står noget, der ligner et CPR-nummer."
            yield Problem("UDGIV-124", located.place("people", at), fault, "Fjern det.")


def _unreachable(located: Located, people: list[Listed]) -> Iterator[Problem]:
    for at, item in enumerate(people):
        if not item.user and not item.key:
            fault = "Personen har hverken bruger (user) eller nøgle (key) og kan ikke gøre noget."
            yield Problem("UDGIV-124", located.place("people", at), fault, "Tilføj den ene.")


def _too_few(located: Located, people: list[Listed]) -> Iterator[Problem]:
    """The list is laid down for good, so one that nothing can ever be published by is told before."""
    for role, least, words in (
        (AUTHOR, 1, "en forfatter"),
        (APPROVER, 2, "to godkendere"),
        (PUBLISHER, 1, "en udgiver"),
    ):
        if sum(role in item.roles for item in people) < least:
            fault = f"Listen skal have mindst {words} ({role}); ellers kan intet offentliggøres."
            yield Problem("UDGIV-124", located.place("people"), fault, "Tilføj den, der mangler.")


def people_of(data: Any) -> People:
    """The people of plain data that `People.data` wrote. Raises ValueError."""
    return People(tuple(Listed.model_validate(item) for item in data))
