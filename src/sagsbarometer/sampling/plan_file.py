"""A plan as somebody writes it: plan.yaml, read and checked. Shares are of 0 to 1."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from sagsbarometer.datafiles.located import Located, Path_, like_cpr
from sagsbarometer.datafiles.validated import Strict, Word, validated
from sagsbarometer.kernel.ids import holds_cpr
from sagsbarometer.kernel.problems import Faults, Problem
from sagsbarometer.kernel.said import said
from sagsbarometer.sampling.frame import AUTHORITY, JOIN
from sagsbarometer.sampling.plan import CHOSEN_AUTHORITIES, DECLARED, PPS, SIMPLE, TWO_STAGE

_LONGEST = 15
_SEED = 200


def _number(raw: Any) -> Any:
    """A number as it may be written: 0.5, 0,5 or 5."""
    if isinstance(raw, bool) or not isinstance(raw, int | str):
        raise ValueError(said("Skriv et tal som 0.05."))
    text = str(raw).strip().replace(",", ".")
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise ValueError(said("Skriv et tal som 0.05.")) from None
    if not value.is_finite() or len(text) > _LONGEST:
        raise ValueError(said("Skriv et tal som 0.05."))
    return value


Number = Annotated[Decimal, BeforeValidator(_number)]
Open = Annotated[Number, Field(gt=0, lt=1)]
Share = Annotated[Number, Field(ge=0, le=1)]
Texts = Annotated[dict[str, str], Field(min_length=1)]
Count = Annotated[int, Field(ge=1, le=10**7)]


class ChangeTarget(Strict):
    """A change to be seen from one round to the next."""

    before: Open = Field(alias="from")
    after: Open = Field(alias="to")
    power: Open = Decimal("0.8")
    alpha: Open = Decimal("0.05")
    overlap: Share = Decimal(0)
    correlation: Share = Decimal(0)


class Target(Strict):
    """What the number is worked out from: a precision, a change, or a number that is simply given.

    `domain`: the target is of a part of the cases, so large a share of all; `assurance`: how surely the draw must
    have cases enough of it.
    """

    share: Share = Decimal("0.5")
    margin: Open | None = None
    level: Open = Decimal("0.95")
    method: Literal["normal", "exact"] = "normal"
    change: ChangeTarget | None = None
    cases: Count | None = None
    domain: Open | None = None
    assurance: Open | None = None


class Allocation(Strict):
    """How the cases are shared out. `minimum` and `maximum` are usable cases of one authority; `minimum_per_cell` of
    one authority in one stratum, as far as it has them, where every cell gives some."""

    method: Literal["proportional", "square_root", "neyman", "equal"] = "proportional"
    among: Literal["authority", "stratum", "both"] = "both"
    minimum: Annotated[int, Field(ge=0)] = 0
    maximum: Annotated[int, Field(ge=1)] | None = None
    minimum_per_cell: Annotated[int, Field(ge=1)] = 1
    strata_shares: dict[str, Share] = {}


class Draw(Strict):
    """Which cases. `size` is a column: for pps one of the list of cases, for two_stage the size of an authority.

    `size_effect`, for pps: the mean of size times the mean of 1/size in a cell, what the sizes cost in precision.
    """

    method: Literal[
        "simple", "stratified", "systematic", "pps", "two_stage", "newest_first", "chosen_authorities"
    ] = "stratified"
    size: str = ""
    authorities: Annotated[int, Field(ge=0)] = 0
    likeness: Share | None = None
    size_effect: Annotated[Number, Field(ge=1, le=100)] | None = None
    chosen: tuple[Word, ...] = ()
    reserve: Annotated[Number, Field(ge=0, le=10)] = Decimal(0)
    remark: dict[str, str] = {}


class Deadline(Strict):
    """How long a decision can be appealed."""

    weeks: Annotated[int, Field(ge=1, le=520)]


class PlanFile(Strict):
    """All of plan.yaml."""

    plan: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=80)]
    title: Texts
    target: Target
    design_effect: Annotated[Number, Field(gt=0, le=100)] = Decimal(1)
    usable: Annotated[Number, Field(gt=0, le=1)] = Decimal(1)
    frame: str = ""
    source: str = ""  # of the frame's numbers
    origin: Literal["real", "reconstructed", "synthetic", "training"] = "real"
    strata: tuple[str, ...] = ()
    labels: dict[str, str] = {}  # of strata, their values and domains, in Danish
    allocation: Allocation | None = None
    domains: tuple[str, ...] = ()
    draw: Draw = Draw()
    seed: Word = ""
    appeal_deadline: Deadline | None = None

    @property
    def expected_share(self) -> Decimal:
        """The share that margins are worked out for, where the frame does not tell another."""
        return self.target.change.before if self.target.change else self.target.share

    def label(self, id: str) -> str:
        """What a stratum, one of its values or a domain is called; the id itself where the plan does not say."""
        return JOIN.join(self.labels.get(part, part) for part in id.split(JOIN))


def read_plan_file(located: Located) -> PlanFile:
    """The plan in a YAML file. Raises Faults, all at once: PLAN-101 its form, PLAN-102 the target, PLAN-103 the draw,
    PLAN-104 the strata and how cases are shared out; before them YAML-105 what may be a person."""
    if persons := like_cpr(located):
        raise Faults(persons)
    file, problems = validated(located, PlanFile, code="PLAN-101")
    if file is None:
        raise Faults(problems)
    told = [
        Problem(code, located.place(*path), fault, remedy)
        for code, path, fault, remedy in (*_target(file), *_draw(file), *_sharing(file), *_texts(file))
    ]
    if told:
        raise Faults(told)
    return file


_Told = tuple[str, Path_, str, str]


def _target(file: PlanFile) -> list[_Told]:
    told: list[_Told] = []
    target = file.target
    if sum(given is not None for given in (target.margin, target.change, target.cases)) != 1:
        remedy = said("Skriv én af dem: margin (fx 0.05), change (fra, til, power) eller cases (antal).")
        told.append(
            ("PLAN-102", ("target",), said("Målet skal have margin, change eller cases, og kun én."), remedy)
        )
    if target.assurance is not None and target.domain is None:
        fault, remedy = (
            said("assurance er, hvor sikkert en del af sagerne skal rammes, men domain mangler."),
            said("Skriv domain."),
        )
        told.append(("PLAN-102", ("target", "assurance"), fault, remedy))
    if target.domain is not None and (target.cases is not None or file.draw.likeness is not None):
        fault = said("domain kan ikke stå sammen med cases eller likeness.")
        told.append(("PLAN-102", ("target", "domain"), fault, said("Slet en af dem.")))
    if target.margin is not None and target.method == "normal" and target.share in (0, 1):
        remedy = said("Skriv en andel mellem 0 og 1, eller method: exact.")
        told.append(
            (
                "PLAN-102",
                ("target", "share"),
                said("Med method: normal kan andelen ikke være 0 eller 1."),
                remedy,
            )
        )
    if target.change and target.change.before == target.change.after:
        fault, remedy = (
            said("Der er ingen ændring at se: from og to er ens."),
            said("Skriv to forskellige andele."),
        )
        told.append(("PLAN-102", ("target", "change"), fault, remedy))
    return told


def _draw(file: PlanFile) -> list[_Told]:
    told: list[_Told] = []
    draw = file.draw

    def wrong(key: str, fault: str, remedy: str) -> None:
        told.append(("PLAN-103", ("draw", key), fault, remedy))

    declared = draw.method in DECLARED
    if declared and not draw.remark.get("da"):
        fault = said(
            "Med method: {method} kender ingen sagernes sandsynlighed, og det skal følge tallene.",
            method=draw.method,
        )
        wrong("remark", fault, said('Skriv remark: {da: "…"} om, hvordan sagerne er valgt.'))
    if not declared and draw.remark:
        wrong("remark", said("remark er kun til valg uden kendt sandsynlighed."), said("Slet linjen."))
    if (draw.method == TWO_STAGE) != (draw.authorities > 0):
        fault = said(
            "authorities er, hvor mange myndigheder der trækkes i første trin, og kun med method: two_stage."
        )
        wrong("authorities", fault, said("Skriv et antal ved two_stage, eller slet linjen."))
    if (draw.method == CHOSEN_AUTHORITIES) != bool(draw.chosen):
        fault = said("chosen er de valgte myndigheder, og hører til method: chosen_authorities.")
        wrong("chosen", fault, said("Skriv deres koder: [101, 147], eller slet linjen."))
    if draw.method == PPS and not draw.size:
        fault = said("Med method: pps trækkes sager efter størrelse, men size mangler.")
        wrong("size", fault, said("Skriv den kolonne i sagslisten, som har størrelsen."))
    if draw.size and draw.method not in (PPS, TWO_STAGE):
        wrong("size", said("size bruges kun med pps og two_stage."), said("Slet linjen."))
    if draw.size_effect is not None and draw.method != PPS:
        wrong(
            "size_effect",
            said("size_effect bruges kun med pps."),
            said("Slet linjen, eller brug design_effect."),
        )
    if draw.likeness is not None and draw.method != TWO_STAGE:
        wrong(
            "likeness",
            said("likeness bruges kun med two_stage."),
            said("Slet linjen, eller brug design_effect."),
        )
    if draw.likeness is not None and file.design_effect != 1:
        wrong(
            "likeness",
            said("likeness giver selv designeffekten."),
            said("Slet likeness eller design_effect."),
        )
    return told


def _sharing(file: PlanFile) -> list[_Told]:
    told: list[_Told] = []
    for number, name in enumerate(file.strata):
        if name == AUTHORITY or name in file.strata[:number]:
            fault = (
                said("Myndigheden er altid en del af inddelingen.")
                if name == AUTHORITY
                else said("Et stratum står to gange.")
            )
            told.append(("PLAN-104", ("strata", number), fault, said("Slet det.")))
    own = file.allocation
    if own is None:
        return told
    if file.draw.method in (SIMPLE, TWO_STAGE):
        fault = said(
            "Med method: {method} bestemmer lodtrækningen selv, hvor mange sager der kommer hvorfra.",
            method=file.draw.method,
        )
        told.append(
            ("PLAN-104", ("allocation",), fault, said("Slet allocation, eller brug method: stratified."))
        )
    if own.maximum is not None and own.maximum < own.minimum:
        told.append(
            (
                "PLAN-104",
                ("allocation", "maximum"),
                said("maximum er mindre end minimum."),
                said("Ret et af dem."),
            )
        )
    if own.strata_shares and not file.strata:
        fault = said("strata_shares deler efter strata, men planen har ingen.")
        told.append(
            (
                "PLAN-104",
                ("allocation", "strata_shares"),
                fault,
                said("Skriv strata: [result], eller slet den."),
            )
        )
    if sum(own.strata_shares.values()) > 1:
        fault = said("strata_shares er tilsammen mere end 1.")
        told.append(
            ("PLAN-104", ("allocation", "strata_shares"), fault, said("De er dele af 1: {refusal: 0.5}."))
        )
    return told


def _texts(file: PlanFile) -> list[_Told]:
    told: list[_Told] = []
    if "da" not in file.title:
        told.append(
            ("PLAN-101", ("title",), said("Titlen mangler på dansk."), said('Skriv title: {da: "…"}.'))
        )
    if len(file.seed) > _SEED or not file.seed.isprintable() or holds_cpr(file.seed):
        remedy = said(
            "Skriv højst {longest} tegn på én linje, eller slet linjen: så laver planen et frø.",
            longest=_SEED,
        )
        told.append(("PLAN-101", ("seed",), said("Frøet kan ikke bruges."), remedy))
    return told
