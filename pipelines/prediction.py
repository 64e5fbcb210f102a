"""The predict stage: what each customer is expected to buy and spend, from core to schema `predictions`.

Purchase days in, tables out; the models stand in `pipelines.clv`. All tables are written in one transaction. Fits of
earlier nights are kept: a night whose fit fails falls back on the last good one.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines import subscriptions, warehouse

if TYPE_CHECKING:
    import duckdb
    import numpy as np

    from pipelines.clv.fit_records import FitRecord
    from pipelines.clv.results import Prediction, TotalInterval
    from pipelines.settings import Settings

EPOCH = dt.date(1970, 1, 1)

# Column types of the tables of schema `predictions`. Money leaves the models as floats and is money again here.
TABLES = {
    "customer_clv": """
        customer_id varchar, probability_alive double, expected_orders_12m double,
        predicted_clv_3m_amount decimal(18, 4), predicted_clv_6m_amount decimal(18, 4),
        predicted_clv_12m_amount decimal(18, 4), predicted_clv_24m_amount decimal(18, 4),
        predicted_clv_36m_amount decimal(18, 4), predicted_clv_12m_discounted_amount decimal(18, 4),
        predicted_clv_12m_p10_amount decimal(18, 4), predicted_clv_12m_p50_amount decimal(18, 4),
        predicted_clv_12m_p90_amount decimal(18, 4), expected_next_order_date date
    """,
    "night": """
        clv_method varchar, spend_method varchar, alive_method varchar, clv_status varchar, model_fitted_date date,
        longest_sound_horizon_months bigint
    """,
    "model_fit": """
        as_of_date date, model varchar, parameters varchar, covariance varchar, log_likelihood double, status varchar,
        smallest_curvature double, effective_share double, customer_count bigint, is_published boolean
    """,
    "model_scorecard": """
        model varchar, origin_date date, horizon_months bigint, metric varchar, value double, is_champion boolean
    """,
    "model_calibration": """
        model varchar, origin_date date, horizon_months bigint, decile bigint, customer_count bigint,
        predicted_purchase_count double, actual_purchase_count double,
        predicted_amount decimal(18, 4), actual_amount decimal(18, 4), is_champion boolean
    """,
    "revenue_forecast": """
        month_ahead bigint, expected_amount decimal(18, 4), p10_amount decimal(18, 4), p50_amount decimal(18, 4),
        p90_amount decimal(18, 4), model_p10_amount decimal(18, 4), model_p90_amount decimal(18, 4),
        model_log_sd double, backtest_log_sd double
    """,
    "segment_totals": """
        segmentation varchar, segment varchar, customer_count bigint, expected_amount decimal(18, 4),
        p10_amount decimal(18, 4), p50_amount decimal(18, 4), p90_amount decimal(18, 4),
        model_p10_amount decimal(18, 4), model_p90_amount decimal(18, 4), model_log_sd double, backtest_log_sd double
    """,
    "subscription_values": subscriptions.COLUMNS,
}

DESCRIPTIONS = {
    "customer_clv": "One row per customer: probability alive, expected orders, predicted value with its interval.",
    "night": "One row: which methods tonight's figures come from, and why.",
    "model_fit": "One row per night and model: parameters, likelihood, convergence. Kept over the nights.",
    "model_scorecard": "One row per model, backtest origin, horizon and metric, baselines included.",
    "model_calibration": "One row per model, origin, horizon and decile: predicted against actual.",
    "revenue_forecast": "One row per coming month: what the customers of today will bring.",
    "segment_totals": "One row per segment: the value of its next twelve months, with an interval of the total.",
    "subscription_values": "One row per plan, payment interval and start month: survival, payments to come, value.",
}


@dataclass(frozen=True)
class Night:
    """What one night's predictions rest on."""

    customer_count: int
    method: str
    status: str

    @property
    def is_model(self) -> bool:
        """A model chosen by its backtest, or the default one of a shop too young for a backtest."""
        return self.method in ("bg_nbd", "mbg_nbd")

    def __str__(self) -> str:
        return f"{self.customer_count:,} customers by {self.method}, status {self.status}"


def predict_customers(settings: Settings) -> Night:
    """Fit, judge and apply the models; replace schema `predictions`."""
    from pipelines.clv.predict import Options, predict

    options = Options(
        yearly_discount_rate=settings.predict.yearly_discount_rate,
        seed=settings.predict.seed,
        threads=2,
        count_zero_value=settings.definitions.count_zero_value_orders,
    )
    with warehouse.connect(settings) as db:
        _create_tables(db)
        ids, customer, day, value = purchase_days(db)
        as_of_day = day_number(settings.as_of_date)
        prediction = predict(customer, day, value, len(ids), as_of_day, options, _earlier_fits(db, settings))
        db.execute("begin")
        _write(db, "customer_clv", _customer_rows(ids, prediction, settings.as_of_date))
        _write(db, "night", [_night_row(prediction)])
        _write_fits(db, prediction, settings.as_of_date)
        _write_backtest(db, prediction)
        _write(db, "revenue_forecast", _forecast_rows(prediction))
        _write(db, "segment_totals", _segment_rows(db, ids, prediction))
        _write(db, "subscription_values", subscriptions.subscription_values(db, options.yearly_discount_rate))
        db.execute("commit")
        db.execute("checkpoint")
    return Night(len(ids), prediction.method, prediction.status)


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
    """Customer ids in order, and per day with an order: customer number, day number, net value."""
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
            -- A purchase is worth what was bought, though deliveries paid in advance become revenue later.
            (gross_amount - discount_amount - refunded_amount)::double as value
        from core.customer_days
        inner join numbered using (customer_id)
        where order_count > 0
        order by customer, day
        """
    ).to_arrow_table()
    customer, day, value = (days.column(name).to_numpy() for name in ("customer", "day", "value"))
    return ids, customer, day, value


def _customer_rows(ids: list[str], prediction: Prediction, as_of_date: dt.date) -> list[tuple[Any, ...]]:
    import numpy as np

    found = prediction.customers
    by_horizon = dict(zip(prediction.horizons_months, found.expected_value.T, strict=True))
    last_day = as_of_date - dt.timedelta(days=1)
    next_dates = [
        None if np.isnan(days) else last_day + dt.timedelta(days=round(float(days)))
        for days in found.days_to_next_purchase
    ]
    amounts = [by_horizon[months] for months in (3, 6, 12, 24, 36)]
    amounts += [found.discounted_value_12m, found.value_12m_p10, found.value_12m_p50, found.value_12m_p90]
    columns = [found.probability_alive, found.expected_purchases_12m, *(np.round(amount, 4) for amount in amounts)]
    return list(zip(ids, *(column.tolist() for column in columns), next_dates, strict=True))


def _night_row(prediction: Prediction) -> tuple[Any, ...]:
    sound = [
        months
        for months, is_extrapolated in zip(prediction.horizons_months, prediction.is_extrapolated, strict=True)
        if not is_extrapolated
    ]
    return (
        prediction.method,
        prediction.spend_method,
        prediction.alive_method,
        prediction.status,
        _date(prediction.fitted_as_of_day),
        max(sound, default=0),
    )


def _write_fits(db: duckdb.DuckDBPyConnection, prediction: Prediction, as_of_date: dt.date) -> None:
    """Tonight's fits beside those of earlier nights; a night that is run again replaces its own."""
    db.execute("delete from predictions.model_fit where as_of_date >= ?", [as_of_date])
    rows = [
        (
            _date(fit.as_of_day),
            fit.model,
            json.dumps(fit.parameters),
            json.dumps(fit.covariance),
            _finite(fit.log_likelihood),
            fit.status,
            _finite(fit.smallest_curvature),
            _finite(fit.effective_share),
            round(fit.customers),
            fit.is_published,
        )
        for fit in prediction.fits
    ]
    _write(db, "model_fit", rows)


def _earlier_fits(db: duckdb.DuckDBPyConnection, settings: Settings) -> list[FitRecord]:
    from pipelines.clv.fit_records import FitRecord

    rows = db.execute(
        "from predictions.model_fit where as_of_date < ? order by as_of_date, model", [settings.as_of_date]
    ).to_arrow_table()
    return [
        FitRecord(
            model=row["model"],
            as_of_day=day_number(row["as_of_date"]),
            parameters=json.loads(row["parameters"]),
            covariance=tuple(tuple(line) for line in json.loads(row["covariance"])),
            log_likelihood=_or_nan(row["log_likelihood"]),
            status=row["status"],
            smallest_curvature=_or_nan(row["smallest_curvature"]),
            effective_share=_or_nan(row["effective_share"]),
            customers=row["customer_count"],
            is_published=row["is_published"],
        )
        for row in rows.to_pylist()
    ]


def _write_backtest(db: duckdb.DuckDBPyConnection, prediction: Prediction) -> None:
    scorecard = [
        (row.model, _date(row.origin_day), row.horizon_months, row.metric, _finite(row.value), row.is_champion)
        for row in prediction.backtest.scorecard
    ]
    _write(db, "model_scorecard", scorecard)
    calibration = [
        (
            row.model,
            _date(row.origin_day),
            row.horizon_months,
            # People count deciles from 1, the lowest.
            row.decile + 1,
            row.customers,
            row.predicted_purchases,
            row.actual_purchases,
            round(row.predicted_value, 4),
            round(row.actual_value, 4),
            row.is_champion,
        )
        for row in prediction.backtest.calibration
    ]
    _write(db, "model_calibration", calibration)


def _forecast_rows(prediction: Prediction) -> list[tuple[Any, ...]]:
    return [
        (month.months_ahead, round(month.expected_value, 4), *_interval(month.interval))
        for month in prediction.forecast
    ]


def _segment_rows(db: duckdb.DuckDBPyConnection, ids: list[str], prediction: Prediction) -> list[tuple[Any, ...]]:
    """Totals of the next twelve months, for every segmentation that is not itself made of predictions."""
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
            *_interval(total.interval),
        )
        for segmentation, found in totals.items()
        for total in found
    ]


def _members(db: duckdb.DuckDBPyConnection, segmentation: str) -> np.ndarray:
    """The number of each customer's segment, in the order of customer ids: numbers, since names would fill memory."""
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


def _interval(interval: TotalInterval) -> tuple[float, ...]:
    amounts = (interval.p10, interval.p50, interval.p90, interval.model_p10, interval.model_p90)
    return (*(round(amount, 4) for amount in amounts), interval.model_log_sd, interval.backtest_log_sd)


def _write(db: duckdb.DuckDBPyConnection, name: str, rows: list[tuple[Any, ...]]) -> None:
    if not rows:
        return
    import pandas as pd

    columns = [column[0] for column in db.execute(f"from predictions.{name} limit 0").description]
    frame = pd.DataFrame(rows, columns=columns)
    db.register("new_rows", frame)
    db.execute(f"insert into predictions.{name} by name from new_rows")
    db.unregister("new_rows")


def day_number(date: dt.date) -> int:
    """Days since 1970, as the models count."""
    return (date - EPOCH).days


def _date(day_number: int) -> dt.date:
    return EPOCH + dt.timedelta(days=day_number)


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else value


def _finite(value: float) -> float | None:
    """NULL for what is undefined: BI tools do not know NaN."""
    return value if abs(value) < float("inf") else None
