"""Where the folders that come with the program are: `law`, `layouts`, `studies`, `published`."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def shipped(folder: str) -> Path:
    """The path of a shipped folder. In a wheel it lies in the package, in a checkout beside `src`.

    Raises FileNotFoundError when it is in neither.
    """
    package = Path(str(files("sagsbarometer")))
    for candidate in (package / folder, package.parent.parent / folder):
        if candidate.is_dir():
            return candidate
    raise FileNotFoundError(folder)
