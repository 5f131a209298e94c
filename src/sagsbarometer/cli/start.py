"""Where the command begins: what it takes to be interrupted with a word while the rest is still being read in."""

from __future__ import annotations

import sys

_INTERRUPTED = 130


def main() -> None:
    """Runs the command `sagsbarometer`. Ctrl-C ends it with 130 from the first moment on."""
    try:
        from sagsbarometer.cli.main import main as run
    except KeyboardInterrupt:
        print("Afbrudt. Intet er skrevet.", file=sys.stderr)
        sys.exit(_INTERRUPTED)
    run()
