"""config.toml of a house: the text it begins with, and what may stand in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Place, Problem
from sagsbarometer.web.rights.actions import ROLES

_TEXT = """# Indstillinger for arbejdspladsen. Se docs/drift.md. De læses, når sagsbarometer serve starter.

# Den adresse, brugerne skriver i browseren. Med https:// skal der være TLS foran (docs/drift.md).
address = {address}

# Navnet på myndigheden. Det står på siderne og i brevene.
organisation = {organisation}

# De roller, der skal bruge to trin, når de logger ind. Kendes: {roles}.
# second_factor = ["administrator", "analyst"]
second_factor = []

# Mail. Adgangskoden står ikke her, men i miljøet som SAGSBAROMETER_MAIL_PASSWORD.
[mail]
host = "localhost"
port = 25
# user = "sagsbarometer"
# starttls = true
from = {sender}

# Hver dag efterses hændelseskæden og får et anker. Det viser kun noget, når det også ligger et andet sted.
# [anchor]
# file = "/mnt/andet-sted/ankre.jsonl"
# mail = "databeskyttelse@example.dk"

# Log ind med organisationens egen login-tjeneste (OpenID Connect). Én blok for hver tjeneste.
# [[oidc]]
# provider_id = "organisation"
# name = "Organisationens login"
# client_id = "sagsbarometer"
# secret = "…"
# settings = {{ server_url = "https://login.example.dk/realms/organisation" }}
"""

_KINDS: dict[str, type | tuple[type, ...]] = {
    "address": str,
    "organisation": str,
    "demonstration": bool,
    "second_factor": list,
    "mail": dict,
    "anchor": dict,
    "oidc": list,
}
_MAIL: dict[str, type | tuple[type, ...]] = {
    "host": str,
    "port": int,
    "user": str,
    "starttls": bool,
    "from": str,
}
_ANCHOR: dict[str, type | tuple[type, ...]] = {"file": str, "mail": str}
_OIDC = ("provider_id", "client_id", "settings")


def config_text(address: str, organisation: str) -> str:
    """The config.toml of a new house."""
    host = address.partition("://")[2].partition(":")[0].strip("/") or "localhost"
    return _TEXT.format(
        address=_toml(address.rstrip("/")),
        organisation=_toml(organisation),
        roles=", ".join(ROLES),
        sender=_toml(f"sagsbarometer@{host}"),
    )


def _toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # a JSON text is a TOML text


def config_problems(config: Mapping[str, Any]) -> list[Problem]:
    """What in a config.toml is not known or cannot be used (DRIFT-104). A key that nobody reads is a misspelled one."""
    return [Problem("DRIFT-104", Place("config.toml"), fault, remedy) for fault, remedy in _faults(config)]


def _faults(config: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from _unknown(config, _KINDS, "")
    address = config.get("address", "http://localhost:8000")
    if isinstance(address, str) and not address.startswith(("http://", "https://")):
        yield "address begynder ikke med http:// eller https://.", "Skriv hele adressen."
    roles = config.get("second_factor", [])
    if isinstance(roles, list):
        for role in roles:
            if role not in ROLES:
                yield (
                    f"second_factor: rollen {shown(str(role))} kendes ikke.",
                    f"Vælg blandt {', '.join(ROLES)}.",
                )
    for name, kinds in (("mail", _MAIL), ("anchor", _ANCHOR)):
        if isinstance(part := config.get(name, {}), dict):
            yield from _unknown(part, kinds, f"{name}.")
    for block in config.get("oidc", []) if isinstance(config.get("oidc", []), list) else ():
        missing = [key for key in _OIDC if not (isinstance(block, dict) and block.get(key))]
        if missing:
            yield f"oidc: der mangler {', '.join(missing)}.", "Se eksemplet i docs/drift.md."


def _unknown(
    part: Mapping[str, Any], kinds: Mapping[str, type | tuple[type, ...]], prefix: str
) -> Iterator[tuple[str, str]]:
    for key, value in part.items():
        if key not in kinds:
            yield (
                f"{shown(prefix + key)} kendes ikke.",
                f"Skriv et af {', '.join(kinds)}, eller fjern linjen.",
            )
        elif not isinstance(value, kinds[key]) or (kinds[key] is int and isinstance(value, bool)):
            yield f"{prefix}{key} har en værdi af en forkert slags.", "Se eksemplet i docs/drift.md."
