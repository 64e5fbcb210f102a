import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.errors import SourceError
from pipelines.extraction import extract
from pipelines.landing import store
from pipelines.sources.source import SlowAudit
from pipelines.validation.validate import validate_landing
from pipelines.warehouse.load import load_accepted
from tests.support.builders import cost, edit, payment, refund, tax_line
from tests.support.memory_source import MemoryShop, UncountedShop, WholeShop, whole_order
from tests.support.shops import make_settings

NOW = dt.datetime(2024, 3, 1, 1, 30)
LATER = NOW + dt.timedelta(days=1)
D = dt.date.fromisoformat


class SlowShop(MemoryShop, SlowAudit):
    """A shop whose count takes long: it says how many orders it has, and lists no refund."""

    def count_orders(self, start, end):
        return self.list_ids(start, end).num_rows

    def list_refunds(self):
        return pa.table({"order_id": pa.array([], pa.string()), "refund_id": pa.array([], pa.string())})


@pytest.fixture
def settings(tmp_path):
    return make_settings(tmp_path, shop={"as_of": D("2024-01-20")})


@pytest.fixture
def shop():
    return MemoryShop(
        whole_order("A", "2024-01-02 10:00"),
        whole_order("B", "2024-01-05 10:00"),
        whole_order("C", "2024-01-18 10:00"),
        whole_order("D", "2024-01-19 22:30"),
    )


def landed_orders(settings):
    days = store.landed_days(settings)
    return {
        day.isoformat(): ids
        for day in days
        if (ids := store.read_day(settings, "orders", day).column("order_id").to_pylist())
    }


def change(shop, order_id, at, **columns):
    shop.orders[order_id] |= {"updated_at": dt.datetime.fromisoformat(at), **columns}


def test_the_first_night_reads_every_day_even_those_without_orders(settings, shop):
    done = extract.extract_changes(settings, shop, NOW)
    assert shop.read == [(D("2024-01-01"), D("2024-01-20"))]
    assert len(store.landed_days(settings)) == 19 == len(done.changed_days)
    assert landed_orders(settings) == {
        "2024-01-02": ["A"],
        "2024-01-05": ["B"],
        "2024-01-18": ["C"],
        "2024-01-19": ["D"],
    }


def test_a_second_night_with_nothing_new_changes_nothing(settings, shop):
    extract.extract_changes(settings, shop, NOW)
    assert extract.extract_changes(settings, shop, LATER).changed_days == set()


def test_an_order_near_midnight_lies_on_the_shops_own_day(settings):
    shop = MemoryShop(whole_order("late", "2024-01-09 23:30"), whole_order("early", "2024-01-09 22:59"))
    extract.extract_changes(settings, shop, NOW)
    assert landed_orders(settings) == {"2024-01-09": ["early"], "2024-01-10": ["late"]}


def test_an_old_order_that_changed_is_replaced_where_it_lies_and_its_neighbours_stay(settings, shop):
    shop.orders["A2"] = whole_order("A2", "2024-01-02 11:00")
    extract.extract_changes(settings, shop, NOW)
    change(shop, "A", "2024-01-19 12:00", status="refunded", refunds=[refund("R", "2024-01-19")])
    done = extract.extract_changes(settings, shop, LATER)
    assert done.changed_days == {D("2024-01-02")}
    rows = store.read_day(settings, "orders", D("2024-01-02")).to_pylist()
    assert {row["order_id"]: row["status"] for row in rows} == {"A": "refunded", "A2": "paid"}
    assert store.read_day(settings, "refunds", D("2024-01-02")).num_rows == 1


def parts_of(settings, day):
    names = ("order_edits", "tax_lines", "payments", "order_costs")
    tables = {name: store.read_day(settings, name, D(day)).to_pylist() for name in names}
    return {name: [row["order_id"] for row in rows] for name, rows in tables.items() if rows}


def test_all_parts_of_an_order_change_and_go_with_it(settings, shop):
    shop.orders["A2"] = whole_order("A2", "2024-01-02 11:00", payments=[payment("A2")])
    extract.extract_changes(settings, shop, NOW)
    assert parts_of(settings, "2024-01-02") == {"payments": ["A2"]}
    payments = [payment("A"), payment("A", amount=5, payment_id="2")]
    parts = {"edits": [edit("A", "2024-01-19")], "taxes": [tax_line("A")], "costs": [cost("A")], "payments": payments}
    change(shop, "A", "2024-01-19 12:00", **parts)
    assert extract.extract_changes(settings, shop, LATER).changed_days == {D("2024-01-02")}
    assert parts_of(settings, "2024-01-02") == {
        "order_edits": ["A"],
        "tax_lines": ["A"],
        "payments": ["A", "A", "A2"],
        "order_costs": ["A"],
    }
    change(shop, "A", "2024-01-19 13:00", edits=[], taxes=[], costs=[], payments=[payment("A")])
    extract.extract_changes(settings, shop, LATER)
    assert parts_of(settings, "2024-01-02") == {"payments": ["A", "A2"]}


def test_an_edit_without_a_stamp_is_found_by_the_shops_own_count(settings, shop):
    extract.extract_changes(settings, shop, NOW)
    shop.orders["C"]["edits"] = [edit("C", "2024-01-19", 0)]
    assert extract.extract_changes(settings, shop, LATER).changed_days == {D("2024-01-18")}


def account(customer_id, at):
    return {"customer_id": customer_id, "updated_at": dt.datetime.fromisoformat(at)}


def landed_customers(settings):
    path = store.keyed_file(settings, "customers")
    return [row["customer_id"] for row in pq.ParquetFile(path).read().to_pylist()]


# The newest change, which is order D, less the look-back.
SINCE = dt.datetime(2024, 1, 16, 22, 30)


def test_tables_by_key_are_read_whole_with_new_days_else_what_changed(tmp_path, settings, shop):
    shop.customers = {"c1": account("c1", "2024-01-02"), "c2": account("c2", "2024-01-19")}
    extract.extract_changes(settings, shop, NOW)
    extract.extract_changes(settings, shop, LATER)
    extract.extract_days(settings, shop, [D("2024-01-02")], LATER)
    extract.extract_changes(make_settings(tmp_path, shop={"as_of": D("2024-01-21")}), shop, LATER)
    assert shop.keyed_since == [None, SINCE, None, None]
    assert landed_customers(settings) == ["c1", "c2"]


def test_rows_without_a_key_make_the_night_read_tables_by_key_whole(settings, shop):
    shop.customers = {"c1": account("c1", "2024-01-02"), "?": account(None, "2024-01-19")}
    extract.extract_changes(settings, shop, NOW)
    extract.extract_changes(settings, shop, LATER)
    assert shop.keyed_since == [None, SINCE, None]
    assert landed_customers(settings) == ["c1", None]
    shop.customers["?"] = account("c2", "2024-01-19")
    extract.extract_changes(settings, shop, LATER)
    assert shop.keyed_since[3:] == [SINCE]


@pytest.mark.usefixtures("plain")
def test_changes_that_a_failed_night_did_not_read_are_read_by_the_next(tmp_path, shop, monkeypatch):
    """Ten days without a good night; the one that failed had landed the new days already, with their newer stamps."""
    before = make_settings(tmp_path, shop={"as_of": D("2024-01-10")}, extract={"census_weekday": 0})
    extract.extract_changes(before, shop, NOW)
    validate_landing(before)
    load_accepted(before)
    change(shop, "A", "2024-01-11 12:00", status="refunded")
    after = make_settings(tmp_path, shop={"as_of": D("2024-01-20")}, extract={"census_weekday": 0})

    with monkeypatch.context() as broken:
        broken.setattr(shop, "read_changed", fail)
        with pytest.raises(ConnectionError):
            extract.extract_changes(after, shop, LATER)
    extract.extract_changes(after, shop, LATER)

    assert store.read_day(after, "orders", D("2024-01-02")).column("status").to_pylist() == ["refunded"]


def fail(*arguments):
    raise ConnectionError


def test_a_count_that_leaves_a_day_out_is_refused(settings, shop, monkeypatch):
    count = shop.count
    monkeypatch.setattr(shop, "count", lambda start, end: count(start, end).slice(1))
    with pytest.raises(SourceError, match="count leaves out 2024-01-01"):
        extract.extract_changes(settings, shop, NOW)


def test_a_change_before_the_look_back_is_not_seen_by_night_but_by_a_backfill(settings, shop):
    extract.extract_changes(settings, shop, NOW)
    change(shop, "A", "2024-01-03 10:00", total_gross_amount=Decimal(99))
    assert extract.extract_changes(settings, shop, LATER).changed_days == set()
    assert extract.extract_days(settings, shop, [D("2024-01-02")], LATER).changed_days == {D("2024-01-02")}


def test_an_order_removed_from_the_shop_is_missed_by_its_own_count_at_any_age(settings, shop):
    extract.extract_changes(settings, shop, NOW)
    del shop.orders["C"], shop.orders["A"]
    extract.extract_changes(settings, shop, LATER)
    assert landed_orders(settings) == {"2024-01-05": ["B"], "2024-01-19": ["D"]}


def test_once_a_week_or_when_asked_the_whole_shop_is_compared_by_content(tmp_path, settings, shop):
    """As of Sunday the 21st: an old order was changed without a stamp, in a column that no count knows of."""
    extract.extract_changes(settings, shop, NOW)
    shop.orders["A"]["status"] = "cancelled"
    done = extract.extract_changes(settings, shop, LATER)
    assert done.changed_days == set()
    assert [(note.text, note.is_for_whole_reading) for note in done.notes] == [
        (
            "19 days were not compared with the shop. A change there that moves no stamp, and neither the number of "
            "the day's lines, refunds and edits nor their value, is noticed only on Sunday night, or the first "
            "one after it.",
            True,
        )
    ]
    sunday = {"as_of": D("2024-01-21")}
    never = make_settings(tmp_path, shop=sunday, extract={"census_weekday": 0})
    done = extract.extract_changes(never, shop, LATER)
    assert done.changed_days == {D("2024-01-20")}
    assert done.notes[0].text.endswith("is noticed never, since extract.census_weekday is 0.")
    census = make_settings(tmp_path, shop=sunday)
    done = extract.extract_changes(census, shop, LATER)
    assert (done.changed_days, done.notes) == ({D("2024-01-02")}, [])
    shop.orders["B"]["status"] = "cancelled"
    assert extract.extract_changes(census, shop, LATER).changed_days == set()
    asked = make_settings(tmp_path, shop=sunday, reads_whole=True)
    assert extract.extract_changes(asked, shop, LATER).changed_days == {D("2024-01-05")}


def test_a_census_that_no_night_ran_for_is_caught_up_by_the_next_one(tmp_path, settings, shop, monkeypatch):
    """Saturday the 20th, then the machine is off until Tuesday the 23rd, whose first night is killed."""
    extract.extract_changes(settings, shop, NOW)
    shop.orders["A"]["status"] = "cancelled"
    tuesday, wednesday, next_monday = (
        make_settings(tmp_path, shop={"as_of": D(day)}) for day in ("2024-01-23", "2024-01-24", "2024-01-29")
    )
    with monkeypatch.context() as broken:
        broken.setattr(shop, "read_placed", fail)
        with pytest.raises(ConnectionError):
            extract.extract_changes(tuesday, shop, LATER)
    new_days = {D(f"2024-01-{day}") for day in (20, 21, 22)}
    assert extract.extract_changes(tuesday, shop, LATER).changed_days == new_days | {D("2024-01-02")}
    shop.orders["B"]["status"] = "cancelled"
    assert extract.extract_changes(wednesday, shop, LATER).changed_days == {D("2024-01-23")}
    assert D("2024-01-05") in extract.extract_changes(next_monday, shop, LATER).changed_days


def test_a_long_first_reading_that_was_killed_and_finished_has_compared_the_whole_shop(settings, shop, monkeypatch):
    slow = SlowShop(*shop.orders.values())
    with monkeypatch.context() as broken:
        broken.setattr(extract, "_reread_moved_orders", fail)
        with pytest.raises(ConnectionError):
            extract.extract_changes(settings, slow, NOW)
    shop.orders["A"]["status"] = "cancelled"
    assert extract.extract_changes(settings, slow, LATER).changed_days == set()
    validate_landing(settings)
    load_accepted(settings)
    assert extract.extract_changes(settings, slow, LATER).compared_days == set()


def test_a_whole_comparison_on_a_day_to_come_puts_off_no_census(tmp_path, settings, shop):
    ahead = make_settings(tmp_path, shop={"as_of": D("2024-07-20")})
    extract.extract_changes(ahead, shop, NOW)
    shop.orders["A"]["status"] = "cancelled"
    assert extract.extract_changes(settings, shop, LATER).changed_days == {D("2024-01-02")}


def test_a_shop_that_cannot_say_what_changed_is_compared_whole_every_night(settings, shop):
    whole = WholeShop(*shop.orders.values())
    extract.extract_changes(settings, whole, NOW)
    assert extract.extract_changes(settings, whole, LATER).changed_days == set()
    whole.shop.orders["A"]["status"] = "cancelled"
    del whole.shop.orders["C"]
    done = extract.extract_changes(settings, whole, LATER)
    assert (done.changed_days, done.notes) == ({D("2024-01-02"), D("2024-01-18")}, [])
    assert len(done.compared_days) == 19


def test_a_change_feed_without_a_single_stamp_is_no_reason_to_believe_it(settings, shop):
    for order in shop.orders.values():
        order["updated_at"] = None
    extract.extract_changes(settings, shop, NOW)
    shop.orders["A"]["status"] = "cancelled"
    assert extract.extract_changes(settings, shop, LATER).changed_days == {D("2024-01-02")}


def test_days_after_the_newest_order_known_are_read_again_whatever_the_clock_said(tmp_path, settings, shop):
    """The shop's data stood still from the 6th on; the night of the 20th found nothing there, and the next finds it."""
    late = {name: shop.orders.pop(name) for name in "CD"}
    ahead = make_settings(tmp_path, shop={"as_of": D("2024-07-20")})
    extract.extract_changes(ahead, shop, NOW)
    assert len(store.landed_days(ahead)) == 201
    shop.orders |= late
    for order in late.values():
        order["updated_at"] = dt.datetime(2024, 1, 5, 9)
    extract.extract_changes(settings, UncountedShop(*shop.orders.values()), LATER)
    assert list(landed_orders(settings)) == ["2024-01-02", "2024-01-05", "2024-01-18", "2024-01-19"]
    assert len(store.landed_days(settings)) == 19


def test_a_stamp_from_a_wrong_clock_does_not_end_the_reading_of_changes(settings, shop):
    change(shop, "B", "2031-01-01 12:00")
    extract.extract_changes(settings, shop, NOW)
    change(shop, "A", "2024-01-19 23:00", status="cancelled")
    assert extract.extract_changes(settings, shop, LATER).changed_days == {D("2024-01-02")}


def test_a_row_by_key_that_the_shop_no_longer_has_goes_with_a_whole_delivery(tmp_path, settings, shop):
    shop.customers = {"c1": account("c1", "2024-01-02"), "c2": account("c2", "2024-01-19")}
    extract.extract_changes(settings, shop, NOW)
    del shop.customers["c1"]
    extract.extract_changes(settings, shop, LATER)
    assert landed_customers(settings) == ["c1", "c2"]
    extract.extract_changes(make_settings(tmp_path, shop={"as_of": D("2024-01-21")}), shop, LATER)
    assert landed_customers(settings) == ["c2"]


@pytest.mark.usefixtures("plain")
def test_a_table_that_is_no_longer_delivered_is_empty_and_named(tmp_path, settings, shop):
    shop.customers = {"c1": account("c1", "2024-01-02")}
    shop.orders["A"]["refunds"] = [refund("R", "2024-01-03", net=1)]
    for _ in range(2):
        done = extract.extract_changes(settings, shop, NOW)
        validate_landing(settings)
        load_accepted(settings)
    assert [note.text.partition(".")[0] for note in done.notes] == ["19 days were not compared with the shop"]
    shop.customers = {}
    change(shop, "A", "2024-01-19 12:00", refunds=[])
    later = make_settings(tmp_path, shop={"as_of": D("2024-01-21")})
    done = extract.extract_changes(later, shop, LATER)
    assert [note.text for note in done.notes] == [
        f"{name} was delivered before and is not any more: its 1 row is gone. If it was left out by mistake, deliver "
        "it again and run again."
        for name in ("refunds", "customers")
    ]


def test_a_recent_order_edited_without_a_stamp_is_found_by_the_shops_own_count(settings, shop):
    extract.extract_changes(settings, shop, NOW)
    shop.orders["C"]["lines"][0]["net_amount"] = Decimal(12)
    assert extract.extract_changes(settings, shop, LATER).changed_days == {D("2024-01-18")}


def test_an_order_that_moved_to_another_day_is_on_one_day_only(settings, shop):
    extract.extract_changes(settings, shop, NOW)
    change(shop, "A", "2024-01-19 12:00", placed_at=dt.datetime(2024, 1, 7, 10))
    extract.extract_changes(settings, shop, LATER)
    assert "2024-01-02" not in landed_orders(settings)
    assert landed_orders(settings)["2024-01-07"] == ["A"]


def test_a_backfill_of_the_new_day_of_a_moved_order_mends_its_old_day_too(settings, shop):
    extract.extract_changes(settings, shop, NOW)
    change(shop, "A", "2024-01-03 12:00", placed_at=dt.datetime(2024, 1, 7, 10))
    done = extract.extract_days(settings, shop, [D("2024-01-07")], LATER)
    assert done.read_days == {D("2024-01-02"), D("2024-01-07")}
    assert "2024-01-02" not in landed_orders(settings)


def test_a_backfill_on_an_empty_home_does_not_stop_the_next_night_from_reading_the_rest(settings, shop):
    extract.extract_days(settings, shop, [D("2024-01-19")], NOW)
    extract.extract_changes(settings, shop, LATER)
    assert list(landed_orders(settings)) == ["2024-01-02", "2024-01-05", "2024-01-18", "2024-01-19"]


def test_days_outside_the_shops_history_are_not_read(settings, shop):
    assert extract.extract_days(settings, shop, [D("2023-12-31"), D("2024-01-20")], NOW).read_days == set()
