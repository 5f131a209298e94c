"""Making a house: keys, settings, folders, an empty database and the first administrator."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.web.home import CONFIG, Home
from sagsbarometer.web.keeping.config import config_text

FOLDERS = ("documents", "studies", "arriving")


@dataclass(frozen=True, slots=True)
class First:
    """The first administrator. Without a password, one is set through a link that works once."""

    email: str
    name: str
    password: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A house that was made. `link` sets the administrator's password; "" when one was given, or nobody was."""

    home: Home
    link: str = ""


def make_house(
    folder: Path,
    *,
    address: str = "http://127.0.0.1:8000",
    organisation: str = "",
    first: First | None = None,
    config: str = "",
) -> Made:
    """Makes a house in a folder that is not there or is empty, and starts Django on it.

    `config` is a whole config.toml in place of the usual one. Raises Faults: DRIFT-101 where something is already
    there, DRIFT-102 where the database is in use, DRIFT-103 for an address or a person that cannot be used. Nothing
    is left of a house that could not be made, except what PostgreSQL had taken.
    """
    folder = folder.absolute()
    _refuse(folder, address, first)
    there = folder.exists()
    try:
        _write_files(folder, config or config_text(address, organisation))
        return Made(Home(folder), _fill(folder, address, first))
    except BaseException:
        # We made all there is: the folder was empty.
        for thing in folder.iterdir() if folder.exists() else ():
            shutil.rmtree(thing) if thing.is_dir() else thing.unlink()
        if not there and folder.exists():
            folder.rmdir()
        raise


def _refuse(folder: Path, address: str, first: First | None) -> None:
    problems = []
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        problems.append(
            Problem(
                "DRIFT-101",
                Place(),
                "Mappen er ikke tom. Et hus skrives aldrig oven i noget.",
                "Vælg en ny mappe.",
            )
        )
    if not address.startswith(("http://", "https://")) or address.rstrip("/").count("/") != 2:
        problems.append(
            Problem(
                "DRIFT-103",
                Place(),
                "Adressen kan ikke bruges.",
                "Skriv som https://arbejdsplads.example.dk.",
            )
        )
    if first is not None:
        problems += _person_problems(first)
    if problems:
        raise Faults(problems)


def _person_problems(first: First) -> list[Problem]:
    """What is wrong with an address or a name, before there is a database to ask."""
    found = []
    name, sign, host = first.email.strip().partition("@")
    if not (name and sign and host) or any(
        char.isspace() or not char.isprintable() for char in first.email.strip()
    ):
        found.append(
            Problem("DRIFT-103", Place(), "E-mailadressen kan ikke bruges.", "Skriv den som navn@vaert.dk.")
        )
    if not first.name.strip() or not first.name.isprintable():
        found.append(Problem("DRIFT-103", Place(), "Navnet mangler.", "Skriv det navn, andre skal se."))
    return found


def _write_files(folder: Path, config: str) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    home = Home(folder)
    for name in FOLDERS:
        (folder / name).mkdir(mode=0o700)
    home.keys.make()
    handle = os.open(folder / CONFIG, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(config)


def _fill(folder: Path, address: str, first: First | None) -> str:
    """The database and the administrator; the link that sets the password."""
    from sagsbarometer.web.boot import boot

    boot(folder)
    from django.core.management import call_command
    from django.db import connection

    if connection.vendor != "sqlite" and connection.introspection.table_names():
        raise Faults(
            [
                Problem(
                    "DRIFT-102",
                    Place(),
                    "Databasen i DATABASE_URL har allerede tabeller.",
                    "Vælg en tom database.",
                )
            ]
        )
    # What SQLite writes is ours alone, from its first byte.
    before = os.umask(0o077)
    try:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
    finally:
        os.umask(before)
    return make_administrator(first, address) if first is not None else ""


def make_administrator(first: First, address: str) -> str:
    """Makes an administrator of the whole house. The link that sets a password, or "" when one was given.

    Raises Faults DRIFT-103 for a password that is too easy.
    """
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    from sagsbarometer.web.accounts.links import new_password
    from sagsbarometer.web.accounts.models import Membership, User
    from sagsbarometer.web.events.acting import acting

    if first.password:
        try:
            validate_password(first.password, User(email=first.email, name=first.name))
        except ValidationError as error:
            words = " ".join(error.messages)
            raise Faults([Problem("DRIFT-103", Place(), words, "Vælg en anden adgangskode.")]) from error
    with acting("system:init", "first_administrator"):
        user = User.objects.create_user(first.email, first.password or None, name=first.name.strip())
        Membership.objects.create(user=user, role="administrator")
    return "" if first.password else address.rstrip("/") + new_password(user)


def recover(email: str, address: str) -> str:
    """The way back in for somebody who lost password or second factor: a link that sets a password, once.

    The second factor is taken away and every session ended; the event chain says so. Raises Faults DRIFT-107 where
    nobody has the address.
    """
    from allauth.mfa.models import Authenticator
    from allauth.usersessions.models import UserSession

    from sagsbarometer.web.accounts.links import new_password
    from sagsbarometer.web.accounts.models import User
    from sagsbarometer.web.accounts.notices import tell_owner
    from sagsbarometer.web.events.acting import acting, record

    user = User.objects.of_address(email)
    if user is None or not user.is_active:
        fault = "Ingen åben konto har den e-mailadresse."
        raise Faults([Problem("DRIFT-107", Place(), fault, "Se efter stavningen.")])
    with acting("system:operator", "recover_account"):
        Authenticator.objects.filter(user=user).delete()
        user.set_unusable_password()
        user.save(update_fields=["password"])
        record("recover_account", "accounts_user", user.id)
        tell_owner(user, "recover_account")
    for session in UserSession.objects.filter(user=user):
        session.end()
    return address.rstrip("/") + new_password(user)
