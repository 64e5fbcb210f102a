"""The graph as Dagster sees it: a renamed asset, job or schedule shows here."""

import subprocess
import sys

import dagster as dg
import pytest

from pipelines.settings import PROJECT_ROOT
from pipelines.warehouse.dbt_project import ensure_manifest

pytestmark = pytest.mark.needs_dbt


@pytest.fixture(scope="module")
def defs():
    from pipelines.definitions import defs

    return defs


@pytest.fixture(scope="module")
def specs(defs):
    return {spec.key.to_user_string(): spec for spec in defs.resolve_all_asset_specs()}


def test_loading_the_code_location_imports_none_of_the_heavy_tools():
    ensure_manifest()
    code = (
        "import sys, pipelines.definitions;"
        "print([m for m in ('great_expectations', 'pandas', 'dbt.cli.main', 'duckdb', 'pyarrow') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_lineage_reads_as_the_flow(specs):
    def parents(key):
        return sorted(dep.asset_key.to_user_string() for dep in specs[key].deps)

    assert parents("landing") == ["shop"]
    assert parents("accepted") == ["landing"]
    assert parents("raw/orders") == ["accepted"]
    assert parents("staging/stg_orders") == ["raw/orders", "staging/stg_guest_ids"]
    assert "core/customer_features" in parents("predictions/customer_clv")
    assert "predictions/customer_clv" in parents("core/customer_predictions")
    marts = {key for key in specs if key.startswith("marts/")}
    assert set(parents("published")) == marts
    assert {
        "marts/orders",
        "marts/order_lines",
        "marts/revenue_events",
        "marts/customers",
        "marts/customer_lifetime_value",
        "marts/customer_segments",
        "marts/segment_summary",
        "marts/monthly_cohorts",
        "marts/revenue_daily",
        "marts/revenue_bridge",
        "marts/margin_ladder",
        "marts/revenue_concentration",
        "marts/identity_findings",
        "marts/reconciliation",
        "marts/data_quality",
        "marts/calendar",
        "marts/model_scorecard",
        "marts/model_calibration",
        "marts/revenue_forecast",
        "marts/subscription_lifetime_value",
    } <= marts


def test_every_asset_stands_in_the_group_of_its_stage_and_says_what_it_is(specs):
    groups = {spec.group_name for spec in specs.values()}
    assert groups == {"extract", "validate", "load", "staging", "core", "predict", "marts", "publish"}
    for key, spec in specs.items():
        assert spec.description, key
        assert spec.kinds or key == "shop", key


def test_marts_never_read_staging_or_raw_past_the_ledger(specs):
    for key, spec in specs.items():
        if key.startswith("marts/"):
            assert not any(dep.asset_key.path[0] == "raw" for dep in spec.deps), key


def test_the_marts_must_be_fresh(specs):
    for key, spec in specs.items():
        assert (spec.freshness_policy is not None) == key.startswith("marts/"), key


def test_one_job_runs_all_of_it_every_night_in_the_shops_zone(defs):
    (schedule,) = defs.schedules
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("30 2 * * *", "America/New_York")
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING
    job = defs.resolve_job_def("nightly")
    assert job.backfill_policy == dg.BackfillPolicy.single_run()
    keys = {key.to_user_string() for key in job.asset_layer.executable_asset_keys}
    assert {"landing", "accepted", "raw/orders", "marts/orders", "published"} <= keys


def test_the_days_are_the_shops(defs):
    days = defs.resolve_assets_def("landing").partitions_def
    assert (days.get_first_partition_key(), days.get_last_partition_key()) == ("1997-01-01", "1998-06-30")
    assert str(days.timezone) == "America/New_York"


def test_every_step_that_writes_the_home_is_in_the_pool(defs):
    job = defs.resolve_job_def("nightly")
    assert {node.definition.pool for node in job.nodes} == {"warehouse"}


def test_dbt_tests_are_asset_checks_and_reject_rules_block(defs):
    specs = [spec for asset in defs.assets for spec in getattr(asset, "check_specs", [])]
    checks = {spec.name: spec for spec in specs}
    assert checks["orders__reject"].blocking
    assert not checks["orders__quarantine"].blocking
    assert checks["reconciliation_leaves_no_residual"].asset_key == dg.AssetKey(["marts", "reconciliation"])
    # The tests of a model's columns are one check.
    assert dg.AssetCheckKey(dg.AssetKey(["marts", "orders"]), "columns") in {spec.key for spec in specs}
    assert not any(name.startswith("unique_") for name in checks)
