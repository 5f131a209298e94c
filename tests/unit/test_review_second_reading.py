"""Who is read twice, and who reads what."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagsbarometer.review.second_reading import Place, Reader, assigned, drawn

ids = st.sets(st.text("abcdef0123456789", min_size=4, max_size=12), max_size=60)
seeds = st.text("0123456789abcdef", min_size=1, max_size=16)
shares = st.integers(0, 100)


@given(ids, ids, shares, seeds)
def test_whether_a_case_is_drawn_hangs_on_no_other(
    some: set[str], more: set[str], share: int, seed: str
) -> None:
    assert set(drawn(some, share, seed)) == set(drawn(some | more, share, seed)) & some


@given(ids, shares, shares, seeds)
def test_a_larger_share_only_adds(cases: set[str], one: int, other: int, seed: str) -> None:
    assert set(drawn(cases, min(one, other), seed)) <= set(drawn(cases, max(one, other), seed))


@given(ids, seeds)
def test_none_and_all(cases: set[str], seed: str) -> None:
    assert drawn(cases, 0, seed) == ()
    assert drawn(cases, 100, seed) == tuple(sorted(cases))


def test_the_share_drawn_is_the_share() -> None:
    """100,000 cases, a tenth: within four standard deviations (95 cases each)."""
    assert abs(len(drawn([f"case{n}" for n in range(100_000)], 10, "seed")) - 10_000) < 380


def test_anybody_can_repeat_it_in_any_language() -> None:
    """sha256("2026\\na7")'s first 13 hexadecimal digits over 16^13, by hand."""
    import hashlib

    number = Fraction(int(hashlib.sha256(b"2026\na7").hexdigest()[:13], 16), 16**13) * 100
    assert drawn(["a7"], number, "2026") == ()
    assert drawn(["a7"], number + Fraction(1, 10**6), "2026") == ("a7",)


@pytest.mark.parametrize("share", [-1, 101])
def test_a_share_is_a_percent(share: int) -> None:
    with pytest.raises(ValueError, match=str(share)):
        drawn(["a"], share, "s")


places = st.lists(
    st.builds(
        Place,
        st.sampled_from([f"c{n}" for n in range(12)]),
        st.integers(1, 2),
        st.sampled_from(["901", "902", "903"]),
        st.frozensets(st.sampled_from(["rikke", "rasmus"]), max_size=1),
    ),
    unique_by=lambda place: (place.case, place.place),
    max_size=24,
)
readers = st.lists(
    st.builds(
        Reader,
        st.sampled_from(["rikke", "rasmus", "rosa", "rune"]),
        st.integers(0, 5),
        st.integers(1, 3),
        st.frozensets(st.sampled_from(["901", "902"]), max_size=1),
        st.frozensets(st.sampled_from(["c1", "c2"]), max_size=1),
    ),
    unique_by=lambda reader: reader.id,
)


@given(places, readers, seeds)
def test_nobody_reads_what_they_may_not_or_a_case_twice(
    wanted: list[Place], able: list[Reader], seed: str
) -> None:
    known = {reader.id: reader for reader in able}
    done = assigned(wanted, able, seed)
    assert set(done.to) | set(done.nobody) == {(place.case, place.place) for place in wanted}
    for place in wanted:
        if (place.case, place.place) in done.to:
            assert known[done.to[place.case, place.place]].may_read(place)
    pairs = Counter((case, reader) for (case, _), reader in done.to.items())
    assert max(pairs.values(), default=1) == 1


@given(places, readers, seeds, st.randoms())
def test_the_order_asked_in_changes_nothing(
    wanted: list[Place], able: list[Reader], seed: str, random: object
) -> None:
    first = assigned(wanted, able, seed)
    shuffled_wanted, shuffled_able = list(wanted), list(able)
    random.shuffle(shuffled_wanted)  # type: ignore[attr-defined]
    random.shuffle(shuffled_able)  # type: ignore[attr-defined]
    assert assigned(shuffled_wanted, shuffled_able, seed) == first


def test_it_is_even_by_weight_and_mixes_municipalities() -> None:
    wanted = [Place(f"c{n}", 1, f"{901 + n // 4}") for n in range(392)]
    able = [Reader("rikke"), Reader("rasmus"), Reader("rosa", weight=2)]
    done = assigned(wanted, able, "2026")
    assert Counter(done.to.values()) == {"rikke": 98, "rasmus": 98, "rosa": 196}
    of_rikke = Counter(place.municipality for place in wanted if done.to[place.case, 1] == "rikke")
    assert len(of_rikke) > 50


def test_who_has_much_already_gets_less() -> None:
    done = assigned([Place(f"c{n}", 1, "901") for n in range(10)], [Reader("a", load=10), Reader("b")], "s")
    assert Counter(done.to.values()) == {"b": 10}


def test_a_case_nobody_may_read_is_told() -> None:
    partial = Reader("a", not_municipalities=frozenset({"901"}))
    assert assigned([Place("c1", 1, "901")], [partial], "s").nobody == (("c1", 1),)
    with pytest.raises(ValueError, match="weight"):
        assigned([], [Reader("a", weight=0)], "s")
