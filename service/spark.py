"""Many complaints on Spark: Parquet in, the logged MLflow model in the middle, Parquet out.

Run it with ``python -m service.spark IN OUT --model URI`` or by ``spark-submit``. Driver and
executors need Disposisi's wheel with the extra ``spark``; see the README.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from classifier.tracking import refuse_telemetry

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

INPUTS = ("isi", "judul", "received_at", "region")
_FOUND_AT = {
    "category": "$.category",
    "agency_code": "$.agency.code",
    "unit": "$.agency.unit",
    "due_on": "$.sla.due_on",
    "decision": "$.decision",
}
OUTPUTS = (*_FOUND_AT, "disposition")
_BATCH_ROWS = 2_048  # of a Python worker at a time


class ColumnError(ValueError):
    """The table cannot be scored as it is; the message says what was expected."""


def with_answers(
    table: DataFrame, *, model_uri: str, today: date, received_on: date | None = None
) -> DataFrame:
    """Return the table with the columns ``OUTPUTS`` of the model behind its own.

    An answer depends on its row, the model, the rules and the days alone, never on how the table
    is split. A complaint that cannot be read has null in all of them but ``disposition``, which
    holds ``{"error": ...}``.

    Parameters
    ----------
    table : DataFrame
        With ``isi`` and perhaps others of ``INPUTS``, all strings; a moment that is none is read
        as its ISO 8601 text with the session's zone.
    model_uri : str
        Of the model of ``service.mlflow_model``, such as ``models:/disposisi@champion``.
    today : date
        Day whose rules count for a complaint without ``received_at``; one for all executors.
    received_on : date, optional
        Day of receipt of such complaints; without it they get no ``due_on``.

    Raises
    ------
    ColumnError
        If ``isi`` is missing, or a column has the name of an answer.
    """
    refuse_telemetry()
    import mlflow
    from pyspark.sql import functions as f

    if "isi" not in table.columns:
        msg = f"expected a column 'isi', got {', '.join(table.columns)}"
        raise ColumnError(msg)
    if taken := [name for name in OUTPUTS if name in table.columns]:
        msg = f"the column {taken[0]!r} has the name of an answer; rename it"
        raise ColumnError(msg)
    answer = mlflow.pyfunc.spark_udf(
        table.sparkSession,
        model_uri,
        # Only the column that is never null: MLflow makes the word "None" of one that is.
        result_type="disposition string",
        env_manager="local",
        params={
            "today": today.isoformat(),
            "received_on": received_on.isoformat() if received_on else "",
        },
    )
    given = [
        _text(table, name) if name in table.columns else f.lit(None).cast("string").alias(name)
        for name in INPUTS
    ]
    whole = answer(f.struct(*given)).getField("disposition")
    answered = table.withColumn("disposition", whole)
    parts = [f.get_json_object("disposition", at).alias(name) for name, at in _FOUND_AT.items()]
    return answered.select(*table.columns, *parts, "disposition")


def _text(table: DataFrame, name: str) -> object:
    from pyspark.sql import functions as f

    kind = dict(table.dtypes)[name]
    if kind.startswith("timestamp"):
        return f.date_format(name, "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX").alias(name)
    return f.col(name).cast("string").alias(name)


def score_parquet(
    spark: SparkSession,
    source: str,
    target: str,
    *,
    model_uri: str,
    today: date,
    received_on: date | None = None,
    partitions: int | None = None,
) -> None:
    """Score the Parquet of a folder or file into another folder, which must not be there yet.

    Parameters
    ----------
    partitions : int, optional
        In how many parts the table is scored and written; by default as it is read.
    """
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", _BATCH_ROWS)
    table = spark.read.parquet(source)
    if partitions is not None:
        table = table.repartition(partitions)
    answered = with_answers(table, model_uri=model_uri, today=today, received_on=received_on)
    answered.write.parquet(target)


def main(argv: Sequence[str] | None = None) -> int:
    """Score what the command line names."""
    from pyspark.sql import SparkSession

    parser = argparse.ArgumentParser(description="Score complaints in Parquet on Spark.")
    parser.add_argument("source", help="Parquet with a column isi")
    parser.add_argument("target", help="folder to write, not there yet")
    parser.add_argument("--model", required=True, help="such as models:/disposisi@champion")
    parser.add_argument("--received-on", type=date.fromisoformat, help="where none is named")
    parser.add_argument("--today", type=date.fromisoformat, help="day whose rules count")
    parser.add_argument("--partitions", type=int)
    arguments = parser.parse_args(argv)
    spark = SparkSession.builder.appName("disposisi").getOrCreate()
    try:
        score_parquet(
            spark,
            arguments.source,
            arguments.target,
            model_uri=arguments.model,
            today=arguments.today or datetime.now(UTC).date(),
            received_on=arguments.received_on,
            partitions=arguments.partitions,
        )
    finally:
        spark.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
