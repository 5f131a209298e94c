"""Uploads on their way in: to a file with a neutral name, only from people who are signed in, and never too much."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from django.core.exceptions import SuspiciousMultipartForm
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler

from sagsbarometer.documents.limits import LIMITS
from sagsbarometer.web.home import this_home

_LEFT = 60 * 60  # seconds after which nobody is working on a file any more


def folder() -> Path:
    """Where files lie while they are checked; nothing stays here."""
    path = this_home().folder / "arriving"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


class Arriving(TemporaryFileUploadHandler):
    """Takes the files of a form. The name of a file is never used as a name on the disk."""

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        """Refuses strangers, and what is so large that nobody sent it in good faith."""
        user = getattr(self.request, "user", None)
        signed_in = bool(getattr(user, "is_authenticated", False))
        if not signed_in or content_length > 4 * LIMITS.request_bytes:
            raise SuspiciousMultipartForm(
                "upload"
            )  # a reply of 400; StopUpload here would be an error of ours
        self.taken = self.files = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begins a file."""
        self.files += 1
        if self.files > LIMITS.request_files:
            self._refuse("DOK-103")
        super().new_file(*args, **kwargs)
        self.file.close()  # type: ignore[has-type]
        # The ending of the file on disk would be the sender's.
        self.file = TemporaryUploadedFile("sent", self.content_type, 0, self.charset, self.content_type_extra)
        self.file.name = self.file_name

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Takes a part of a file, while there is room for it."""
        self.taken += len(raw_data)
        if self.taken > LIMITS.request_bytes or start + len(raw_data) > LIMITS.file_bytes:
            self._refuse("DOK-102")
        super().receive_data_chunk(raw_data, start)

    def _refuse(self, code: str) -> None:
        """The rest of the form is read, so that the page can say why; the file is not kept."""
        self.request.upload_refused = code
        raise SkipFile


def refused(request: Any) -> str:
    """The code of why files of a request were left out; "" where none were."""
    request.FILES  # noqa: B018 - what is sent is read when it is first asked for
    return getattr(request, "upload_refused", "")


def sweep(older: float = _LEFT) -> int:
    """Removes what a process that was stopped left behind; how many files. `older`: seconds since they were touched."""
    gone, now = 0, time.time()
    for path in folder().iterdir():
        try:
            if path.is_file() and now - path.stat().st_mtime > older:
                os.unlink(path)
                gone += 1
        except FileNotFoundError:
            continue  # another process was faster
    return gone
