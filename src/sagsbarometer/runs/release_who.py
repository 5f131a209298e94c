"""Who asks: the user of the machine, a key at hand, or a signed request that was sent."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sagsbarometer.kernel.ids import ascii_id
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.release.people import Actor, People, User
from sagsbarometer.release.signing import (
    Request,
    Signed,
    is_locked,
    new_pair,
    read_request,
    read_signed,
    refuse_unfit,
    request_bytes,
    sign,
)
from sagsbarometer.release.states import load_table, role_for

_MOST = 100_000  # bytes of a key or a request


@dataclass(frozen=True, slots=True)
class Who:
    """How somebody shows who it is. Neither key nor signed request: as the machine tells it, which proves nothing."""

    user: User
    key: Path | None = None
    passphrase: str = ""
    signed: Path | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """Who it turned out to be, the request that was signed where one was, and what the step then carries."""

    actor: Actor
    signed: Signed | None
    details: Mapping[str, str]


def operating_user() -> User:
    """The user that runs the program, as the machine tells it."""
    import pwd

    uid = os.getuid()
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        name = f"uid{uid}"
    try:
        login = os.getlogin()
    except OSError:  # no terminal: a service, a container
        login = ""
    return User(uid, name, login)


def show_who(who: Who, people: People, wanted: Request, proposed: datetime, used: frozenset[str]) -> Shown:
    """Who asks for `wanted`, by the list of people of the release.

    Raises Faults UDGIV-121 to 123 and 126 for somebody who cannot be believed, UDGIV-125 for a signed request that is
    for something else, and UDGIV-128 for a file that cannot be read.
    """
    if who.signed is not None:
        signed = read_signed(read_small(who.signed), who.signed.name)
        refuse_unfit(signed, wanted, proposed, wanted.moment, used)
        return Shown(people.by_key(signed.key), signed, signed.request.details)
    if who.key is not None:
        private = read_small(who.key)
        actor = people.by_key(sign(wanted, private, who.passphrase).key)
        role = role_for(actor, load_table().actions[wanted.action]) or wanted.role
        wanted = wanted.model_copy(update={"role": role})
        return Shown(actor, sign(wanted, private, who.passphrase), wanted.details)
    return Shown(people.by_user(who.user), None, wanted.details)


def actor_noted(who: Who, people: People) -> Actor:
    """Who asks where it is only noted, as a reading: as the machine tells it. Raises Faults UDGIV-123."""
    return people.by_user(who.user, noted=True)


def make_key(name: str, out: Path, passphrase: str = "") -> tuple[Path, Path, str]:
    """A pair of keys as NAME.key (only its owner may read it) and NAME.pub in a folder; the paths and the public key.

    Raises Faults UDGIV-127 where the name makes no file name, or one of the files is there already.
    """
    stem = ascii_id(name)
    if not stem:
        raise Faults(
            [Problem("UDGIV-127", Place(), "Navnet har ingen bogstaver.", "Skriv et navn, fx anna.")]
        )
    private, public = out / f"{stem}.key", out / f"{stem}.pub"
    for path in (private, public):
        if os.path.lexists(path):
            fault, remedy = "Filen findes allerede.", "Vælg et andet navn; en nøgle erstattes aldrig."
            raise Faults([Problem("UDGIV-127", Place(str(path)), fault, remedy)])
    pair = new_pair(passphrase)
    out.mkdir(parents=True, exist_ok=True)
    _write(private, pair.private, 0o600)
    _write(public, f"{pair.public}\n".encode(), 0o644)
    return private, public, pair.public


def sign_request(request: Path, key: Path, passphrase: str = "") -> tuple[Request, bytes]:
    """A request from a file, and the file of it signed. Raises Faults UDGIV-125, 126 and 128."""
    asked = read_request(read_small(request), request.name)
    return asked, request_bytes(sign(asked, read_small(key), passphrase))


def asks_passphrase(key: Path) -> bool:
    """Whether a key is locked. Raises Faults UDGIV-128."""
    return is_locked(read_small(key))


def read_small(path: Path) -> bytes:
    """The bytes of a small file. Raises Faults UDGIV-128."""
    try:
        if path.is_file() and path.stat().st_size <= _MOST:
            return path.read_bytes()
    except OSError:
        pass
    fault = "Filen kan ikke læses."
    raise Faults([Problem("UDGIV-128", Place(path.name), fault, "Se efter sti og rettigheder.")])


def _write(path: Path, content: bytes, mode: int) -> None:
    """A new file that is never, not even for a moment, open to others than `mode` says."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
