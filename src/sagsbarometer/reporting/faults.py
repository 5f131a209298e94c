"""The coded faults and warnings of a report text. Codes are listed in README.md."""

from __future__ import annotations

from dataclasses import dataclass, field

from sagsbarometer.kernel.ids import shown
from sagsbarometer.kernel.problems import Level, Place, Problem

BINDING = "Skriv {figur.mål:format}, fx {figure_2.any_material_defect:percent}, eller {cases.mål:format}."


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

    def unknown_prefix(self, line: int, prefix: str, known: tuple[str, ...]) -> None:
        """RAPPORT-101."""
        self.fault(
            101,
            line,
            f"Figuren {shown(prefix)} findes ikke.",
            f"Figurerne er {', '.join(known)}, samt cases.",
        )

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
        fault = f"Resultaterne har intet tal for målet {shown(measure)}."
        self.fault(105, line, fault, "Beregn resultaterne igen med det skema, som rapporten hører til.")

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
