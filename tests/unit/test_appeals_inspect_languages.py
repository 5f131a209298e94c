"""Headers, outcomes and names in the languages that extracts come in."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from sagsbarometer.appeals.inspecting.inspection import variants
from sagsbarometer.appeals.inspecting.languages import OTHER_OUTCOMES
from sagsbarometer.appeals.inspecting.mapping import _own_id
from sagsbarometer.appeals.inspecting.roles import known_outcomes
from sagsbarometer.appeals.inspecting.told import told_apart
from sagsbarometer.appeals.inspecting.words import outcome_of, says
from sagsbarometer.runs.appeals_inspect import Inspected, Job, inspect

TARGETS = ("case_id", "received_on", "decided_on", "registered_at", "authority", "outcome", "category")
HEADERS = {
    "de": "Aktenzeichen;Eingangsdatum;Entscheidungsdatum;Aktualisiert am;Behörde;Ergebnis;Sachgebiet",
    "fr": "Numéro de dossier;Date de réception;Date de décision;Mise à jour;Autorité;Résultat;Catégorie",
    "es": "Número de expediente;Fecha de recepción;Fecha de resolución;Actualizado;Autoridad;Resultado;Materia",
    "it": "Numero di pratica;Data di ricezione;Data della decisione;Aggiornato;Autorità;Esito;Categoria",
    "pt": "Número do processo;Data de entrada;Data da decisão;Atualizado;Autoridade;Resultado;Assunto",
    "pl": "Numer sprawy;Data wpływu;Data decyzji;Aktualizacja;Organ;Rozstrzygnięcie;Kategoria",
    "nl": "Zaaknummer;Ontvangstdatum;Datum beslissing;Bijgewerkt;Bestuursorgaan;Uitkomst;Onderwerp",
    "sv": "Ärendenummer;Inkom;Beslutsdatum;Uppdaterad;Myndighet;Utfall;Ärendetyp",
    "no": "Saksnummer;Mottatt;Vedtaksdato;Oppdatert;Myndighet;Utfall;Sakstype",
    "el": "Αριθμός υπόθεσης;Ημερομηνία παραλαβής;Ημερομηνία απόφασης;Ενημέρωση;Αρχή;Αποτέλεσμα;Κατηγορία",
}


def seen(folder: Path, header: str, rows: list[list[str]]) -> Inspected:
    path = folder / "udtraek.csv"
    path.write_text("\n".join([header, *(";".join(row) for row in rows)]) + "\n", encoding="utf-8")
    return inspect(Job((str(path),)))


@pytest.mark.parametrize("language", HEADERS)
def test_the_columns_of_a_language_are_found(tmp_path: Path, language: str) -> None:
    words = {
        code: table[language].split(";")[0] for code, table in OTHER_OUTCOMES.items() if language in table
    }
    outcomes = [words["upheld"], words["reversed"]]
    rows = []
    for number in range(60):
        first = date(2023, 1, 1) + timedelta(3 * number)
        for days in (40, 90):  # each case is there twice, as it was updated
            moments = [first, first + timedelta(30), first + timedelta(days)]
            rows.append(
                [
                    f"A{number:03}",
                    *map(str, moments),
                    f"Amt {number % 5}",
                    outcomes[number % 2],
                    f"Emne {number % 4}",
                ]
            )
    done = seen(tmp_path, HEADERS[language], rows)
    names = HEADERS[language].split(";")
    found = {target: names[place] for target, place in done.roles.columns.items()}
    assert found == dict(zip(TARGETS[:-1], names, strict=False))
    assert says("category", names[-1])
    assert "  category:" in done.mapping
    assert f"{outcomes[0]}: upheld" in done.mapping.replace('"', "")
    assert "kendes på dansk, engelsk, tysk" in done.mapping


def test_the_number_of_a_row_is_not_the_case_where_cases_are_updated(tmp_path: Path) -> None:
    rows = [[str(n), f"A{n // 3}", "2023-01-01", f"2023-05-{n % 28 + 1:02}", "Affirmed"] for n in range(90)]
    done = seen(tmp_path, "id;Case No;Received;Updated;Outcome", rows)
    assert done.inspection.header[done.roles.columns["case_id"]] == "Case No"
    assert done.inspection.header[done.roles.columns["registered_at"]] == "Updated"


def test_the_date_of_a_decision_that_was_updated_is_of_the_decision(tmp_path: Path) -> None:
    rows = [[f"A{n}", f"2023-01-{n % 28 + 1:02}", f"2023-05-{n % 28 + 1:02}"] for n in range(40)]
    done = seen(tmp_path, "Case No;Received;Decision date (updated)", rows)
    assert done.roles.columns["decided_on"] == 2
    assert "registered_at" not in done.roles.columns


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("Not upheld", "upheld"),
        ("Appeal dismissed", "upheld"),
        ("Decision affirmed", "upheld"),
        ("affirmed", "upheld"),
        ("Partially affirmed", "reversed"),
        ("allowed in part", "reversed"),
        ("set aside", "annulled"),
        ("varied", "amended"),
        ("Teilweise stattgegeben", "reversed"),
        ("Niet-ontvankelijk", "dismissed"),
        ("Irrecevable", "dismissed"),
    ],
)
def test_an_outcome_is_known_by_its_whole_word(word: str, code: str) -> None:
    assert outcome_of(word) == code


def test_no_word_means_two_outcomes() -> None:
    met: dict[tuple[str, str], str] = {}
    for code, table in OTHER_OUTCOMES.items():
        for language, words in table.items():
            for word in words.split(";"):
                assert met.setdefault((language, word), code) == code
                assert outcome_of(word)


def test_upheld_is_of_the_complaint_where_others_are_not_upheld() -> None:
    assert known_outcomes({"Upheld": 3, "Not upheld": 4}) == {
        "Upheld": ("reversed",),
        "Not upheld": ("upheld",),
    }
    assert known_outcomes({"Upheld": 3, "Annulled": 4})["Upheld"] == ("upheld",)


@pytest.mark.parametrize(
    ("name", "id"),
    [("Behörde", "behoerde"), ("Straße", "strasse"), ("Año", "ano"), ("Pièce", "piece"), ("Łódź", "lodz")],
)
def test_ids_keep_the_letters_of_other_alphabets(name: str, id: str) -> None:
    assert _own_id(name, 3) == id


def test_a_name_in_capitals_gives_way_and_double_blanks_are_closed(tmp_path: Path) -> None:
    assert (
        variants({"CITY OF ODENSE": 9, "City of Odense": 2, "City of  Odense": 3})[0][0][0]
        == "City of  Odense"
    )
    names = ["CITY OF ODENSE"] * 9 + ["City of  Odense"] * 4 + ["Aarhus"] * 27
    rows = [[f"A{n}", "2023-01-01", name, "Affirmed"] for n, name in enumerate(names)]
    draft = seen(tmp_path, "Case No;Received;Authority;Outcome", rows).mapping
    assert "codes: {City of  Odense: City of Odense, CITY OF ODENSE: City of Odense}" in draft.replace(
        '"', ""
    )


def test_names_that_look_the_same_are_shown_apart() -> None:
    shown = [text for text, _ in told_apart([("Aarhus By", 3), ("Aarhus  By", 2), ("AARHUS BY", 1)])]
    assert shown == ["»Aarhus By«", "»Aarhus␣␣By«", "»AARHUS BY«"]
    assert told_apart([("Ribe", 1), ("Ri\u200bbe", 1)])[1][0] == "»Ri<U+200B>be«"
