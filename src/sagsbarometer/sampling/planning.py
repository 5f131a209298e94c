"""From a plan as written to a plan with everything settled: how many, where, and what can be expected of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.kernel.said import said
from sagsbarometer.sampling.frame import Frame
from sagsbarometer.sampling.plan import PPS, STRATIFIED, SYSTEMATIC, TWO_STAGE, Plan, PlanCell
from sagsbarometer.sampling.plan_file import PlanFile, Target
from sagsbarometer.sampling.precision import Expected, expected, weight_effect
from sagsbarometer.sampling.size import (
    EXACT,
    MOST,
    NORMAL,
    Change,
    Size,
    TooLarge,
    change_size,
    cluster_effect,
    domain_size,
    sample_size,
    sized,
)
from sagsbarometer.sampling.where import cells_of

FEW = 10  # cases of the rarer answer: with fewer the normal approximation promises too much
CLOSE = 1.02  # a margin this near to the one asked for is reached
_SAME = 0.995  # of the margin before: more cases no longer help
_STEPS = 6


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan worked out. Without a frame there are only the numbers: `frame` and `plan` are None.

    `design_effect` is the one that was reckoned with; `whole` what is expected of all cases, and `domains` of each
    group of each domain. `enough`: the usable cases that would reach the margin asked for with these shares of
    authorities and strata; None where the plan reaches it, or none would.
    """

    file: PlanFile
    size: Size
    design_effect: float
    frame: Frame | None = None
    plan: Plan | None = None
    whole: Expected | None = None
    domains: Mapping[str, tuple[Expected, ...]] | None = None
    weight_effect: float = 1.0
    enough: int | None = None

    @property
    def authorities(self) -> int | None:
        """How many authorities there are to draw from; None without a frame."""
        return len(self.frame.authorities) if self.frame else None

    @property
    def effect(self) -> float:
        """The design effect with the plan's own weights in it; they are in `design_effect` unless that is of clusters
        alone."""
        if self.file.draw.likeness is not None:
            return self.design_effect * self.weight_effect
        return max(self.design_effect, self.weight_effect)

    @property
    def size_effect_missing(self) -> bool:
        """Whether cases are drawn by size and nothing says what that costs."""
        return (
            self.file.draw.method == PPS
            and self.file.draw.size_effect is None
            and self.file.design_effect == 1
        )

    @property
    def likeness_missing(self) -> bool:
        """Whether authorities are drawn and nothing says how alike the cases of one are: they are taken as unlike."""
        own = self.file
        return own.draw.method == TWO_STAGE and own.draw.likeness is None and own.design_effect == 1

    @property
    def reachable(self) -> int | None:
        """The usable cases to be expected where all are called in and still are too few; None where it is not so."""
        called, cases = (self.plan or self.size).call_in, self.plan.take if self.plan else self.size.cases
        usable = floor(called * Fraction(self.file.usable))
        if self.plan is None:
            all_ = self.size.population is not None and called >= self.size.population
        else:
            all_ = all(cell.call_in == cell.size for cell in self.plan.cells if cell.take)
        return usable if all_ and 0 < usable < cases else None

    @property
    def single(self) -> int:
        """The cells of a draw with a fixed number from each that give one usable case of several."""
        if self.plan is None or self.plan.method not in (STRATIFIED, SYSTEMATIC, PPS):
            return 0
        return sum(cell.take == 1 < cell.size for cell in self.plan.cells)

    @property
    def reckoned_population(self) -> int | None:
        """The population whose finite correction margins are reckoned with; None for an endless one."""
        return self.size.population if self.file.draw.likeness is None else None


def how_many(file: PlanFile, population: int | None, authorities: int | None = None) -> tuple[Size, float]:
    """The number of cases of a plan, and the design effect that is in it.

    Where a two-stage plan says how alike the cases of one authority are, the effect is 1 + (b-1)ρ with b = n/m cases
    from each of m authorities, solved for n: n = n0 (1-ρ) / (1 - n0 ρ/m); without a finite population correction, for
    reading more cases of an authority does not help against the authorities that were not drawn.

    Raises Faults PLAN-135 where too few authorities are drawn to reach the target, PLAN-136 where it asks for more
    cases or authorities than there are, PLAN-138 where no number of cases is large enough.
    """
    try:
        size, effect = _how_many(file, population, authorities)
    except TooLarge:
        fault = said("Målet kræver flere end {most} sager.", most=str(MOST))
        raise Faults(
            [_fault(file, "PLAN-138", fault, said("Brug en større margen eller en større ændring."))]
        ) from None
    if file.draw.method != TWO_STAGE:
        return size, effect
    drawn = file.draw.authorities  # each delivers the same whole number
    cases, call_in = (drawn * ceil(Fraction(number, drawn)) for number in (size.cases, size.call_in))
    if population is not None:
        cases, call_in = min(cases, population), min(call_in, population)
    return replace(size, cases=cases, call_in=call_in), _clusters(file, cases) or effect


def _how_many(file: PlanFile, population: int | None, authorities: int | None) -> tuple[Size, float]:
    target, usable = file.target, Fraction(file.usable)
    effect = float(file.design_effect)
    if file.draw.method == TWO_STAGE and authorities is not None and file.draw.authorities > authorities:
        fault = said(
            "Planen trækker {authorities} myndigheder, men i rammen er {number}.",
            authorities=str(file.draw.authorities),
            number=str(authorities),
        )
        raise Faults([_fault(file, "PLAN-136", fault, said("Ret draw: authorities."))])
    if target.cases is not None:
        if population is not None and target.cases > population:
            fault = said(
                "Planen er på {cases} sager, men i rammen er {population}.",
                cases=str(target.cases),
                population=str(population),
            )
            raise Faults([_fault(file, "PLAN-136", fault, said("Brug færre sager."))])
        called = ceil(target.cases / usable)
        called = called if population is None else min(called, population)
        size = Size(float(target.cases), target.cases, called, population)
        return size, effect
    if target.domain is not None:
        return _of_domain(file, population, effect), effect
    if file.draw.likeness is None:
        return _sized(file, population, effect), effect
    endless = _sized(file, None, 1.0).endless
    likeness, drawn = float(file.draw.likeness), file.draw.authorities
    if endless * likeness >= drawn:
        least = floor(endless * likeness) + 1
        fault = said(
            "Med {drawn} myndigheder kan målet ikke nås, hvor mange sager hver end sender: den "
            "samme myndigheds sager ligner hinanden for meget.",
            drawn=str(drawn),
        )
        raise Faults(
            [
                _fault(
                    file,
                    "PLAN-135",
                    fault,
                    said("Træk mindst {least} myndigheder, eller løsn målet.", least=str(least)),
                )
            ]
        )
    size = sized(endless * (1 - likeness) / (1 - endless * likeness / drawn), None, usable)
    if population is not None and size.cases > population:
        fault = said(
            "Målet kræver {cases} sager fra {drawn} myndigheder, men i rammen er {population}.",
            cases=str(size.cases),
            drawn=str(drawn),
            population=str(population),
        )
        raise Faults([_fault(file, "PLAN-135", fault, said("Træk flere myndigheder, eller løsn målet."))])
    return replace(size, population=population), effect


def planned(file: PlanFile, frame: Frame, seed: str, sources: Mapping[str, str]) -> Planned:
    """The plan worked out on its frame. `seed` is the one to draw with, `sources` SHA-256 of what it was made of.

    Raises Faults as `how_many`, `cells_of` and: PLAN-137 a domain the frame does not know.
    """
    _domains_hold(file, frame)
    size, effect = how_many(file, frame.size, len(frame.authorities))
    plan = _plan(file, frame, size.cases, seed, sources, effect)
    told = {domain: _expected(file, plan, frame, domain, effect) for domain in ("", *file.domains)}
    (whole,) = told.pop("")
    enough = _enough(file, frame, plan, whole, effect)
    weights = weight_effect(plan, float(file.draw.size_effect or 1))
    return Planned(file, size, effect, frame, plan, whole, told, weights, enough)


def _plan(
    file: PlanFile, frame: Frame, cases: int, seed: str, sources: Mapping[str, str], effect: float
) -> Plan:
    cells = cells_of(file, frame, cases)
    take, call_in = _totals(file, cells)
    return Plan(
        id=file.plan,
        title=dict(file.title),
        seed=seed,
        method=file.draw.method,
        strata=file.strata,
        cells=cells,
        take=take,
        call_in=call_in,
        reserve=file.draw.reserve,
        size_column=file.draw.size,
        authorities=file.draw.authorities,
        remark=dict(file.draw.remark),
        appeal_deadline_weeks=file.appeal_deadline.weeks if file.appeal_deadline else 0,
        target=target_words(file, effect),
        sources=dict(sources),
    )


def _expected(file: PlanFile, plan: Plan, frame: Frame, domain: str, effect: float) -> tuple[Expected, ...]:
    share, level = float(file.expected_share), float(file.target.level)
    finite = file.draw.likeness is None
    sizes = float(file.draw.size_effect or 1)
    return expected(
        plan, frame, domain, share=share, level=level, design_effect=effect, finite=finite, size_effect=sizes
    )


def _enough(file: PlanFile, frame: Frame, plan: Plan, whole: Expected, effect: float) -> int | None:
    """The cases that reach the margin asked for as they are shared out, found step by step: the margin falls as 1/√n.

    Where there are bounds, more cases need not help, and none may be enough.
    """
    margin = file.target.margin
    if margin is None or whole.margin is None or not plan.probability or file.target.domain:
        return None
    if whole.margin <= float(margin) * CLOSE:
        return None
    cases, got = plan.take, whole.margin
    for _ in range(_STEPS):
        cases = ceil(1 / ((float(margin) / got) ** 2 * (1 / cases - 1 / frame.size) + 1 / frame.size))
        if cases >= frame.size:
            return None
        try:
            more = _plan(file, frame, cases, plan.seed, {}, effect)
        except Faults:
            return None
        (found,) = _expected(file, more, frame, "", _clusters(file, cases) or effect)
        if found.margin is None or found.margin > got * _SAME:
            return None
        got = found.margin
        if got <= float(margin):
            return cases
    return None


def exact_size(file: PlanFile, population: int | None, authorities: int | None = None) -> Size | None:
    """How many cases the plan takes by the exact method; None where it is not planned by the normal one, or where n·p
    or n·(1-p) is 10 or more, so that the normal one does."""
    target = file.target
    if target.margin is None or target.method != NORMAL or file.draw.likeness is not None:
        return None
    size, _ = how_many(file, population, authorities)
    endless = size.endless / float(file.design_effect)
    if endless * float(min(target.share, 1 - target.share)) >= FEW:
        return None
    exactly = target.model_copy(update={"method": EXACT})
    return how_many(file.model_copy(update={"target": exactly}), population, authorities)[0]


def target_words(file: PlanFile, effect: float) -> dict[str, str]:
    """What the number was worked out from, as text for the plan."""
    target: Target = file.target
    words = {"share": str(file.expected_share), "level": str(target.level), "usable": str(file.usable)}
    words["design_effect"] = f"{effect:.6g}"
    if target.change:
        own = target.change
        words |= {"before": str(own.before), "after": str(own.after), "power": str(own.power)}
        words |= {"alpha": str(own.alpha), "overlap": str(own.overlap), "correlation": str(own.correlation)}
    elif target.margin is not None:
        words |= {"margin": str(target.margin), "method": target.method}
    else:
        words["cases"] = str(target.cases)
    if target.domain is not None:
        words["domain"] = str(target.domain)
    if target.assurance is not None:
        words["assurance"] = str(target.assurance)
    return words


def change_of(file: PlanFile) -> Change | None:
    """The change a plan is to see, None where it is planned for something else."""
    own = file.target.change
    if own is None:
        return None
    parts = (own.before, own.after, own.power, own.alpha, own.overlap, own.correlation)
    return Change(*(float(part) for part in parts))


def _sized(file: PlanFile, population: int | None, effect: float) -> Size:
    target, usable = file.target, Fraction(file.usable)
    if change := change_of(file):
        return change_size(change, population=population, design_effect=effect, usable=usable)
    return sample_size(
        float(target.share),
        float(target.margin or 0),
        level=float(target.level),
        population=population,
        design_effect=effect,
        usable=usable,
        method=target.method,
    )


def _of_domain(file: PlanFile, population: int | None, effect: float) -> Size:
    """The cases in all that have enough of a part of them."""
    share, assurance = float(file.target.domain or 1), file.target.assurance
    inside = None if population is None else max(round(population * share), 1)
    own = _sized(file, inside, effect)
    cases = domain_size(own.cases, share, None if assurance is None else float(assurance))
    called = ceil(cases / Fraction(file.usable))
    if population is not None:
        cases, called = min(cases, population), min(called, population)
    return Size(own.endless, cases, called, population)


def _clusters(file: PlanFile, cases: int) -> float | None:
    """The design effect of a two-stage plan that says how alike the cases of one authority are; None of all others."""
    if file.draw.method != TWO_STAGE or file.draw.likeness is None:
        return None
    return cluster_effect(max(cases / file.draw.authorities, 1.0), float(file.draw.likeness))


def _totals(file: PlanFile, cells: tuple[PlanCell, ...]) -> tuple[int, int]:
    """Usable cases and cases called in: of all cells, or of as many authorities as are drawn, at the most."""
    if file.draw.method != TWO_STAGE:
        return sum(cell.take for cell in cells), sum(cell.call_in for cell in cells)
    each: dict[str, tuple[int, int]] = {}
    for cell in cells:
        take, call_in = each.get(cell.authority, (0, 0))
        each[cell.authority] = (take + cell.take, call_in + cell.call_in)
    most = [
        sorted(numbers, reverse=True)[: file.draw.authorities] for numbers in zip(*each.values(), strict=True)
    ]
    return sum(most[0]), sum(most[1])


def _domains_hold(file: PlanFile, frame: Frame) -> None:
    problems = [
        _fault(
            file,
            "PLAN-137",
            said("Rammen har ingen kolonne til domænet »{domain}«.", domain=domain),
            said("Tilføj kolonnen; region kendes for kommunerne, og strata og authority altid."),
        )
        for domain in file.domains
        if not any(frame.groups(domain))
    ]
    if problems:
        raise Faults(problems)


def _fault(file: PlanFile, code: str, fault: str, remedy: str) -> Problem:
    return Problem(code, Place(file.plan), fault, remedy)
