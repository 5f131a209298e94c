"""Counting by Apache Spark: in this process (`local[2]`) or by a cluster (`spark://host:7077`).

The register stays where it is: Spark reads its Parquet files, so a cluster must see them under the same path.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from sagsbarometer.measures.count import Execute
from sagsbarometer.store.engine_names import no_answer, not_installed, told_underway
from sagsbarometer.store.memory import memory_limit

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from pyspark.sql import SparkSession

_VIEW = "sagsbarometer_deliveries"
_PATIENCE = 10.0  # seconds to wait for a cluster to answer
_LOCAL_PARTS = "8"
_SPARK_TYPES = {"string": "string", "date": "date", "int32": "int", "boolean": "boolean"}


@contextmanager
def spark_rows(
    paths: Sequence[Path], dtypes: Mapping[str, str], engine: str, tell: Callable[[str], None]
) -> Iterator[tuple[ir.Table, Execute]]:
    """The rows of Parquet files as a table of Spark. A column no file has is null.

    Raises Faults MOTOR-102, 103 and 105.
    """
    import ibis

    with spark_session(engine, tell) as session:
        with told_underway(engine):
            asked = ", ".join(
                f"`{name}` {_SPARK_TYPES.get(dtype, 'timestamp')}" for name, dtype in dtypes.items()
            )
            # Told what there is, Spark opens no file to find out, and lacks no column.
            # A folder called `outcome=remitted` is no column.
            reading = session.read.schema(asked).option("recursiveFileLookup", "true")
            frame = reading.parquet(*(path.resolve().as_uri() for path in paths))
            frame.createOrReplaceTempView(_VIEW)
            connection = ibis.pyspark.connect(session)
            table = connection.table(_VIEW)

        def run(expression: ir.Table) -> Any:
            # As Arrow all the way: Ibis would go by pandas, where a whole number that may be null is none.
            with told_underway(engine):
                found = session.sql(connection.compile(expression)).toArrow()
                return found.cast(expression.schema().to_pyarrow())

        yield table, run


@contextmanager
def spark_session(engine: str, tell: Callable[[str], None] = lambda line: None) -> Iterator[SparkSession]:
    """A session with the master `engine`: the one there is in this process, which goes on, or a new one, which ends."""
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise not_installed("PySpark", "Installér det: pip install 'sagsbarometer[spark]'.") from None
    there = SparkSession.getActiveSession()
    if there is not None:
        if there.sparkContext.master != engine:
            raise no_answer(engine, "en anden Spark er i gang i samme proces")
        yield there
        return
    _answers(engine)
    tell("Starter Spark")
    with TemporaryDirectory(prefix="sagsbarometer-") as folder:
        with _quiet():
            session = _started(engine, folder)
        try:
            yield session
        finally:
            with _quiet():
                session.stop()


def _started(engine: str, folder: str) -> SparkSession:
    from pyspark.errors import PySparkRuntimeError
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false",  # no page of ours for others on the network
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "OFF",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.warehouse.dir": f"{folder}/warehouse",
        "spark.driver.memory": f"{memory_limit()}m",
    }
    if engine.startswith("local"):
        settings |= {"spark.local.dir": folder, "spark.driver.host": "127.0.0.1"}
        settings["spark.driver.bindAddress"] = "127.0.0.1"
        settings["spark.sql.shuffle.partitions"] = (
            _LOCAL_PARTS  # 200 are for a cluster: here each costs more than it does
        )
    builder = SparkSession.builder.master(engine).appName("sagsbarometer")
    for key, value in settings.items():
        builder = builder.config(key, value)
    try:
        return builder.getOrCreate()
    except PySparkRuntimeError:  # the process that Java should have become is gone
        raise not_installed(
            "Java", "Spark 4 bruger Java 17 eller 21: installér det, og sæt JAVA_HOME."
        ) from None
    except Exception as error:
        raise no_answer(engine, type(error).__name__) from None


def _answers(engine: str) -> None:
    """MOTOR-103 where no master of a cluster takes a call; Spark itself tries for a minute."""
    if not engine.startswith("spark://"):
        return
    for address in engine.removeprefix("spark://").split(","):
        host, _, port = address.rpartition(":")
        try:
            with socket.create_connection((host.strip("[]"), int(port)), timeout=_PATIENCE):
                return
        except (OSError, ValueError):
            continue
    raise no_answer(engine)


@contextmanager
def _quiet() -> Iterator[None]:
    """What Java writes on stderr when it starts and ends is not for the person at the terminal."""
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
