"""The second study of the demo: twenty municipalities, their lists, and the draw with its reserves. All invented."""

from __future__ import annotations

import csv
import random
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from demo.workplace.cases import GRANT, REFUSAL, SEED, working_day
from demo.workplace.plan import KINDS, letters_plan, tile

NAME = "Ledsagelse, trukket ved lod (demo)"
MUNICIPALITIES = 20
LATE, UNDRAWN = 2, 2  # that have sent no list; whose list came after the draw
_CASES = 60  # that can be used
_KIND_NAMES = dict(KINDS)
_PERIOD = (420, 120)  # days before today


def plan(first: Mapping[str, Any], rows: Sequence[Mapping[str, str]], today: date) -> dict[str, Any]:
    """All steps of the plan filled in. `first`: the plan as the template begins it; `rows`: its municipalities."""
    start, end = (today - timedelta(days=days) for days in _PERIOD)
    return {
        **first,
        "commission": {
            "asked_by": "Opdigtet ministerium",
            "funding": "Opdigtet bevilling",
            "deliverable": "En rapport og tal på nettet.",
            "due": (today + timedelta(days=220)).isoformat(),
        },
        "population": {
            "described": "Afgørelser om ledsagelse til voksne, som ingen har klaget over.",
            "source": "Kommunernes egne lister; antallene er opdigtede.",
            "strata": [{"id": id, "label": label} for id, label in KINDS],
            "authorities": [{**tile(row), "sizes": _sizes(row["code"])} for row in rows],
        },
        "sample": {
            **first["sample"],
            "target": "cases",
            "cases": _CASES,
            "usable": "90",
            "minimum": 1,
            "reserve": "50",
            "seed": "ledsagelse-ved-lod",
        },
        "criteria": {
            **first["criteria"],
            "from_": start.isoformat(),
            "to": end.isoformat(),
            "documented": True,
            "neither_is_finding": True,
        },
        "letters": letters_plan(first),
        "calendar": {
            **first["calendar"],
            "notice_on": working_day(today - timedelta(days=21)).isoformat(),
            "call_in_on": working_day(today + timedelta(days=7)).isoformat(),
            "review_from": (today + timedelta(days=60)).isoformat(),
            "review_to": (today + timedelta(days=120)).isoformat(),
            "release_on": (today + timedelta(days=200)).isoformat(),
        },
        "review": {"readers": 4, "per_week": 5, "double": "10", "tvivl": "Dorte Opdigtet"},
        "figures": {**first["figures"], "use": "Om landet under ét. Ikke til at sammenligne kommuner."},
    }


def study(analyst: Any, rows: Sequence[Mapping[str, str]], today: date) -> Any:
    """The study planned and launched, the municipalities told of it; most have sent a list, most of these are drawn
    from."""
    from demo.workplace import fill
    from sagsbarometer.collection.plan_steps import plan_of
    from sagsbarometer.web.events.acting import acting
    from sagsbarometer.web.planning import saving
    from sagsbarometer.web.planning.views_draw import draw_from

    with acting(analyst.id, "planlægge"):
        made = saving.create(NAME, "barometer_97", "barometer", "", analyst, "demo-drawn")
        saving.save_plan(made, plan_of(plan(made.plan, rows, today)), analyst)
    with acting(analyst.id, "sætte i gang"):
        saving.launch(made, analyst)
    fill.letters(made, "notice", date.fromisoformat(made.plan["calendar"]["notice_on"]), analyst)
    codes = [row["code"] for row in rows]
    _lists(made, codes[: -LATE - UNDRAWN])
    with acting(analyst.id, "trække lod"):
        draw_from(made)
    _lists(made, codes[-LATE - UNDRAWN : -LATE])
    return made


def _sizes(code: str) -> dict[str, int]:
    rng = random.Random(f"{SEED}drawn{code}")
    return {GRANT: rng.randint(12, 40), REFUSAL: rng.randint(6, 18)}


def _lists(made: Any, codes: Sequence[str]) -> None:
    """A list of each, read as one that is uploaded."""
    from sagsbarometer.deliveries.tables import read_table
    from sagsbarometer.kernel.ids import file_hash
    from sagsbarometer.web.delivering.frames import rows_of
    from sagsbarometer.web.delivering.models import FrameList, Request
    from sagsbarometer.web.events.acting import acting

    requests = Request.objects.filter(study=made, authority__code__in=codes).select_related("authority")
    found = []
    with tempfile.TemporaryDirectory(prefix="demo-") as folder:
        for request in requests:
            path = Path(folder) / f"{request.authority.code}.csv"
            _write(path, request.authority.code, made.plan["criteria"])
            rows = rows_of(read_table(path, "liste.csv"), _KIND_NAMES)
            found.append(FrameList(request=request, rows=rows, file_hash=file_hash(path)))
    with acting("system:demo", "demo"):
        FrameList.objects.bulk_create(found)


def _write(path: Path, code: str, criteria: Mapping[str, Any]) -> None:
    """A case a line under a number of its own; the last was decided after the period, and cannot be drawn."""
    rng = random.Random(f"{SEED}list{code}")
    first, last = (date.fromisoformat(criteria[name]) for name in ("from_", "to"))
    kinds = [kind for kind, size in _sizes(code).items() for _ in range(size)]
    rng.shuffle(kinds)
    days = [first + timedelta(days=rng.randint(0, (last - first).days)) for _ in kinds[:-1]]
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, delimiter=";")
        out.writerow(["id", "slags", "afgjort"])
        for number, (kind, day) in enumerate(
            zip(kinds, [*days, last + timedelta(days=9)], strict=True), start=1
        ):
            out.writerow([f"L{number:03}", _KIND_NAMES[kind], f"{day:%d-%m-%Y}"])
