"""The shipped view: a shop may count what it sold on the day it left."""

from tests.conformance.cases.case import OTHER_CHOICES, case, comes_to, date, event, person
from tests.support.builders import edit, line, order, payment, refund

SHIPPED = [
    case(
        "pre_order",
        "Pre-orders: what is ordered counts on the order's day, whenever it is shipped; the day it left stands beside",
        rows={
            "orders": [
                # Ten past midnight in Amsterdam.
                order("A", "2024-03-01", total=100, fulfilled_at="2024-06-09 22:10:00"),
                order("B", "2024-03-02", total=20),
                order("C", "2024-03-03", total=10, fulfilled_at="2025-01-01 12:00:00"),
            ],
            "order_lines": [line("A", net=100), line("B", net=20), line("C", net=10)],
        },
        orders={
            "A": comes_to(gross=100, net=100, fulfilled_date=date("2024-06-10")),
            "B": comes_to(gross=20, net=20, fulfilled_date=None),
            "C": comes_to(gross=10, net=10, fulfilled_date=None),
        },
        days={"2024-03-01": (1, 100), "2024-03-02": (1, 20), "2024-03-03": (1, 10)},
        books={"2024-03-01": 100, "2024-03-02": 20, "2024-03-03": 10},
        customers={"anna": person(3, 130, last_order_date="2024-03-03")},
    ),
    case(
        "pre_order_on_the_shipped_day",
        "Pre-orders: a shop may count in its daily marts what it sold when it leaves, with the cards that paid for it, "
        "and what has not left on no day; refunds, edits and the customer's clock stay where they are",
        settings=OTHER_CHOICES,
        rows={
            "orders": [
                order("A", "2024-03-01", total=110, fulfilled_at="2024-06-09 22:10:00")
                | {"shipping_net_amount": 15, "undistributed_discount_net_amount": 5},
                order("B", "2024-03-02", total=20),
                order("C", "2024-03-03", total=10, fulfilled_at="2025-01-01 12:00:00"),
            ],
            "order_lines": [line("A", net=100), line("B", net=20), line("C", net=10)],
            "order_edits": [edit("A", "2024-04-01", 7)],
            "refunds": [refund("R", "2024-04-02", "B", 3, line_id="1")],
            "payments": [payment("A", "gift_card", 50)],
        },
        orders={
            "A": comes_to(gross=107, discount=55, net=52, shipping=15, fulfilled_date=date("2024-06-10")),
            "B": comes_to(gross=20, refunded=3, net=17),
            "C": comes_to(gross=10, net=10),
        },
        days={
            **{"2024-03-01": (1, 45), "2024-03-02": (1, 20), "2024-03-03": (1, 10)},
            **{"2024-04-01": (0, 7), "2024-04-02": (0, -3)},
        },
        # Refunds and edits count on the order's day in this shop.
        books={"2024-03-01": 7, "2024-03-02": -3, "2024-06-10": 45},
        customers={"anna": person(3, 79, first_order_date="2024-03-01", last_order_date="2024-03-03")},
        events=[
            event("line", "2024-03-01", 100, order_id="A"),
            event("line", "2024-03-02", 20, order_id="B"),
            event("line", "2024-03-03", 10, order_id="C"),
        ],
    ),
]
