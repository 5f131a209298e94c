"""The demo: both tracks on rows built from published counts, held against what was published, and shown; then the
workplace, with the same cases on their way in."""

from __future__ import annotations

import argparse
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sagsbarometer.reporting.numbers import amount, bound_limits, interval_limits
from sagsbarometer.store.results import load_results

HERE = Path(__file__).resolve().parent
PUBLISHED = HERE.parent / "published"
EXAMPLE = HERE.parent / "docs" / "eksempel"
BAROMETER = PUBLISHED / "handicapsagsbarometret_2023"
# The day the figures the rows are built from were made public.
DATA_DATE = "2024-04-26"
# Layout, the day its document's numbers were drawn from the case system, and the folder of its results.
EDITIONS = (
    ("annual_report_2024", "2025-04-11", "aarsredegoerelse_2024"),
    ("legal_certainty_2026", "2025-12-11", "retssikkerhed_2026"),
    ("knowledge_collection_2022", "2022-12-15", "vidensopsamling_2022"),
)
CHECKS = (
    ("service_check_home_training", "hjemmetraening"),
    ("service_check_lost_earnings", "tabt_arbejdsfortjeneste"),
)
HEADLINES = (
    "in_accordance",
    "any_defect_share",
    "fact_finding_defect_material",
    "party_hearing_defect_any",
    "deadline_kept",
    "action_plan_offered",
)
COMMAND = ("-m", "sagsbarometer.cli.main")


def main() -> int:
    """Runs the demo; 0 when every published figure came out as expected."""
    options = _options()
    started = time.monotonic()
    folder = Path(options.folder)
    out = folder / "resultater"
    _clear(
        folder,
        folder / "data",
        folder / "studie",
        folder / "eftersyn",
        folder / "noter",
        folder / "register",
        folder / "register-fejl",
        folder / "udtraek",
        folder / "udgivelse",
        folder / "arbejdsplads",
        out,
    )
    verdict = _reviewed_cases(folder, out / "barometer_97")
    _release(out / "barometer_97", folder / "udgivelse", out / "offentliggjort")
    _service_checks(folder, out)
    verdict = _appeal_cases(folder, out) or verdict
    _unknown_extract(folder, out / "ukendt_udtraek")
    port = _free(options.port)
    _workplace(folder / "arbejdsplads", port)
    _show(out, time.monotonic() - started)
    if options.no_serve or verdict:
        print(
            f"Arbejdspladsen startes med:  ./run sagsbarometer serve --home {folder / 'arbejdsplads'} --port {port}"
        )
        return verdict
    return _serve(folder / "arbejdsplads", out, port)


def _reviewed_cases(folder: Path, out: Path) -> int:
    """The first track: 385 reviewed cases, from the file to the report, against the printed figures."""
    print("\nFørste spor: sager, der ikke er klaget over\n", flush=True)
    data, study = folder / "data" / "gennemgang", folder / "studie"
    _step("Bygger 385 sager af de offentliggjorte tal", [HERE / "reconstruct" / "build.py", "--out", data])
    frame = ["--frame", data / "municipalities.csv", "--data-date", DATA_DATE]
    _step("Opretter studiet", [*COMMAND, "study", "new", "barometer_97", study, *frame])
    run = ["study", "run", study, "--answers", data / "answers.csv", "--out", out]
    _step("Kontrollerer, fryser, tæller og skriver rapporten", [*COMMAND, *run])
    print("\nHolder resultaterne op mod de offentliggjorte tal:\n", flush=True)
    verify = ["figures", "verify", "--brief", "--published", BAROMETER, "--results", out]
    return _python([*COMMAND, *verify, "--expect", BAROMETER / "known.csv"])


def _release(results: Path, folder: Path, public: Path) -> None:
    """The barometer protected, approved by two and public: what the office keeps in a folder, and the public one."""
    print("\nDe samme tal, beskyttet og udgivet (opdigtede personer, rekonstruerede data)\n", flush=True)
    if code := _python([HERE / "publish.py", results, folder, public]):
        sys.exit(code)


def _service_checks(folder: Path, out: Path) -> None:
    """Two service checks of a few municipalities, with a note to each that holds its own numbers only."""
    print("\nTo juridiske serviceeftersyn: 74 og 64 sager, og en note til hver kommune\n", flush=True)
    data = folder / "data" / "eftersyn"
    _step("Bygger sagerne af de trykte totaler", [HERE / "reconstruct" / "service_checks.py", "--out", data])
    print(
        "== Opretter studierne, kører dem, og skriver noterne (til kommunerne selv, ikke til siden)",
        flush=True,
    )
    with ThreadPoolExecutor() as both:
        chains = [
            (name, both.submit(_service_check, folder, data / name, template, out / f"eftersyn_{name}"))
            for template, name in CHECKS
        ]
    for name, chain in chains:
        code, said = chain.result()
        if code:
            sys.exit(f"{said}\nEftersynet {name} blev ikke lavet.")


def _service_check(folder: Path, data: Path, template: str, out: Path) -> tuple[int, str]:
    """One check, its steps after each other: how it ended, and what was said."""
    study, frame = folder / "eftersyn" / data.name, data / "municipalities.csv"
    steps = (
        ("study", "new", template, study, "--frame", frame),
        ("study", "run", study, "--answers", data / "answers.csv", "--out", out),
        ("report", "notes", out, "--recipients", frame, "--out", folder / "noter" / data.name),
    )
    for step in steps:
        made = subprocess.run(
            [sys.executable, *COMMAND, *map(str, step)], check=False, capture_output=True, text=True
        )
        if made.returncode:
            return made.returncode, made.stderr
    return 0, ""


def _appeal_cases(folder: Path, out: Path) -> int:
    """The second track: registrations of appeal cases, and the tables of three documents as of three days."""
    print("\nAndet spor: klagesager\n", flush=True)
    data, register = folder / "data" / "klagesager", folder / "register"
    build = HERE / "reconstruct" / "appeals" / "build.py"
    _step("Bygger klagesagernes registreringer af de offentliggjorte tal", [build, "--out", data])
    mapping = HERE / "reconstruct" / "appeals" / "mapping.yaml"
    source = [data / "registrations.csv", "--mapping", mapping, "--register", register]
    _step("Lægger dem i et register", [*COMMAND, "appeals", "import", *source])
    for layout, day, name in EDITIONS:
        tables = ["--register", register, "--layout", layout, "--as-of", day, "--out", out / name]
        _step(f"Registret, som det stod {day}: {name}", [*COMMAND, "appeals", "tables", *tables])
    print("\nHolder de fem dokumenter op mod sig selv, hinanden og resultaterne:\n", flush=True)
    results = [
        part
        for name in ("barometer_97", *(name for *_, name in EDITIONS))
        for part in ("--results", out / name)
    ]
    return _python([*COMMAND, "check", PUBLISHED, "--brief", *results])


def _unknown_extract(folder: Path, out: Path) -> None:
    """An extract nobody here has seen: what is found in it, and its overview by a mapping that was read and edited."""
    print("\nEt ukendt udtræk (docs/nyt_register.md)\n", flush=True)
    extract, draft = EXAMPLE / "klager.csv", folder / "udtraek-mapping.yaml"
    found = [*COMMAND, "appeals", "inspect", extract, "--out", draft, "--force"]
    _step("Ser på udtrækket, og skriver et udkast til en mapping", found)
    job = [extract, "--mapping", EXAMPLE / "mapping.yaml", "--register", folder / "udtraek", "--out", out]
    _step("Lægger det i et register, og laver overblikket", [*COMMAND, "appeals", "overview", *job])


def _workplace(folder: Path, port: int) -> None:
    """A house with the study of 2023 on its way in; who can sign in is printed, and the password is new each time."""
    print("\nArbejdspladsen: sagerne kaldes ind (opdigtede kommuner, personer og dokumenter)\n", flush=True)
    address = f"http://127.0.0.1:{port}"
    _step("Bygger den", [HERE / "workplace" / "build.py", folder, "--address", address])


def _serve(home: Path, results: Path, port: int) -> int:
    """The workplace until it is stopped, and the results on a page of their own beside it."""
    beside = _free(port + 1)
    shown = subprocess.Popen(
        [sys.executable, *COMMAND, "report", "serve", str(results), "--port", str(beside)],
        stdout=subprocess.DEVNULL,
    )
    print(f"Arbejdspladsen:        http://127.0.0.1:{port}   (log ind som en af dem ovenfor)")
    print(f"Rapporter og tal:      http://127.0.0.1:{beside}\nStop med Ctrl-C.\n", flush=True)
    try:
        return _python([*COMMAND, "serve", "--home", home, "--port", str(port)])
    finally:
        shown.terminate()
        shown.wait()


def _free(port: int) -> int:
    """The first port from here on that nobody listens at. The address of the workplace is written in its settings."""
    for number in range(port, min(port + 50, 65536)):
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind(("127.0.0.1", number))
            except OSError:
                continue
            return number
    sys.exit(f"Ingen ledig port fra {port}. Vælg en anden med --port.")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./run demo", description="Fra sager og registreringer til de offentliggjorte tal."
    )
    parser.add_argument(
        "--no-serve", action="store_true", help="vis hverken arbejdspladsen eller resultaterne bagefter"
    )
    parser.add_argument("--port", type=int, default=8000, help="porten; den næste ledige, når den er optaget")
    parser.add_argument("--folder", default=str(HERE.parent / "demo-ud"), help="mappen, demoen skriver i")
    return parser.parse_args()


def _clear(folder: Path, *parts: Path) -> None:
    """Removes what an earlier demo left, and never anything else."""
    mark = folder / "demo.txt"
    if folder.exists() and any(folder.iterdir()) and not mark.is_file():
        sys.exit(f"{folder} findes og er ikke fra en demo. Vælg en anden mappe med --folder.")
    for part in parts:
        shutil.rmtree(part, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    mark.write_text("Skrevet af ./run demo. Mappen kan slettes.\n", encoding="utf-8")


def _step(what: str, arguments: Sequence[object]) -> None:
    print(f"== {what}", flush=True)
    if code := _python(arguments):
        sys.exit(code)


def _python(arguments: Sequence[object]) -> int:
    return subprocess.run([sys.executable, *map(str, arguments)], check=False).returncode


def _show(out: Path, seconds: float) -> None:
    loaded = load_results(out / "barometer_97")
    print("\nNogle af tallene fra gennemgangen (rekonstruerede data):\n")
    for id in HEADLINES:
        cell = loaded.results.cell(id)
        label = loaded.definitions[id]["label"]["da"]
        share = f"{cell.numerator:>4} af {cell.denominator}"
        unknown = f", {cell.unknown} ukendte: {bound_limits(cell)}" if cell.unknown else ""
        print(f"  {label[:52]:<53}{share:<12}{amount(cell):>6}  ({interval_limits(cell, 1)}{unknown})")
    print(
        "\nI parentes: 95-procents-interval, som om sagerne var trukket tilfældigt, og grænser for de ukendte."
    )
    print(
        "\nSager i de to serviceeftersyn, der ville være omgjort (rekonstruerede data, få udvalgte kommuner):\n"
    )
    for _, name in CHECKS:
        cell = load_results(out / f"eftersyn_{name}").results.cell("would_be_reversed")
        print(f"  {name:<25}{cell.numerator:>4} af {cell.denominator}")
    annual = load_results(out / "aarsredegoerelse_2024").results
    print("\nOmgjort af de realitetsbehandlede klagesager (rekonstruerede data, alle sager talt med):\n")
    for year in ("2022", "2023", "2024"):
        cell = annual.cell("reversal_rate", period=year)
        print(f"  {year}  {cell.numerator:>6} af {cell.denominator}  {amount(cell):>6}")
    print(f"\nFærdig på {seconds:.0f} sekunder. I {out} ligger en mappe for hver:")
    for path in sorted(out.glob("*/index.html")):
        print(f"  {path.parent.name}/index.html")
    print("\nPrøv nu:  ./run sagsbarometer law show 'serviceloven § 42' --on 2023-12-31\n", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
