"""Delivered files are hostile until measured: what is refused, how fast, with how much memory, and in which words."""

from __future__ import annotations

import io
import json
import sys
import zipfile
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


@pytest.mark.parametrize(
    ("name", "made", "codes"), bombs(), ids=lambda item: str(item) if isinstance(item, str) else ""
)
def test_what_is_made_to_do_harm_is_refused_in_time(
    name: str, made: object, codes: str, tmp_path: Path
) -> None:
    content = made()  # type: ignore[operator]
    begun = seconds()
    found = checked(content, name, tmp_path)
    assert seconds() - begun < 10
    assert found
    assert all(piece.refused in codes.split() for piece in found), [piece.refused for piece in found]


_READ_ALL = """
import sys
from pathlib import Path
from sagsbarometer.documents.checking import pieces
for path in sorted(Path(sys.argv[1]).iterdir()):
    number, _, name = path.name.partition(" ")
    assert all(piece.refused for piece in pieces(path, name, Path(sys.argv[2]))), number
"""


def test_all_of_them_together_stay_below_300_mb(tmp_path: Path) -> None:
    """The process that checks and those that read for it, each by itself."""
    arrived, aside = tmp_path / "arrived", tmp_path / "aside"
    arrived.mkdir()
    aside.mkdir()
    for number, (name, made, _) in enumerate(bombs()):
        (arrived / f"{number:03} {name}").write_bytes(made())
    done = took([sys.executable, "-c", _READ_ALL, arrived, aside], tmp_path / "said")
    assert done.code == 0, done.err
    assert done.megabytes < 300
    assert not list(aside.iterdir())


def test_reading_stops_at_the_memory_it_was_given(tmp_path: Path) -> None:
    """With the measure of streams off, the cap of the process is what holds."""
    path = tmp_path / "bomb.pdf"
    bomb = next(made for name, made, _ in bombs() if name == "strøm.pdf")
    path.write_bytes(bomb())
    open_wide = Limits(stream_bytes=10**12, streams_bytes=10**12)
    with pytest.raises(Refused) as refused:
        read(path, "pdf", open_wide)
    assert refused.value.code in ("DOK-116", "DOK-106")


def test_reading_stops_at_the_time_it_was_given(tmp_path: Path) -> None:
    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as book:
        book.Root.Many = pikepdf.Array([book.make_indirect(pikepdf.Dictionary(A=n)) for n in range(199_000)])
        book.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    path = tmp_path / "many.pdf"
    path.write_bytes(out.getvalue())
    begun = seconds()
    with pytest.raises(Refused) as refused:
        read(path, "pdf", Limits(reading_processor=1))
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


@settings(
    max_examples=trials(2_000), deadline=10_000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(_mutated())
def test_damaged_files_come_in_or_are_refused_and_nothing_else_happens(
    tmp_path: Path, file: tuple[str, bytes]
) -> None:
    name, content = file
    for piece in checked(content, name, tmp_path):
        assert piece.refused in REFUSALS if piece.refused else piece.kind in KINDS


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


def test_bombs_are_what_they_say() -> None:
    """So that the limits are what refuses them, and not that they are broken."""
    made = {name: make for name, make, _ in bombs()}
    with zipfile.ZipFile(io.BytesIO(made["flad.zip"]())) as book:
        assert book.infolist()[0].file_size == 400_000_000
    assert len(made["nestet.pdf"]()) < 10_000
    assert len(made["flad.zip"]()) < 500_000
