"""Rolling-origin backtest of every model: fit on what was known then, predict, compare with what came.

From each origin the models see only earlier purchase days, and predict 3, 6 and 12 months ahead as far as the data
reach. The champion is the model with the lowest loss at the longest horizon that has three origins. In-sample
likelihood decides nothing: on CDNOW it prefers the model that predicts worse.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipelines.clv.estimation import MIN_EFFECTIVE_SHARE
from pipelines.clv.histories import DAYS_PER_MONTH, DAYS_PER_WEEK, Floats, Histories, Ints, PurchaseDays, summarise
from pipelines.clv.judging import ladder, metrics
from pipelines.clv.judging.scorecard import (
    HORIZONS_MONTHS,
    NO_BACKTEST,
    Backtest,
    CalibrationRow,
    ScorecardRow,
    deciding_horizon,
    decile_rows,
    losses,
    mean_metric,
    metric_values,
    scores,
    total_log_error,
)
from pipelines.clv.simulation.simulate import draw_matrices
from pipelines.clv.spend import spend
from pipelines.clv.value import expected_purchases

# Origins a quarter apart see each season once a year; six of them reach back a year and a half and cost six fits.
ORIGIN_STEP_MONTHS, MAX_ORIGINS = 3, 6
# Half a year before the first origin: with less, the models have seen no customer old enough.
MIN_CALIBRATION_DAYS = 183
# More customers change the scores by less than their sampling error (standard errors of the fit are below 1 %).
MAX_CUSTOMERS = 200_000
# Coverage over 1,000 customers has a standard error of 1.3 points per origin.
COVERAGE_CUSTOMERS, COVERAGE_DRAWS = 1_000, 200


def horizon_days(months: int) -> int:
    """Whole days of a horizon, so that what is predicted and what is counted are the same days."""
    return round(months * DAYS_PER_MONTH)


def origins(first_day: int, as_of_day: int) -> list[int]:
    """Origin days, latest first: a quarter apart, with a holdout after and half a year before each.

    Args:
        first_day: The shop's first purchase day.
        as_of_day: First day that is not known.

    Returns:
        At most six days.
    """
    days = [as_of_day - horizon_days(ORIGIN_STEP_MONTHS * (k + 1)) for k in range(MAX_ORIGINS)]
    return [day for day in days if day - first_day >= MIN_CALIBRATION_DAYS]


def backtest(purchases: PurchaseDays, as_of_day: int, seed: int) -> Backtest:
    """Backtest every model and baseline at every origin the data allow.

    Args:
        purchases: Purchase days before as_of_day.
        as_of_day: First day that is not known.
        seed: For coverage draws and ties.

    Returns:
        The backtest; `NO_BACKTEST` if the data are too few or too young for any origin.
    """
    if not purchases.customer_count:
        return NO_BACKTEST
    if purchases.customer_count > MAX_CUSTOMERS:
        purchases = purchases.of(_stratified(summarise(purchases, as_of_day, first_counts=True)))
    judged = [_judge(purchases, origin, as_of_day, seed) for origin in origins(int(purchases.day.min()), as_of_day)]
    scorecard = [row for rows, _ in judged for row in rows]
    calibration = [row for _, rows in judged for row in rows]
    deciding = deciding_horizon(scorecard)
    if deciding == 0:
        return replace(NO_BACKTEST, scorecard=tuple(scorecard), calibration=tuple(calibration))
    loss = {model: mean_metric(scorecard, model, deciding, "loss") for model in (*ladder.MODELS, *ladder.BASELINES)}
    errors = {model: tuple(metric_values(scorecard, model, deciding, "value_log_error")) for model in loss}
    return Backtest(
        scorecard=tuple(scorecard),
        calibration=tuple(row for row in calibration if row.horizon_months == deciding),
        loss=loss,
        log_errors=errors,
        horizon_months=deciding,
        champion=min(loss, key=lambda model: loss[model]),
    )


def _stratified(histories: Histories) -> Ints:
    """Every k-th customer in order of history: a sample with the shop's mix of frequencies and ages."""
    step = -(-len(histories) // MAX_CUSTOMERS)
    return np.sort(histories.canonical_order()[::step])


def _judge(
    purchases: PurchaseDays, origin: int, as_of_day: int, seed: int
) -> tuple[list[ScorecardRow], list[CalibrationRow]]:
    known, numbers = purchases.before(origin)
    histories = summarise(known, origin, first_counts=True)
    if ladder.data_status(known, histories) not in ("ok", "low_data"):
        return [], []
    months = [m for m in HORIZONS_MONTHS if origin + horizon_days(m) <= as_of_day]
    weeks = np.array([horizon_days(m) for m in months]) / DAYS_PER_WEEK
    actual = [purchases.between(origin, origin + horizon_days(m)) for m in months]
    holdout = [(counts[numbers], values[numbers]) for counts, values in actual]
    candidates = ladder.fit_candidates(known, histories)
    x, recency, age = histories.frequency, histories.recency, histories.age
    spend_model = spend.fit(histories)
    spend_draws, _ = spend.draw(spend_model, histories, COVERAGE_DRAWS, np.random.default_rng([seed, 0]))
    price = spend_model.expected_spend(histories.spend_count, histories.spend_mean)
    scorecard: list[ScorecardRow] = []
    calibration: list[CalibrationRow] = []
    for name, model in candidates.models.items():
        predicted = expected_purchases(model, x, recency, age, weeks)
        covered = _coverage(model, candidates, spend_draws, histories, weeks, holdout, seed)
        for k, month in enumerate(months):
            counts = (predicted[:, k], holdout[k][0])
            values = (predicted[:, k] * price, holdout[k][1])
            found = {**scores("purchases", *counts), **scores("value", *values), **covered[k]}
            found["value_log_error"] = total_log_error(*values, float(price.mean()))
            scorecard += [ScorecardRow(name, origin, month, metric, value) for metric, value in found.items()]
            calibration += decile_rows(name, origin, month, counts, values)
    return scorecard + losses(scorecard), calibration


def _coverage(
    model: ladder.CandidateModel,
    candidates: ladder.Candidates,
    spend_draws: spend.SpendDraws,
    histories: Histories,
    weeks: Floats,
    holdout: list[tuple[Floats, Floats]],
    seed: int,
) -> list[dict[str, float]]:
    """Coverage of intervals per customer and of the total of the sampled customers, for each horizon."""
    rng = np.random.default_rng([seed, 1])
    draws, share = ladder.draw_counts(model, candidates.collapsed, COVERAGE_DRAWS, rng)
    if share < MIN_EFFECTIVE_SHARE:
        return [{} for _ in weeks]
    rows = histories.canonical_order()[:: -(-len(histories) // COVERAGE_CUSTOMERS)]
    simulated = draw_matrices(draws, spend_draws, histories.take(rows), weeks, seed)
    found: list[dict[str, float]] = []
    for k in range(len(weeks)):
        inside: dict[str, float] = {}
        for what, all_draws, actual in zip(("purchases", "value"), simulated, holdout[k], strict=True):
            transform = metrics.probability_integral_transform(all_draws[k], actual[rows], seed)
            totals = metrics.probability_integral_transform(
                all_draws[k].sum(axis=0)[None, :], actual[rows].sum()[None], seed
            )
            for level in (0.80, 0.95):
                inside[f"{what}_coverage_{level:.0%}".rstrip("%")] = metrics.coverage(transform, level)
                inside[f"{what}_total_inside_{level:.0%}".rstrip("%")] = metrics.coverage(totals, level)
        found.append(inside)
    return found
