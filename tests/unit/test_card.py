"""The card of a number: what it tells, in both languages, and that a withheld number tells nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest

from sagsbarometer.measures.cells import Cell, ResultSet, withheld
from sagsbarometer.reporting.contract import Edition
from sagsbarometer.reporting.tables.card import Card, card, card_name, places
from tests import register_reports_in_tests as register
from tests import reports_in_tests as review

MANIFEST = {
    "form": {"id": "ledsagelse_97", "version": 1, "hash": "84dea3e1fd4dd3c2db27"},
    "law": {"hash": "0397aa01af58ffff"},
}


def rows(of: Card) -> dict[str, str]:
    return {row.term: row.text for row in of.rows}


def with_cell(edition: Edition, cell: Cell) -> Edition:
    """The edition with this cell in place of the one with its key."""
    cells = tuple(cell if item.key == cell.key else item for item in edition.results)
    return replace(edition, results=ResultSet(cells, edition.results.manifest))


def test_a_share_of_a_review_tells_all_that_must_be_known() -> None:
    made = card(review.edition(results=ResultSet(review.cells(), MANIFEST)), "plan")
    assert (made.title, made.number) == ("Handleplan tilbudt", "69 %")
    assert rows(made) == {
        "Talt": "58 af 84",
        "Base": "sager med bevilling: 311",
        "Ukendt": "227 af basen er ikke regnet med",
        "Grænser": "18,6-91,6 %, hvis alle ukendte var nej, og hvis alle var ja",
        "95 %-interval": "64-74 % (made up)",
        "Generaliserbar": "Kun hvis sagerne kan regnes som trukket tilfældigt.",
        "Sikkerhed (NCHS)": "vis",
        "Beregnet": "af antallene, afrundet én gang",
        "Står i": "Figur 3",
        "Datafil": "plan",
        "Hvad der tælles": "Handleplan tilbudt",
        "Sådan regnes det": "Antallet med ja divideret med antallet af kendte, i procent.",
        "Regel": "plan == 'yes'",
        "Regel for basen": "alle sager",
        "Kilde til reglen": "en kilde",
        "Definition": "hash of plan",
        "Datadato": "20. december 2022",
        "Oprindelse": "Rekonstruerede data: bygget af offentliggjorte tal, ikke de rigtige sager",
        "Skema": "ledsagelse_97, version 1 (84dea3e1fd4d)",
        "Lovdata": "0397aa01af58",
        "Program": "sagsbarometer 0.0.0",
    }


def test_the_same_card_in_english() -> None:
    edition = review.edition(language="en", results=ResultSet(review.cells(), MANIFEST))
    told = rows(card(edition, "plan"))
    assert told["Counted"] == "58 of 84"
    assert told["Bounds"] == "18.6-91.6%, if every unknown were no, and if every one were yes"
    assert told["Generalisable"] == "Only if the cases can be taken as drawn at random."
    assert told["Data date"] == "20 December 2022"
    assert not re.search("[æøå]", " ".join(told))


def test_a_figure_that_does_not_speak_for_all_says_so_on_the_card() -> None:
    assert rows(card(review.edition(), "right"))["Generaliserbar"] == "Nej: for få sager"


def test_times_and_counts() -> None:
    edition = review.edition()
    assert rows(card(edition, "overrun"))["Talt"] == "8.131 dage i alt i 101 sager"
    assert rows(card(edition, "longest"))["Talt"] == "101 sager, hvor det er kendt"
    assert rows(card(edition, "reviewed"))["Talt"] == "385 af 385"
    assert "Talt" not in rows(card(edition, "places"))
    assert rows(card(edition, "nobody"))["Talt"] == "ingen sager i grundlaget"
    assert card(edition, "nobody").number == "–"


def test_a_number_of_a_register_tells_its_group_and_its_year() -> None:
    made = card(register.edition(), "reversal_rate|law_area=barnets_lov||2024")
    told = rows(made)
    assert (told["For"], told["Periode"]) == ("Barnets lov", "2024")
    assert told["95 %-interval"] == "intet: alle sager er talt med"
    assert told["Generaliserbar"].startswith("Nej: Alle er talt med.")
    assert "Tabel 9.1" in told["Står i"]


def test_a_withheld_number_tells_that_it_is_and_no_number_of_its_own() -> None:
    whole = register.edition()
    ref = "reversal_rate|law_area=barnets_lov||2024"
    cell = whole.cell(ref)
    for language in ("da", "en"):
        edition = replace(with_cell(whole, withheld(cell)), language=language)
        made = card(edition, ref)
        own = " ".join(row.text for row in made.own if row.text not in ("2024",))
        assert made.number == "[c]"
        assert "[c]: " in own
        for number in (cell.numerator, cell.denominator, cell.base, 44):
            assert str(number) not in own.replace(".", "").replace(",", "")
        assert {"Talt", "Counted", "Base", "Ukendt", "Unknown", "Grænser", "Bounds"}.isdisjoint(rows(made))
        assert any("beskytte" in row.text or "protect" in row.text for row in made.own)


def test_a_difference_tells_both_numbers_and_neither_where_one_is_withheld() -> None:
    edition = review.edition()
    made = card(edition, "right - defect")
    assert (made.title, made.number) == ("Forskellen", "10 procentpoint")
    assert rows(made)["Fra"] == "Afgørelsen er rigtig: 53 % (205 af 385)"
    assert rows(made)["Trukket fra"] == "Retlig mangel: 43 % (165 af 385)"
    hidden = with_cell(edition, withheld(edition.cell("defect")))
    made = card(hidden, "right - defect")
    assert made.number == "[c]"
    assert rows(made)["Trukket fra"] == "Retlig mangel: [c]"
    assert "Holdt tilbage" in rows(made)


def test_a_number_of_the_round_before_has_the_card_of_that_round() -> None:
    before = review.edition(data_date="2019-03-01", version="9.9.9")
    told = rows(card(review.edition(before=before), "before.right"))
    assert told["Datadato"] == "1. marts 2019"
    assert told["Program"] == "sagsbarometer 9.9.9"
    with pytest.raises(KeyError):
        card(review.edition(), "before.right")


def test_no_number_no_card() -> None:
    with pytest.raises(KeyError):
        card(review.edition(), "nothing")


def test_places_are_the_figures_and_tables_a_number_stands_in() -> None:
    edition = register.edition()
    standing = places(edition)
    for grid in edition.grids:
        for row in grid.rows:
            for place in row.places:
                for ref in place.refs if place else ():
                    assert f"fig-{grid.id}" in {where.anchor for where in standing[ref]}
    assert card(edition, "decided|||2024", standing) == card(edition, "decided|||2024")


def test_addresses_are_distinct_and_need_no_escaping() -> None:
    keys = sorted({cell.ref for cell in register.cells()} | {"a - b", "a|b", "a.b", "æ ø|x=1;y=2||2019/2024"})
    names = [card_name(key) for key in keys if key != "a.b"]
    assert all(one != other for one, other in pairwise(sorted(names)))
    assert all(re.fullmatch(r"[\w.~=;:/-]+", name, re.ASCII) for name in names)


def test_a_rate_of_an_estimate_says_how_it_was_made() -> None:
    edition = review.edition()
    cell = replace(edition.cell("right"), estimator="hajek", value=Decimal("51.250000"))
    told = rows(card(with_cell(edition, cell), "right"))
    assert told["Beregnet"] == "vægtet (Hájek)"
    assert told["Talt"] == "vægtet, 205 af 385"
