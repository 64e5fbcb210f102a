"""Which models the data of a shop can support, and what is used instead where they cannot.

The rungs of the ladder, from the best: a model or baseline chosen by backtest; the same model with parameters of an
earlier night; where data are too few or too young, one value per customer age from the model's priors and what was
seen; the cohort average. The last two work for a single customer, with intervals that show how little is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from pipelines.clv.counts import baselines, bg_nbd
from pipelines.clv.counts.baselines import CohortAverage, OwnRate
from pipelines.clv.counts.bg_nbd import BgNbd
from pipelines.clv.counts.collapse import Collapsed, collapse
from pipelines.clv.counts.shrunken_cohort import ShrunkenCohort
from pipelines.clv.histories import Floats, Histories, PurchaseDays
from pipelines.clv.simulation.samplers import BgNbdDraws, CountDraws, ShrunkenCohortDraws, draw_baseline

# ok: chosen by backtest on enough data. low_data: fitted, but the priors matter. not_backtested: too young for a
# holdout, BG/NBD by default. model_not_better: a baseline won the backtest. stale_parameters: tonight's fit was not
# usable, an earlier one is. unreliable_fit: nor was an earlier one, so the cohort average. short_history,
# insufficient_data: values by customer age only. no_customers: there is nobody to predict.
Status = Literal[
    "ok",
    "low_data",
    "not_backtested",
    "model_not_better",
    "stale_parameters",
    "unreliable_fit",
    "short_history",
    "insufficient_data",
    "no_customers",
]

# Below 100 customers no individual model was tested on a real shop; 30 repeat customers are what it takes to see a
# spread of rates at all (judgement; on simulated shops the intervals of BG/NBD hold from 5 customers on).
MIN_CUSTOMERS, MIN_REPEAT_CUSTOMERS = 100, 30
# Below this, the priors move the estimates visibly.
LOW_DATA_BELOW = 1_000
# A quarter, and twice the usual time between purchases: less does not show who has left and who is waiting.
MIN_HISTORY_WEEKS, MIN_HISTORY_GAPS = 13.0, 2.0

CandidateModel = BgNbd | CohortAverage | OwnRate | ShrunkenCohort


@dataclass(frozen=True)
class Candidates:
    """All count models fitted to the same customers, and what they were fitted on."""

    bg_nbd: BgNbd
    mbg_nbd: BgNbd
    cohort_average: CohortAverage
    own_rate: OwnRate
    collapsed: Collapsed

    @property
    def models(self) -> dict[str, CandidateModel]:
        """By name, models before baselines."""
        return {model.name: model for model in (self.bg_nbd, self.mbg_nbd, self.cohort_average, self.own_rate)}


# Half a year: at the prior's centre, a new customer of a young shop is then expected to buy again 2.1 times in the
# first year (CDNOW's did 1.4 times). In shops older than a year the mean age is longer than that, and decides alone.
SHORTEST_SCALE_WEEKS = 26.0

MODELS = ("bg_nbd", "mbg_nbd")
BASELINES = ("cohort_average", "own_rate")


def data_status(purchases: PurchaseDays, histories: Histories) -> Status:
    """What the data allow, before any fit.

    Args:
        purchases: Purchase days.
        histories: Of the same customers.

    Returns:
        `ok`, `low_data`, `short_history` or `insufficient_data`.
    """
    repeaters = int((histories.frequency > 0).sum())
    if len(histories) < MIN_CUSTOMERS or repeaters < MIN_REPEAT_CUSTOMERS:
        return "insufficient_data"
    history_weeks = float(histories.age.max())
    if history_weeks < max(MIN_HISTORY_WEEKS, MIN_HISTORY_GAPS * float(np.median(purchases.gaps()))):
        return "short_history"
    return "low_data" if len(histories) < LOW_DATA_BELOW else "ok"


def fit_candidates(purchases: PurchaseDays, histories: Histories) -> Candidates:
    """Fit every count model; none of them raises because of the data.

    Args:
        purchases: Purchase days, weeks in the models.
        histories: Of the same customers, at least one.

    Returns:
        The fitted models.
    """
    collapsed, _ = collapse(histories.frequency, histories.recency, histories.age)
    frequency, age = histories.frequency, histories.age
    return Candidates(
        bg_nbd=bg_nbd.fit(collapsed, shortest_scale=SHORTEST_SCALE_WEEKS),
        mbg_nbd=bg_nbd.fit(collapsed, is_modified=True, shortest_scale=SHORTEST_SCALE_WEEKS),
        cohort_average=baselines.fit_cohort_average(purchases.repeat_ages(), frequency, age),
        own_rate=baselines.fit_own_rate(frequency, age),
        collapsed=collapsed,
    )


def alive_model(candidates: Candidates) -> tuple[BgNbd, str]:
    """Who is asked whether a customer is alive, whatever model is published: MBG/NBD.

    BG/NBD calls every one-time buyer alive and the baselines everyone; neither can be shown.

    Args:
        candidates: Tonight's fits.

    Returns:
        The model and its name: `mbg_nbd`, or `mbg_nbd_prior` at the centre of its prior if the fit is not usable.
    """
    if candidates.mbg_nbd.status == "converged":
        return candidates.mbg_nbd, candidates.mbg_nbd.name
    r, alpha, a, b = (float(p) for p in np.exp(bg_nbd.PRIOR.mean))
    scale = candidates.mbg_nbd.time_scale
    covariance: Floats = np.diag(bg_nbd.PRIOR.sd**2)
    prior = BgNbd(r, alpha * scale, a, b, True, float("nan"), covariance, "flat", float("nan"), 0.0)
    return prior, "mbg_nbd_prior"


def draw_counts(
    model: CandidateModel, collapsed: Collapsed, draws: int, rng: np.random.Generator
) -> tuple[CountDraws, float]:
    """Posterior draws of any candidate.

    Args:
        model: From `fit_candidates`.
        collapsed: What it was fitted on.
        draws: How many.
        rng: Source of randomness.

    Returns:
        The draws, and the effective share of the importance sample (1 where none was needed).
    """
    if isinstance(model, BgNbd):
        params, effective_share = bg_nbd.draw_params(model, collapsed, draws, rng)
        return BgNbdDraws(params, model.is_modified), effective_share
    if isinstance(model, ShrunkenCohort):
        params, effective_share = bg_nbd.draw_params(model.model, collapsed, draws, rng)
        return ShrunkenCohortDraws(BgNbdDraws(params, model.model.is_modified)), effective_share
    return draw_baseline(model, draws, rng), 1.0
