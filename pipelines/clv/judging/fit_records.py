"""Fitted models as plain rows: kept for the scorecard, and for nights on which the fit fails."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from pipelines.clv.counts.bg_nbd import BgNbd
from pipelines.clv.histories import Floats
from pipelines.clv.judging.ladder import Candidates
from pipelines.clv.spend.spend import SpendModel


@dataclass(frozen=True)
class FitRecord:
    """One fitted model, as it is kept for the scorecard and for nights on which the fit fails.

    Attributes:
        model: `bg_nbd`, `mbg_nbd`, `cohort_average`, `own_rate`, `gamma_gamma`, `shrunken_mean`; spend models of a
            frequency band carry its lowest purchase count, `gamma_gamma_from_2`.
        as_of_day: First day that was not known to the fit.
        parameters: By the field's names; times in weeks, money in shop currency.
        covariance: Of the logarithms of the parameters, in their order; empty for baselines.
        log_likelihood: Without priors; NaN where there is none.
        status: `converged`, `not_converged`, `at_bound` or `flat`.
        smallest_curvature: Smallest eigenvalue of the negative Hessian in log-parameters; NaN where there is none.
        effective_share: Of the importance sample; 1 where none was needed, NaN where none was drawn.
        customers: How many were fitted.
        is_published: Whether tonight's figures come from it.
    """

    model: str
    as_of_day: int
    parameters: dict[str, float]
    covariance: tuple[tuple[float, ...], ...]
    log_likelihood: float
    status: str
    smallest_curvature: float
    effective_share: float
    customers: float
    is_published: bool


def restore(record: FitRecord) -> BgNbd:
    """The BG/NBD or MBG/NBD that a record describes."""
    r, alpha, a, b = (record.parameters[name] for name in ("r", "alpha", "a", "b"))
    covariance = np.array(record.covariance)
    is_modified = record.model == "mbg_nbd"
    return BgNbd(
        r,
        alpha,
        a,
        b,
        is_modified,
        record.log_likelihood,
        covariance,
        "converged",
        record.smallest_curvature,
        record.customers,
    )


def count_records(
    candidates: Candidates, published: str | None, effective_share: float, as_of_day: int
) -> list[FitRecord]:
    """One record per count model.

    Args:
        candidates: Tonight's fits.
        published: Name of the one whose figures are published; None if none of tonight's.
        effective_share: Of its importance sample.
        as_of_day: First day that is not known.

    Returns:
        Models before baselines.
    """
    records = []
    for name, model in candidates.models.items():
        is_published = name == published
        if isinstance(model, BgNbd):
            parameters = dict(zip(("r", "alpha", "a", "b"), (float(p) for p in model.params), strict=True))
            covariance, log_likelihood = model.covariance, model.log_likelihood
            status, curvature = model.status, model.smallest_curvature
        else:
            numbers = ((field.name, getattr(model, field.name)) for field in fields(model))
            parameters = {name: float(number) for name, number in numbers if isinstance(number, float)}
            covariance, log_likelihood, status, curvature = np.empty((0, 0)), float("nan"), "converged", float("nan")
        share = effective_share if is_published else float("nan")
        records.append(
            FitRecord(
                name,
                as_of_day,
                parameters,
                _rows(covariance),
                log_likelihood,
                status,
                curvature,
                share,
                candidates.collapsed.customers,
                is_published,
            )
        )
    return records


def spend_records(model: SpendModel, effective_share: float, as_of_day: int) -> list[FitRecord]:
    """One record per band of the published spend model.

    Args:
        model: Tonight's spend model.
        effective_share: Of its importance sample.
        as_of_day: First day that is not known.
    """
    records = []
    for start, part in zip(model.starts, model.models, strict=True):
        name = part.method if len(model.models) == 1 else f"{part.method}_from_{start:.0f}"
        parameters = {"p": part.p, "q": part.q, "gamma": part.gamma, "rank_correlation": model.rank_correlation}
        records.append(
            FitRecord(
                name,
                as_of_day,
                parameters,
                _rows(part.covariance),
                part.log_likelihood,
                part.status,
                part.smallest_curvature,
                effective_share,
                part.customers,
                True,
            )
        )
    return records


def _rows(matrix: Floats) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(v) for v in row) for row in matrix)
