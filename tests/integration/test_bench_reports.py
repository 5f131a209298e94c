"""What `./run bench reports` measures is the same on both sides; how long it takes is not asked here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests import bench_reports_sides as sides


def test_what_is_asked_of_the_libraries_is_asked_again_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import typst
    import vl_convert

    from sagsbarometer.reporting.charts import drawing
    from sagsbarometer.reporting.charts.png import png
    from sagsbarometer.reporting.charts.scene import INK, Dot, Scene

    scene = Scene(20, 0, 20, 20, 10, dots=[Dot(10, 5, 30, INK)])

    first = tmp_path / "a.typ"
    first.write_text('= Titel\n#json("b.json").a', encoding="utf-8")
    (tmp_path / "b.json").write_text('{"a": 1}', encoding="utf-8")

    def small(_: Sequence[Path]) -> int:
        png(drawing.to_svg(scene))
        drawing.to_svg(scene)  # again: Vega would be asked once
        fonts = typst.Fonts(include_system_fonts=True, font_paths=[])
        typst.Compiler(input=str(first), root=str(tmp_path), font_paths=fonts).compile(format="pdf")
        return 2

    monkeypatch.setattr(sides, "ours", small)
    before: tuple[Any, ...] = (typst.Compiler, typst.Fonts, drawing.to_svg, vl_convert.svg_to_png)
    calls = sides.record([])
    assert (typst.Compiler, typst.Fonts, drawing.to_svg, vl_convert.svg_to_png) == before
    assert [name for name, *_ in calls.pictures] == ["vegalite_to_svg", "svg_to_png"]
    (asked,) = calls.typst
    assert asked.first == "a.typ"
    assert sorted(asked.files) == ["a.typ", "b.json"]
    first.unlink()  # nothing is read from where ours stood
    assert sides.raw(calls) == 3


@pytest.mark.parametrize("cells", [60, 200])
def test_the_table_that_is_protected_adds_up(cells: int) -> None:
    system = sides.table(cells)
    assert abs(len(system.units) - cells) <= 0.1 * cells
    values = [item.value or 0 for item in system.quantities]
    for relation in system.relations:
        assert values[relation.whole] == sum(values[part] for part in relation.parts)
    assert any(0 < value < 5 for value in values)


def test_protecting_it_withholds_some_and_not_all() -> None:
    units, withheld, seconds = sides.protected(60)
    assert 0 < withheld < units
    assert seconds > 0
