"""A recorded WooCommerce shop, two nights: what the source delivers is what the shop's own database says."""

from __future__ import annotations

import copy
import datetime as dt
import re
from collections import defaultdict
from decimal import Decimal
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from pipelines.landing import store
from pipelines.settings import PROJECT_ROOT
from pipelines.sources.source import SlowAudit, open_source
from pipelines.sources.woocommerce.statuses import STATUSES
from tests.sources.woo import delivered, rows_of, truth, woo_settings
from tests.support import nights
from tests.support.woo_server import recorded_shop, served

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
# The statuses that the recording's months count.
SOLD = ("completed", "processing", "on-hold", "refunded")

# Tax of the two refunds that give a whole order back by its amount: the shop's answer says 0, its books say this.
BOOKED_TAX = {"158": Decimal("20.03"), "160": Decimal("21.68")}

# Month: orders, gross, tax, shipping net, refunded gross, refunded tax (without BOOKED_TAX), from the recording.
MONTHS = {
    "before": {
        "2026-05": (13, "2333.91", "366.19", "26.19", "29.95", "5.20"),
        "2026-06": (29, "2698.89", "364.08", "121.32", "43.40", "6.93"),
        "2026-07": (20, "2160.72", "269.11", "81.01", "580.82", "30.71"),
        "2026-08": (26, "2073.41", "268.84", "96.58", "48.90", "6.21"),
        "2026-09": (12, "1134.43", "161.18", "46.64", "9.95", "1.73"),
        "2026-10": (15, "1945.70", "292.92", "49.08", "210.78", "35.98"),
        "2026-11": (4, "856.60", "109.60", "9.83", "10.99", "1.30"),
    },
    "after": {
        "2026-05": (12, "2281.16", "358.66", "22.10", "29.95", "5.20"),
        "2026-06": (29, "2698.89", "364.08", "121.32", "43.40", "6.93"),
        "2026-07": (20, "2160.72", "269.11", "81.01", "580.82", "30.71"),
        "2026-08": (24, "1895.70", "238.00", "88.40", "0.00", "0.00"),
        "2026-09": (12, "1134.43", "161.18", "46.64", "9.95", "1.73"),
        "2026-10": (15, "1945.70", "292.92", "49.08", "210.78", "35.98"),
        "2026-11": (5, "889.45", "115.30", "13.92", "18.49", "1.30"),
    },
}


@pytest.fixture(scope="module")
def landed(tmp_path_factory):
    """Two nights of the shop: its rows after each, and the digests of its days."""
    found = {}
    with served(recorded_shop()) as shop, pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("woo")
        for night, as_of in (("before", "2026-11-20"), ("after", "2026-11-21")):
            if night == "after":
                shop.pass_a_day()
            settings = woo_settings(folder, shop, patch, as_of)
            nights.extract(settings)
            found[night] = {name: rows(settings, name) for name in ("orders", "order_lines", "refunds", "tax_lines")}
            found[night]["digests"] = store.landed_days(settings)
    return found


def rows(settings, table):
    days = store.landed_days(settings)
    return pa.concat_tables([store.read_day(settings, table, day) for day in days]).to_pylist()


def grouped(rows):
    groups = defaultdict(list)
    for row in rows:
        groups[row["order_id"]].append(row)
    return groups


def total(rows, *columns):
    return sum((row[column] or 0 for row in rows for column in columns), Decimal(0))


def month(instant):
    return f"{instant.replace(tzinfo=dt.UTC).astimezone(AMSTERDAM):%Y-%m}"


@pytest.mark.parametrize("night", ["before", "after"])
def test_every_order_is_worth_what_the_shops_database_says(landed, night):
    tables, true = landed[night], truth(night)
    lines, refunds, taxes = (grouped(tables[name]) for name in ("order_lines", "refunds", "tax_lines"))
    # 154 is a draft of the checkout; orders in the bin are not listed either.
    left_out = {key for key, row in true.items() if row["status"] in ("trash", "checkout-draft")}
    assert {row["order_id"] for row in tables["orders"]} == true.keys() - left_out
    for row in tables["orders"]:
        key, parts = row["order_id"], lines[row["order_id"]]
        charged = row["shipping_net_amount"] - row["undistributed_discount_net_amount"]
        of_shop = {
            "status": row["status_raw"],
            "cur": row["currency"],
            "created_utc": str(row["placed_at"]),
            "gross": row["total_gross_amount"],
            "tax_all": row["tax_amount"],
            "net": total(parts, "net_amount") + charged,
            "ship_net": row["shipping_net_amount"],
            "disc_net": row["discount_net_amount"] - row["undistributed_discount_net_amount"],
            "refunded_gross": total(refunds[key], "net_amount", "tax_amount", "shipping_net_amount"),
            "refunded_tax": total(refunds[key], "tax_amount") - BOOKED_TAX.get(key, 0),
            "refunds": len({refund["refund_id"] for refund in refunds[key]}),
        }
        assert of_shop == {name: true[key][name] for name in of_shop}, key
        assert total(taxes[key], "tax_amount") == row["tax_amount"], key
        assert total(parts, "discount_net_amount") == true[key]["disc_net"], key


@pytest.mark.parametrize("night", ["before", "after"])
def test_the_months_add_up_to_the_shops_own(landed, night):
    tables = landed[night]
    sold = {row["order_id"]: row for row in tables["orders"] if row["status_raw"] in SOLD}
    months = defaultdict(lambda: [0, *[Decimal(0)] * 5])
    for row in sold.values():
        amounts = (row["total_gross_amount"], row["tax_amount"], row["shipping_net_amount"])
        of_month = months[month(row["placed_at"])]
        of_month[0] += 1
        of_month[1:4] = [old + new for old, new in zip(of_month[1:4], amounts, strict=True)]
    for row in tables["refunds"]:
        if row["order_id"] in sold:
            booked = BOOKED_TAX.get(row["order_id"], 0)
            of_month = months[month(row["refunded_at"])]
            of_month[4] += total([row], "net_amount", "tax_amount", "shipping_net_amount")
            of_month[5] += row["tax_amount"] - booked
    assert {name: tuple(values) for name, values in months.items()} == {
        name: (count, *map(Decimal, amounts)) for name, (count, *amounts) in MONTHS[night].items()
    }


def test_what_vanished_without_a_trace_is_gone_after_the_second_night(landed):
    gone = {
        name: {row[key] for row in landed["before"][name]} - {row[key] for row in landed["after"][name]}
        for name, key in (("orders", "order_id"), ("refunds", "refund_id"))
    }
    # A refund deleted, whose order did not move; one order deleted with its refund, two put into the bin.
    assert gone == {"orders": {"187", "189", "191"}, "refunds": {"164", "190", "192"}}


def test_the_second_night_leaves_what_a_first_reading_on_that_day_would(landed, tmp_path, monkeypatch):
    shop = recorded_shop()
    shop.pass_a_day()
    with served(shop):
        settings = woo_settings(tmp_path, shop, monkeypatch, "2026-11-21", page_size=7)
        nights.extract(settings)
        assert store.landed_days(settings) == landed["after"]["digests"]


@pytest.mark.parametrize("behaviour", [{"is_on_posts": True}, {"has_totals": False}])
def test_a_shop_on_post_storage_and_one_whose_host_strips_the_totals_are_read_alike(
    landed, tmp_path, monkeypatch, behaviour
):
    shop = recorded_shop()
    vars(shop).update(behaviour)
    if shop.is_on_posts:
        for table in shop.tables.values():
            for row in table.values():
                for number, meta in enumerate(row.get("meta_data", [])):
                    meta["id"] = 9000 + number
    with served(shop):
        settings = woo_settings(tmp_path, shop, monkeypatch)
        nights.extract(settings)
        assert store.landed_days(settings) == landed["before"]["digests"]


# The special orders of the recording: what their rows must say, by table; amounts as text.
SPECIAL = {
    "132": {"orders": [{"order_date": dt.date(2026, 5, 31)}]},
    "133": {"orders": [{"order_date": dt.date(2026, 6, 1), "placed_at": dt.datetime(2026, 5, 31, 22, 0, 3)}]},
    "134": {"orders": [{"placed_at": dt.datetime(2026, 10, 25, 0, 30)}]},
    "135": {"orders": [{"placed_at": dt.datetime(2026, 10, 25, 1, 30)}]},
    "141": {
        "orders": [{"discount_codes": "vijfeuro"}],
        "order_lines": [
            {"list_net_amount": "2.45", "discount_net_amount": "0.94", "net_amount": "1.51", "tax_rate": "0.21"},
            {"net_amount": "41.11", "tax_amount": "8.63", "tax_rate": "0.21"},
            {"net_amount": "40.57", "tax_amount": "3.65", "tax_rate": "0.09"},
            {"net_amount": "49.61", "tax_amount": "0.00", "tax_rate": None},
        ],
        "tax_lines": [
            {"tax_rate": "0.21", "country": "NL", "tax_amount": "9.81"},
            {"tax_rate": "0.09", "country": "NL", "tax_amount": "3.65"},
        ],
    },
    "143": {"orders": [{"total_gross_amount": "0.00", "status": "paid"}]},
    "144": {"orders": [{"total_gross_amount": "0.00", "shipping_net_amount": "0.00"}]},
    "146": {
        "orders": [{"undistributed_discount_net_amount": "10.00", "fee_net_amount": None}],
        "order_lines": [{"line_type": "product"}, {"line_type": "product"}],
    },
    "147": {"orders": [{"country": "US", "tax_amount": "0.00"}], "tax_lines": []},
    "149": {"orders": [{"customer_id": None, "customer_email": None}]},
    "150": {"orders": [{"customer_id": None, "customer_email": "BUYER1@EXAMPLE.ORG"}]},
    "151": {"order_lines": [{"product_id": None, "sku": None, "title": "Verwijderd artikel"}]},
    "153": {"orders": [{"sales_channel": "checkout", "placed_at": dt.datetime(2026, 6, 26, 11)}]},
    "155": {"order_lines": [{"list_net_amount": "73.55", "discount_net_amount": "13.55", "net_amount": "60.00"}]},
    "156": {
        "orders": [{"status": "refunded"}],
        "refunds": [
            {"kind": "line", "net_amount": "73.55", "tax_amount": "15.45", "quantity": "1"},
            {"kind": "line", "net_amount": "41.28", "tax_amount": "3.72", "quantity": "2"},
            {"kind": "shipping", "net_amount": "0.00", "shipping_net_amount": "4.09", "tax_amount": "0.86"},
        ],
    },
    "158": {"refunds": [{"net_amount": "114.83", "shipping_net_amount": "4.09", "tax_amount": "20.03"}]},
    "160": {"refunds": [{"net_amount": "99.13", "shipping_net_amount": "4.09", "tax_amount": "21.68"}]},
    "165": {"refunds": [{"kind": "shipping", "shipping_net_amount": "4.09", "tax_amount": "0.86"}]},
    "167": {
        "order_lines": [{"line_type": "product"}, {"line_type": "fee", "net_amount": "3.00", "tax_amount": "0.63"}],
        "refunds": [{"kind": "line", "line_id": "593", "net_amount": "3.00", "tax_amount": "0.63"}],
    },
    "169": {"refunds": [{"kind": "line", "net_amount": "30.00", "tax_amount": "0.00"}]},
    "171": {"refunds": [{"kind": "line", "quantity": None, "net_amount": "4.13", "tax_amount": "0.87"}]},
    "173": {"refunds": []},
    # Paid, 10.00 given back, then cancelled: the shop's reports leave it out, and so does its status here.
    "175": {"orders": [{"status": "failed", "status_raw": "cancelled"}], "refunds": [{"net_amount": "10.00"}]},
    "177": {"refunds": [{"kind": "line", "net_amount": "28.89", "tax_amount": "2.60"}]},
    "179": {"orders": [{"currency": "USD"}], "refunds": [{"net_amount": "20.00"}]},
}


@pytest.fixture(scope="module")
def first_reading(tmp_path_factory):
    """What the source delivers on the first night, before the landing hashes and completes it."""
    with served(recorded_shop()) as shop, pytest.MonkeyPatch.context() as patch:
        tables = delivered(woo_settings(tmp_path_factory.mktemp("woo"), shop, patch))
    return {name: grouped(rows) for name, rows in tables.items()}


@pytest.mark.parametrize("order_id", SPECIAL)
def test_a_special_order_is_what_it_is(first_reading, order_id):
    for table, expected in SPECIAL[order_id].items():
        found = first_reading[table][order_id]
        assert len(found) == len(expected)
        for row, columns in zip(found, expected, strict=True):
            for name, value in columns.items():
                assert row[name] == (Decimal(value) if isinstance(row[name], Decimal) else value), name


def test_a_quantity_edited_alone_leaves_the_amounts_and_an_edit_with_amounts_moves_them(landed):
    before, after = (grouped(landed[night]["order_lines"]) for night in ("before", "after"))
    assert [row["quantity"] for row in before["181"]] != [row["quantity"] for row in after["181"]]
    assert total(before["181"], "net_amount") == total(after["181"], "net_amount")
    assert total(after["182"], "net_amount", "tax_amount") == Decimal("66.29") - Decimal("4.95")


def test_accounts_of_every_role_and_products_in_the_bin_are_delivered(tmp_path, monkeypatch):
    shop = recorded_shop()
    shop.pass_a_day()
    with served(shop):
        source = open_source(woo_settings(tmp_path, shop, monkeypatch))
        tables = rows_of(source.read_keyed(dt.datetime(2026, 11, 18)))
        source.close()
    # 25 accounts the night before, with the administrator; one was deleted since.
    assert len(tables["customers"]) == 24
    products = {(row["product_id"], row["variant_id"]): row for row in tables["products"]}
    assert len(products) == len(tables["products"]) == 17
    assert (
        products["24", "25"] | {"title": "Shirt - S", "sku": "SHIRT-S", "category": "Kleding"} == products["24", "25"]
    )
    assert [row["product_id"] for row in products.values() if not row["is_active"]] == [
        str(row["id"]) for row in shop.tables["products"].values() if row["status"] == "trash"
    ]


def test_the_bounds_take_in_the_first_second_and_leave_out_the_last(tmp_path, monkeypatch):
    with served(recorded_shop()) as shop:
        source = open_source(woo_settings(tmp_path, shop, monkeypatch))
        stamp = shop.tables["orders"][133]["date_modified_gmt"]
        at, second = dt.datetime.fromisoformat(stamp), dt.timedelta(seconds=1)

        def changed(since, until):
            return {row["order_id"] for row in rows_of(source.read_changed(since, until)).get("orders", [])}

        assert "133" in changed(at, at + second)
        assert "133" in changed(at + dt.timedelta(milliseconds=300), at + dt.timedelta(milliseconds=600))
        assert "133" not in changed(at + second, at + 2 * second)
        assert "133" not in changed(at - second, at)
        assert changed(at, at) == set()
        source.close()


def test_it_counts_the_shop_itself_and_lists_its_refunds(tmp_path, monkeypatch):
    with served(recorded_shop()) as shop:
        settings = woo_settings(tmp_path, shop, monkeypatch)
        source = open_source(settings)
        assert isinstance(source, SlowAudit)
        days = settings.shop.start_date, settings.as_of_date
        counted = source.count(*days).to_pylist()
        assert len(counted) == (days[1] - days[0]).days
        tables = rows_of(source.read_placed(*days))
        assert sum(row["row_count"] for row in counted) == len(tables["order_lines"]) + len(tables["refunds"])
        true = [row for row in truth("before").values() if row["status"] not in ("trash", "checkout-draft")]
        given_back = total(true, "refunded_gross") - total(true, "refunded_tax") - sum(BOOKED_TAX.values())
        assert total(counted, "amount") == total(true, "net") - given_back
        assert source.list_ids(*days).num_rows == 131
        assert source.count_orders(*days) == 131
        assert source.list_refunds().num_rows == 25
        source.close()


def test_a_lost_fee_a_lost_refund_and_a_lost_line_each_show_in_the_count(tmp_path, monkeypatch, first_reading):
    with served(recorded_shop()) as shop:
        source = open_source(woo_settings(tmp_path, shop, monkeypatch))
        counts = {}
        for key in (145, 171, 141):
            day = first_reading["orders"][str(key)][0]["order_date"]
            counts[key] = source.count(day, day + dt.timedelta(days=1)).to_pylist()
        source.close()
        changed = copy.deepcopy(shop.tables["orders"])
        changed[145]["fee_lines"].pop()
        changed[171]["refunds"].pop()
        changed[141]["line_items"].pop()
        shop.tables["orders"] = changed
        source = open_source(woo_settings(tmp_path, shop, monkeypatch))
        for (old,) in counts.values():
            (row,) = source.count(old["order_date"], old["order_date"] + dt.timedelta(days=1)).to_pylist()
            assert row["row_count"] == old["row_count"] - 1
            assert row["amount"] != old["amount"]
        source.close()


def test_the_page_of_the_shop_has_the_table_of_statuses():
    page = (PROJECT_ROOT / "docs" / "shops" / "woocommerce.md").read_text()
    section = page.partition("## Statuses")[2].partition("\n## ")[0]
    assert dict(re.findall(r"^\| `([a-z_-]+)` \| `([a-z]+)` \|", section, re.MULTILINE)) == STATUSES
