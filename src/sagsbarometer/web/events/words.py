"""What acts, things and purposes are called in Danish. A code without a word is shown as it is."""

from __future__ import annotations

ACTS = {
    "insert": "Oprettet",
    "update": "Ændret",
    "delete": "Fjernet",
    "read_case": "Sag læst",
    "read_document": "Dokument læst",
    "unmask_cpr": "CPR-nummer vist",
    "read_events": "Hændelser læst",
    "read_lookups": "Opslagsliste læst",
    "archive_study": "Studie arkiveret",
    "purge_study": "Studie slettet",
    "sign_in": "Logget ind",
    "sign_out": "Logget ud",
    "sign_in_failed": "Login mislykket",
}
THINGS = {
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
    "events_event": "Hændelser",
}
PURPOSES = {
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
    "sign_in": "Login",
    "sign_out": "Logout",
}
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
    """The Danish for a code."""
    return words.get(code, code)


def act_on(act: str, thing: str) -> str:
    """`Sag ændret`, `Dokument læst`."""
    if act in ("insert", "update", "delete"):
        return f"{word(THINGS, thing)} {word(ACTS, act).lower()}"
    return word(ACTS, act)
