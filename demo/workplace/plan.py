"""The plan of the barometer of 2023 as the workplace keeps it; the numbers of the frame are invented."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from demo.workplace.cases import GRANT, REFUSAL, SEED, Scene

NAME = "Handicapsagsbarometret 2023 (demo)"
KINDS = ((GRANT, "Bevilling"), (REFUSAL, "Afslag og delvist afslag"))
REMARK = (
    "Kommunerne valgte de nyeste afgørelser i perioden, og der blev undervejs kaldt flere afslag ind. Sagerne er ikke "
    "trukket tilfældigt."
)


def plan(first: Mapping[str, Any], rows: Sequence[Mapping[str, str]], scene: Scene) -> dict[str, Any]:
    """All steps of the plan filled in. `first`: the plan as the template begins it; `rows`: the municipalities."""
    return {
        **first,
        "commission": {
            "asked_by": "Opdigtet ministerium",
            "funding": "Opdigtet bevilling",
            "deliverable": "En rapport, tal på nettet og et brev til hver kommune.",
            "due": "2027-06-30",
        },
        "population": {
            "described": "Afgørelser om ledsagelse til voksne efter servicelovens § 97, som ingen har klaget over.",
            "source": "Opdigtede antal, seks gange det, kommunen har sendt.",
            "strata": [{"id": id, "label": label} for id, label in KINDS],
            "authorities": [_authority(row, scene) for row in rows],
        },
        "sample": {
            **first["sample"],
            "method": "newest_first",
            "remark": REMARK,
            "target": "cases",
            "cases": 385,
            "usable": "100",
            "allocation": "proportional",
            "minimum": 1,
            "seed": "handicapsagsbarometret-2023",
        },
        "criteria": {
            "from_": "2019-01-01",
            "to": "2022-12-20",
            "not_appealed": True,
            "appeal_weeks": 4,
            "documented": True,
            "neither_is_finding": True,
            "other": "",
            "note": "Afslag, der er afgjort efter den 20. december 2022, kan være med som erstatning (bilag 1).",
        },
        "letters": letters_plan(first),
        "calendar": {
            **first["calendar"],
            "notice_on": (scene.called_in - timedelta(days=28)).isoformat(),
            "call_in_on": scene.called_in.isoformat(),
            "review_from": scene.today.isoformat(),
            "review_to": (scene.today + timedelta(days=70)).isoformat(),
            "release_on": (scene.today + timedelta(days=150)).isoformat(),
        },
        "review": {
            "readers": 6,
            "per_week": 40,
            "double": "10",
            "tvivl": "Dorte Opdigtet",
            "training": "Ti prøvesager læst af alle.",
        },
    }


def letters_plan(first: Mapping[str, Any]) -> dict[str, Any]:
    """Who writes; the texts are those shipped."""
    return {
        **first["letters"],
        "place": "Opdigtet By",
        "sender": "Opdigtet styrelse",
        "contact": "Anna Opdigtet",
        "phone": "00 00 00 00",
        "email": "anna@demo.example",
        "basis": "Retssikkerhedslovens kapitel 11 (demo: intet af dette er sendt til nogen)",
    }


def _authority(row: Mapping[str, str], scene: Scene) -> dict[str, Any]:
    """A municipality of the frame, with a number of cases of each kind that is made up of what it sent."""
    rng = random.Random(f"{SEED}{row['code']}")
    wanted = scene.requests[row["code"]].wanted
    sizes = {kind: 6 * wanted.get(kind, 0) + rng.randint(1, 5) for kind in (GRANT, REFUSAL)}
    return {**tile(row), "sizes": sizes}


def tile(row: Mapping[str, str]) -> dict[str, Any]:
    """A municipality with its address and its place on the map."""
    return {
        "code": row["code"],
        "name": row["name"],
        "email": row["email"],
        "short": row["short"],
        "column": int(row["column"]),
        "row": int(row["row"]),
    }
