"""The finding of a case as a file: opened again and read, as who cannot see it would hear it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
import pypdfium2
import pytest
from django.urls import reverse

from sagsbarometer.documents.vault import seal
from sagsbarometer.web.events.acting import acting
from tests.web.cast import LAUNCHED
from tests.web.findings_in_tests import WRONG, read_case, released, released_sheet, written
from tests.web.readings_in_tests import REFUSAL, answered, reading_of, submitted
from tests.web.things_in_tests import document_of

CPR = "010203-1234"


def text_of(data: bytes) -> str:
    """What stands in it, on one line."""
    document = pypdfium2.PdfDocument(data)
    pages = (document[number].get_textpage().get_text_bounded() for number in range(len(document)))
    return " ".join(" ".join(pages).replace("\ufffe", "").replace("\x02", "").split())


def tags(data: bytes) -> Iterator[str]:
    """The kinds of parts in its structure tree, in reading order."""

    def below(node: Any) -> Iterator[str]:
        if isinstance(node, pikepdf.Array):
            for item in node:
                yield from below(item)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                yield str(node.S)
            if "/K" in node:
                yield from below(node.K)

    with pikepdf.open(io.BytesIO(data)) as document:
        yield from below(document.Root.StructTreeRoot.K)


def fetched(client: Any, sheet: Any) -> Any:
    """The file as the house fetches it."""
    return client.get(reverse("findings:pdf", args=[LAUNCHED, sheet.case_id, sheet.number]))


def pinned(cast: Any, reading: Any, question: str, quote: str, page: int = 3) -> None:
    """Evidence as a reader pins it, in a document whose name a municipality chose."""
    from sagsbarometer.web.identifiers import random_id
    from sagsbarometer.web.reviewing.models import Pin

    with acting("system:tests", "pins"):
        document = document_of(cast.home, reading.case, cast.karla, name=f"Notat {CPR}.pdf")
        pin = Pin(
            reading=reading,
            question=question,
            document=document,
            page=page,
            once=random_id(24),
            by=reading.reader,
        )
        key = cast.home.keys.study(LAUNCHED)
        pin.quote = seal(key, quote.encode(), f"reviewing_pin.quote:{pin.id}")
        pin.save()


def test_it_says_the_finding_and_is_tagged(cast: Any, client_of: Any) -> None:
    sheet = released_sheet(cast, words="Kommunen spurgte ikke.")
    reply = fetched(client_of(cast.anna), sheet)
    assert reply["Content-Type"] == "application/pdf"
    assert f"fund-902-{sheet.case.number}-1.pdf" in reply["Content-Disposition"]
    text = text_of(reply.content)
    for words in (
        "Fund om én sag. Det er ikke en afgørelse",
        "Hjemvist",
        "Kan ikke færdes alene",
        "Mangel med væsentlig betydning",
        "Til skade for borgeren",
        "retssikkerhedsloven § 10",
        "Kommunen spurgte ikke.",
        "tæller ikke som en mangel ved afgørelsen",
        "4. januar 2027",
    ):
        assert words in text
    with pikepdf.open(io.BytesIO(reply.content)) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang).startswith("da")
        with document.open_metadata() as metadata:
            assert metadata["dc:title"] == f"Fund i sag {sheet.case.number}"
            assert metadata["pdfuaid:part"] == "1"
    kinds = list(tags(reply.content))
    assert kinds.count("/Table") == 3
    assert kinds.count("/TH") >= 2 + 6 + 4  # the heads of the three tables, and the heads of their rows
    assert {"/H1", "/H2", "/P", "/TD"} <= set(kinds)


def test_case_handling_stands_apart_from_the_defects(cast: Any, client_of: Any) -> None:
    text = text_of(fetched(client_of(cast.anna), released_sheet(cast)).content)
    defects, apart = text.index("Mangler"), text.index("Sagsbehandlingsregler")
    assert defects < apart
    assert "egen frist" not in text[defects:apart]
    assert "egen frist" in text[apart:]


def test_a_case_in_order_is_told_so(cast: Any, client_of: Any) -> None:
    text = text_of(fetched(client_of(cast.anna), released_sheet(cast, answers=REFUSAL)).content)
    assert "Vi har ikke fundet retlige mangler ved afgørelsen" in text
    assert "Der er ikke fundet mangler ved afgørelsen" in text
    assert "Betingelse" not in text


def test_evidence_of_both_readers_without_any_cpr_number(cast: Any, client_of: Any) -> None:
    case = read_case(cast, locked=False)
    first = case.readings.get()
    second = reading_of(cast, "rasmus", case=case, place=2)
    answered(second, WRONG)
    submitted(second)
    pinned(cast, first, "fact_finding_defect", f"Borger {CPR} kan ikke gå alene", 3)
    pinned(cast, second, "step_cannot_go_out_alone", "Der er ikke spurgt nærmere om 010203(1234)", 7)
    pinned(cast, second, "reasons_defect", "Intet at se her", 9)
    reply = fetched(client_of(cast.anna), released(case))
    text = text_of(reply.content)
    assert "side 3" in text
    assert "side 7" in text
    assert "Der er ikke spurgt nærmere" in text
    assert "Intet at se her" not in text  # of a question without a defect
    assert "1234" not in text
    assert "010203" not in text
    assert CPR not in reply["Content-Disposition"]


def test_the_same_sheet_is_the_same_bytes_and_a_draft_says_so(cast: Any, client_of: Any) -> None:
    client = client_of(cast.anna)
    sheet = released_sheet(cast)
    assert fetched(client, sheet).content == fetched(client, sheet).content
    assert "KLADDE" in text_of(fetched(client, written(read_case(cast))).content)


def test_the_municipality_fetches_its_own_alone(cast: Any, client_of: Any) -> None:
    sheet = released_sheet(cast)
    draft = written(read_case(cast))
    own = reverse("findings:own_pdf", args=[sheet.id])
    assert text_of(client_of(cast.karla).get(own).content)
    assert client_of(cast.kim).get(own).status_code == 404
    assert client_of(cast.karla).get(reverse("findings:own_pdf", args=[draft.id])).status_code == 404


def test_the_municipality_finds_its_case_by_its_own_number(cast: Any, client_of: Any) -> None:
    sheet = released_sheet(cast)
    case = sheet.case
    with acting("system:tests", "number"):
        key = cast.home.keys.study(LAUNCHED)
        case.own_number = seal(key, f"SAG-902-7 {CPR}".encode(), f"case.own_number:{case.id}")
        case.save()
    text = text_of(client_of(cast.karla).get(reverse("findings:own_pdf", args=[sheet.id])).content)
    assert "SAG-902-7" in text
    assert "1234" not in text


@pytest.mark.parametrize("number", [CPR, "010203, 1234", "010203(1234)", "1903-02-01-1234", "01 02 03 12 34"])
def test_a_number_that_came_into_the_words_all_the_same_is_hidden(
    cast: Any, client_of: Any, number: str
) -> None:
    sheet = released_sheet(cast, words=f"Borgeren {number} er ikke spurgt den 12-01-2024.")
    own = client_of(cast.karla).get(reverse("findings:own_sheet", args=[sheet.id])).content.decode()
    for text in (text_of(fetched(client_of(cast.anna), sheet).content), own):
        assert "er ikke spurgt den 12-01-2024" in text
        assert number not in text
