"""Subscriptions on Fader and Hardie's (2007) Regular customers: 1,000 subscribers followed for seven renewals."""

from decimal import Decimal
from itertools import pairwise

import duckdb
import numpy as np
import pytest

from pipelines.clv.counts import sbg
from pipelines.prediction.subscriptions import subscription_values

# Share still there after 0, 1, ... 7 renewals, as published.
SURVIVORS = [1000, 631, 468, 382, 326, 289, 262, 241]
LOST = [before - after for before, after in pairwise(SURVIVORS)]
RATE = 0.10


@pytest.fixture(scope="module")
def db():
    with duckdb.connect() as db:
        db.execute("create schema core")
        db.execute(
            "create table core.subscription_periods (subscription_id varchar, plan varchar, payment_interval varchar, "
            "start_month varchar, is_cancelled boolean, renewal_count bigint, elapsed_renewal_count bigint, "
            "payment_amount decimal(18, 4))"
        )
        number = 0
        for renewals, (before, after) in enumerate(zip(SURVIVORS, [*SURVIVORS[1:], 0], strict=True)):
            is_cancelled = renewals < 7
            for _ in range(before - after):
                number += 1
                row = [f"s{number:04}", "regular", "year", "2015-01", is_cancelled, renewals, 7, Decimal(12)]
                db.execute("insert into core.subscription_periods values (?, ?, ?, ?, ?, ?, ?, ?)", row)
        db.execute("insert into core.subscription_periods values ('x', 'one', 'month', '2020-05', false, 0, 0, 5)")
        yield db


@pytest.fixture(scope="module")
def found(db):
    columns = ["plan", "interval", "month", "subscriptions", "active", "payment", "survival", "model_survival"]
    columns += ["remaining", "remaining_amount", "remaining_discounted", "new_36m", "new_discounted", "naive"]
    columns += ["alpha", "beta", "status"]
    return {row[0]: dict(zip(columns, row, strict=True)) for row in subscription_values(db, RATE)}


def test_the_fit_is_near_the_published_one_and_follows_the_cohort(found):
    regular = found["regular"]
    # Published: .704, 1.182, without a prior.
    assert regular["alpha"] == pytest.approx(0.704, abs=0.03)
    assert regular["beta"] == pytest.approx(1.182, abs=0.08)
    assert regular["survival"] == 0.241
    assert regular["model_survival"] == pytest.approx(0.239, abs=0.006)
    assert regular["status"] == "converged"


def test_payments_to_come_are_sums_of_survival(found):
    regular = found["regular"]
    alpha, beta = regular["alpha"], regular["beta"]

    def stays(periods):
        """S(t) by the recursion of the paper's equation 7, not by the beta functions of the code."""
        share = 1.0
        for period in range(1, periods + 1):
            share *= (beta + period - 1) / (alpha + beta + period - 1)
        return share

    each = sum(stays(7 + ahead) / stays(7) for ahead in (1, 2, 3))
    assert regular["remaining"] == pytest.approx(241 * each, rel=1e-9)
    assert regular["remaining_amount"] == pytest.approx(241 * each * 12, abs=1e-3)
    assert regular["new_36m"] == pytest.approx(12 * (1 + stays(1) + stays(2) + stays(3)), abs=1e-3)
    new = sum(stays(n) / (1 + RATE) ** n for n in range(2_000))
    assert regular["new_discounted"] == pytest.approx(12 * new, rel=1e-4)
    coming = sum(stays(7 + ahead) / stays(7) / (1 + RATE) ** ahead for ahead in range(1, 2_000))
    assert regular["remaining_discounted"] == pytest.approx(241 * 12 * coming, rel=1e-4)


def test_the_naive_figure_is_the_average_so_far_and_too_low(found):
    regular = found["regular"]
    payments = sum(SURVIVORS)
    assert regular["naive"] == pytest.approx(12 * payments / 1000)
    assert regular["naive"] < regular["new_discounted"] * (1 + RATE) * 2


def test_a_single_subscriber_has_values_too(found):
    one = found["one"]
    assert (one["subscriptions"], one["active"], one["survival"]) == (1, 1, 1.0)
    assert 0 < one["remaining"] < 36
    assert one["new_36m"] > 5


def test_without_a_discount_rate_there_is_no_endless_value(db):
    (*_, row) = subscription_values(db, 0.0)
    assert row[10] is None
    assert row[12] is None


def test_the_model_is_that_of_the_package(found):
    model = sbg.fit(*(np.array(values, float) for values in (range(1, 8), LOST, [7], [241])))
    assert (found["regular"]["alpha"], found["regular"]["beta"]) == pytest.approx((model.alpha, model.beta))
