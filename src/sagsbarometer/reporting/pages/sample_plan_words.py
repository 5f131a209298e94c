"""A plan in words: how many, what they tell, where they come from, and how they are picked."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil

from sagsbarometer.kernel.rounding import round_half_up
from sagsbarometer.reporting.numbers import danish
from sagsbarometer.reporting.pages.curve_report import case_words
from sagsbarometer.sampling.plan import TWO_STAGE, Plan
from sagsbarometer.sampling.planning import CLOSE, FEW, Planned, change_of, exact_size
from sagsbarometer.sampling.precision import burdens
from sagsbarometer.sampling.size import change_power, margin_of, smallest_change

METHODS = {
    "simple": "Simpel tilfældig udvælgelse: alle sager i sagslisten har samme sandsynlighed, uanset myndighed.",
    "stratified": "Stratificeret udvælgelse: i hver myndighed og hvert stratum trækkes det antal, der står i tabellen.",
    "systematic": "Systematisk udvælgelse: i hver myndighed og hvert stratum tages hver k-te sag fra en tilfældig "
    "start.",
    "pps": "Udvælgelse efter størrelse: i hver myndighed og hvert stratum er en sags sandsynlighed proportional med "
    "dens størrelse.",
    "two_stage": "To trin: først trækkes myndigheder, så sager i dem.",
    "newest_first": "De nyeste sager først. Sandsynlighederne kendes ikke.",
    "chosen_authorities": "Kun udvalgte myndigheder. Sandsynlighederne for de andres sager er nul.",
}
NO_CHANCE = (
    "Udvælgelsen har ingen kendte sandsynligheder. Præcisionen er regnet, som om sagerne var trukket tilfældigt, og "
    "det er de ikke: et interval siger intet om, hvor skævt valget er."
)


ALIKE = 1.005  # a cost of unequal weights that is none


def points(share: float) -> str:
    """`5,0`: a share of 0 to 1 in percentage points with one decimal."""
    return danish(round_half_up(Decimal(repr(100 * share)), 1))


def percent_words(share: Decimal | float) -> str:
    """`50`, `12,5`: a share of 0 to 1 in percent, with no more decimals than it has, one at the most."""
    rounded = round_half_up(Decimal(str(share)) * 100, 1)
    return danish(rounded.to_integral_value() if rounded == rounded.to_integral_value() else rounded)


def answer(of: Planned) -> tuple[str, ...]:
    """The number and what it gives, a sentence or two a line; what stands between two stars carries weight."""
    cases, called = (of.plan.take, of.plan.call_in) if of.plan else (of.size.cases, of.size.call_in)
    each = " i hver runde" if of.file.target.change else ""
    first = f"*{case_words(cases)}{each}*"
    if called > cases:
        usable = percent_words(of.file.usable)
        first += f", der kan bruges: *indkald {danish(called)}*, når {usable} procent af dem ventes at kunne bruges"
    lines = [f"{first}.", _gives(of), few_words(of), reach_words(of), *_terms(of)]
    if of.plan is not None:
        lines += [*_planned(of, of.plan), *_unsaid(of)]
    return tuple(line for line in lines if line)


def _gives(of: Planned) -> str:
    """What so many cases tell, when all are drawn alike."""
    file, size = of.file, of.size
    target, own = file.target, change_of(file)
    sure = f"{percent_words(target.level)} procents sikkerhed"
    part = f" af en del på {percent_words(target.domain)} procent af sagerne" if target.domain else ""
    if own is not None:
        way = "et fald" if own.after < own.before else "en stigning"
        return (
            f"{_when(of, 'se', 'ses')} {way} fra {percent_words(own.before)} til {percent_words(own.after)} "
            f"procent{part} i {percent_words(own.power)} af 100 undersøgelser (tosidet test, "
            f"{percent_words(own.alpha)} procents niveau)."
        )
    share = percent_words(target.share)
    if target.margin is not None:
        how = ", efter Clopper og Pearson" if target.method == "exact" else ""
        known = f"en andel på {share} procent{part} på ±{points(float(target.margin))} procentpoint"
        return f"{_when(of, 'kende', 'kendes')} {known} ({sure}{how})."
    if size.population is not None and size.cases >= size.population:
        return "Det er alle sager, så andelen kendes uden usikkerhed fra lodtrækningen."
    margin = margin_of(
        float(target.share),
        size.cases,
        level=float(target.level),
        population=of.reckoned_population,
        design_effect=of.design_effect,
    )
    known = f"en andel på {share} procent på ±{points(margin)} procentpoint"
    return f"{_when(of, 'kende', 'kendes')} {known} ({sure})."


def few_words(of: Planned) -> str:
    """Where the normal approximation promises too much: what the exact method takes. Empty where it does not."""
    exactly = exact_size(of.file, of.size.population, of.authorities)
    if exactly is None or exactly.cases <= of.size.cases:
        return ""
    return (
        f"Så sjælden en andel er der under {FEW} sager af, og så lover normalfordelingen for meget: efter Clopper og "
        f"Pearson skal der *{case_words(exactly.cases)}* til (method: exact; indkald {danish(exactly.call_in)})."
    )


def reach_words(of: Planned) -> str:
    """What comes of it where there are too few cases to have as many usable ones as are wanted; else empty."""
    usable = of.reachable
    if usable is None:
        return ""
    share = of.file.expected_share if 0 < of.file.expected_share < 1 else Decimal("0.5")
    margin = margin_of(
        float(share),
        usable,
        level=float(of.file.target.level),
        population=of.reckoned_population,
        design_effect=of.effect,
    )
    return (
        f"*Det kan ikke nås*: alle sager er kaldt ind, og kan {percent_words(of.file.usable)} procent af dem bruges, "
        f"bliver det {case_words(usable)}. Det giver ±{points(margin)} procentpoint."
    )


def _unsaid(of: Planned) -> list[str]:
    """What the plan does not say, and what is reckoned with instead."""
    told = []
    if of.size_effect_missing:
        told.append(
            "Sager trukket efter størrelse vejer forskelligt, og størrelserne kendes først med listen. Margenen er "
            "regnet, som om de var ens, og bliver bredere. Skriv draw: {size_effect: …}, gennemsnittet af størrelsen "
            "gange gennemsnittet af 1/størrelsen, fx fra en tidligere liste."
        )
    if of.likeness_missing:
        told.append(
            "Det er ikke sagt, hvor meget sager fra samme myndighed ligner hinanden (likeness). Der er regnet med 0, "
            "og ligner de hinanden, er margenen bredere."
        )
    if of.single:
        many = "celle giver" if of.single == 1 else "celler giver"
        told.append(
            f"{danish(of.single)} {many} én brugbar sag. Af én sag ses ingen spredning, så estimate skal have at vide, "
            "hvad der så gælder (--single-unit); allocation: {minimum_per_cell: 2} undgår det."
        )
    return told


def _when(of: Planned, active: str, passive: str) -> str:
    """`Så kendes`, or under which condition that number of cases would tell so much."""
    if of.plan is not None and not of.plan.probability:
        return f"Var sagerne trukket tilfældigt, ville man {active}"
    if of.reachable is not None:
        return f"Kunne så mange bruges, ville man {active}"
    if of.weight_effect > ALIKE:
        return f"Vejede alle sager ens, ville man {active}"
    return f"Så {passive}"


def _terms(of: Planned) -> list[str]:
    file, told = of.file, []
    if of.size.population is not None:
        told.append(f"Der er regnet med, at der er {case_words(of.size.population)} i alt.")
    if of.design_effect != 1:
        effect = danish(round_half_up(Decimal(repr(of.design_effect)), 2))
        why = (
            f": hver myndighed sender {_from_each(of)}, og sager fra samme myndighed ligner hinanden "
            f"({danish(file.draw.likeness)})"
            if file.draw.likeness is not None
            else ""
        )
        told.append(f"Designeffekten er {effect}{why}.")
    own = file.target.change
    if own is not None and own.overlap:
        told.append(
            f"{percent_words(own.overlap)} procent er med i begge runder, med korrelationen {danish(own.correlation)}."
        )
    if (
        own is not None
        and (population := of.reckoned_population)
        and own.overlap * population < of.size.cases
    ):
        told.append(
            "Runderne deler færre sager, end tilfældet ville give. Er de trukket af de samme sager, trækker de hver "
            "sin vej, og der er regnet med det værste tilfælde: uden fælles sager som af en endeløs population."
        )
    return told


def _from_each(of: Planned) -> str:
    return case_words(ceil(Fraction(of.size.cases, max(of.file.draw.authorities, 1))))


def _planned(of: Planned, plan: Plan) -> list[str]:
    """Where they come from, and what the plan itself gives: seldom what the same number drawn alike would."""
    told = [_spread(plan)]
    if not plan.probability:
        return [*told, f"{NO_CHANCE} {plan.remark['da'] if plan.remark else ''}".strip()]
    whole = of.whole
    if whole is not None and whole.margin is not None:
        line = f"Som planen er, kendes andelen af alle sager på *±{points(whole.margin)} procentpoint*"
        if of.weight_effect > ALIKE:
            effect = danish(round_half_up(Decimal(repr(of.weight_effect)), 2))
            line += f"; at sagerne vejer forskelligt, svarer til en designeffekt på {effect}"
        told.append(f"{line}.")
        told += [_reached(of), _power(of, plan)]
        if whole.uncovered:
            told.append(f"{case_words(whole.uncovered)} er i grupper, hvor ingen trækkes.")
    return told


def _reached(of: Planned) -> str:
    """What it would take to reach the margin that was asked for; empty where the plan does, or none was."""
    margin = of.file.target.margin
    whole = of.whole.margin if of.whole else None
    if margin is None or whole is None or of.file.target.domain or whole <= float(margin) * CLOSE:
        return ""
    if of.enough is None and of.file.draw.method == TWO_STAGE:
        return (
            f"De ±{points(float(margin))}, der er målet, nås ikke: træk flere myndigheder, eller træk dem efter antal "
            "sager (size: size)."
        )
    if of.enough is None:
        return (
            f"De ±{points(float(margin))}, der er målet, nås ikke med denne fordeling og dens grænser: løsn maximum, "
            "minimum eller strata_shares."
        )
    return (
        f"Med samme fordeling skal der {case_words(of.enough)} til for at nå målet, ±{points(float(margin))}: "
        f"skriv target: {{cases: {of.enough}}}."
    )


def _power(of: Planned, plan: Plan) -> str:
    """How often the change is seen with the weights of the plan; empty where they cost nothing or none is sought."""
    change = change_of(of.file)
    if change is None or of.effect <= of.design_effect * ALIKE:
        return ""
    power = change_power(
        change,
        plan.take,
        population=of.reckoned_population,
        design_effect=of.effect,
    )
    return f"Med planens vægte ses ændringen i omkring {percent_words(round(power, 2))} af 100 undersøgelser."


def _spread(plan: Plan) -> str:
    asked = {name: numbers for name, numbers in burdens(plan).items() if numbers[1]}
    fewest, most = (pick(numbers[1] for numbers in asked.values()) for pick in (min, max))
    each = danish(fewest) if fewest == most else f"{danish(fewest)}-{danish(most)}"
    unit = "sag" if most == 1 else "sager"
    if plan.method == TWO_STAGE:
        all_ = danish(len(burdens(plan)))
        return f"{danish(plan.authorities)} af {all_} myndigheder trækkes, og hver sender {each} {unit}."
    return f"Sagerne kommer fra {danish(len(asked))} myndigheder, {each} {unit} fra hver."


def selection_words(plan: Plan) -> tuple[str, ...]:
    """How the cases are picked."""
    told = [METHODS[plan.method]]
    if plan.method == TWO_STAGE:
        how = "efter antal sager" if plan.size_column else "med samme sandsynlighed"
        told.append(f"Myndighederne trækkes {how}.")
    if plan.size_column and plan.method != TWO_STAGE:
        told.append(f"Størrelsen står i sagslistens kolonne {plan.size_column}.")
    if plan.reserve:
        told.append(
            f"I samme lodtrækning får {percent_words(plan.reserve)} procent flere en fast rækkefølge som reserver."
        )
    if plan.probability:
        told.append(
            f"Frøet er *{plan.seed}*. Det står her, før nogen sagsliste findes, så enhver kan gentage lodtrækningen, "
            "og ingen kan vælge et andet, når sagerne kendes."
        )
    if plan.appeal_deadline_weeks:
        told.append(
            f"En sag regnes først som ikke påklaget, når klagefristen på {plan.appeal_deadline_weeks} uger er udløbet."
        )
    return tuple(told)


def change_words(of: Planned) -> str:
    """The smallest fall the plan shows from one round to the next; empty where there is none to tell of."""
    target = of.file.target
    cases = of.plan.take if of.plan else of.size.cases
    if target.change or (of.plan and not of.plan.probability) or target.share == 0:
        return ""
    if of.size.population is not None and cases >= of.size.population:
        return ""
    fall = smallest_change(
        float(target.share),
        cases,
        alpha=1 - float(target.level),
        population=of.reckoned_population,
        design_effect=of.effect,
    )
    if fall is None:
        return ""
    return (
        f"Læses lige så mange sager i en ny runde, ses et fald fra {percent_words(target.share)} procent, når det er "
        f"på mindst {points(fall)} procentpoint (i 80 af 100 undersøgelser)."
    )
