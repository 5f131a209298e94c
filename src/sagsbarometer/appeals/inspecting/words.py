"""Words by which the columns of an unknown extract are recognised: data, not rules. Those of Danish and English are
here, of other languages in `languages`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from sagsbarometer.appeals.inspecting.cells import name_key
from sagsbarometer.appeals.inspecting.languages import OTHER_HEADERS, OTHER_OUTCOMES, OTHER_UNWANTED

# Target to what its header may say, best first; a header that says what is after the bar is not it. Headers are
# compared in small letters, with a blank for every other sign.
HEADERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "case_id": (
            r"sags? ?(nr|nummer|id)\b|(klage|journal|j) ?(nr|nummer|id)\b|(case|complaint|appeal|application|docket)"
            r" ?(no|nr|num|number|id|ref|reference)\b|\bdocket\b|case reference|^(sag|case|id|reference|ref)$",
            r"parent|relat|previous|tidligere|\bcpr\b|kommune",
        ),
        "received_on": (
            r"modtag|indkom|receiv|receipt|lodged|\bfiled\b|filing|(complaint|appeal|klage|anke) ?dat|"
            r"date of (appeal|complaint)|submitted|\boprettet\b|\bopened\b",
            r"initial request|request date|ansøg|application|channel|kanal|afgørelse",
        ),
        "decided_on": (
            r"afgjort|afgørelses? ?dat|dat\w* for afgørelse|decided|decision dat|dat\w* of decision|clos(ed|ing|ure)|"
            r"lukket|afslut|judge?ment dat|completed on|completion dat|resol(ved|ution) ?dat|resolved|determined",
            r"kommunens|original|first instance|påklaget",
        ),
        "applied_on": (
            r"ansøg\w*dat|ansøgt|dat\w* for ansøgning|initial request|request dat|application dat|"
            r"date of (request|application)|anmodning",
            "",
        ),
        "authority_decided_on": (
            r"kommunens afgørelse|påklaget afgørelse|original decision|first instance|appealed decision",
            "",
        ),
        "appealed_on": (r"klage\w* til kommunen|genvurder|reconsider", ""),
        "complete_on": (r"fuldt oplyst|fuldstændig|complete (file|case)|komplet", ""),
        "new_decision_on": (r"ny afgørelse|new decision", ""),
        "court_judged_on": (r"\bdom(s ?dato|met)?\b|\bcourt\b|judged", ""),
        "registered_at": (
            r"registrer|ændret|opdater|updated|modified|changed|timestamp|tidsstempel|as of|udtræk|extract",
            "",
        ),
        "processing_days": (
            r"\bdage\b|dages?\b|\bdays?\b|sagsbehandlingstid|behandlingstid|processing time|duration|varighed",
            r"frist|deadline|target",
        ),
        "authority": (
            r"kommune|myndighed|authorit|entity|agency|municipalit|ministr|complained against|respondent|public body|"
            r"indklagede|forvaltning|institution|organi[sz]ation|council|department|defendant",
            r"\bdat|type|region",
        ),
        "outcome": (
            r"udfald|outcome|decision|afgørelse|resulta?t?\b|disposition|ruling|verdict|determination|conclusion|finding",
            r"\bdat|kommunens|original|first instance|days|dage",
        ),
        "provision": (
            r"paragraf|bestemmelse|provision|\bsection\b|article|hjemmel|legal basis|statute|exemption|§",
            "",
        ),
        "office": (r"\bkontor|\boffice\b|afdeling|\bteam\b|\bunit\b", r"\bdat"),
        "category": (
            r"\bemne|subject|categor|kategori|sagstype|case type|type of|topic|issue|matter|område|\barea\b|sagsart",
            r"complainant|klager|\bdat",
        ),
        "statutory_priority": (r"priorit|fast ?track|hastesag|lovbestemt frist", ""),
    }
)
DATES = (
    "registered_at received_on decided_on applied_on authority_decided_on appealed_on complete_on new_decision_on "
    "court_judged_on"
).split()

# Outcome to the words that mean it. What means one thing to one body and another to the next is in DOUBTFUL too.
_OUTCOMES = {
    "reversed": "justified;granted;grant;allowed;appeal allowed;reversed;overturned;medhold;fuldt medhold;omgjort;"
    "favourable;favorable;well founded;founded;in favour of complainant;in favor of complainant;decision reversed;"
    "partially justified;partly justified;partially granted;partly granted;granted in part;allowed in part;"
    "partly allowed;partially allowed;reversed in part;partly reversed;delvist medhold;delvis medhold;delvist omgjort;"
    "partial;partly;partially;partially affirmed;partly affirmed;affirmed in part;partly upheld;partially upheld;"
    "upheld in part",
    "amended": "amended;changed;varied;modified;ændret;ændring;afgørelsen ændret",
    "annulled": "annulled;quashed;set aside;ophævet;ugyldig;afgørelsen ophævet;invalid",
    "remitted": "remanded;remand;remitted;referred back;sent back;hjemvist;hjemvisning",
    "upheld": "unjustified;not justified;upheld;affirmed;confirmed;rejected;denied;dismissed on merits;"
    "dismissed on the merits;unfounded;not granted;stadfæstet;stadfæstelse;ikke medhold;ej medhold;fastholdt;"
    "decision upheld;appeal rejected;not upheld;complaint not upheld;appeal dismissed;decision affirmed",
    "lapsed": "withdrawn;lapsed;discontinued;treatment discontinued;abandoned;moot;tilbagetaget;tilbagekaldt;"
    "bortfaldet;bortfald;trukket;trukket tilbage;henlagt;withdrawn by complainant;settled",
    "dismissed": "inadmissible;not admissible;no jurisdiction;out of jurisdiction;struck out;out of time;too late;"
    "afvist;afvisning;ikke kompetence;uden for kompetence;dismissed as inadmissible;dismissed;not investigated",
}
OUTCOMES: Mapping[str, str] = MappingProxyType(
    {
        **{
            name_key(word): code
            for code, languages in OTHER_OUTCOMES.items()
            for words in languages.values()
            for word in words.split(";")
        },
        **{name_key(word): code for code, words in _OUTCOMES.items() for word in words.split(";")},
    }
)
PARTLY = re.compile(r"part|delvis", re.IGNORECASE)
# Key of a word to what it may mean to others.
DOUBTFUL: Mapping[str, str] = MappingProxyType(
    {
        name_key("upheld"): "Nogle steder betyder det, at klagen fik medhold; så skal koden være reversed.",
        name_key(
            "dismissed"
        ): "Nogle steder betyder det, at klager ikke fik medhold; så skal koden være upheld.",
        name_key("not upheld"): "Her er det klagen, der ikke fik medhold; så er »Upheld« læst som reversed.",
        name_key(
            "appeal dismissed"
        ): "Nogle steder betyder det, at klagen blev afvist; så skal koden være dismissed.",
        name_key("rejected"): "Nogle steder betyder det, at sagen blev afvist; så skal koden være dismissed.",
        name_key("denied"): "Nogle steder er det myndighedens svar og ikke klageinstansens.",
        name_key("founded"): "Se efter, at det er klagen, der fik medhold.",
        name_key("invalid"): "Se efter, om det er afgørelsen eller klagen, der var ugyldig.",
        name_key("changed"): "Se efter, at det er afgørelsen, der blev ændret.",
        name_key("henlagt"): "Nogle steder betyder det, at sagen blev afvist; så skal koden være dismissed.",
        name_key("settled"): "Et forlig er ikke altid bortfald; se efter.",
    }
)
SEPARATORS = "+;/|,&"  # between several outcomes in a cell, in the order tried


def outcome_of(text: str) -> str:
    """The code of an outcome that goes by this word; "" for one that is not known."""
    return OUTCOMES.get(name_key(text), "")


_LETTERS = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "ß": "ss",
        "ł": "l",
        "đ": "d",
        "Ä": "Ae",
        "Ö": "Oe",
        "Ü": "Ue",
        "Ł": "L",
        "Đ": "D",
    }
)


def latin(text: str) -> str:
    """A text with the letters of other Latin alphabets as plain ones; æ, ø and å are left as they are."""
    plain = unicodedata.normalize("NFC", text).translate(_LETTERS)
    return "".join(
        char
        if char in "æøåÆØÅ"
        else "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c))
        for char in plain
    )


def header_words(name: str) -> str:
    """A header as HEADERS is compared with it: `CaseNumber` and `case_number` are `case number`."""
    apart = re.sub(r"(?<=[a-zæøå])(?=[A-ZÆØÅ])", " ", name)
    return " ".join(re.sub(r"[^\w§]|_", " ", apart.casefold()).split())


def says(target: str, name: str) -> bool:
    """Whether a header names the target."""
    return matched(target, name) > 0


def matched(target: str, name: str) -> int:
    """How many letters of a header name the target; 0 where it is not named, or something else is."""
    wanted, unwanted = _patterns(target)
    words = header_words(name)
    if unwanted and re.search(unwanted, words):
        return 0
    return max((len(match[0]) for match in re.finditer(wanted, words)), default=0)


@cache
def _patterns(target: str) -> tuple[str, str]:
    wanted, unwanted = HEADERS[target]
    more = (wanted, *OTHER_HEADERS.get(target, {}).values())
    others = (unwanted, OTHER_UNWANTED.get(target, ""))
    return "|".join(more).replace("ς", "σ"), "|".join(filter(None, others))  # as small letters are compared
