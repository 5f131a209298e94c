"""The contradictions in and between the five documents: written by the program, held here byte for byte."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from sagsbarometer.checking.check import Report, check_folder
from sagsbarometer.checking.check_report import as_lines
from sagsbarometer.checking.documents import load_expected
from sagsbarometer.checking.finding import Contradiction, Verdict, write_csv
from sagsbarometer.checking.loosening import Judgement
from sagsbarometer.checking.roundings import Rounding

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = ROOT / "published"
WRITTEN = PUBLISHED / "contradictions.csv"
# The documents' own sentences lie beside the repository, not in it.
BESIDE = ROOT.parent / "shared" / "published"
CLAIMS = {
    "aarsredegoerelse_2024": 207,
    "brev_2023": 10,
    "handicapsagsbarometret_2023": 159,
    "retssikkerhedsundersoegelsen_2026": 252,
    "vidensopsamling_2022": 61,
}


@pytest.fixture(scope="module")
def report() -> Report:
    return check_folder(PUBLISHED, PUBLISHED)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PUBLISHED, tmp_path / "published"))


def changed(folder: Path, file: str, before: str, after: str) -> Report:
    """The report after one change in a copy."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1, f"{file}: {text.count(before)} × {before}"
    path.write_text(text.replace(before, after), encoding="utf-8")
    return check_folder(folder, PUBLISHED)


def ids(report: Report) -> set[str]:
    return {item.finding.id for item in report.contradictions}


def test_the_list_is_what_the_program_writes(report: Report) -> None:
    told = "./run sagsbarometer check published --write published/contradictions.csv"
    assert WRITTEN.read_bytes() == write_csv(report.contradictions).encode(), told


def test_exactly_the_known_contradictions_are_there(report: Report) -> None:
    assert report.unexpected == ()
    assert report.gone == ()
    assert report.ok


def test_every_contradiction_has_both_places_and_an_explanation(report: Report) -> None:
    for item in report.contradictions:
        assert len(item.explanation) > 40, item.finding.id
        for spot in (item.finding.left, item.finding.right):
            assert spot.document, item.finding.id
            assert spot.place, item.finding.id
            assert spot.line, item.finding.id
        assert item.finding.left.value or item.finding.right.value, item.finding.id


def item(report: Report, id: str) -> Contradiction:
    (found,) = [item for item in report.contradictions if item.finding.id == id]
    return found


@pytest.mark.parametrize(
    ("id", "verdict", "left", "right"),
    [
        # The processing time of 2024 is given as the age of the pending cases.
        ("aarsredegoerelse_2024/c178", "certain", ("1221", "21.4"), ("1247", "26.3")),
        # The reversal percentage of § 85 in 2024 is given as the share upheld.
        ("retssikkerhedsundersoegelsen_2026/rsu-200", "certain", ("929", "48"), ("941", "52")),
        # Two case subjects of the vidensopsamling are exchanged.
        ("retssikkerhedsundersoegelsen_2026/rsu-030", "certain", ("265", "56"), ("146", "54")),
        ("retssikkerhedsundersoegelsen_2026/rsu-031", "certain", ("265", "54"), ("151", "56")),
        # 38 and 61 percent of 460 cannot both be.
        (
            "retssikkerhedsundersoegelsen_2026/table_4_1/feasible/hele_perioden/upheld_percent+reversal_percent",
            "certain",
            ("697", "38"),
            ("696", "61"),
        ),
        # 90 of 91 are not all.
        ("handicapsagsbarometret_2023/hsb-046", "certain", ("167", "100"), ("372-373", "98,9 %")),
        # § 85 in 2024, drawn in April and in December.
        (
            "retssikkerhedsundersoegelsen_2026/table_4_3/agree/social_pedagogical_support_2024/2024/reversal_percent",
            "explainable",
            ("941", "52"),
            ("1791", "51"),
        ),
    ],
)
def test_contradictions_that_can_be_read_in_the_documents(
    report: Report, id: str, verdict: str, left: tuple[str, str], right: tuple[str, str]
) -> None:
    found = item(report, id)
    assert found.verdict.value == verdict
    assert (found.finding.left.line, found.finding.left.value) == left
    assert (found.finding.right.line, found.finding.right.value) == right


def test_the_rules_of_rounding_of_the_annual_report(report: Report) -> None:
    """577 percentages follow from printed counts. Rounding half up gives all; half to even misses 3, half down 5, half
    to odd 2, by five exact ties."""
    (document,) = [item for item in report.documents if item.dossier.id == "aarsredegoerelse_2024"]
    assert document.fit.cells == 577
    assert document.fit.hits == {
        Rounding.HALF_UP: 577,
        Rounding.HALF_EVEN: 574,
        Rounding.HALF_DOWN: 572,
        Rounding.HALF_ODD: 575,
    }
    assert len(document.fit.ties) == 5


def test_every_claim_is_judged(report: Report) -> None:
    assert {item.dossier.id: len(item.claims) for item in report.documents} == CLAIMS
    for document in report.documents:
        for claim in document.claims:
            assert claim.judgement is not Judgement.NOT_COMPUTABLE or claim.remark, claim.claim.id


def test_known_differences_of_the_figures_are_known_here(report: Report) -> None:
    """`figures verify` and `check` tell of the same printed percentages that their counts do not give."""
    expected = load_expected(PUBLISHED / "handicapsagsbarometret_2023" / "known.csv")
    rows = {row.row.replace(".", "_") for row in expected}
    shares = {id.split("/")[3] for id in ids(report) if "/figures/share/" in id}
    assert shares == rows == {"f2_reasons_any"}


# --- the list follows the documents ---


@pytest.mark.parametrize(
    ("file", "before", "after", "new"),
    [
        (
            "aarsredegoerelse_2024/table_4_4.csv",
            "Serviceloven,law_area,1785",
            "Serviceloven,law_area,1786",
            {
                "aarsredegoerelse_2024/table_4_4/parts/serviceloven/merits",
                "aarsredegoerelse_2024/table_4_4/sum/sager_i_alt/upheld",
                "aarsredegoerelse_2024/table_4_4/agree/law_areas/serviceloven/upheld",
            },
        ),
        (
            "aarsredegoerelse_2024/table_4_5.csv",
            "Boligstøtteloven,law_area,29,24,48",
            "Boligstøtteloven,law_area,29,24,49",
            {
                "aarsredegoerelse_2024/table_4_5/share/boligstoetteloven/reversal_pct_2024",
                "aarsredegoerelse_2024/table_4_5/agree/reversal_by_law_area/boligstoetteloven/reversal_pct_2024",
            },
        ),
        (
            "retssikkerhedsundersoegelsen_2026/table_4_5.csv",
            "reversal_percent,2022,44",
            "reversal_percent,2022,45",
            {
                "retssikkerhedsundersoegelsen_2026/table_4_5/feasible/2022/upheld_percent+reversal_percent",
            },
        ),
        (
            "vidensopsamling_2022/table_2.csv",
            "I alt,,38,30968",
            "I alt,,41,30968",
            {"vidensopsamling_2022/table_2/feasible_sum/i_alt/reversal_percent"},
        ),
    ],
)
def test_a_changed_table_brings_new_contradictions(
    report: Report, copy: Path, file: str, before: str, after: str, new: set[str]
) -> None:
    after_change = changed(copy, file, before, after)
    assert not after_change.ok
    added = ids(after_change) - ids(report)
    assert new <= added
    assert added <= {item.finding.id for item in after_change.unexpected}


@pytest.mark.parametrize(
    ("file", "before", "after", "gone"),
    [
        (
            "aarsredegoerelse_2024/claims.csv",
            'c178,1221,"average processing time, municipal complaints",21.4',
            'c178,1221,"average processing time, municipal complaints",26.3',
            {"aarsredegoerelse_2024/c178"},
        ),
        (
            "retssikkerhedsundersoegelsen_2026/table_4_1.csv",
            "upheld_percent,Hele perioden,38",
            "upheld_percent,Hele perioden,39",
            {
                "retssikkerhedsundersoegelsen_2026/table_4_1/feasible/hele_perioden/upheld_percent+reversal_percent",
                "retssikkerhedsundersoegelsen_2026/table_4_1/feasible_sum/hele_perioden/upheld_percent",
            },
        ),
        (
            "handicapsagsbarometret_2023/figures.csv",
            "385,alle gennemgåede sager,6,",
            "385,alle gennemgåede sager,5,",
            {"handicapsagsbarometret_2023/figures/share/f2_reasons_any/percent"},
        ),
    ],
)
def test_a_corrected_number_takes_its_contradiction_away(
    report: Report, copy: Path, file: str, before: str, after: str, gone: set[str]
) -> None:
    corrected = changed(copy, file, before, after)
    assert gone <= ids(report) - ids(corrected)
    assert gone <= set(corrected.gone)
    assert not corrected.ok


def test_a_known_contradiction_with_other_values_is_a_new_one(copy: Path) -> None:
    before = 'c178,1221,"average processing time, municipal complaints",21.4'
    other = changed(copy, "aarsredegoerelse_2024/claims.csv", before, before.replace("21.4", "20.4"))
    found = {item.finding.id: item for item in other.unexpected}["aarsredegoerelse_2024/c178"]
    assert found.noted == ("21.4", "26.3")
    assert "Kendt med andre tal (21.4 mod 26.3): " in "\n".join(as_lines(other))
    # Written anew, it has the explanation alone, and then it is known.
    (copy / "contradictions.csv").write_text(write_csv(other.contradictions), encoding="utf-8")
    assert check_folder(copy, PUBLISHED).unexpected == ()


# --- the material beside the repository ---


def beside(document: str) -> Iterator[dict[str, str]]:
    path = BESIDE / document / "claims.csv"
    if not path.is_file():
        pytest.skip("the published material (with the documents' own sentences) is not beside the repository")
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def test_the_material_beside_gives_the_same_contradictions(report: Report) -> None:
    """The same tables and claims with other headers and with quotes, and none of our mappings in it."""
    if not BESIDE.is_dir():
        pytest.skip("the published material is not beside the repository")
    assert write_csv(check_folder(BESIDE, PUBLISHED).contradictions) == write_csv(report.contradictions)


@pytest.mark.parametrize("document", CLAIMS)
def test_our_claims_are_theirs_without_the_quotes(document: str) -> None:
    theirs = list(beside(document))
    with (PUBLISHED / document / "claims.csv").open(encoding="utf-8", newline="") as file:
        ours = list(csv.DictReader(file))
    assert "quote" not in ours[0]
    names = {"line": "line_number", "base": "denominator_or_n"}
    for mine, other in zip(ours, theirs, strict=True):
        related = other.get("related_table", other.get("related_table_or_figure"))
        wanted = {name: other[names.get(name, name)] for name in mine if name != "related"} | {
            "related": related
        }
        assert mine == wanted


@pytest.mark.parametrize("document", CLAIMS)
def test_no_sentence_of_a_document_is_in_the_repository(document: str) -> None:
    """Of eight words or more; fewer are a heading or hardly a sentence."""
    carried = "\n".join(
        path.read_text(encoding="utf-8") for path in sorted(PUBLISHED.rglob("*")) if path.is_file()
    ).casefold()
    quotes = {claim["quote"] for claim in beside(document) if len(claim["quote"].split()) >= 8}
    assert sorted(quote for quote in quotes if quote.casefold() in carried) == []


def test_how_many_of_each_kind(report: Report) -> None:
    """Told here so that a change of the list is seen in a review."""
    kinds = Counter(item.finding.rule for item in report.contradictions)
    assert kinds["claim"] >= 14
    assert kinds["feasible"] == 1
    assert kinds["feasible_sum"] == 1
    assert kinds["most_used"] == 4
    assert kinds["share"] == 1
    assert kinds["sum"] == 0
    assert report.number(Verdict.CERTAIN) + report.number(Verdict.EXPLAINABLE) == len(report.contradictions)
