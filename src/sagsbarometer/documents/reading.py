"""The process that reads a file somebody sent: `python -m sagsbarometer.documents.reading KIND LIMITS < file`.

It caps its own memory and time before it looks at the first byte, and says on stdout, as JSON, either a refusal or
the number of pages and the text. Whatever happens to it happens to nobody else.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from typing import BinaryIO

from sagsbarometer.documents.limits import Limits
from sagsbarometer.documents.refusals import Refused


def capped(limits: Limits) -> None:
    """Caps memory, processor time and writing of this process."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.reading_processor, limits.reading_processor + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (limits.reading_memory, limits.reading_memory))


def _read(kind: str, file: BinaryIO, size: int, limits: Limits) -> dict[str, object]:
    pages: int | None
    try:
        if kind == "pdf":
            from sagsbarometer.documents.reading_pdf import read_pdf

            pages, text, scanned = read_pdf(file, size, limits)
        else:
            from sagsbarometer.documents.reading_docx import read_docx

            pages, text, scanned = read_docx(file, size, limits)
    except Refused as refused:
        return {"refused": refused.code}
    except MemoryError:
        return {"refused": "DOK-116"}
    except Exception:  # a stranger's bytes in a large library: whatever it says, the file cannot be read
        return {"refused": "DOK-106"}
    return {"pages": pages, "text": text, "scanned": scanned}


def main(kind: str, given: str) -> None:
    """Reads standard input, which is a file, and answers."""
    limits = Limits(**json.loads(given))
    capped(limits)
    # A file of its own, so that a library that reads ahead does not share the position of another.
    with os.fdopen(os.dup(0), "rb") as file:
        size = os.fstat(0).st_size
        answer = _read(kind, file, size, limits)
    sys.stdout.buffer.write(json.dumps(answer).encode())
    sys.stdout.flush()
    os._exit(0)  # nothing of the libraries is taken down: it may be the part that hangs


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
