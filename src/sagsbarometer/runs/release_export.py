"""What the public gets of a release: a folder with its page, its newest published files and what changed in them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from html import escape, unescape
from pathlib import Path
from typing import Any

from sagsbarometer.disclosure.profile import load_profiles
from sagsbarometer.kernel.dates import danish_date
from sagsbarometer.kernel.problems import Faults, Place, Problem
from sagsbarometer.release.history import Access, Version
from sagsbarometer.release.hours import danish_hour, written
from sagsbarometer.release.people import HOW_DA
from sagsbarometer.reporting.contract import ORIGIN_DA
from sagsbarometer.runs.made_of import json_bytes
from sagsbarometer.runs.page import Section, item, offered, page
from sagsbarometer.runs.release_view import ChangeWords, change_words
from sagsbarometer.store.folder import listing, write_whole
from sagsbarometer.store.release import Release, open_release, public_files, read_promise, refuse_inside
from sagsbarometer.store.release_verify import changed

FILES = "udgave"  # the folder of the published files
CHANGES = "aendringer.csv"
_MOST = 200  # changed numbers on the page; all of them are in the file
_READ = {
    ".html": "Til skærmen (HTML)",
    ".pdf": "Til print og arkiv (PDF)",
    ".docx": "Til Word",
    ".xlsx": "Til regneark (Excel)",
}
_TABLES = {"": "Alle tabeller", "en": "All tables"}
_FIRST = ("rapport", "report")  # what a person reads first
_TITLE = re.compile(rb"<title>(?P<title>[^<]*)</title>")
_BEGINNING = 4000  # bytes of a page that surely hold its title


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: how many files, and the version they show; a withdrawn one shows its page alone."""

    version: Version
    files: tuple[str, ...]


def export(folder: Path, out: Path, force: bool = False) -> Exported:
    """Writes the public folder of a release, whole or not at all.

    Raises Faults UDGIV-161 where nothing was ever published, UDGIV-136 where a file is not as it was published, and as
    `open_release` and `write_whole`.
    """
    release = open_release(folder)
    refuse_inside(folder, out)
    version = release.history.public or release.history.withdrawn
    if version is None:
        fault = "Intet af udgivelsen er offentliggjort."
        remedy = "Vent til tidspunktet, og kør release publish."
        raise Faults([Problem("UDGIV-161", Place(str(folder)), fault, remedy)])
    if problems := changed(release, version.number):
        raise Faults(problems)
    files: dict[str, bytes] = {}
    found: tuple[ChangeWords, ...] = ()
    if version.state == "published":
        files |= {
            f"{FILES}/{name}": content for name, content in public_files(release, version.number).items()
        }
        found = change_words(release, version.number) if version.replaces else ()
        if found:
            files[CHANGES] = changes_csv(found)
    files["index.html"] = release_page(release, version, found, titles(files)).encode()
    about = {"schema_version": 1, "kind": "public", **_about(release, version), "files": listing(files)}
    write_whole(out, {**files, "manifest.json": json_bytes(about)}, force)
    return Exported(version, (*sorted(files), "manifest.json"))


def changes_csv(found: tuple[ChangeWords, ...]) -> bytes:
    """Every changed number, a row each: key, what it is called, what happened, before, after."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("ref", "label", "what", "before", "after"))
    writer.writerows((item.ref, item.label, item.kind, item.before, item.after) for item in found)
    return out.getvalue().encode()


def titles(files: Mapping[str, bytes]) -> dict[str, str]:
    """Each file by its name, in order, with the title it tells; "" where it tells none."""
    return {name: _titled(name, files[name]) for name in sorted(files)}


def _titled(name: str, content: bytes) -> str:
    found = _TITLE.search(content[:_BEGINNING]) if name.endswith(".html") else None
    return unescape(found["title"].decode("utf-8", "replace")) if found else ""


def _about(release: Release, version: Version) -> dict[str, Any]:
    return {
        "id": release.history.release,
        "title": release.history.title,
        "profile": release.about["profile"],
        "version": version.number,
        "state": version.state,
        "content": version.content,
        "published": written(version.published) if version.published else "",
        "withdrawn": written(version.ended) if version.state == "withdrawn" and version.ended else "",
        "reason": version.reason,
        "note": version.note if version.replaces else "",
    }


def release_page(
    release: Release, version: Version, found: tuple[ChangeWords, ...], names: Mapping[str, str]
) -> str:
    """The page of a release, as HTML: what can be read, what was amended and why, who saw it before, and its versions.
    `names`: its files, each with its title.

    A withdrawn one keeps its page, with the reason and no files. Nothing is told of a version that is not out.
    """
    promise = read_promise(release.folder, version.number)
    origin = ORIGIN_DA.get(str(promise.about.get("origin", "")), "")
    gone = version.state == "withdrawn"
    mark = " · ".join(filter(None, ["Trukket tilbage" if gone else "", origin]))
    hour = danish_hour(version.published) if version.published else ""
    meta = f"Offentliggjort {hour} · udgave {version.number}" + (" · trukket tilbage" if gone else "")
    return page(release.history.title, meta, list(_sections(release, version, found, names)), mark=mark)


def _sections(
    release: Release, version: Version, found: tuple[ChangeWords, ...], names: Mapping[str, str]
) -> Iterator[Section]:
    if version.state == "withdrawn":
        when = danish_hour(version.ended) if version.ended else ""
        yield "Trukket tilbage", [_told(f"Tallene blev trukket tilbage {when}.", version.reason)]
    own = [name for name in names if name.startswith(f"{FILES}/")]
    front = f"{FILES}/index.html"
    # What a person reads; single figures and tables, and what programs read, by way of their front page.
    links = [*read_lines(names, FILES), *read_lines(names, f"{FILES}/en", "en")]
    yield (
        "Læs",
        [*links, *([item(front, "Alle filer i udgivelsen", f"{len(own)} filer")] if front in own else [])],
    )
    if version.replaces:
        lines = [_told("Hvorfor der er en rettet udgave", version.note)]
        lines += [_told(change.label, _difference(change)) for change in found[:_MOST]]
        if found:
            lines.append(item(CHANGES, f"Alle {len(found)} ændrede tal", "regneark (CSV)"))
        else:
            lines.append(_told("Ingen tal er ændret", ""))
        yield "Rettelser", lines
    yield "Hvem så tallene før tid", _access(release.history.access, version)
    yield (
        "Udgaver",
        [_told(f"Udgave {item.number}", _ended(item)) for item in release.history.versions if item.published],
    )
    yield (
        "Om udgivelsen",
        [
            _told("Nummer", release.history.release),
            _told("Beskyttet under profilen", _profile(str(release.about["profile"]))),
            _told("Godkendt af to andre end forfatterne", _how(version)),
            _told("Indhold (SHA-256)", version.content),
        ],
    )


def read_lines(names: Mapping[str, str], folder: str, language: str = "") -> Iterator[str]:
    """A line for each report of a folder in all its formats, and one for its tables."""
    own = [Path(name) for name in names if Path(name).parent == Path(folder) and Path(name).stem != "index"]
    stems = dict.fromkeys(path.stem for path in own if path.suffix in _READ and path.suffix != ".xlsx")
    for stem in sorted(stems, key=lambda stem: (stem not in _FIRST, stem)):
        found = [f"{folder}/{stem}{kind}" for kind in _READ if f"{folder}/{stem}{kind}" in names]
        title = names[found[0]] or Path(found[0]).name
        yield offered(title, [(name, _READ[Path(name).suffix]) for name in found], language)
    for path in own:
        if path.suffix == ".xlsx":
            yield offered(_TABLES[language], [(path.as_posix(), _READ[".xlsx"])], language)


def _profile(id: str) -> str:
    """A profile in words; its id where it is no longer among those there are."""
    found = load_profiles().get(id)
    return found.label["da"] if found else id


def _difference(change: ChangeWords) -> str:
    parts = [f"før {change.before}" if change.before else "", f"nu {change.after}" if change.after else ""]
    return ", ".join([change.kind, *filter(None, parts)])


def _access(access: tuple[Access, ...], version: Version) -> list[str]:
    """Those who were let in before this version was out, as it was decided."""
    before = [item for item in access if version.published and item.decided <= version.published]
    told = [_told(item.name, f"{item.reason} · fra {_day(item.since)}") for item in before]
    return told or [_told("Ingen havde adgang før tid ud over dem, der lavede, godkendte og udgav dem.", "")]


def _day(iso: str) -> str:
    try:
        return danish_date(date.fromisoformat(iso))
    except ValueError:
        return iso


def _ended(version: Version) -> str:
    out = f"offentliggjort {danish_hour(version.published)}" if version.published else ""
    if version.state == "superseded" and version.ended:
        return f"{out}, erstattet {danish_hour(version.ended)}"
    if version.state == "withdrawn" and version.ended:
        return f"{out}, trukket tilbage {danish_hour(version.ended)}: {version.reason}"
    return out


def _how(version: Version) -> str:
    """How far it can be known who the two are; their names stay in the log."""
    return "; ".join(HOW_DA[how] for how in sorted({actor.how for actor in version.approved_by}))


def _told(what: str, note: str) -> str:
    return f"<li><span>{escape(what)}</span>{f'<span>{escape(note)}</span>' if note else ''}</li>"
