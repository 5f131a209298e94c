"""What a file is, by its first bytes; never by its name."""

from __future__ import annotations

from sagsbarometer.documents.refusals import Refused

KINDS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "tiff": "image/tiff",
}
ENDINGS = {"pdf": "pdf", "docx": "docx", "png": "png", "jpeg": "jpg", "tiff": "tif"}
_PICTURES = frozenset({"png", "jpeg", "tiff"})
_FAMILY = {
    "pdf": "pdf", "docx": "docx", "zip": "zip",
    "png": "picture", "jpg": "picture", "jpeg": "picture", "jpe": "picture", "jfif": "picture",
    "tif": "picture", "tiff": "picture",
}  # fmt: skip
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED_OFFICE = "EncryptedPackage".encode("utf-16-le")
_OLD_MACROS = ("_VBA_PROJECT".encode("utf-16-le"), "Macros".encode("utf-16-le"))


def kind_of(head: bytes) -> str:
    """`pdf`, `png`, `jpeg`, `tiff` or `zip` (a DOCX is one too) from the first bytes of a file.

    Raises Refused DOK-101 for an empty file, DOK-104 for another kind, DOK-107 and DOK-108 for an old or locked
    Office file.
    """
    if not head:
        raise Refused("DOK-101")
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head[:4] in (b"II*\x00", b"MM\x00*"):
        return "tiff"
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return "zip"
    if head.startswith(_OLD_OFFICE):
        if _LOCKED_OFFICE in head:
            raise Refused("DOK-107")
        raise Refused("DOK-108" if any(mark in head for mark in _OLD_MACROS) else "DOK-104")
    raise Refused("DOK-104")


def agrees(name: str, kind: str) -> bool:
    """Whether a name says the kind that a file is. A name without an ending says nothing."""
    ending = name.rpartition(".")[2].casefold() if "." in name else ""
    if not ending:
        return True
    return _FAMILY.get(ending) == ("picture" if kind in _PICTURES else kind)
