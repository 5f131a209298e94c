"""Contents under keys: AES-256-GCM, one key per study, so that destroying the key destroys all it locked."""

from __future__ import annotations

import base64
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12  # bytes; NIST SP 800-38D
_KEY = 32
_ID = re.compile(r"[a-z0-9]{4,32}")


class KeyGone(Exception):
    """The key was destroyed or lost: what it locked can never be read again."""


class Tampered(Exception):
    """The bytes are not what was locked, or belong somewhere else."""


def new_key() -> bytes:
    """32 random bytes."""
    return secrets.token_bytes(_KEY)


def seal(key: bytes, plain: bytes, about: str) -> bytes:
    """`plain` locked by `key`: nonce, ciphertext and tag. `about` says what it is and is needed again to open it."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, about.encode())


def unseal(key: bytes, sealed: bytes, about: str) -> bytes:
    """What was locked. Raises Tampered when the bytes, the key or `about` are others."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], about.encode())
    except (InvalidTag, ValueError) as error:
        raise Tampered(about) from error


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a house: `master` locks the rest, `studies/<id>.key` one for each study. Files are 0600."""

    folder: Path

    def make(self) -> None:
        """The keys of the house, where there are none. Never writes over one."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.folder / "studies").mkdir(mode=0o700, exist_ok=True)
        for name in ("master", "django", "events"):
            if not (self.folder / name).exists():
                _write(self.folder / name, base64.b64encode(new_key()))

    def named(self, name: str) -> bytes:
        """The key `master`, `django` or `events`. Raises KeyGone."""
        try:
            return base64.b64decode((self.folder / name).read_bytes())
        except FileNotFoundError as error:
            raise KeyGone(name) from error

    def new_study(self, study: str) -> None:
        """Makes the key of a study. Raises FileExistsError when it has one."""
        _write(self._path(study), seal(self.named("master"), new_key(), f"study:{study}"))

    def study(self, study: str) -> bytes:
        """The key of a study. Raises KeyGone when it was destroyed, Tampered when it is not what was written."""
        try:
            locked = self._path(study).read_bytes()
        except FileNotFoundError as error:
            raise KeyGone(study) from error
        return unseal(self.named("master"), locked, f"study:{study}")

    def destroy_study(self, study: str) -> None:
        """Overwrites and removes the key of a study: nothing it locked can be read after this. Not there: no fault."""
        path = self._path(study)
        if path.exists():
            with path.open("r+b") as file:
                file.write(secrets.token_bytes(path.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
            _settled(path.parent)

    def _path(self, study: str) -> Path:
        if not _ID.fullmatch(study):
            raise ValueError(study)
        return self.folder / "studies" / f"{study}.key"


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    _settled(path.parent)


def _settled(folder: Path) -> None:
    """A name is on disk only when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
