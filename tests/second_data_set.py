"""A second data set that fits the published figures, made another way than the demo's.

Every column begins as the right number of each value in random order; then values change places until the
rows hold together. Columns and words are those of `joint_constraints.csv`, not the form's: a delivery to map.
"""

from __future__ import annotations

import csv
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

PUBLISHED = Path(__file__).resolve().parents[1] / "published" / "handicapsagsbarometret_2023"
MUNICIPALITIES = tuple(str(code) for code in range(901, 999))
DEFECTS = (
    "info_defect",
    "reasons_defect",
    "legal_basis_defect",
    "assessment_defect",
    "rule_bound_defect",
    "hearing_defect",
)
NOT_FULL = ("partial", "denial")
Row = dict[str, str]


def rows(seed: int = 97) -> list[Row]:
    """The rows; the same for the same seed. Where a range is printed, its upper end is used."""
    made = _Rows(random.Random(seed))
    made.decisions()
    made.defects()
    made.kinds("info_defect", ("info_missing_support", "info_missing_activities", "info_missing_other_rules"))
    made.kinds("legal_basis_defect", ("legal_basis_rule_misread", "legal_basis_wrong_provision"))
    made.guidance()
    made.deadlines()
    made.case_handling()
    return made.rows


class _Rows:
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        with (PUBLISHED / "joint_constraints.csv").open(encoding="utf-8", newline="") as file:
            self.top = {
                (item["kind"], item["filter"], item["base_filter"]): item["count_max"]
                for item in csv.DictReader(file)
                if item["count_max"]
            }
        self.rows: list[Row] = [{"case_id": f"X-{n:04}"} for n in range(1, self.count("") + 1)]

    def count(self, counted: str, within: str = "", kind: str = "count") -> int:
        return int(self.top[kind, counted, within])

    def decisions(self) -> None:
        self.fill(
            "decision", {name: self.count(f"decision={name}") for name in ("grant", "partial", "denial")}
        )
        spare = self.rng.choices(MUNICIPALITIES, k=len(self.rows) - len(MUNICIPALITIES))
        for row, code in zip(self.rows, [*MUNICIPALITIES, *spare], strict=True):
            row["municipality_id"] = code
        without = self.count("decision=partial|denial", "municipality_id", "group_zero")
        most = self.count("decision=partial|denial", "municipality_id", "group_range")

        def wrong(refused: Counter[str]) -> int:
            numbers = [refused[code] for code in MUNICIPALITIES]
            return abs(numbers.count(0) - without) + sum(max(0, number - most) for number in numbers)

        def place(row: Row) -> str:
            return row["municipality_id"] if row["decision"] in NOT_FULL else ""

        self.swap_until_right(("decision",), self.rows, place, wrong)

    def defects(self) -> None:
        for name in DEFECTS:
            self.fill(name, {}, rest="none")
        refused = [row for row in self.rows if row["decision"] in NOT_FULL]
        denied = [row for row in self.rows if row["decision"] == "denial"]
        info = {name: self.count(f"info_defect={name}") for name in ("material", "immaterial")}
        self.fill("info_defect", info, rest="none")
        for name in ("legal_basis_defect", "assessment_defect"):
            either = f"{name}=immaterial|material"
            totals = {
                "material": self.count(f"{name}=material", either),
                "immaterial": self.count(f"{name}=immaterial"),
            }
            self.fill(name, totals, rest="none")
        within = "decision=partial|denial"
        reasons = {
            name: self.count(f"reasons_defect={name}", within) for name in ("material", "immaterial", "none")
        }
        self.fill("reasons_defect", reasons, among=refused)
        self.fill(
            "rule_bound_defect",
            {"immaterial": self.count("rule_bound_defect=immaterial")},
            "none",
            among=denied,
        )
        material, any_at_all = self.count("material_defect=1"), self.count("any_defect=1")

        def wrong(found: Counter[str]) -> int:
            return abs(found["material"] - material) + abs(len(self.rows) - found["none"] - any_at_all)

        self.swap_until_right(
            ("info_defect", "legal_basis_defect", "assessment_defect"), self.rows, _worst, wrong
        )
        for row in self.rows:
            worst = _worst(row)
            row["any_defect"] = "0" if worst == "none" else "1"
            row["material_defect"] = "1" if worst == "material" else "0"
            row["in_accordance"] = "0" if worst == "material" else "1"

    def kinds(self, defect: str, columns: tuple[str, ...]) -> None:
        having = [row for row in self.rows if row[defect] != "none"]
        for column in columns:
            self.fill(column, {}, rest="0")
            self.fill(column, {"1": self.count(f"{column}=1", f"{defect}=immaterial|material")}, "0", having)
        self.swap_until_right(
            columns,
            having,
            lambda row: "some" if "1" in [row[column] for column in columns] else "none",
            lambda found: found["none"],
        )

    def guidance(self) -> None:
        for row in self.rows:
            row["reasons_required"] = row["guidance_required"] = "1" if row["decision"] in NOT_FULL else "0"
        owed_meets = self.count("guidance_compliant=yes", "decision=partial|denial")
        all_meets = self.count("guidance_compliant=yes", "guidance_given=1")
        for required, meets in (("1", owed_meets), ("0", all_meets - owed_meets)):
            group = [row for row in self.rows if row["guidance_required"] == required]
            given = self.count(f"guidance_given=1 & guidance_required={required}")
            self.fill("guidance_given", {"1": given}, "0", group)
            told = [row for row in group if row["guidance_given"] == "1"]
            self.fill("guidance_compliant", {}, "not_given", group)
            self.fill("guidance_compliant", {"yes": meets}, "no", told)

    def deadlines(self) -> None:
        self.fill(
            "deadline", {name: self.count(f"deadline={name}") for name in ("kept", "unknown")}, "exceeded"
        )
        within = "deadline=exceeded"
        low, high = (self.count("overrun_days", within, kind) for kind in ("min", "max"))
        late = [row for row in self.rows if row["deadline"] == "exceeded"]
        # All begin at the printed mean, save the two extremes; then days change hands.
        mean = int(float(self.top["mean_weeks", "overrun_days", within]) * 7)
        days = [low, high, *[mean] * (len(late) - 2)]
        for _ in range(20_000):
            giver, taker = self.rng.randrange(2, len(days)), self.rng.randrange(2, len(days))
            if giver != taker and days[giver] > low and days[taker] < high:
                days[giver] -= 1
                days[taker] += 1
        for row in self.rows:
            row["overrun_days"] = ""
        for row, number in zip(late, days, strict=True):
            row["overrun_days"] = str(number)

    def case_handling(self) -> None:
        granted = [row for row in self.rows if row["decision"] != "denial"]
        every = "action_plan=offered|not_offered|unknown"
        plans = {
            "offered": self.count("action_plan=offered", every),
            "not_offered": self.count("action_plan=not_offered"),
            "unknown": self.count("action_plan=unknown", every),
        }
        self.fill("action_plan", {}, rest="not_applicable")
        self.fill("action_plan", plans, among=granted)
        self.fill("holistic", {name: self.count(f"holistic={name}") for name in ("yes", "no", "unknown")})
        lacking = [row for row in self.rows if row["holistic"] == "no"]
        for column in ("may_need_85", "may_need_83", "may_need_respite"):
            self.fill(column, {}, rest="0")
            self.fill(column, {"1": self.count(f"{column}=1", "holistic=no")}, "0", lacking)

    def fill(
        self, column: str, totals: dict[str, int], rest: str = "", among: list[Row] | None = None
    ) -> None:
        """Gives `among` (default: all rows) the values in random order, and `rest` to those left over."""
        rows = self.rows if among is None else among
        values = [value for value, number in totals.items() for _ in range(number)]
        values += [rest] * (len(rows) - len(values))
        self.rng.shuffle(values)
        for row, value in zip(rows, values, strict=True):
            row[column] = value

    def swap_until_right(
        self,
        columns: tuple[str, ...],
        among: list[Row],
        kind: Callable[[Row], str],
        wrong: Callable[[Counter[str]], int],
    ) -> None:
        """Lets two rows exchange a value, and back again when the numbers of each kind got worse by it."""
        tally = Counter(map(kind, among))
        score = wrong(tally)
        for _ in range(100_000):
            if score == 0:
                return
            one, other = self.rng.sample(among, 2)
            column = self.rng.choice(columns)
            before = Counter((kind(one), kind(other)))
            one[column], other[column] = other[column], one[column]
            after = Counter((kind(one), kind(other)))
            now = wrong(changed := tally - before + after)
            if now > score:
                one[column], other[column] = other[column], one[column]
            else:
                tally, score = changed, now
        raise AssertionError(f"{columns}: {score}")


def _worst(row: Row) -> str:
    found = [row[name] for name in DEFECTS]
    return "material" if "material" in found else "immaterial" if "immaterial" in found else "none"
