"""The predict stage: reads the customers' purchases from schema `core`, writes predictions to schema `predictions`.

The models are in `pipelines.clv`. All tables are written in one transaction. Fits of earlier nights are kept, because a
night whose fit fails uses the last good one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines import database
from pipelines.prediction import subscriptions
from pipelines.prediction.tables import (
    TABLES,
    customer_rows,
    day_number,
    decile_rows,
    fit_record,
    fit_rows,
    interval_row,
    month_rows,
    run_row,
    score_rows,
)

if TYPE_CHECKING:
    import datetime as dt

    import duckdb
    import numpy as np

    from pipelines.clv.judging.fit_records import FitRecord
    from pipelines.clv.results import Prediction
    from pipelines.settings import Settings


@dataclass(frozen=True)
class PredictionRun:
    """What the predictions of one run rest on."""

    customer_count: int
    method: str
    status: str

    @property
    def is_model(self) -> bool:
        """A model chosen by its backtest, or the default one of a shop too young for a backtest."""
        return self.method in ("bg_nbd", "mbg_nbd")

    def __str__(self) -> str:
        return f"{self.customer_count:,} customers by {self.method}, status {self.status}"


def predict_customers(settings: Settings) -> PredictionRun:
    """Fit, judge and apply the models; replace schema `predictions`."""
    from pipelines.clv.predict import Options, predict

    options = Options(
        yearly_discount_rate=settings.predict.yearly_discount_rate,
        seed=settings.predict.seed,
        threads=2,
        count_zero_value=settings.definitions.count_zero_value_orders,
    )
    with database.connect(settings) as db:
        _create_tables(db)
        ids, customer, day, value = purchase_days(db)
        as_of_day = day_number(settings.as_of_date)
        prediction = predict(customer, day, value, len(ids), as_of_day, options, _earlier_fits(db, settings))
        db.execute("begin")
        _write(db, "customer_clv", customer_rows(ids, prediction, settings.as_of_date))
        _write(db, "prediction_run", [run_row(prediction)])
        _write_fits(db, prediction, settings.as_of_date)
        _write(db, "backtest_scores", score_rows(prediction))
        _write(db, "backtest_deciles", decile_rows(prediction))
        _write(db, "month_forecasts", month_rows(prediction))
        _write(db, "segment_forecasts", _segment_rows(db, ids, prediction))
        _write(db, "subscription_values", subscriptions.subscription_values(db, options.yearly_discount_rate))
        db.execute("commit")
        db.execute("checkpoint")
    return PredictionRun(len(ids), prediction.method, prediction.status)


def _create_tables(db: duckdb.DuckDBPyConnection) -> None:
    db.execute("create schema if not exists predictions")
    for name, columns in TABLES.items():
        if name == "model_fit":
            db.execute(f"create table if not exists predictions.{name} ({columns})")
        else:
            db.execute(f"create or replace table predictions.{name} ({columns})")


def purchase_days(
    db: duckdb.DuckDBPyConnection,
) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray]:
    """What the models read.

    Returns:
        The customer ids in order, and for each day with an order the customer number (position in the ids), the day
        number (days since 1970) and the net value in shop currency, each of shape (rows,).
    """
    ids = [row[0] for row in db.execute("select customer_id from core.customer_features order by 1").fetchall()]
    days = db.execute(
        """
        with numbered as (
            select customer_id, row_number() over (order by customer_id) - 1 as customer
            from core.customer_features
        )
        select
            customer,
            (activity_date - date '1970-01-01')::bigint as day,
            -- What was bought counts, although deliveries paid in advance become revenue only later.
            (gross_amount - discount_amount - refunded_amount)::double as value
        from core.customer_days
        inner join numbered using (customer_id)
        where order_count > 0
        order by customer, day
        """
    ).to_arrow_table()
    customer, day, value = (days.column(name).to_numpy() for name in ("customer", "day", "value"))
    return ids, customer, day, value


def _write_fits(db: duckdb.DuckDBPyConnection, prediction: Prediction, as_of_date: dt.date) -> None:
    """Add tonight's fits to those of earlier nights; a night that is run again replaces its own."""
    db.execute("delete from predictions.model_fit where as_of_date >= ?", [as_of_date])
    _write(db, "model_fit", fit_rows(prediction))


def _earlier_fits(db: duckdb.DuckDBPyConnection, settings: Settings) -> list[FitRecord]:
    rows = db.execute(
        "from predictions.model_fit where as_of_date < ? order by as_of_date, model", [settings.as_of_date]
    ).to_arrow_table()
    return [fit_record(row) for row in rows.to_pylist()]


def _segment_rows(db: duckdb.DuckDBPyConnection, ids: list[str], prediction: Prediction) -> list[tuple[Any, ...]]:
    """Predicted totals of the next twelve months per segment, except for segments that are made of predictions."""
    if not ids:
        return []
    names = dict(
        db.execute(
            """
            select segmentation, list(distinct segment order by segment)
            from core.segment_members
            group by segmentation
            order by segmentation
            """
        ).fetchall()
    )
    totals = prediction.group_totals({name: _members(db, name) for name in names})
    return [
        (
            segmentation,
            names[segmentation][total.group],
            total.customers,
            round(total.expected_value, 4),
            *interval_row(total.interval),
        )
        for segmentation, found in totals.items()
        for total in found
    ]


def _members(db: duckdb.DuckDBPyConnection, segmentation: str) -> np.ndarray:
    """The number of each customer's segment, in the order of customer ids; names would take far more memory."""
    members = db.execute(
        """
        with numbered as (
            select segment, row_number() over (order by segment) - 1 as number
            from (select distinct segment from core.segment_members where segmentation = $segmentation)
        )
        select number
        from core.segment_members
        inner join numbered using (segment)
        where segmentation = $segmentation
        order by customer_id
        """,
        {"segmentation": segmentation},
    ).to_arrow_table()
    numbers: np.ndarray = members.column("number").to_numpy()
    return numbers


def _write(db: duckdb.DuckDBPyConnection, name: str, rows: list[tuple[Any, ...]]) -> None:
    if not rows:
        return
    import pandas as pd

    columns = [column[0] for column in db.execute(f"from predictions.{name} limit 0").description]
    frame = pd.DataFrame(rows, columns=columns)
    db.register("new_rows", frame)
    db.execute(f"insert into predictions.{name} by name from new_rows")
    db.unregister("new_rows")
