"""Who is one person, by real nights: guests with an account id, addresses of a role, accounts of one address."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.builders import line, order
from tests.support.real_nights import deliver

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.builders import Row
    from tests.support.real_nights import Night

pytestmark = pytest.mark.slow(50)


def bought(order_id: str, day: str, customer_id: str | None, address: str | None, **columns: object) -> Row:
    """An order of 10."""
    return order(order_id, day, customer_id, total=10, customer_email=address, **columns)


def days(start: int, count: int) -> list[tuple[int, str]]:
    """Numbers from 0, and days of January."""
    return [(number, f"2024-01-{start + number:02}") for number in range(count)]


ORDERS = [
    # Two orders of one instant: numbers count up.
    bought("999", "2024-02-01", "c1", None, sales_channel="web"),
    bought("1000", "2024-02-01", "c1", None, sales_channel="pos"),
    # A system that gives every guest checkout an account.
    bought("1001", "2024-01-05", "111", "e@example.com"),
    bought("1002", "2024-02-05", "222", "E@example.com"),
    bought("1003", "2024-02-25", "333", "e@example.com"),
    # A system that writes 0 for a guest.
    *(bought(f"z{n}", day, "0", f"p{n}@example.com") for n, day in days(1, 20)),
    *(bought(f"y{n}", day, f"c2{n}", f"q{n}@example.com") for n, day in days(21, 5)),
    # An address that many people use.
    *(bought(f"i{n}", day, None, "info@example.com") for n, day in days(1, 12)),
    # An account on which eleven people's addresses stand.
    *(bought(f"t{n}", day, "till", f"t{n}@example.com") for n, day in days(1, 11)),
    # An address of the shop's own.
    *(bought(f"j{n}", day, None, "jan@Bakery.example") for n, day in days(1, 2)),
]
LINES = [line(row["order_id"], net=10) for row in ORDERS]
PEOPLE = "select customer_id, order_count from marts.customers where is_customer order by customer_id"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bakery")


@pytest.fixture(scope="module")
def first(folder: Path) -> Night:
    """The night of a shop that has set nothing."""
    return deliver(folder, "2024-03-01", orders=ORDERS, order_lines=LINES)


@pytest.fixture(scope="module")
def second(folder: Path, first: Night) -> Night:
    """The next night, after the shop has set what the first one advised; the same home."""
    assert first.code == 0
    chosen = '\n[identity]\njoin_accounts_by_address = true\nown_domains = ["bakery.example"]\n'
    return deliver(folder, "2024-03-02", sections=chosen, orders=ORDERS, order_lines=LINES)


def orders_of(night: Night) -> dict[str, int]:
    """Customers with their orders; guests by how many there are of each number of orders."""
    found: dict[str, int] = {}
    for customer_id, order_count in night.query(PEOPLE):
        name = f"guests of {order_count}" if customer_id.startswith("guest-") else customer_id
        found[name] = found.get(name, 0) + 1 if name.startswith("guests") else order_count
    return found


ACCOUNTS = {"c1": 2, "till": 11, **{f"c2{n}": 1 for n in range(5)}}


def test_of_two_orders_on_one_instant_the_lower_number_is_the_first(first):
    numbers = "select order_id, customer_order_number from marts.orders where customer_id = 'c1' order by 2"
    assert first.query(numbers) == [("999", 1), ("1000", 2)]
    assert first.query("select first_sales_channel from marts.customers where customer_id = 'c1'") == [("web",)]


def test_guests_by_id_are_people_and_a_role_is_nobody(first):
    """20 guests by id, 12 of the role's address, and jan."""
    expected = {**ACCOUNTS, "111": 1, "222": 1, "333": 1, "guests of 1": 32, "guests of 2": 1}
    assert orders_of(first) == expected


def test_accounts_joined_and_own_addresses_left_apart_where_the_shop_says_so(second):
    assert orders_of(second) == {**ACCOUNTS, "111": 3, "guests of 1": 34}
    [months] = second.query(
        "select count(distinct cohort_month), min(cohort_month) from marts.customers where customer_id = '111'"
    )
    assert months == (1, "2024-01")
    new = "select count(*) filter (is_new_customer), count(*), sum(net_revenue_amount) from marts.orders"
    assert second.query(f"{new} where customer_id = '111'") == [(1, 3, 30)]


@pytest.mark.parametrize(
    "words",
    [
        "1 address that joins nobody, each of 12 guest orders a person of its own (1 of a role (info@): 12 guest",
        "20 orders whose customer_id means a guest (identity.guest_customer_ids)",
        "warning: 1 address belongs to several accounts, 3 in all",
        "set identity.join_accounts_by_address = true",
        "warning: account 'till' has orders with 11 addresses",
    ],
)
def test_the_summary_says_what_was_found(first, words):
    assert words in first.out


@pytest.mark.parametrize(
    "words",
    [
        "1 of the shop's own domains: 2 guest orders",
        "3 accounts with the same address are 1 customer (1 address)",
        "warning: account 'till' has orders with 11 addresses",
    ],
)
def test_the_summary_says_what_was_joined(second, words):
    assert words in second.out
    assert "belongs to several accounts" not in second.out
