"""The formula's customer lifetime value on simulated shops whose customers leave at a constant, known rate.

Six shops of one kind, told apart by the country of their customers, stand in one warehouse: dbt runs once, and every
country is a shop with a seed of its own. Beside them a country with too few customers, and one that is too young.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any, NamedTuple

import duckdb
import numpy as np
import pandas as pd
import pytest

from tests.support.dbt_models import make_models
from tests.support.raw_shop import make_raw

if TYPE_CHECKING:
    from pathlib import Path

AS_OF = dt.date(2024, 1, 1)
ORDERS_PER_ACTIVE_YEAR_AFTER_THE_FIRST = 6.0
CHURN_PER_YEAR = 0.8
ORDER_VALUE = 30
HISTORY_YEARS = 3
CUSTOMERS = 2_000
COUNTRIES = ("AA", "BB", "CC", "DD", "EE", "FF")
SMALL, YOUNG = "SM", "YO"
YOUNG_DAYS = 200
HORIZON_YEARS = 5


class Truth(NamedTuple):
    lifespan_years: float
    orders_per_active_year: float
    clv: float


def truth() -> Truth:
    """What the simulation was told, within the horizon."""
    lifespan = (1 - math.exp(-CHURN_PER_YEAR * HORIZON_YEARS)) / CHURN_PER_YEAR
    # The first order comes once in a life, which is 1 / churn years long on average.
    rate = ORDERS_PER_ACTIVE_YEAR_AFTER_THE_FIRST + CHURN_PER_YEAR
    return Truth(lifespan, rate, ORDER_VALUE * rate * lifespan)


def simulate(seed: int, customers: int = CUSTOMERS, first_day: int = 0) -> list[tuple[int, int]]:
    """Customer and day of each order: Poisson while active, for who joins on any day from `first_day` on."""
    rng = np.random.default_rng(seed)
    last_day = HISTORY_YEARS * 365 - 1
    orders = []
    for customer in range(customers):
        at = float(rng.uniform(first_day, last_day))
        leaves = at + rng.exponential(365.25 / CHURN_PER_YEAR)
        while at < min(leaves, last_day + 1):
            orders.append((customer, int(at)))
            at += rng.exponential(365.25 / ORDERS_PER_ACTIVE_YEAR_AFTER_THE_FIRST)
    return orders


def fill(warehouse: Path, shops: dict[str, list[tuple[int, int]]]) -> None:
    """Put the simulated orders into `raw`, all at once: one by one takes minutes."""
    start = AS_OF - dt.timedelta(days=HISTORY_YEARS * 365)
    orders = pd.DataFrame(
        [
            (f"{country}-{number}", f"{country}-{customer}", country, start + dt.timedelta(days=day))
            for country, shop in shops.items()
            for number, (customer, day) in enumerate(shop)
        ],
        columns=["order_id", "customer_id", "country", "order_date"],
    )
    with duckdb.connect(str(warehouse)) as connection:
        connection.register("simulated", orders)
        connection.execute(
            "insert into raw.orders by name select 'test_shop' as source_id, * replace (cast(order_date as date) as "
            "order_date), cast(order_date as timestamp) + interval 12 hour as placed_at, 'paid' as status, "
            "'EUR' as currency, 0 as total_gross_amount, 0 as shipping_net_amount, 0 as fee_net_amount, "
            "0 as discount_net_amount, 0 as undistributed_discount_net_amount, false as is_test from simulated"
        )
        connection.execute(
            "insert into raw.order_lines by name select 'test_shop' as source_id, order_id, cast(order_date as date) "
            f"as order_date, '1' as line_id, 1 as quantity, {ORDER_VALUE} as net_amount, 0 as discount_net_amount, "
            "0 as tax_amount, 'product' as line_type from simulated"
        )


def summary(folder: Path, shops: dict[str, list[tuple[int, int]]]) -> dict[str, dict[str, Any]]:
    """The segments of the simulated shops, and `all`."""
    warehouse = make_raw(folder, shop={"as_of_date": AS_OF})
    fill(warehouse, shops)
    make_models(warehouse, "segment_summary", "customer_lifetime_value")
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        frame = connection.execute(
            "select summary.*, (select avg(tenure_days) / 365.25 from marts.customer_lifetime_value "
            "where customer_id[:2] = segment) as mean_tenure_years "
            "from marts.segment_summary as summary where segmentation in ('all', 'first_country')"
        ).df()
        clv = connection.execute(
            "select distinct customer_id[:2], formula_segmentation, formula_segment, formula_clv_amount, "
            "formula_average_order_value_amount, formula_orders_per_year, formula_lifespan_years "
            "from marts.customer_lifetime_value"
        ).df()
    rows = {str(row["segment"]): row for row in frame.to_dict("records")}
    rows["customers"] = {row[0]: row[1:] for row in clv.itertuples(index=False)}
    return rows


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    simulated = {country: simulate(seed) for seed, country in enumerate(COUNTRIES)}
    simulated[SMALL] = simulate(100, customers=99)
    simulated[YOUNG] = simulate(101, customers=1_000, first_day=HISTORY_YEARS * 365 - YOUNG_DAYS)
    return summary(tmp_path_factory.mktemp("simulated"), simulated)


@pytest.mark.parametrize("country", COUNTRIES)
def test_the_true_lifespan_is_inside_the_interval(shops: dict[str, dict[str, Any]], country: str) -> None:
    shop = shops[country]
    assert shop["is_lifespan_reliable"]
    assert shop["lifespan_horizon_years"] == HORIZON_YEARS
    assert shop["lifespan_years_low"] < truth().lifespan_years < shop["lifespan_years_high"]
    assert shop["lifespan_years_high"] / shop["lifespan_years_low"] < 1.3


def test_the_estimates_centre_on_the_truth(shops: dict[str, dict[str, Any]]) -> None:
    lifespans = [shops[country]["lifespan_years"] for country in COUNTRIES]
    rates = [shops[country]["orders_per_active_year"] for country in COUNTRIES]
    values = [float(shops[country]["formula_clv_amount"]) for country in COUNTRIES]
    assert np.mean(lifespans) == pytest.approx(truth().lifespan_years, rel=0.04)
    assert np.mean(rates) == pytest.approx(truth().orders_per_active_year, rel=0.04)
    assert np.mean(values) == pytest.approx(truth().clv, rel=0.04)


def test_naive_lifespans_are_far_off(shops: dict[str, dict[str, Any]]) -> None:
    for country in COUNTRIES:
        shop = shops[country]
        assert shop["mean_tenure_years"] < 0.7 * truth().lifespan_years
        # Years of silence in the denominator, years of activity in the lifespan: these two do not belong together.
        naive = float(shop["average_order_value_amount"]) * shop["orders_per_year"] * shop["lifespan_years"]
        assert naive < 0.75 * truth().clv


def test_the_interval_narrows_with_more_customers(shops: dict[str, dict[str, Any]]) -> None:
    everybody = shops["all"]
    assert everybody["lifespan_years_low"] < truth().lifespan_years < everybody["lifespan_years_high"]
    width = math.log(everybody["lifespan_years_high"] / everybody["lifespan_years_low"])
    widths = [
        math.log(shops[country]["lifespan_years_high"] / shops[country]["lifespan_years_low"]) for country in COUNTRIES
    ]
    assert width == pytest.approx(np.mean(widths) / math.sqrt(len(COUNTRIES)), rel=0.15)


def test_a_customers_factors_are_those_of_the_segment(shops: dict[str, dict[str, Any]]) -> None:
    for country in COUNTRIES:
        segmentation, segment, clv, value, rate, lifespan = shops["customers"][country]
        assert (segmentation, segment) == ("first_country", country)
        assert clv == shops[country]["formula_clv_amount"]
        assert float(clv) == pytest.approx(float(value) * rate * lifespan, rel=1e-5)


def test_a_small_segment_takes_the_factors_of_all(shops: dict[str, dict[str, Any]]) -> None:
    assert math.isnan(shops[SMALL]["lifespan_years"])
    segmentation, segment, clv, *_ = shops["customers"][SMALL]
    assert (segmentation, segment) == ("all", "all")
    assert clv == shops["all"]["formula_clv_amount"]


def test_a_short_history_says_so_and_is_not_used(shops: dict[str, dict[str, Any]]) -> None:
    """Who is on the way back looks gone when the history is not much longer than a gap."""
    assert not shops[YOUNG]["is_lifespan_reliable"]
    assert shops[YOUNG]["lifespan_years"] < truth().lifespan_years
    assert shops["customers"][YOUNG][:2] == ("all", "all")
