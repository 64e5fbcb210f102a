"""The marts made of predictions: no blanks, sums that hold, and checks that notice when they do not."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from pipelines.warehouse.transform import AFTER_PREDICTIONS
from tests.dbt.test_value_marts import AS_OF, SEED, START, random_shop
from tests.support.dbt_models import build_part, fails, make_models, predict_all, project_manifest
from tests.support.dbt_models import readers_of_predictions as readers
from tests.support.raw_shop import change, make_raw, rows

if TYPE_CHECKING:
    from pathlib import Path

FIGURES = (
    "clv_method, spend_method, alive_method, clv_status, is_extrapolated, model_fitted_at, probability_alive, "
    "predicted_purchase_12m_count, predicted_clv_3m_amount, predicted_clv_6m_amount, predicted_clv_12m_amount, "
    "predicted_clv_24m_amount, predicted_clv_36m_amount, predicted_clv_12m_discounted_amount, "
    "predicted_clv_12m_p10_amount, predicted_clv_12m_p50_amount, predicted_clv_12m_p90_amount, total_clv_amount"
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    shop = {"as_of_date": AS_OF, "history_start_date": START}
    warehouse = make_raw(tmp_path_factory.mktemp("predictions"), **random_shop(SEED), shop=shop)
    make_models(warehouse, predict=predict_all)
    return warehouse


def test_members_are_the_segments_of_the_summary(shop: Path) -> None:
    members = rows(
        shop,
        "select segmentation, segment, count(*), count(distinct customer_id) from core.segment_members group by all",
    )
    assert all(row_count == people for *_, row_count, people in members)
    summary = rows(shop, "select segmentation, segment, customer_count from marts.segment_summary")
    assert sorted(row[:3] for row in members) == sorted(row for row in summary if row[0] != "lifecycle_stage")
    assert {row[0] for row in summary} - {row[0] for row in members} == {"lifecycle_stage"}
    once = rows(
        shop,
        "select distinct segmentation, count(distinct customer_id) from core.segment_members group by segmentation",
    )
    assert {count for _, count in once} == {160}
    assert len(once) == 15


def test_every_figure_has_its_method_and_is_there(shop: Path) -> None:
    customers = rows(shop, f"select {FIGURES} from marts.customer_lifetime_value")
    assert len(customers) == 160
    assert all(None not in customer for customer in customers)
    assert {customer[4:6] for customer in customers} == {(False, dt.datetime.combine(AS_OF, dt.time()))}
    methods = rows(
        shop,
        "select distinct clv_method, clv_status from (select clv_method, clv_status from marts.customer_lifetime_value "
        "union all select clv_method, clv_status from marts.segment_summary "
        "union all select clv_method, clv_status from marts.revenue_forecast)",
    )
    assert methods == rows(shop, "select clv_method, clv_status from predictions.prediction_run")
    champions = rows(shop, "select distinct model from marts.model_scorecard where is_champion")
    assert champions == [(methods[0][0],)]


def test_quantiles_of_a_sum_are_not_the_sum_of_quantiles(shop: Path) -> None:
    [(total, low, high)] = rows(
        shop,
        "select predicted_clv_12m_amount, predicted_clv_12m_p10_amount, predicted_clv_12m_p90_amount "
        "from marts.segment_summary where segmentation = 'all'",
    )
    [(sum_of_lows, sum_of_highs)] = rows(
        shop,
        "select sum(predicted_clv_12m_p10_amount), sum(predicted_clv_12m_p90_amount) "
        "from marts.customer_lifetime_value",
    )
    assert sum_of_lows < low < total < high < sum_of_highs


def test_calibration_and_forecast_have_all_their_rows(shop: Path) -> None:
    deciles = rows(
        shop,
        "select count(*), sum(customer_count), min(decile), max(decile) from marts.model_calibration "
        "group by model, origin_date, horizon_months",
    )
    assert deciles
    assert {(count, low, high) for count, _, low, high in deciles} == {(10, 1, 10)}
    months = rows(shop, "select month_ahead, forecast_month from marts.revenue_forecast order by 1")
    assert [month for month, _ in months] == list(range(1, 13))
    assert [months[0][1], months[7][1], months[11][1]] == ["2024-06", "2025-01", "2025-05"]


@pytest.mark.parametrize(
    ("damage", "test"),
    [
        ("insert into predictions.prediction_run from predictions.prediction_run", "one_prediction_run"),
        ("update predictions.prediction_run set clv_method = 'formula'", "one_prediction_run"),
        ("delete from predictions.customer_clv where customer_id = 'c007'", "every_customer_is_predicted_once"),
        ("insert into predictions.customer_clv from predictions.customer_clv limit 1",
         "every_customer_is_predicted_once"),
        ("update predictions.customer_clv set customer_id = 'x' where customer_id = 'c007'",
         "every_customer_is_predicted_once"),
        ("update marts.customer_lifetime_value set probability_alive = 1.1", "customer_predictions_hold"),
        ("update marts.customer_lifetime_value set probability_alive = 'nan'", "customer_predictions_hold"),
        ("update marts.customer_lifetime_value set predicted_clv_24m_amount = predicted_clv_12m_amount - 0.01",
         "customer_predictions_hold"),
        ("update marts.customer_lifetime_value set predicted_clv_12m_p50_amount = predicted_clv_12m_p90_amount + 0.01",
         "customer_predictions_hold"),
        ("update marts.customer_lifetime_value set total_clv_amount = total_clv_amount + 0.0001",
         "customer_predictions_hold"),
        ("update marts.segment_summary set predicted_clv_12m_p90_amount = null where segmentation = 'all'",
         "predicted_totals_are_in_order"),
        ("update marts.segment_summary set model_p10_amount = 0 where segmentation = 'all'",
         "predicted_totals_are_in_order"),
        ("update marts.segment_summary set predicted_clv_12m_p50_amount = 1 where segmentation = 'lifecycle_stage'",
         "predicted_totals_are_in_order"),
        ("update marts.revenue_forecast set predicted_revenue_p10_amount = predicted_revenue_p50_amount + 1",
         "predicted_totals_are_in_order"),
        ("update marts.segment_summary set predicted_clv_12m_amount = predicted_clv_12m_amount + 0.0001 "
         "where segmentation = 'value_tier'", "predicted_values_add_up"),
        ("update predictions.segment_forecasts set expected_amount = expected_amount + 1 where segmentation = 'all'",
         "predicted_values_add_up"),
        ("delete from predictions.segment_forecasts where segmentation = 'value_tier'", "predicted_values_add_up"),
        ("update marts.revenue_forecast set predicted_revenue_amount = predicted_revenue_amount + 0.1",
         "predicted_values_add_up"),
        ("delete from core.customer_groups where customer_id = 'c007'", "segmentations_hold_every_customer"),
        ("update core.customer_groups set value_tier = null where customer_id = 'c007'",
         "segmentations_hold_every_customer"),
    ],
)  # fmt: skip
def test_each_check_notices(copy: Path, damage: str, test: str) -> None:
    change(copy, damage)
    assert fails(copy, test)


def test_a_customer_without_prediction_stops_the_night(copy: Path) -> None:
    change(copy, "delete from predictions.customer_clv where customer_id = 'c007'")
    results = build_part(copy, *AFTER_PREDICTIONS, "--exclude", "test_type:unit")
    assert [result.node.name for result in results if result.status in ("error", "fail")] == [
        "every_customer_is_predicted_once"
    ]
    skipped = {result.node.name for result in results if result.status == "skipped"}
    assert skipped >= {"customer_segments", "customer_lifetime_value", "segment_summary"}


def test_nothing_that_the_predict_stage_reads_waits_for_it() -> None:
    assert not readers() & {"customer_features", "customer_days", "segment_members", "subscription_periods"}


def test_tests_of_predictions_belong_to_models_behind_them() -> None:
    """Else the first half of the night would report a check that only the second half can run."""
    wrong = []
    for node in project_manifest().nodes.values():
        if node.resource_type == "test" and node.name in readers():
            reference = node.meta.get("dagster", {}).get("ref", {}).get("name")
            owner = node.attached_node.split(".")[2] if getattr(node, "attached_node", None) else reference
            single = len(node.depends_on.nodes) == 1
            if not single and owner not in readers():
                wrong.append((node.name, owner))
    assert not wrong
