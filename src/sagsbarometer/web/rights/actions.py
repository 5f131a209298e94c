"""The table of rights. A role, an action or a state that is not here does not exist."""

from __future__ import annotations

from dataclasses import dataclass

from sagsbarometer.kernel.said import all_said

ROLES = all_said(
    {
        "administrator": "administrator",
        "analyst": "analytiker",
        "reviewer": "læser",
        "adjudicator": "afgør tvivl",
        "approver": "godkender",
        "supervisor": "tilsynsførende",
        "editor": "redaktør",
        "municipal_contact": "kommunal kontakt",
    }
)
# Roles of the oversight body itself: not bound to a municipality.
HOUSE_ROLES = frozenset(ROLES) - {"municipal_contact"}

_PLANNERS = frozenset({"analyst"})
_MUNICIPAL = frozenset({"municipal_contact"})
_STAFF = frozenset({"analyst", "reviewer", "adjudicator", "approver", "supervisor"})
_CASE_READERS = frozenset({"analyst", "reviewer", "adjudicator"})
_JUDGES = frozenset({"analyst", "adjudicator"})
_AT_WORK = frozenset({"launched"})
_RUN_OR_OVER = frozenset({"launched", "closed"})
_UNDER_WAY = frozenset({"assigned", "begun", "reopened"})
# States of a case in which somebody still reads it.
_READ_ON = frozenset({"assigned", "begun", "second_reading", "reopened"})
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
    reading_states: frozenset[str] = frozenset()
    courses: frozenset[str] = frozenset()  # states of a case that is read (review.course)
    readers: frozenset[str] = frozenset()  # roles that are enough for who reads the case, beside `roles`
    theirs: bool = False  # the owner's alone, whatever roles others hold
    of_readings: bool = False  # of what was answered: not for who reads the same case blind
    not_readers: bool = False  # not for who reads the case, whatever roles they hold


ACTIONS: dict[str, Rule] = {
    # Everybody
    "open_page": Rule(open=True),
    "own_account": Rule(own=True, before_factor=True),
    "own_front": Rule(own=True),
    # The house
    "see_people": Rule(frozenset({"administrator"})),
    "manage_people": Rule(frozenset({"administrator"})),
    "read_audit": Rule(frozenset({"administrator"}), of_readings=True),
    "see_jobs": Rule(own=True),
    "see_all_jobs": Rule(frozenset({"administrator"})),
    # Planning
    "list_studies": Rule(_STAFF | {"administrator"}, anywhere=True),
    "create_study": Rule(_PLANNERS),
    "see_study": Rule(_STAFF),
    "change_plan": Rule(_PLANNERS, seen_by="see_study", study_states=frozenset({"planning"})),
    # Also what was just launched: the second click of two gets the same reply. The view refuses anything else.
    "launch_study": Rule(_PLANNERS, seen_by="see_study", study_states=frozenset({"planning", "launched"})),
    "draw_sample": Rule(_PLANNERS, seen_by="see_study", study_states=_AT_WORK),
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
    # Of whom: those who work where the one who asks holds the role.
    "disqualify_there": Rule(frozenset({"analyst", "administrator"})),
    # Reviewing: one's own reading
    "list_readings": Rule(_CASE_READERS, anywhere=True),
    "read_case": Rule(_CASE_READERS, theirs=True, study_states=frozenset({"launched", "closed"})),
    "answer_case": Rule(
        _CASE_READERS,
        seen_by="read_case",
        theirs=True,
        study_states=_AT_WORK,
        reading_states=_UNDER_WAY,
        courses=_READ_ON,
    ),
    # Also what was just submitted: the second click of two gets the same reply. The view refuses anything else.
    "submit_reading": Rule(
        _CASE_READERS,
        seen_by="read_case",
        theirs=True,
        study_states=_AT_WORK,
        reading_states=_UNDER_WAY | {"submitted"},
    ),
    # Reviewing: everybody's
    "see_reading": Rule(_JUDGES, readers=frozenset({"reviewer"}), of_readings=True),
    "discuss_doubt": Rule(
        _JUDGES,
        seen_by="see_reading",
        readers=frozenset({"reviewer"}),
        of_readings=True,
        study_states=_AT_WORK,
    ),
    "see_reviewing": Rule(_JUDGES),
    "see_codebook": Rule(_CASE_READERS),
    "write_codebook": Rule(_JUDGES, seen_by="see_codebook", study_states=_AT_WORK),
    "assign_readings": Rule(_PLANNERS, seen_by="see_reviewing", study_states=_AT_WORK),
    "draw_second": Rule(_PLANNERS, seen_by="see_reviewing", study_states=_AT_WORK),
    "see_difference": Rule(
        _JUDGES,
        readers=frozenset({"reviewer"}),
        of_readings=True,
        courses=frozenset({"difference", "settled", "locked"}),
    ),
    "settle_difference": Rule(
        frozenset({"adjudicator"}),
        seen_by="see_difference",
        of_readings=True,
        not_readers=True,
        study_states=_AT_WORK,
        courses=frozenset({"difference", "settled"}),
    ),
    "reopen_reading": Rule(
        _JUDGES,
        seen_by="see_reviewing",
        study_states=_AT_WORK,
        reading_states=frozenset({"submitted"}),
        of_readings=True,
        courses=frozenset({"submitted", "second_reading", "difference", "settled"}),
    ),
    # Exercises and anchors
    "see_exercise": Rule(
        _CASE_READERS,
        theirs=True,
        study_states=frozenset({"launched", "closed"}),
        reading_states=frozenset({"submitted"}),
    ),
    "practise_anew": Rule(
        _CASE_READERS,
        seen_by="see_exercise",
        theirs=True,
        study_states=_AT_WORK,
        reading_states=frozenset({"submitted"}),
        courses=frozenset({"submitted"}),
    ),
    "manage_known": Rule(_JUDGES, seen_by="see_reviewing", study_states=_AT_WORK),
    "write_key": Rule(_JUDGES, seen_by="see_reviewing", of_readings=True, study_states=_AT_WORK),
    "see_leniency": Rule(_JUDGES),
    "show_leniency": Rule(_PLANNERS, seen_by="see_leniency", study_states=_AT_WORK),
    "take_answers": Rule(_PLANNERS, seen_by="see_reviewing", study_states=frozenset({"launched", "closed"})),
    "bring_answers": Rule(_PLANNERS, seen_by="see_reviewing", study_states=_AT_WORK),
    "draw_reread": Rule(_PLANNERS, seen_by="see_reviewing", study_states=_AT_WORK),
    "settle_reread": Rule(
        frozenset({"adjudicator"}),
        of_readings=True,
        not_readers=True,
        study_states=_AT_WORK,
        reading_states=frozenset({"submitted"}),
    ),
    "freeze_study": Rule(_PLANNERS, seen_by="see_reviewing", study_states=frozenset({"launched", "closed"})),
    "see_numbers": Rule(_JUDGES | {"approver"}),
    # The finding of a case as a sheet: never while it is read blind
    "list_sheets": Rule(_JUDGES),
    "see_sheet": Rule(
        _JUDGES,
        readers=frozenset({"reviewer"}),
        of_readings=True,
        courses=frozenset({"submitted", "settled", "locked"}),
    ),
    "write_sheet": Rule(
        _JUDGES,
        seen_by="see_sheet",
        readers=frozenset({"reviewer"}),
        of_readings=True,
        study_states=_RUN_OR_OVER,
        courses=frozenset({"submitted", "settled", "locked"}),
    ),
    "write_sheets": Rule(_PLANNERS, seen_by="list_sheets", study_states=_RUN_OR_OVER),
    "release_sheets": Rule(_PLANNERS, seen_by="list_sheets", study_states=_RUN_OR_OVER),
    # After the release: the municipality's own sheets
    "list_own_sheets": Rule(_MUNICIPAL, anywhere=True),
    "see_own_sheet": Rule(_MUNICIPAL),
    "object_to_sheet": Rule(_MUNICIPAL, seen_by="see_own_sheet", study_states=_RUN_OR_OVER),
    "tell_aftermath": Rule(_MUNICIPAL, seen_by="see_own_sheet", study_states=_RUN_OR_OVER),
    # After the release: the house
    "list_objections": Rule(_JUDGES),
    "see_objection": Rule(_JUDGES, of_readings=True),
    "answer_objection": Rule(
        frozenset({"adjudicator"}),
        seen_by="see_objection",
        of_readings=True,
        not_readers=True,
        study_states=_RUN_OR_OVER,
    ),
    "see_aftermath": Rule(_JUDGES | {"approver"}),
    "see_case_after": Rule(_JUDGES, of_readings=True),
    "write_aftermath": Rule(_PLANNERS, seen_by="see_case_after", of_readings=True, study_states=_RUN_OR_OVER),
    "remind_aftermath": Rule(_PLANNERS, seen_by="list_objections", study_states=_RUN_OR_OVER),
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
