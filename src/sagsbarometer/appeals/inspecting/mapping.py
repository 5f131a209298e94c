"""The first mapping of an unknown extract: every guess filled in and explained, nothing of the file left unnamed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from sagsbarometer.appeals.columns import free
from sagsbarometer.appeals.inspecting.cells import name_key, rows, whole
from sagsbarometer.appeals.inspecting.columns import KINDS, ColumnProfile
from sagsbarometer.appeals.inspecting.date_reading import date_reading
from sagsbarometer.appeals.inspecting.inspection import Inspection, variants
from sagsbarometer.appeals.inspecting.languages import LANGUAGES
from sagsbarometer.appeals.inspecting.latest import latest_of, no_days
from sagsbarometer.appeals.inspecting.roles import Roles, known_outcomes, separator_of
from sagsbarometer.appeals.inspecting.told import Finding, code_counts, examples, share
from sagsbarometer.appeals.inspecting.words import DOUBTFUL, PARTLY, latin, says
from sagsbarometer.appeals.intake.cells import TARGETS, type_of
from sagsbarometer.appeals.registration import REGISTERED_AT
from sagsbarometer.forms.language.types import Type
from sagsbarometer.kernel.ids import ascii_id, may_hold_cpr, shown

_PLAIN = re.compile(r"[A-Za-zÆØÅæøå][A-Za-zÆØÅæøå0-9_]*(?:[ -][A-Za-zÆØÅæøå0-9_]+)*")
_YAML_WORDS = frozenset("yes no true false on off null y n ja nej none nan inf".split())
_DATED = frozenset(target for target in TARGETS if type_of(target) is Type.DATE)
_FIRST = ("case_id", REGISTERED_AT, "origin", "received_on", "decided_on", "outcome")
_ORDER = (*_FIRST, *(target for target in TARGETS if target not in _FIRST))
# Words for nothing, in the languages that extracts come in.
_NOTHING = frozenset(
    "unknown;ukendt;n/a;na;null;-;--;?;ikke oplyst;uoplyst;not stated;not known;not available;none;(blank);(tom)".split(
        ";"
    )
)
_OPEN = frozenset("open;åben;pending;i gang;verserende;ongoing;tbd".split(";"))
_NOT_MERITS = ("lapsed", "dismissed")
_BOOL = {"y": "ja", "j": "ja", "x": "ja", "n": "nej"}
_MOST_TEXT = 200  # characters the register keeps of a text


@dataclass
class _Writer:
    inspection: Inspection
    roles: Roles
    known: Mapping[str, Finding]  # findings by kind
    lines: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)

    def comment(self, text: str, depth: int = 0) -> None:
        """A comment, broken into lines that can be read."""
        indent = " " * depth + "# "
        line = ""
        for word in " ".join("".join(c if c.isprintable() else " " for c in text).split()).split(" "):
            if line and len(indent) + len(line) + 1 + len(word) > 110:
                self.lines.append(indent + line)
                line = ""
            line = f"{line} {word}" if line else word
        self.lines.append(indent + line)


def mapping_text(
    inspection: Inspection,
    roles: Roles,
    found: list[Finding],
    name: str,
    form: str,
    reading: Mapping[str, str | int],
) -> str:
    """The mapping as YAML. `form` says how the file is written; `reading` is what somebody asked for beside it."""
    out = _Writer(inspection, roles, {finding.kind: finding for finding in found})
    out.comment(f"Første udkast til en mapping af {shown(name)}: {form}, {rows(inspection.rows)}.")
    out.comment(
        "Skrevet af »appeals inspect«. Alt herunder er gæt ud fra overskrifter og celler: læs det, ret det, og prøv "
        "med »appeals import --dry-run«."
    )
    out.comment(f"Overskrifter, udfald og måneder kendes på {LANGUAGES}: kun de almindeligste ord.")
    if found:
        out.lines += ["#", "# Det skal du se på:"]
        for finding in found:
            out.comment(f"- {finding.text}")
    out.lines += ["", f"mapping: {_mapping_name(name)}"]
    if reading:
        said = (
            f"{key}: {value if isinstance(value, int) else quoted(value)}" for key, value in reading.items()
        )
        out.lines.append(f"file: {{{', '.join(said)}}}")
    out.comment(
        "full: filen har alle sager, og den, der mangler, er udgået. incremental: nye og ændrede sager."
    )
    out.lines += ["delivery: incremental", "", "columns:"]
    for target in _ORDER:
        _column(out, target)
    rest = [index for index in range(len(inspection.profiles)) if not roles.taken(index)]
    _own(out, [index for index in rest if own_type(inspection.profiles[index])])
    _rules(out)
    _ignore(out, [index for index in rest if not own_type(inspection.profiles[index])])
    return "\n".join(out.lines) + "\n"


def quoted(text: str) -> str:
    """A word as YAML: in quotes unless it is plain, and without signs that YAML refuses."""
    if _PLAIN.fullmatch(text) and text.casefold() not in _YAML_WORDS:
        return text
    escaped = json.dumps(text, ensure_ascii=False)
    return "".join(char if char.isprintable() else _escape(char) for char in escaped)


def _escape(char: str) -> str:
    return f"\\U{ord(char):08x}" if ord(char) > 0xFFFF else f"\\u{ord(char):04x}"


def _mapping_name(name: str) -> str:
    stem = name.rpartition("/")[2].partition(".")[0]
    return ascii_id(stem)[:60] or "udtraek"


def _facts(profile: ColumnProfile) -> str:
    facts = [KINDS[profile.kind]]
    if profile.filled:
        distinct = profile.distinct
        facts.append(f"{whole(distinct)} forskellige" if distinct is not None else "meget mange forskellige")
    if profile.empty:
        facts.append(f"tom i {whole(profile.empty)} ({share(profile.empty, profile.rows)})")
    if profile.kind in ("date", "moment") and profile.first_day and profile.last_day:
        facts.append(f"{date.fromordinal(profile.first_day)} til {date.fromordinal(profile.last_day)}")
    elif seen := [shown(text) for text in examples(profile)]:
        facts.append(f"{'form' if profile.kind in ('id', 'text') else 'fx'} {', '.join(seen)}")
    return ", ".join(facts)


# --- columns: ---


def _column(out: _Writer, target: str) -> None:
    place = out.roles.columns.get(target)
    if target == "origin" and place is None:
        out.comment("Rækkerne er rigtige sager. Ellers: reconstructed, synthetic eller training.", 2)
        out.lines.append("  origin: {constant: real}")
        return
    if place is None:
        _without(out, target)
        return
    profile = out.inspection.profiles[place]
    out.comment(f"{_why(out, target)}; {_facts(profile)}.", 2)
    if others := [out.inspection.profiles[index].name for index in out.roles.others.get(target, ())]:
        out.comment(f"Kan også være: {', '.join(shown(other) for other in others)}.", 2)
    if target == "outcome":
        _outcome(out, profile)
        return
    keys = [f"from: {quoted(profile.name)}"]
    if target in _DATED:
        keys += _dates(out, profile)
    if target in out.roles.by_name:
        keys.append("codes_from: law")
    if target == "authority":
        keys += _spellings(out, profile)
    if type_of(target) is Type.BOOL:
        keys += _bool_codes(profile)
    keys += _unknown(out, profile, dates=target in _DATED)
    _write(out, target, keys)


def _write(out: _Writer, id: str, keys: list[str]) -> None:
    one = f"  {id}: {{{', '.join(keys)}}}"
    if len(keys) == 1 and keys[0].startswith("from: "):
        out.lines.append(f"  {id}: {keys[0][6:]}")
    elif len(one) <= 110:
        out.lines.append(one)
    else:
        out.lines.append(f"  {id}:")
        for key in keys:
            name, _, value = key.partition(": ")
            if value.startswith("{") and len(key) > 100:
                out.lines.append(f"    {name}:")
                out.lines += [f"      {pair}" for pair in value[1:-1].split("\0")]
            else:
                out.lines.append(f"    {key}".replace("\0", ", "))
        return
    out.lines[-1] = out.lines[-1].replace("\0", ", ")


def _pairs(codes: Mapping[str, str]) -> str:
    # Where the pairs part is marked with a sign that no cell has, until it is known on how many lines they stand.
    return "{" + "\0".join(f"{quoted(text)}: {quoted(code)}" for text, code in codes.items()) + "}"


def _without(out: _Writer, target: str) -> None:
    if target == "case_id":
        out.comment("Ingen kolonne ligner sagens nummer. Skriv, hvilken det er: case_id: <kolonne>", 2)
    elif target == "registered_at":
        out.comment(
            "Ingen kolonne siger, hvornår rækken blev skrevet eller ændret. Her står filens seneste dato: så er alle "
            "rækker registreret den dag, og registret kan kun vises pr. den dag eller senere. Skriv udtrækkets dag, "
            "hvis du kender den.",
            2,
        )
        latest = latest_of(out.inspection, out.roles)
        if latest.note:
            out.comment(latest.note, 2)
        day = latest.day or date(2000, 1, 1)
        out.lines.append(f"  registered_at: {{constant: {day.isoformat()}}}")
        if latest.day is None:
            out.comment("Filen har ingen dato: ret den.", 2)
    elif target in ("received_on", "decided_on", "outcome", "authority"):
        out.comment(f"{target}: ingen kolonne fundet.", 2)


def _why(out: _Writer, target: str) -> str:
    why = out.roles.why[target]
    return why[:1].upper() + why[1:]


def _dates(out: _Writer, profile: ColumnProfile) -> list[str]:
    """How the dates of a column are read, as keys of a mapping; explained where it was a choice."""
    orders, formats = date_reading(profile)
    keys = []
    if orders and orders != ["iso", "day_first"]:
        keys.append(f"dates: [{', '.join(orders)}]")
    if formats:
        keys.append(f"formats: [{', '.join(quoted(format) for format in formats)}]")
    seen = profile.orders
    if seen["day_first"] or seen["month_first"] or seen["year_first_day"]:
        counts = {
            "dag først": seen["day_first"],
            "måned først": seen["month_first"],
            "år-dag-måned": seen["year_first_day"],
            "enten eller": seen["ambiguous"],
        }
        out.comment("Datoer: " + ", ".join(f"{whole(n)} {what}" for what, n in counts.items() if n) + ".", 2)
    return keys


def _outcome(out: _Writer, profile: ColumnProfile) -> None:
    known = known_outcomes(profile.counts)
    # What is a code already is read as it stands.
    single = {text: codes[0] for text, codes in known.items() if len(codes) == 1 and text != codes[0]}
    several = sorted(text for text, codes in known.items() if len(codes) > 1)
    unknown = [text for text in profile.counts if text.casefold() in _NOTHING]
    ordered = dict(sorted(single.items(), key=lambda item: (-profile.counts[item[0]], item[0])))
    for text, code in ordered.items():
        notes = [DOUBTFUL.get(name_key(text), "")]
        if PARTLY.search(text):
            notes.append("Delvist: den mest vidtgående del tæller.")
        out.comment(
            f"{shown(text)} ({whole(profile.counts[text])}): {code}. {' '.join(filter(None, notes))}", 2
        )
    separators = {separator_of(text): text for text in several}
    for text in several:
        code = ", ".join(known[text])
        out.comment(
            f"{shown(text)} ({whole(profile.counts[text])}) nævner flere: {code}. Det mest vidtgående tæller.",
            2,
        )
    if off := sorted(set(ordered.values()) & set(_NOT_MERITS)):
        out.comment(f"Ikke i realiteten, så ikke i omgørelsesprocenten: {', '.join(off)}.", 2)
    left = [text for text in profile.counts if text not in known and text not in unknown]
    if left and not profile.personal:
        listed = sorted(left, key=lambda text: (-profile.counts[text], text))[:40]
        words = ", ".join(
            f"{shown(text)} ({whole(profile.counts[text])})" for text in listed if not may_hold_cpr(text)
        )
        out.comment(
            f"Uden kode endnu, så importen siger »Koden kendes ikke«: {words}. Skriv dem under codes: som upheld, "
            "amended, annulled, remitted, reversed, lapsed eller dismissed, eller under unknown:.",
            2,
        )
    keys = [f"from: {quoted(profile.name)}"]
    parts = {part.strip() for text in several for part in text.split(separator_of(text))}
    codes = {
        **ordered,
        **{part: known_outcomes({part: 1})[part][0] for part in sorted(parts) if part not in ordered},
    }
    if codes:
        keys.append(f"codes: {_pairs(codes)}")
    if len(separators) == 1:
        keys += [f"separator: {quoted(next(iter(separators)))}", "most_far_reaching: true"]
    if unknown:
        keys.append(f"unknown: [{', '.join(quoted(text) for text in sorted(unknown))}]")
    _write(out, "outcome", keys)


def _spellings(out: _Writer, profile: ColumnProfile) -> list[str]:
    """The spellings of one name become its most frequent one."""
    groups = [] if profile.personal or profile.overflow else variants(profile.counts)
    if not groups:
        return []
    out.comment("Stavemåder af samme navn er lagt sammen; den hyppigste, der ikke er i versaler, bruges.", 2)
    codes = {
        text: name
        for group in groups
        for name in [" ".join(group[0][0].split())]
        for text, _ in group
        if text != name and not may_hold_cpr(text + name)
    }
    return [f"codes: {_pairs(codes)}"]


def _unknown(out: _Writer, profile: ColumnProfile, dates: bool = False) -> list[str]:
    words = _NOTHING | _OPEN if dates else _NOTHING
    found = [text for text in profile.counts if text.casefold() in words]
    if dates and (never := no_days(profile)):
        out.comment("Under unknown: er også dage, der står for ingen dag: de læses som ukendte.", 2)
        found += never
    found.sort()
    return [f"unknown: [{', '.join(quoted(text) for text in found)}]"] if found else []


def _bool_codes(profile: ColumnProfile) -> list[str]:
    codes = {text: _BOOL[text.casefold()] for text in sorted(profile.counts) if text.casefold() in _BOOL}
    return [f"codes: {_pairs(codes)}"] if codes else []


# --- own:, rules:, ignore: ---


def own_type(profile: ColumnProfile) -> str:
    """The type of a column that the register can have as its own; "" where it should not."""
    if profile.personal or profile.longest > _MOST_TEXT:
        return ""
    types = {"date": "date", "moment": "date", "whole": "int", "yes_no": "bool", "codes": "code"}
    if profile.kind == "whole" and (profile.longest > 9 or profile.kinds["whole"] < profile.filled):
        return ""
    return types.get(profile.kind, "")


def _own(out: _Writer, places: list[int]) -> None:
    if not places:
        return
    profiles = [out.inspection.profiles[index] for index in places]
    lead = next(
        (profile for profile in profiles if profile.kind == "codes" and says("category", profile.name)), None
    )
    out.lines.append("")
    out.comment(
        "Kolonner, kun dette register har. Koder kan deles op efter; slet dem, du ikke skal bruge, og skriv dem"
    )
    out.comment("under ignore:.")
    out.lines.append("own:")
    for index, profile in zip(places, profiles, strict=True):
        id = "category" if profile is lead else _own_id(profile.name, index)
        while id in out.ids:
            id = f"{id[:36]}_{index + 1}"
        out.ids.add(id)
        type = own_type(profile)
        out.comment(f"{_facts(profile)}.", 2)
        if listed := code_counts(profile):
            out.comment(
                "Antal: " + ", ".join(f"{shown(text)} {whole(count)}" for text, count in listed) + ".", 2
            )
        keys = [
            f"from: {quoted(profile.name)}",
            f"type: {type}",
            f"label: {{da: {quoted(profile.name[:80])}}}",
        ]
        if type == "date":
            keys += _dates(out, profile)
        if type == "bool":
            keys += _bool_codes(profile)
        if type == "code":
            keys += _spellings(out, profile)
        keys += _unknown(out, profile, dates=type == "date")
        _write(out, id, keys)


def _own_id(name: str, index: int) -> str:
    id = ascii_id(latin(name))[:40].strip("_")
    if free(id):
        return id
    return f"own_{id}"[:40] if free(f"own_{id}"[:40]) and id else f"column_{index + 1}"


def _rules(out: _Writer) -> None:
    wanted = {
        "negative_durations": ("decision_before_receipt", "negativ varighed"),
        "not_dates": ("unreadable_date", "celler, der ikke er datoer"),
        "impossible": ("unreadable_date", "dage, der ikke findes"),
        "not_numbers": ("unreadable_number", "celler, der ikke er hele tal"),
        "decided_without_outcome": ("decided_without_outcome", "afgjort uden udfald"),
        "outcome_without_date": ("merits_without_date", "udfald uden dato"),
    }
    soft: dict[str, list[str]] = {}
    if REGISTERED_AT not in out.roles.columns and (later := latest_of(out.inspection, out.roles).later):
        soft["future_date"] = [f"dato efter registreringen ({whole(later)} celler)"]
    for kind, (rule, what) in wanted.items():
        if finding := out.known.get(kind):
            soft.setdefault(rule, []).append(f"{what} ({rows(finding.rows)})")
    out.lines.append("")
    if soft:
        said = "; ".join(f"{rule}: {', '.join(what)}" for rule, what in soft.items())
        out.comment(
            f"Rækker, der ellers stopper importen, tages med og siges: {said}. hard stopper, leave_out udelader."
        )
        out.lines.append(f"rules: {{{', '.join(f'{rule}: soft' for rule in soft)}}}")
    if "cpr" in out.known:
        out.comment("not_cpr: [<kolonne>]   # kun hvis tallene ikke er CPR-numre")


def _ignore(out: _Writer, places: list[int]) -> None:
    if not places:
        return
    out.comment("Kolonner, der ikke bruges: fritekst, id'er, tomme og det, der ikke kan læses.")
    out.lines.append("ignore:")
    for index in places:
        profile = out.inspection.profiles[index]
        out.comment(f"{_facts(profile)}.", 2)
        out.lines.append(f"  - {quoted(profile.name)}")


def guesses(inspection: Inspection, roles: Roles) -> Iterator[tuple[str, str, str]]:
    """Target, column and why, in the order of the mapping."""
    for target in _ORDER:
        if (place := roles.columns.get(target)) is not None:
            yield target, inspection.profiles[place].name, roles.why[target]
