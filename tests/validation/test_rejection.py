"""What rejects a batch whole, and what does not."""

import datetime as dt

import pytest

from pipelines.landing import quarantine, store
from pipelines.validation.rules import catalogue
from pipelines.validation.validate import validate_landing
from tests.support.builders import edit, line, order
from tests.support.landed import DAY, NEXT_DAY, bad_orders, counted, good_orders, land
from tests.validation.results import check, failed, files, keys


@pytest.mark.parametrize(
    ("rows", "table", "name", "words"),
    [
        (
            [order("A", currency="USD"), line("A")],
            "orders",
            "currency_can_be_converted",
            f"A: currency = USD, without a rate on or before {DAY}",
        ),
        (
            [order("A"), line("A"), edit("A", net=-3), counted(2, "13")],
            "source_counts",
            "amount_matches_source",
            "7.0000 landed, the source counts 13.0000",
        ),
        (
            [order("A"), line("A"), counted(2, "10")],
            "source_counts",
            "rows_match_source",
            "1 landed, the source counts 2",
        ),
        (
            [order("A"), line("A"), counted(1, "10.0001")],
            "source_counts",
            "amount_matches_source",
            "10.0000 landed, the source counts 10.0001",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_batch_that_cannot_be_trusted_is_rejected_whole(settings, rows, table, name, words):
    land(settings, *good_orders(NEXT_DAY, 2))
    validate_landing(settings)
    before = files(settings)
    land(settings, *rows)
    land(settings, *good_orders(NEXT_DAY, 3))
    report = validate_landing(settings)
    (reason,) = report.rejected
    assert reason.startswith(f"{table}: {name}. ")
    assert words in reason
    assert f"{DAY}" in reason
    assert "docs/runbook.md, 'A batch was rejected'" in reason
    assert not check(report, table, name).passed
    after = files(settings)
    assert after.pop("rejected.parquet")
    # Nothing of the batch may be loaded, and what was validated before stays as it was.
    assert after == before
    assert quarantine.validated_digests(settings)[NEXT_DAY] != store.landed_days(settings)[NEXT_DAY]
    land(settings, order("A"), line("A"))
    assert validate_landing(settings).rejected == []
    assert list(files(settings)) == ["validated.parquet"]
    assert quarantine.validated_digests(settings) == store.landed_days(settings)


def test_days_that_the_source_does_not_count_are_named_and_loaded(settings):
    quiet_day = NEXT_DAY + dt.timedelta(days=1)
    land(settings, *good_orders(DAY, 2), days=(quiet_day,), is_counted=False)
    land(settings, *good_orders(NEXT_DAY, 1), counted(2, "10", order_date=NEXT_DAY))
    report = validate_landing(settings)
    # The day that is counted is still held to its count.
    assert failed(report) == {("source_counts", "day_is_counted"): 2, ("source_counts", "rows_match_source"): 1}
    assert [example["value"] for example in check(report, "source_counts", "day_is_counted").examples] == [
        *("2 landed, not counted by the source", "0 landed, not counted by the source"),
    ]
    land(settings, *good_orders(NEXT_DAY, 1))
    assert validate_landing(settings).rejected == []
    assert len(keys(settings)) == 3


def test_a_day_that_lost_all_its_rows_is_held_to_its_count(settings):
    land(settings, counted(1, "10"))
    assert failed(validate_landing(settings)) == {
        ("source_counts", "rows_match_source"): 1,
        ("source_counts", "amount_matches_source"): 1,
    }


def test_rows_that_the_source_leaves_out_and_names_are_not_missing(settings):
    land(settings, order("A"), line("A"), counted(3, "12"), counted(2, "2", "not_an_order: stock write-off"))
    assert validate_landing(settings).rejected == []


@pytest.mark.parametrize(("bad", "good", "is_rejected"), [(10, 0, False), (11, 1088, True), (11, 1089, False)])
def test_more_than_ten_orders_and_more_than_one_percent_reject_the_batch(settings, bad, good, is_rejected):
    land(settings, *bad_orders(DAY, bad), *good_orders(DAY, good))
    report = validate_landing(settings)
    assert bool(report.rejected) == is_rejected
    assert check(report, "orders", catalogue.QUARANTINE_LIMIT).passed != is_rejected
    if is_rejected:
        assert report.rejected[0].startswith(
            f"orders: 11 of {bad + good:,} rows (1.0%) would be quarantined, more than the limit of 1.0%.\n"
        )
        assert quarantine.validated_digests(settings) == {}


def test_one_bad_order_of_thirty_lines_does_not_stop_a_small_shop(settings):
    land(settings, *bad_orders(DAY, 1, lines=30), *good_orders(DAY, 5))
    report = validate_landing(settings)
    assert report.rejected == []
    assert check(report, "order_lines", catalogue.QUARANTINE_LIMIT).failed_count == 30


def test_bad_orders_that_wait_in_quarantine_do_not_reject_later_nights(settings):
    days = [DAY + dt.timedelta(days=number) for number in range(12)]
    land(settings, *(row for day in days for row in [*bad_orders(day, 1), *good_orders(day, 90)]))
    limited = settings.model_copy(
        update={"validation": settings.validation.model_copy(update={"quarantine_limit_rate": 0.011})}
    )
    assert validate_landing(limited).rejected == []
    # Now only the days with bad orders are looked at, under a limit that they would pass.
    report = validate_landing(settings)
    assert report.validated_days == days
    assert report.rejected == []
    assert check(report, "orders", "status_known").failed_count == 12
