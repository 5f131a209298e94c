"""Connection strings: which engine they mean, and how to speak of it without giving away what is secret in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from sagsbarometer.kernel.problems import Faults, Place, Problem

DUCKDB, SPARK, POSTGRESQL, OTHER = "DuckDB", "Spark", "PostgreSQL", "other"
_SPARK = re.compile(r"local(\[(\d{1,3}|\*)\])?|spark://[^/@]+|k8s://\S+|yarn")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://\S*")


def kind_of(engine: str) -> str:
    """Which engine a connection string means. Raises Faults MOTOR-101 where it is none."""
    if engine == "":
        return DUCKDB
    if _SPARK.fullmatch(engine):
        return SPARK
    if engine.startswith(("postgresql://", "postgres://")):
        return POSTGRESQL
    if _ADDRESS.fullmatch(engine) and not engine.startswith("spark:"):
        return OTHER
    # Never the string itself: a slip of the pen is no less secret.
    fault = "Tekststrengen siger ikke, hvor der skal tælles."
    remedy = (
        "Lad den være tom (DuckDB), eller skriv local[2], spark://vært:7077 eller postgresql://vært/database."
    )
    raise Faults([Problem("MOTOR-101", Place("--engine"), fault, remedy)])


def name_of(engine: str) -> str:
    """What the engine is called in a run's record: no address."""
    kind = kind_of(engine)
    return engine.partition("://")[0] if kind == OTHER else kind


def shown_engine(engine: str) -> str:
    """The engine with its host, as a message may have it: never a user, a password or a parameter."""
    try:
        host = urlsplit(engine.partition(",")[0]).hostname or ""
    except ValueError:
        host = ""
    plain = host if re.fullmatch(r"[a-z0-9.:-]{1,100}", host) else ""
    return f"{name_of(engine)} på {plain}" if plain else name_of(engine)


def not_installed(what: str, remedy: str) -> Faults:
    """MOTOR-102."""
    return Faults([Problem("MOTOR-102", Place("--engine"), f"{what} er ikke installeret.", remedy)])


def no_answer(engine: str, why: str = "") -> Faults:
    """MOTOR-103. `why` may hold nothing of the connection string."""
    fault = f"Der er ingen forbindelse til {shown_engine(engine)}{f' ({why})' if why else ''}."
    remedy = "Se efter adresse, port, database, bruger, adgangskode og netværk."
    return Faults([Problem("MOTOR-103", Place("--engine"), fault, remedy)])


@contextmanager
def told_underway(engine: str) -> Iterator[None]:
    """What an engine says when it gives up becomes MOTOR-105: its own words may hold addresses and values of cells."""
    try:
        yield
    except (Faults, KeyboardInterrupt):
        raise
    except Exception as error:
        state = getattr(error, "sqlstate", None)
        why = f"{type(error).__name__}{f' {state}' if state else ''}"
        fault = f"{shown_engine(engine)} gav op undervejs ({why})."
        remedy = "Se efter plads, rettigheder og forbindelse i motorens egen log, eller tæl uden --engine."
        raise Faults([Problem("MOTOR-105", Place("--engine"), fault, remedy)]) from None
