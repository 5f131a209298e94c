"""Delivered files are hostile until measured: what is refused, how fast, with how much memory, and in which words."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sagsbarometer.documents.checking import Piece, pieces, refuse_together
from sagsbarometer.documents.kinds import KINDS, agrees
from sagsbarometer.documents.limits import LIMITS, Limits, told
from sagsbarometer.documents.readers import read
from sagsbarometer.documents.refusals import REFUSALS, Refused, problem_of
from sagsbarometer.kernel.problems import Level
from tests.conftest import trials
from tests.peaks_in_tests import took
from tests.shared_in_tests import shared
from tests.uploads_in_tests import archive, bombs, docx, jpeg, pdf, png, seconds, tiff

GOOD = {"sag.pdf": pdf("CPR 010203-1234"), "sag.docx": docx("CPR 0102031234"), "sag.png": png(), "sag.jpg": jpeg(),
        "sag.tif": tiff(pages=3)}  # fmt: skip


def checked(content: bytes, name: str, folder: Path, limits: Limits = LIMITS) -> list[Piece]:
    path = folder / "arrived"
    path.write_bytes(content)
    return list(pieces(path, name, folder, limits))


def test_ordinary_files_come_in_with_their_pages_and_text(tmp_path: Path) -> None:
    found = {name: checked(content, name, tmp_path)[0] for name, content in GOOD.items()}
    assert {name: (piece.kind, piece.pages) for name, piece in found.items()} == {
        "sag.pdf": ("pdf", 1), "sag.docx": ("docx", 3), "sag.png": ("png", 1), "sag.jpg": ("jpeg", 1),
        "sag.tif": ("tiff", 3),
    }  # fmt: skip
    assert "010203-1234" in found["sag.pdf"].text
    assert "0102031234" in found["sag.docx"].text


def test_the_files_of_a_zip_come_in_one_by_one_and_a_bad_one_stops_no_other(tmp_path: Path) -> None:
    parts = {"mappe/a.pdf": pdf(), "mappe/b.exe": b"MZ", "__MACOSX/._a.pdf": b"x", "c.png": png()}
    found = checked(archive(parts), "sager.zip", tmp_path)
    assert [(piece.name, piece.kind, piece.refused) for piece in found] == [
        ("a.pdf", "pdf", ""), ("b.exe", "", "DOK-104"), ("c.png", "png", ""),
    ]  # fmt: skip
    assert [path.name for path in tmp_path.iterdir()] == ["arrived"]  # nothing unpacked is left


_READ_ALL = """
import json, os, sys
from pathlib import Path
from sagsbarometer.documents.checking import pieces
for path in sorted(Path(sys.argv[1]).iterdir()):
    number, _, name = path.name.partition(" ")
    begun = sum(os.times()[:4])
    refused = [piece.refused for piece in pieces(path, name, Path(sys.argv[2]))]
    print(json.dumps([int(number), refused, sum(os.times()[:4]) - begun]))
"""


@dataclass(frozen=True)
class Bombed:
    """The bombs as files by name, and of each by its place in `bombs` the codes it was refused with and the seconds of
    processor it took. What the largest process took of memory, and the names of what was left behind."""

    files: dict[str, Path]
    refused: dict[int, list[str]]
    took: dict[int, float]
    megabytes: float
    left: list[str]


@pytest.fixture(scope="session")
def bombed(tmp_path_factory: pytest.TempPathFactory) -> Bombed:
    """All bombs read one after the other by a process that does nothing else."""

    def make(folder: Path) -> None:
        arrived, aside = folder / "arrived", folder / "aside"
        arrived.mkdir()
        aside.mkdir()
        for number, (name, made, _) in enumerate(bombs()):
            (arrived / f"{number:03} {name}").write_bytes(made())
        done = took([sys.executable, "-c", _READ_ALL, arrived, aside], folder / "said.json")
        assert done.code == 0, done.err
        (folder / "left.json").write_text(json.dumps([path.name for path in aside.iterdir()]))

    folder = shared(tmp_path_factory, "bombs", make)
    said = json.loads((folder / "said.json").read_bytes())
    lines = [json.loads(line) for line in said["out"].splitlines()]
    return Bombed(
        files={path.name[4:]: path for path in (folder / "arrived").iterdir()},
        refused={number: refused for number, refused, _ in lines},
        took={number: seconds for number, _, seconds in lines},
        megabytes=said["megabytes"],
        left=json.loads((folder / "left.json").read_bytes()),
    )


@pytest.mark.parametrize(
    ("number", "codes"),
    [pytest.param(number, codes, id=f"{name}-{codes}") for number, (name, _, codes) in enumerate(bombs())],
)
def test_what_is_made_to_do_harm_is_refused_in_time(number: int, codes: str, bombed: Bombed) -> None:
    assert bombed.took[number] < 10
    assert bombed.refused[number]
    assert set(bombed.refused[number]) <= set(codes.split())


def test_all_of_them_together_stay_below_300_mb(bombed: Bombed) -> None:
    """The process that checks and those that read for it, each by itself."""
    assert bombed.megabytes < 300
    assert bombed.left == []


def test_reading_stops_at_the_memory_it_was_given(bombed: Bombed) -> None:
    """With the measure of streams off, the cap of the process is what holds."""
    open_wide = Limits(stream_bytes=10**12, streams_bytes=10**12)
    with pytest.raises(Refused) as refused:
        read(bombed.files["strøm.pdf"], "pdf", open_wide)
    assert refused.value.code in ("DOK-116", "DOK-106")


def test_reading_stops_at_the_time_it_was_given(tmp_path: Path) -> None:
    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as book:
        book.Root.Many = pikepdf.Array([book.make_indirect(pikepdf.Dictionary(A=n)) for n in range(400_000)])
        book.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    path = tmp_path / "many.pdf"
    path.write_bytes(out.getvalue())
    begun = seconds()
    # Neither how many objects there are nor the memory they take stops it: some seconds of processor would.
    wide = Limits(reading_processor=1, objects=10**9, reading_memory=4 << 30)
    with pytest.raises(Refused) as refused:
        read(path, "pdf", wide)
    assert refused.value.code == "DOK-116"
    assert seconds() - begun < 10


def test_a_refusal_says_why_and_what_to_do_and_never_what_the_file_is_called(tmp_path: Path) -> None:
    (piece,) = checked(b"MZ 010203-1234", "010203-1234 Hans Hansen.pdf", tmp_path)
    problem = problem_of(piece.refused, row=2)
    assert problem.level is Level.ERROR
    assert str(problem) == (
        "Fejl DOK-104 2\n  Filen er af en type, der ikke kan afleveres.\n"
        "  → Aflever PDF, Word (.docx), billeder (PNG, JPEG eller TIFF) eller en ZIP-fil med dem."
    )
    for fault, remedy in REFUSALS.values():
        assert fault.endswith(".")
        assert remedy.endswith(".")


def test_files_together_have_limits_too() -> None:
    refuse_together([1_000] * LIMITS.request_files)
    with pytest.raises(Refused, match="DOK-103"):
        refuse_together([1] * (LIMITS.request_files + 1))
    with pytest.raises(Refused, match="DOK-102"):
        refuse_together([LIMITS.request_bytes, 1])
    assert ("Størrelse af én fil", "100 MB") in told()


def test_a_limit_can_be_set_tighter(tmp_path: Path) -> None:
    assert checked(pdf(), "a.pdf", tmp_path, Limits(file_bytes=100))[0].refused == "DOK-102"
    assert checked(pdf(), "a.pdf", tmp_path, Limits(pages=0))[0].refused == "DOK-115"


@pytest.mark.parametrize(
    ("name", "kind", "agreed"),
    [("a.PDF", "pdf", True), ("a.jpeg", "png", True), ("uden", "pdf", True), ("a.pdf.exe", "pdf", False),
     ("a.docx", "zip", False), ("a.", "tiff", True)],
)  # fmt: skip
def test_a_name_says_the_kind_or_nothing(name: str, kind: str, agreed: bool) -> None:
    assert agrees(name, kind) is agreed


@st.composite
def _mutated(draw: st.DrawFn) -> tuple[str, bytes]:
    name, content = draw(
        st.sampled_from([*GOOD.items(), ("sag.zip", archive({"a.png": png(), "b.tif": tiff()}))])
    )
    out = bytearray(content)
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, len(out) - 1))
        how = draw(st.sampled_from(["set", "cut", "repeat", "swap"]))
        if how == "set":
            out[at] = draw(st.integers(0, 255))
        elif how == "cut":
            del out[at : at + draw(st.integers(1, 40))]
        elif how == "repeat":
            out[at:at] = out[at : at + draw(st.integers(1, 40))]
        else:
            other = draw(st.integers(0, len(out) - 1))
            out[at], out[other] = out[other], out[at]
        if not out:
            break
    return name, bytes(out)


@settings(max_examples=trials(2_000), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_mutated())
def test_damaged_files_come_in_or_are_refused_and_nothing_else_happens(
    tmp_path: Path, file: tuple[str, bytes]
) -> None:
    name, content = file
    begun = seconds()
    for piece in checked(content, name, tmp_path):
        assert piece.refused in REFUSALS if piece.refused else piece.kind in KINDS
    assert seconds() - begun < 10


def test_the_reading_process_answers_in_json_and_tells_nothing_on_stderr(tmp_path: Path) -> None:
    import subprocess

    from sagsbarometer.documents.limits import as_arguments

    path = tmp_path / "a.docx"
    path.write_bytes(docx("010203-1234")[:-40])
    with path.open("rb") as file:
        done = subprocess.run(
            [sys.executable, "-I", "-m", "sagsbarometer.documents.reading", "docx", json.dumps(as_arguments(LIMITS))],
            stdin=file, capture_output=True, check=False,
        )  # fmt: skip
    assert json.loads(done.stdout) == {"refused": "DOK-106"}
    assert done.stderr == b""


def test_bombs_are_what_they_say(bombed: Bombed) -> None:
    """So that the limits are what refuses them, and not that they are broken."""
    with zipfile.ZipFile(bombed.files["flad.zip"]) as book:
        assert book.infolist()[0].file_size == 400_000_000
    assert bombed.files["nestet.pdf"].stat().st_size < 10_000
    assert bombed.files["flad.zip"].stat().st_size < 500_000
