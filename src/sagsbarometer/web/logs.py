"""Logs that never hold what looks like a CPR number, a query or the content of a form."""

from __future__ import annotations

import logging
import logging.config
import sys
import traceback
import warnings
from typing import Any

from sagsbarometer.kernel.ids import hidden_cpr

# Their messages hold the path, the host or the words of an error: only the kind of message is kept.
_TOLD_BY_OTHERS = (
    "django",
    "gunicorn",
    "allauth",
    "py",
    "whitenoise",
    "asyncio",
    "urllib3",
    "requests",
)


class NoContent(logging.Formatter):
    """One line per record, without CPR numbers; of an error its kind and place, never its words."""

    def format(self, record: logging.LogRecord) -> str:
        """The line. A line break in a name makes no second record."""
        head = f"{self.formatTime(record)} {record.levelname} {record.name}"
        if record.exc_info and record.exc_info[0] is not None:
            return f"{head} {_kind_and_place(record.exc_info)}"
        if record.name.startswith("django.request"):
            return f"{head} {getattr(record, 'status_code', '')}"
        text = _template(record) if record.name.partition(".")[0] in _TOLD_BY_OTHERS else record.getMessage()
        flat = "".join(char if char.isprintable() else " " for char in text)
        return f"{head} {hidden_cpr(' '.join(flat.split()))}"


def _kind_and_place(exc_info: Any) -> str:
    frames = traceback.extract_tb(exc_info[2])
    place = f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return f"{exc_info[0].__name__} {place}".rstrip()


def _template(record: logging.LogRecord) -> str:
    """A message of others with its numbers, and `…` for every text in it."""
    given = record.args
    if not given:
        # Without arguments the text was put together before: numbers of processes may stay, paths and names not.
        return str(record.msg).partition(":")[0].partition("/")[0]
    items = given if isinstance(given, tuple) else (given,)
    kept = tuple(item if isinstance(item, int | float) else "…" for item in items)
    try:
        return str(record.msg) % kept
    except (TypeError, ValueError):
        return str(record.msg)


def configure(settings: dict[str, object]) -> None:
    """Everything to stderr through `NoContent`; queries are never logged, and no error is told otherwise."""
    root = logging.getLogger()
    root.handlers[:] = [_handler()]
    root.setLevel(logging.WARNING)
    logging.getLogger("sagsbarometer").setLevel(logging.INFO)
    logging.getLogger("django.db.backends").setLevel(logging.ERROR)
    logging.captureWarnings(capture=True)
    warnings.simplefilter("ignore", ResourceWarning)
    sys.excepthook = _excepthook
    # A thread that fails would else print its error with all its words.
    import threading

    threading.excepthook = _thread_excepthook
    sys.unraisablehook = _unraisable


def _handler() -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(NoContent())
    return handler


def _excepthook(kind: type[BaseException], error: BaseException, place: Any) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("sagsbarometer").error("stopped", exc_info=(kind, error, place))


def _thread_excepthook(arguments: Any) -> None:
    _excepthook(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)


def _unraisable(arguments: Any) -> None:
    _excepthook(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)


class ServerLog:
    """Gunicorn's log through `NoContent`: what its `Logger` has, without a line for each request."""

    def __init__(self, cfg: Any) -> None:
        self.error_log = logging.getLogger("gunicorn.error")
        self.error_log.propagate = False
        self.setup(cfg)

    def setup(self, cfg: Any) -> None:
        """Warnings and worse, on stderr."""
        self.cfg = cfg
        self.error_log.handlers[:] = [_handler()]
        self.error_log.setLevel(logging.WARNING)

    def critical(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """As logging's."""
        self.error_log.critical(msg, *args, **kwargs)

    def error(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """As logging's."""
        self.error_log.error(msg, *args, **kwargs)

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """As logging's."""
        self.error_log.warning(msg, *args, **kwargs)

    def info(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """As logging's."""
        self.error_log.info(msg, *args, **kwargs)

    def debug(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """As logging's."""
        self.error_log.debug(msg, *args, **kwargs)

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """As logging's."""
        self.error_log.exception(msg, *args, **kwargs)

    def log(self, lvl: int, msg: str, *args: Any, **kwargs: Any) -> None:
        """As logging's."""
        self.error_log.log(lvl, msg, *args, **kwargs)

    def access(self, resp: Any, req: Any, environ: Any, request_time: Any) -> None:
        """Nothing: who looked at what stands in the event chain."""

    def reopen_files(self) -> None:
        """There are none."""

    def close_on_exec(self) -> None:
        """There are none."""
