"""Decisions that look like decisions and say on every page that they are none. Nobody in them exists.

The CPR numbers are of 31 February: a day that no calendar has, so nobody can have one. They still look like CPR
numbers, so that they are found and hidden like any other.
"""

from __future__ import annotations

import io
import random
import tempfile
import time
from datetime import date
from pathlib import Path

import typst

from demo.workplace.cases import DemoCase
from sagsbarometer.kernel.dates import danish_date
from sagsbarometer.reporting.writers.typst_text import content, string

FICTIONAL = "FIKTIVT DOKUMENT: kommune, person, sag og CPR-nummer er opdigtede"
_FIRST = ("Eksempla", "Fiktiva", "Opdigta", "Prøvine", "Testa", "Påfund", "Tænkt", "Mønster")
_LAST = ("Eksempelsen", "Opdigtsen", "Prøvesen", "Mønstersen", "Påfundsen", "Tænktsen")
_SCANNED = 150  # dots per inch
_FONTS = Path(__file__).resolve().parents[2] / "src" / "sagsbarometer" / "reporting" / "fonts"
_LETTER = """#set document(title: {title}, author: "Demo")
#set text(lang: "da", size: 10.5pt)
#set par(justify: false, leading: 0.7em)
#set page(paper: "a4", margin: 2.5cm,
  header: align(center, box(stroke: 1pt, inset: 5pt, text(size: 9pt, weight: "bold", {mark}))),
  footer: align(center, text(size: 8pt)[{mark_again} · side #context counter(page).display()]))
"""
_WHAT = {
    "grant": "Bevilling af ledsagelse",
    "partial_refusal": "Delvist afslag på ledsagelse",
    "refusal": "Afslag på ledsagelse",
}
_DECIDED = {
    "grant": "Vi har besluttet at give dig 15 timers ledsagelse om måneden til aktiviteter, du selv vælger.",
    "partial_refusal": "Vi har besluttet at give dig 8 timers ledsagelse om måneden, færre end du har søgt om.",
    "refusal": "Vi har besluttet, at du ikke kan få ledsagelse.",
}
_NEEDS = (
    "Du har oplyst, at du gerne vil til svømning, på biblioteket og besøge venner.",
    "Du har oplyst, at du ikke selv kan finde vej og bliver utryg i trafikken.",
    "Din sagsbehandler har talt med dig og med en medarbejder fra dit bosted.",
    "Vi har lagt vægt på oplysningerne fra din læge og fra dit dagtilbud.",
)
_WHY = (
    "Begrundelsen er, at du efter vores vurdering kan færdes på egen hånd, når du kender ruten.",
    "Begrundelsen er, at den hjælp, du har brug for, har et socialpædagogisk indhold.",
    "Begrundelsen er, at du allerede får timer til ledsagelse gennem dit bosted.",
)
_RULE = "Afgørelsen er truffet efter servicelovens § 97 om ledsagelse til voksne med nedsat funktionsevne."
_APPEAL = (
    "Du kan klage til Ankestyrelsen inden fire uger fra den dag, du har fået afgørelsen. Send klagen til os."
)


def made_up_cpr(rng: random.Random) -> str:
    """Ten digits that begin with 31 February."""
    return f"3102{rng.randint(40, 99):02}-{rng.randint(1000, 9999)}"


def decision(case: DemoCase, place: str, rng: random.Random) -> str:
    """A decision as Typst source. What the case lacks in the figures, its letter lacks too."""
    old = case.rebuilt
    day = case.written_on or _day(case.found.get("decision_date") or case.declared["decision_date"])
    name = f"{rng.choice(_FIRST)} {rng.choice(_LAST)}"
    head = f"{place} Kommune (opdigtet)\nSocial og handicap"
    paragraphs = [
        f"Kære {name}",
        f"Vi modtog din ansøgning om ledsagelse den {danish_date(_day(case.declared['application_date']))}.",
        _DECIDED[old.result],
        _RULE,
        *rng.sample(_NEEDS, 2),
    ]
    if old.not_wholly_granted and "reasons" not in old.defects:
        paragraphs.append(rng.choice(_WHY))
    if old.guidance != "missing":
        paragraphs.append(_APPEAL if old.guidance == "meets" else "Du kan klage over afgørelsen.")
    if case.declared.get("appealed") == "yes" or case.found.get("appealed") == "yes":
        paragraphs.append(
            "Påtegning: borgeren har klaget over afgørelsen, og klagen er sendt til Ankestyrelsen."
        )
    paragraphs.append("Venlig hilsen\nEn opdigtet sagsbehandler")
    lines = [
        _start(_WHAT[old.result]),
        *(f"#{content(line)} \\\n" for line in head.split("\n")),
        f"\n#{content('Dato: ' + danish_date(day))} \\\n#{content('CPR-nummer: ' + made_up_cpr(rng))}\n",
        f"= #{content(_WHAT[old.result])}\n",
    ]
    return "\n".join([*lines, *(_paragraph(text) for text in paragraphs)])


def note_without_decision(case: DemoCase, place: str) -> str:
    """What lies in the file of a case where nobody wrote a decision, or that there was an oral one."""
    day = danish_date(_day(case.declared["application_date"]))
    texts = [
        f"{place} Kommune (opdigtet)",
        f"Borgeren ringede den {day} og spurgte til ledsagelse. Der er ikke skrevet mere om, hvad der blev besluttet.",
    ]
    return "\n".join(
        [_start("Journalnotat"), f"= #{content('Journalnotat')}\n", *(_paragraph(text) for text in texts)]
    )


def shared_note(number: int, rng: random.Random, *, person: str = "") -> str:
    """An extract of a journal without a date, that many cases of the demo have a copy of. `person`: a number, as if it
    were somebody's."""
    texts = [
        "Udskrift af en sag om ledsagelse. Datoer og navne er udeladt: mange af demoens sager har en kopi af den her.",
        *([f"CPR-nummer {person} (opdigtet)"] if person else []),
        *rng.sample(_NEEDS, 3),
        _RULE,
        rng.choice(_WHY),
        _APPEAL,
    ]
    title = f"Udskrift af journalen, eksempel {number}"
    return "\n".join([_start(title), f"= #{content(title)}\n", *(_paragraph(text) for text in texts)])


def pdf(source: str) -> bytes:
    """The source as tagged PDF (PDF/UA-1)."""
    with tempfile.TemporaryDirectory(prefix="demo-") as folder:
        path = Path(folder) / "document.typ"
        path.write_text(source, encoding="utf-8")
        made = typst.compile(path, font_paths=[_FONTS], ignore_system_fonts=True, pdf_standards="ua-1")
    assert isinstance(made, bytes)
    return made


def scan(document: bytes) -> bytes:
    """The pages of a PDF as somebody put them on a scanner: pictures, a little askew, and no text."""
    import pypdfium2
    from PIL import Image

    pages = []
    for page in pypdfium2.PdfDocument(document):
        picture = page.render(scale=_SCANNED / 72, grayscale=True).to_pil()
        pages.append(picture.rotate(-0.6, resample=Image.Resampling.BICUBIC, fillcolor=255))
    made, long_ago = io.BytesIO(), time.gmtime(0)
    pages[0].save(
        made, "PDF", save_all=True, append_images=pages[1:], resolution=_SCANNED, quality=60,
        creationDate=long_ago, modDate=long_ago,
    )  # fmt: skip
    return made.getvalue()


def _start(title: str) -> str:
    return _LETTER.format(
        title=string(f"{title} (fiktivt)"), mark=content(FICTIONAL), mark_again=content(FICTIONAL)[1:-1]
    )


def _paragraph(text: str) -> str:
    return " \\\n".join(f"#{content(line)}" for line in text.split("\n")) + "\n"


def _day(value: object) -> date:
    return date.fromisoformat(str(value))
