"""What is withheld of results, and whether those who read what is left can work it out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from sagsbarometer.disclosure.attack import Finding, attack
from sagsbarometer.disclosure.profile import Profile
from sagsbarometer.disclosure.protect import protect
from sagsbarometer.disclosure.system import Hidden, Shown, System
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.measures.cells import ResultSet
from sagsbarometer.runs.disclosure_own import Contributions
from sagsbarometer.runs.disclosure_system import Loaded, marked, near, system_for
from sagsbarometer.runs.disclosure_words import cannot_be_protected, unknown_to_us, worked_out

Tell = Callable[[str], None]
_TOLD_EVERY = 100  # numbers protected, between two lines of progress
_ROUNDS = 6  # times that what a coalition could learn is withheld as well


class Refused(Faults):
    """What policy does not allow, whatever else is right."""


def find_hidden(
    of: Loaded, profile: Profile, earlier: Sequence[Shown], own: Contributions, tell: Tell
) -> tuple[Hidden, System, int]:
    """What is withheld, the system it was found in, and how many numbers because of those with cases in them. Raises
    Refused."""
    gone: frozenset[str] = frozenset()
    by_members: set[str] = set()
    rounds = _ROUNDS
    while True:
        system = system_for(of, marked(of.results, gone))
        hidden = _searched(system, profile, earlier, of, tell)
        if hidden.failed:
            raise Refused(cannot_be_protected(of, system, earlier, hidden.failed))
        tell(f"Angriber de {len(hidden.refs)} skjulte tal")
        found = findings_of(of, system, hidden, profile, earlier, own)
        if not found:
            return hidden, system, len(by_members & hidden.refs)
        beyond = any(not item.by for item in found)
        more = {ref for item in found if item.by for ref in item.refs} - hidden.refs
        more = more or {ref for item in found if item.by for ref in near(system, item.quantity, hidden.refs)}
        rounds -= 1
        if not rounds or not more or beyond:
            raise Refused(worked_out(of, system, earlier, found))
        by_members |= more
        gone |= hidden.refs | more
        tell(f"Skjuler også {len(more)} tal, som nogen med egne sager i dem ellers kunne regne videre på")


def _searched(
    system: System, profile: Profile, earlier: Sequence[Shown], of: Loaded, tell: Tell = lambda line: None
) -> Hidden:
    """What is withheld. Raises Faults BESKYT-210 where the numbers do not fit together."""

    def come_to(done: int, wanted: int) -> None:
        if done and done % _TOLD_EVERY == 0:
            tell(f"Beskyttet {done} af {wanted} små tal")

    try:
        return protect(system, profile, earlier, come_to)
    except ValueError as error:
        if titles := [old.title for old in earlier if any(unit.hidden for unit in old.system.units)]:
            raise Refused(unknown_to_us(of, titles)) from error
        raise _unfit(of) from error


def findings_of(
    of: Loaded,
    system: System,
    hidden: Hidden,
    profile: Profile,
    earlier: Sequence[Shown],
    own: Contributions,
) -> tuple[Finding, ...]:
    """What can be worked out. Raises Faults BESKYT-210 where the numbers do not fit together."""
    try:
        return attack(system, hidden, profile, earlier, own)
    except ValueError as error:
        raise _unfit(of) from error


def _unfit(of: Loaded) -> Faults:
    fault = "Tallene passer ikke sammen, så det kan ikke prøves, om de skjulte kan regnes ud."
    remedy = "Lav resultaterne igen. Meld det som en fejl, hvis det fortsætter."
    return Faults([Problem("BESKYT-210", Place(str(of.folder)), fault, remedy)])


def refuse_seen_through(of: Loaded, results: ResultSet, profile: Profile, earlier: Sequence[Shown]) -> None:
    """Raises Refused where somebody who has only what is shown can work something out: what is written must stand the
    same attack as a release does."""
    seen = Loaded(of.folder, replace(of.edition, results=results), profile)
    hidden = Hidden(frozenset(cell.ref for cell in results if cell.hidden))
    system = system_for(seen)
    found = (
        *findings_of(of, system, hidden, profile, earlier, {}),
        *given_away(of, system, profile, earlier),
    )
    if found:
        raise Refused(worked_out(of, system, earlier, found))


def given_away(of: Loaded, shown: System, profile: Profile, earlier: Sequence[Shown]) -> tuple[Finding, ...]:
    """What earlier releases withhold, and what is shown now would tell: they are attacked with it, one by one. What
    they told without it is no news."""
    now = Shown(of.edition.title, shown)
    found: list[Finding] = []
    for number, old in enumerate(earlier):
        hidden = Hidden(frozenset(unit.ref for unit in old.system.units if unit.hidden))
        if not hidden.refs:
            continue
        others = [*earlier[:number], *earlier[number + 1 :]]
        more = findings_of(of, old.system, hidden, profile, [*others, now], {})
        if more:
            before = findings_of(of, old.system, hidden, profile, others, {})
            known = {(item.kind, item.quantity) for item in before}
            found += [item for item in more if (item.kind, item.quantity) not in known]
    return tuple(found)
