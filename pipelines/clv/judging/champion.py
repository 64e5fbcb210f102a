"""Chooses the count model that is published tonight, and says why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.clv.counts.bg_nbd import BgNbd
from pipelines.clv.counts.shrunken_cohort import ShrunkenCohort
from pipelines.clv.estimation import MIN_EFFECTIVE_SHARE
from pipelines.clv.judging import ladder
from pipelines.clv.judging.fit_records import FitRecord, restore
from pipelines.clv.judging.ladder import CandidateModel, Candidates, Status
from pipelines.clv.judging.scorecard import Backtest
from pipelines.clv.simulation.samplers import BgNbdDraws, CountDraws

# Parameters change slowly; five weeks cover a month of nights on which the fit fails (judgement).
STALE_AFTER_DAYS = 35


@dataclass(frozen=True)
class Chosen:
    """The count model that is published, and why."""

    model: CandidateModel
    draws: CountDraws
    status: Status
    fitted_as_of_day: int
    effective_share: float


def choose(
    candidates: Candidates,
    backtest: Backtest,
    status: Status,
    as_of_day: int,
    draws: int,
    rng: np.random.Generator,
    previous_fits: Sequence[FitRecord],
) -> Chosen:
    """Take the best model that the data and the backtest allow (see `ladder`).

    Args:
        candidates: Tonight's fits.
        backtest: Tonight's backtest.
        status: What the data allow.
        as_of_day: First day that is not known.
        draws: Posterior draws wanted.
        rng: Source of randomness.
        previous_fits: Records of earlier nights.

    Returns:
        What is published.
    """

    def cohort_average(why: Status) -> Chosen:
        model = candidates.cohort_average
        sampled, share = ladder.draw_counts(model, candidates.collapsed, draws, rng)
        return Chosen(model, sampled, why, as_of_day, share)

    if status not in ("ok", "low_data"):
        cohort = ShrunkenCohort(candidates.bg_nbd)
        if cohort.model.status == "converged":
            sampled, share = ladder.draw_counts(cohort, candidates.collapsed, draws, rng)
            if share >= MIN_EFFECTIVE_SHARE:
                return Chosen(cohort, sampled, status, as_of_day, share)
        return cohort_average(status)
    champion = backtest.champion or ladder.MODELS[0]
    model = candidates.models[champion]
    if not isinstance(model, BgNbd):
        sampled, _ = ladder.draw_counts(model, candidates.collapsed, draws, rng)
        return Chosen(model, sampled, "model_not_better", as_of_day, 1.0)
    if model.status == "converged":
        sampled, share = ladder.draw_counts(model, candidates.collapsed, draws, rng)
        if share >= MIN_EFFECTIVE_SHARE:
            return Chosen(model, sampled, status if backtest.champion else "not_backtested", as_of_day, share)
    for record in sorted(previous_fits, key=lambda record: -record.as_of_day):
        is_fresh = 0 <= as_of_day - record.as_of_day < STALE_AFTER_DAYS
        if record.model == champion and record.status == "converged" and is_fresh:
            stale = restore(record)
            return Chosen(stale, _laplace(stale, draws, rng), "stale_parameters", record.as_of_day, float("nan"))
    return cohort_average("unreliable_fit")


def _laplace(model: BgNbd, draws: int, rng: np.random.Generator) -> CountDraws:
    noise = np.einsum("sk,jk->js", rng.standard_normal((draws, 4)), np.linalg.cholesky(model.covariance))
    return BgNbdDraws(model.params[:, None] * np.exp(noise), model.is_modified)
