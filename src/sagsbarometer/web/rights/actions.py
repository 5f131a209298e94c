"""The table of rights. A role, an action or a state that is not here does not exist."""

from __future__ import annotations

from dataclasses import dataclass

ROLES = {
    "administrator": "administrator",
    "analyst": "analytiker",
    "reviewer": "læser",
    "adjudicator": "afgør tvivl",
    "approver": "godkender",
    "supervisor": "tilsynsførende",
    "editor": "redaktør",
    "municipal_contact": "kommunal kontakt",
}
# Roles of the oversight body itself: not bound to a municipality.
HOUSE_ROLES = frozenset(ROLES) - {"municipal_contact"}

_PLANNERS = frozenset({"analyst"})
_MUNICIPAL = frozenset({"municipal_contact"})
_STAFF = frozenset({"analyst", "reviewer", "adjudicator", "approver", "supervisor"})
_CASE_READERS = frozenset({"analyst", "reviewer", "adjudicator"})
_AT_WORK = frozenset({"launched"})
# A draft is the municipality's own: the house reads nothing of it.
_DELIVERED = frozenset({"submitted", "returned", "screened_in", "excluded", "withdrawn"})


@dataclass(frozen=True, slots=True)
class Rule:
    """Who, and in which states. `seen_by`: an action whose roles may know the thing is there, so a refusal says so."""

    roles: frozenset[str] = frozenset()
    open: bool = False  # anybody, signed in or not
    own: bool = False  # only about oneself
    before_factor: bool = False  # with `own`: also before the second factor that a role demands
    anywhere: bool = (
        False  # held in any study or municipality is enough: for lists that show what each reaches
    )
    seen_by: str = ""
    study_states: frozenset[str] = frozenset()
    case_states: frozenset[str] = frozenset()
    request_states: frozenset[str] = frozenset()


ACTIONS: dict[str, Rule] = {
    # Everybody
    "open_page": Rule(open=True),
    "own_account": Rule(own=True, before_factor=True),
    "own_front": Rule(own=True),
    # The house
    "see_people": Rule(frozenset({"administrator"})),
    "manage_people": Rule(frozenset({"administrator"})),
    "read_audit": Rule(frozenset({"administrator"})),
    "see_jobs": Rule(own=True),
    "see_all_jobs": Rule(frozenset({"administrator"})),
    # Planning
    "list_studies": Rule(_STAFF | {"administrator"}, anywhere=True),
    "create_study": Rule(_PLANNERS),
    "see_study": Rule(_STAFF),
    "change_plan": Rule(_PLANNERS, seen_by="see_study", study_states=frozenset({"planning"})),
    "launch_study": Rule(_PLANNERS, seen_by="see_study", study_states=frozenset({"planning"})),
    "amend_study": Rule(_PLANNERS, seen_by="see_study", study_states=_AT_WORK),
    "staff_study": Rule(_PLANNERS, seen_by="see_study", study_states=frozenset({"planning", "launched"})),
    "write_letters": Rule(_PLANNERS, seen_by="see_study", study_states=frozenset({"planning", "launched"})),
    "send_letters": Rule(_PLANNERS, seen_by="see_study", study_states=_AT_WORK),
    "close_study": Rule(_PLANNERS, seen_by="see_study", study_states=_AT_WORK),
    # Delivering: the municipality's own pages
    "list_requests": Rule(_MUNICIPAL, anywhere=True),
    "see_request": Rule(_MUNICIPAL),
    "deliver": Rule(
        _MUNICIPAL,
        seen_by="see_request",
        study_states=_AT_WORK,
        request_states=frozenset({"called_in", "reopened"}),
    ),
    # Also what was just delivered: the second click of two gets the same receipt. The view refuses anything else.
    "submit_request": Rule(
        _MUNICIPAL,
        seen_by="see_request",
        study_states=_AT_WORK,
        request_states=frozenset({"called_in", "reopened", "delivered"}),
    ),
    "deliver_list": Rule(
        _MUNICIPAL,
        seen_by="see_request",
        study_states=_AT_WORK,
        request_states=frozenset({"noticed", "called_in", "reopened"}),
    ),
    "see_own_case": Rule(_MUNICIPAL),
    "change_own_case": Rule(
        _MUNICIPAL,
        seen_by="see_own_case",
        study_states=_AT_WORK,
        case_states=frozenset({"draft", "returned"}),
    ),
    "see_own_receipt": Rule(_MUNICIPAL),
    "read_own_document": Rule(_MUNICIPAL),
    # Receiving: the oversight body
    "see_collection": Rule(_STAFF),
    "see_queue": Rule(_CASE_READERS),
    "see_case": Rule(_CASE_READERS),
    "read_document": Rule(
        _CASE_READERS, study_states=frozenset({"launched", "closed"}), case_states=_DELIVERED
    ),
    "unmask_cpr": Rule(_CASE_READERS, study_states=_AT_WORK, case_states=_DELIVERED),
    "screen_case": Rule(
        _CASE_READERS,
        seen_by="see_case",
        study_states=_AT_WORK,
        case_states=frozenset({"submitted", "screened_in", "excluded"}),
    ),
    "replace_case": Rule(
        _PLANNERS, seen_by="see_case", study_states=_AT_WORK, case_states=frozenset({"excluded"})
    ),
    "return_case": Rule(
        _PLANNERS, seen_by="see_case", study_states=_AT_WORK, case_states=frozenset({"submitted"})
    ),
    "disqualify": Rule(frozenset({"analyst", "administrator"}), anywhere=True),
    # Keeping
    "list_keeping": Rule(frozenset({"analyst", "administrator"}), anywhere=True),
    "see_keeping": Rule(frozenset({"analyst", "administrator"})),
    "set_retention": Rule(
        _PLANNERS,
        seen_by="see_keeping",
        study_states=frozenset({"planning", "launched", "closed", "archived"}),
    ),
    "archive_study": Rule(_PLANNERS, seen_by="see_keeping", study_states=frozenset({"closed"})),
    "purge_study": Rule(
        frozenset({"administrator"}), seen_by="see_keeping", study_states=frozenset({"archived"})
    ),
}
