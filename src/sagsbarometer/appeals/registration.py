"""A registration: what an appeals body wrote down about one case at one time.

A case has as many registrations as there were changes; the last one made by a date is how the case stood on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sagsbarometer.forms.language.types import Type

# Column to type. A set is kept as its codes in order with a bar between: "" is none of them, null unknown.
COLUMNS: Mapping[str, Type] = MappingProxyType(
    {
        "case_id": Type.TEXT,
        "received_on": Type.DATE,
        "decided_on": Type.DATE,
        "outcome": Type.CODE,  # null while the case is pending
        "law_area": Type.CODE,
        "case_subject": Type.CODE,
        "provision": Type.TEXT,  # as in the catalogue: serviceloven/85
        "condition": Type.TEXT,  # serviceloven/97/age; null where nobody registered it
        "authority": Type.TEXT,  # code of the municipality that decided
        "occasion": Type.CODE,
        "result": Type.CODE,
        "office": Type.TEXT,
        "reasons": Type.CODES,  # why a decision was reversed
        "keywords": Type.CODES,  # what was criticised
        "court_judged_on": Type.DATE,  # the judgment of the highest court so far
        "court_result": Type.CODE,
    }
)

# Beside them stand when the registration was made (a UTC timestamp), in which delivery, and on which line.
REGISTERED_AT, DELIVERY, LINE = "registered_at", "delivery", "line"

OUTCOMES = ("upheld", "amended", "annulled", "amended_or_annulled", "remitted", "lapsed", "dismissed")
COURT_RESULTS = ("won", "lost")  # for the appeals body
OCCASIONS = ("new_application", "follow_up", "cessation", "withdrawal", "remitted_case")
RESULTS = ("grant", "partial_refusal", "refusal")
