"""The coded faults and warnings of a report text. Codes are listed in README.md."""

from __future__ import annotations

from dataclasses import dataclass, field

from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Level, Place, Problem

BINDING = (
    "Skriv {figur.mål:format}, fx {figure_2.any_material_defect:percent}, {cases.mål:format} eller "
    "{tabel.række.kolonne:format}."
)


@dataclass(slots=True)
class Report:
    """Collects every problem of one text file, so that all are told at once."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def fault(self, code: int, line: int | None, fault: str, remedy: str) -> None:
        """Something that stops the report."""
        self.problems.append(Problem(f"RAPPORT-{code}", Place(self.file, line), fault, remedy))

    def warning(self, code: int, line: int | None, fault: str, remedy: str) -> None:
        """Something to look at."""
        self.problems.append(Problem(f"RAPPORT-{code}", Place(self.file, line), fault, remedy, Level.WARNING))

    def unknown_prefix(
        self, line: int, prefix: str, figures: tuple[str, ...], tables: tuple[str, ...] = ()
    ) -> None:
        """RAPPORT-101."""
        known = [
            *([f"Figurerne er {', '.join(figures)}."] if figures or not tables else []),
            *([f"Tabellerne er {', '.join(tables)}."] if tables else []),
            "Alle mål kan skrives med cases.",
        ]
        what = "Figuren eller tabellen" if tables else "Figuren"
        self.fault(101, line, f"{what} {shown(prefix)} findes ikke.", " ".join(known))

    def unknown_row(self, line: int, row: str, of: str, near: tuple[str, ...]) -> None:
        """RAPPORT-121."""
        hint = f"Mente du {' eller '.join(near)}?" if near else "Brug en rækkes id."
        self.fault(121, line, f"Rækken {shown(row)} findes ikke i {of}.", hint)

    def unknown_column(self, line: int, column: str, of: str, near: tuple[str, ...]) -> None:
        """RAPPORT-122."""
        fault = (
            f"Kolonnen {shown(column)} findes ikke i {of}." if column else f"Der mangler en kolonne i {of}."
        )
        hint = f"Mente du {' eller '.join(near)}?" if near else "Brug en kolonnes id."
        self.fault(122, line, fault, hint)

    def others_number(self, line: int, prefix: str) -> None:
        """RAPPORT-126."""
        if prefix == "own":
            fault = "En tekst, alle kan læse, kan ikke have én kommunes egne tal."
            remedy = "Skriv {cases.mål:format}. {own.mål:format} er kun til noten til den enkelte kommune."
        else:
            fault = "En note til én kommune har kun dens egne tal."
            remedy = "Skriv {own.mål:format}."
        self.fault(126, line, fault, remedy)

    def negative_difference(self, line: int, text: str) -> None:
        """RAPPORT-203."""
        remedy = "Byt om på de to, og ret ordet ved siden af: højere, lavere, flere eller færre."
        self.warning(203, line, f"Forskellen er {text}: det andet tal er det største.", remedy)

    def no_place(self, line: int, place: str) -> None:
        """RAPPORT-123."""
        remedy = "Peg på et sted i tabellen, hvor der står et tal."
        self.fault(123, line, f"Der er intet tal på {place}.", remedy)

    def no_round(self, line: int) -> None:
        """RAPPORT-145."""
        remedy = "Byg rapporten med --previous, eller skriv det mellem ::when before og ::end when."
        self.fault(145, line, "Teksten spørger efter forrige runde, men der er ingen.", remedy)

    def other_definition(self, line: int, measure: str) -> None:
        """RAPPORT-146."""
        fault = f"{shown(measure, 120)} er regnet efter en anden definition i forrige runde. Ingen forskel regnes."
        remedy = "Skriv de to tal hver for sig, og fortæl, at de er regnet forskelligt."
        self.fault(146, line, fault, remedy)

    def defined_otherwise(self, line: int, measure: str) -> None:
        """RAPPORT-222."""
        fault = f"{shown(measure, 120)} er regnet efter en anden definition i forrige runde."
        self.warning(222, line, fault, "Fortæl læseren det, eller udelad tallet.")

    def unknown_measure(self, line: int, measure: str, near: tuple[str, ...]) -> None:
        """RAPPORT-102."""
        hint = f" Mente du {' eller '.join(near)}?" if near else ""
        self.fault(102, line, f"Målet {shown(measure)} findes ikke.", f"Brug et mål fra skemaet.{hint}")

    def not_in_figure(self, line: int, measure: str, figure: str) -> None:
        """RAPPORT-103."""
        fault = f"Målet {shown(measure)} er ikke en del af {figure}."
        self.fault(
            103, line, fault, f"Skriv {{cases.{measure}:…}}, eller tilføj målet til figuren i skemaet."
        )

    def unfit_format(self, line: int, why: str) -> None:
        """RAPPORT-104."""
        self.fault(104, line, why, "Vælg et format, der passer til tallet.")

    def no_cell(self, line: int, measure: str) -> None:
        """RAPPORT-105."""
        fault = f"Resultaterne har intet tal for målet {shown(measure, 120)}."
        remedy = "Beregn resultaterne igen med det skema eller det layout, som rapporten hører til."
        self.fault(105, line, fault, remedy)

    def unbound_digit(self, line: int, digits: str) -> None:
        """RAPPORT-106."""
        remedy = (
            f"{BINDING} Er tallet ikke vores, så skriv [{digits}]{{.fixed}}. En henvisning til en figur "
            "skrives [@figurens_id]."
        )
        self.fault(106, line, f"Tallet {shown(digits)} er ikke bundet til resultaterne.", remedy)

    def malformed(self, line: int, text: str) -> None:
        """RAPPORT-107."""
        self.fault(107, line, f"{shown(text)} er ikke et bundet tal.", BINDING)
