"""The entry point: purchase days in, everything that the predict stage publishes out.

A model that fails does not fail the night, and no figure leaves without its method and status. Only wrong input raises
an exception (see `histories.merge_days`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.clv.counts.bg_nbd import BgNbd
from pipelines.clv.counts.shrunken_cohort import ShrunkenCohort
from pipelines.clv.histories import DAYS_PER_MONTH, DAYS_PER_WEEK, Floats, Histories, Ints, merge_days, summarise
from pipelines.clv.judging import evaluate, ladder
from pipelines.clv.judging.champion import Chosen, choose
from pipelines.clv.judging.fit_records import FitRecord, count_records, spend_records
from pipelines.clv.judging.scorecard import NO_BACKTEST, Backtest, mark_champion
from pipelines.clv.results import LEVELS, CustomerPredictions, ForecastMonth, Prediction, Simulator, TotalInterval
from pipelines.clv.simulation.simulate import simulate
from pipelines.clv.spend import spend
from pipelines.clv.spend.spend import SpendDraws
from pipelines.clv.value import by_pair

INTERVAL_MONTHS = 12
MONTH_WEEKS = DAYS_PER_MONTH / DAYS_PER_WEEK
# Beyond this multiple of the history, a forecast depends on the shape of the model alone (judgement).
EXTRAPOLATED_BEYOND = 1.5
# No date is given for a purchase that is not likely within three years.
LATEST_NEXT_PURCHASE_DAYS = 36 * DAYS_PER_MONTH
# 200 draws put the 90 % quantile within 2 points of probability; small shops can afford more.
CUSTOMER_DRAWS, DRAWS_BOUNDS = 5_000_000, (200, 1_000)


@dataclass(frozen=True)
class Options:
    """What the shop's settings decide.

    Attributes:
        horizons_months: Ascending, must contain 12.
        yearly_discount_rate: 0.10 for ten percent a year.
        seed: Same input and seed, same bytes.
        threads: Blocks simulated at the same time; results do not depend on it.
        count_zero_value: Whether days of net value exactly 0 are purchases.
    """

    horizons_months: tuple[int, ...] = (3, 6, 12, 24, 36)
    yearly_discount_rate: float = 0.10
    seed: int = 0
    threads: int = 1
    count_zero_value: bool = False


def predict(
    customer: Ints,
    day: Ints,
    value: Floats,
    customer_count: int,
    as_of_day: int,
    options: Options | None = None,
    previous_fits: Sequence[FitRecord] = (),
) -> Prediction:
    """Predict every customer, backtest the models, forecast the revenue.

    Args:
        customer: Customer number 0 .. customer_count - 1 of each order day, in any order, shape (rows,).
        day: Day number, shape (rows,); rows on or after as_of_day are left out.
        value: Net value of the customer's day in shop currency, after discounts and refunds, shape (rows,). Days that
            are not positive are no purchases, except for customers who have no others: those keep all their order days
            in the count model, at value 0.
        customer_count: Number of customers; each needs a row before as_of_day.
        as_of_day: First day that is not known. Horizons begin there.
        options: Horizons, discount rate, seed; the defaults if left out.
        previous_fits: Fit records of earlier nights, for a night on which the fit fails.

    Returns:
        Predictions, fits, backtest and forecast.

    Raises:
        ValueError: The input is impossible, see `histories.merge_days`, or the horizons lack 12 months.
    """
    options = options or Options()
    if INTERVAL_MONTHS not in options.horizons_months or list(options.horizons_months) != sorted(
        options.horizons_months
    ):
        raise ValueError(f"horizons_months must ascend and contain {INTERVAL_MONTHS}, but is {options.horizons_months}")
    purchases = merge_days(customer, day, value, customer_count, as_of_day, options.count_zero_value)
    if not customer_count:
        return _nobody(options, as_of_day)
    # The first purchase counts for spend too: on a gift wholesaler, leaving it out raised the RMSE of
    # 12-month value by a fifth; on CDNOW it makes no difference (2026-11).
    histories = summarise(purchases, as_of_day, first_counts=True)
    status = ladder.data_status(purchases, histories)
    has_model = status in ("ok", "low_data")
    backtest = evaluate.backtest(purchases, as_of_day, options.seed) if has_model else NO_BACKTEST
    candidates = ladder.fit_candidates(purchases, histories)
    rng = np.random.default_rng([options.seed, 0])
    draws = int(np.clip(CUSTOMER_DRAWS // customer_count, *DRAWS_BOUNDS))
    chosen = choose(candidates, backtest, status, as_of_day, draws, rng, previous_fits)
    spend_model = spend.fit(histories)
    spend_draws, spend_share = spend.draw(spend_model, histories, draws, rng)
    alive, alive_method = ladder.alive_model(candidates)
    customers, forecast, simulator = _figures(chosen, alive, spend_draws, histories, backtest, options)
    history_weeks = float(histories.age.max())
    # The shrunken cohort has no parameters but those of BG/NBD; stale ones are not among tonight's fits.
    of_model = chosen.model.model.name if isinstance(chosen.model, ShrunkenCohort) else chosen.model.name
    published = of_model if chosen.fitted_as_of_day == as_of_day else None
    return Prediction(
        customers=customers,
        horizons_months=options.horizons_months,
        is_extrapolated=tuple(m * MONTH_WEEKS > EXTRAPOLATED_BEYOND * history_weeks for m in options.horizons_months),
        method=chosen.model.name,
        spend_method=spend_draws.model.method,
        alive_method=alive_method,
        is_alive_from_clv_fit=chosen.model is alive,
        status=chosen.status,
        fitted_as_of_day=chosen.fitted_as_of_day,
        fits=(
            *count_records(candidates, published, chosen.effective_share, as_of_day),
            *spend_records(spend_draws.model, spend_share, as_of_day),
        ),
        backtest=mark_champion(backtest, chosen.model.name),
        forecast=forecast,
        simulator=simulator,
    )


def _figures(
    chosen: Chosen,
    alive: BgNbd,
    spend_draws: SpendDraws,
    histories: Histories,
    backtest: Backtest,
    options: Options,
) -> tuple[CustomerPredictions, tuple[ForecastMonth, ...], Simulator]:
    x, recency, age = histories.frequency, histories.recency, histories.age
    price = spend_draws.model.expected_spend(histories.spend_count, histories.spend_mean)
    still_there = chosen.model.probability_alive(x, recency, age)
    horizons = np.array(options.horizons_months) * MONTH_WEEKS
    tables = by_pair(chosen.model, x, age, horizons, options.yearly_discount_rate)
    year = options.horizons_months.index(INTERVAL_MONTHS)
    purchases = still_there[:, None] * tables.plain[tables.pair]

    months = np.arange(1, INTERVAL_MONTHS + 1)
    month_ends = np.asarray(months * MONTH_WEEKS, np.float64)
    simulator = Simulator(chosen.draws, spend_draws, histories, month_ends, options.seed, options.threads)
    everyone = np.zeros(len(histories), dtype=np.int64)
    simulated = simulate(
        chosen.draws, spend_draws, histories, month_ends, [everyone], LEVELS, options.seed, options.threads
    )
    monthly = by_pair(chosen.model, x, age, month_ends, 0.0)
    stake = np.bincount(monthly.pair, weights=still_there * price, minlength=len(monthly.plain))
    expected = np.diff((stake[:, None] * monthly.plain).sum(axis=0), prepend=0.0)
    log_error = backtest.log_error(chosen.model.name)
    forecast = tuple(
        ForecastMonth(int(month), float(expected[k]), TotalInterval.of(simulated.totals[0][0, :, k], log_error))
        for k, month in enumerate(months)
    )
    next_days = chosen.model.time_to_next(x, recency, age) * DAYS_PER_WEEK
    customers = CustomerPredictions(
        probability_alive=alive.probability_alive(x, recency, age),
        expected_purchases_12m=purchases[:, year],
        expected_purchase_value=price,
        expected_value=purchases * price[:, None],
        discounted_value_12m=still_there * tables.discounted[tables.pair, year] * price,
        value_12m_p10=simulated.quantiles[:, 0],
        value_12m_p50=simulated.quantiles[:, 1],
        value_12m_p90=simulated.quantiles[:, 2],
        days_to_next_purchase=np.where(next_days <= LATEST_NEXT_PURCHASE_DAYS, next_days, np.nan),
    )
    return customers, forecast, simulator


def _nobody(options: Options, as_of_day: int) -> Prediction:
    none = np.empty(0)
    horizons = options.horizons_months
    return Prediction(
        customers=CustomerPredictions(none, none, none, np.empty((0, len(horizons))), *([none] * 5)),
        horizons_months=horizons,
        is_extrapolated=(True,) * len(horizons),
        method="cohort_average",
        spend_method="shrunken_mean",
        alive_method="mbg_nbd_prior",
        is_alive_from_clv_fit=False,
        status="no_customers",
        fitted_as_of_day=as_of_day,
        fits=(),
        backtest=NO_BACKTEST,
        forecast=(),
        simulator=None,
    )
