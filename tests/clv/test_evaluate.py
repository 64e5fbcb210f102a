"""Backtest: no peeking, the right winner, an honest widening."""

from dataclasses import replace

import numpy as np
import pytest

from pipelines.clv.histories import PurchaseDays, merge_days
from pipelines.clv.judging import evaluate, ladder, scorecard
from pipelines.clv.judging.scorecard import DEFAULT_LOG_ERROR, NO_BACKTEST, ScorecardRow
from tests.clv.samples import CDNOW_END, cdnow, simulated_shop


@pytest.fixture(scope="module")
def of_cdnow():
    return evaluate.backtest(cdnow(), CDNOW_END, seed=1)


def value(backtest, model, origin, months, metric):
    wanted = (model, origin, months, metric)
    found = [r.value for r in backtest.scorecard if (r.model, r.origin_day, r.horizon_months, r.metric) == wanted]
    assert len(found) == 1
    return found[0]


def test_origins_are_a_quarter_apart_with_half_a_year_before():
    assert evaluate.origins(0, 546) == [455, 363, 272]
    assert evaluate.origins(0, 200) == []
    assert len(evaluate.origins(0, 5_000)) == evaluate.MAX_ORIGINS


def test_every_model_is_judged_at_every_origin_and_horizon(of_cdnow):
    keys = {(row.model, row.origin_day, row.horizon_months) for row in of_cdnow.scorecard}
    cases = {(455, 3), (363, 3), (363, 6), (272, 3), (272, 6)}
    assert keys == {(model, *case) for model in (*ladder.MODELS, *ladder.BASELINES) for case in cases}
    metrics = {row.metric for row in of_cdnow.scorecard}
    for what in ("purchases", "value"):
        for name in ("bias", "mae", "rmse", "decile_error", "spearman", "gini", "top_decile_capture"):
            assert f"{what}_{name}" in metrics
        for level in (80, 95):
            assert {f"{what}_coverage_{level}", f"{what}_total_inside_{level}"} <= metrics


def test_models_beat_the_baselines_on_cdnow_and_intervals_hold(of_cdnow):
    assert of_cdnow.horizon_months == 3  # the only one with three origins
    assert of_cdnow.champion in ladder.MODELS
    assert of_cdnow.loss[of_cdnow.champion] == min(of_cdnow.loss.values())
    for origin in (455, 363, 272):
        rmse = {model: value(of_cdnow, model, origin, 3, "purchases_rmse") for model in of_cdnow.loss}
        assert min(rmse["bg_nbd"], rmse["mbg_nbd"]) < min(rmse["cohort_average"], rmse["own_rate"])
        assert value(of_cdnow, "bg_nbd", origin, 3, "purchases_coverage_80") == pytest.approx(0.80, abs=0.05)


def test_calibration_covers_every_customer_once(of_cdnow):
    rows = [r for r in of_cdnow.calibration if r.model == "bg_nbd" and r.origin_day == 455]
    assert [row.decile for row in rows] == list(range(10))
    assert {row.horizon_months for row in rows} == {3}
    assert sum(row.customers for row in rows) == 2_357
    assert sum(row.actual_purchases for row in rows) == cdnow().between(455, 546)[0].sum()
    assert rows[9].predicted_value > rows[0].predicted_value


def test_predictions_at_an_origin_do_not_know_what_came_later():
    days = cdnow()
    early = days.day < 455
    moved = PurchaseDays(days.customer[early], days.day[early], days.value[early], days.customer_count)
    later = np.arange(days.customer_count)  # in the holdout everyone buys once, for 1,000
    invented = merge_days(
        np.r_[moved.customer, later], np.r_[moved.day, np.full(len(later), 500)],
        np.r_[moved.value, np.full(len(later), 1_000.0)], days.customer_count, 546, True,
    )  # fmt: skip
    ours, theirs = (evaluate.backtest(d, 546, 1) for d in (days, invented))

    def predicted(backtest):
        return [row.predicted_value for row in backtest.calibration if row.origin_day == 455]

    assert predicted(ours) == predicted(theirs)
    assert [r.actual_value for r in ours.calibration] != [r.actual_value for r in theirs.calibration]


def test_a_baseline_wins_where_everyone_buys_like_clockwork():
    """Purchases every 28 days for ever: the models must allow for leaving, the own rate is right."""
    first = np.arange(300) % 84
    ticks = first[:, None] + 28 * np.arange(25)
    customer = np.repeat(np.arange(300), 25)
    days = merge_days(customer, ticks.ravel(), np.full(7_500, 20.0), 300, 560, False)
    backtest = evaluate.backtest(days, 560, 1)
    assert backtest.champion in ladder.BASELINES
    marked = scorecard.mark_champion(backtest, "own_rate")
    assert {row.model for row in marked.scorecard if row.is_champion} == {"own_rate"}
    assert not any(row.is_champion for row in backtest.scorecard)


def test_too_few_or_too_young_is_not_judged():
    assert evaluate.backtest(simulated_shop(60, seed=1, hold=0).known, 728, 1).champion is None
    assert evaluate.backtest(simulated_shop(300, seed=1, weeks=30, hold=0).known, 210, 1) == NO_BACKTEST
    empty = np.empty(0, dtype=np.int64)
    assert evaluate.backtest(PurchaseDays(empty, empty, np.empty(0), 0), 10, 1) == NO_BACKTEST


def test_widening_is_the_default_until_three_origins_then_what_was_missed():
    def with_errors(*errors):
        return replace(NO_BACKTEST, log_errors={"bg_nbd": errors}).log_error("bg_nbd")

    assert with_errors() == with_errors(0.5, 0.5) == DEFAULT_LOG_ERROR
    assert with_errors(0.3, -0.3, 0.3) == pytest.approx(np.sqrt((3 * 0.09 + 0.15**2) / 4))
    assert with_errors(0.0, 0.0, 0.0) == pytest.approx(0.15 / 2)  # luck is not certainty


def test_loss_adds_error_bias_and_calibration():
    def rows(model, rmse, bias, decile):
        parts = {"purchases_rmse": rmse, "purchases_bias": bias, "purchases_decile_error": decile, "value_bias": 99.0}
        return [ScorecardRow(model, 9, 3, metric, value) for metric, value in parts.items()]

    found = scorecard.losses(rows("cohort_average", 2.0, 0.0, 0.5) + rows("bg_nbd", 1.0, 1.0, 0.2))
    assert {row.model: row.value for row in found} == {
        "cohort_average": pytest.approx(1.5),
        "bg_nbd": pytest.approx(0.5 + np.log(2) + 0.2),
    }


def test_longest_horizon_with_three_origins_decides():
    def rows(months, origins):
        return [ScorecardRow("bg_nbd", origin, months, "loss", 1.0) for origin in range(origins)]

    assert scorecard.deciding_horizon(rows(3, 6) + rows(6, 4) + rows(12, 3)) == 12
    assert scorecard.deciding_horizon(rows(3, 6) + rows(6, 4) + rows(12, 2)) == 6
    assert scorecard.deciding_horizon(rows(3, 2) + rows(6, 1)) == 3
    assert scorecard.deciding_horizon([]) == 0


def test_a_huge_shop_is_judged_on_a_sample_of_every_kind_of_customer(monkeypatch):
    shop = simulated_shop(3_000, seed=4, weeks=52, hold=0)
    whole = evaluate.backtest(shop.known, shop.as_of_day, 1)
    monkeypatch.setattr(evaluate, "MAX_CUSTOMERS", 1_000)
    sample = evaluate.backtest(shop.known, shop.as_of_day, 1)

    def customers(backtest):
        return sum(r.customers for r in backtest.calibration if r.model == "bg_nbd" and r.origin_day == 273)

    assert customers(sample) == pytest.approx(customers(whole) / 3, rel=0.05)
    assert sample.loss["bg_nbd"] == pytest.approx(whole.loss["bg_nbd"], rel=0.15)
