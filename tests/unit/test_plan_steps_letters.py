"""Letter texts: which fields there are, faults with their lines, and words that stay words. The frame as a file."""

from __future__ import annotations

import pytest

from sagsbarometer.collection.letter_text import FIELDS, filled, problems_of, wanted_lines
from sagsbarometer.collection.plan_fields import LETTERS, Stratum
from sagsbarometer.collection.plan_frame import as_csv, read_authorities
from sagsbarometer.datafiles.shipped import shipped
from sagsbarometer.kernel.problems import Faults

KINDS = (Stratum(id="grant", label="Bevilling"), Stratum(id="refusal", label="Afslag"))


@pytest.mark.parametrize("kind", LETTERS)
def test_the_letters_that_are_shipped_have_no_faults_and_are_filled_whole(kind: str) -> None:
    text = (shipped("publishing") / "workplace_letters" / f"{kind}.md").read_text(encoding="utf-8")
    assert problems_of(kind, text) == ()
    done = filled(text, dict.fromkeys(FIELDS, "Ord"))
    assert "{" not in done
    assert done.startswith("# ")


def test_faults_of_a_text_have_their_lines() -> None:
    told = problems_of("call_in", "# Kald\n\nTil {kommune}\n{deadline} {\n010190-1234\n", "mit.md")
    assert [(item.code, item.place.line) for item in told] == [
        ("BREV-109", 3),
        ("BREV-109", 4),
        ("BREV-111", 5),
        ("BREV-110", None),
    ]
    assert "010190" not in str(told)


def test_a_name_is_never_mark_up() -> None:
    assert filled("Til {municipality}", {"municipality": "**By** [x](y)\n# Titel"}) == "Til By x (y) Titel"
    lines = wanted_lines({"refusal": 1, "grant": 2}, {"refusal": "afslag", "grant": "bevilling"})
    assert filled("{wanted}", {"wanted": lines}) == "- 1 sag: afslag\n- 2 sager: bevilling"


def test_a_frame_is_read_again_as_it_was_written() -> None:
    text = "code,name,email,short,column,row,grant,refusal\n901,A,a@example.dk,A,0,3,5,2\n902,B,,,,,0,1\n"
    assert as_csv(read_authorities(text.encode(), KINDS), KINDS) == text
    assert read_authorities(text.replace(",", ";").encode("utf-8-sig"), KINDS) == read_authorities(
        text.encode(), KINDS
    )


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", ["PLAN-202"]),
        ("code,name\n901,A\n", ["PLAN-202"]),
        ("code,name,grant,refusal\n", ["PLAN-202"]),
        ("code,name,grant,refusal\n901,A,x,1\n,B,1,1\n903,,1,1\n", ["PLAN-203", "PLAN-203", "PLAN-203"]),
        ("code,name,grant,refusal\n901,A,1,1\n901,B,1,1\n", ["PLAN-204"]),
        ("code,name,column,row,grant,refusal\n901,A,1,1,1,1\n902,B,1,1,1,1\n", ["PLAN-204"]),
        ("code,name,grant,refusal\n901,0101901234,1,1\n", ["PLAN-203"]),
        ("code,name,grant,refusal\n901,A,99999999,1\n", ["PLAN-203"]),
    ],
)
def test_a_frame_with_faults_is_refused_whole(text: str, codes: list[str]) -> None:
    with pytest.raises(Faults) as caught:
        read_authorities(text.encode(), KINDS)
    assert [problem.code for problem in caught.value.problems] == codes
    assert "0101901234" not in str(caught.value)
