"""Shops that have a refund or an edit on another day: in their books, or in the cells of their cohorts."""

from tests.conformance.cases.case import OTHER_CHOICES, THIRD_CHOICES, case, comes_to, person
from tests.support.builders import cost, edit, line, order, refund

CLOCKS = [
    case(
        "edit_in_the_books_of_the_orders_day",
        "Order edits: a shop may have them, exchanges by edit too, in the books of the order's day; refunds likewise",
        settings=THIRD_CHOICES,
        rows={
            "orders": [order("A", total=121), order("B", "2024-03-02", total=30)],
            "order_lines": [line("A", net=100, tax_amount=21), line("B", net=30)],
            "order_edits": [
                edit("A", "2024-03-10", 20, tax_amount="4.20"),
                edit("A", "2024-03-11", -5, "2", kind="exchange", line_id="1"),
            ],
            "refunds": [refund("R", "2024-03-12", "B", 10, line_id="1")],
        },
        orders={"A": comes_to(gross=115, net=115, tax="25.20"), "B": comes_to(gross=30, refunded=10, net=20)},
        days={
            "2024-03-01": (1, 100),
            "2024-03-02": (1, 30),
            "2024-03-10": (0, 20),
            "2024-03-11": (0, -5),
            "2024-03-12": (0, -10),
        },
        customers={"anna": person(2, 135)},
        books={"2024-03-01": 115, "2024-03-02": 20},
    ),
    case(
        "books_of_every_movements_own_day",
        "Order edits: on the edit's day in the books, as refunds are on theirs",
        rows={
            "orders": [order("A", total=100)],
            "order_lines": [line("A", net=100)],
            "order_edits": [edit("A", "2024-03-10", 20)],
            "refunds": [refund("R", "2024-03-12", "A", 10, line_id="1")],
        },
        orders={"A": comes_to(gross=120, refunded=10, net=110)},
        days={"2024-03-01": (1, 100), "2024-03-10": (0, 20), "2024-03-12": (0, -10)},
        customers={"anna": person(1, 110)},
        books={"2024-03-01": 100, "2024-03-10": 20, "2024-03-12": -10},
    ),
    case(
        "cohort_cell_of_the_refunds_day",
        "Refund date: a shop may have a refund in the cohort cell of the day on which it went back",
        settings=OTHER_CHOICES,
        rows={
            "orders": [
                order("A", "2022-12-10", total=105, shipping_net_amount=5),
                order("B", "2023-03-01", total=20),
            ],
            "order_lines": [line("A", net=100, quantity=2, unit_cost_amount=30), line("B", net=20)],
            "refunds": [
                refund("R", "2022-12-31", "A", 10, line_id="1", quantity=1),
                refund("S", "2023-02-01", "A", 40, line_id="1", quantity=1, shipping_net_amount=5),
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
        # By contribution: with the shipping, and the piece of 30 that costs nothing again.
        cohorts={
            ("2022-12", 0): {"order_count": 1, "net_revenue_amount": 90, "basis_amount": 65},
            ("2022-12", 2): {"order_count": 0, "net_revenue_amount": -40, "basis_amount": -15},
            ("2022-12", 3): {"order_count": 1, "net_revenue_amount": 0, "basis_amount": 0},
        },
    ),
    case(
        "cohort_by_contribution",
        "Gross, net, total: a shop may follow its cohorts by contribution, or gross, gross margin, net with shipping; "
        "net revenue stays beside it",
        settings=OTHER_CHOICES,
        rows={
            "orders": [order("A", "2022-11-10", total=95, shipping_net_amount=5)],
            "order_lines": [line("A", net=90, list_net_amount=100, unit_cost_amount=30)],
            "order_costs": [cost("A", "shipping", 8)],
        },
        orders={"A": comes_to(gross=100, discount=10, net=90, shipping=5, cost=38, contribution=57)},
        days={"2022-11-10": (1, 90)},
        customers={"anna": person(1, 90)},
        cohorts={("2022-11", 0): {"order_count": 1, "net_revenue_amount": 90, "basis_amount": 57}},
    ),
    case(
        "cohort_with_shipping",
        "Shipping: a shop may follow its cohorts by net revenue and shipping: exactly the shipping is added",
        settings=THIRD_CHOICES,
        rows={
            "orders": [order("A", "2022-11-10", total=95, shipping_net_amount=5)],
            "order_lines": [line("A", net=90, unit_cost_amount=30)],
            "refunds": [refund("R", "2022-12-01", "A", 0, shipping_net_amount=2)],
        },
        orders={"A": comes_to(gross=90, net=90, shipping=3, cost=30, contribution=63)},
        days={"2022-11-10": (1, 90)},
        customers={"anna": person(1, 90)},
        cohorts={
            ("2022-11", 0): {"order_count": 1, "net_revenue_amount": 90, "basis_amount": 95},
            ("2022-11", 1): {"order_count": 0, "net_revenue_amount": 0, "basis_amount": -2},
        },
    ),
]
