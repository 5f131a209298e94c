"""What somebody should see before an unknown extract is used: each finding with how many rows it is about."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sagsbarometer.appeals.inspecting.cells import ODD, cells, rows, shape, whole
from sagsbarometer.appeals.inspecting.columns import ColumnProfile
from sagsbarometer.appeals.inspecting.header_row import sum_word
from sagsbarometer.appeals.inspecting.inspection import Inspection, near, variants
from sagsbarometer.appeals.inspecting.roles import Roles, day_count
from sagsbarometer.appeals.inspecting.words import says
from sagsbarometer.kernel.ids import may_hold_cpr, shown

MOST_LISTED = 40  # of the texts of a code list
_MOST_NAMES = 6  # groups of names in one finding
_UNSAFE = ("id", "text")  # kinds whose cells are never shown
_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to see: `kind` names it for programs, `column` is the file's ("" for the file), `text` is Danish."""

    kind: str
    column: str
    rows: int
    text: str


def share(part: int, of: int) -> str:
    """A share as people read it: `12 %`, `under 1 %`."""
    if not part or not of:
        return "0 %"
    return "under 1 %" if 100 * part < of else f"{min(100 * part // of, 99 if part < of else 100)} %"


def examples(profile: ColumnProfile) -> list[str]:
    """A few cells as they may be shown: none of a column with something like a CPR number, and of ids and free text
    no more than the shape.
    """
    if profile.personal or not profile.filled:
        return []
    often = [text for text, _ in profile.counts.most_common(_EXAMPLES)]
    if profile.kind in _UNSAFE:
        return list(dict.fromkeys(shape(text) for text in often[:1]))
    return [text if len(text) <= 40 else f"{text[:40]}…" for text in often if not may_hold_cpr(text)]


def code_counts(profile: ColumnProfile) -> list[tuple[str, int]]:
    """The most frequent texts of a code list with their counts; what looks like a CPR number is not among them."""
    if profile.kind not in ("codes", "yes_no") or profile.personal:
        return []
    ordered = sorted(profile.counts.items(), key=lambda item: (-item[1], item[0]))
    return [(text, count) for text, count in ordered[:MOST_LISTED] if not may_hold_cpr(text)]


def findings(inspection: Inspection, roles: Roles) -> list[Finding]:
    """Everything to see, what concerns most first within each kind of finding."""
    found = [*_ids(inspection, roles), *_sum(inspection, roles), *_between(inspection, roles)]
    for profile in inspection.profiles:
        found += [
            *_orders(profile),
            *_odd(profile),
            *_numbers(profile),
            *_zeros(profile),
            *_personal(profile),
        ]
    found += _gaps(inspection, roles)
    for profile in inspection.profiles:
        found += _names(profile)
    return found


def _ids(inspection: Inspection, roles: Roles) -> Iterator[Finding]:
    if (place := roles.columns.get("case_id")) is None:
        yield Finding(
            "no_id", "", inspection.rows, "Ingen kolonne ligner sagens nummer. Uden det kan intet importeres."
        )
        return
    profile = inspection.profiles[place]
    if profile.repeated is None:
        text = f"»{profile.name}« har så mange forskellige værdier, at det ikke er undersøgt, om nogen er der to gange."
        yield Finding("ids_not_counted", profile.name, 0, text)
    elif profile.repeated:
        text = (
            f"{rows(profile.repeated)} har et »{profile.name}«, som en tidligere række også har. Er det samme sag "
            "på flere tidspunkter, er det i orden; er det forskellige sager, er det ikke deres id."
        )
        yield Finding("duplicate_ids", profile.name, profile.repeated, text)
    if profile.empty:
        yield Finding(
            "empty_ids", profile.name, profile.empty, f"{rows(profile.empty)} er uden »{profile.name}«."
        )


def _sum(inspection: Inspection, roles: Roles) -> Iterator[Finding]:
    if word := sum_word(inspection.last, roles.columns.get("case_id"), inspection.rows):
        text = (
            f"Den sidste række ligner en sum ({shown(word)}) og ikke en sag. Slet den i filen, eller udelad den med "
            "leave_out: i mappingen."
        )
        yield Finding("sum_row", "", 1, text)


def _between(inspection: Inspection, roles: Roles) -> Iterator[Finding]:
    place = roles.columns.get("processing_days")
    if place is not None and (odd := inspection.profiles[place].negative + inspection.profiles[place].huge):
        name = inspection.profiles[place].name
        yield Finding("odd_days", name, odd, f"»{name}« er negativ eller over 20 år i {rows(odd)}.")
    received, decided = roles.columns.get("received_on"), roles.columns.get("decided_on")
    if received is None or decided is None:
        return
    first, second = inspection.profiles[received].name, inspection.profiles[decided].name
    if pair := inspection.between.pairs.get((received, decided)):
        if pair.before:
            text = f"I {whole(pair.before)} af {whole(pair.both)} rækker er »{second}« før »{first}«: negativ varighed."
            if pair.mended:
                text += f" I {whole(pair.mended)} af dem ikke, hvis dag og måned er byttet om i den ene dato."
            yield Finding("negative_durations", first, pair.before, text)
        if pair.far:
            text = f"I {rows(pair.far)} er der mere end 20 år mellem »{first}« og »{second}«."
            yield Finding("long_durations", first, pair.far, text)
    count = day_count(roles, inspection.between)
    if count is None:
        return
    days = inspection.profiles[roles.columns["processing_days"]].name
    if count.swapped:
        since = f" De er fra {_month(count.since)} og frem." if count.since else ""
        where = " og ".join(
            f"{whole(times)} i {what}"
            for times, what in (
                (count.first, f"»{first}«"),
                (count.second, f"»{second}«"),
                (count.both, "begge"),
            )
            if times
        )
        text = (
            f"Dag og måned er byttet om i mindst {whole(count.swapped)} datoer ({where}): byttes de, passer dagene med "
            f"»{days}«.{since} Blandet rækkefølge af dag og måned: ingen rækkefølge i mappingen retter dem alle. "
            f"»{days}« er sikrere end datoerne."
        )
        yield Finding("mixed_day_month", first, count.swapped, text)
    if count.one_off or count.other:
        text = (
            f"»{days}« er dagene mellem de to datoer i {whole(count.agree)} af {whole(count.known)} rækker, én dag fra "
            f"i {whole(count.one_off)}, ombyttet i {whole(count.swapped)} og noget andet i {whole(count.other)}."
        )
        yield Finding("days_disagree", days, count.one_off + count.other, text)


def _month(month: tuple[int, int] | None) -> str:
    return f"{month[0]}-{month[1]:02}" if month else ""


def _orders(profile: ColumnProfile) -> Iterator[Finding]:
    if profile.kind not in ("date", "moment"):
        return
    orders = profile.orders
    last = sum(count for (form, _, _), count in profile.forms.items() if form in ("year_last", "short_year"))
    if orders["day_first"] and orders["month_first"]:
        text = (
            f"»{profile.name}« blander rækkefølger: {whole(orders['day_first'])} kan kun være dag først, "
            f"{whole(orders['month_first'])} kun måned først, og {whole(orders['ambiguous'])} kan være begge."
        )
        yield Finding("mixed_orders", profile.name, min(orders["day_first"], orders["month_first"]), text)
    elif last and not orders["day_first"] and not orders["month_first"]:
        text = f"Om »{profile.name}« har dag eller måned først, kan ikke ses: ingen dato har en dag over 12."
        yield Finding("unknown_order", profile.name, last, text)
    if orders["year_first_day"]:
        text = f"»{profile.name}« har {whole(orders['year_first_day'])} datoer med dagen før måneden (2021-31-01)."
        yield Finding("mixed_orders", profile.name, orders["year_first_day"], text)
    forms = {form for (form, _, _) in profile.forms if form}
    if len(forms) > 1:
        fewer = profile.kinds["date"] - max(
            sum(count for (form, _, _), count in profile.forms.items() if form == one) for one in forms
        )
        yield Finding(
            "mixed_forms", profile.name, fewer, f"»{profile.name}« skriver datoer på {len(forms)} måder."
        )
    if (
        words := profile.filled
        - profile.kinds["date"]
        - sum(profile.odd[odd] for odd in ("hashes", "month_code"))
    ):
        if profile.compact:
            return
        yield Finding(
            "not_dates", profile.name, words, f"»{profile.name}« har {cells(words)}, der ikke er datoer."
        )


def _odd(profile: ColumnProfile) -> Iterator[Finding]:
    for odd, count in sorted(profile.odd.items()):
        # A code list may well have mar-21 as a code of its own, but not among codes of another shape.
        if odd == "month_code" and count > 0.5 * profile.filled:
            continue
        yield Finding(odd, profile.name, count, f"»{profile.name}« har {cells(count)} med {ODD[odd]}.")
    dated = any(says(target, profile.name) for target in ("received_on", "decided_on", "applied_on"))
    named = dated or "dat" in profile.name.casefold()
    if profile.serials and (
        profile.kind in ("date", "moment") or (named and profile.serials >= 0.9 * profile.filled)
    ):
        text = f"»{profile.name}« har {cells(profile.serials)} med {ODD['serial']}. Gør dem til datoer i regnearket."
        yield Finding("serial", profile.name, profile.serials, text)


def _numbers(profile: ColumnProfile) -> Iterator[Finding]:
    other = profile.filled - profile.kinds["whole"]
    if profile.kind == "whole" and other:
        text = f"»{profile.name}« er hele tal, men {cells(other)} har noget andet. Er rækkerne forskudt?"
        yield Finding("not_numbers", profile.name, other, text)


def _zeros(profile: ColumnProfile) -> Iterator[Finding]:
    digits = sum(profile.widths.values())
    if profile.kind in ("date", "moment", "yes_no") or digits < 0.9 * profile.filled or not digits:
        return
    most = max(profile.widths)
    shorter = digits - profile.widths[most]
    coded = profile.kind == "codes" or any(
        word in profile.name.casefold() for word in ("kode", "code", "postn")
    )
    lost = profile.led_by_zero or (
        coded and 3 <= most <= 6 and shorter == profile.widths[most - 1] and shorter <= 0.5 * digits
    )
    if shorter and lost:
        text = (
            f"»{profile.name}« har {whole(shorter)} tal, der er kortere end de andre ({most} cifre): foranstillede "
            "nuller kan være tabt."
        )
        yield Finding("lost_zeros", profile.name, shorter, text)


def _personal(profile: ColumnProfile) -> Iterator[Finding]:
    if profile.cpr:
        text = (
            f"»{profile.name}« har {cells(profile.cpr)}, der ligner CPR-numre. De vises ikke, og importen afviser "
            "filen. Fjern dem, eller skriv kolonnen under not_cpr:, hvis tallene er noget andet."
        )
        yield Finding("cpr", profile.name, profile.cpr, text)
    elif profile.personal:
        perhaps = profile.spaced_cpr + profile.short_cpr
        how = "med mellemrum mellem cifrene" if profile.spaced_cpr else "uden et nul forrest"
        text = (
            f"»{profile.name}« har {cells(perhaps)}, der kan være CPR-numre {how}. De vises ikke, men importen "
            "afviser dem ikke. Er det CPR-numre, så fjern kolonnen fra udtrækket."
        )
        yield Finding("perhaps_cpr", profile.name, perhaps, text)


def _gaps(inspection: Inspection, roles: Roles) -> Iterator[Finding]:
    for target, what in (
        ("outcome", "udfald"),
        ("received_on", "modtagelsesdato"),
        ("authority", "myndighed"),
    ):
        place = roles.columns.get(target)
        if place is None:
            yield Finding(f"no_{target}", "", inspection.rows, f"Ingen kolonne ligner {what}.")
        elif empty := inspection.profiles[place].empty:
            name = inspection.profiles[place].name
            text = f"{rows(empty)} ({share(empty, inspection.rows)}) har intet i »{name}« ({what})."
            yield Finding(f"missing_{target}", name, empty, text)
    place = roles.columns.get("decided_on")
    if place is not None and (empty := inspection.profiles[place].empty):
        name = inspection.profiles[place].name
        text = f"{rows(empty)} har ingen dato i »{name}«; de læses som sager i gang."
        yield Finding("missing_decided_on", name, empty, text)
    outcome = roles.columns.get("outcome")
    if place is not None and outcome is not None:
        decided, named = inspection.profiles[place].name, inspection.profiles[outcome].name
        if alone := inspection.alone[place, outcome]:
            text = f"{rows(alone)} har en dato i »{decided}«, men intet i »{named}«: afgjort uden udfald."
            yield Finding("decided_without_outcome", named, alone, text)
        if alone := inspection.alone[outcome, place]:
            text = f"{rows(alone)} har noget i »{named}«, men ingen dato i »{decided}«: de tælles ikke i nogen periode."
            yield Finding("outcome_without_date", named, alone, text)
    if "provision" not in roles.columns and not roles.by_name:
        text = "Ingen kolonne ligner bestemmelse, sagsemne eller lovområde fra loven; del op efter egne kolonner."
        yield Finding("no_provision", "", inspection.rows, text)


def told_apart(group: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Spellings as they are shown; where two would look the same, blanks and signs nobody sees are made visible."""
    looks = Counter(_look(text) for text, _ in group)
    return [
        (_visible(text) if looks[_look(text)] > 1 and not may_hold_cpr(text) else shown(text), count)
        for text, count in group
    ]


def _look(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    return " ".join("".join(c for c in composed if unicodedata.category(c) not in ("Cf", "Cc")).split())


def _visible(text: str) -> str:
    signs = "".join(
        f"<U+{ord(char):04X}>"
        if unicodedata.category(char) in ("Cf", "Cc", "Mn") or (char.isspace() and char != " ")
        else char
        for char in text[:60]
    )
    blanks = re.sub(" {2,}|^ | $", lambda match: "␣" * len(match[0]), signs)
    return f"»{blanks}«"


def _names(profile: ColumnProfile) -> Iterator[Finding]:
    if profile.kind != "codes" or profile.personal:
        return
    groups = variants(profile.counts)
    if groups:
        listed = "; ".join(
            " = ".join(f"{text} ({whole(count)})" for text, count in told_apart(group[:4]))
            for group in groups[:_MOST_NAMES]
        )
        more = f" … og {len(groups) - _MOST_NAMES} navne til" if len(groups) > _MOST_NAMES else ""
        rarer = sum(count for group in groups for _, count in group[1:])
        yield Finding(
            "spellings",
            profile.name,
            rarer,
            f"»{profile.name}« staver samme navn forskelligt: {listed}{more}.",
        )
    alike = near(profile.counts)
    if alike:
        listed = "; ".join(f"{shown(rare)} og {shown(often)}" for rare, often in alike[:_MOST_NAMES])
        more = f" … og {len(alike) - _MOST_NAMES} par til" if len(alike) > _MOST_NAMES else ""
        rarer = sum(profile.counts[rare] for rare, _ in alike)
        yield Finding(
            "near_names",
            profile.name,
            rarer,
            f"»{profile.name}« har navne, der måske er de samme: {listed}{more}.",
        )
