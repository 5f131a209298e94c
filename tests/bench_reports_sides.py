"""One run of one side of `./run bench reports`, in a process of its own: on stdout the files, the seconds, and those
that the processors worked.

python -m tests.bench_reports_sides record CALLS RESULTS…     what our reports ask of Typst and vl-convert
python -m tests.bench_reports_sides ours RESULTS…
python -m tests.bench_reports_sides raw CALLS
python -m tests.bench_reports_sides protect CELLS
"""

from __future__ import annotations

import json
import pickle
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sagsbarometer.disclosure.system import Quantity, Relation, System, Unit

OUTCOMES = ("stadfaestet", "aendret", "hjemvist")
IN_A_GROUP = 10


def ours(folders: Sequence[Path]) -> int:
    """Every report of some results in every format. How many files there are."""
    from sagsbarometer.runs.report_build import files_of

    return sum(len(files_of(folder)) for folder in folders)


@dataclass(frozen=True)
class Printing:
    """A document that Typst makes a PDF of: the files it reads, which is first, the typefaces, and how it is asked."""

    files: dict[str, bytes]
    first: str
    fonts: tuple[list[str], bool]
    more: dict[str, Any]


class Calls:
    """What is asked of Typst and vl-convert, so that it can be asked again without us."""

    def __init__(self) -> None:
        self.typst: list[Printing] = []
        self.pictures: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []
        self.fonts: list[str] = []


def record(folders: Sequence[Path]) -> Calls:
    """Builds the reports once while recording what is asked of the two libraries, and of our own drawing, which
    does what Vega would."""
    import typst
    import vl_convert

    from sagsbarometer.reporting.charts import drawing, scene

    import_module("sagsbarometer.runs.report_build")  # so that all who draw are read in, and recorded too
    calls = Calls()
    compiler, fonts = typst.Compiler, typst.Fonts
    made: dict[int, tuple[list[str], bool]] = {}

    def recorded_fonts(include_system_fonts: bool = True, font_paths: Sequence[str] = ()) -> Any:
        found = fonts(include_system_fonts=include_system_fonts, font_paths=list(font_paths))
        made[id(found)] = (list(font_paths), include_system_fonts)
        kept.append(found)
        return found

    class Recorded:
        def __init__(self, input: str, root: str, font_paths: Any) -> None:
            self._first, self._root, self._fonts = Path(input), Path(root), made[id(font_paths)]
            self._compiler = compiler(input=input, root=root, font_paths=font_paths)

        def query(self, *given: Any, **more: Any) -> Any:
            """Where something ended up: we ask to fill the pages, and what is asked again need not."""
            return self._compiler.query(*given, **more)

        def compile(self, **more: Any) -> Any:
            done = self._compiler.compile(**more)  # only what it can make is asked again
            files = {path.name: path.read_bytes() for path in self._root.iterdir()}
            calls.typst.append(Printing(files, self._first.name, self._fonts, more))
            return done

    def recorded(name: str) -> Any:
        real = getattr(vl_convert, name)

        def call(*given: Any, **more: Any) -> Any:
            if name == "register_font_directory":
                calls.fonts.append(given[0])
            else:
                calls.pictures.append((name, given, more))
            return real(*given, **more)

        return call

    def recorded_drawing(drawn: scene.Scene, margin: int = 0) -> str:
        picture = to_svg(drawn, margin)
        if picture not in pictures:
            pictures.add(picture)
            calls.pictures.append(("vegalite_to_svg", (scene.to_spec(drawn, margin),), {}))
        return picture

    kept: list[Any] = []
    pictures: set[str] = set()
    to_svg = drawing.to_svg
    who_draw = [module for module in sys.modules.values() if getattr(module, "to_svg", None) is to_svg]
    names = ("svg_to_png", "register_font_directory")
    before = {name: getattr(vl_convert, name) for name in names}
    # setattr: to the type checker a class is never another.
    setattr(typst, "Compiler", Recorded)  # noqa: B010
    setattr(typst, "Fonts", recorded_fonts)  # noqa: B010
    for name in names:
        setattr(vl_convert, name, recorded(name))
    for module in who_draw:
        setattr(module, "to_svg", recorded_drawing)  # noqa: B010
    try:
        ours(folders)
    finally:
        setattr(typst, "Compiler", compiler)  # noqa: B010
        setattr(typst, "Fonts", fonts)  # noqa: B010
        for name, real in before.items():
            setattr(vl_convert, name, real)
        for module in who_draw:
            setattr(module, "to_svg", to_svg)  # noqa: B010
    return calls


def raw(calls: Calls) -> int:
    """The same sources and specifications, straight to the libraries. How many files there are."""
    import typst
    import vl_convert

    for folder in calls.fonts:
        vl_convert.register_font_directory(folder)
    for each in calls.typst:
        paths, system = each.fonts
        with TemporaryDirectory() as folder:
            for name, content in each.files.items():
                (Path(folder) / name).write_bytes(content)
            fonts = typst.Fonts(include_system_fonts=system, font_paths=paths)
            compiler = typst.Compiler(input=f"{folder}/{each.first}", root=folder, font_paths=fonts)
            compiler.compile(**each.more)
    for name, given, more in calls.pictures:
        getattr(vl_convert, name)(*given, **more)
    return len(calls.typst) + len(calls.pictures)


def table(cells: int) -> System:
    """A table of about so many cells: rows in groups of ten, groups in a whole, by outcome and in all; a third of the
    inner cells small. The same each time."""
    rows = max(IN_A_GROUP, round((cells / 4 - 1) * IN_A_GROUP / (IN_A_GROUP + 1)))
    groups = -(-rows // IN_A_GROUP)
    names = ("", *(f"g{group}" for group in range(groups)), *(f"r{row}" for row in range(rows)))
    inner: dict[tuple[str, str], int] = {}
    for row in range(rows):
        for at, outcome in enumerate(OUTCOMES):
            seed = (row * 7919 + at * 104_729) % 997
            inner[f"r{row}", outcome] = seed % 5 if seed % 3 == 0 else 5 + seed % 90
    for group in range(groups):
        mine = range(group * IN_A_GROUP, min((group + 1) * IN_A_GROUP, rows))
        for outcome in OUTCOMES:
            inner[f"g{group}", outcome] = sum(inner[f"r{row}", outcome] for row in mine)
    for outcome in OUTCOMES:
        inner["", outcome] = sum(inner[f"g{group}", outcome] for group in range(groups))
    for name in names:
        inner[name, ""] = sum(inner[name, outcome] for outcome in OUTCOMES)
    place = {key: at for at, key in enumerate(inner)}
    quantities = tuple(
        Quantity("afgjort", (("r", name), ("u", what)), "2024", value)
        for (name, what), value in inner.items()
    )
    units = tuple(
        Unit(f"n|{name}|{what}|2024", (at,), at, row=quantities[at].row) for (name, what), at in place.items()
    )
    relations = [
        Relation(place[name, ""], tuple(place[name, what] for what in OUTCOMES), "outcomes") for name in names
    ]
    for what in ("", *OUTCOMES):
        relations.append(
            Relation(place["", what], tuple(place[f"g{at}", what] for at in range(groups)), "groups")
        )
        for group in range(groups):
            mine = range(group * IN_A_GROUP, min((group + 1) * IN_A_GROUP, rows))
            relations.append(
                Relation(place[f"g{group}", what], tuple(place[f"r{at}", what] for at in mine), "rows")
            )
    return System(quantities, units, tuple(relations), direct=len(quantities))


def protected(cells: int) -> tuple[int, int, float]:
    """Cells, how many of them are withheld, and the seconds it took."""
    from sagsbarometer.disclosure.profile import load_profiles
    from sagsbarometer.disclosure.protect import protect

    system, profile = table(cells), load_profiles()["open_local"]
    started = time.perf_counter()
    hidden = protect(system, profile)
    return len(system.units), len(hidden.refs), time.perf_counter() - started


def main() -> int:
    """Does what the line says."""
    what, given = sys.argv[1], sys.argv[2:]
    if what == "protect":
        print(json.dumps(protected(int(given[0]))))
        return 0
    if what == "record":
        Path(given[0]).write_bytes(pickle.dumps(record([Path(folder) for folder in given[1:]])))
        return 0
    # What both sides import is not measured.
    for module in ("sagsbarometer.runs.report_build", "typst", "vl_convert"):
        import_module(module)
    calls = pickle.loads(Path(given[0]).read_bytes()) if what == "raw" else Calls()
    started, worked = time.perf_counter(), time.process_time()
    files = raw(calls) if what == "raw" else ours([Path(folder) for folder in given])
    print(json.dumps([files, time.perf_counter() - started, time.process_time() - worked]))
    return 0


if __name__ == "__main__":
    # What is pickled is found again by the name of this module, not by `__main__`.
    from tests import bench_reports_sides

    sys.exit(bench_reports_sides.main())
