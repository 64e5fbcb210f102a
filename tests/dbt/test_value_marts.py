"""The value marts against pandas: the same definitions, written a second time from docs/method.md, on a random shop."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from tests.support.builders import line, order, refund
from tests.support.dbt_models import make_models, predict_all
from tests.support.raw_shop import make_raw, rows

if TYPE_CHECKING:
    from pathlib import Path

START = dt.date(2021, 1, 1)
AS_OF = dt.date(2024, 6, 20)
SEED = 1
VALUE_MARTS = (
    "customer_lifetime_value",
    "customer_segments",
    "segment_summary",
    "monthly_cohorts",
    "rolling_cohorts",
    "revenue_concentration",
)


def random_shop(seed: int, customers: int = 160) -> dict[str, list[dict[str, Any]]]:
    """Customers with very different habits: many ties, days with two orders, refunds, credit notes, four companies."""
    rng = np.random.default_rng(seed)
    days = (AS_OF - START).days
    orders, lines, refunds = [], [], []
    for number in range(customers):
        customer_id = f"c{number:03d}"
        first = int(rng.integers(0, days))
        visits = [first, *(first + rng.integers(0, days - first, rng.geometric(0.35) - 1))]
        for visit in visits:
            day = str(START + dt.timedelta(days=int(visit)))
            for _ in range(2 if rng.random() < 0.1 else 1):
                order_id = f"o{len(orders):04d}"
                value = int(rng.choice([5, 10, 10, 20, 50])) * (40 if number < 4 else 1)
                orders.append(order(order_id, day, customer_id, country=str(rng.choice(["NL", "BE"]))))
                lines.append(line(order_id, net=value, category=str(rng.choice(["mugs", "tea"]))))
                if rng.random() < 0.12:
                    at = START + dt.timedelta(days=int(visit) + int(rng.integers(0, 90)))
                    refunds.append(refund(f"r{order_id}", str(at), order_id, net=value // 2))
        if rng.random() < 0.05:
            at = START + dt.timedelta(days=int(rng.integers(0, days)))
            refunds.append(refund(f"credit{number}", str(at), customer_id=customer_id, sku="never sold", net=30))
    companies = [{"customer_id": f"c{number:03d}", "is_business": number < 4} for number in range(customers)]
    return {"orders": orders, "order_lines": lines, "refunds": refunds, "customers": companies}


class Shop:
    """The random shop's customers and purchases as plain frames."""

    def __init__(self, tables: dict[str, list[dict[str, Any]]]) -> None:
        value = {row["order_id"]: row["net_amount"] for row in tables["order_lines"]}
        money, own_credit = [], []
        for row in tables["refunds"]:
            day = pd.Timestamp(row["refunded_at"]).normalize()
            if day >= pd.Timestamp(AS_OF):
                continue
            if row["order_id"]:
                value[row["order_id"]] -= row["net_amount"]
            else:
                own_credit.append((row["customer_id"], day, 0, -row["net_amount"]))
        for row in tables["orders"]:
            day = pd.Timestamp(row["placed_at"]).normalize()
            money.append((row["customer_id"], day, 1, value[row["order_id"]]))
        self.moves = pd.DataFrame([*money, *own_credit], columns=["customer", "day", "orders", "net"])
        bought = self.moves[self.moves.orders > 0]
        visits = bought.groupby("customer").day
        self.people = pd.DataFrame(
            {
                "first": visits.min(),
                "last": visits.max(),
                "orders": visits.size(),
                "visits": visits.nunique(),
                "net": self.moves.groupby("customer").net.sum(),
            }
        ).sort_index()
        self.people["business"] = [
            row["is_business"] for row in sorted(tables["customers"], key=lambda row: row["customer_id"])
        ]
        self.visits = bought[["customer", "day"]].drop_duplicates().sort_values(["customer", "day"])


def frame(warehouse: Path, query: str) -> pd.DataFrame:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(query).df()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Shop]:
    tables = random_shop(SEED)
    warehouse = make_raw(tmp_path_factory.mktemp("values"), **tables, shop={"as_of_date": AS_OF})
    make_models(warehouse, *VALUE_MARTS, predict=predict_all)
    return warehouse, Shop(tables)


def test_lifetime_values_are_the_customers_own_sums(built: tuple[Path, Shop]) -> None:
    warehouse, shop = built
    mart = frame(warehouse, "select * from marts.customer_lifetime_value order by customer_id").set_index("customer_id")
    people = shop.people
    today = pd.Timestamp(AS_OF) - pd.Timedelta(days=1)
    assert list(mart.index) == list(people.index)
    assert list(mart.order_count) == list(people.orders)
    assert list(mart.purchase_day_count) == list(people.visits)
    assert list(mart.net_revenue_amount.astype(float)) == list(people.net)
    assert list(mart.tenure_days) == list((people["last"] - people["first"]).dt.days)
    assert list(mart.days_since_last_order) == list((today - people["last"]).dt.days)
    years = ((today - people["first"]).dt.days + 1) / 365.25
    np.testing.assert_allclose(mart.orders_per_year, people.orders / years)
    np.testing.assert_allclose(mart.average_order_value_amount.astype(float), people.net / people.orders, atol=1e-4)
    valid = shop.moves[shop.moves.orders > 0]
    medians = valid.groupby("customer").net.median()
    assert list(mart.median_order_value_amount.astype(float)) == list(medians)


def test_scores_are_fifths_by_the_middle_of_equals(built: tuple[Path, Shop]) -> None:
    warehouse, shop = built
    mart = frame(
        warehouse,
        "select customer_id, recency_score as r, frequency_score as f, monetary_score as m "
        "from marts.customer_segments where recency_score is not null order by customer_id",
    ).set_index("customer_id")
    window_start = pd.Timestamp(AS_OF) - pd.DateOffset(months=24)
    consumers = shop.people[~shop.people.business].copy()
    recent = shop.moves[shop.moves.day >= window_start]
    recent_visits = shop.visits[shop.visits.day >= window_start].groupby("customer").size()
    consumers["f"] = recent_visits.reindex(consumers.index).fillna(0)
    consumers["m"] = recent.groupby("customer").net.sum().reindex(consumers.index).fillna(0)
    consumers["r"] = consumers["last"].map(pd.Timestamp.toordinal)
    for score in "rfm":
        below_the_middle = consumers[score].rank(method="average") - 0.5
        assert list(mart[score]) == list(1 + 5 * below_the_middle // len(consumers))
    assert mart.f[consumers.f == 1].nunique() == 1


def test_tiers_and_the_top_revenue_set(built: tuple[Path, Shop]) -> None:
    warehouse, shop = built
    mart = frame(warehouse, "select * from marts.customer_segments order by customer_id").set_index("customer_id")
    for is_business in (False, True):
        group = shop.people[shop.people.business == is_business].net
        middle = group.rank(method="average", ascending=False) - 0.5
        share = middle / len(group)
        expected = np.select([share <= 0.2, share <= 0.5], ["high", "middle"], "low")
        assert list(mart.value_tier[group.index]) == list(expected)
    ranked = shop.people.net.sort_values(ascending=False, kind="stable")
    needed = int((ranked.cumsum() < Decimal("0.8") * int(ranked.sum())).sum()) + 1
    assert set(mart.index[mart.is_in_top_revenue_set]) == set(ranked.index[:needed])
    concentration = frame(warehouse, "select * from marts.revenue_concentration where population = 'all'")
    assert set(concentration.top_revenue_customer_count) == {needed}


def test_lifecycle_follows_the_persons_own_rhythm_or_the_model(built: tuple[Path, Shop]) -> None:
    warehouse, shop = built
    mart = frame(warehouse, "select * from marts.customer_segments order by customer_id").set_index("customer_id")
    gaps = {name: days.diff().dt.days.dropna().to_numpy() for name, days in shop.visits.groupby("customer").day}
    first_gaps = [own[0] for own in gaps.values() if len(own)]
    assert len(first_gaps) >= 30
    today = pd.Timestamp(AS_OF) - pd.Timedelta(days=1)
    for name, own in gaps.items():
        source = own if len(own) >= 5 else first_gaps
        late, over = np.quantile(source, [0.8, 0.95])
        if len(own) >= 5:
            over = max(over, 2 * np.median(own))
        silence = (today - shop.people["last"][name]).days
        is_gone, is_late = silence > over, silence > late
        if len(own) < 5:
            assert mart.lifecycle_method[name] == "probability_alive"
            is_gone, is_late = (
                silence > min(30, late) and mart.probability_alive[name] < bound for bound in (0.2, 0.5)
            )
        if is_gone:
            expected = "lapsed" if len(own) else "one_time"
        elif is_late:
            expected = "at_risk"
        elif not len(own):
            expected = "new"
        else:
            expected = "reactivated" if own[-1] > over else "active"
        assert mart.lifecycle_stage[name] == expected, name


def test_concentration(built: tuple[Path, Shop]) -> None:
    warehouse, shop = built
    mart = frame(warehouse, "select * from marts.revenue_concentration order by population, top_customer_rate")
    for population, values in (("all", shop.people.net), ("positive", shop.people.net[shop.people.net > 0])):
        ranked = np.sort(values.to_numpy(dtype=float))[::-1]
        part = mart[mart.population == population]
        for row in part.itertuples():
            count = int(np.ceil(round(row.top_customer_rate * len(ranked), 6)))
            assert row.top_customer_count == count
            assert row.share_of_revenue_rate == pytest.approx(ranked[:count].sum() / ranked.sum())
        mean_difference = np.abs(ranked[:, None] - ranked[None, :]).mean()
        assert list(part.gini_rate) == pytest.approx([mean_difference / (2 * ranked.mean())] * len(part))
    shares = mart[mart.population == "positive"].share_of_revenue_rate
    assert shares.is_monotonic_increasing


@pytest.mark.parametrize("mart", ["monthly_cohorts", "rolling_cohorts"])
def test_cohorts(built: tuple[Path, Shop], mart: str) -> None:
    warehouse, shop = built
    number = "month_number" if mart == "monthly_cohorts" else "period_number"
    cells = frame(warehouse, f"select * from marts.{mart}").set_index(["cohort_month", number])

    def period(first: pd.Timestamp, day: pd.Timestamp) -> int:
        if mart == "rolling_cohorts":
            return max((day - first).days // 30, 0)
        return max(12 * (day.year - first.year) + day.month - first.month, 0)

    def is_over(first: pd.Timestamp, at: int) -> bool:
        if mart == "rolling_cohorts":
            return first + pd.Timedelta(days=30 * (at + 1)) <= pd.Timestamp(AS_OF)
        return first.replace(day=1) + pd.DateOffset(months=at + 1) <= pd.Timestamp(AS_OF)

    firsts = shop.people["first"]
    cohort_of = firsts.dt.strftime("%Y-%m")
    checked = 0
    for cohort, members in firsts.groupby(cohort_of):
        moves = shop.moves[shop.moves.customer.isin(members.index)]
        periods = [period(members[row.customer], row.day) for row in moves.itertuples()]
        last = max(period(first, pd.Timestamp(AS_OF) - pd.Timedelta(days=1)) for first in members)
        for at in range(last + 1):
            cell = cells.loc[(cohort, at)]
            inside = moves[np.array(periods) == at]
            before = moves[np.array(periods) <= at]
            buyers = inside[inside.orders > 0].customer.nunique()
            later = before[(before.orders > 0) & (before.day > before.customer.map(members))]
            assert cell.cohort_size == len(members)
            assert cell.active_customer_count == buyers
            assert cell.retention_rate == buyers / len(members)
            assert cell.cumulative_repeat_customer_count == later.customer.nunique()
            assert cell.order_count == inside.orders.sum()
            assert cell.net_revenue_amount == inside.net.sum()
            assert float(cell.cumulative_net_revenue_per_customer_amount) == pytest.approx(
                before.net.sum() / len(members), abs=1e-4
            )
            assert cell.exposed_customer_count == sum(is_over(first, at) for first in members)
            assert cell.is_complete == all(is_over(first, at) for first in members)
            checked += 1
    assert checked == len(cells)


def test_a_shorter_history_leaves_complete_cells_as_they_are(built: tuple[Path, Shop], tmp_path: Path) -> None:
    tables = random_shop(SEED)
    earlier = dt.date(2023, 6, 1)
    orders = [row for row in tables["orders"] if row["placed_at"] < str(earlier)]
    known = {row["order_id"] for row in orders}
    lines = [row for row in tables["order_lines"] if row["order_id"] in known]
    warehouse = make_raw(tmp_path, orders=orders, order_lines=lines, shop={"as_of_date": earlier})
    make_models(warehouse, "monthly_cohorts", "rolling_cohorts")

    def complete(warehouse: Path) -> set[tuple[Any, ...]]:
        # Without the money: refunds go on changing it.
        counts = "cohort_size, active_customer_count, order_count, cumulative_repeat_rate"
        return {
            (mart, *cell)
            for mart, number in (("monthly_cohorts", "month_number"), ("rolling_cohorts", "period_number"))
            for cell in rows(warehouse, f"select cohort_month, {number}, {counts} from marts.{mart} where is_complete")
        }

    before = complete(warehouse)
    assert len(before) > 500
    assert before < complete(built[0])
