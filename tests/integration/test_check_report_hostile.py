"""Report files made to harm: each ends in a code, within seconds and without a trace of the program."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from sagsbarometer.kernel.problems import Faults
from sagsbarometer.runs import check_report as checked
from tests.checked_reports_in_tests import Sketch, docx, html, tagged_pdf


def refused(path: Path, seconds: float = 60) -> str:
    with pytest.raises(Faults) as caught:
        checked.check_report(path, lambda _: None, seconds)
    (problem,) = caught.value.problems
    return problem.code


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("nowhere.pdf", None, "CHECK-201"),
        ("empty.html", b"  ", "CHECK-201"),
        ("a.pdf", b"PK\x03\x04", "CHECK-201"),
        ("a.html", b"%PDF-1.7", "CHECK-201"),
        ("a.docx", b"<html>", "CHECK-201"),
        ("a.txt", b"x", "CHECK-201"),
        ("a.pdf", b"%PDF-1.7\n" + b"\0" * 1000, "CHECK-202"),
        ("a.docx", b"PK\x03\x04" + b"\0" * 1000, "CHECK-202"),
        ("a.md", b"x" * 5_000_000, "CHECK-204"),
    ],
)
def test_what_is_no_report(tmp_path: Path, name: str, data: bytes | None, code: str) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    assert refused(tmp_path / name) == code


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.pdf")
    assert refused(tmp_path / "a.pdf") == "CHECK-201"


def test_a_locked_pdf(tmp_path: Path) -> None:
    import pikepdf

    with pikepdf.open(io.BytesIO(tagged_pdf(Sketch()))) as document:
        document.save(tmp_path / "a.pdf", encryption=pikepdf.Encryption(owner="a", user="b"))
    assert refused(tmp_path / "a.pdf") == "CHECK-205"


def bomb(megabytes: int) -> bytes:
    """A PDF of one page whose words unfold to so much."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b"BT (x) Tj ET\n" * 80_000) for _ in range(megabytes)) + packer.flush()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources << >> >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed),
    ]
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    return (
        out
        + b"xref\n0 5\n0000000000 65535 f \n%strailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF"
        % (
            table,
            start,
        )
    )


def test_a_pdf_that_unfolds_to_gigabytes_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the limits of its own process; this one goes on."""
    (tmp_path / "a.pdf").write_bytes(bomb(300))
    monkeypatch.setattr(checked, "MEMORY", 600_000_000)
    assert refused(tmp_path / "a.pdf", 20) in ("CHECK-204", "CHECK-206")


def test_what_takes_too_long_is_stopped(tmp_path: Path) -> None:
    for name, data in (
        ("a.html", html(Sketch())),
        ("a.docx", docx(Sketch())),
        ("a.pdf", tagged_pdf(Sketch())),
    ):
        (tmp_path / name).write_bytes(data)
        assert refused(tmp_path / name, 0) == "CHECK-206"


def test_tags_that_go_round_in_a_ring_are_left(tmp_path: Path) -> None:
    import pikepdf

    with pikepdf.open(io.BytesIO(tagged_pdf(Sketch()))) as document:
        tree = document.Root.StructTreeRoot
        ring = document.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.Sect))
        ring.K = pikepdf.Array([ring, ring])
        tree.K = pikepdf.Array([ring])
        document.save(tmp_path / "a.pdf")
    assert refused(tmp_path / "a.pdf") == "CHECK-204"


def test_links_to_elsewhere_are_not_followed(tmp_path: Path) -> None:
    """A page and a document that point out: nothing is fetched, and what they say is read."""
    path = tmp_path / "a.html"
    body = (
        b'<link rel=stylesheet href="http://192.0.2.1/a.css"><iframe src="http://192.0.2.1/"></iframe></body>'
    )
    path.write_bytes(html(Sketch()).replace(b"</body>", body))
    assert checked.check_report(path, lambda _: None, 30).ok


def test_the_command_shows_a_code_and_no_trace(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7 nonsense")
    line = [sys.executable, "-m", "sagsbarometer.cli.main", "check", str(tmp_path / "a.pdf"), "--json"]
    done = subprocess.run(line, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 3
    assert "CHECK-202" in done.stderr
    assert '"CHECK-202"' in done.stdout
    assert "Traceback" not in done.stderr
