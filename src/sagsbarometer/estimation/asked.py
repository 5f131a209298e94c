"""What is asked of a table of cases: how its rows were drawn, which answers are counted, and for which groups."""

from __future__ import annotations

from dataclasses import dataclass

from sagsbarometer.estimation.design import FAIL, SINGLE_UNIT_RULES


@dataclass(frozen=True, slots=True)
class Drawing:
    """The columns that tell how the rows were drawn; "" and () where there is none.

    `strata`: of the first stage, several crossed. `cluster`: the drawn unit; without it each row is one.
    `population`: how many units there were in the row's stratum, or instead `probability`: that of the row's unit,
    which may differ within a stratum (Brewer's variance). `second_strata` and `second_population`: the rows within a
    cluster, drawn simply in each stratum of it. `weight`: what a row counts for; without it that follows from the
    populations. `poststrata`: groups whose number of cases is known. `single_unit` is one of
    design.SINGLE_UNIT_RULES.

    Numbers may be whole numbers, floats, or text: `2,5` is none, `2.5` and `12/5` are. Raises ValueError where the
    parts do not fit together.
    """

    weight: str = ""
    strata: tuple[str, ...] = ()
    cluster: str = ""
    population: str = ""
    probability: str = ""
    second_strata: tuple[str, ...] = ()
    second_population: str = ""
    poststrata: tuple[str, ...] = ()
    single_unit: str = FAIL

    def __post_init__(self) -> None:
        if self.population and self.probability:
            raise ValueError("population and probability")
        if (self.second_strata or self.second_population) and not self.cluster:
            raise ValueError("a second stage without clusters")
        if self.second_population and not (self.population or self.probability):
            raise ValueError("a second stage below one drawn with replacement adds nothing")
        if self.second_strata and not self.second_population:
            raise ValueError("strata of a second stage without its populations")
        if self.single_unit not in SINGLE_UNIT_RULES:
            raise ValueError(f"single_unit={self.single_unit!r}")

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column named, each once."""
        single = (self.cluster, self.population, self.probability, self.second_population, self.weight)
        named = (*self.strata, *single, *self.second_strata, *self.poststrata)
        return tuple(dict.fromkeys(name for name in named if name))


@dataclass(frozen=True, slots=True)
class Variable:
    """A share that is asked for. `column` holds 1 for yes, 0 for no and null for unknown, as a whole number or a truth.

    `base` is a column that holds 1 where a case is in the base of the share, else 0 or null; where it does not,
    `column` is null. "": every case is. `complete` vouches that no answer is unknown, which spares a count.
    """

    id: str
    column: str
    base: str = ""
    complete: bool = False

    def __post_init__(self) -> None:
        if self.base and self.complete:
            raise ValueError(f"{self.id}: complete, and not of every case")


By = tuple[
    str, ...
]  # columns whose values, crossed, are the domains of one grouping; () is all cases together
