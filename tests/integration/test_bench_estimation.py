"""What `./run bench estimation` measures gives the same numbers on every side; how long it takes is not asked here."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.bench_estimation_sides import DOMAINS, VARIABLES, by_hand, by_sagsbarometer, by_shortcut, make


def test_every_side_finds_the_same(tmp_path: Path) -> None:
    make(tmp_path, 60_000)
    share, error = by_sagsbarometer(tmp_path)()
    assert share.shape == error.shape == (DOMAINS, VARIABLES)
    assert share.min() > 0
    assert share.max() < 1
    for side in (by_hand, by_shortcut):
        other = side(tmp_path)()
        assert np.allclose(other[0], share, rtol=1e-12, atol=0)
        assert np.allclose(other[1], error, rtol=1e-10, atol=0)
