"""Whole nights on a small shop: running again, late changes, kills, and any order of days give the same marts."""

from __future__ import annotations

import datetime as dt
import json
import random
import shutil
import signal
import subprocess
import sys
from decimal import Decimal

import pytest

from pipelines import contract, database
from pipelines.settings import PROJECT_ROOT
from pipelines.warehouse import load
from tests.support.builders import line, order, refund
from tests.support.kills import outdate_landing
from tests.support.nights import STAGES, build_marts, query, run_every_stage, run_night, take_in
from tests.support.shops import AS_OF, START, make_settings, write_shop

pytestmark = pytest.mark.slow(220)

DAYS = [START + dt.timedelta(days=n) for n in range((AS_OF - START).days)]


def make_shop(folder, **sections):
    """Settings with a fixed key: with keys of their own, two homes would call the same guest differently."""
    return make_settings(folder, email_key="test", **sections)


def day_of(order):
    return dt.datetime.fromisoformat(order["placed_at"]).date()


def shop_rows(seed=1, customers=25):
    """Orders of some weeks with guests, two orders a day, refunds, gift cards and shipping."""
    rng = random.Random(seed)
    tables = {"orders": [], "order_lines": [], "refunds": [], "customers": [], "products": []}
    for number in range(customers):
        tables["customers"].append({"customer_id": f"c{number}", "email": f"buyer{number}@example.nl", "country": "NL"})
        for visit in range(rng.choice([1, 1, 2, 3, 6])):
            order_id = f"o{number}-{visit}"
            day = DAYS[rng.randrange(len(DAYS))]
            stamp = f"{day}T{rng.randrange(24):02}:30:00+01:00"
            amounts = [Decimal(rng.randrange(500, 9000)) / 100 for _ in range(rng.choice([1, 2, 3]))]
            guest = {"customer_id": "", "customer_email": f"Guest{number}@example.nl"} if number % 5 == 0 else {}
            tables["orders"].append(
                order(
                    order_id,
                    stamp,
                    updated_at=stamp,
                    shipping_net_amount="5",
                    **{"customer_id": f"c{number}", "customer_email": f"buyer{number}@example.nl", **guest},
                )
            )
            for position, amount in enumerate(amounts):
                tables["order_lines"].append(
                    line(order_id, str(position), amount, sku=f"s{position}", category="bread")
                )
            if rng.random() < 0.2:
                at = f"{day + dt.timedelta(days=3)}T10:00:00Z"
                tables["refunds"].append(refund(f"r-{order_id}", at, order_id, amounts[0], line_id="0", quantity=1))
    tables["subscriptions"] = [
        {
            "subscription_id": f"s{number}",
            "customer_id": f"c{number}",
            "plan": "bread box",
            "started_at": "2024-01-03T10:00:00Z",
            "cancelled_at": "2024-02-01T10:00:00Z" if number % 3 == 0 else "",
            "interval": "week",
            "net_amount": "9.50",
        }
        for number in range(9)
    ]
    tables["products"] = [{"product_id": f"p{n}", "sku": f"s{n}", "title": f"Loaf {n}"} for n in range(3)]
    return tables


@pytest.fixture
def settings(tmp_path):
    settings = make_shop(tmp_path)
    write_shop(settings.source.path, **shop_rows())
    return settings


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    """One undisturbed night: its settings and the content hashes. Tests only look at it, or run it again."""
    settings = make_shop(tmp_path_factory.mktemp("undisturbed"))
    write_shop(settings.source.path, **shop_rows())
    return settings, run_every_stage(settings)


@pytest.fixture
def undisturbed(night):
    return night[1]


@pytest.fixture
def after_night(night, tmp_path):
    """The shop and its home as the undisturbed night left them, to change and go on with."""
    shutil.copytree(night[0].home.parent, tmp_path / "after_night", symlinks=True)
    return make_shop(tmp_path / "after_night")


def test_running_twice_changes_no_byte(night):
    settings, hashes = night
    assert run_every_stage(settings) == hashes


@pytest.mark.usefixtures("plain")
def test_day_by_day_in_any_order_gives_the_same_as_in_one_go(settings, undisturbed):
    days = DAYS.copy()
    random.Random(7).shuffle(days)
    for start in range(0, len(days), 12):
        take_in(settings, days[start : start + 12])
    assert build_marts(settings) == undisturbed


def test_no_address_in_the_clear_anywhere_in_the_home(night):
    settings, _ = night
    for path in settings.home.rglob("*"):
        if path.is_file():
            content = path.read_bytes().lower()
            assert b"@example.nl" not in content, path
    (emails,) = query(settings, "select count(distinct customer_email_hash) from raw.orders")[0]
    assert emails > 10


def test_every_customer_is_predicted_and_subscriptions_are_valued(night):
    settings, _ = night
    blanks = "probability_alive is null or predicted_clv_12m_p90_amount is null or clv_method is null"
    assert query(settings, f"select count(*) from marts.customer_lifetime_value where {blanks}") == [(0,)]
    # Below a hundred customers no individual model, and no blank either.
    assert query(settings, "select distinct clv_method, clv_status from marts.customer_lifetime_value") == [
        ("shrunken_cohort", "insufficient_data")
    ]
    counts = "subscription_count, active_subscription_count, survival_rate"
    plans = query(settings, f"select plan, {counts} from marts.subscription_lifetime_value")
    assert plans == [("bread box", 9, 6, pytest.approx(2 / 3))]


def test_runs_killed_a_stage_later_each_time_are_repaired_by_the_last(settings, undisturbed):
    """Each run starts on what the one before left half done, passes that stage, and dies in the next."""
    outdate_landing(settings)
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.kills", settings.home.parent],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines() == [f"{stage} {-signal.SIGKILL}" for stage in STAGES], done.stderr
    assert run_every_stage(settings) == undisturbed


def raw_rows(settings):
    """Everything that the marts are made of, but for when it was extracted."""
    select = f"select columns(name -> name <> '{contract.EXTRACTED_AT}') from raw."
    with database.connect(settings) as db:
        return {name: db.execute(f"{select}{name} order by all").fetchall() for name in load.RAW_TABLES}


@pytest.mark.usefixtures("plain")
def test_a_late_change_is_picked_up_and_equals_a_full_rebuild(after_night, undisturbed, tmp_path):
    rows = shop_rows()
    old = min(rows["orders"], key=lambda row: row["placed_at"])
    assert old["placed_at"] < "2024-01-10"
    old |= {"status": "partially_refunded", "updated_at": "2024-02-29T12:00:00Z"}
    refund = {
        "refund_id": "late",
        "order_id": old["order_id"],
        "refunded_at": "2024-02-29T12:00:00Z",
        "net_amount": "1.5",
    }
    rows["refunds"].append(refund)
    write_shop(after_night.source.path, **rows)
    assert run_night(after_night) != undisturbed
    rebuilt = make_shop(tmp_path / "rebuilt", source={"kind": "files", "path": after_night.source.path})
    take_in(rebuilt)
    # Of the same rows come the same marts, whatever happened to them before, as the tests above show.
    assert raw_rows(after_night) == raw_rows(rebuilt)
    refunds = f"select sum(net_amount) from raw.refunds where refund_id = 'late' and order_id = '{old['order_id']}'"
    assert query(after_night, refunds) == [(Decimal("1.5"),)]


@pytest.mark.usefixtures("plain")
def test_a_backfill_drops_what_the_shop_no_longer_has_takes_edits_and_leaves_the_rest(after_night):
    everything = "select order_id, gross_amount from marts.orders order by all"
    before = dict(query(after_night, everything))
    rows = shop_rows()
    gone, edited, untold = rows["orders"][:3]
    for name in ("orders", "order_lines", "refunds"):
        rows[name] = [row for row in rows[name] if row["order_id"] != gone["order_id"]]
    for changed in (edited, untold):
        first = next(row for row in rows["order_lines"] if row["order_id"] == changed["order_id"])
        first["net_amount"] += 1
    write_shop(after_night.source.path, **rows)
    gone_on, edited_on, untold_on = (day_of(row) for row in (gone, edited, untold))
    assert untold_on not in (gone_on, edited_on)
    run_night(after_night, {gone_on, edited_on})
    after = dict(query(after_night, everything))
    assert gone["order_id"] not in after
    assert after.pop(edited["order_id"]) == before.pop(edited["order_id"]) + 1
    del before[gone["order_id"]]
    assert after == before
    loaded = raw_rows(after_night)
    take_in(after_night, {gone_on, edited_on})
    assert raw_rows(after_night) == loaded


@pytest.mark.usefixtures("plain")
def test_an_empty_shop_has_empty_marts(tmp_path):
    settings = make_shop(tmp_path)
    write_shop(settings.source.path, orders=[order("x", "x")], order_lines=[line("x")])
    for name in ("orders", "order_lines"):
        path = settings.source.path / f"{name}.csv"
        path.write_text(path.read_text().splitlines()[0] + "\n")
    run_night(settings)
    # A calendar has its days, and a bridge its steps, without any order.
    manifest = json.loads((settings.published_path / "manifest.json").read_text())
    filled = {name for name, facts in manifest["tables"].items() if facts["row_count"]}
    assert filled == {"calendar", "data_quality", "reconciliation"}
    steps = dict(query(settings, "select step, amount from marts.reconciliation"))
    assert steps["net revenue"] == steps["residual"] == 0
