"""The front page of a folder that holds the results of several runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sagsbarometer import __version__
from sagsbarometer.kernel.dates import danish_date
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.reporting.contract import DRAFT, ORIGIN_DA
from sagsbarometer.runs.page import item, page
from sagsbarometer.store.results import load_results

# The two tracks never meet in a number: other cases, chosen in another way.
_TRACKS = {
    "study": "Gennemgåede sager: sager, der ikke er klaget over, læst med et skema",
    "layout": "Klagesager: afgørelser fra registeret",
}


def front_page(folder: Path) -> str:
    """A page that leads to the results in each subfolder, by track.

    Raises Faults RESULTAT-101 when neither the folder nor a folder right below it holds results, and as
    `load_results` for results that cannot be read.
    """
    below = [path for path in sorted(folder.glob("*/")) if (path / "cells.csv").is_file()]
    if not below:
        fault = "Hverken mappen eller mapperne lige under den har resultater."
        remedy = "Angiv mappen fra study run eller appeals tables, eller en mappe, der rummer flere."
        raise Faults([Problem("RESULTAT-101", Place(str(folder)), fault, remedy)])
    manifests = {path.name: load_results(path).results.manifest for path in below}
    tracks = [(heading, _items(manifests, track)) for track, heading in _TRACKS.items()]
    origins = sorted({ORIGIN_DA.get(str(manifest.get("origin")), "") for manifest in manifests.values()})
    return page(
        "Resultater",
        f"Mappen {folder.resolve().name} · {len(below)} kørsler · sagsbarometer {__version__}",
        [*tracks, ("Udgivet: det, alle kan læse", _public(folder))],
        mark=" · ".join([DRAFT, *(origin for origin in origins if origin)]),
    )


def _items(manifests: Mapping[str, Mapping[str, Any]], track: str) -> list[str]:
    return [
        item(f"./{quote(name)}/index.html", _title(manifest[track]) or name, _day(manifest))
        for name, manifest in manifests.items()
        if track in manifest
    ]


def _public(folder: Path) -> list[str]:
    """What `release export` wrote right below the folder."""
    found = []
    for path in sorted(folder.glob("*/manifest.json")):
        told = _told(path)
        if told.get("kind") == "public":
            title = told.get("title")
            words = title if isinstance(title, str) and title else path.parent.name
            found.append(item(f"./{quote(path.parent.name)}/index.html", words, "Ikke en kladde"))
    return found


def _told(manifest: Path) -> Mapping[str, Any]:
    """A manifest, which anyone may have edited; empty where it is none."""
    try:
        told = json.loads(manifest.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _title(told: object) -> str:
    """The Danish title; empty where the manifest, which anyone may have edited, has none."""
    title = told.get("title") if isinstance(told, dict) else None
    words = title.get("da") if isinstance(title, dict) else None
    return words if isinstance(words, str) else ""


def _day(manifest: Mapping[str, Any]) -> str:
    try:
        return f"Data pr. {danish_date(date.fromisoformat(str(manifest.get('data_date'))))}"
    except ValueError:
        return ""
