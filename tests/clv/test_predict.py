"""The entry point: every shop gets honest figures, whatever its data."""

from dataclasses import fields, replace
from typing import get_args

import numpy as np
import pytest

from pipelines.clv.judging import champion, ladder
from pipelines.clv.judging.ladder import Status
from pipelines.clv.judging.scorecard import NO_BACKTEST
from pipelines.clv.predict import Options, predict
from pipelines.clv.results import TotalInterval
from tests.clv.samples import simulated_shop

pytestmark = pytest.mark.usefixtures("few_draws")
RNG = np.random.default_rng(12)
AS_OF = 420
OPTIONS = Options(seed=3)


@pytest.fixture(scope="module")
def few_draws():
    """The fewest draws a shop ever gets, as in a large one: five times faster, and no property depends on more."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipelines.clv.predict.DRAWS_BOUNDS", (200, 200))
        yield


def of_rows(rows, customers, as_of_day=AS_OF, options=OPTIONS, **more):
    customer, day, value = (np.array(column) for column in zip(*rows, strict=True)) if rows else (np.empty(0),) * 3
    arrays = customer.astype(np.int64), day.astype(np.int64), value.astype(np.float64)
    return predict(*arrays, customers, as_of_day, options, **more)


def of_shop(shop, options=OPTIONS):
    return predict(shop.customer, shop.day, shop.value, shop.customer_count, shop.as_of_day, options)


def check(prediction, customers):
    """What must hold for any shop."""
    figures = prediction.customers
    for field in fields(figures):
        column = getattr(figures, field.name)
        assert len(column) == customers, field.name
        if field.name != "days_to_next_purchase":
            assert np.isfinite(column).all(), field.name
        assert not (column < 0).any(), field.name
    assert (figures.probability_alive <= 1).all()
    assert not prediction.is_alive_from_clv_fit or prediction.method == prediction.alive_method == "mbg_nbd"
    assert (figures.value_12m_p10 <= figures.value_12m_p50).all()
    assert (figures.value_12m_p50 <= figures.value_12m_p90).all()
    assert (np.diff(figures.expected_value, axis=1) >= -1e-9 * figures.expected_value[:, 1:]).all()
    year = prediction.horizons_months.index(12)
    assert (figures.discounted_value_12m <= figures.expected_value[:, year] + 1e-9).all()
    assert prediction.status in get_args(Status)
    assert {record.is_published for record in prediction.fits} <= {True, False}
    if customers:
        assert sum(month.expected_value for month in prediction.forecast) == pytest.approx(
            figures.expected_value[:, year].sum(), rel=1e-9, abs=1e-9
        )
        for month in prediction.forecast:
            interval = month.interval
            assert interval.p10 <= interval.p50 <= interval.p90
            assert interval.p10 <= interval.model_p10 <= interval.model_p90 <= interval.p90
    return prediction


def once(customers, value=20.0):
    return [(c, 7 * c % 400, value) for c in range(customers)]


def test_no_customers():
    prediction = check(of_rows([], 0), 0)
    assert prediction.status == "no_customers"
    assert prediction.group_totals({"any": np.empty(0, dtype=np.int64)}) == {"any": ()}


@pytest.mark.parametrize("customers", [1, 2])
def test_one_and_two_customers_get_wide_values(customers):
    prediction = check(of_rows([(0, 30, 50.0), (0, 90, 70.0), (1, 400, 20.0)][: customers + 1], customers), customers)
    assert (prediction.method, prediction.status) == ("shrunken_cohort", "insufficient_data")
    assert prediction.spend_method == "shrunken_mean"
    figures = prediction.customers
    assert (figures.value_12m_p90 > 2 * figures.expected_value[:, 2]).all()
    assert (figures.expected_value[:, 2] > 0).all()


def test_fifty_customers_get_values_by_age_that_lean_on_the_prior():
    shop = simulated_shop(50, seed=2, weeks=60, hold=0)
    prediction = check(of_shop(shop), 50)
    assert (prediction.method, prediction.status) == ("shrunken_cohort", "insufficient_data")
    age = shop.histories.age
    purchases = prediction.customers.expected_purchases_12m
    assert (np.diff(purchases[np.argsort(age)]) <= 1e-12).all()  # older cohorts buy less, nothing else matters
    assert [r.model for r in prediction.fits if r.is_published] == ["bg_nbd", prediction.spend_method]
    interval = prediction.forecast[0].interval
    assert interval.p90 > 2 * interval.p10 > 0


def test_nobody_repeats():
    prediction = check(of_rows(once(300), 300), 300)
    assert prediction.status == "insufficient_data"
    figures = prediction.customers
    assert 0 < figures.expected_purchases_12m.max() < 0.5
    assert np.isnan(figures.days_to_next_purchase).all()


def test_everybody_repeats():
    rows = once(300) + [(c, min(7 * c % 400 + 1 + c % 19, 419), 30.0) for c in range(300)]
    check(of_rows(rows, 300), 300)


def test_one_heavy_buyer_with_300_orders():
    rows = once(150) + [(150, day, 15.0) for day in range(120, 420)]
    assert check(of_rows(rows, 151), 151).method == "shrunken_cohort"  # one repeat customer teaches no spread of rates
    with_repeats = rows + [(c, 410, 20.0) for c in range(40)]
    prediction = check(of_rows(with_repeats, 151), 151)
    assert prediction.status in ("low_data", "model_not_better", "not_backtested")
    assert prediction.customers.expected_purchases_12m[150] > 30


def test_constant_prices():
    shop = simulated_shop(250, seed=6, weeks=60, hold=0)
    prediction = check(of_shop(replace(shop, value=np.full_like(shop.value, 12.5))), 250)
    assert prediction.spend_method == "shrunken_mean"
    assert prediction.customers.expected_purchase_value == pytest.approx(12.5, rel=1e-4)


def test_heavy_tailed_spend():
    shop = simulated_shop(250, seed=7, weeks=60, hold=0)
    heavy = np.exp(RNG.normal(3, 2.2, 250))[shop.customer] * RNG.gamma(4, 0.25, len(shop.value))
    prediction = check(of_shop(replace(shop, value=heavy)), 250)
    assert prediction.customers.expected_purchase_value.max() < heavy.max()


def test_all_orders_on_one_day():
    rows = [(c, AS_OF - 1, 20.0 + c) for c in range(300)]
    today = check(of_rows(rows, 300), 300)
    assert today.status == "insufficient_data"
    assert (today.customers.expected_purchases_12m < 4).all()  # a shop of one day does not sell to everyone every day
    long_ago = [(c, 10, 20.0 + c) for c in range(300)]
    assert check(of_rows(long_ago, 300), 300).status == "insufficient_data"


def test_all_refunded():
    rows = [(c, 7 * c % 400, 0.0 if c % 2 else -3.0) for c in range(40)]
    prediction = check(of_rows(rows, 40), 40)
    assert (prediction.customers.expected_value == 0).all()
    assert (prediction.customers.expected_purchases_12m > 0).all()


def test_refunded_customers_stay_in_the_count_model():
    rows = [*once(60), (60, 100, 0.0), (60, 160, -5.0)]
    prediction = check(of_rows(rows, 61), 61)
    assert prediction.simulator.histories.frequency[60] == 1


def test_one_huge_business_customer():
    shop = simulated_shop(250, seed=8, weeks=60, hold=0)
    value = shop.value.copy()
    value[shop.customer == 7] *= 5_000
    usual, prediction = of_shop(shop), check(of_shop(replace(shop, value=value)), 250)
    assert (prediction.method, prediction.status) == (usual.method, usual.status)
    others = np.arange(250) != 7
    ratio = prediction.customers.expected_value[others, 2].sum() / usual.customers.expected_value[others, 2].sum()
    assert ratio == pytest.approx(1, rel=0.25)
    assert prediction.customers.expected_purchase_value[7] > 50 * usual.customers.expected_purchase_value[7]


def test_short_history_is_not_fitted_to_individuals():
    shop = simulated_shop(600, seed=9, r=2.0, alpha=10.0, weeks=12, hold=0)
    prediction = check(of_shop(shop), 600)
    assert (prediction.method, prediction.status) == ("shrunken_cohort", "short_history")


@pytest.fixture(scope="module")
def shop():
    return simulated_shop(400, seed=10, weeks=66, hold=0)


@pytest.fixture(scope="module")
def prediction(shop, few_draws):
    return check(of_shop(shop), 400)


def test_a_usual_small_shop_is_fitted_and_judged(prediction):
    assert prediction.status == "low_data"
    assert prediction.method in ladder.MODELS
    assert {r.model for r in prediction.backtest.scorecard if r.is_champion} == {prediction.method}
    assert [r.model for r in prediction.fits if r.is_published] == [prediction.method, "gamma_gamma"]
    assert prediction.alive_method == "mbg_nbd"
    assert prediction.customers.probability_alive.max() < 1
    assert prediction.is_extrapolated == (False, False, False, True, True)
    assert len(prediction.forecast) == 12


def test_expected_value_is_close_to_the_mean_of_the_draws(prediction):
    everyone = np.zeros(400, dtype=np.int64)
    total = prediction.group_totals({"all": everyone})["all"][0]
    assert total.customers == 400
    assert total.expected_value == pytest.approx(prediction.customers.expected_value[:, 2].sum())
    assert total.interval.p10 < total.expected_value < total.interval.p90
    assert total.interval.backtest_log_sd == prediction.backtest.log_error(prediction.method)
    months = sum(month.interval.p50 for month in prediction.forecast)
    assert total.interval.p50 == pytest.approx(months, rel=0.1)


def test_same_input_same_bytes_whatever_the_threads_and_the_order(shop, prediction):
    shuffle = RNG.permutation(len(shop.day))
    again = predict(
        shop.customer[shuffle], shop.day[shuffle], shop.value[shuffle], 400, shop.as_of_day, replace(OPTIONS, threads=3)
    )
    for field in fields(prediction.customers):
        ours, theirs = getattr(prediction.customers, field.name), getattr(again.customers, field.name)
        assert ours.tobytes() == theirs.tobytes(), field.name
    assert repr(prediction.forecast) == repr(again.forecast)
    assert repr(prediction.fits) == repr(again.fits)
    assert repr(prediction.backtest) == repr(again.backtest)


def test_the_currency_scales_money_and_nothing_else(shop, prediction):
    cents = of_shop(replace(shop, value=shop.value * 100))
    assert cents.method == prediction.method
    assert cents.customers.expected_value == pytest.approx(100 * prediction.customers.expected_value, rel=1e-6)
    assert cents.customers.expected_purchases_12m == pytest.approx(prediction.customers.expected_purchases_12m)


def choose(shop, backtest=NO_BACKTEST, fits=None, previous=()):
    candidates = fits or ladder.fit_candidates(shop.known, shop.histories)
    rng = np.random.default_rng(0)
    return champion.choose(candidates, backtest, "low_data", shop.as_of_day, 200, rng, previous)


def test_a_model_that_does_not_beat_the_baselines_is_not_published(shop):
    for name in ladder.BASELINES:
        chosen = choose(shop, replace(NO_BACKTEST, champion=name))
        assert (chosen.model.name, chosen.status) == (name, "model_not_better")


def test_without_a_backtest_the_status_says_so(shop):
    chosen = choose(shop)
    assert (chosen.model.name, chosen.status) == ("bg_nbd", "not_backtested")


def test_an_unusable_fit_falls_back_to_fresh_parameters_then_to_the_cohort_average(shop, prediction):
    candidates = ladder.fit_candidates(shop.known, shop.histories)
    broken = replace(candidates, bg_nbd=replace(candidates.bg_nbd, status="flat"))
    good = next(record for record in prediction.fits if record.model == "bg_nbd")
    fresh = [replace(good, as_of_day=shop.as_of_day - 34), replace(good, as_of_day=shop.as_of_day - 20)]
    chosen = choose(shop, fits=broken, previous=fresh)
    assert (chosen.status, chosen.fitted_as_of_day) == ("stale_parameters", shop.as_of_day - 20)
    assert chosen.model.params.tolist() == candidates.bg_nbd.params.tolist()
    for useless in (
        replace(good, as_of_day=shop.as_of_day - 35),
        replace(good, as_of_day=shop.as_of_day - 1, status="at_bound"),
        replace(good, as_of_day=shop.as_of_day - 1, model="mbg_nbd"),
    ):
        chosen = choose(shop, fits=broken, previous=[useless])
        assert (chosen.model.name, chosen.status) == ("cohort_average", "unreliable_fit")


@pytest.mark.parametrize("champion", ["bg_nbd", "mbg_nbd", "own_rate"])
def test_alive_and_counts_say_whether_one_fit_gives_both(shop, monkeypatch, champion):
    judged = replace(NO_BACKTEST, champion=champion)
    monkeypatch.setattr("pipelines.clv.predict.evaluate.backtest", lambda *_: judged)
    prediction = check(of_shop(shop), 400)
    assert (prediction.method, prediction.alive_method) == (champion, "mbg_nbd")
    assert prediction.is_alive_from_clv_fit == (champion == "mbg_nbd")


def test_alive_is_asked_of_the_prior_where_mbg_nbd_has_no_fit(shop):
    candidates = ladder.fit_candidates(shop.known, shop.histories)
    broken = replace(candidates, mbg_nbd=replace(candidates.mbg_nbd, status="at_bound"))
    model, method = ladder.alive_model(broken)
    assert method == "mbg_nbd_prior"
    alive = model.probability_alive(shop.histories.frequency, shop.histories.recency, shop.histories.age)
    assert ((alive >= 0) & (alive < 1)).all()


def test_horizons_must_ascend_and_hold_a_year():
    for horizons in ((3, 6), (12, 3)):
        with pytest.raises(ValueError, match="must ascend and contain 12"):
            of_rows(once(3), 3, options=Options(horizons_months=horizons))


def test_total_intervals_keep_their_parts_apart():
    draws = np.exp(0.1 * np.random.default_rng(0).standard_normal(20_000)) * 100
    interval = TotalInterval.of(draws, backtest_log_sd=0.2)
    assert interval.model_log_sd == pytest.approx(0.1, rel=0.03)
    assert np.log(interval.p90 / interval.p10) / 2.5631 == pytest.approx(np.hypot(0.1, 0.2), rel=0.03)
    assert interval.p50 == pytest.approx(100, rel=0.01)
    alone = TotalInterval.of(draws, 0.0)
    assert (alone.p10, alone.p90) == pytest.approx((alone.model_p10, alone.model_p90), rel=1e-3)
    assert TotalInterval.of(np.zeros(200), 0.15).model_log_sd == 0
