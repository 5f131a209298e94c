"""What must hold for a registration. Each rule is a line of data that whoever imports may make harder or softer.

Rules of one cell are tried when it is read (`cells`), the rest by the engine in one go over all rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sagsbarometer.appeals.codes import Codes
from sagsbarometer.appeals.intake.moments import DAY, microseconds
from sagsbarometer.appeals.registration import REGISTERED_AT
from sagsbarometer.kernel.dates import danish_date
from sagsbarometer.kernel.problems import Level

if TYPE_CHECKING:
    import ibis.expr.types as ir

HARD, SOFT, LEAVE_OUT = "hard", "soft", "leave_out"
LEVEL_OF = MappingProxyType({HARD: Level.ERROR, SOFT: Level.WARNING, LEAVE_OUT: Level.NOTE})

# Every rule with what it is called in a report and how hard it is unless the mapping says otherwise.
RULES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "cpr": ("Noget ligner et CPR-nummer", HARD),
        "no_case_id": ("Sagen har intet id", HARD),
        "no_registered_at": ("Tidspunktet for registreringen mangler eller kan ikke læses", HARD),
        "origin": ("Oprindelsen mangler eller kendes ikke", HARD),
        "unknown_code": ("Koden kendes ikke", HARD),
        "unreadable_date": ("Datoen kan ikke læses", HARD),
        "unreadable_number": ("Tallet kan ikke læses", HARD),
        "too_long": ("Teksten er for lang", HARD),
        "duplicate_registration": ("Sagen er registreret flere gange på samme tidspunkt", SOFT),
        "decision_before_receipt": ("Sagen er afgjort, før den er modtaget", HARD),
        "judgment_before_decision": ("Der er dom, før sagen er afgjort", HARD),
        "merits_without_date": ("Afgjort i realiteten uden dato", HARD),
        "decided_without_outcome": ("Afgjort, men udfaldet mangler", HARD),
        "future_date": ("En dato er efter registreringen", HARD),
        "registered_in_future": ("Registreringen er fra efter den dag, den bliver lagt ind", SOFT),
        "unknown_condition": ("Betingelsen kendes ikke", HARD),
        "subject_of_other_law": ("Sagsemnet hører til et andet lovområde", HARD),
        "condition_of_other_provision": ("Betingelsen hører til en anden bestemmelse", HARD),
        "dates_out_of_order": (
            "Datoerne før sagen kom, eller efter den sluttede, står i forkert orden",
            SOFT,
        ),
        "days_disagree": ("Behandlingstiden passer ikke med datoerne", SOFT),
        "negative_days": ("Behandlingstiden er negativ", SOFT),
        "no_authority": ("Myndigheden mangler", SOFT),
        "subject_out_of_force": ("Sagsemnet er ikke i brug den dag", SOFT),
        "reason_without_reversal": ("Årsag til omgørelse, men udfaldet er ingen", SOFT),
        "closed_without_date": ("Sluttet uden dato", SOFT),
        "half_judgment": ("Af dommens dato og resultat er kun det ene oplyst", SOFT),
        "unknown_provision": ("Bestemmelsen er ikke blandt lovens", SOFT),
        "many_withdrawn": ("En hel levering trækker mange af registrets sager tilbage", HARD),
    }
)
# Without these a row is no registration, or one nobody may have: how hard they may be.
FIXED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "cpr": (HARD,),
        "origin": (HARD,),
        "no_case_id": (HARD, LEAVE_OUT),
        "no_registered_at": (HARD, LEAVE_OUT),
        "many_withdrawn": (HARD, SOFT),  # of the delivery: no row is to be left out
        "registered_in_future": (HARD, SOFT),  # what is kept of a file may not hang on the day it is read
    }
)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that a row may break; unknown values break none unless the rule is about them.

    `broken` is an Ibis expression on the table of registrations. Where a rule hangs on codes, and on whether there is a
    date or a set has any, `broken_by` is asked of each combination of these instead, which takes less time; rows that
    break it are then found by `broken`, or by their codes where there is no such expression. The problem stands at the
    first of `columns` that the file has. A rule is tried where the mapping gives all of `needs`. `cuts` are the days at
    which it may begin to hang on a date otherwise: `broken_by` is then given how many of them a date is not before.
    """

    name: str
    code: str
    columns: tuple[str, ...]
    fault: str
    remedy: str
    broken: Callable[[ir.Table], Any] | None = None
    broken_by: Callable[..., bool] | None = None
    needs: tuple[str, ...] = ()
    cuts: tuple[date, ...] = ()
    if_none: str = ""  # only where some row has nothing in this column
    if_some: str = ""  # unless the mapping asks for the rule, only where some row has this column


def level_of(name: str, levels: Mapping[str, str]) -> str:
    """How hard a rule is: as the mapping says, or as it is."""
    return levels.get(name, RULES[name][1])


def rules(codes: Codes, clock: Callable[[Any], Any], today: date | None = None) -> tuple[Rule, ...]:
    """Every rule that is tried over whole rows. `clock` gives what a clock in Denmark shows at a moment, as
    `moments.danish_clock`; `today` is the day a registration cannot be after, None where nobody says.
    """
    return (
        *_needed(),
        *_dates(codes),
        *_future(clock),
        *(_registered_later(clock, today) if today else ()),
        *_codes(codes),
        *_durations(),
        *_who_and_what(codes),
        *_soft(codes),
    )


def _needed() -> Iterator[Rule]:
    yield Rule(
        "no_case_id",
        "REGISTER-101",
        ("case_id",),
        "Sagen har intet id.",
        "Skriv sagens nummer.",
        lambda row: row.case_id.isnull(),
        if_none="case_id",
    )
    yield Rule(
        "no_registered_at",
        "REGISTER-102",
        (REGISTERED_AT,),
        "Tidspunktet for registreringen mangler.",
        "Skriv det.",
        lambda row: row[REGISTERED_AT].isnull(),
        if_none=REGISTERED_AT,
    )


_KNOWN = "Ret den dato, der er forkert, eller gør den tom."


def _dates(codes: Codes) -> Iterator[Rule]:
    merits = sorted(codes.merits)
    before, decided = "Sagen er afgjort, før den er modtaget.", "Der er dom, før sagen er afgjort."
    yield _before("decision_before_receipt", "REGISTER-105", "decided_on", "received_on", before)
    yield _before("judgment_before_decision", "REGISTER-105", "court_judged_on", "decided_on", decided)
    yield Rule(
        "merits_without_date",
        "REGISTER-106",
        ("outcome", "decided_on"),
        "Sagen er afgjort i realiteten, men datoen mangler.",
        "Skriv datoen for afgørelsen.",
        lambda row: row.decided_on.isnull() & row.outcome.isin(merits),
        broken_by=lambda outcome, decided: not decided and outcome in codes.merits,
    )
    yield Rule(
        "decided_without_outcome",
        "REGISTER-107",
        ("decided_on", "outcome"),
        "Sagen er afgjort, men udfaldet mangler.",
        "Skriv udfaldet, eller gør datoen tom, hvis sagen er i gang.",
        lambda row: row.decided_on.notnull() & row.outcome.isnull(),
    )
    for late, early, fault in (
        ("authority_decided_on", "applied_on", "Myndigheden har afgjort, før der er ansøgt."),
        ("appealed_on", "authority_decided_on", "Der er klaget, før myndigheden har afgjort."),
        ("received_on", "appealed_on", "Klagen er modtaget, før der er klaget."),
        ("complete_on", "received_on", "Sagen er fuldt oplyst, før den er modtaget."),
        ("new_decision_on", "decided_on", "Myndighedens nye afgørelse er fra før hjemvisningen."),
        ("ombudsman_closed_on", "decided_on", "Ombudsmanden er færdig, før sagen er afgjort."),
    ):
        yield _before("dates_out_of_order", "REGISTER-128", late, early, fault)


def _before(name: str, code: str, late: str, early: str, fault: str) -> Rule:
    needs = (late, early)
    return Rule(name, code, needs, fault, _KNOWN, lambda row: row[late] < row[early], needs=needs)


def _future(clock: Callable[[Any], Any]) -> Iterator[Rule]:
    """A registration tells what was known when it was made. Counted as of its own day, such a case would be decided
    before it was.
    """

    def rule(column: str) -> Rule:
        return Rule(
            "future_date",
            "REGISTER-109",
            (column, REGISTERED_AT),
            "Datoen er efter den dag, registreringen er lavet.",
            "Ret den dato, der er forkert. Er udtrækket taget senere, så sig hvornår: --registered-at 2025-04-11 "
            "eller registered_at i mappingen.",
            lambda row: _after(row[column].epoch_days().cast("int64") * DAY, row[REGISTERED_AT], clock),
            needs=(column,),
        )

    for column in ("received_on", "decided_on", "court_judged_on", *_OTHER_DATES):
        yield rule(column)


def _after(midnight: Any, moment: Any, clock: Callable[[Any], Any]) -> Any:
    """Whether a Danish clock comes to `midnight` after a moment. It is never behind UTC, which is sooner asked."""
    return (midnight > microseconds()(moment)) & (midnight > clock(moment))


def _registered_later(clock: Callable[[Any], Any], today: date) -> Iterator[Rule]:
    """Day and month may have been taken for each other: such a registration counts from the day it says."""
    midnight = (today.toordinal() + 1 - date(1970, 1, 1).toordinal()) * DAY
    yield Rule(
        "registered_in_future",
        "REGISTER-117",
        (REGISTERED_AT,),
        f"Registreringen er fra efter den dag, den bliver lagt ind ({danish_date(today)}).",
        "Se efter, om dag og måned er byttet om. Tal for tidligere dage har den ikke med.",
        lambda row: clock(row[REGISTERED_AT]) >= midnight,
    )


_OTHER_DATES = (
    "applied_on",
    "authority_decided_on",
    "appealed_on",
    "complete_on",
    "new_decision_on",
    "ombudsman_closed_on",
)


def _codes(codes: Codes) -> Iterator[Rule]:
    areas = codes.law_area_of
    yield Rule(
        "unknown_condition",
        "REGISTER-103",
        ("condition",),
        "Betingelsen er ikke blandt dem, lovens data kender.",
        "Skriv den som i lovens data, fx serviceloven/97/age, eller gør den tom.",
        broken_by=lambda condition: condition is not None and condition not in codes.conditions,
    )
    yield Rule(
        "subject_of_other_law",
        "REGISTER-108",
        ("case_subject", "law_area"),
        "Sagsemnet hører til et andet lovområde end det, der står.",
        "Ret det ene, eller lad lovområdet følge af emnet (law_area under ignore:).",
        broken_by=lambda subject, area: None not in (subject, area) and areas.get(subject, area) != area,
    )
    yield Rule(
        "condition_of_other_provision",
        "REGISTER-108",
        ("condition", "provision"),
        "Betingelsen hører til en anden bestemmelse end den, der står.",
        "Ret den ene.",
        broken_by=lambda condition, provision: _foreign(condition, provision, codes),
    )


def _durations() -> Iterator[Rule]:
    yield Rule(
        "negative_days",
        "REGISTER-130",
        ("processing_days",),
        "Behandlingstiden er negativ: den tælles som ukendt.",
        "Se efter, om datoerne er byttet om.",
        lambda row: row.processing_days < 0,
        needs=("processing_days",),
    )
    yield Rule(
        "days_disagree",
        "REGISTER-129",
        ("processing_days", "decided_on", "received_on"),
        "Behandlingstiden er en anden end dagene fra modtagelse til afgørelse.",
        "Se efter, hvad sagssystemet tæller; begge dele beholdes.",
        lambda row: (
            (row.processing_days >= 0)
            & (row.processing_days != row.decided_on.epoch_days() - row.received_on.epoch_days())
        ),
        needs=("processing_days", "decided_on", "received_on"),
    )


def _soft(codes: Codes) -> Iterator[Rule]:
    reversals, merits = sorted(codes.reversals), sorted(codes.merits)
    yield Rule(
        "reason_without_reversal",
        "REGISTER-123",
        ("reasons", "outcome"),
        "Her er en årsag til, at afgørelsen ikke holdt, men udfaldet siger ikke, at den blev ændret.",
        "Se efter, om udfaldet er rigtigt.",
        lambda row: (row.reasons != "") & row.outcome.notin(reversals),
        broken_by=lambda some, outcome: some and outcome is not None and outcome not in codes.reversals,
    )
    yield Rule(
        "closed_without_date",
        "REGISTER-124",
        ("outcome", "decided_on"),
        "Sagen er sluttet, men datoen mangler: den tælles ikke i nogen periode.",
        "Skriv den dag, sagen sluttede.",
        lambda row: row.decided_on.isnull() & row.outcome.notin(merits),
        broken_by=lambda outcome, decided: (
            not decided and outcome is not None and outcome not in codes.merits
        ),
    )
    yield Rule(
        "half_judgment",
        "REGISTER-125",
        ("court_result", "court_judged_on"),
        "Af dommens dato og resultat er kun det ene oplyst.",
        "Skriv det andet, hvis det vides.",
        lambda row: row.court_result.isnull() != row.court_judged_on.isnull(),
    )
    yield Rule(
        "unknown_provision",
        "REGISTER-126",
        ("provision",),
        "Bestemmelsen er ikke blandt dem, lovens data kender.",
        "Skriv den som i lovens data, fx serviceloven/85, hvis den er der.",
        broken_by=lambda provision: provision is not None and provision not in codes.provisions,
    )


def _who_and_what(codes: Codes) -> Iterator[Rule]:
    yield Rule(
        "no_authority",
        "REGISTER-127",
        ("authority",),
        "Myndigheden mangler: sagen tælles ikke hos nogen.",
        "Skriv den, hvis den vides.",
        lambda row: row.authority.isnull(),
        needs=("authority",),
        if_none="authority",
        if_some="authority",
    )
    cuts = _cuts(codes.in_force)
    yield Rule(
        "subject_out_of_force",
        "REGISTER-121",
        ("case_subject", "decided_on"),
        "Sagsemnet er ikke i brug på den dag, sagen er afgjort.",
        "Se efter, om emnet eller datoen er forkert.",
        lambda row: _out_of_force(row, codes.in_force),
        broken_by=lambda subject, past: (
            past is not None and subject in codes.in_force and not _holds(codes.in_force[subject], cuts, past)
        ),
        cuts=cuts,
    )


def _foreign(condition: str | None, provision: str | None, codes: Codes) -> bool:
    """Whether a condition we know is of another provision than the one given, or the one it shares conditions with."""
    if condition not in codes.conditions or provision is None:
        return False
    home = condition.rpartition("/")[0]
    return home not in (provision, codes.conditions_of.get(provision))


def _cuts(in_force: Mapping[str, tuple[date, date]]) -> tuple[date, ...]:
    """The days on which a subject begins to be there or no longer is."""
    begin = {first for first, _ in in_force.values()}
    after = {last + timedelta(days=1) for _, last in in_force.values() if last < date.max}
    return tuple(sorted((begin | after) - {date.min}))


def _holds(days: tuple[date, date], cuts: Sequence[date], past: int) -> bool:
    """Whether a subject is there on days that come after so many of the cuts."""
    first, last = days
    return not cuts or first <= (cuts[past - 1] if past else date.min) <= last


def _out_of_force(row: ir.Table, in_force: Mapping[str, tuple[date, date]]) -> Any:
    """Whether the subject of a row is decided on a day it is not there. Most subjects share their days."""
    import ibis

    subjects: dict[tuple[date, date], list[str]] = {}
    for subject, days in in_force.items():
        if days != (date.min, date.max):
            subjects.setdefault(days, []).append(subject)
    broken = ibis.literal(False)
    for (first, last), members in sorted(subjects.items()):
        outside = (row.decided_on < ibis.literal(first)) | (row.decided_on > ibis.literal(last))
        broken = broken | (outside & row.case_subject.isin(sorted(members)))
    return broken
