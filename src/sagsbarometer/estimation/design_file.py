"""design.yaml: how the rows of a file were drawn, and which shares and other numbers are asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from sagsbarometer.datafiles.located import Located, like_cpr, read_yaml
from sagsbarometer.datafiles.validated import Strict, Word, validated
from sagsbarometer.estimation.more_file import SHARE, CompareFile, TruthFile, wrong_kinds
from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Faults, Problem

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=80)]
Name = Annotated[str, StringConstraints(min_length=1)]


class VariableFile(Strict):
    """A share: the column with the answers, and which of them mean what. Any other answer is a fault.

    `outside`: the case is not in the base of the share. An empty cell is unknown. `kind`: a share; a total of the yes,
    or of the numbers of the column; a mean of numbers; or a ratio of two columns of them, `column` over `over`.
    `truth`: the column with the final answer of the cases drawn at random to be read twice.
    """

    id: Id
    label: dict[str, str]
    kind: Literal["share", "total", "mean", "ratio"] = "share"
    column: str = ""  # as the id where it is not told
    over: str = ""
    yes: list[Word] = []
    no: list[Word] = []
    unknown: list[Word] = []
    outside: list[Word] = []
    truth: Name | TruthFile | None = None

    @property
    def source(self) -> str:
        """The column of the file."""
        return self.column or self.id


class SecondFile(Strict):
    """The second stage: cases drawn simply within a cluster, in each stratum of it."""

    strata: list[Name] = []
    population: Name


class DesignFile(Strict):
    """design.yaml. The names are columns of the data; all but the variables may be left out.

    Whether the cases were drawn must be said (`probability_sample`), but where a sample folder tells the draw. A
    selection that was not says false with a `remark`; then the numbers are worked out as if it was, and the
    remark stands by each of them.
    """

    estimate: Id
    title: dict[str, str]
    origin: Literal["real", "reconstructed", "synthetic", "training"] = "real"
    data_date: Annotated[str, StringConstraints(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""
    source: str = ""
    probability_sample: bool | None = None
    generalisable: Literal["yes", "as_if_random", "no"] | None = None
    remark: dict[str, str] = {}
    case: str = ""  # the column of the case's id, where a sample folder tells the draw
    weight: str = ""
    strata: list[Name] = []
    cluster: str = ""
    population: str = ""
    probability: str = ""
    second: SecondFile | None = None
    variables: Annotated[list[VariableFile], Field(min_length=1)]
    domains: list[list[Name] | Name] = []
    compare: list[CompareFile] = []  # differences between two groups
    unit: str = ""  # the column that tells a drawn unit in this round and in the one before

    @property
    def shares(self) -> list[VariableFile]:
        """The variables that are shares."""
        return [item for item in self.variables if item.kind == SHARE]

    @property
    def others(self) -> list[VariableFile]:
        """Totals, means and ratios."""
        return [item for item in self.variables if item.kind != SHARE]


def load_design(path: Path, drawn: bool = False) -> tuple[DesignFile, Located]:
    """The file and where its parts stand. `drawn`: a sample folder tells the draw.

    Raises Faults: YAML-1xx, ESTIMAT-101 with all that is wrong.
    """
    located = read_yaml(path)
    if persons := like_cpr(located):
        raise Faults(persons)
    found, problems = validated(located, DesignFile, code="ESTIMAT-101")
    if found is None:
        raise Faults(problems)
    if problems := list(_crossed(found, located, drawn)):
        raise Faults(problems)
    return found, located


def _crossed(found: DesignFile, located: Located, drawn: bool) -> list[Problem]:
    """What no single key says."""
    problems: list[Problem] = []

    def wrong(at: tuple[str | int, ...], fault: str, remedy: str) -> None:
        problems.append(Problem("ESTIMAT-101", located.place(*at), fault, remedy))

    if found.probability_sample is None and not drawn:
        fault = "Det er ikke sagt, om sagerne er trukket tilfældigt."
        wrong((), fault, "Skriv probability_sample: true, eller false og et forbehold (remark).")
    if found.probability_sample is False and not found.remark.get("da"):
        fault = "Sagerne er ikke trukket, men der er intet forbehold."
        wrong(("probability_sample",), fault, "Skriv remark: {da: …}: det står ved hvert tal.")
    if found.probability_sample and found.generalisable in ("as_if_random", "no"):
        fault = "Sagerne er trukket med kendt sandsynlighed, så tallene kan generaliseres."
        wrong(("generalisable",), fault, "Slet linjen, eller skriv probability_sample: false.")
    if found.probability_sample is False and found.generalisable == "yes":
        fault = "Sager, der ikke er trukket, kan ikke uden videre generaliseres."
        wrong(("generalisable",), fault, "Skriv as_if_random eller no.")
    if found.population and found.probability:
        wrong(("probability",), "Både population og probability er angivet.", "Behold den ene.")
    if found.second and not found.cluster:
        wrong(("second",), "Et andet trin kræver en kolonne med enheder.", "Skriv cluster: <kolonne>.")
    if found.second and not (found.population or found.probability):
        fault = "Under et første trin uden population eller probability tæller det andet trin ikke med."
        wrong(("second",), fault, "Tilføj population eller probability, eller slet second.")
    for at, fault, remedy in wrong_kinds(found):
        wrong(at, fault, remedy)
    seen: set[str] = set()
    for number, variable in enumerate(found.variables):
        if variable.id in seen:
            wrong(("variables", number, "id"), f"{shown(variable.id)} står to gange.", "Giv den et andet id.")
        seen.add(variable.id)
        words = [*variable.yes, *variable.no, *variable.unknown, *variable.outside]
        for word in sorted({word for word in words if words.count(word) > 1}):
            fault = f"Svaret {shown(word)} betyder to ting."
            wrong(("variables", number), fault, "Behold det ét sted.")
    return problems
