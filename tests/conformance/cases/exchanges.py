"""Exchanges: as edits of the original order, and as orders of their own."""

from tests.conformance.cases.case import case, comes_to, event, person
from tests.support.builders import edit, line, order, refund

EXCHANGES = [
    case(
        "even_exchange",
        "Exchanges: return and new article inside the original order; net 0, one purchase",
        rows={
            "orders": [order("A", total=50)],
            "order_lines": [line("A", net=50, unit_cost_amount=20)],
            "order_edits": [
                edit("A", "2024-03-20", -50, "1", kind="exchange", line_id="1", quantity=-1, is_restocked=True),
                edit("A", "2024-03-20", 50, "2", kind="exchange", product_id="other", quantity=1),
            ],
            "products": [{"product_id": "other", "unit_cost_amount": 22}],
        },
        orders={"A": comes_to(gross=50, net=50, cost=22, contribution=28)},
        days={"2024-03-01": (1, 50)},
        customers={"anna": person(1, 50, last_order_date="2024-03-01")},
        events=[
            event("exchange", "2024-03-20", -50, line_id="1", component="gross"),
            event("exchange", "2024-03-20", 50, line_id=None, component="gross"),
            event("cost_of_goods", "2024-03-01", -20),
            event("cost_of_goods", "2024-03-20", -22),
            event("cost_of_goods_returned", "2024-03-20", 20),
        ],
    ),
    case(
        "uneven_exchange",
        "Exchanges: the difference in price is revenue of the exchange's day",
        rows={
            "orders": [order("A", total=50)],
            "order_lines": [line("A", net=50)],
            "order_edits": [
                edit("A", "2024-03-20", -50, "1", kind="exchange", line_id="1", quantity=-1),
                edit("A", "2024-03-20", 65, "2", kind="exchange", quantity=1),
            ],
        },
        orders={"A": comes_to(gross=65, net=65)},
        days={"2024-03-01": (1, 50), "2024-03-20": (0, 15)},
        customers={"anna": person(1, 65, last_order_date="2024-03-01")},
    ),
    case(
        "exchange_order",
        "Exchanges: an exchange that the shop books as an order of its own is no new purchase, resets no recency, and "
        "counts in the original order",
        rows={
            "orders": [
                order("A", "2024-03-15", total=50),
                order("X", "2024-04-10", total=65, order_type="exchange", original_order_id="A"),
            ],
            "order_lines": [line("A", net=50), line("X", net=65)],
            "refunds": [refund("R", "2024-04-10", "A", 50, line_id="1")],
        },
        orders={"A": comes_to(gross=115, refunded=50, net=65), "X": comes_to("exchange", order_type="exchange")},
        days={"2024-03-15": (1, 50), "2024-04-10": (0, 15)},
        customers={"anna": person(1, 65, first_order_date="2024-03-15", last_order_date="2024-03-15")},
        events=[
            event("line", "2024-03-15", 50, order_id="A", attributed_order_id="A", attributed_order_date="2024-03-15"),
            event("line", "2024-04-10", 65, order_id="X", attributed_order_id="A", attributed_order_date="2024-03-15"),
        ],
    ),
    case(
        "refund_of_an_exchange_order",
        "Exchanges: what goes back of the exchange counts in the original order, too",
        rows={
            "orders": [
                order("A", "2024-03-15", total=50),
                order("X", "2024-04-10", total=50, order_type="exchange", original_order_id="A"),
            ],
            "order_lines": [line("A", net=50), line("X", net=50)],
            "refunds": [
                refund("R1", "2024-04-10", "A", 50, line_id="1"),
                refund("R2", "2024-05-10", "X", 20, line_id="1"),
            ],
        },
        orders={"A": comes_to(gross=100, refunded=70, net=30), "X": comes_to("exchange")},
        days={"2024-03-15": (1, 50), "2024-05-10": (0, -20)},
        customers={"anna": person(1, 30)},
    ),
]
