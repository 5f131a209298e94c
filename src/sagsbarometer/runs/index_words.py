"""What the front page of a results folder calls its files, in the languages of an edition."""

from __future__ import annotations

from collections.abc import Mapping

Both = tuple[str, str]  # Danish, English

# What a file is, by its name: its title, and what it holds.
WHAT: Mapping[str, tuple[Both, Both]] = {
    "tal.html": (
        ("Om hvert tal", "About each number"),
        (
            "Hvad hvert tal er regnet af, og hvor det står (HTML).",
            "What each number is made of, and where it stands (HTML).",
        ),
    ),
    "cells.csv": (
        ("Alle tal", "All numbers"),
        (
            "Ét tal pr. række med base, ukendt, grænser og definition (CSV).",
            "One number a row with base, unknown, bounds and definition (CSV).",
        ),
    ),
    "cells.parquet": (
        ("Alle tal, til programmer", "All numbers, for programs"),
        (
            "Det samme som cells.csv, hvert tal med sin type (Parquet).",
            "The same as cells.csv, each number with its type (Parquet).",
        ),
    ),
    "definitions.json": (
        ("Definitioner", "Definitions"),
        ("Hvert mål, som det er regnet (JSON).", "Each measure as it is counted (JSON)."),
    ),
    "dataset/rows.parquet": (
        ("Det frosne datasæt", "The frozen data set"),
        ("Én række pr. sag, som tallene er talt på (Parquet).", "One row a case, as counted (Parquet)."),
    ),
    "dataset/manifest.json": (
        ("Datasættets oprindelse", "Where the data set comes from"),
        ("Hvad datasættet er lavet af (JSON).", "What the data set is made of (JSON)."),
    ),
    "bemaerkninger.csv": (
        ("Bemærkninger", "Remarks"),
        (
            "Bløde kontroller og andet, der bør ses efter, med række og kolonne (CSV).",
            "Soft checks and other things to look at, with row and column, in Danish (CSV).",
        ),
    ),
    "leveringer.html": (
        ("Leveringerne", "The deliveries"),
        (
            "Hvad registret har fået, og hvad der var galt med det.",
            "What the register was given, and what was wrong with it, in Danish.",
        ),
    ),
    "edition.json": (
        ("Udgaven", "The edition"),
        (
            "Det, rapporterne kan bygges igen af: titler, definitioner og figurer (JSON).",
            "What the reports can be built from again: titles, definitions and figures (JSON).",
        ),
    ),
    "manifest.json": (
        ("Kørslens oprindelse", "Where it all comes from"),
        (
            "Hvad tallene er lavet af, med fingeraftryk (JSON).",
            "What the numbers are made of, with a fingerprint of each file (JSON).",
        ),
    ),
}
KINDS: Mapping[str, Both] = {
    ".html": ("Til skærmen (HTML)", "For the screen (HTML)"),
    ".pdf": ("Til print og arkiv (PDF)", "For print and archive (PDF)"),
    ".docx": ("Til at rette i (Word)", "To edit (Word)"),
    ".xlsx": ("Til regneark (Excel)", "For spreadsheets (Excel)"),
}
TABLES: Both = ("Alle tabeller", "All tables")
HEADS: Mapping[str, Both] = {
    "read": ("Læs", "Read"),
    "numbers": ("Tal og dokumentation", "Numbers and documentation"),
    "tables": ("Tabeller enkeltvis", "Tables one by one"),
    "figures": ("Figurer enkeltvis", "Figures one by one"),
    "texts": ("Rapporternes tekster", "The texts of the reports"),
}
TEXT: Both = (
    "Teksten, som den er skrevet, med de bundne tal (Markdown).",
    "The text as it is written, with its bound numbers (Markdown).",
)
# What a table or figure is written as by itself, by the end of its file's name.
TABLE_FILES: Mapping[str, Both] = {
    ".csv": ("tabellen (CSV)", "the table (CSV)"),
    "_celler.csv": ("tallene bag (CSV)", "the numbers behind it (CSV)"),
    ".json": ("tabellen (JSON-stat)", "the table (JSON-stat)"),
}
FIGURE_FILES: Mapping[str, Both] = {
    ".svg": ("billede (SVG)", "picture (SVG)"),
    ".png": ("billede (PNG)", "picture (PNG)"),
    ".csv": ("tal (CSV)", "numbers (CSV)"),
    ".json": ("tal (JSON-stat)", "numbers (JSON-stat)"),
}


def of(words: Both, language: str) -> str:
    """The words in this language; Danish where it is neither."""
    return words[1] if language == "en" else words[0]
