"""Whole nights of the recorded WooCommerce shop: its months in the marts, kills at any page, no secret anywhere."""

from __future__ import annotations

import base64
import os
import signal
import subprocess
import sys
from decimal import Decimal

import pytest

from pipelines.landing import store
from pipelines.settings import PROJECT_ROOT, load_settings
from tests.sources.woo import listed_from, woo_settings
from tests.support import nights
from tests.support.real_nights import NIGHTLY
from tests.support.woo_server import KEY, SECRET, recorded_shop, served

pytestmark = pytest.mark.slow(90)

# As the recording adds up its months: dollars at face value, and no order on account expires.
SECTIONS = "[source.exchange_rates]\nUSD = 1\n\n[definitions]\nunpaid_expires_after_days = 3650"


# Month: what the orders sold owed less what was given back, and tax and shipping likewise; from the recording's table.
# July gives back another 41.71 of tax: that of two whole orders, refunded without lines, as the shop's reports book it.
SECOND_NIGHT = {
    "2026-05": ("2251.21", "353.46", "22.10"),
    "2026-06": ("2655.49", "357.15", "121.32"),
    "2026-07": ("1579.90", "196.69", "64.65"),
    "2026-08": ("1895.70", "238.00", "88.40"),
    "2026-09": ("1124.48", "159.45", "46.64"),
    "2026-10": ("1734.92", "256.94", "49.08"),
    "2026-11": ("870.96", "114.00", "13.92"),
}
# All revenue that a month has, by what it is for.
MONTHS = """
    select
        revenue_month,
        sum(net_revenue_amount + shipping_amount + fee_amount + tax_amount + tip_amount + duty_amount + deposit_amount
            + gift_card_amount + store_credit_amount + adjustment_amount + fx_effect_amount),
        sum(tax_amount),
        sum(shipping_amount)
    from marts.revenue_daily
    group by revenue_month
    order by revenue_month
"""


@pytest.fixture(scope="module")
def shop():
    with served(recorded_shop()) as shop:
        yield shop


def test_the_second_night_has_the_shops_own_months_and_no_file_log_or_event_has_the_key(
    tmp_path, shop, monkeypatch, plain
):
    nights.take_in(woo_settings(tmp_path, shop, monkeypatch, sections=SECTIONS))
    shop.pass_a_day()
    settings = woo_settings(tmp_path, shop, monkeypatch, "2026-11-21", sections=SECTIONS)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("DAGSTER_")},
        "KLANTWAARDE_CONFIG": str(settings.config_path),
        "KLANTWAARDE_HOME": str(settings.home),
    }
    night = subprocess.run(NIGHTLY, cwd=PROJECT_ROOT, env=environment, capture_output=True, check=False, timeout=300)
    assert night.returncode == 0, night.stdout[-3000:] + night.stderr[-3000:]
    months = nights.query(settings, MONTHS)
    assert {name: tuple(amounts) for name, *amounts in months} == {
        name: tuple(map(Decimal, amounts)) for name, amounts in SECOND_NIGHT.items()
    }
    assert nights.query(settings, "select refund_id from raw.refunds where order_id = '162'") == [("163",)]

    files = [path for path in settings.home.rglob("*") if path.is_file()]
    assert any(path.suffix == ".db" for path in files)
    pair = base64.b64encode(f"{KEY}:{SECRET}".encode())
    for text in (night.stdout, night.stderr, *(path.read_bytes() for path in files)):
        assert not any(secret in text for secret in (KEY.encode(), SECRET.encode(), pair))

    landed = store.landed_days(settings)
    nights.extract(settings)
    assert store.landed_days(settings) == landed


def test_a_first_reading_killed_at_any_answer_is_finished_by_the_next_and_not_begun_again(tmp_path, monkeypatch):
    """Nineteen orders, one to a page, so that a batch holds ten; killed at every fourth answer about orders."""
    start = "2026-10-01"
    with served(recorded_shop()) as shop:
        recent = {key for key, row in shop.tables["orders"].items() if row["date_created"] > start}
        refunds = {key: row for key, row in shop.tables["refunds"].items() if row["parent_id"] in recent}
        shop.tables |= {"refunds": refunds, "customers": {}, "products": {}}
        settings = woo_settings(tmp_path, shop, monkeypatch, page_size=1, start_date=start)
        nights.extract(settings)
        whole, paths = store.landed_days(settings), [path for path, _ in shop.requests]
        numbers = [str(number) for number in (paths.index("orders") + 1, len(paths) + 1, 4)]
        homes = tmp_path / "killed"
        killed = subprocess.run(
            [sys.executable, "-m", "tests.support.woo_kills", str(settings.config_path), str(homes), *numbers],
            cwd=PROJECT_ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        codes = dict(map(int, text.split()) for text in killed.stdout.splitlines())
        assert set(codes.values()) == {-signal.SIGKILL}, killed.stderr
        begun_again = []
        for number in codes:
            half_read = load_settings(settings.config_path, homes / f"{number}")
            is_begun = bool(store.landed_days(half_read))
            shop.requests.clear()
            nights.extract(half_read)
            assert store.landed_days(half_read) == whole
            # What was landed is not asked for again.
            assert (min(listed_from(shop)) > start) == is_begun
            begun_again.append(not is_begun)
        assert {True, False} == set(begun_again)
