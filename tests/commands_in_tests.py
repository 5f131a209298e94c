"""Commands called in the process of the test: some are asked of dozens of times, and a start takes a second."""

from __future__ import annotations

import subprocess

from typer.testing import CliRunner

from sagsbarometer.cli.main import app


def called(*arguments: object) -> subprocess.CompletedProcess[str]:
    """What a command said and how it ended, as of a process of its own. What the program does not catch is raised."""
    line = list(map(str, arguments))
    done = CliRunner().invoke(app, line, prog_name="sagsbarometer")
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return subprocess.CompletedProcess(line, done.exit_code, done.stdout, done.stderr)
