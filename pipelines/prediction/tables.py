"""The tables of schema `predictions`: their columns, and how the models' results become rows.

What belongs here: names, units and types of the tables. What does not: the database, which
`pipelines.prediction.predict` reads and writes.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from pipelines.prediction import subscriptions

if TYPE_CHECKING:
    from pipelines.clv.judging.fit_records import FitRecord
    from pipelines.clv.results import Prediction, TotalInterval

Row = tuple[Any, ...]

EPOCH = dt.date(1970, 1, 1)

# Column types of the tables of schema `predictions`. Money leaves the models as floats and is money again here.
TABLES = {
    "customer_clv": """
        customer_id varchar, probability_alive double, predicted_purchase_12m_count double,
        predicted_clv_3m_amount decimal(18, 4), predicted_clv_6m_amount decimal(18, 4),
        predicted_clv_12m_amount decimal(18, 4), predicted_clv_24m_amount decimal(18, 4),
        predicted_clv_36m_amount decimal(18, 4), predicted_clv_12m_discounted_amount decimal(18, 4),
        predicted_clv_12m_p10_amount decimal(18, 4), predicted_clv_12m_p50_amount decimal(18, 4),
        predicted_clv_12m_p90_amount decimal(18, 4), expected_next_order_date date
    """,
    "prediction_run": """
        clv_method varchar, spend_method varchar, alive_method varchar, is_alive_from_clv_fit boolean,
        clv_status varchar, model_fitted_date date, longest_reliable_horizon_months bigint
    """,
    "model_fit": """
        as_of_date date, model varchar, parameters varchar, covariance varchar, log_likelihood double, status varchar,
        smallest_curvature double, effective_share double, customer_count bigint, is_published boolean
    """,
    "backtest_scores": """
        model varchar, origin_date date, horizon_months bigint, metric varchar, value double, is_champion boolean
    """,
    "backtest_deciles": """
        model varchar, origin_date date, horizon_months bigint, decile bigint, customer_count bigint,
        predicted_purchase_count double, actual_purchase_count double,
        predicted_amount decimal(18, 4), actual_amount decimal(18, 4), is_champion boolean
    """,
    "month_forecasts": """
        month_ahead bigint, expected_amount decimal(18, 4), p10_amount decimal(18, 4), p50_amount decimal(18, 4),
        p90_amount decimal(18, 4), model_p10_amount decimal(18, 4), model_p90_amount decimal(18, 4),
        model_log_sd double, backtest_log_sd double
    """,
    "segment_forecasts": """
        segmentation varchar, segment varchar, customer_count bigint, expected_amount decimal(18, 4),
        p10_amount decimal(18, 4), p50_amount decimal(18, 4), p90_amount decimal(18, 4),
        model_p10_amount decimal(18, 4), model_p90_amount decimal(18, 4), model_log_sd double, backtest_log_sd double
    """,
    "subscription_values": subscriptions.COLUMNS,
}

DESCRIPTIONS = {
    "customer_clv": "One row per customer: probability alive, predicted purchases and predicted value with intervals.",
    "prediction_run": "One row: the methods behind tonight's figures, and how far ahead these can be trusted.",
    "model_fit": "One row per night and model: parameters, likelihood and convergence. Earlier nights are kept.",
    "backtest_scores": "One row per model or baseline, backtest origin, horizon and metric.",
    "backtest_deciles": "One row per model or baseline, backtest origin, horizon and decile: predicted beside actual.",
    "month_forecasts": "One row per month ahead: net revenue expected from the customers known today.",
    "segment_forecasts": "One row per segment: net revenue expected in the next 12 months, and its interval.",
    "subscription_values": "One row per plan, payment interval and start month: survival, payments to come, value.",
}


def customer_rows(ids: list[str], prediction: Prediction, as_of_date: dt.date) -> list[Row]:
    """Rows of `customer_clv`; `ids` are in the order of the models' customer numbers."""
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


def run_row(prediction: Prediction) -> Row:
    """The row of `prediction_run`."""
    sound = [
        months
        for months, is_extrapolated in zip(prediction.horizons_months, prediction.is_extrapolated, strict=True)
        if not is_extrapolated
    ]
    return (
        prediction.method,
        prediction.spend_method,
        prediction.alive_method,
        prediction.is_alive_from_clv_fit,
        prediction.status,
        _date(prediction.fitted_as_of_day),
        max(sound, default=0),
    )


def fit_rows(prediction: Prediction) -> list[Row]:
    """Tonight's rows of `model_fit`."""
    return [
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


def fit_record(row: dict[str, Any]) -> FitRecord:
    """A row of `model_fit` as the models use it."""
    from pipelines.clv.judging.fit_records import FitRecord

    return FitRecord(
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


def score_rows(prediction: Prediction) -> list[Row]:
    """Rows of `backtest_scores`."""
    return [
        (row.model, _date(row.origin_day), row.horizon_months, row.metric, _finite(row.value), row.is_champion)
        for row in prediction.backtest.scorecard
    ]


def decile_rows(prediction: Prediction) -> list[Row]:
    """Rows of `backtest_deciles`."""
    return [
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


def month_rows(prediction: Prediction) -> list[Row]:
    """Rows of `month_forecasts`."""
    return [
        (month.months_ahead, round(month.expected_value, 4), *interval_row(month.interval))
        for month in prediction.forecast
    ]


def interval_row(interval: TotalInterval) -> tuple[float, ...]:
    """The last columns of a total: its quantiles, those by the model alone, and what their width comes from."""
    amounts = (interval.p10, interval.p50, interval.p90, interval.model_p10, interval.model_p90)
    return (*(round(amount, 4) for amount in amounts), interval.model_log_sd, interval.backtest_log_sd)


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
