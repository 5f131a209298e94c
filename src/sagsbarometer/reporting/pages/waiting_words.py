"""How long cases wait, in words: half of them, one in ten, and why the mean of the decided cases is not it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from sagsbarometer.appeals.analyses.waiting import ALL, ORDINARY, PRIORITY, UNKNOWN, Waiting
from sagsbarometer.appeals.analyses.waits import (
    DECIDED,
    ENDED,
    LAPSED,
    LATER,
    NEGATIVE,
    NO_RECEIPT,
    UNDATED,
    Queue,
)
from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.measures.times import quantile
from sagsbarometer.reporting.numbers import danish
from sagsbarometer.reporting.pages.curve_report import WEEK, case_words, week_words

TENTH = Decimal("0.1")
CAUSES: Mapping[str, str] = {
    DECIDED: "Afgjort",
    LAPSED: "Bortfaldet eller afvist",
    ENDED: "Afsluttet, udfald ikke oplyst",
}
_ENDED_HOW: Mapping[str, str] = {  # in a sentence
    DECIDED: "afgjort",
    LAPSED: "bortfaldet eller afvist",
    ENDED: "afsluttet uden oplyst udfald",
}
POPULATIONS: Mapping[str, str] = {
    ALL: "Alle sager",
    ORDINARY: "Sager uden forrang efter loven",
    PRIORITY: "Sager med forrang efter loven",
    UNKNOWN: "Sager, hvor forrang ikke er oplyst",
}
_LEFT_OUT: Mapping[str, str] = {
    NO_RECEIPT: "uden modtagelsesdato; ingen ved, om de hører til perioden",
    UNDATED: "med udfald, men uden afgørelsesdato",
    LATER: "med en dato efter opgørelsesdagen",
    NEGATIVE: "afgjort, før de blev modtaget",
}
_BY_DATES = "Ventetiden her er regnet af datoerne; hvor dag og måned er byttet om, er den forkert."
READING = (
    "Kurven »venter endnu« begynder på 100 procent den dag, sagen modtages, og falder, når sager "
    "slutter. Den regner de "
    "sager med, der ikke er slut: de tæller, så længe man ved, at de har ventet. Derfor trækker den ikke "
    "de lange sager fra.",
    "»Halvdelen venter X uger eller længere« betyder: efter X uger er mindst halvdelen af sagerne slut, og dagen før "
    "var de det ikke. Slutter mange sager samme dag, kan det være mere end halvdelen, der venter så længe. Slut er "
    "afgjort på realiteten, bortfaldet eller afvist.",
    "Bortfald og afvisning er regnet som en anden måde at slutte på, ikke som afbrudt ventetid. Derfor "
    "er afgjort, bortfaldet "
    "eller afvist og venter endnu tilsammen 100 procent på hver dag.",
    "Alle sager er talt med; ingen er udtrukket. Intervallerne siger, hvor meget tallene kunne være "
    "anderledes ved tilfældets "
    "spil, hvis sager som disse kom til samme behandling igen. De siger ikke noget om sager, der ikke er "
    "i registret, og de er "
    "ikke en prognose.",
    "Metode: Kaplan-Meier og Aalen-Johansen, dag for dag; varians efter Greenwood; intervaller på "
    "log-log-skala. Det er de "
    "samme tal som survfit i R's pakke survival.",
)


def half_words(queue: Queue) -> str:
    """`Halvdelen venter 18,3 uger eller længere (95-procents-interval …).`, or that it cannot be said yet."""
    curve = queue.curve
    half = curve.half_waits()
    if half is None:
        last = curve.steps[-1].waiting if curve.steps else Decimal(1)
        return (
            f"*Hvor længe halvdelen venter, kan ikke siges endnu:* {share_words(last)} venter stadig efter "
            f"{week_words(max(curve.known_to, 0))}, og længere rækker registret ikke."
        )
    return f"*Halvdelen venter {week_words(half)} eller længere*{interval_words(queue)}."


def interval_words(queue: Queue) -> str:
    """` (95-procents-interval 17,9-18,7 uger)`."""
    low, high = queue.curve.half_waits_limits()
    if low is None:
        return ""
    if high is None:
        end = (
            "kan ikke siges endnu"
            if still_open(queue)
            else "kan ikke regnes: sagerne er for få eller for ens"
        )
        return f" (95-procents-interval fra {week_words(low)}; den øvre ende {end})"
    return f" (95-procents-interval {week_words(low).rpartition(' ')[0]}-{week_words(high)})"


def tenth_words(queue: Queue) -> str:
    """`En ud af ti venter 41,0 uger eller længere.`"""
    day = queue.curve.half_waits(TENTH)
    if day is None:
        return "Hvor længe den ene ud af ti venter, der venter længst, kan ikke siges endnu."
    return f"En ud af ti venter {week_words(day)} eller længere."


def still_open(queue: Queue) -> int:
    """How many cases of the period still wait."""
    return sum(step.open for step in queue.curve.steps)


def week_shares(queue: Queue, week: int) -> str:
    """`Efter 26 uger er 61 procent afgjort, 9 procent bortfaldet eller afvist, og 30 procent venter endnu.`; empty
    where it is not known."""
    step = queue.curve.at(week * WEEK)
    if step is None:
        return ""
    told = [
        f"{share_words(share)} {_ENDED_HOW[cause]}"
        for cause, share in zip(queue.curve.causes, step.ended, strict=True)
        if share or cause != ENDED
    ]
    return f"Efter {week} uger er {', '.join(told)}, og {share_words(step.waiting)} venter endnu."


def naive_words(queue: Queue) -> str:
    """What the cases that have left would say alone, and why it is not how long cases wait; empty where none has."""
    median = quantile(queue.finished, 50)
    if median is None:
        return ""
    open_ = still_open(queue)
    if not open_:
        told = f"Ingen af periodens sager venter endnu, så ingen lange sager mangler. {_mean_words(queue)}."
        return told.removesuffix(" .")
    waits = f"{case_words(open_)} fra perioden venter endnu og er ikke med"
    mean = f" {_mean_words(queue)}; de ventende er heller ikke med i det." if queue.decided else ""
    if median == queue.curve.half_waits():
        return f"De sager, der er slut, giver alene det samme tal her: {waits}, men det flytter intet.{mean}"
    return (
        f"*De sager, der er slut, giver et for lavt tal:* halvdelen af dem ventede højst "
        f"{week_words(median)}, men {waits}. "
        f"Det er de lange sager, der mangler blandt de afgjorte.{mean}"
    )


def _mean_words(queue: Queue) -> str:
    cases = sum(queue.decided.values())
    if not cases:
        return ""
    mean = Fraction(sum(day * own for day, own in queue.decided.items()), cases)
    if cases == 1:
        return f"Den ene sag, der er afgjort på realiteten, ventede {week_words(mean)}"
    return f"Gennemsnittet af de {case_words(cases)}, der er afgjort på realiteten, er {week_words(mean)}"


def left_out_words(waiting: Waiting) -> tuple[str, ...]:
    """What could not be counted, with how many."""
    counts: dict[str, int] = {}
    for population in waiting.populations:
        for kind, cases in population.whole.left_out.items():
            counts[kind] = counts.get(kind, 0) + cases
    counts[NO_RECEIPT] = waiting.without_receipt
    return tuple(
        f"{case_words(counts[kind])} {words}." for kind, words in _LEFT_OUT.items() if counts.get(kind)
    )


def disagree_words(waiting: Waiting) -> str:
    """Whether the dates give the days that the case system counted itself; empty where it counted none."""
    if not waiting.compared:
        return ""
    if waiting.compared == 1:
        one = "I den ene sag, der er slut og også har sagssystemets egne dage, passer de"
        return f"{one} ikke med datoerne. {_BY_DATES}" if waiting.disagree else f"{one} med datoerne."
    of = f"de {case_words(waiting.compared)}, der er slut og også har sagssystemets egne dage"
    if not waiting.disagree:
        return f"I alle {of}, passer de med datoerne."
    return f"I {danish(waiting.disagree)} af {of}, passer de ikke med datoerne. {_BY_DATES}"


def priority_words(waiting: Waiting) -> str:
    """How cases that the law puts before others are counted."""
    if len(waiting.populations) > 1:
        return "Sager, som loven giver forrang, er talt for sig: de går foran de andre."
    if not waiting.priority_known:
        return "Registret siger ikke, hvilke sager loven giver forrang; de er talt med blandt de andre."
    return "Sager, som loven giver forrang, er ikke talt for sig her."


def share_words(share: Decimal) -> str:
    """`61 procent`; what is little prints as little, never as none."""
    rounded = round_half_up(share * 100)
    if not rounded and share:
        return "under 1 procent"
    return f"{danish(rounded)} procent" if rounded else "ingen"
