"""Who may reach which route, written by hand: not from ROUTES and not from the table of actions.

A row is (what it is about, GET, POST). GET and POST are None (405), or who: a group of roles, with the states it takes
and who, besides, may know the thing is there and so is told of the refusal (403 in place of 404).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

ADMIN = frozenset({"administrator"})
ANALYST = frozenset({"analyst"})
READERS = frozenset({"analyst", "reviewer", "adjudicator"})
STAFF = READERS | {"approver", "supervisor"}
CONTACT = frozenset({"municipal_contact"})
KEEPERS = ADMIN | ANALYST


@dataclass(frozen=True)
class Who:
    """Who gets in, in which states, and who is told that they do not."""

    roles: frozenset[str] = frozenset()
    everybody: bool = False  # strangers too
    signed_in: bool = False  # anybody signed in; of a job: the one whose it is
    anywhere: bool = False  # a role in one study is enough: a list
    told: frozenset[str] = frozenset()
    study: frozenset[str] = frozenset()
    request: frozenset[str] = frozenset()
    case: frozenset[str] = frozenset()
    theirs: bool = False  # the owner's alone
    reading: frozenset[str] = frozenset()
    course: frozenset[str] = frozenset()
    readers: frozenset[str] = frozenset()  # roles that are enough for who reads the case
    told_readers: frozenset[str] = frozenset()  # roles that are told of the refusal, of who reads the case


def _who(
    roles: frozenset[str], told: frozenset[str] = frozenset(), theirs: bool = False, **states: str
) -> Who:
    return Who(
        roles, told=told, theirs=theirs, **{name: frozenset(codes.split()) for name, codes in states.items()}
    )  # type: ignore[arg-type]


OPEN, OWN = Who(everybody=True), Who(signed_in=True)
SEE_STUDY = Who(STAFF)
PLAN = _who(ANALYST, STAFF, study="planning")
RUN = _who(ANALYST, STAFF, study="launched")
BOTH = _who(ANALYST, STAFF, study="planning launched")
SEE_REQUEST, SEE_OWN = Who(CONTACT), Who(CONTACT)
DELIVER = _who(CONTACT, CONTACT, study="launched", request="called_in reopened")
CHANGE_OWN = _who(CONTACT, CONTACT, study="launched", case="draft returned")
SCREEN = _who(READERS, READERS, study="launched", case="submitted screened_in excluded")
READ = _who(READERS, study="launched closed", case="submitted returned screened_in excluded withdrawn")
SET_RETENTION = _who(ANALYST, KEEPERS, study="planning launched closed archived")
ARCHIVE = _who(ANALYST, KEEPERS, study="closed")
PURGE = _who(ADMIN, KEEPERS, study="archived")
REPLACE = _who(ANALYST, READERS, study="launched", case="excluded")
RETURN = _who(ANALYST, READERS, study="launched", case="submitted")
READ_CASE = _who(READERS, theirs=True, study="launched closed")
ANSWER = _who(
    READERS,
    READERS,
    theirs=True,
    study="launched",
    reading="assigned begun reopened",
    course="assigned begun second_reading reopened",
)
JUDGES = frozenset({"analyst", "adjudicator"})
SEE_READING = Who(JUDGES)
KNOWN = _who(JUDGES, JUDGES, study="launched")
SEE_EXERCISE = _who(READERS, theirs=True, study="launched closed", reading="submitted")
ANEW = _who(READERS, READERS, theirs=True, study="launched", reading="submitted", course="submitted")
LEAD_READING = _who(ANALYST, JUDGES, study="launched")
REOPEN = _who(
    JUDGES,
    JUDGES,
    study="launched",
    reading="submitted",
    course="submitted second_reading difference settled",
)
SEE_DIFFERENCE = replace(_who(JUDGES, course="difference settled locked"), readers=frozenset({"reviewer"}))
SETTLE = replace(
    _who(frozenset({"adjudicator"}), JUDGES, study="launched", course="difference settled"),
    told_readers=frozenset({"reviewer"}),
)
SETTLE_REREAD = _who(frozenset({"adjudicator"}), study="launched", reading="submitted")
SEE_DOUBT = replace(Who(JUDGES), readers=frozenset({"reviewer"}))
DISCUSS = replace(
    _who(JUDGES, JUDGES, study="launched"),
    readers=frozenset({"reviewer"}),
    told_readers=frozenset({"reviewer"}),
)
ASK = _who(READERS, READERS, theirs=True, study="launched")
WRITE_RULE = _who(JUDGES, READERS, study="launched")
TAKE_ANSWERS = _who(ANALYST, JUDGES, study="launched closed")
SEE_NUMBERS = Who(JUDGES | {"approver"})
OBJECT = _who(CONTACT, CONTACT, study="launched closed")
AFTER = _who(ANALYST, JUDGES, study="launched closed")
SEE_SHEET = replace(_who(JUDGES, course="submitted settled locked"), readers=frozenset({"reviewer"}))
WRITE_SHEET = replace(
    _who(JUDGES, JUDGES, study="launched closed", course="submitted settled locked"),
    readers=frozenset({"reviewer"}),
    told_readers=frozenset({"reviewer"}),
)
ABSENT = "absent"

Row = tuple[str, Who | None, Who | None]
TABLE: dict[str, Row | str] = {
    "accounts:front": ("nothing", OWN, None),
    "accounts:me": ("nothing", OWN, None),
    "accounts:end_session": ("session", None, OWN),
    "accounts:language": ("nothing", None, OPEN),
    "accounts:accept": ("token", OPEN, OPEN),
    "accounts:people": ("nothing", Who(ADMIN), None),
    "accounts:invite": ("nothing", Who(ADMIN), Who(ADMIN)),
    "accounts:invite_again": ("invitation", None, Who(ADMIN)),
    "accounts:withdraw": ("invitation", None, Who(ADMIN)),
    "accounts:disqualifications": ("nothing", Who(KEEPERS, anywhere=True), Who(KEEPERS, anywhere=True)),
    "accounts:lift": ("disqualification", None, Who(KEEPERS, anywhere=True)),
    "accounts:person": ("person", Who(ADMIN), None),
    "accounts:give_role": ("person", None, Who(ADMIN)),
    "accounts:take_role": ("membership", None, Who(ADMIN)),
    "accounts:deactivate": ("person", None, Who(ADMIN)),
    "accounts:activate": ("person", None, Who(ADMIN)),
    "jobs:mine": ("nothing", OWN, None),
    "jobs:all": ("nothing", Who(ADMIN), None),
    "jobs:routines": ("nothing", Who(ADMIN), None),
    "jobs:any": ("any_job", Who(ADMIN), None),
    "jobs:any_part": ("any_job", Who(ADMIN), None),
    "jobs:stop_any": ("any_job", None, Who(ADMIN)),
    "jobs:job": ("job", OWN, None),
    "jobs:part": ("job", OWN, None),
    "jobs:stop": ("job", None, OWN),
    "events:list": ("nothing", Who(ADMIN), None),
    "events:event": ("event", Who(ADMIN), None),
    "events:lookups": ("case", Who(ADMIN), None),
    "planning:list": ("nothing", Who(STAFF | ADMIN, anywhere=True), None),
    "planning:new": ("nothing", Who(ANALYST), Who(ANALYST)),
    "planning:study": ("study", SEE_STUDY, None),
    "planning:precision": ("study", SEE_STUDY, None),
    "planning:map": ("study", SEE_STUDY, None),
    "planning:frame": ("study", None, PLAN),
    "planning:frame_file": ("study", SEE_STUDY, None),
    "planning:step": ("step", SEE_STUDY, PLAN),
    "planning:amend": ("step", RUN, RUN),
    "planning:form": ("study", SEE_STUDY, SEE_STUDY),
    "planning:form_upload": ("study", None, PLAN),
    "planning:form_amend": ("study", None, RUN),
    "planning:check": ("study", SEE_STUDY, None),
    "planning:launch": ("study", None, BOTH),
    "planning:close": ("study", None, RUN),
    "planning:draw": ("study", SEE_STUDY, RUN),
    "planning:versions": ("study", SEE_STUDY, None),
    "planning:calendar": ("study", SEE_STUDY, None),
    "planning:ics": ("study", SEE_STUDY, None),
    "planning:people": ("study", SEE_STUDY, BOTH),
    "planning:people_remove": ("study", None, BOTH),
    "letters:letters": ("study", SEE_STUDY, None),
    "letters:pdf": ("letter", SEE_STUDY, None),
    "letters:again": ("letter", None, RUN),
    "letters:preview": ("kind", SEE_STUDY, None),
    "letters:preview_pdf": ("kind", SEE_STUDY, None),
    "letters:make": ("kind", None, BOTH),
    "letters:send": ("kind", None, RUN),
    "letters:download": ("kind", None, RUN),
    "receiving:collection": ("study", SEE_STUDY, None),
    "receiving:collection_csv": ("study", SEE_STUDY, None),
    "receiving:exclusions": ("study", SEE_STUDY, None),
    "receiving:exclusions_csv": ("study", SEE_STUDY, None),
    "receiving:burden": ("study", SEE_STUDY, None),
    "receiving:burden_csv": ("study", SEE_STUDY, None),
    "receiving:queue": ("study", Who(READERS), None),
    "receiving:case": ("delivered", Who(READERS), SCREEN),
    "receiving:undo": ("delivered", None, SCREEN),
    "receiving:replace": ("delivered", REPLACE, REPLACE),
    "receiving:return": ("delivered", RETURN, RETURN),
    "keeping:list": ("nothing", Who(KEEPERS, anywhere=True), None),
    "keeping:show": ("study", Who(KEEPERS), SET_RETENTION),
    "keeping:archive": ("study", ARCHIVE, ARCHIVE),
    "keeping:purge": ("study", PURGE, PURGE),
    "delivering:mine": ("nothing", Who(CONTACT, anywhere=True), None),
    "delivering:request": ("request", SEE_REQUEST, None),
    "delivering:new": ("request", DELIVER, DELIVER),
    "delivering:workbook": ("request", SEE_REQUEST, None),
    "delivering:many": ("request", DELIVER, DELIVER),
    "delivering:marked": ("marked", DELIVER, None),
    "delivering:none_of": ("request", None, DELIVER),
    "delivering:frame": (
        "request",
        SEE_REQUEST,
        _who(CONTACT, CONTACT, study="launched", request="noticed called_in reopened"),
    ),
    "delivering:check": (
        "request",
        SEE_REQUEST,
        _who(CONTACT, CONTACT, study="launched", request="called_in reopened delivered"),
    ),
    "delivering:case": ("case", SEE_OWN, CHANGE_OWN),
    "delivering:upload": ("case", None, CHANGE_OWN),
    "delivering:withdraw": ("case", None, CHANGE_OWN),
    "delivering:receipt": ("receipt", SEE_OWN, None),
    "delivering:receipt_pdf": ("receipt", SEE_OWN, None),
    "reviewing:overview": ("study", SEE_READING, None),
    "reviewing:course": ("study", SEE_READING, None),
    "reviewing:differences": ("study", SEE_READING, None),
    "reviewing:agreement": ("study", SEE_READING, None),
    "reviewing:looks": ("study", SEE_READING, None),
    "reviewing:draw": ("study", LEAD_READING, LEAD_READING),
    "reviewing:assign": ("study", LEAD_READING, LEAD_READING),
    "reviewing:hand_over": ("study", LEAD_READING, LEAD_READING),
    "reviewing:withdraw": ("review_of_study", None, LEAD_READING),
    "reviewing:reopen": ("reading_of_study", None, REOPEN),
    "reviewing:difference": ("review_of_study", SEE_DIFFERENCE, SETTLE),
    "reviewing:practice": ("study", KNOWN, KNOWN),
    "reviewing:practice_give": ("study", LEAD_READING, LEAD_READING),
    "reviewing:key": ("known", KNOWN, KNOWN),
    "reviewing:practice_back": ("known", None, KNOWN),
    "reviewing:leniency": ("study", SEE_READING, None),
    "reviewing:leniency_let": ("study", None, LEAD_READING),
    "reviewing:own_leniency": ("nothing", Who(READERS, anywhere=True), None),
    "reviewing:learned": ("exercise", SEE_EXERCISE, None),
    "reviewing:anew": ("exercise", None, ANEW),
    "reviewing:answers": ("study", TAKE_ANSWERS, TAKE_ANSWERS),
    "reviewing:answers_file": ("answers_file", TAKE_ANSWERS, None),
    "reviewing:bring": ("study", TAKE_ANSWERS, LEAD_READING),
    "reviewing:bring_sheet": ("study", TAKE_ANSWERS, None),
    "reviewing:bring_marked": ("answers_in", TAKE_ANSWERS, None),
    "reviewing:brought": ("answers_in", TAKE_ANSWERS, None),
    "reviewing:brought_take": ("answers_in", None, LEAD_READING),
    "reviewing:brought_undo": ("answers_in", None, LEAD_READING),
    "reviewing:reread": ("freeze", TAKE_ANSWERS, LEAD_READING),
    "reviewing:reread_assign": ("freeze", None, LEAD_READING),
    "reviewing:reread_compute": ("freeze", None, LEAD_READING),
    "reviewing:reread_differences": ("study", SEE_READING, None),
    "reviewing:reread_difference": ("rereading", SETTLE_REREAD, SETTLE_REREAD),
    "reviewing:unlock": ("freeze", None, TAKE_ANSWERS),
    "reviewing:numbers": ("freeze", SEE_NUMBERS, None),
    "reviewing:behind": ("number", SEE_NUMBERS, None),
    "reviewing:numbers_file": ("numbers_file", SEE_NUMBERS, None),
    "reviewing:desk": ("nothing", Who(READERS, anywhere=True), None),
    "reviewing:next": ("nothing", Who(READERS, anywhere=True), None),
    "reviewing:reading": ("reading", READ_CASE, None),
    "reviewing:standing": ("reading", Who(READERS, anywhere=True), None),
    "reviewing:answer": ("reading_question", READ_CASE, ANSWER),
    "reviewing:undo": ("reading", None, ANSWER),
    "reviewing:redo": ("reading", None, ANSWER),
    "reviewing:overrule": ("reading_check", None, ANSWER),
    "reviewing:open_document": ("reading_document", None, READ_CASE),
    "reviewing:words": ("reading_document", READ_CASE, None),
    "reviewing:document_page": ("reading_page", READ_CASE, None),
    "reviewing:document_picture": ("reading_picture", READ_CASE, None),
    "reviewing:scanned_page": ("reading_page", READ_CASE, None),
    "reviewing:search": ("reading", None, READ_CASE),
    "reviewing:pin": ("reading", None, ANSWER),
    "reviewing:unpin": ("reading_pin", None, ANSWER),
    "reviewing:repin": ("reading_pin", None, ANSWER),
    "reviewing:again": ("nothing", Who(READERS, anywhere=True), None),
    "reviewing:law": ("reading_question", READ_CASE, None),
    "reviewing:cite": ("reading_question", None, ANSWER),
    "reviewing:uncite": ("citation", None, ANSWER),
    "reviewing:recite": ("citation", None, ANSWER),
    "reviewing:asking": ("reading_question", READ_CASE, ASK),
    "reviewing:look_done": ("look", None, READ_CASE),
    "reviewing:doubts": ("study", Who(READERS), None),
    "reviewing:doubt": ("doubt", SEE_DOUBT, DISCUSS),
    "reviewing:codebook": ("study", Who(READERS), None),
    "reviewing:rule": ("study", WRITE_RULE, WRITE_RULE),
    "reviewing:rule_end": ("rule", None, WRITE_RULE),
    "reviewing:look_cases": ("study", SEE_READING, None),
    "reviewing:submit": (
        "reading",
        READ_CASE,
        _who(READERS, READERS, theirs=True, study="launched", reading="assigned begun reopened submitted"),
    ),
    "findings:sheets": ("study", Who(JUDGES), AFTER),
    "findings:release": ("study", AFTER, AFTER),
    "findings:sheet": ("sheet_case", SEE_SHEET, WRITE_SHEET),
    "findings:shown": ("sheet_number", SEE_SHEET, None),
    "findings:pdf": ("sheet_number", SEE_SHEET, None),
    "findings:of_reading": ("reading", READ_CASE, None),
    "findings:own_pdf": ("own_sheet", Who(CONTACT), None),
    "findings:own_sheets": ("nothing", Who(CONTACT, anywhere=True), None),
    "findings:own_sheet": ("own_sheet", Who(CONTACT), None),
    "findings:object": ("own_sheet", None, OBJECT),
    "findings:tell": ("own_sheet", None, OBJECT),
    "findings:withdraw_objection": ("own_objection", None, OBJECT),
    "findings:objections": ("study", Who(JUDGES), None),
    "findings:objection": (
        "objection",
        Who(JUDGES),
        _who(frozenset({"adjudicator"}), JUDGES, study="launched closed"),
    ),
    "findings:after": ("study", SEE_NUMBERS, None),
    "findings:after_csv": ("study", SEE_NUMBERS, None),
    "findings:after_folder": ("freeze", None, TAKE_ANSWERS),
    "findings:after_cases": ("study", Who(JUDGES), AFTER),
    "findings:after_case": ("case_after", Who(JUDGES), AFTER),
    "documents:view": ("document", READ, READ),
    "documents:text": ("document", READ, None),
    "documents:unmask": (
        "document",
        None,
        _who(READERS, study="launched", case="submitted returned screened_in excluded withdrawn"),
    ),
    "documents:own": ("document", SEE_OWN, None),
    "documents:remove": ("document", None, CHANGE_OWN),
    "account_login": ("nothing", OPEN, OPEN),
    "account_logout": ("nothing", OPEN, OPEN),
    "account_inactive": ("nothing", OPEN, None),
    "account_reauthenticate": ("nothing", OWN, OWN),
    "account_change_password": ("nothing", OWN, OWN),
    "account_reset_password": ("nothing", OPEN, OPEN),
    "account_reset_password_done": ("nothing", OPEN, None),
    "account_reset_password_from_key_done": ("nothing", OPEN, None),
    "account_reset_password_from_key": ("reset", OPEN, OPEN),
    "mfa_index": ("nothing", OWN, None),
    "mfa_authenticate": ("nothing", OPEN, OPEN),
    "mfa_reauthenticate": ("nothing", OWN, OWN),
    "mfa_activate_totp": ("nothing", OWN, OWN),
    "mfa_deactivate_totp": ("nothing", OWN, OWN),
    "mfa_view_recovery_codes": ("nothing", OWN, None),
    "mfa_generate_recovery_codes": ("nothing", OWN, OWN),
    "mfa_download_recovery_codes": ("nothing", OWN, None),
    "usersessions_list": ("nothing", OWN, OWN),
    "socialaccount_login_cancelled": ("nothing", OPEN, None),
    "socialaccount_login_error": ("nothing", OPEN, None),
    "openid_connect_login": ("provider", OPEN, None),
    "openid_connect_callback": ("provider", OPEN, None),
    "account_signup": ABSENT,
    "account_email": ABSENT,
    "account_email_verification_sent": ABSENT,
    "account_confirm_email": ABSENT,
    "account_confirm_login_code": ABSENT,
    "account_set_password": ABSENT,
    "socialaccount_signup": ABSENT,
    "socialaccount_connections": ABSENT,
}

# Where the view itself, having let somebody in, finds nothing: no such app, file, token or provider, no sample in the
# plan, a person of another study.
NOTHING_THERE = {
    "findings:after_folder",
    "reviewing:reread",
    "reviewing:reread_assign",
    "reviewing:reread_compute",
    "reviewing:difference",
    "reviewing:reread_difference",
    "reviewing:bring_marked",
    "reviewing:brought",
    "reviewing:brought_take",
    "reviewing:brought_undo",
    "reviewing:open_document",
    "reviewing:words",
    "reviewing:document_page",
    "reviewing:document_picture",
    "reviewing:scanned_page",
    "reviewing:unpin",
    "reviewing:repin",
    "reviewing:standing",
    "reviewing:unlock",
    "reviewing:numbers",
    "reviewing:behind",
    "reviewing:numbers_file",
    "accounts:lift",
    "letters:preview_pdf",
    "planning:map",
    "planning:precision",
    "delivering:marked",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
    "openid_connect_login",
    "openid_connect_callback",
}


@dataclass(frozen=True)
class Thing:
    """An example of the arguments of a route, and what it is about. `there` is False for what does not exist."""

    label: str
    arguments: dict[str, str] = field(default_factory=dict)
    there: bool = True
    study: str = ""
    study_state: str = ""
    code: str = ""
    case: str = ""
    case_state: str = ""
    request_state: str = ""
    owner: str = ""
    reading_state: str = ""
    course: str = ""
    readers: frozenset[str] = frozenset()  # who reads the case, by name


def expected(
    name: str, held: tuple[str, str, str] | None, partial: bool, who: Who | None, thing: Thing
) -> str:
    """What a person gets: open, sign_in, hidden, refused, locked or method. `held`: role, study, municipality."""
    if who is None:
        return "method"
    if who.everybody:
        return "open" if thing.there else "hidden"
    if held is None:
        return "sign_in"
    if not thing.there:
        return "hidden"
    if who.signed_in:
        return "open" if thing.owner in ("", name) else "hidden"
    role, study, code = held
    if name in thing.readers:
        who = replace(who, roles=who.roles | who.readers, told=who.told | who.told_readers)
    reaches = study in ("", thing.study) and (
        role != "municipal_contact" or (bool(code) and code == thing.code)
    )
    reaches = (reaches or who.anywhere) and not partial
    if who.theirs and thing.owner != name:
        return "hidden"
    if not reaches or role not in who.roles | who.told:
        return "hidden"
    if role not in who.roles:
        return "refused"
    fits = all(
        not needed or now in needed
        for now, needed in (
            (thing.study_state, who.study),
            (thing.request_state, who.request),
            (thing.case_state, who.case),
            (thing.reading_state, who.reading),
            (thing.course, who.course),
        )
    )
    return "open" if fits else "locked"
