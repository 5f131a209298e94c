"""The curves against R's package survival (`waiting/golden.R`), a textbook's worked example and counts by hand."""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from sagsbarometer.measures.waiting import Exits, waiting_curve

FOLDER = Path(__file__).parent / "waiting"
CAUSES = ("decided", "lapsed")


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def exits() -> Exits:
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for row in rows("counts.csv"):
        found[row["status"]][int(row["day"])] = int(row["cases"])
    return Exits(CAUSES, {cause: found[cause] for cause in CAUSES}, found["open"])


def same(ours: Decimal | None, theirs: str) -> bool:
    """R prints 13 digits, and no limit where the share is 0 or 1."""
    if ours is None or theirs == "NA":
        return ours is None and theirs == "NA"
    return float(ours) == pytest.approx(float(theirs), rel=1e-11, abs=1e-15)


def test_every_step_has_the_share_the_error_and_the_limits_of_r() -> None:
    curve = waiting_curve(exits())
    expected = rows("golden.csv")
    assert [(step.day, step.at_risk) for step in curve.steps] == [
        (int(row["day"]), int(row["at_risk"])) for row in expected
    ]
    for step, row in zip(curve.steps, expected, strict=True):
        limits = step.waiting_limits
        assert same(step.waiting, row["waiting"]), row
        assert same(step.waiting_variance.sqrt(), row["waiting_se"]), row
        assert same(limits and limits.low, row["waiting_low"]), row
        assert same(limits and limits.high, row["waiting_high"]), row
        for number, cause in enumerate(CAUSES):
            limits = step.ended_limits(number)
            assert same(step.ended[number], row[cause]), row
            assert same(step.ended_variance[number].sqrt(), row[f"{cause}_se"]), row
            assert same(limits and limits.low, row[f"{cause}_low"]), row
            assert same(limits and limits.high, row[f"{cause}_high"]), row


def test_half_wait_over_as_many_days_as_r_says() -> None:
    curve = waiting_curve(exits())
    assert (curve.half_waits(), curve.half_waits_limits()) == (100, (93, 108))


def test_the_textbooks_remissions() -> None:
    """Freireich et al. 1963, 6-mercaptopurine, as printed in Kalbfleisch & Prentice: weeks in remission."""
    ended = {6: 3, 7: 1, 10: 1, 13: 1, 16: 1, 22: 1, 23: 1}
    still = {6: 1, 9: 1, 10: 1, 11: 1, 17: 1, 19: 1, 20: 1, 25: 1, 32: 2, 34: 1, 35: 1}
    curve = waiting_curve(Exits(("ended",), {"ended": ended}, still))
    printed = {
        6: (21, "0.857", "0.0764"),
        7: (17, "0.807", "0.0869"),
        10: (15, "0.753", "0.0963"),
        13: (12, "0.690", "0.1068"),
        16: (11, "0.627", "0.1141"),
        22: (7, "0.538", "0.1282"),
        23: (6, "0.448", "0.1346"),
    }
    told = {
        step.day: (step.at_risk, f"{step.waiting:.3f}", f"{step.waiting_variance.sqrt():.4f}")
        for step in curve.steps
        if step.day in printed and step.left[0]
    }
    assert told == printed
    assert (curve.half_waits(), curve.half_waits_limits()) == (23, (13, None))


def test_two_causes_by_hand() -> None:
    """Five cases: one lapses on day 1, one is open after 2 days, two are decided on day 3, one is open after 4."""
    curve = waiting_curve(Exits(CAUSES, {"decided": {3: 2}, "lapsed": {1: 1}}, {2: 1, 4: 1}))
    on = {step.day: step for step in curve.steps}
    fifth, third = Decimal(1) / 5, Decimal(1) / 3
    assert on[1].ended == (0, fifth)
    assert on[1].waiting == on[2].waiting == Decimal("0.8")
    assert abs(on[3].ended[0] - Decimal("0.8") * 2 * third) < Decimal("1e-27")
    assert abs(on[3].waiting - Decimal("0.8") * third) < Decimal("1e-27")
