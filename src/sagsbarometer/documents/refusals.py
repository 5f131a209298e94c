"""Why a file is refused, and what to do: one table. No refusal tells the name of a file or what is in it."""

from __future__ import annotations

from sagsbarometer.kernel.problems import Place, Problem
from sagsbarometer.kernel.said import all_said

_AGAIN = "Åbn filen, gem den igen, og prøv igen. Hjælper det ikke, så udskriv den til PDF."
_PRINT = "Udskriv dokumentet til PDF, og aflever PDF-filen."

# code: (why, what to do)
REFUSALS: dict[str, tuple[str, str]] = all_said(
    {
        "DOK-101": ("Filen er tom.", "Vælg filen igen, og se efter, at den kan åbnes hos jer."),
        "DOK-102": ("Filen er for stor.", "Del den op, eller gem den med lavere billedkvalitet."),
        "DOK-103": (
            "Der er for mange filer på én gang.",
            "Aflever dem ad flere omgange, eller saml dem i en ZIP-fil.",
        ),
        "DOK-104": (
            "Filen er af en type, der ikke kan afleveres.",
            "Aflever PDF, Word (.docx), billeder (PNG, JPEG eller TIFF) eller en ZIP-fil med dem.",
        ),
        "DOK-105": (
            "Filen er noget andet, end dens navn siger.",
            "Gem den igen i det format, navnet siger, eller ret endelsen.",
        ),
        "DOK-106": ("Filen er beskadiget.", _AGAIN),
        "DOK-107": (
            "Filen er låst med adgangskode eller kryptering.",
            "Fjern adgangskoden, og gem filen igen. " + _PRINT,
        ),
        "DOK-108": ("Filen indeholder makroer.", "Gem den som Word-dokument uden makroer (.docx). " + _PRINT),
        "DOK-109": ("Filen indeholder noget, der kan udføres: et script eller en kommando.", _PRINT),
        "DOK-110": (
            "Filen har andre filer liggende i sig.",
            "Tag dem ud, og aflever dem hver for sig. " + _PRINT,
        ),
        "DOK-111": ("Filen henter noget udefra, når den åbnes.", _PRINT),
        "DOK-112": ("Filen er skrevet på en måde, som tekstbehandling ikke bruger (DTD).", _PRINT),
        "DOK-113": ("Filen pakker urimeligt meget ud.", "Gem den igen uden store billeder. " + _PRINT),
        "DOK-114": ("Billedet har for mange billedpunkter.", "Scan med lavere opløsning; 300 dpi er nok."),
        "DOK-115": ("Dokumentet har for mange sider eller dele.", "Del det op i flere filer."),
        "DOK-116": ("Filen kunne ikke læses med den tid og plads, der er sat af.", _PRINT),
        "DOK-121": ("ZIP-filen har for mange filer i sig.", "Del den op i flere."),
        "DOK-122": ("ZIP-filen fylder for meget, når den pakkes ud.", "Del den op i flere."),
        "DOK-123": (
            "ZIP-filen er pakket unormalt hårdt.",
            "Lav den igen, eller aflever filerne hver for sig.",
        ),
        "DOK-124": ("ZIP-filen har en ZIP-fil i sig.", "Pak den indre ud, og læg filerne i den ydre."),
        "DOK-125": (
            "Et navn i ZIP-filen kan ikke bruges: det peger uden for mappen eller har skjulte tegn.",
            "Omdøb filerne med bogstaver og tal, og lav ZIP-filen igen.",
        ),
        "DOK-126": (
            "ZIP-filen har en genvej i stedet for en fil.",
            "Læg selve filen i, og lav ZIP-filen igen.",
        ),
        "DOK-127": (
            "ZIP-filens dele ligger oven i hinanden, eller dens liste passer ikke.",
            "Lav ZIP-filen igen.",
        ),
        "DOK-128": (
            "ZIP-filen er pakket på en måde, der ikke kan læses.",
            "Lav den igen som en almindelig ZIP-fil.",
        ),
        "DOK-129": ("To filer i ZIP-filen har samme navn.", "Giv dem hver sit navn, og lav ZIP-filen igen."),
        "DOK-130": ("ZIP-filen er tom.", "Læg filerne i den, og prøv igen."),
    }
)


class Refused(Exception):
    """A file may not come in. `code` is one of REFUSALS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def problem(self) -> Problem:
        """Why, and what to do."""
        return problem_of(self.code)


def problem_of(code: str, row: int | None = None) -> Problem:
    """The problem of a code; `row`: which of several files, counted from 1. Raises KeyError for another code."""
    fault, remedy = REFUSALS[code]
    return Problem(code, Place(row=row), fault, remedy)
