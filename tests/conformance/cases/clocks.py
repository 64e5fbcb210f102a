"""Shops that have a refund or an edit on another day: in their books, or in the cells of their cohorts."""

from tests.conformance.cases.case import OTHER_CHOICES, case, comes_to, person
from tests.conformance.shops import line, order, refund

CLOCKS = [
    case(
        "cohort_cell_of_the_refunds_day",
        "Refund date: a shop may have a refund in the cohort cell of the day on which it went back",
        settings=OTHER_CHOICES,
        rows={
            "orders": [
                order("A", "2022-12-10", total=105, shipping_net_amount=5),
                order("B", "2023-03-01", total=20),
            ],
            "order_lines": [line("A", net=100), line("B", net=20)],
            "refunds": [
                refund("R", "2022-12-31", "A", 10, line_id="1"),
                refund("S", "2023-02-01", "A", 40, line_id="1", shipping_net_amount=5),
                refund("T", "2023-03-02", "B", 20, line_id="1"),
            ],
        },
        orders={"A": comes_to(gross=100, refunded=50, net=50), "B": comes_to(gross=20, refunded=20)},
        days={
            "2022-12-10": (1, 100),
            "2022-12-31": (0, -10),
            "2023-02-01": (0, -40),
            "2023-03-01": (1, 20),
            "2023-03-02": (0, -20),
        },
        customers={"anna": person(2, 50)},
        cohorts={
            ("2022-12", 0): {"order_count": 1, "net_revenue_amount": 90},
            ("2022-12", 2): {"order_count": 0, "net_revenue_amount": -40},
            ("2022-12", 3): {"order_count": 1, "net_revenue_amount": 0},
        },
    ),
]
