"""What must be known of each number of a scenario: it is worked out of assumptions, and speaks for no cases."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sagsbarometer.reporting.contract import Fact
from sagsbarometer.reporting.numbers import danish
from sagsbarometer.reporting.pages.facts import About, Facts, marked

if TYPE_CHECKING:
    from sagsbarometer.reporting.pages.scenario_report import Scenario

_NOT = "Nej: det er et regneeksempel under antagelser, ikke en prognose."
_NO_INTERVAL = "intet: der er intet tilfældigt i regnestykket"
_NO_UNKNOWN = "ingen: alt er antaget"
COMMON = About("", "", interval=_NO_INTERVAL, unknown=_NO_UNKNOWN, generalisable=_NOT)
_PENDING = "Venter ved udgangen"
_HERE = "regneeksemplets sager"
COLUMNS: Mapping[str, About] = {
    "Modtaget": About(
        "Modtaget i måneden", "Som antaget; efter det sidste angivne tal gælder det for resten.", _HERE
    ),
    "Bortfaldet": About(
        "Bortfaldet i måneden", "Den antagne del af alle, der venter i måneden, rundet til hele sager.", _HERE
    ),
    "Afgjort": About(
        "Afgjort i måneden",
        "Kapaciteten, eller alle, der venter, når de er færre; i den antagne rækkefølge.",
        _HERE,
    ),
    "Ledig kapacitet": About("Ledig kapacitet i måneden", "Kapaciteten minus de afgjorte.", _HERE),
    _PENDING: About(
        "Venter ved månedens udgang",
        "De ventende før, plus de modtagne, minus de bortfaldne og de afgjorte.",
        _HERE,
    ),
    "Liggetid, uger": About(
        "Liggetid i uger, gennemsnit",
        "Alderen ved månedens udgang på dem, der venter, lagt sammen og divideret med deres antal.",
        base=_PENDING,
        of="sager, der venter",
    ),
    "Sagsbehandlingstid, uger": About(
        "Sagsbehandlingstid i uger, gennemsnit",
        "Tiden fra modtagelsen til midt i måneden for dem, der afgøres i den, divideret med deres antal.",
        base="Afgjort",
        of="sager afgjort i måneden",
    ),
}
# An assumed number stands before what it counts, or in a list of such; the numbers of months and days do not.
_ASSUMED = re.compile(r"\d[\d.]*(?:,\d+)?(?= (?:sag|sager|uge|uger|procent)\b|;)")


def scenario_facts(of: Scenario) -> Facts:
    """What is known before any table: sums over all months, and how Little's law is tried."""
    sums = {
        "modtaget": ("Modtaget", "modtagne sager", [month.received for month in of.months]),
        "afgjort": ("Afgjort", "afgjorte sager", [month.decided for month in of.months]),
        "bortfaldet": ("Bortfaldet", "bortfaldne sager", [month.lapsed for month in of.months]),
        "ledig": ("Ledig kapacitet", "ledige kapacitet", [month.idle for month in of.months]),
    }
    facts = Facts(COMMON)
    months = f"{len(of.months)} måneder"
    total = {id: sum(numbers) for id, (_, _, numbers) in sums.items()}
    for id, (title, words, _) in sums.items():
        told = f"Månedernes {words} lagt sammen."
        facts.note(f"i_alt.{id}", Fact(danish(total[id]), f"{title} i alt", months, base=_HERE, formula=told))
    apart = abs(total["modtaget"] - total["afgjort"] - total["bortfaldet"])
    told = "De modtagne minus de afgjorte og de bortfaldne, i alt; vist uden fortegn."
    facts.note("i_alt.forskel", Fact(danish(apart), "Forskel på ind og ud", months, base=_HERE, formula=told))
    months_idle = sum(month.idle > 0 for month in of.months)
    told = "Måneder, hvor der er kapacitet til flere, end der venter."
    facts.note(
        "i_alt.ledige_maaneder",
        Fact(str(months_idle), "Måneder med ledig kapacitet", base=months, formula=told),
    )
    facts.note(
        "i_alt.maaneder", Fact(str(len(of.months)), "Måneder, der regnes", base=_HERE, formula="Som antaget.")
    )
    last = of.months[-1]
    told = "Afgjorte og bortfaldne i den sidste måned."
    leave = Fact(danish(last.decided + last.lapsed), "Går ud om måneden", base=_HERE, formula=told)
    facts.note("little.ud", leave)
    told = "Littles lov: de ventende divideret med dem, der går ud om måneden, gange en måned."
    base = f"sager, der venter: {danish(last.pending)}"
    facts.note("little.tid", Fact("", "Tid pr. sag i en kø i balance", base=base, formula=told))
    return facts


def assumption(facts: Facts, at: int, line: str) -> str:
    """An assumption with each of its numbers marked; what is known of one is the assumption itself."""
    words = line.replace("*", "").strip()
    about = words.split(":")[0] if ":" in words else words.split()[0]

    def told(match: re.Match[str]) -> str:
        key = f"antagelse_{at}.{match.start()}"
        facts.note(key, Fact(match[0], f"Antagelse: {about.lower()}", base=_HERE, formula=words))
        return marked(key, match[0], _HERE)

    return _ASSUMED.sub(told, line)
