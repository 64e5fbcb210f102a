"""Which orders are one person's: ids that mean a guest, addresses that lead to nobody, accounts of one address."""

from tests.conformance.cases.case import THIRD_CHOICES, case, comes_to, person
from tests.support.builders import Row, line, order, refund


def shop_of(*orders: Row) -> dict[str, list[Row]]:
    """Orders of one article that costs 10."""
    return {"orders": [{**row, "total_gross_amount": 10} for row in orders], "order_lines": lines_of(*orders)}


def lines_of(*orders: Row) -> list[Row]:
    return [line(row["order_id"], net=10) for row in orders]


def guest(order_id: str, day: str, address: str | None, customer_id: str | None = None, **columns: object) -> Row:
    """An order of a guest, or with an account id that may mean one."""
    return order(order_id, day, customer_id, customer_email_hash=address, **columns)


IDENTITY = [
    case(
        "zero_means_guest",
        "Guest checkout: an account id that means a guest is none, in whatever table it stands, however it is written",
        rows={
            **shop_of(
                guest("A", "2024-03-01", "ann@example.org", customer_id="0"),
                guest("B", "2024-03-02", "bob@example.org", customer_id="0"),
                guest("C", "2024-03-03", "ann@example.org", customer_id=" NULL "),
                guest("D", "2024-03-04", None, customer_id="-1"),
                order("E", "2024-03-05", "eve"),
                order("F", "2024-03-06", "fay"),
                order("G", "2024-03-07", "00"),
            ),
            # An account called 0 has no address, nobody was merged into it, and nobody buys for it.
            "customers": [
                {"customer_id": "0", "email_hash": "bob@example.org", "is_business": True},
                {"customer_id": "eve", "company_id": "0"},
                {"customer_id": "fay", "company_id": " null"},
            ],
            "customer_aliases": [
                {"old_customer_id": "eve", "surviving_customer_id": "0"},
                {"old_customer_id": "-1", "surviving_customer_id": "fay"},
            ],
            "refunds": [refund("R", "2024-03-10", None, 4, customer_id="0")],
        },
        orders={
            **{key: comes_to(gross=10, net=10) for key in "ABCEFG"},
            "D": comes_to(gross=10, net=10, customer_id=None),
        },
        days={**{f"2024-03-0{n}": (1, 10) for n in range(1, 8)}, "2024-03-10": (0, -4)},
        customers={
            "guest:ann@example.org": person(2, 20),
            "guest:bob@example.org": person(1, 10, is_business=False),
            "eve": person(1, 10, is_business=False),
            "fay": person(1, 10, is_business=False),
            "00": person(1, 10),
        },
    ),
    case(
        "role_address_is_nobodys",
        "Do-not-merge list: guests of an address of a role are not one person, nor the account that has it; refunds "
        "follow their order",
        rows={
            **shop_of(
                guest("A", "2024-03-01", "info@example.org", customer_email_kind="role"),
                guest("B", "2024-03-02", "info@example.org", customer_email_kind="role"),
                order("C", "2024-03-03", "office", customer_email_hash="info@example.org", customer_email_kind="role"),
                order("D", "2024-03-04", "office"),
            ),
            "customers": [{"customer_id": "office", "email_hash": "info@example.org", "email_kind": "role"}],
            "refunds": [refund("R", "2024-03-10", "B", 4, line_id="1")],
        },
        orders={
            **{key: comes_to(gross=10, net=10, is_new_customer=key != "D") for key in "ACD"},
            "B": comes_to(gross=10, refunded=4, net=6, is_new_customer=True),
        },
        days={**{f"2024-03-0{n}": (1, 10) for n in range(1, 5)}, "2024-03-10": (0, -4)},
        customers={
            "guest:info@example.org:A": person(1, 10),
            "guest:info@example.org:B": person(1, 6),
            "office": person(2, 20),
        },
    ),
    case(
        "address_of_many_orders",
        "Do-not-merge list: an address with more orders in a month than one person places leads to nobody, in no month",
        settings=THIRD_CHOICES,
        rows=shop_of(
            guest("A", "2024-02-01", "till@example.org"),
            guest("B", "2024-03-01", "till@example.org"),
            guest("C", "2024-03-02", "till@example.org"),
            guest("D", "2024-03-03", "till@example.org"),
            # Two in each month are one person's; in Amsterdam, the last of March lies in April.
            *(guest(f"E{n}", day, "eve@example.org") for n, day in enumerate(("2024-03-04", "2024-03-05"))),
            guest("F", "", "eve@example.org", placed_at="2024-03-31 22:30:00"),
        ),
        orders={key: comes_to(gross=10, net=10) for key in ("A", "B", "C", "D", "E0", "E1", "F")},
        days={
            **dict.fromkeys(("2024-02-01", "2024-04-01"), (1, 10)),
            **{f"2024-03-0{n}": (1, 10) for n in range(1, 6)},
        },
        customers={
            **{f"guest:till@example.org:{key}": person(1, 10) for key in "ABCD"},
            "guest:eve@example.org": person(3, 30),
        },
    ),
    case(
        "accounts_of_one_address",
        "Guest checkout: accounts of one address are customers of their own, unless the shop joins them",
        rows=shop_of(
            *(guest(key, f"2024-03-0{n}", "e@example.org", customer_id=str(n)) for n, key in enumerate("ABC", 1)),
        ),
        orders={key: comes_to(gross=10, net=10, is_new_customer=True) for key in "ABC"},
        days={f"2024-03-0{n}": (1, 10) for n in range(1, 4)},
        customers={str(n): person(1, 10) for n in range(1, 4)},
    ),
    case(
        "accounts_joined_by_address",
        "Guest checkout: a shop may join accounts by address, through others too; the first id is the person",
        settings=THIRD_CHOICES,
        rows={
            **shop_of(
                guest("A", "2024-03-01", "e@example.org", customer_id="9"),
                guest("B", "2024-03-02", "e@example.org", customer_id="10"),
                guest("C", "2024-03-03", "f@example.org", customer_id="10"),
                guest("D", "2024-03-04", "f@example.org", customer_id="11"),
                guest("E", "2024-04-05", "f@example.org"),
                guest("F", "2024-03-06", "info@example.org", customer_id="12", customer_email_kind="role"),
                guest("G", "2024-03-07", "info@example.org", customer_id="13", customer_email_kind="role"),
                # Too many addresses for one person: the account is a customer, and joins nobody.
                *(guest(f"M{n}", f"2024-03-1{n}", f"{n}@example.org", customer_id="till") for n in range(3)),
                guest("N", "2024-03-13", "1@example.org"),
            ),
            "refunds": [refund("R", "2024-03-20", None, 4, customer_id="11")],
        },
        orders={
            **{key: comes_to(gross=10, net=10) for key in ("F", "G", "M0", "M1", "M2", "N")},
            **{key: comes_to(gross=10, net=10, customer_order_number=n) for n, key in enumerate("ABCDE", 1)},
        },
        days={
            **{f"2024-03-0{n}": (1, 10) for n in (1, 2, 3, 4, 6, 7)},
            **{f"2024-03-1{n}": (1, 10) for n in range(4)},
            "2024-03-20": (0, -4),
            "2024-04-05": (1, 10),
        },
        customers={
            "9": person(5, 46),
            "12": person(1, 10),
            "13": person(1, 10),
            "till": person(3, 30),
            "guest:1@example.org": person(1, 10),
        },
    ),
]
