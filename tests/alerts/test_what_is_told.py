"""What is told of a night that failed, of what validation found, and of a home that is left alone."""

import datetime as dt
import os

import dagster as dg
import pytest

from pipelines import disk
from pipelines.alerts.failed import failed_night
from pipelines.alerts.limits import tripped_limits
from pipelines.alerts.watch import due_alerts
from pipelines.assets.alerts import make_sensors
from pipelines.errors import BatchRejected, HomeError, TransformError
from pipelines.home import claim
from pipelines.validation.anomalies import VOLUME
from pipelines.validation.rules.rule import Rule
from pipelines.validation.summary import CheckResult, TableTotal, ValidationReport
from tests.alerts.servers import web_server
from tests.support.shops import make_settings

NOW = dt.datetime(2024, 3, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def settings(tmp_path):
    return make_settings(tmp_path)


@pytest.mark.parametrize(
    ("error", "message", "events", "heading"),
    [
        (HomeError("full"), "full", ("failed_night",), "The home folder is full, read-only or in use"),
        (BatchRejected("bad"), "bad", ("failed_night", "tripped_limit"), "A batch was rejected"),
        (
            TransformError("t"),
            "dbt failed\ntest bridge_leaves_no_residual: 1 row",
            ("failed_night", "tripped_limit"),
            "A model or a test failed",
        ),
        (TransformError("t"), "dbt failed\nmodel orders: no", ("failed_night",), "A model or a test failed"),
        (ZeroDivisionError("ours"), "ours", ("failed_night",), "Any other failure"),
        (None, "The run was killed", ("failed_night",), "Any other failure"),
    ],
)
def test_a_failed_night_says_why_and_where_to_read_on(settings, error, message, events, heading):
    settings.published_path.mkdir(parents=True)
    alert = failed_night(settings, "run-1", "load", message, error)
    assert alert.events == events
    assert alert.key == "failed_night run-1"
    assert alert.subject == "the night of 2024-03-01 failed in stage load"
    assert alert.text == f"{message}\n\nSee docs/runbook.md, '{heading}'. The last good marts stay published."


def test_a_first_night_that_failed_does_not_speak_of_good_marts(settings):
    assert failed_night(settings, "run-1", "load", "full").text.endswith("failure'. No night has published yet.")


def test_an_error_of_ours_is_found_below_the_one_that_dagster_makes_of_it(settings):
    failure = dg.Failure("too much is wrong")
    failure.__cause__ = BatchRejected("too much is wrong")
    assert "tripped_limit" in failed_night(settings, "run-1", "validate", "too much is wrong", failure).events


def test_a_long_message_is_cut(settings):
    assert len(failed_night(settings, "run-1", "", "x" * 100_000).text) < 3_200


def report(*checks, totals=(), rejected=()):
    return ValidationReport(list(checks), list(totals), [dt.date(2024, 2, 28), dt.date(2024, 2, 29)], list(rejected))


def unusual(value="120 orders; usual on this weekday: 40"):
    example = {"day": "2024-02-29", "key": "", "column": "order_id", "value": value}
    return CheckResult(VOLUME, 900, 1, [example], passed=False)


def test_an_unusual_day_is_told_with_what_was_seen_and_what_to_do(settings):
    (alert,) = tripped_limits(settings, report(unusual()))
    assert alert.events == ("tripped_limit",)
    assert alert.subject == "orders: volume_as_usual does not hold"
    for words in (VOLUME.text, "2024-02-29: 120 orders; usual on this weekday: 40", VOLUME.what_to_do):
        assert words in alert.text
    # The same day seen by a later night, with an order more, is the same event.
    assert tripped_limits(settings, report(unusual("121 orders; usual on this weekday: 40")))[0].key == alert.key


def test_a_quarantine_above_the_limit_that_few_rows_excuse_is_told(settings):
    """The limit is 1 %: 2 of 100 lines are above it, 1 of 100 orders is not."""
    totals = [TableTotal("orders", 100, 0, 0, 99, 1), TableTotal("order_lines", 100, 0, 0, 98, 2)]
    (alert,) = tripped_limits(settings, report(totals=totals))
    assert alert.subject == "more than 1.0% of the rows read are in quarantine"
    assert "order_lines: 2 of 100 rows (2.0%)" in alert.text
    assert "orders: " not in alert.text.replace("with their orders. ", "")
    assert alert.key == "quarantine 2024-02-29 order_lines 2/100"


def test_a_good_validation_a_broken_rule_about_rows_and_a_rejected_batch_are_not_told_here(settings):
    row_rule = Rule("orders", "some_rule", "Something holds.", "warn", "Look.")
    broken = CheckResult(row_rule, 9, 1, [], passed=False)
    held = CheckResult(VOLUME, 900, 0, [], passed=True)
    assert tripped_limits(settings, report(broken, held, totals=[TableTotal("orders", 0, 0, 0, 0, 0)])) == []
    assert tripped_limits(settings, report(unusual(), rejected=["too much"])) == []


def publish(settings, at, name="2024-02-28-abc"):
    release = settings.home / "releases" / name
    release.mkdir(parents=True)
    (release / "manifest.json").write_text('{"shop": "bakery"}')
    os.utime(release / "manifest.json", (at.timestamp(), at.timestamp()))
    settings.published_path.unlink(missing_ok=True)
    settings.published_path.symlink_to(release)


def test_marts_are_stale_after_two_days_once_for_each_release(settings):
    publish(settings, NOW - dt.timedelta(days=2) + dt.timedelta(seconds=1))
    assert due_alerts(settings, NOW) == []
    (alert,) = due_alerts(settings, NOW + dt.timedelta(seconds=1))
    assert (alert.events, alert.key) == (("stale_marts",), "stale_marts 2024-02-28-abc")
    # 12:00:01 UTC is 13:00 in Amsterdam, in winter.
    assert alert.subject == "no new marts since 2024-02-28 13:00"
    assert "The marts were last published on 2024-02-28 13:00 (Europe/Amsterdam), at least 2 days ago." in alert.text
    assert due_alerts(settings, NOW + dt.timedelta(days=5))[0].key == alert.key
    publish(settings, NOW, "2024-03-01-def")
    assert due_alerts(settings, NOW) == []


def test_how_old_is_a_setting(tmp_path):
    settings = make_settings(tmp_path, alerts={"stale_after_days": 7})
    publish(settings, NOW - dt.timedelta(days=6))
    assert due_alerts(settings, NOW) == []
    assert len(due_alerts(settings, NOW + dt.timedelta(days=1))) == 1


def test_a_home_that_never_published_is_stale_too_and_one_never_used_is_not(settings):
    assert due_alerts(settings, NOW) == []
    claim(settings)
    os.utime(settings.home / "shop.json", ((NOW - dt.timedelta(days=3)).timestamp(),) * 2)
    (alert,) = due_alerts(settings, NOW)
    assert "Nothing was ever published; the home is of 2024-02-27 13:00" in alert.text


def test_a_disk_that_is_too_full_for_the_next_night_is_told_before_it(settings, monkeypatch):
    publish(settings, NOW)
    monkeypatch.setattr(disk, "shortage", lambda _: "too little")
    (alert,) = due_alerts(settings, NOW)
    assert (alert.events, alert.key, alert.text) == (("low_disk",), "low_disk 2024-02-28-abc", "too little")


def test_the_ui_has_no_sensors_for_a_shop_that_names_nobody(settings):
    job = dg.define_asset_job("nightly")
    assert make_sensors(settings, job) == []
    named = settings.model_copy(update={"alerts": settings.alerts.model_copy(update={"webhook_url_env": "HOOK"})})
    sensors = make_sensors(named, job)
    assert [sensor.name for sensor in sensors] == ["alert_failed_nights", "alert_stale_marts"]
    assert {sensor.default_status for sensor in sensors} == {dg.DefaultSensorStatus.RUNNING}


def test_the_sensors_tell_of_a_run_that_was_killed_and_of_stale_marts(tmp_path):
    with web_server() as web, dg.DagsterInstance.ephemeral() as instance:
        settings = make_settings(
            tmp_path,
            alerts={"webhook_url_env": "HOOK", "webhook_format": "json"},
            alert_secrets={"webhook_url": f"http://127.0.0.1:{web.port}/"},
        )
        publish(settings, NOW - dt.timedelta(days=9))
        failed, stale = make_sensors(settings, dg.define_asset_job("nightly"))
        for _ in range(2):
            skipped = stale(dg.build_sensor_context(instance))
            assert skipped.skip_message.startswith("no new marts since 2024-02-21 13:00")

        @dg.op
        def killed():
            raise SystemExit("killed")

        @dg.job
        def nightly():
            killed()

        done = nightly.execute_in_process(instance=instance, raise_on_error=False)
        event = next(event for event in done.all_events if event.event_type_value == "PIPELINE_FAILURE")
        context = dg.build_run_status_sensor_context("alert_failed_nights", event, instance, done.dagster_run)
        failed(context.for_run_failure())
        told = [body for _, body in web.received]
    assert [body["event"] for body in told] == ["stale_marts", "failed_night"]
    assert told[1]["subject"] == "klantwaarde, shop bakery: the night of 2024-03-01 failed"
