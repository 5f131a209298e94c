"""What the grouped pass has no use for, read row by row: numbers, final answers, labels of groups and units."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sagsbarometer.deliveries.stream import RowSource
from sagsbarometer.estimation.design_file import DesignFile, VariableFile
from sagsbarometer.estimation.more import Asked, Truth
from sagsbarometer.estimation.more_file import RATIO, TruthFile
from sagsbarometer.kernel.ids import content_hash, shown
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.runs.estimate_rows import NO, OUTSIDE, YES, verdict

if TYPE_CHECKING:
    from sagsbarometer.estimation.design import Bools, Floats

_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,20})?")
_MOST = 100  # faults told in all
_WORTH = {YES: 1.0, NO: 0.0}
_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Texts:
    """Cells of a file in the order of the rows that are estimated from. `scope`: whether the row belongs at all; what
    does not has empty cells and the number 0."""

    name: str
    columns: Mapping[str, Sequence[str]]
    numbers: Sequence[int]
    scope: Sequence[bool]


def read_texts(source: RowSource, wanted: Sequence[str]) -> Texts:
    """The columns of a file, all rows of it. Raises Faults: FIL-1xx, ESTIMAT-102 a column it lacks."""
    if absent := [name for name in dict.fromkeys(wanted) if name not in source.header]:
        have = f"Filens kolonner: {', '.join(source.header[:30])[:1000]}."
        raise Faults(
            Problem("ESTIMAT-102", Place(source.name), f"Filen har ingen kolonne {shown(name, 80)}.", have)
            for name in absent
        )
    columns: dict[str, list[str]] = {name: [] for name in wanted}
    numbers: list[int] = []
    for batch in source.batches():
        numbers += batch.numbers.to_pylist()
        for name, cells in columns.items():
            cells += batch.columns[source.header.index(name)].to_pylist()
    return Texts(source.name, columns, numbers, [True] * len(numbers))


def of_cases(texts: Texts, ids: Sequence[str], cases: Sequence[tuple[str, bool]]) -> Texts:
    """The rows of some cases, in their order: id, and whether it belongs. `ids` are those of the texts."""
    place = {id: at for at, id in enumerate(ids)}
    rows = [place.get(id, -1) if belongs else -1 for id, belongs in cases]
    columns = {name: [cells[at] if at >= 0 else "" for at in rows] for name, cells in texts.columns.items()}
    numbers = [texts.numbers[at] if at >= 0 else 0 for at in rows]
    return Texts(texts.name, columns, numbers, [belongs for _, belongs in cases])


def columns_of(design: DesignFile) -> tuple[str, ...]:
    """The columns that the numbers, ratios and final answers of a design need."""
    found = [name for item in design.others for name in (item.source, item.over) if name]
    found += [truth.column for item in design.shares if (truth := truth_of(item))]
    return tuple(dict.fromkeys(found))


def truth_of(variable: VariableFile) -> TruthFile | None:
    """Where the final answers of a share stand."""
    told = variable.truth
    return TruthFile(column=told) if isinstance(told, str) else told


def definition_of(variable: VariableFile) -> str:
    """A hash of what is meant by a total, mean or ratio."""
    words = [sorted(words) for words in (variable.yes, variable.no, variable.outside)]
    return content_hash([variable.kind, variable.source, variable.over, *words])[:12]


@dataclass
class Meanings:
    """Texts as numbers, and every fault on the way."""

    texts: Texts
    problems: list[Problem] = field(default_factory=list)

    def asked(self, variable: VariableFile) -> Asked:
        """A total, mean or ratio."""
        counts = bool(variable.yes)
        y, base = self._read(variable, variable.source, counts)
        over = None
        if variable.kind == RATIO:
            over, below = self._read(variable, variable.over, False)
            base &= below
        return Asked(variable.id, variable.kind, definition_of(variable), y, base, over, counts)

    def truth(self, variable: VariableFile, told: TruthFile, groups: Sequence[str]) -> Truth:
        """The final answers of a share."""
        import numpy as np

        answers, _ = self._read(variable, told.column, True)
        given = np.array([bool(text) for text in self.texts.columns[told.column]], dtype=np.bool_)
        return Truth(variable.id, answers, groups, int((given & np.isnan(answers)).sum()))

    def _read(self, variable: VariableFile, column: str, words: bool) -> tuple[Floats, Bools]:
        """Per row the number, nan where it is unknown or the case is not in the base; and whether it is."""
        import numpy as np

        texts = self.texts.columns[column]
        known: dict[str, tuple[float, bool]] = {}
        for text in dict.fromkeys(texts):
            worth = _word(variable, text) if words else _number(variable, text)
            if worth is None:
                self._tell(variable, column, text, words)
            known[text] = worth or (_NAN, True)
        values = [known[text][0] for text in texts]
        base = [known[text][1] and belongs for text, belongs in zip(texts, self.texts.scope, strict=True)]
        return np.array(values, dtype=np.float64), np.array(base, dtype=np.bool_)

    def _tell(self, variable: VariableFile, column: str, text: str, words: bool) -> None:
        if len(self.problems) >= _MOST:
            return
        row = self.texts.numbers[self.texts.columns[column].index(text)]
        place = Place(self.texts.name, row=row, column=column)
        code, fault, remedy = "ESTIMAT-115", f"{shown(text)} er ikke et tal.", "Skriv 12, -3 eller 12.5."
        if words:
            code, fault = "ESTIMAT-103", f"Svaret {shown(text)} er ikke forklaret under {variable.id}."
            remedy = "Skriv det under yes, no, unknown eller outside."
        self.problems.append(Problem(code, place, fault, remedy))


def _word(variable: VariableFile, text: str) -> tuple[float, bool] | None:
    of = verdict(variable, text)
    return None if of is None else (_WORTH.get(of, _NAN), of != OUTSIDE)


def _number(variable: VariableFile, text: str) -> tuple[float, bool] | None:
    if not text or text in variable.unknown or text in variable.outside:
        return _NAN, text not in variable.outside or not text
    return (float(text), True) if _NUMBER.fullmatch(text) else None
