"""A report's table held against itself: totals and their parts, percentages and their counts, parts of a hundred.

Nothing says what a table is made of, so each rule is read from the table's own numbers. How likely it is that they keep
it by chance is what decides how sure a break of it is: `evidence` is the number of digits that agree (a rule that gives
1.474 and 982 to the last digit agrees in some six), less the digits that trying many rules gives for nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import log10

from sagsbarometer.checking.paper_feasible import check_feasible
from sagsbarometer.checking.paper_finding import Found, Looked, Sure, amount, place, printed
from sagsbarometer.checking.paper_grid import DERIVED, TOTAL, Figure, Laid, Line
from sagsbarometer.checking.paper_numbers import PERCENT

_ASK, _CERTAIN = 3.0, 6.0  # digits
_NAMED = 2.0  # what a head that says »i alt« is worth
_MOST_LINES = 14
_MOST_AT = 2_000
# What everything else is a part of; it does not add up.
_BASE = re.compile(r"base\b|.*\bgrundlag|kendte?\b|ukendte?\b|known|unknown|heraf\b", re.IGNORECASE)
# What a table says of itself where its parts need not add up.
_LOOSE = re.compile(
    r"afrund|summer(?:er)? (?:derfor )?ikke|giver (?:derfor )?ikke|overlap|samme sag|"
    r"flere (?:typer|retlige|mangler|gange|emner|ord|årsager)|hyp+igst|"
    r"most (?:used|frequent)|ikke 100|rounded|do not (?:sum|add)|not add up|diskretion|skjult",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Way:
    """A table read down its columns, or along its rows."""

    table: Laid
    lines: tuple[Line, ...]
    others: tuple[str, ...]
    groups: tuple[str, ...]
    loose: bool

    def ordinary(self, at: int) -> bool:
        """Whether a row of this way holds figures of its own, and not of others."""
        return _additive(self.others[at])


def _additive(name: str) -> bool:
    """Whether a row or column so called is a part or a total, and no average, change or base."""
    return not DERIVED.search(name) and not _BASE.match(name.rpartition(" / ")[2])


def check_table(table: Laid, looked: Looked) -> None:
    """Every rule, both ways; what is found and what was compared is added to `looked`."""
    if len(table.figures) > _MOST_AT or len(table.columns) > _MOST_AT:
        looked.left_out.append((table.name, "Tabellen er større, end trykte tabeller er."))
        return
    words = " ".join((table.caption, *table.notes, *table.columns, *table.rows[:40]))
    loose = bool(_LOOSE.search(words))
    before = len(looked.found)
    for across in (False, True):
        lines, others, groups = table.lines(across)
        way = _Way(table, lines, others, groups, loose)
        counts = [line for line in lines if line.counts][: _MOST_LINES * 3]
        adding = [line for line in counts if _additive(line.name)]
        percents = [line for line in lines if line.unit == PERCENT][: _MOST_LINES * 3]
        _sums(way, adding, looked)
        adds = _adds(way, adding[:_MOST_LINES], looked)
        told = _shares(way, counts[:_MOST_LINES], percents, adds, looked)
        whole = _hundred(way, percents, looked)
        alone = [line for line in percents if line not in told][:_MOST_LINES]
        check_feasible(table, counts[:_MOST_LINES], alone, way.others, way.ordinary, whole, looked)
    _both_ways(looked, before)


def _both_ways(looked: Looked, before: int) -> None:
    """One finding for each set of figures, the surest of those that two readings of the table give; and certain
    where another set breaks at one of them too: that figure is wrong, whichever of the rules was guessed."""
    once: dict[frozenset[tuple[int, int, int]], Found] = {}
    for item in looked.found[before:]:
        cells = frozenset(item.cells)
        kept = once.get(cells)
        if kept is None or (item.sure is Sure.FAULT and kept.sure is not Sure.FAULT):
            once[cells] = item
    times = Counter(cell for cells, item in once.items() if item.firm for cell in cells)
    looked.found[before:] = [
        replace(item, sure=Sure.FAULT)
        if item.sure is Sure.QUESTION and item.firm and any(times[cell] > 1 for cell in cells)
        else item
        for cells, item in once.items()
    ]


def _weight(value: Fraction) -> float:
    return log10(max(float(value), 1.0))


# --- down a line: the total and its parts -------------------------------------------------------------------------


def _sums(way: _Way, lines: Sequence[Line], looked: Looked) -> None:
    totals = [at for at, name in enumerate(way.others) if TOTAL.fullmatch(name) and way.ordinary(at)]
    for total in totals:
        best: tuple[float, list[int], list[tuple[Line, bool]]] | None = None
        for parts in _partitions(way, total, totals):
            looked.on_time()
            held = [(line, ok) for line in lines if (ok := _adds_up(line, total, parts)) is not None]
            proof = sum(_weight(whole.number.exact) for line, ok in held if ok and (whole := line.at[total]))
            if held and (best is None or proof > best[0]):
                best = proof, parts, held
        if best is not None and (best[0] or len(totals) < 3):
            _tell_sums(way, total, best, looked)
        elif best is not None:
            name = f"{way.table.name}, {way.others[total]}"
            looked.left_out.append((name, "Det er ikke klart, hvad der skal give i alt."))


def _partitions(way: _Way, total: int, totals: Sequence[int]) -> Iterator[list[int]]:
    """The rows that a total may be made of: all others, those up to it, those after it, those of its group, or the
    other totals."""
    own = [at for at in range(len(way.others)) if at not in totals and way.ordinary(at)]
    if composite := _same(way, total, own):
        yield composite
        return
    above = max((at for at in totals if at < total), default=-1)
    below = min((at for at in totals if at > total), default=len(way.others))
    tried = [
        own,
        [at for at in own if above < at < total],
        [at for at in own if total < at < below],
        [at for at in own if way.groups[at] == way.groups[total]],
        [at for at in totals if at != total],
    ]
    seen = set()
    for parts in tried:
        if len(parts) >= 2 and tuple(parts) not in seen:
            seen.add(tuple(parts))
            yield parts


def _same(way: _Way, total: int, own: Sequence[int]) -> list[int]:
    """The parts of »2022, i alt« and of »Alle lovområder, 2022«: those that share its other half."""
    head, _, tail = way.others[total].rpartition(", ")
    if not head:
        return []
    if TOTAL.fullmatch(tail):
        return [at for at in own if way.others[at].startswith(f"{head}, ")]
    if TOTAL.fullmatch(head):
        return [at for at in own if way.others[at].endswith(f", {tail}")]
    return []


def _adds_up(line: Line, total: int, parts: Sequence[int]) -> bool | None:
    """Whether the parts give the total; None where one of them is withheld, or there is nothing to add."""
    whole = line.at[total]
    if whole is None or not whole.number.exact or line.hidden & {total, *parts}:
        return None
    found = [line.at[at] for at in parts if line.at[at] is not None]
    if len(found) < 2:
        return None
    return sum(item.number.exact for item in found if item) == whole.number.exact


def _tell_sums(
    way: _Way, total: int, best: tuple[float, list[int], list[tuple[Line, bool]]], looked: Looked
) -> None:
    proof, parts, held = best
    broken = [line for line, ok in held if not ok]
    # Columns of different things (»Antal sager«, »Antal sager med ordet«) need not all add up because some do.
    alike = len({_kind(line.name) for line, _ in held}) == 1
    if len(held) > 1 and len(broken) > len(held) / 2:
        name = f"{way.table.name}, {way.others[total]}"
        looked.left_out.append((name, "Rækken hedder i alt, men de fleste kolonner giver den ikke."))
        return
    for line, _ in held:
        looked.count("sum", [line.at[total], *(line.at[at] for at in parts)])
    for line in broken:
        whole = line.at[total]
        added = sum((item.number.exact for at in parts if (item := line.at[at])), Fraction(0))
        assert whole is not None
        marked = any(item.number.marked for at in (total, *parts) if (item := line.at[at]) is not None)
        firm = alike and not way.loose and not marked
        sure = firm and proof + _NAMED >= _CERTAIN
        told = f"Trykt er {printed(whole.number)}; de {len(parts)} dele giver {amount(added)}."
        if not sure:
            told += " Delene kan overlappe, eller en kan mangle." if way.loose or not proof else ""
        cells = tuple(item.key for at in (total, *parts) if (item := line.at[at]) is not None)
        level = Sure.FAULT if sure else Sure.NOTE if way.loose and not proof else Sure.QUESTION
        looked.found.append(Found(level, "sum", place(way.table, whole), told, "", cells, firm))


def _kind(name: str) -> str:
    """What a line counts, whichever year it is of."""
    return re.sub(r"(?:19|20)\d\d", "", name.rpartition(" / ")[2]).strip(" -–*").lower()


# --- across the lines: a total and its parts, row by row ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Tried:
    """How a rule came out: the rows that keep it, those that do not, and how many digits speak for it."""

    kept: tuple[int, ...]
    broken: tuple[int, ...]
    evidence: float

    @property
    def rule(self) -> bool:
        """Whether it is one: kept by nearly all, and hardly by chance."""
        return self.evidence >= _ASK and len(self.broken) <= max(1, len(self.kept) // 4)

    @property
    def clear(self) -> bool:
        """Whether what does not keep it is wrong: four rows keep it for each that does not, and not by chance."""
        return self.evidence >= _CERTAIN and len(self.kept) >= 4 * len(self.broken)


def _adds(way: _Way, counts: Sequence[Line], looked: Looked) -> list[list[Line]]:
    """The parts of each total among the lines, as far as the table's rows keep it."""
    found: list[list[Line]] = []
    for total in counts:
        others = [line for line in counts if line is not total]
        runs = [others[a:b] for a in range(len(others)) for b in range(len(others), a + 1, -1)]
        best: tuple[_Tried, list[Line]] | None = None
        for run in runs:
            looked.on_time()
            tried = _try_adds(way, total, run, len(runs))
            if tried.rule and (best is None or tried.evidence > best[0].evidence):
                best = tried, run
        if best is None:
            continue
        found.append(best[1])
        _tell_adds(way, total, best[1], best[0], looked)
    return found


def _try_adds(way: _Way, total: Line, run: Sequence[Line], tries: int) -> _Tried:
    kept: list[int] = []
    broken: list[int] = []
    evidence = -log10(max(tries, 1)) + (_NAMED if TOTAL.fullmatch(total.name) else 0)
    unclear: list[int] = []
    dashed = 0
    for at, whole in enumerate(total.at):
        parts = [line.at[at] for line in run]
        dash = None in parts and all(line.at[at] or at in line.dashes for line in run)
        if whole is None or not whole.number.exact or (None in parts and not dash) or not way.ordinary(at):
            continue
        if sum(part.number.exact for part in parts if part) != whole.number.exact:
            (unclear if dash else broken).append(at)
            continue
        kept.append(at)
        dashed += dash
        # One part that is all of it proves nothing.
        if sum(bool(part and part.number.exact) for part in parts) > 1:
            evidence += _weight(whole.number.exact)
    # A line is none where it is so in another row; else it may be what is not known.
    return _Tried(tuple(kept), tuple(sorted(broken + (unclear if dashed else []))), evidence)


def _tell_adds(way: _Way, total: Line, run: Sequence[Line], tried: _Tried, looked: Looked) -> None:
    for at in (*tried.kept, *tried.broken):
        looked.count("parts", [total.at[at], *(line.at[at] for line in run)])
    for at in tried.broken:
        whole = total.at[at]
        assert whole is not None
        parts = [item for line in run if (item := line.at[at]) is not None]
        added = sum((part.number.exact for part in parts), Fraction(0))
        unclear = len(parts) < len(run) or any(item.number.marked for item in (whole, *parts))
        firm = not way.loose and not unclear
        sure = firm and bool(TOTAL.fullmatch(total.name)) and tried.clear
        told = (
            f"Trykt er {printed(whole.number)}; de {len(parts)} dele giver {amount(added)}. "
            f"Det passer i {_of(len(tried.kept), len(tried.kept) + len(tried.broken))}."
        )
        cells = (whole.key, *(part.key for part in parts))
        looked.found.append(
            Found(
                Sure.FAULT if sure else Sure.QUESTION, "parts", place(way.table, whole), told, "", cells, firm
            )
        )


def _of(some: int, all_: int) -> str:
    return f"{some} af {all_} rækker"


# --- percentages ------------------------------------------------------------------------------------------------------


def _shares(
    way: _Way,
    counts: Sequence[Line],
    percents: Sequence[Line],
    adds: Sequence[Sequence[Line]],
    looked: Looked,
) -> list[Line]:
    """The columns of percentages whose counts are printed."""
    told: list[Line] = []
    runs: list[list[Line]] = [[line] for line in counts]
    for parts in adds:
        runs += [list(parts[a:b]) for a in range(len(parts)) for b in range(a + 2, len(parts) + 1)]
    pairs: list[tuple[list[Line], Line | None, int]] = [
        (run, base, -1) for run in runs for base in counts if [base] != run
    ]
    totals = [at for at, name in enumerate(way.others) if TOTAL.fullmatch(name)]
    pairs += [([line], None, at) for line in counts for at in totals[:2]]
    for percent in percents:
        best: tuple[_Tried, tuple[list[Line], Line | None, int]] | None = None
        for pair in pairs[:2_000]:
            looked.on_time()
            tried = _try_share(way, percent, pair, len(pairs))
            if tried.rule and (best is None or tried.evidence > best[0].evidence):
                best = tried, pair
        if best is not None:
            _tell_share(way, percent, *best, looked)
            told.append(percent)
    return told


def _part_and_base(
    pair: tuple[list[Line], Line | None, int], at: int
) -> tuple[Fraction, Fraction, list[Figure]] | None:
    run, base, total = pair
    parts = [line.at[at] for line in run]
    whole = base.at[at] if base is not None else run[0].at[total]
    if whole is None or None in parts or not whole.number.exact:
        return None
    figures = [part for part in parts if part is not None]
    return sum((part.number.exact for part in figures), Fraction(0)), whole.number.exact, [*figures, whole]


def _try_share(way: _Way, percent: Line, pair: tuple[list[Line], Line | None, int], tries: int) -> _Tried:
    kept, broken = [], []
    evidence = -log10(max(tries, 1))
    seen: set[Fraction] = set()
    for at, item in enumerate(percent.at):
        made = _part_and_base(pair, at) if item is not None else None
        if item is None or made is None or not way.ordinary(at):
            continue
        exact = 100 * made[0] / made[1]
        if abs(exact - item.number.exact) <= item.number.half:
            kept.append(at)
            # 0 and 100 come of much else, and the same percentage again proves less.
            if item.number.exact not in (0, 100):
                evidence += (0.6 if item.number.exact in seen else 1.6) + item.number.decimals
                seen.add(item.number.exact)
        else:
            broken.append(at)
    return _Tried(tuple(kept), tuple(broken), evidence)


def _tell_share(
    way: _Way, percent: Line, tried: _Tried, pair: tuple[list[Line], Line | None, int], looked: Looked
) -> None:
    for at in (*tried.kept, *tried.broken):
        made = _part_and_base(pair, at)
        looked.count("share", [percent.at[at], *(made[2] if made else ())])
    for at in tried.broken:
        item, made = percent.at[at], _part_and_base(pair, at)
        assert item is not None
        assert made is not None
        part, base, figures = made
        exact = 100 * part / base
        off = abs(exact - item.number.exact)
        marked = any(figure.number.marked for figure in (item, *figures))
        firm = off >= 2 * item.number.half and not marked and not way.loose
        sure = firm and tried.clear
        told = f"Trykt er {printed(item.number, PERCENT)}; {amount(part)} af {amount(base)} er {amount(exact)} %."
        if off < 2 * item.number.half:
            told += " Det kan være summen af afrundede dele."
        looked.found.append(
            Found(
                Sure.FAULT if sure else Sure.QUESTION,
                "share",
                place(way.table, item),
                told,
                "",
                tuple(figure.key for figure in (item, *figures)),
                firm,
            )
        )


def _hundred(way: _Way, percents: Sequence[Line], looked: Looked) -> list[Line]:
    """Percentages side by side that nearly always give 100 with what rounding takes."""
    lines = list(percents)[:_MOST_LINES]
    runs = [lines[a:b] for a in range(len(lines)) for b in range(len(lines), a + 1, -1)]
    best: tuple[_Tried, list[Line]] | None = None
    for run in runs:
        looked.on_time()
        tried = _try_hundred(way, run, len(runs))
        if tried.rule and (best is None or tried.evidence > best[0].evidence):
            best = tried, run
    if best is None:
        return []
    tried, run = best
    for at in (*tried.kept, *tried.broken):
        looked.count("hundred", [line.at[at] for line in run])
    for at in tried.broken:
        parts = [item for line in run if (item := line.at[at]) is not None]
        added = sum((part.number.exact for part in parts), Fraction(0))
        told = f"{len(parts)} procenttal giver {amount(added)}. De andre rækker giver 100 efter afrunding."
        cells = tuple(part.key for part in parts)
        looked.found.append(
            Found(Sure.QUESTION, "hundred", place(way.table, parts[0]), told, "", cells, not way.loose)
        )
    return run


def _try_hundred(way: _Way, run: Sequence[Line], tries: int) -> _Tried:
    kept, broken = [], []
    evidence = -log10(max(tries, 1))
    for at in range(len(way.others)):
        parts = [item for line in run if (item := line.at[at]) is not None]
        if len(parts) != len(run) or not any(part.number.exact for part in parts):
            continue
        slack = sum((part.number.half for part in parts), Fraction(0))
        added = sum((part.number.exact for part in parts), Fraction(0))
        if abs(added - 100) <= slack:
            kept.append(at)
            if sum(bool(part.number.exact) for part in parts) > 1:
                evidence += log10(100 / float(2 * slack + 1))
        else:
            broken.append(at)
    return _Tried(tuple(kept), tuple(broken), evidence)
