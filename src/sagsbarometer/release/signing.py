"""Signatures (Ed25519) over what somebody asks for in a release: which one, which bytes, what, when and as what."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import ValidationError

from sagsbarometer.datafiles.validated import Strict
from sagsbarometer.kernel.ids import content_hash
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.release.hours import read_written, written

# In front of what is signed, so that no signature over something else fits.
_DOMAIN = b"sagsbarometer release request 1\n"
REQUEST, SIGNED = "release_request", "signed_release_request"


class Request(Strict):
    """What is asked for. `content` is the hash of every byte of the version; `hour` when it is asked, UTC; `details`
    what the step carries: `at` (an hour), `reason`, and for access `name` and `from`."""

    schema_version: Literal[1] = 1
    kind: Literal["release_request"] = "release_request"
    release: str
    title: str
    version: int
    content: str
    action: str
    role: str
    hour: str
    details: dict[str, str] = {}

    @property
    def moment(self) -> datetime:
        """When it was asked. Raises ValueError."""
        return read_written(self.hour)

    @property
    def bytes_(self) -> bytes:
        """What is signed: the same bytes for the same content, however the file was spelled."""
        return _DOMAIN + canonical(self.model_dump())


class Signed(Strict):
    """A request with the public key and the signature, both as hex."""

    schema_version: Literal[1] = 1
    kind: Literal["signed_release_request"] = "signed_release_request"
    request: Request
    key: str
    signature: str

    @property
    def digest(self) -> str:
        """What tells this from every other signed request; one is used once. Two may sign the same request."""
        return content_hash({"request": self.request.model_dump(), "key": self.key.lower()})

    @property
    def holds(self) -> bool:
        """Whether the signature is over just this request, made with the private part of the key."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.key))
            key.verify(bytes.fromhex(self.signature), self.request.bytes_)
        except (ValueError, InvalidSignature):
            return False
        return self.key == self.key.lower()  # one key has one spelling


@dataclass(frozen=True, slots=True)
class Pair:
    """A new pair of keys: the private as PEM (locked by the passphrase where there is one), the public as hex."""

    private: bytes
    public: str


def canonical(value: Mapping[str, Any]) -> bytes:
    """Plain data as the one spelling that is hashed and signed."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def request_bytes(request: Request | Signed) -> bytes:
    """The file of a request, to be read before it is signed, or of a signed one."""
    return (json.dumps(request.model_dump(), ensure_ascii=False, indent=2) + "\n").encode()


def read_request(content: bytes, file: str) -> Request:
    """The request of a file. Raises Faults UDGIV-125."""
    request: Request = _read(content, file, Request)
    return request


def read_signed(content: bytes, file: str) -> Signed:
    """The signed request of a file; whether it holds is not asked here. Raises Faults UDGIV-125."""
    signed: Signed = _read(content, file, Signed)
    return signed


def _read(content: bytes, file: str, model: type[Any]) -> Any:
    try:
        read = model.model_validate(json.loads(content.decode("utf-8")))
        read_written(read.hour if model is Request else read.request.hour)
        return read
    except (ValueError, ValidationError, RecursionError):
        fault = (
            "Filen er ikke en anmodning." if model is Request else "Filen er ikke en underskrevet anmodning."
        )
        remedy = "Lav den med release request, og underskriv den med release sign."
        raise Faults([Problem("UDGIV-125", Place(file), fault, remedy)]) from None


def new_pair(passphrase: str = "") -> Pair:
    """A pair of keys by the machine's own chance. The private one is locked where there is a passphrase."""
    from cryptography.hazmat.primitives import serialization as as_bytes
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    locked: Any = (
        as_bytes.BestAvailableEncryption(passphrase.encode()) if passphrase else as_bytes.NoEncryption()
    )
    private = key.private_bytes(as_bytes.Encoding.PEM, as_bytes.PrivateFormat.PKCS8, locked)
    return Pair(private, key.public_key().public_bytes_raw().hex())


def is_locked(private: bytes) -> bool:
    """Whether a private key asks for a passphrase."""
    return b"ENCRYPTED" in private.partition(b"\n")[0]


def sign(request: Request, private: bytes, passphrase: str = "") -> Signed:
    """The request signed. Raises Faults UDGIV-126 where the key cannot be opened."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(private, passphrase.encode() if passphrase else None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError("kind")
    except (ValueError, TypeError, UnsupportedAlgorithm):
        fault = (
            "Nøglen kan ikke åbnes: adgangskoden er forkert, eller filen er ikke en nøgle fra release key."
        )
        raise Faults(
            [Problem("UDGIV-126", Place("--key"), fault, "Se efter filen og adgangskoden.")]
        ) from None
    return Signed(
        request=request,
        key=key.public_key().public_bytes_raw().hex(),
        signature=key.sign(request.bytes_).hex(),
    )


def refuse_unfit(
    signed: Signed, wanted: Request, proposed: datetime, now: datetime, used: frozenset[str]
) -> None:
    """Raises Faults UDGIV-125 with everything that keeps a signed request from being used for the step `wanted`.

    `proposed`: when the version was; `used`: digests of the requests the log has. What `wanted` says of the hour, the
    role and the details is not compared: there the signed request decides.
    """
    said = signed.request
    problems = []

    def no(fault: str, remedy: str) -> None:
        problems.append(Problem("UDGIV-125", Place("--signed"), fault, remedy))

    again = "Lav en ny med release request, og underskriv den."
    if not signed.holds:
        no(
            "Underskriften passer ikke: filen er ændret, eller nøglen er en anden.",
            "Få den underskrevet igen.",
        )
    if said.release != wanted.release:
        no("Den er underskrevet for en anden udgivelse.", again)
    if (said.version, said.content) != (wanted.version, wanted.content):
        no("Den er underskrevet for en anden udgave eller et andet indhold.", again)
    if said.action != wanted.action:
        no("Den er underskrevet for et andet trin.", again)
    if signed.digest in used:
        no(
            "Den er allerede brugt.",
            "En underskrift bruges én gang; lav en ny, hvis trinnet skal tages igen.",
        )
    moment = said.moment
    if moment < proposed:
        no("Den er underskrevet, før udgaven blev foreslået.", again)
    if moment > now:
        no(
            f"Den er underskrevet i fremtiden ({written(moment)}).",
            "Se efter uret på den maskine, hvor den er lavet.",
        )
    if problems:
        raise Faults(problems)
