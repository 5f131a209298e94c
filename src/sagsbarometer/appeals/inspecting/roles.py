"""Which column of an unknown extract is likely to be what: by its header, its cells, and the other columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sagsbarometer.appeals.inspecting.cells import name_key, whole
from sagsbarometer.appeals.inspecting.columns import ColumnProfile
from sagsbarometer.appeals.inspecting.pairs import Between, DayCount
from sagsbarometer.appeals.inspecting.words import DATES, SEPARATORS, header_words, matched, outcome_of, says
from sagsbarometer.appeals.intake.cells import TARGETS, CodeLists
from sagsbarometer.kernel.ids import ascii_id

BY_NAME = ("case_subject", "law_area")  # the law's own words are recognised in the cells
_LEAST_KNOWN = 0.3  # of the rows with an outcome, for its words to name the column


@dataclass
class Roles:
    """Target to the column it is likely to be read from, why, and others that might be it. `lists` are the targets
    whose cells are the law's own names.
    """

    columns: dict[str, int] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)
    others: dict[str, list[int]] = field(default_factory=dict)
    by_name: set[str] = field(default_factory=set)

    def taken(self, column: int) -> bool:
        """Whether a column has a role."""
        return column in self.columns.values()

    def give(self, target: str, column: int, why: str) -> None:
        """The column is to be read as the target."""
        self.columns[target] = column
        self.why[target] = why


def roles_of(profiles: Sequence[ColumnProfile], between: Between, lists: CodeLists) -> Roles:
    """The best guess for every target that has one."""
    roles = Roles()
    _same(roles, profiles)
    dates = [index for index, profile in enumerate(profiles) if profile.kind in ("date", "moment")]
    numbers = [index for index, profile in enumerate(profiles) if profile.kind in ("whole", "codes", "id")]
    _days(roles, profiles, between, numbers)
    _dates(roles, profiles, between, dates)
    _case_id(roles, profiles)
    _law(roles, profiles, lists)
    _outcome(roles, profiles)
    for target, kinds in (
        ("authority", ("codes", "text", "id", "whole")),
        ("provision", ("codes", "text", "id")),
        ("office", ("codes",)),
        ("statutory_priority", ("yes_no",)),
    ):
        _by_header(roles, profiles, target, kinds)
    return roles


def _same(roles: Roles, profiles: Sequence[ColumnProfile]) -> None:
    """Columns that are called as one of the register."""
    for index, profile in enumerate(profiles):
        if profile.name in TARGETS:
            roles.give(profile.name, index, "kolonnen hedder det samme")


def day_count(roles: Roles, between: Between) -> DayCount | None:
    """The column of days held against receipt and decision, as they were guessed; None where there is none."""
    places = [roles.columns.get(target) for target in ("processing_days", "received_on", "decided_on")]
    number, first, second = places
    if number is None or first is None or second is None:
        return None
    return between.counts.get((number, first, second))


def _days(roles: Roles, profiles: Sequence[ColumnProfile], between: Between, numbers: Sequence[int]) -> None:
    """A column of days names itself, and its two dates with it."""
    fits = [
        (count.agree + count.one_off, -number, number, first, second)
        for (number, first, second), count in between.counts.items()
        if number in numbers
        and count.known > 1
        and 2 * (count.agree + count.one_off) >= count.known
        # On a column of zeros every pair of equal dates agrees.
        and between.pairs[first, second].after > 0
        and len(profiles[number].counts) > 1
    ]
    if "processing_days" in roles.columns:
        return
    if fits:
        agree, _, number, first, second = max(fits)
        known = between.counts[number, first, second].known
        span = f"dagene fra »{profiles[first].name}« til »{profiles[second].name}«"
        said = f"tallet er {span} i {whole(agree)} af {whole(known)} rækker"
        roles.give("processing_days", number, said)
        if not says("applied_on", profiles[first].name) and not {"received_on", "decided_on"} & set(
            roles.columns
        ):
            roles.give("received_on", first, "dagene tælles herfra")
            roles.give("decided_on", second, "dagene tælles hertil")
        return
    named = [
        index
        for index in numbers
        if not roles.taken(index)
        and profiles[index].kind == "whole"
        and says("processing_days", profiles[index].name)
    ]
    if named:
        roles.give("processing_days", named[0], "overskriften; dagene passer ikke med to datoer i filen")


def _dates(roles: Roles, profiles: Sequence[ColumnProfile], between: Between, dates: Sequence[int]) -> None:
    for target in DATES:
        if target in roles.columns:
            continue
        named = [
            index for index in dates if not roles.taken(index) and target == _date_named(profiles[index].name)
        ]
        if named:
            roles.give(target, named[0], "overskriften")
            roles.others[target] = named[1:]
    free = [index for index in dates if not roles.taken(index)]
    decided, received = roles.columns.get("decided_on"), roles.columns.get("received_on")
    if received is None and decided is None:
        best = max(
            (pair for pair in between.pairs if pair[0] in free and pair[1] in free),
            key=lambda pair: (between.pairs[pair].after - between.pairs[pair].before, -pair[0]),
            default=None,
        )
        if best and between.pairs[best].after > between.pairs[best].before:
            roles.give("received_on", best[0], f"næsten altid før »{profiles[best[1]].name}«")
            roles.give("decided_on", best[1], f"næsten altid efter »{profiles[best[0]].name}«")
        elif len(free) == 1:
            roles.give("received_on", free[0], "den eneste dato i filen")
    elif received is None and decided is not None:
        if (found := _beside(between, free, decided, earlier=True)) is not None:
            roles.give("received_on", found, f"næsten altid før »{profiles[decided].name}«")
    elif decided is None and received is not None and (found := _beside(between, free, received)) is not None:
        roles.give("decided_on", found, f"næsten altid efter »{profiles[received].name}«")


def _date_named(name: str) -> str:
    """The date a header names with most of its letters: a decision's date that was updated is one of a decision."""
    best = max(DATES, key=lambda target: matched(target, name))
    return best if matched(best, name) else ""


def _beside(between: Between, free: Sequence[int], known: int, earlier: bool = False) -> int | None:
    """The free date column that is nearly always earlier (or later) than the known one."""
    fits = []
    for index in free:
        pair = between.pairs.get((index, known) if earlier else (known, index))
        if pair and pair.after > 9 * pair.before:
            fits.append((pair.both, -index))
    return -max(fits)[1] if fits else None


def _case_id(roles: Roles, profiles: Sequence[ColumnProfile]) -> None:
    def score(index: int) -> tuple[float, int]:
        profile = profiles[index]
        distinct = profile.distinct
        unique = 1.0 if distinct is None else distinct / max(1, profile.rows)
        # A number of the case is named so; `id` alone may be that of the row.
        named = says("case_id", profile.name) + (
            len(header_words(profile.name)) > 4 and says("case_id", profile.name)
        )
        # With dates of updates a case has several rows, and what is different in all is the number of a row.
        alone = unique >= 0.999 and "registered_at" not in roles.columns
        return alone * 1.0 + named + 0.5 * unique, -index

    fits = [
        index
        for index, profile in enumerate(profiles)
        if not roles.taken(index)
        and profile.filled
        and profile.kind in ("id", "whole", "codes", "text", "yes_no")
        and profile.filled >= 0.9 * profile.rows
        and (says("case_id", profile.name) or not profile.repeated)
        and profile.longest <= 100
    ]
    if fits and "case_id" not in roles.columns:
        best = max(fits, key=score)
        why = "overskriften" if says("case_id", profiles[best].name) else "forskellig i alle rækker"
        roles.give("case_id", best, why)
        roles.others["case_id"] = [index for index in fits if index != best and not profiles[index].repeated][
            :4
        ]


def _law(roles: Roles, profiles: Sequence[ColumnProfile], lists: CodeLists) -> None:
    for target in BY_NAME:
        known = lists.get(target)
        if known is None or target in roles.columns:
            continue
        fits = []
        for index, profile in enumerate(profiles):
            if roles.taken(index) or profile.kind != "codes":
                continue
            hits = sum(
                count
                for text, count in profile.counts.items()
                if text in known.codes or ascii_id(text) in known.codes or ascii_id(text) in known.names
            )
            if 2 * hits >= profile.filled:
                fits.append((hits, -index))
        if fits:
            hits, place = max(fits)
            roles.give(target, -place, f"lovens navne i {whole(hits)} rækker")
            roles.by_name.add(target)


def _outcome(roles: Roles, profiles: Sequence[ColumnProfile]) -> None:
    if "outcome" in roles.columns:
        return
    fits = []
    for index, profile in enumerate(profiles):
        if roles.taken(index) or profile.kind not in ("codes", "yes_no") or not profile.filled:
            continue
        known = known_outcomes(profile.counts)
        share = sum(profile.counts[text] for text in known) / profile.filled
        named = says("outcome", profile.name)
        if share >= _LEAST_KNOWN or (named and profile.kind == "codes" and len(profile.counts) <= 60):
            fits.append((2 * share + named, -index))
    if fits:
        best = max(fits)
        why = "ordene i kolonnen" if best[0] >= 1.0 + _LEAST_KNOWN else "overskriften"
        roles.give("outcome", -best[1], why)
        roles.others["outcome"] = [-place for score, place in sorted(fits, reverse=True)[1:]]


def known_outcomes(counts: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    """The texts whose outcome is known, with their codes: several for a cell that names several."""
    found: dict[str, tuple[str, ...]] = {}
    # Where some complaints are »not upheld«, it is the complaint that is upheld, and not the decision.
    complaints = any(name_key(text) in ("notupheld", "complaintnotupheld") for text in counts)
    for text in counts:
        if complaints and name_key(text) in ("upheld", "complaintupheld"):
            found[text] = ("reversed",)
        elif code := outcome_of(text):
            found[text] = (code,)
        elif (sign := separator_of(text)) and all(
            codes := tuple(outcome_of(part) for part in text.split(sign))
        ):
            found[text] = codes
    return found


def separator_of(text: str) -> str:
    """What stands between several known outcomes; "" where there are none."""
    return next(
        (sign for sign in SEPARATORS if sign in text and all(outcome_of(part) for part in text.split(sign))),
        "",
    )


def _by_header(roles: Roles, profiles: Sequence[ColumnProfile], target: str, kinds: Sequence[str]) -> None:
    fits = [
        index
        for index, profile in enumerate(profiles)
        if not roles.taken(index)
        and profile.kind in kinds
        and profile.longest <= 200
        and says(target, profile.name)
    ]
    if fits and target not in roles.columns:
        roles.give(target, fits[0], "overskriften")
        roles.others[target] = fits[1:]
