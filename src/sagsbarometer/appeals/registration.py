"""A registration: what an appeals body wrote down about one case at one time.

A case has as many registrations as there were changes; the last one made by a date is how the case stood on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sagsbarometer.forms.language.types import Type

# Column to type. A set is kept as its codes in order with a bar between: "" is none of them, null unknown.
# A register may have columns of its own beside these (`Own`); a delivery from before a column was there has it unknown.
COLUMNS: Mapping[str, Type] = MappingProxyType(
    {
        "case_id": Type.TEXT,
        # The citizen's way, in the order things happen.
        "applied_on": Type.DATE,  # the citizen applied to the authority, or the authority began by itself
        "authority_decided_on": Type.DATE,  # the decision that is appealed
        "appealed_on": Type.DATE,  # the appeal reached the authority, which looks at its decision again
        "received_on": Type.DATE,  # the appeal reached the appeals body
        "complete_on": Type.DATE,  # all that was missing had come in
        "decided_on": Type.DATE,
        "new_decision_on": Type.DATE,  # the authority's new decision after a remittal
        "processing_days": Type.INT,  # as the case system counted them itself
        "outcome": Type.CODE,  # null while the case is pending
        "law_area": Type.CODE,
        "case_subject": Type.CODE,
        "provision": Type.TEXT,  # as in the catalogue: serviceloven/85
        "condition": Type.TEXT,  # serviceloven/97/age; null where nobody registered it
        "authority": Type.TEXT,  # code of the municipality that decided, or what the extract calls the authority
        "occasion": Type.CODE,
        "result": Type.CODE,
        "office": Type.TEXT,
        "statutory_priority": Type.BOOL,  # the law says that the case goes before others
        "complete_at_receipt": Type.BOOL,  # nothing was missing when the appeal came in
        "reasons": Type.CODES,  # why a decision was reversed
        "keywords": Type.CODES,  # what was criticised
        "court_judged_on": Type.DATE,  # the judgment of the highest court so far
        "court_result": Type.CODE,
        "ombudsman_closed_on": Type.DATE,  # the ombudsman was done with a complaint about the appeals body
        "ombudsman_result": Type.CODE,
    }
)

# Beside them stand when the registration was made (a UTC timestamp), in which delivery, on which line, and whether it
# takes the case out of the register from then on. A line below 0 is one the program wrote: a full delivery no longer
# had the case. Deliveries of before 2026-12 have no WITHDRAWN: none of their registrations withdraws.
REGISTERED_AT, DELIVERY, LINE, WITHDRAWN = "registered_at", "delivery", "line", "withdrawn"

# `reversed`: the source does not tell in which way.
OUTCOMES = (
    "upheld",
    "amended",
    "annulled",
    "amended_or_annulled",
    "remitted",
    "reversed",
    "lapsed",
    "dismissed",
)
COURT_RESULTS = ("won", "lost")  # for the appeals body
OMBUDSMAN_RESULTS = ("criticism", "no_criticism", "not_investigated")
OCCASIONS = ("new_application", "follow_up", "cessation", "withdrawal", "remitted_case")
RESULTS = ("grant", "partial_refusal", "refusal")
