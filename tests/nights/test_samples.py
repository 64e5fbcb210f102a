"""The two samples in full: every figure of a night, worked out again from the raw files in plain Python and pandas.

Nothing here uses the pipeline's SQL: the files are read as anybody would, and the marts as a BI tool would.
"""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from statistics import median
from textwrap import dedent

import duckdb
import pandas as pd
import pytest

from pipelines.publishing import duckdb_file
from pipelines.run.summary import summarise
from pipelines.settings import PROJECT_ROOT, load_settings
from pipelines.sources.cdnow import locate_orders
from tests.support.dbt_models import make_models
from tests.support.nights import run_every_stage, take_in

pytestmark = pytest.mark.slow(165)

GIFT_SHOP_FILE = PROJECT_ROOT / "../shared/data/online_retail_II.parquet"


class Marts:
    """A file with marts, opened read-only."""

    def __init__(self, path):
        self.path = path

    def query(self, sql):
        with duckdb.connect(str(self.path), read_only=True) as db:
            return db.execute(sql).fetchall()


class Published(Marts):
    """A shop after a night: its published file and its summary."""

    def __init__(self, settings):
        run_every_stage(settings)
        super().__init__(settings.published_path / duckdb_file.FILE)
        self.summary = summarise(settings)

    @property
    def figures(self):
        """The numbers of each line of the summary, by the words before them."""
        lines = re.findall(r"^  [ =]?[ ]?(\S.*?) {2,}(-?[\d,.]+ .*)$", self.summary, re.MULTILINE)
        return {
            label: [Decimal(number.replace(",", "")) for number in re.findall(r"-?\d[\d,]*(?:\.\d+)?", rest)]
            for label, rest in lines
        }


def sample(name, tmp_path_factory):
    return load_settings(PROJECT_ROOT / "shops" / f"{name}.toml", home=tmp_path_factory.mktemp(name))


@pytest.fixture(scope="module")
def cdnow(tmp_path_factory):
    return Published(sample("cdnow", tmp_path_factory))


def cdnow_rows():
    """Customer, day and dollars of each row of the file."""
    rows = [text.split() for text in locate_orders().read_text().splitlines()[1:]]
    return [(customer, day, Decimal(dollars)) for customer, day, _, dollars in rows]


def test_every_figure_of_the_cdnow_summary_can_be_worked_out_from_the_file(cdnow):
    rows = cdnow_rows()
    spent = Counter()
    for customer, _, dollars in rows:
        spent[customer] += dollars
    orders, total = len(rows), sum(spent.values())
    middle = round(median(spent.values()), 2)
    assert (orders, len(spent), total) == (69_659, 23_570, Decimal("2500315.63"))

    found = cdnow.figures
    # One order and one line for each row of the file.
    assert found.pop("contract rows") == [2 * orders, 2 * orders, 0, 0]
    assert found.pop("orders") == [orders, orders]
    assert found.pop("customers") == [len(spent), len(spent)]
    assert found.pop("median customer") == [middle]
    for step in ("source total", "landed", "accepted", "net revenue"):
        assert found.pop(step) == [total, orders]
    for step in ("exact repeats", "quarantined", "residual"):
        assert found.pop(step) == [0, 0]
    first, last = (f"{day[:4]}-{day[4:6]}-{day[6:]}" for day in (min(r[1] for r in rows), max(r[1] for r in rows)))
    assert cdnow.summary.startswith(f"Shop cdnow, as of 1998-07-01 ({first} to {last})\n")


def test_the_readme_shows_the_summary_of_cdnow(cdnow):
    shown = (PROJECT_ROOT / "README.md").read_text().split("<!-- summary -->")[1].split("<!-- /summary -->")[0]
    figures = cdnow.summary.split("\n\nPublished:")[0]
    assert figures in dedent(shown)


def test_every_cdnow_customer_has_the_days_and_the_dollars_of_the_file(cdnow):
    spent, days = Counter(), {}
    for customer, day, dollars in cdnow_rows():
        spent[customer] += dollars
        days.setdefault(customer, set()).add(day)
    expected = {customer: (len(days[customer]), min(days[customer]), spent[customer]) for customer in spent}
    published = cdnow.query(
        "select customer_id, purchase_day_count, strftime(first_order_date, '%Y%m%d'), net_revenue_amount "
        "from marts.customer_lifetime_value"
    )
    assert {customer: tuple(facts) for customer, *facts in published} == expected
    assert len(published) == len(expected)


def test_identical_rows_of_cdnow_are_orders_of_their_own_on_one_purchase_day(cdnow):
    copies = Counter(cdnow_rows())
    extra = sum(copies.values()) - len(copies)
    assert extra > 0
    same = "select count(*) - count(distinct (customer_id, order_date, gross_amount)) from marts.orders"
    assert cdnow.query(same) == [(extra,)]


# What docs/decisions.md says of the codes that are no article: none of them is merchandise, and of the credit notes on
# them only the discount (D) takes merchandise back.
NO_ARTICLES = {"POST", "DOT", "C2", "BANK CHARGES", "AMAZONFEE", "CRUK", "ADJUST", "ADJUST2", "B", "S", "D"}
FILE_COLUMNS = ["Invoice", "StockCode", "Description", "Quantity", "InvoiceDate", "Price", "Customer ID", "Country"]


@pytest.fixture(scope="module")
def gift_shop(tmp_path_factory):
    if not GIFT_SHOP_FILE.exists():
        pytest.skip("the Online Retail II file is not here")
    settings = sample("online_retail", tmp_path_factory)
    # Predicted and published is the other sample; a million rows more would take a minute to say the same.
    take_in(settings)
    make_models(settings.warehouse_path, "orders", "revenue_events", "reconciliation", "data_quality")
    return Marts(settings.warehouse_path)


@pytest.fixture(scope="module")
def gift_shop_rows():
    """The file's rows with their value in ten-thousandths of a pound, exactly, and what each of them is."""
    if not GIFT_SHOP_FILE.exists():
        pytest.skip("the Online Retail II file is not here")
    rows = pd.read_parquet(GIFT_SHOP_FILE)
    rows["amount"] = rows["Quantity"].astype("int64") * (rows["Price"] * 10_000).round().astype("int64")
    copy_number = rows.groupby(["sheet", *FILE_COLUMNS], dropna=False).cumcount()
    rows["is_repeat"] = rows.assign(copy_number=copy_number).duplicated([*FILE_COLUMNS, "copy_number"])
    rows["code"] = rows["StockCode"].astype(str).str.strip().str.upper()
    rows["is_credit"] = rows["Invoice"].astype(str).str.startswith("C")
    by_invoice = rows.groupby("Invoice")
    rows["is_test"] = rows["code"].str.startswith("TEST").groupby(rows["Invoice"]).transform("any")
    is_unpriced = by_invoice["Price"].transform("max").eq(0) & by_invoice["Price"].transform("min").eq(0)
    has_customer = by_invoice["Customer ID"].transform("count").gt(0)
    is_written_off = rows["Price"].eq(0) & rows["Quantity"].lt(0)
    is_found = is_unpriced & ~has_customer & ~rows["is_test"]
    rows["is_stock"] = ~rows["is_repeat"] & ~rows["is_credit"] & (is_written_off | is_found)
    rows["is_refund"] = ~rows["is_repeat"] & rows["is_credit"] & rows["amount"].le(0)
    rows["is_line"] = ~(rows["is_repeat"] | rows["is_stock"] | rows["is_refund"])
    is_article = ~rows["code"].isin(NO_ARTICLES) & ~rows["code"].str.startswith("GIFT_0001_")
    is_sale = rows["is_line"] & ~rows["is_credit"] & rows["amount"].ge(0) & is_article
    is_return = rows["is_refund"] & (is_article | rows["code"].eq("D"))
    rows["is_net_revenue"] = (is_sale | is_return) & ~rows["is_test"]
    return rows


def pounds(ten_thousandths):
    return Decimal(int(ten_thousandths)) / 10_000


def bridge(sample):
    return {
        step: (amount, row_count)
        for step, amount, row_count in sample.query("select step, amount, row_count from marts.reconciliation")
    }


def test_every_row_of_online_retail_is_accepted_quarantined_a_repeat_or_documented_as_no_order(
    gift_shop, gift_shop_rows
):
    rows, steps = gift_shop_rows, bridge(gift_shop)
    stock = sum(row_count for step, (_, row_count) in steps.items() if step.startswith("source: not_an_order: stock"))
    accepted, quarantined, repeats = gift_shop.query(
        "select sum(accepted_count), sum(quarantined_count), sum(repeated_count) from marts.data_quality "
        "where rule = 'all rules' and table_name in ('order_lines', 'refunds')"
    )[0]
    assert len(rows) == 1_067_371
    assert -stock == rows["is_stock"].sum() == 5_305
    assert -steps["source: repeat"][1] == rows["is_repeat"].sum() == 22_523
    assert accepted == rows["is_line"].sum() + rows["is_refund"].sum()
    assert accepted + quarantined + repeats + 22_523 + 5_305 == 1_067_371
    # Nothing of what is left out as stock was worth anything.
    assert not rows.loc[rows["is_stock"], "amount"].any()


def test_the_online_retail_bridge_goes_from_the_files_own_sum_to_net_revenue_without_a_residual(
    gift_shop, gift_shop_rows
):
    rows, steps = gift_shop_rows, bridge(gift_shop)
    total = pounds(rows["amount"].sum())
    net = pounds(rows.loc[rows["is_net_revenue"], "amount"].sum())
    assert steps["source total"] == (total, len(rows)) == (Decimal("19287250.568"), 1_067_371)
    assert steps["source: repeat"][0] == -pounds(rows.loc[rows["is_repeat"], "amount"].sum())
    assert steps["net revenue"] == (net, rows["is_net_revenue"].sum())
    assert net == Decimal("18884674.857")
    assert steps["residual"] == (0, 0)
    assert gift_shop.query("select sum(net_revenue_amount) from marts.revenue_events") == [(net,)]


def test_online_retail_has_an_order_for_each_invoice_with_a_line(gift_shop, gift_shop_rows):
    invoices = set(gift_shop_rows.loc[gift_shop_rows["is_line"], "Invoice"].astype(str))
    assert {order_id for (order_id,) in gift_shop.query("select order_id from marts.orders")} == invoices
    assert len(invoices) == 40_090


def test_the_days_that_stand_in_both_sheets_count_once_for_every_customer(gift_shop, gift_shop_rows):
    rows = gift_shop_rows
    repeated = rows[rows["is_repeat"]]
    assert (repeated["InvoiceDate"].min().date().isoformat(), repeated["InvoiceDate"].max().date().isoformat()) == (
        "2010-12-01",
        "2010-12-09",
    )
    assert repeated["sheet"].nunique() == 1
    counted = rows[rows["is_net_revenue"]]
    counted = counted[counted["Customer ID"].notna()]
    by_customer = counted.groupby(counted["Customer ID"].astype(int).astype(str))["amount"].sum()
    expected = {customer: pounds(amount) for customer, amount in by_customer.items() if amount}
    published = gift_shop.query(
        "select customer_id, sum(net_revenue_amount) from marts.revenue_events "
        "where customer_id is not null group by all"
    )
    assert {customer: amount for customer, amount in published if amount} == expected
    assert len(expected) > 5_800
