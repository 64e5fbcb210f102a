"""What subscriptions are worth: one shifted beta-geometric model per plan, applied to the cohorts of its start months.

Part of the predict stage, for shops that deliver `subscriptions`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

    from pipelines.clv.counts.sbg import ShiftedBetaGeometric

PERIODS_PER_YEAR = {"week": 52, "month": 12, "quarter": 4, "year": 1}
# Three years, the longest horizon of the other predictions. With alpha <= 1 the mean lifetime is infinite, so a value
# needs a horizon or a discount rate.
HORIZON_YEARS = 3

COLUMNS = """
    plan varchar, payment_interval varchar, start_month varchar, subscription_count bigint, active_count bigint,
    payment_amount decimal(18, 4), survival_rate double, model_survival_rate double,
    expected_remaining_payment_36m_count double, expected_remaining_36m_amount decimal(18, 4),
    expected_remaining_discounted_amount decimal(18, 4), new_subscriber_ltv_36m_amount decimal(18, 4),
    new_subscriber_ltv_discounted_amount decimal(18, 4), naive_ltv_amount decimal(18, 4),
    model_alpha double, model_beta double, model_status varchar
"""


def subscription_values(db: duckdb.DuckDBPyConnection, yearly_discount_rate: float) -> list[tuple[Any, ...]]:
    """Rows of `predictions.subscription_values`: one per plan, payment interval and start month.

    Args:
        db: The warehouse with core.subscription_periods.
        yearly_discount_rate: 0.10 for ten percent a year.
    """
    import numpy as np

    plans = db.execute(
        """
        select
            plan, payment_interval, list(start_month) as start_month, list(is_cancelled) as is_cancelled,
            list(renewal_count) as renewals, list(elapsed_renewal_count) as elapsed, list(payment_amount) as payment
        from (from core.subscription_periods order by subscription_id)
        group by plan, payment_interval
        order by plan, payment_interval
        """
    ).fetchall()
    rows: list[tuple[Any, ...]] = []
    for plan, interval, *lists in plans:
        start_month, is_cancelled, renewals, elapsed, payment = (np.array(values) for values in lists)
        model = _fit(is_cancelled, renewals.astype(float))
        for month in np.unique(start_month):
            cohort = start_month == month
            rows.append(
                (
                    *(plan, interval, str(month)),
                    *_values(
                        model,
                        is_cancelled[cohort],
                        renewals[cohort].astype(float),
                        elapsed[cohort].astype(float),
                        payment[cohort].astype(float),
                        PERIODS_PER_YEAR[interval],
                        yearly_discount_rate,
                    ),
                    *(model.alpha, model.beta, model.status),
                )
            )
    return rows


def _fit(is_cancelled: Any, renewals: Any) -> ShiftedBetaGeometric:
    """One model per plan: start months are pooled, and today's subscribers are censored, not lost."""
    import numpy as np

    from pipelines.clv.counts import sbg

    lost, lost_weight = np.unique(renewals[is_cancelled] + 1, return_counts=True)
    kept, kept_weight = np.unique(renewals[~is_cancelled], return_counts=True)
    return sbg.fit(lost, lost_weight.astype(float), kept, kept_weight.astype(float))


def _values(
    model: ShiftedBetaGeometric,
    is_cancelled: Any,
    renewals: Any,
    elapsed: Any,
    payment: Any,
    periods_per_year: int,
    yearly_discount_rate: float,
) -> tuple[Any, ...]:
    horizon = HORIZON_YEARS * periods_per_year
    rate = (1 + yearly_discount_rate) ** (1 / periods_per_year) - 1
    active = ~is_cancelled
    coming = model.expected_payments(renewals[active], horizon)
    # The next payment is a whole period away, so it is discounted by one period; DERL counts it at full value.
    coming_discounted = _residual(model, renewals[active], rate)
    mean_payment = payment.mean()
    new_36m = 1 + float(model.expected_payments(renewals[:1] * 0, horizon)[0])
    new_discounted = _new(model, rate)
    return (
        len(payment),
        int(active.sum()),
        round(float(mean_payment), 4),
        float(active.mean()),
        float(model.survival(elapsed).mean()),
        float(coming.sum()),
        round(float((coming * payment[active]).sum()), 4),
        None if coming_discounted is None else round(float((coming_discounted * payment[active]).sum()), 4),
        round(float(mean_payment * new_36m), 4),
        None if new_discounted is None else round(float(mean_payment * new_discounted), 4),
        # What dashboards often show: fee × average number of payments so far, as if everybody left today.
        round(float(mean_payment * (renewals + 1).mean()), 4),
    )


def _residual(model: ShiftedBetaGeometric, renewals: Any, rate: float) -> Any:
    return None if rate == 0 else model.discounted_residual_lifetime(renewals + 1, rate) / (1 + rate)


def _new(model: ShiftedBetaGeometric, rate: float) -> float | None:
    return None if rate == 0 else model.discounted_expected_lifetime(rate)
