"""A file of ratings, read and checked: a row a rating, or a row an item with a column per rater."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from sagsbarometer.agreement.agree import Scale
from sagsbarometer.agreement.by import Row
from sagsbarometer.deliveries.table_cells import Findings
from sagsbarometer.deliveries.tables import RawTable
from sagsbarometer.kernel.ids import holds_cpr, shown

ITEM, RATER, ANSWER = "item", "rater", "rating"
QUESTION, WEEK, WEIGHT, STRATUM, POPULATION = "question", "week", "weight", "stratum", "population"
OF_ITEM = (QUESTION, WEEK, WEIGHT, STRATUM, POPULATION)
COLUMNS = (ITEM, RATER, ANSWER, *OF_ITEM)
MOST_ANSWERS = 200
BY_COLUMN, BY_STRATA, ALIKE = "column", "strata", "alike"


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is read. `names`: what its columns are called, by what they are (`item`, `rater` …); those not named
    are called what they are. `wide`: a row an item, each column that is nothing else a rater. `categories`: all answers
    there are, in order; () for those given. `population`: cases the double reading was drawn from, where no column
    says it. `drawn_once`: items with one rating were drawn too."""

    scale: Scale = Scale.NOMINAL
    wide: bool = False
    names: Mapping[str, str] = field(default_factory=dict)
    categories: tuple[str, ...] = ()
    population: int | None = None
    drawn_once: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """The ratings of a file. `blank`: places for a rating that have none. `weighing`: how items weigh, `column` as the
    file says, `strata` by the cases of their stratum, `alike`."""

    rows: tuple[Row, ...]
    blank: int
    weighing: str = ALIKE


class _Once(Findings):
    """Findings that tell a fault of a row once: a row of a wide file is read once for each rater."""

    def add(
        self, code: str, fault: str, remedy: str, *, row: int | None = None, column: str | int | None = None
    ) -> None:
        """Keep one more error, unless it was told of the row."""
        if (code, fault, row, column) not in self._seen:
            self._seen.add((code, fault, row, column))
            super().add(code, fault, remedy, row=row, column=column)

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self._seen: set[tuple[str, str, int | None, str | int | None]] = set()


@dataclass(slots=True)
class _Told:
    """What one line says of an item, before it is known to be right."""

    number: int
    item: str
    rater: str
    answer: str
    column: str
    of_item: Mapping[str, str]


def read_rows(table: RawTable, how: Reading) -> Given:
    """The ratings of a table. Blank answers are no ratings.

    Raises Faults with all that is wrong: ENIGHED-101 a column that is missing, 102 a cell that is not what it should
    be, 103 two answers of one rater to one item, 104 nothing was read twice, 105 answers whose order is not known, 106
    weights and populations that do not fit or are lacking, 107 a name that looks like a CPR number, 108 too many
    different answers.
    """
    findings = _Once(table.file)
    told = list(_told(table, how, findings))
    _hidden(told, findings)
    findings.raise_any()
    rows = [_row(line, how, findings) for line in told]
    _repeated(told, findings)
    findings.raise_any()
    _per_item(told, rows, findings)
    findings.raise_any()
    given = [row for row in rows if row.answer]
    _answers(given, how, findings)
    _populations(given, how, findings)
    weighing = _weighing(given, findings)
    findings.raise_any()
    return Given(tuple(given), len(rows) - len(given), weighing)


def _told(table: RawTable, how: Reading, findings: Findings) -> Iterator[_Told]:
    """Every place for a rating."""
    called = {part: how.names.get(part, part) for part in COLUMNS}
    places = {name: place for place, name in enumerate(table.header)}
    needed = [ITEM] if how.wide else [ITEM, RATER, ANSWER]
    needed += [part for part in how.names if part not in needed]
    for part in needed:
        if called[part] not in places:
            fault = f"Kolonnen {shown(called[part])} findes ikke. Den skal sige, hvad {_WHAT[part]} er."
            remedy = f"Giv kolonnen det navn, eller skriv --column {part}=NAVN."
            findings.add("ENIGHED-101", fault, remedy, row=table.header_row)
    findings.raise_any()
    of_item = {part: places[called[part]] for part in OF_ITEM if called[part] in places}
    if not how.wide:
        item, rater, answer = (places[called[part]] for part in (ITEM, RATER, ANSWER))
        for row in table.rows:
            said = {part: row.cells[place] for part, place in of_item.items()}
            yield _Told(
                row.number, row.cells[item], row.cells[rater], row.cells[answer], called[ANSWER], said
            )
        return
    others = {places[called[ITEM]], *of_item.values()}
    raters = [(name, place) for name, place in places.items() if place not in others]
    if len(raters) < 2:
        fault = "Der er færre end to kolonner med bedømmere."
        findings.stop(
            "ENIGHED-101", fault, "Giv hver bedømmer en kolonne, eller udelad --wide.", row=table.header_row
        )
    for row in table.rows:
        said = {part: row.cells[place] for part, place in of_item.items()}
        for name, place in raters:
            yield _Told(row.number, row.cells[places[called[ITEM]]], name, row.cells[place], name, said)


def _hidden(told: Sequence[_Told], findings: Findings) -> None:
    """Names that look like a CPR number: they would stand in tables."""
    seen: set[str] = set()
    for line in told:
        for text in (line.item, line.rater, line.answer, *line.of_item.values()):
            if text in seen or not holds_cpr(text):
                continue
            seen.add(text)
            fault = "En celle ligner et CPR-nummer. Den vises ikke her."
            findings.add("ENIGHED-107", fault, "Brug et løbenummer eller et pseudonym.", row=line.number)


def _row(line: _Told, how: Reading, findings: Findings) -> Row:
    """One place for a rating as a row; what is wrong with it is among the findings."""
    for part, text in ((ITEM, line.item), (RATER, line.rater)):
        if not text:
            fault = f"Cellen er tom. Den skal sige, hvad {_WHAT[part]} er."
            findings.add("ENIGHED-102", fault, "Udfyld cellen, eller slet rækken.", row=line.number)
    answer = line.answer
    if answer and how.scale is Scale.INTERVAL:
        answer = _number(line, findings)
    elif answer and how.categories and answer not in how.categories:
        fault = f"Svaret {shown(answer)} er ikke et af dem, der er nævnt i --categories."
        remedy = "Ret svaret, eller nævn det."
        findings.add("ENIGHED-102", fault, remedy, row=line.number, column=line.column)
    weight = _weight(line, findings)
    population = _population(line, how.population, findings)
    said = line.of_item
    return Row(
        line.item,
        line.rater,
        answer,
        said.get(QUESTION, ""),
        _week(said.get(WEEK, "")),
        weight,
        said.get(STRATUM, ""),
        population,
    )


def _number(line: _Told, findings: Findings) -> str:
    """An answer that is a number, in one notation."""
    try:
        value = _decimal(line.answer)
    except ValueError:
        fault = f"Svaret {shown(line.answer)} er ikke et tal, og --scale interval regner med tal."
        remedy = "Ret svaret, eller vælg en anden skala."
        findings.add("ENIGHED-102", fault, remedy, row=line.number, column=line.column)
        return ""
    return format(value.normalize() + 0, "f")


def _weight(line: _Told, findings: Findings) -> float | None:
    text = line.of_item.get(WEIGHT)
    if text is None:
        return None
    try:
        value = float(_decimal(text))
    except ValueError:
        value = 0.0
    if not 0 < value <= _MOST_WEIGHT:
        fault = f"Vægten {shown(text)} er ikke et tal over 0 og højst en milliard."
        findings.add(
            "ENIGHED-106", fault, "Skriv 1 delt med sandsynligheden for at blive læst igen.", row=line.number
        )
        return 1.0
    return value


def _population(line: _Told, otherwise: int | None, findings: Findings) -> int | None:
    text = line.of_item.get(POPULATION, "")
    if not text:
        return otherwise
    if not text.isascii() or not text.isdigit():
        fault = f"Antallet af sager {shown(text)} er ikke et helt tal."
        findings.add("ENIGHED-106", fault, "Skriv, hvor mange sager der blev trukket af.", row=line.number)
        return otherwise
    return int(text)


def _decimal(text: str) -> Decimal:
    """A number with comma or dot as decimal mark. Raises ValueError."""
    try:
        value = Decimal(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
    except InvalidOperation:
        raise ValueError(text) from None
    if not value.is_finite():
        raise ValueError(text)
    return value


def _week(text: str) -> str:
    """A day as its ISO week; other words as they are."""
    try:
        year, week, _ = date.fromisoformat(text).isocalendar()
    except ValueError:
        return text
    return f"{year}-W{week:02d}"


def _repeated(told: Sequence[_Told], findings: Findings) -> None:
    first: dict[tuple[str, str, str], int] = {}
    for line in told:
        key = (line.of_item.get(QUESTION, ""), line.item, line.rater)
        if line.answer and first.setdefault(key, line.number) != line.number:
            fault = f"Bedømmeren har også svaret om den sag i række {first[key]}."
            findings.add("ENIGHED-103", fault, "Behold det ene svar.", row=line.number)


def _per_item(told: Sequence[_Told], rows: Sequence[Row], findings: Findings) -> None:
    """What belongs to an item must be the same in all its lines."""
    first: dict[tuple[str, str], Row] = {}
    for line, row in zip(told, rows, strict=True):
        known = first.setdefault((row.question, row.item), row)
        for part, one, other in (
            (WEIGHT, known.weight, row.weight),
            (STRATUM, known.stratum, row.stratum),
            (POPULATION, known.population, row.population),
        ):
            if one != other:
                fault = f"{_CALLED[part]} er en anden end i sagens første række."
                findings.add(
                    "ENIGHED-106", fault, "En sag har den samme i alle sine rækker.", row=line.number
                )


def _answers(rows: Sequence[Row], how: Reading, findings: Findings) -> None:
    """Whether there is something to compare, and whether the answers have the order they need."""
    answers: dict[str, set[str]] = {}
    raters: dict[tuple[str, str], int] = {}
    for row in rows:
        answers.setdefault(row.question, set()).add(row.answer)
        raters[row.question, row.item] = raters.get((row.question, row.item), 0) + 1
    if all(number < 2 for number in raters.values()):
        fault = "Ingen sag er læst af to."
        remedy = "Er filen bred (en kolonne pr. bedømmer), så skriv --wide. Ellers se, om sagerne hedder det samme."
        findings.add("ENIGHED-104", fault, remedy)
    for question, given in sorted(answers.items()):
        about = f" på spørgsmålet {shown(question)}" if question else ""
        if len(given) > MOST_ANSWERS:
            fault = f"Der er {len(given)} forskellige svar{about}; grænsen er {MOST_ANSWERS}."
            findings.add(
                "ENIGHED-108", fault, "Del svarene ind i færre, eller se, om det er den rigtige kolonne."
            )
        if how.scale is Scale.ORDINAL and not how.categories and not all(map(_is_number, given)):
            fault = f"Svarene{about} er ord, så deres rækkefølge kendes ikke."
            findings.add("ENIGHED-105", fault, "Skriv dem i rækkefølge: --categories lav,middel,høj.")


def _weighing(rows: Sequence[Row], findings: Findings) -> str:
    """How items weigh. Several strata need a weight or a number of cases: unlike parts of them may have been drawn."""
    if any(row.weight is not None for row in rows):
        return BY_COLUMN
    strata = {(row.question, row.stratum) for row in rows}
    if len(strata) == len({row.question for row in rows}):
        return ALIKE
    if all(row.population is None for row in rows):
        fault = (
            "Der er flere strata, men hverken vægte eller antal sager, så de kan ikke lægges rigtigt sammen."
        )
        remedy = (
            "Skriv antallet i hvert stratum i en kolonne (population). Er alle strata læst lige meget, så skriv "
            "1 i en kolonne weight."
        )
        findings.add("ENIGHED-106", fault, remedy)
    return BY_STRATA


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _populations(rows: Sequence[Row], how: Reading, findings: Findings) -> None:
    """No stratum can have fewer cases than were read twice, and all have a number or none has."""
    known = {row.population is None for row in rows}
    if len(known) > 1:
        fault = "Nogle sager har et antal sager, de er trukket af, og andre har ikke."
        findings.add("ENIGHED-106", fault, "Udfyld kolonnen for alle, eller brug --population.")
        return
    cases: dict[tuple[str, str], set[int]] = {}
    read: dict[tuple[str, str], dict[str, int]] = {}
    for row in rows:
        key = (row.question, row.stratum)
        if row.population is not None:
            cases.setdefault(key, set()).add(row.population)
        items = read.setdefault(key, {})
        items[row.item] = items.get(row.item, 0) + 1
    for key, numbers in sorted(cases.items()):
        if how.population is not None and len({stratum for _, stratum in cases}) > 1:
            fault = "Der er flere strata, men kun ét antal sager, de er trukket af."
            findings.add("ENIGHED-106", fault, "Skriv antallet i hvert stratum i en kolonne (population).")
            return
        drawn = sum(number > 1 or how.drawn_once for number in read[key].values())
        about = f" i stratum {shown(key[1])}" if key[1] else ""
        if len(numbers) > 1:
            fault = f"Sagerne{about} har forskellige antal sager, de er trukket af."
            findings.add("ENIGHED-106", fault, "Et stratum har ét antal sager. Mangler kolonnen stratum?")
        elif min(numbers) < drawn:
            fault = f"{drawn} sager{about} er trukket, men der er kun {min(numbers)} at trække af."
            findings.add("ENIGHED-106", fault, "Ret antallet.")


_MOST_WEIGHT = 10**9  # cases that one stands for; the squares must still be numbers
_WHAT = {
    ITEM: "sagen",
    RATER: "bedømmeren",
    ANSWER: "svaret",
    QUESTION: "spørgsmålet",
    WEEK: "ugen",
    WEIGHT: "vægten",
    STRATUM: "stratum",
    POPULATION: "antallet af sager",
}
_CALLED = {WEIGHT: "Vægten", STRATUM: "Stratum", POPULATION: "Antallet af sager"}
