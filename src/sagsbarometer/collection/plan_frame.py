"""The frame of a study as a file: the authorities, where letters go, their tiles, and how many cases each has."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from pydantic import ValidationError

from sagsbarometer.collection.plan_fields import FrameAuthority, Stratum
from sagsbarometer.kernel.ids import holds_cpr, municipality_code, shown
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.kernel.said import all_said, said

_OWN = ("code", "name", "email", "short", "column", "row", "region")
_SIZE = "cases"  # where there are no kinds
_MOST_BYTES, _MOST_ROWS = 1_000_000, 2000
FRAME = said("rammen")  # where the file has no name
_LABELS = all_said(
    {
        "code": "koden",
        "name": "navnet",
        "email": "e-mailen",
        "short": "det korte navn",
        "column": "kolonnen",
        "row": "rækken",
    }
)


def read_authorities(data: bytes, strata: Sequence[Stratum], file: str = FRAME) -> tuple[FrameAuthority, ...]:
    """The authorities in a CSV file with the columns code and name, and one of cases for each kind by its id (`cases`
    where there are no kinds); email, short, column and row may be there.

    Raises Faults, all at once: PLAN-202 no such file or column, PLAN-203 a value, PLAN-204 an authority or tile twice.
    """
    rows, header = _rows(data, file)
    counted = [stratum.id for stratum in strata] or [_SIZE]
    lacking = [name for name in ("code", "name", *counted) if name not in header]
    if lacking:
        fault = said(
            "Filen mangler kolonnen {names}.",
            "Filen mangler kolonnerne {names}.",
            n=len(lacking),
            names=", ".join(lacking),
        )
        raise Faults([Problem("PLAN-202", Place(file, 1), fault, said("Tilføj dem i første linje."))])
    problems: list[Problem] = []
    found: dict[str, FrameAuthority] = {}
    tiles: dict[tuple[int, int], int] = {}
    for number, row in rows:
        authority = _authority(row, counted, Place(file, number), problems)
        if authority is None:
            continue
        place = (authority.column, authority.row)
        if authority.code in found:
            fault = said("Koden {code} findes to gange.", code=shown(authority.code))
            problems.append(Problem("PLAN-204", Place(file, number), fault, said("Slet den ene linje.")))
        elif (
            place[0] is not None
            and place[1] is not None
            and tiles.setdefault((place[0], place[1]), number) != number
        ):
            fault = said("Pladsen på kortet er taget af linje {line}.", line=tiles[place[0], place[1]])
            problems.append(
                Problem("PLAN-204", Place(file, number), fault, said("Brug en anden column og row."))
            )
        found.setdefault(authority.code, authority)
    if not found and not problems:
        problems.append(
            Problem(
                "PLAN-202", Place(file), said("Filen har ingen myndigheder."), said("Skriv én på hver linje.")
            )
        )
    if problems:
        raise Faults(problems)
    return tuple(found.values())


def as_csv(authorities: Sequence[FrameAuthority], strata: Sequence[Stratum]) -> str:
    """The frame as the file it can be read from again."""
    counted = [stratum.id for stratum in strata] or [_SIZE]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["code", "name", "email", "short", "column", "row", *counted])
    for item in authorities:
        place = ["" if value is None else value for value in (item.column, item.row)]
        sizes = [item.sizes.get(kind, 0) for kind in counted]
        writer.writerow([item.code, item.name, item.email, item.short, *place, *sizes])
    return out.getvalue()


def _rows(data: bytes, file: str) -> tuple[list[tuple[int, Mapping[str, str]]], list[str]]:
    try:
        if len(data) > _MOST_BYTES:
            raise ValueError
        text = data.decode("utf-8-sig")
        separator = ";" if ";" in text.partition("\n")[0] else ","
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except (ValueError, csv.Error):
        fault = said("Filen kan ikke læses som CSV i UTF-8.")
        raise Faults(
            [Problem("PLAN-202", Place(file), fault, said("Gem regnearket som CSV (UTF-8)."))]
        ) from None
    if not lines or len(lines) > _MOST_ROWS:
        fault = said("Filen er tom.") if not lines else said("Filen har mere end {n} linjer.", n=_MOST_ROWS)
        raise Faults([Problem("PLAN-202", Place(file), fault, said("Skriv én myndighed på hver linje."))])
    header = [name.strip() for name in lines[0]]
    body = [(number, line) for number, line in enumerate(lines[1:], 2) if any(cell.strip() for cell in line)]
    return [(number, dict(zip(header, line, strict=False))) for number, line in body], header


def _authority(
    row: Mapping[str, str], counted: Sequence[str], place: Place, problems: list[Problem]
) -> FrameAuthority | None:
    given = {name: row.get(name, "").strip() for name in _OWN}
    faults = len(problems)

    def wrong(fault: str, remedy: str) -> None:
        problems.append(Problem("PLAN-203", place, fault, remedy))

    sizes = {}
    for kind in counted:
        text = row.get(kind, "").strip() or "0"
        if not (text.isascii() and text.isdigit() and len(text) < 7):
            wrong(
                said("{text} er intet antal sager.", text=shown(text)), said("Skriv et helt tal: 0, 12, 340.")
            )
        else:
            sizes[kind] = int(text)
    if any(holds_cpr(cell) for cell in given.values()):
        wrong(said("Her står noget, der ligner et CPR-nummer."), said("Fjern det: rammen er om myndigheder."))
        return None
    data = {name: given[name] for name in ("name", "email", "short")} | {
        "code": municipality_code(given["code"])
    }
    for name in ("column", "row"):
        if given[name]:
            data[name] = given[name]
    if not data["name"]:
        wrong(said("Navnet mangler."), said("Skriv myndighedens navn."))
    try:
        authority = FrameAuthority.model_validate({**data, "sizes": sizes})
    except ValidationError as error:
        fields = {str(item["loc"][0]) for item in error.errors(include_url=False)}
        names = ", ".join(sorted(str(_LABELS.get(name, name)) for name in fields)).capitalize()
        wrong(said("{names} kan ikke bruges.", names=names), said("Ret linjen; koden er højst fire tegn."))
        return None
    return authority if len(problems) == faults else None
