"""What reading a zip archive may raise."""

from __future__ import annotations

import zipfile
import zlib

# What a damaged archive raises, by where the damage is. NotImplementedError: a packing that Python does not know;
# RuntimeError: a password.
BROKEN_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
)
