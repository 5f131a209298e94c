"""What acts, things and purposes are called in Danish. A code without a word is shown as it is."""

from __future__ import annotations

from sagsbarometer.kernel.said import all_said

ACTS = all_said(
    {
        "insert": "Oprettet",
        "update": "Ændret",
        "delete": "Fjernet",
        "read_case": "Sag læst",
        "read_document": "Dokument læst",
        "unmask_cpr": "CPR-nummer vist",
        "open_original": "Fil åbnet, som den er",
        "read_events": "Hændelser læst",
        "read_lookups": "Opslagsliste læst",
        "archive_study": "Studie arkiveret",
        "purge_study": "Studie slettet",
        "sign_in": "Logget ind",
        "sign_out": "Logget ud",
        "sign_in_failed": "Login mislykket",
        "session_ended": "Session sluttet",
        "sessions_ended": "Flere sessioner sluttet",
        "password_changed": "Adgangskode skiftet",
        "password_reset": "Adgangskode sat gennem et link",
        "second_factor_on": "To-trins-login slået til",
        "second_factor_off": "To-trins-login slået fra",
        "second_factor_failed": "Forkert kode til to-trins-login",
        "recovery_codes_renewed": "Nye nødkoder",
        "recover_account": "Konto genåbnet af driften",
        "take_answers": "Svar hentet",
        "read_answers": "Tidligere svar set",
        "read_doubt": "Tvivl læst",
        "read_sheet": "Fundark læst",
        "read_objection": "Indsigelse læst",
        "read_aftermath": "Hvad der skete med en sag læst",
        "outside_sign_in_added": "Ekstern login knyttet til kontoen",
    }
)
THINGS = all_said(
    {
        "accounts_user": "Person",
        "accounts_membership": "Rolle",
        "accounts_disqualification": "Inhabilitet",
        "accounts_invitation": "Invitation",
        "planning_study": "Studie",
        "planning_planversion": "Plan",
        "planning_authority": "Kommune",
        "letters_letter": "Brev",
        "delivering_request": "Indkaldelse",
        "delivering_framelist": "Sagsliste",
        "delivering_case": "Sag",
        "delivering_receipt": "Kvittering",
        "documents_document": "Dokument",
        "receiving_screening": "Visitation",
        "receiving_replacement": "Erstatning",
        "receiving_return": "Tilbagesendelse",
        "documents_person": "Pseudonym af en person i sagen",
        "reviewing_draw": "Lodtrækning til læsning af to",
        "reviewing_casereview": "Sagens læsning",
        "reviewing_reading": "Læsning",
        "reviewing_answer": "Svar",
        "reviewing_pin": "Sted i et dokument",
        "reviewing_citation": "Henvisning til en regel",
        "reviewing_overruling": "Tilsidesat advarsel",
        "reviewing_doubt": "Tvivl",
        "reviewing_doubtremark": "Bemærkning til tvivl",
        "reviewing_codebookrule": "Regel i kodebogen",
        "reviewing_look": "Svar, der skal ses på igen",
        "reviewing_decision": "Afgjort forskel",
        "reviewing_freeze": "Låste svar",
        "reviewing_answersfile": "Fil med svar",
        "reviewing_reread": "Lodtrækning til genlæsning",
        "reviewing_rereaddecision": "Afgjort forskel ved genlæsning",
        "reviewing_keyanswer": "Facit til en sag",
        "reviewing_leniencyshown": "En læser må se sin egen målestok",
        "findings_sheetrelease": "Frigivelse af fundark",
        "findings_sheet": "Fundark",
        "findings_readingsheet": "Fundark om en ankersag",
        "findings_objection": "Indsigelse mod et fund",
        "findings_aftermath": "Hvad der skete med en forkert sag",
        "events_event": "Hændelser",
    }
)
PURPOSES = all_said(
    {
        "planning": "Planlægning af undersøgelsen",
        "collection": "Indsamling af sager",
        "aflevere": "Aflevering af sager",
        "se egen aflevering": "Kommunen ser sin egen aflevering",
        "screening": "Visitation: om sagen hører til undersøgelsen",
        "replacement": "Erstatning af en sag",
        "returning": "Sagen sendes tilbage til kommunen",
        "sending letters": "Breve til kommunerne",
        "making letters": "Breve til kommunerne",
        "set_retention": "Frist for opbevaring",
        "archive_study": "Arkivering af undersøgelsen",
        "purge_study": "Sletning af undersøgelsen",
        "access_request": "Indsigt efter databeskyttelsesforordningens artikel 15",
        "oversight": "Kontrol af, hvem der har gjort hvad",
        "first_administrator": "Den første administrator",
        "invite_person": "Invitation af en person",
        "withdraw_invitation": "En invitation trækkes tilbage",
        "accept_invitation": "En invitation tages imod",
        "give_role": "En rolle gives",
        "take_role": "En rolle tages",
        "activate_person": "En konto åbnes",
        "deactivate_person": "En konto lukkes",
        "disqualify": "Inhabilitet",
        "lift_disqualification": "Inhabilitet ophæves",
        "change_password": "Ny adgangskode",
        "own_account": "Egen konto",
        "end_session": "En session sluttes",
        "recover_account": "En konto genåbnes af driften",
        "recognise_pages": "Tekst på skannede sider genkendes",
        "sweep_invitations": "Invitationer, ingen tog imod, fjernes",
        "amending the plan": "Planen ændres",
        "launching the study": "Undersøgelsen sættes i gang",
        "closing the study": "Undersøgelsen afsluttes",
        "who works on the study": "Hvem der arbejder på undersøgelsen",
        "fetching letters": "Breve til kommunerne",
        "drawing the sample": "Lodtrækning af sager",
        "læse sagen": "Læsning af sagen",
        "læse sagens tekst": "Læsning af sagen",
        "se CPR-numre": "Et CPR-nummer i sagen vises",
        "identify": "At se, om to dokumenter handler om den samme",
        "wrong_person": "Der kan være dokumenter om en forkert person i sagen",
        "unreadable": "Teksten kan ikke forstås uden",
        "as_it_is": "Filen skal ses, som den er",
        "reading": "Læsning af sagen",
        "doubts": "Tvivl om et svar",
        "codebook": "Kodebogen",
        "second_reading": "Lodtrækning til læsning af to",
        "assigning": "Sager fordeles til læsere",
        "reopening": "En læsning åbnes igen",
        "settling": "Forskelle mellem to læsninger afgøres",
        "freeze": "Svarene låses, så der kan regnes",
        "practice": "Øvelse og ankersager",
        "leniency": "Læsernes målestok",
        "answers_out": "Svarene hentes",
        "answers_in": "Svar lægges ind fra en fil",
        "rereading": "Tilfældig genlæsning",
        "numbers": "Tallene ses",
        "findings": "Fund i sagerne skrives",
        "releasing findings": "Fund frigives til kommunerne",
        "se fund i egen sag": "Kommunen ser fundet i sin egen sag",
        "gøre indsigelse": "Kommunen gør indsigelse mod et fund",
        "fortælle om sagen": "Kommunen fortæller, hvad der skete med sagen",
        "objections": "Indsigelser mod fund behandles",
        "aftermath": "Hvad der skete med de forkerte sager",
        "sign_in": "Login",
        "sign_out": "Logout",
    }
)
# Of these, what stood in a row before and after may be shown to who looks after the house. Of all others, only which
# columns were changed: they hold what cases say and what readers found, and the log is no way around blind reading.
SHOWN = frozenset(
    {
        "accounts_user",
        "accounts_membership",
        "accounts_disqualification",
        "accounts_invitation",
        "planning_authority",
    }
)


def word(words: dict[str, str], code: str) -> str:
    """The words for a code."""
    return words.get(code, code)


def act_on(act: str, thing: str) -> str:
    """`Sag ændret`, `Dokument læst`."""
    if act in ("insert", "update", "delete"):
        return f"{word(THINGS, thing)} {str(word(ACTS, act)).lower()}"
    return word(ACTS, act)
