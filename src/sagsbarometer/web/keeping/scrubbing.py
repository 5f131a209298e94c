"""Whether the log hides CPR numbers: tried with made-up ones, in a log of its own."""

from __future__ import annotations

import io
import logging
import sys

from sagsbarometer.web.logs import NoContent

# As people write them, and as they come out of other alphabets. The numbers are invented.
SAMPLES = (
    "0101701234",
    "010170-1234",
    "01 01 70 1234",
    "310199 - 4321",
    "01.01.70-1234",
    "sag/2026/0101701234/brev.pdf",
    "０１０１７０-１２３４",
)


def leaks() -> int:
    """How many of the samples can be found in what is written of them."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(NoContent())
    log = logging.Logger("sagsbarometer.selftest")
    log.addHandler(handler)
    for sample in SAMPLES:
        log.warning("%s", sample)
        log.warning("brev til %s om sagen", sample)
        try:
            raise ValueError(sample)
        except ValueError:
            log.error("fejl %s", sample, exc_info=sys.exc_info())
    written = stream.getvalue()
    return sum(sample in written for sample in SAMPLES)
