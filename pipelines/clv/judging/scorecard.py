"""The rows that the backtest produces, and the loss that decides the champion."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from pipelines.clv.histories import Floats
from pipelines.clv.judging import metrics

HORIZONS_MONTHS = (3, 6, 12)
# Errors at fewer origins are mostly luck; until then the default is used (on CDNOW, totals were off by .03-.14).
MIN_ORIGINS, DEFAULT_LOG_ERROR = 3, 0.15


@dataclass(frozen=True)
class ScorecardRow:
    """One metric of one model at one origin and horizon. `value` has the unit of the metric, NaN if undefined."""

    model: str
    origin_day: int
    horizon_months: int
    metric: str
    value: float
    is_champion: bool = False


@dataclass(frozen=True)
class CalibrationRow:
    """Predicted against actual in one decile (0 lowest) of predicted value. Sums over its customers."""

    model: str
    origin_day: int
    horizon_months: int
    decile: int
    customers: int
    predicted_purchases: float
    actual_purchases: float
    predicted_value: float
    actual_value: float
    is_champion: bool = False


@dataclass(frozen=True)
class Backtest:
    """What the backtest found.

    Attributes:
        scorecard: Model x origin x horizon x metric.
        calibration: Deciles at the deciding horizon.
        loss: Mean loss of each model at the deciding horizon, lowest is best; empty if nothing could be judged.
        log_errors: ln(actual / predicted total value) of each model, one per origin, at the deciding horizon.
        horizon_months: The deciding horizon, 0 if nothing could be judged.
        champion: Model with the lowest loss; None if nothing could be judged.
    """

    scorecard: tuple[ScorecardRow, ...]
    calibration: tuple[CalibrationRow, ...]
    loss: dict[str, float]
    log_errors: dict[str, tuple[float, ...]]
    horizon_months: int
    champion: str | None

    def log_error(self, model: str) -> float:
        """Standard deviation by which the totals of a model are widened, on the log scale.

        Root mean square of its errors at three or more origins, with the default counted as one more: three errors
        can all be small by luck. The default alone until then.
        """
        errors = self.log_errors.get(model, ())
        if len(errors) < MIN_ORIGINS:
            return DEFAULT_LOG_ERROR
        return float(np.sqrt((DEFAULT_LOG_ERROR**2 + sum(e**2 for e in errors)) / (1 + len(errors))))


NO_BACKTEST = Backtest((), (), {}, {}, 0, None)


def mark_champion(backtest: Backtest, champion: str) -> Backtest:
    """The same backtest with is_champion set on the rows of the model that is published."""
    return replace(
        backtest,
        scorecard=tuple(replace(row, is_champion=row.model == champion) for row in backtest.scorecard),
        calibration=tuple(replace(row, is_champion=row.model == champion) for row in backtest.calibration),
    )


def scores(what: str, predicted: Floats, actual: Floats) -> dict[str, float]:
    """Every metric of one quantity, by name; inputs per customer, shape (n,)."""
    return {
        f"{what}_bias": metrics.total_bias(predicted, actual),
        f"{what}_mae": metrics.mean_absolute_error(predicted, actual),
        f"{what}_rmse": metrics.root_mean_squared_error(predicted, actual),
        f"{what}_decile_error": metrics.decile_error(predicted, actual),
        f"{what}_spearman": metrics.spearman(predicted, actual),
        f"{what}_gini": metrics.normalised_gini(predicted, actual),
        f"{what}_top_decile_capture": metrics.top_decile_capture(predicted, actual),
    }


def total_log_error(predicted: Floats, actual: Floats, price: float) -> float:
    """ln(actual / predicted total), with one purchase added to both so that an empty holdout has an error too."""
    if price <= 0:
        return float("nan")
    return float(np.log((actual.sum() + price) / (predicted.sum() + price)))


def losses(scorecard: list[ScorecardRow]) -> list[ScorecardRow]:
    """The loss that decides the champion: error per customer, of the total and by decile, equally weighted.

    RMSE / RMSE of the cohort average + |ln(predicted / actual total)| + decile error, all of purchases. The three are
    shares of what happened, so they may be added. Ranking is left out on purpose: on CDNOW simple rates win it
    while their totals are wrong by half. Value is left out because all candidates share one spend model, and a single
    business customer could choose the model for everyone.
    """
    found = {(row.model, row.horizon_months, row.metric): row.value for row in scorecard}
    rows = []
    for model, months, origin in dict.fromkeys((r.model, r.horizon_months, r.origin_day) for r in scorecard):
        rmse = found[model, months, "purchases_rmse"] / found["cohort_average", months, "purchases_rmse"]
        total = abs(np.log1p(max(found[model, months, "purchases_bias"], -0.999)))
        loss = rmse + total + found[model, months, "purchases_decile_error"]
        rows.append(ScorecardRow(model, origin, months, "loss", float(loss)))
    return rows


def decile_rows(
    model: str, origin: int, months: int, counts: tuple[Floats, Floats], values: tuple[Floats, Floats]
) -> list[CalibrationRow]:
    """Calibration by decile of predicted value; each pair is (predicted, actual) per customer, shape (n,)."""
    decile = metrics.deciles(values[0])
    customers = np.bincount(decile)
    sums = [np.bincount(decile, weights=column) for column in (*counts, *values)]
    return [
        CalibrationRow(model, origin, months, k, int(customers[k]), float(n), float(m), float(v), float(w))
        for k, (n, m, v, w) in enumerate(zip(*sums, strict=True))
    ]


def deciding_horizon(scorecard: list[ScorecardRow]) -> int:
    """The longest horizon with three origins, else the one with most origins (the shortest); 0 without any loss."""
    judged = [row for row in scorecard if row.metric == "loss" and row.model == "bg_nbd" and np.isfinite(row.value)]
    counts = {m: sum(row.horizon_months == m for row in judged) for m in HORIZONS_MONTHS}
    enough = [m for m in HORIZONS_MONTHS if counts[m] >= MIN_ORIGINS]
    if enough:
        return enough[-1]
    return HORIZONS_MONTHS[0] if counts[HORIZONS_MONTHS[0]] else 0


def metric_values(scorecard: list[ScorecardRow], model: str, months: int, metric: str) -> list[float]:
    """All finite values of a metric, latest origin first."""
    wanted = (row.value for row in scorecard if (row.model, row.horizon_months, row.metric) == (model, months, metric))
    return [value for value in wanted if np.isfinite(value)]


def mean_metric(scorecard: list[ScorecardRow], model: str, months: int, metric: str) -> float:
    """The mean of a metric over the origins."""
    return float(np.mean(metric_values(scorecard, model, months, metric)))
