"""Rights in Danish: what each action is called, the states it can be done in, and why something was refused."""

from __future__ import annotations

from dataclasses import dataclass

from sagsbarometer.kernel.said import all_said, said
from sagsbarometer.web.rights.actions import ACTIONS, ROLES
from sagsbarometer.web.rights.may import Actor, Answer, State

# To be read after »du vil …« and »det kan … gøre«.
WORDS: dict[str, str] = all_said(
    {
        "open_page": "åbne siden",
        "own_account": "ændre din egen konto",
        "own_front": "se din forside",
        "see_people": "se, hvem der har adgang",
        "manage_people": "invitere folk og give eller fjerne roller",
        "read_audit": "læse hændelserne",
        "see_jobs": "se dine opgaver i gang",
        "see_all_jobs": "se alles opgaver i gang",
        "list_studies": "se listen over undersøgelser",
        "create_study": "oprette en undersøgelse",
        "see_study": "se undersøgelsen",
        "change_plan": "ændre planen",
        "launch_study": "sætte undersøgelsen i gang",
        "draw_sample": "trække lod",
        "amend_study": "ændre en undersøgelse, der er i gang",
        "write_letters": "skrive breve",
        "send_letters": "sende breve",
        "close_study": "afslutte indsamlingen",
        "list_requests": "se, hvad kommunen er bedt om",
        "see_request": "se, hvad kommunen er bedt om i undersøgelsen",
        "deliver": "aflevere sager",
        "submit_request": "sende afleveringen",
        "deliver_list": "aflevere en liste til lodtrækning",
        "see_own_case": "se kommunens egen sag",
        "change_own_case": "ændre kommunens egen sag",
        "see_own_receipt": "se kommunens kvittering",
        "read_own_document": "læse kommunens eget dokument",
        "see_collection": "se, hvor langt indsamlingen er",
        "see_queue": "se de sager, der skal sorteres",
        "see_case": "se sagen",
        "read_document": "læse sagens dokumenter",
        "unmask_cpr": "se et skjult CPR-nummer",
        "screen_case": "sortere sagen",
        "replace_case": "erstatte sagen",
        "return_case": "sende sagen tilbage til kommunen",
        "list_readings": "se de sager, du skal læse",
        "read_case": "læse sagen",
        "answer_case": "svare på skemaet om sagen",
        "submit_reading": "aflevere din læsning af sagen",
        "see_reading": "se, hvordan en sag er læst",
        "discuss_doubt": "drøfte en tvivl",
        "see_reviewing": "se, hvor langt læsningen er",
        "see_codebook": "se kodebogen",
        "write_codebook": "skrive regler i kodebogen",
        "assign_readings": "fordele sager til læsning",
        "draw_second": "trække lod om, hvilke sager der læses af to",
        "see_difference": "se, hvor to læsninger er forskellige",
        "settle_difference": "afgøre forskelle mellem to læsninger",
        "reopen_reading": "åbne en afleveret læsning igen",
        "see_exercise": "se facit til en øvelse, du har afleveret",
        "practise_anew": "begynde forfra på en øvelse",
        "manage_known": "gøre sager til øvelse eller ankersager",
        "write_key": "skrive facit til en sag",
        "see_leniency": "se læsernes målestok",
        "show_leniency": "lade en læser se sin egen målestok",
        "take_answers": "hente svarene ud",
        "bring_answers": "lægge svar ind fra en fil",
        "draw_reread": "trække lod om, hvilke låste sager der læses igen",
        "settle_reread": "afgøre forskelle mellem en genlæsning og de låste svar",
        "freeze_study": "låse svarene til beregning",
        "see_numbers": "se undersøgelsens tal, før de er offentlige",
        "list_sheets": "se, hvor langt fundarkene er",
        "see_sheet": "se sagens fundark",
        "write_sheet": "skrive sagens fundark",
        "write_sheets": "lave kladder til fundark",
        "release_sheets": "frigive fundark til kommunerne",
        "list_own_sheets": "se fund i jeres egne sager",
        "see_own_sheet": "se fundet i jeres egen sag",
        "object_to_sheet": "gøre indsigelse mod fundet",
        "tell_aftermath": "fortælle, hvad der skete med sagen",
        "list_objections": "se kommunernes indsigelser",
        "see_objection": "se en kommunes indsigelse",
        "answer_objection": "svare på en kommunes indsigelse",
        "see_aftermath": "se, hvad der skete efter målingen",
        "see_case_after": "se, hvad der skete med sagen",
        "write_aftermath": "skrive for kommunen, hvad der skete med sagen",
        "remind_aftermath": "minde kommuner om at fortælle, hvad der skete",
        "disqualify": "melde nogen inhabil",
        "disqualify_there": "melde nogen inhabil, der arbejder der",
        "staff_study": "give og fjerne roller i undersøgelsen",
        "list_keeping": "se, hvad der opbevares hvor længe",
        "see_keeping": "se, hvor længe undersøgelsen opbevares",
        "set_retention": "ændre, hvor længe undersøgelsen opbevares",
        "archive_study": "arkivere undersøgelsen",
        "purge_study": "slette undersøgelsens dokumenter",
    }
)

# What a state is called; the models say the same (tests/web/test_may.py).
STUDY_STATES = all_said(
    {
        "planning": "Planlægges",
        "launched": "I gang",
        "closed": "Afsluttet",
        "archived": "Arkiveret",
        "purged": "Slettet",
    }
)
REQUEST_STATES = all_said(
    {
        "planned": "Ikke sendt",
        "noticed": "Varslet",
        "called_in": "Indkaldt",
        "delivered": "Afleveret",
        "reopened": "Åbnet igen",
        "finished": "Færdig",
    }
)
CASE_STATES = all_said(
    {
        "draft": "Kladde",
        "submitted": "Afleveret",
        "returned": "Sendt tilbage",
        "screened_in": "Med i målingen",
        "excluded": "Udgået",
        "withdrawn": "Trukket tilbage",
    }
)

READING_STATES = all_said(
    {
        "assigned": "Tildelt",
        "begun": "Begyndt",
        "submitted": "Afleveret",
        "reopened": "Åbnet igen",
    }
)
COURSES = all_said(
    {
        "unassigned": "Ikke tildelt",
        "assigned": "Tildelt",
        "begun": "Begyndt",
        "submitted": "Læst",
        "second_reading": "Læses af to",
        "difference": "Forskel",
        "settled": "Afgjort",
        "reopened": "Åbnet igen",
        "locked": "Låst",
        "withdrawn": "Taget ud",
    }
)

# Why not, and what to do about it, for each answer that is not a yes.
REASONS: dict[Answer, tuple[str, str]] = all_said(
    {
        Answer.SIGN_IN: ("Du er ikke logget ind.", "Log ind, og prøv igen."),
        Answer.SECOND_FACTOR: ("Din rolle kræver to-trins-login.", "Slå det til, eller bekræft med en kode."),
        Answer.HIDDEN: ("Siden findes ikke, eller du har ikke adgang til den.", "Gå til forsiden."),
        Answer.REFUSED: (
            "Din rolle giver ikke lov til det.",
            "Bed en af dem, der må, om at gøre det, eller bed en administrator om rollen.",
        ),
        Answer.LOCKED: (
            "Det kan ikke gøres nu.",
            "Intet er ændret. Gå tilbage, og hent siden igen for at se, hvad der kan gøres nu.",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal as it is shown: what was wanted, why not, and what to do."""

    wanted: str
    why: str
    who: tuple[str, ...]  # roles that may, in words
    held: tuple[str, ...]  # roles of the asker, in words
    when: tuple[tuple[str, str, tuple[str, ...]], ...]  # of what, its state now, the states it has to be in
    remedy: str


def refused(answer: Answer, action: str, state: State, actor: Actor) -> Refusal:
    """What to tell somebody who got an answer that is not yes."""
    rule = ACTIONS[action]
    why, remedy = REASONS[answer]
    return Refusal(
        wanted=WORDS.get(action, said("gøre det")),
        why=why,
        who=tuple(ROLES[role] for role in ROLES if role in rule.roles),
        held=tuple(ROLES[role] for role in ROLES if any(grant.role == role for grant in actor.grants)),
        when=_unmet(action, state) if answer is Answer.LOCKED else (),
        remedy=remedy,
    )


def _unmet(action: str, state: State) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """The conditions on states that are not met."""
    rule = ACTIONS[action]
    parts = (
        (said("Undersøgelsen"), state.study_state, rule.study_states, STUDY_STATES),
        (said("Kommunens aflevering"), state.request_state, rule.request_states, REQUEST_STATES),
        (said("Sagen"), state.case_state, rule.case_states, CASE_STATES),
    )
    return tuple(
        (thing, words.get(now, said("ukendt")), tuple(words[code] for code in words if code in needed))
        for thing, now, needed, words in parts
        if needed and now not in needed
    )
