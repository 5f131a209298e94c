"""The text of a file of any size as UTF-8, a block at a time: byte order mark, encoding, and what is no text."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from sagsbarometer.deliveries.table_cells import Findings
from sagsbarometer.deliveries.table_csv import BOMS, OLD_LETTER, SAVE_UTF8, UTF8_LETTER

BLOCK = 16 << 20  # bytes read at a time
# What somebody may ask for. Python's other codecs are no character sets (zip, rot13) or run code of their own.
_ASKED = re.compile(
    r"(utf-?8(-sig)?|utf-?16(-?[lb]e)?|us-?ascii|latin-?[1-9]|iso-?8859-?\d{1,2}|(cp|windows-?|ibm)\d{3,4}"
    r"|mac-?(roman|greek|cyrillic|turkish|latin2|iceland)|koi8-?[rut]|big5|gbk|gb2312|gb18030|euc-?(jp|kr)|shift-?jis)"
)
_PAIR = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_ASCII = bytes(range(128))
_NAMES = {"utf-8": "UTF-8", "cp1252": "Windows-1252", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}
_SAY = "Gem filen som »CSV UTF-8«, eller skriv dens tegnsæt i mappingen: file: {encoding: cp1250}."


def known_encoding(asked: str) -> str:
    """Python's name of the encoding somebody asks for; "" when it is none that is read."""
    plain = asked.strip().lower().replace("_", "-").replace(" ", "-")
    if not _ASKED.fullmatch(plain):
        return ""
    try:
        return codecs.lookup(plain.replace("windows-", "cp").replace("windows", "cp")).name
    except LookupError:
        return ""


class TextBlocks:
    """A file's text, from its beginning, as UTF-8.

    Nobody knows the encoding of a file that is pure ASCII so far, and it makes no difference: it is settled by the
    first block with another byte in it. UTF-8 is tried strictly; what is not UTF-8 is Windows-1252, unless much of it
    is UTF-8 after all: damaged UTF-8 is a fault, not another encoding.
    """

    def __init__(self, path: Path, asked: str, findings: Findings) -> None:
        self.path, self.findings = path, findings
        self.size = path.stat().st_size
        self.position = 0
        with path.open("rb") as file:
            head = file.read(4)
        self.bom, named = next(((mark, name) for mark, name in BOMS if head.startswith(mark)), (b"", ""))
        if self.bom and not named:
            findings.stop("FIL-105", "Filen er gemt som UTF-32, som ikke kan læses.", SAVE_UTF8)
        self.encoding = named  # "" until it is settled
        if asked:
            self.encoding = known_encoding(asked)
            if not self.encoding:
                fault = "Det tegnsæt, mappingen nævner, kendes ikke."
                findings.stop(
                    "FIL-127", fault, "Skriv fx utf-8, utf-16, cp1252, cp1250, cp1255 eller latin-1."
                )
            if self.encoding == "utf-8-sig" or (named and self.encoding == "utf-16"):
                self.encoding = named or "utf-8"
            elif self.encoding == "utf-16":
                self.encoding = "utf-16-le"  # without a mark; Windows writes it so
            elif named and named != self.encoding:
                fault = "Filen begynder med et mærke for et andet tegnsæt end det, mappingen nævner."
                findings.stop("FIL-127", fault, "Slet encoding: i mappingen.")

    @property
    def encoding_name(self) -> str:
        """The encoding as people call it."""
        return _NAMES.get(self.encoding, self.encoding or "ASCII")

    def blocks(self) -> Iterator[bytes]:
        """The text in blocks of some 16 MB, cut anywhere but inside a character. Raises Faults (FIL-105)."""
        self.position = done = len(self.bom)
        rest = b""
        with self.path.open("rb") as file:
            file.seek(done)
            while True:
                read = file.read(BLOCK)
                self.position += len(read)
                data = rest + read
                if not data:
                    return
                text, used = self._converted(data, done, final=not read)
                if text:
                    yield text
                rest = data[used:]
                done += used
                if not read and not rest:
                    return

    def _converted(self, data: bytes, start: int, final: bool) -> tuple[bytes, int]:
        """The UTF-8 of `data`, which begins at byte `start` of the file, and how many of its bytes it is of."""
        if (zero := data.find(b"\0")) >= 0 and not self.encoding.startswith("utf-16"):
            self._refuse(start + zero, data[zero], "Filen indeholder nul-tegn og er ikke en tekstfil")
        if data.isascii() and not self.encoding.startswith("utf-16"):
            return data, len(data)
        match self.encoding:
            case "":
                return self._settled(data, start, final)
            case "utf-8":
                return self._utf8(data, start, final)
            case "cp1252":
                return self._windows(data, start), len(data)
            case name:
                return self._other(data, start, final, name)

    def _settled(self, data: bytes, start: int, final: bool) -> tuple[bytes, int]:
        try:
            used = codecs.utf_8_decode(data, "strict", final)[1]
        except UnicodeDecodeError as error:
            pairs = sum(map(len, _PAIR.findall(data)))
            if UTF8_LETTER.search(data) or 2 * pairs > len(data.translate(None, _ASCII)):
                # Some of it is UTF-8: read as Windows-1252 those letters would turn into others in silence.
                self._refuse(start + error.start, data[error.start], "Filen er ikke gyldig UTF-8")
            self.encoding = "cp1252"
            return self._windows(data, start), len(data)
        if not data[:used].isascii():  # else the first other character is only half here
            self.encoding = "utf-8"
        return data[:used], used

    def _utf8(self, data: bytes, start: int, final: bool) -> tuple[bytes, int]:
        try:
            used = codecs.utf_8_decode(data, "strict", final)[1]
        except UnicodeDecodeError as error:
            self._refuse(start + error.start, data[error.start], "Filen er ikke gyldig UTF-8")
        return data[:used], used

    def _windows(self, data: bytes, start: int) -> bytes:
        try:
            text = data.decode("cp1252")
        except UnicodeDecodeError as error:
            what = "Filens tegnsæt kan ikke genkendes"
            self._refuse(start + error.start, data[error.start], what)
        if letter := UTF8_LETTER.search(data):
            self._refuse(start + letter.start(), data[letter.start()], "Filen blander UTF-8 og Windows-1252")
        if old := OLD_LETTER.search(text):
            what = "Filen ligner en gammel MS-DOS- eller Macintosh-fil"
            self._refuse(start + old.start(), data[old.start()], what)
        return text.encode()

    def _other(self, data: bytes, start: int, final: bool, name: str) -> tuple[bytes, int]:
        decoder = codecs.getincrementaldecoder(name)()
        try:
            text = decoder.decode(data, final)
        except UnicodeDecodeError as error:
            what = f"Filen er ikke gyldig {_NAMES.get(name, name)}"
            self._refuse(start + error.start, data[error.start], what)
        if "\0" in text:
            at = start + len(text[: text.index("\0")].encode(name))
            self._refuse(at, 0, "Filen indeholder nul-tegn og er ikke en tekstfil")
        return text.encode(), len(data) - len(decoder.getstate()[0])

    def _refuse(self, position: int, byte: int, what: str) -> NoReturn:
        fault = f"{what}: byte nr. {position + 1} (0x{byte:02x}) kan ikke læses."
        self.findings.stop("FIL-105", fault, _SAY, row=self._line(position))

    def _line(self, position: int) -> int:
        """The line that a byte of the file stands in: read again, for it is only asked for once."""
        line = 1
        with self.path.open("rb") as file:
            while position > 0 and (read := file.read(min(BLOCK, position))):
                line += read.count(b"\n")
                position -= len(read)
        return line
