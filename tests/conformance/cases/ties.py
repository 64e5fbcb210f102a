"""What came first of things that carry the same instant: the shop's number in natural order, then the id."""

from tests.conformance.cases.case import THIRD_CHOICES, case, comes_to, event, person
from tests.support.builders import line, order, refund

TIES = [
    case(
        "thousand_after_999",
        "Same instant: ids go in natural order, so that order 999 is the first and 1000 the second",
        rows={
            "orders": [order("1000", total=50), order("999", total=100)],
            "order_lines": [line("1000", net=50, list_net_amount=100, discount_net_amount=50), line("999", net=100)],
        },
        orders={
            "999": comes_to(gross=100, net=100, customer_order_number=1, is_new_customer=True),
            "1000": comes_to(gross=100, discount=50, net=50, customer_order_number=2, is_new_customer=False),
        },
        days={"2024-03-01": (2, 150)},
        # The discount was on the second.
        customers={"anna": person(2, 150, first_order_discount_rate=0, is_discount_acquired=False)},
    ),
    case(
        "number_before_id",
        "Same instant: the number that the buyer sees goes before the id; an order without one comes last",
        rows={
            "orders": [
                order("1", total=1, order_number=None),
                order("2", total=2, order_number="NL-10"),
                order("3", total=4, order_number="NL-9"),
                order("4", total=8, order_number="NL-09"),
                # Earlier, whatever its number.
                order("5", total=16, order_number="NL-11", placed_at="2024-03-01 11:59:59"),
            ],
            "order_lines": [line(str(n + 1), net=2**n) for n in range(5)],
        },
        orders={
            "5": comes_to(gross=16, net=16, customer_order_number=1),
            # 9 and 09 are the same number; 0 comes before 9.
            "4": comes_to(gross=8, net=8, customer_order_number=2),
            "3": comes_to(gross=4, net=4, customer_order_number=3),
            "2": comes_to(gross=2, net=2, customer_order_number=4),
            "1": comes_to(gross=1, net=1, customer_order_number=5),
        },
        days={"2024-03-01": (5, 31)},
        customers={"anna": person(5, 31)},
    ),
    case(
        "number_of_thirty_digits",
        "Same instant: digits are counted as far as they go",
        rows={
            "orders": [order("1" + "0" * 30, total=1), order("9" * 30, total=2), order("9" * 30 + "-2", total=4)],
            "order_lines": [line("1" + "0" * 30, net=1), line("9" * 30, net=2), line("9" * 30 + "-2", net=4)],
        },
        orders={
            "9" * 30: comes_to(gross=2, net=2, customer_order_number=1),
            "9" * 30 + "-2": comes_to(gross=4, net=4, customer_order_number=2),
            "1" + "0" * 30: comes_to(gross=1, net=1, customer_order_number=3),
        },
        days={"2024-03-01": (3, 7)},
        customers={"anna": person(3, 7)},
    ),
    case(
        "renewal_of_the_same_instant",
        "Same instant: of two orders of one subscription the second renews",
        rows={
            "orders": [order("10", total=20), order("9", total=20)],
            "order_lines": [line(key, net=20, subscription_id="beans") for key in ("9", "10")],
        },
        orders={
            "9": comes_to(gross=20, net=20, is_renewal=False, customer_order_number=1),
            "10": comes_to(gross=20, net=20, is_renewal=True, customer_order_number=2),
        },
        days={"2024-03-01": (2, 40)},
        customers={"anna": person(2, 40)},
    ),
    case(
        "remainder_on_the_first_of_equal_lines",
        "Same instant: what cutting leaves over goes to the first of equal lines, 8 before 10",
        rows={
            "orders": [order("A", total=29, undistributed_discount_net_amount=1)],
            "order_lines": [line("A", "10", 10), line("A", "8", 10), line("A", "9", 10)],
            "refunds": [refund("R", "2024-03-10", "A", 1, kind="amount")],
        },
        orders={"A": comes_to(gross=30, discount=1, refunded=1, net=28)},
        days={"2024-03-01": (1, 29), "2024-03-10": (0, -1)},
        customers={"anna": person(1, 28)},
        lines={
            # After the discount, 9.6666 is left of line 8 and 9.6667 of the others: 9 is now the first of the largest.
            ("A", "8"): {"discount": "0.3334", "refunded": "0.3333", "net": "9.3333"},
            ("A", "9"): {"discount": "0.3333", "refunded": "0.3334", "net": "9.3333"},
            ("A", "10"): {"discount": "0.3333", "refunded": "0.3333", "net": "9.3334"},
        },
    ),
    case(
        "refunds_of_the_same_instant",
        "Same instant: refund 9 comes before refund 10, and takes from the shipping first",
        settings=THIRD_CHOICES,
        rows={
            "orders": [order("A", total=104, shipping_net_amount=4)],
            "order_lines": [line("A", net=100)],
            "refunds": [
                refund("10", "2024-03-10", "A", 5, kind="amount"),
                refund("9", "2024-03-10", "A", 3, kind="amount"),
            ],
        },
        orders={"A": comes_to(gross=100, refunded=4, shipping=0, net=96)},
        days={"2024-03-01": (1, 100), "2024-03-10": (0, -4)},
        customers={"anna": person(1, 96)},
        events=[
            event("refund_shipping", "2024-03-10", -3, refund_id="9"),
            event("refund_shipping", "2024-03-10", -1, refund_id="10"),
            event("refund", "2024-03-10", -4, refund_id="10"),
        ],
    ),
]
