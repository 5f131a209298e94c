"""A test's server answers itself, or the test is told at once why it does not."""

from __future__ import annotations

import os
import re
import socket
import sys
import time

import pytest

from sagsbarometer.web.home import Home
from tests.web.house_in_tests import Workplace
from tests.web.served_in_tests import Server, free_port
from tests.web.warm_in_tests import Warm, WarmServer


def test_workers_of_a_run_have_ports_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    ports = []
    for worker in ("gw0", "gw1", "gw11"):
        monkeypatch.setenv("PYTEST_XDIST_WORKER", worker)
        monkeypatch.setattr(os, "getpid", lambda: 4040)
        ports.append({free_port() // 500 for _ in range(20)})
    assert ports == [{20}, {21}, {31}]
    monkeypatch.delenv("PYTEST_XDIST_WORKER")
    monkeypatch.setattr(os, "getpid", lambda: 4043)
    assert free_port() // 500 == 23


def test_a_server_that_ends_is_told_at_once(workplace: Workplace) -> None:
    says = (sys.executable, "-c", "import sys; sys.exit('the house is on fire')")
    began = time.monotonic()
    with pytest.raises(ConnectionError, match=r"(?s)ended with 1.*the house is on fire"):
        Server(workplace, before=says).start(seconds=25)
    assert time.monotonic() - began < 20


def test_another_is_not_taken_for_it(workplace: Workplace) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        server = Server(workplace, port=other.getsockname()[1])
        with pytest.raises(ConnectionError, match="in use by another"):
            server.start()
        assert server.process is None


def test_another_that_came_first_in_the_meantime_is_not_either(workplace: Workplace) -> None:
    class Late(Server):
        def launch(self) -> None:
            self.log_file.write_text("Connection in use: ('127.0.0.1', 1)\n", encoding="utf-8")

        def get(self, path: str, session: str = "") -> tuple[int, bytes]:
            return 200, b"the other's page"

    with pytest.raises(ConnectionError, match="in use by another"):
        Late(workplace).start()


def test_a_forking_process_that_is_gone_says_so(workplace: Workplace) -> None:
    gone = Warm(Workplace(Home(workplace.home.folder.parent / "no-house")))
    for _ in range(2):  # while it ends, and after
        with pytest.raises(AssertionError, match=re.escape(str(gone.log_file))):
            WarmServer(workplace, warm=gone).launch()
    assert "Traceback" in gone.log_file.read_text(encoding="utf-8")
    gone.end()
