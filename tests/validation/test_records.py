"""What a validation remembers: the counts of each day, and which days it need not look at again."""

import datetime as dt
import os
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from pipelines.landing import quarantine, store
from pipelines.validation.validate import validate_landing
from tests.support.builders import edit, line, order, payment, refund, table_of
from tests.support.landed import DAY, NEXT_DAY, bad_orders, good_orders, land, land_keyed, make_settings
from tests.validation.results import accepted, check, failed, files, kept_back, keys, records


def test_validating_again_changes_no_byte(settings):
    land(settings, *good_orders(DAY, 3), *bad_orders(DAY, 2), line("nobody's"), refund("r", order_id=f"{DAY}-bad-0"))
    land(settings, *good_orders(NEXT_DAY, 3))
    land_keyed(settings, "customers", {"customer_id": None}, {"customer_id": "A"})
    first = validate_landing(settings)
    before = files(settings)
    second = validate_landing(settings)
    assert files(settings) == before
    assert (first.validated_days, second.validated_days) == ([DAY, NEXT_DAY], [DAY])
    assert failed(first) == failed(second)


def test_steps_and_batches_of_any_size_give_the_same_records(tmp_path):
    days = [DAY + dt.timedelta(days=number) for number in range(4)]
    rows = {day: [*good_orders(day, 600), *bad_orders(day, 1)] for day in days}
    whole, small, daily = (
        make_settings(tmp_path / name, extract={"batch_rows": size})
        for name, size in (("whole", 250_000), ("small", 1_000), ("daily", 250_000))
    )
    for settings in (whole, small):
        for day in days:
            land(settings, *rows[day])
        validate_landing(settings)
    for day in reversed(days):
        land(daily, *rows[day])
        validate_landing(daily)
    assert files(whole) == files(small) == files(daily)


def test_an_empty_landing_is_validated_and_says_so(settings):
    report = validate_landing(settings)
    assert report.rejected == []
    assert report.totals == []
    assert check(report, "orders", "orders_are_fresh").examples[0]["value"] == "no orders at all"
    assert quarantine.validated_digests(settings) == {}
    assert quarantine.accepted_rows_query(settings, "orders", []) is None


def test_a_day_without_orders_is_validated_like_any_other(settings):
    land(settings, days=(DAY,))
    assert failed(validate_landing(settings)) == {}
    assert quarantine.validated_digests(settings) == store.landed_days(settings)
    assert [row[1:7] for row in records(settings, "rule = 'all rules'")] == [
        ("order_lines", "all rules", "all", 0, 0, 0),
        ("orders", "all rules", "all", 0, 0, 0),
    ]
    assert accepted(settings) == []


def test_the_records_count_each_row_once_and_each_broken_rule(settings):
    land(
        settings,
        order("A", total=4, status="shipped"),
        line("A"),
        refund("r", order_id="A", net=4),
        *good_orders(DAY, 1),
    )
    validate_landing(settings)
    found = [(row[1], row[2], *row[4:]) for row in records(settings, f"order_date = '{DAY}'")]
    zero = Decimal(0)
    assert [row for row in found if row[0] != "order_lines" and row[1] != "orders_are_fresh"] == [
        ("orders", "all rules", 2, 0, 0, 1, 1, 0, zero, zero, zero, zero, zero),
        ("orders", "order_adds_up", 0, 0, 0, 0, 1, 0, zero, zero, zero, zero, zero),
        ("orders", "status_known", 0, 0, 0, 0, 1, 0, zero, zero, zero, zero, zero),
        ("refunds", "all rules", 1, 0, 0, 0, 1, 0, Decimal(-4), zero, zero, zero, Decimal(-4)),
        ("refunds", "with_its_order", 0, 0, 0, 0, 1, 0, zero, zero, zero, zero, Decimal(-4)),
    ]


def test_a_day_that_leaves_the_landing_leaves_no_trace(settings):
    land(settings, *bad_orders(DAY, 1))
    land(settings, *good_orders(NEXT_DAY, 1))
    validate_landing(settings)
    for path in (settings.landing_path / "days" / f"{DAY}").iterdir():
        path.unlink()
    (settings.landing_path / "days" / f"{DAY}").rmdir()
    validate_landing(settings)
    assert kept_back(settings) == []
    assert quarantine.validated_digests(settings).keys() == {NEXT_DAY}


def test_a_run_killed_before_the_record_is_repaired_by_the_next(settings, monkeypatch):
    land(settings, order("A"), line("A"))
    land(settings, order("A", NEXT_DAY), line("A"))
    validate_landing(settings)
    assert kept_back(settings)
    land(settings, days=(NEXT_DAY,))

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(quarantine, "write_records", killed)
        with pytest.raises(KeyboardInterrupt):
            validate_landing(settings)
    # The first day's file is gone already, its record is not: the day must not be taken for done.
    assert kept_back(settings) == []
    assert validate_landing(settings).validated_days == [DAY, NEXT_DAY]
    assert keys(settings) == ["A"]
    assert quarantine.quarantined_days(settings) == set()


def test_other_rules_validate_every_day_again(settings):
    land(settings, *good_orders(DAY, 1))
    validate_landing(settings)
    assert validate_landing(settings).validated_days == []
    other = settings.model_copy(update={"shop": settings.shop.model_copy(update={"currency": "USD"})})
    assert "currency_can_be_converted" in validate_landing(other).rejected[0]


def test_a_today_set_back_looks_again_at_what_is_now_the_future(settings):
    land(settings, *good_orders(DAY, 1))
    land(settings, *good_orders(NEXT_DAY + dt.timedelta(days=1), 1))
    validate_landing(settings)
    earlier = settings.model_copy(update={"shop": settings.shop.model_copy(update={"as_of": NEXT_DAY})})
    assert failed(validate_landing(earlier)) == {
        ("orders", "placed_not_in_future"): 1,
        ("order_lines", "with_its_order"): 1,
    }


def test_half_written_files_are_never_taken_up(settings, monkeypatch):
    land(settings, *bad_orders(DAY, 1))
    replace = os.replace

    def full(source, target, **options):
        if "validated" in str(target):
            raise OSError(28, "No space left on device")
        replace(source, target, **options)

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        validate_landing(settings)
    monkeypatch.undo()
    assert quarantine.validated_digests(settings) == {}
    assert validate_landing(settings).validated_days == [DAY]


ids = st.sampled_from(["A", "B", "C", None])
amounts = st.sampled_from(["10", "5", "0", "-3"])
numbers = st.sampled_from(["1", "2", None])
any_row = st.one_of(
    st.builds(
        order,
        ids,
        st.sampled_from([DAY, NEXT_DAY]),
        total=amounts,
        status=st.sampled_from(["paid", "odd"]),
        updated_at=st.sampled_from([None, "2024-03-05 10:00:00", "2024-03-06 10:00:00"]),
    ),
    st.builds(line, ids, numbers, amounts),
    st.builds(refund, st.sampled_from(["r", "s"]), order_id=ids, net=amounts),
    st.builds(edit, ids, net=amounts, edit_id=numbers),
    st.builds(payment, ids, amount=amounts, payment_id=numbers),
)


@given(st.lists(any_row, max_size=12))
@hypothesis_settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_of_any_shop_every_row_is_repeated_superseded_accepted_or_quarantined(tmp_path_factory, rows):
    settings = make_settings(tmp_path_factory.mktemp("any"))
    land(settings, *rows, days=(DAY, NEXT_DAY))
    report = validate_landing(settings)
    assert not report.rejected
    for total in report.totals:
        assert total.read_count == sum(table_of(row) == total.table for row in rows)
        left_out = total.repeated_count + total.superseded_count + total.quarantined_count
        assert total.read_count == total.accepted_count + left_out
        assert total.accepted_count == len(accepted(settings, total.table))
    whole = records(settings, "rule = 'all rules'")
    assert all(read == repeated + old + good + bad for *_, read, repeated, old, good, bad in whole)
    # No order is loaded in part, and no key twice.
    orders = {row[1] for row in accepted(settings)}
    assert len(orders) == len(accepted(settings))
    assert all({row[1] for row in accepted(settings, name)} <= orders for name in ("order_edits", "payments"))
    assert {row[1] for row in accepted(settings, "order_lines")} <= orders
    expected = {(row["order_id"], row["line_id"]) for row in rows if table_of(row) == "order_lines"}
    loaded = [(row[1], row[2]) for row in accepted(settings, "order_lines")]
    assert set(loaded) == {key for key in expected if key[0] in orders}
    assert len(set(loaded)) == len(loaded)
