"""Orders whose money counts, but that are no purchase."""

from tests.conformance.cases.case import OTHER_CHOICES, case, comes_to, event, excluded, person
from tests.support.builders import cost, line, order, refund

NO_PURCHASES = [
    case(
        "zero_value",
        "Zero-value: an order of nothing is no purchase; its cost is booked all the same",
        rows={
            "orders": [
                order("A", "2024-03-01", total=40),
                order("free", "2024-03-05", total=0),
                order("code", "2024-03-06", total=0, undistributed_discount_net_amount=25),
                order("only", "2024-03-07", "bert", total=0),
            ],
            "order_lines": [
                line("A", net=40),
                line("free", net=0, list_net_amount=15, unit_cost_amount=6),
                line("code", net=25, unit_cost_amount=9),
                line("only", net=0),
            ],
        },
        orders={
            "A": comes_to(gross=40, net=40),
            "free": comes_to("zero_value", gross=15, discount=15, cost=6, contribution=-6),
            "code": comes_to("zero_value", gross=25, discount=25, cost=9, contribution=-9),
            "only": comes_to("zero_value"),
        },
        days={"2024-03-01": (1, 40)},
        customers={"anna": person(1, 40, last_order_date="2024-03-01"), "bert": person(0, 0)},
    ),
    case(
        "zero_value_counted",
        "Zero-value: a shop may count orders of nothing as purchases",
        settings=OTHER_CHOICES,
        rows={
            "orders": [order("free", "2024-03-05", total=0)],
            "order_lines": [line("free", net=0, list_net_amount=15)],
        },
        orders={"free": comes_to(gross=15, discount=15)},
        days={"2024-03-05": (1, 0)},
        customers={"anna": person(1, 0)},
    ),
    case(
        "negative_value",
        "Zero-value: a basket worth less than nothing is no purchase, and has a reason of its own",
        rows={
            "orders": [order("A", "2024-03-01", total=40), order("credit", "2024-03-05", total=-15)],
            "order_lines": [line("A", net=40), line("credit", net=10), line("credit", "2", net=-25)],
        },
        orders={"A": comes_to(gross=40, net=40), "credit": comes_to("negative_value", gross=-15, net=-15)},
        days={"2024-03-01": (1, 40), "2024-03-05": (0, -15)},
        customers={"anna": person(1, 25, last_order_date="2024-03-01")},
    ),
    case(
        "negative_value_where_zero_counts",
        "Zero-value: a shop that counts orders of nothing counts none of less than nothing",
        settings=OTHER_CHOICES,
        rows={"orders": [order("credit", "2024-03-05", total=-15)], "order_lines": [line("credit", net=-15)]},
        orders={"credit": comes_to("negative_value", gross=-15, net=-15)},
        days={"2024-03-05": (0, -15)},
        customers={"anna": person(0, -15)},
    ),
    case(
        "replacement_and_sample",
        "Zero-value: replacements and samples are no purchase; what they cost is booked",
        rows={
            "orders": [
                order("A", "2024-03-01", total=40),
                order("R", "2024-03-10", total=0, order_type="replacement", original_order_id="A"),
                order("S", "2024-03-11", "bert", total=5, order_type="sample", shipping_net_amount=5),
            ],
            "order_lines": [
                line("A", net=40, unit_cost_amount=10),
                line("R", net=0, unit_cost_amount=10),
                line("S", net=0, unit_cost_amount=2),
            ],
        },
        orders={
            "A": comes_to(gross=40, net=40, cost=10, contribution=30),
            "R": comes_to("replacement", cost=10, contribution=-10, order_type="replacement"),
            "S": comes_to("sample", shipping=5, cost=2, contribution=3),
        },
        days={"2024-03-01": (1, 40)},
        customers={"anna": person(1, 40, last_order_date="2024-03-01"), "bert": person(0, 0)},
        events=[
            event("cost_of_goods", "2024-03-01", -10, attributed_order_id="A"),
            event("cost_of_goods", "2024-03-10", -10, attributed_order_id="R"),
            event("cost_of_goods", "2024-03-11", -2, attributed_order_id="S"),
        ],
    ),
    case(
        "staff",
        "Staff: no customer's value, kept in revenue with the reason",
        rows={
            "orders": [order("A", total=40), order("B", "2024-03-05", total=20, order_type="staff")],
            "order_lines": [line("A", net=40), line("B", net=20)],
        },
        orders={"A": comes_to(gross=40, net=40), "B": comes_to("staff", gross=20, net=20, customer_id=None)},
        days={"2024-03-01": (1, 40), "2024-03-05": (0, 20)},
        customers={"anna": person(1, 40, last_order_date="2024-03-01")},
    ),
    case(
        "marketplace",
        "Marketplace orders: in revenue by channel, commission a cost; out of persons and purchases",
        rows={
            "orders": [
                order("A", total=40),
                order(
                    "M", "2024-03-05", total="60.50", order_type="marketplace", sales_channel="bol", tax_amount="10.50"
                ),
                order(
                    *("N", "2024-03-06", None),
                    total=10,
                    order_type="marketplace",
                    sales_channel="bol",
                    customer_email_hash="relay",
                ),
            ],
            "order_lines": [line("A", net=40), line("M", net=50), line("N", net=10)],
            "order_costs": [cost("M", "commission", "7.50")],
        },
        orders={
            "A": comes_to(gross=40, net=40),
            "M": comes_to(
                "marketplace", gross=50, net=50, tax="10.50", cost="7.50", contribution="42.50", customer_id=None
            ),
            "N": comes_to("marketplace", gross=10, net=10, customer_id=None),
        },
        days={"2024-03-01": (1, 40), "2024-03-05": (0, 50), "2024-03-06": (0, 10)},
        customers={"anna": person(1, 40)},
        events=[event("commission", "2024-03-05", "-7.50", component="cost")],
    ),
    case(
        "marketplace_counted",
        "Marketplace orders: a shop may count them where the marketplace names its buyers",
        settings=OTHER_CHOICES,
        rows={
            "orders": [order("M", "2024-03-05", total=50, order_type="marketplace", sales_channel="bol")],
            "order_lines": [line("M", net=50)],
        },
        orders={"M": comes_to(gross=50, net=50)},
        days={"2024-03-05": (1, 50)},
        customers={"anna": person(1, 50)},
    ),
    case(
        "first_reason_wins",
        "Cancelled, test, staff: an order with several reasons says the first",
        rows={
            "orders": [
                order("A", total=0, order_type="staff"),
                order("B", total=50, order_type="marketplace", status="cancelled"),
                order("C", total=50, order_type="replacement", status="cancelled"),
                order("D", total=5, status="cancelled", shipping_net_amount=5),
            ],
            "order_lines": [line("A", net=0), line("B", net=50), line("C", net=50)],
            "refunds": [
                refund("RC", "2024-03-05", "C", 50, line_id="1"),
                refund("RD", "2024-03-05", "D", 0, kind="shipping", shipping_net_amount=5),
            ],
        },
        orders={
            "A": comes_to("staff"),
            "B": excluded("cancelled", 50),
            "C": comes_to("replacement", gross=50, refunded=50),
            "D": comes_to("no_merchandise"),
        },
        days={"2024-03-01": (0, 50), "2024-03-05": (0, -50)},
        customers={"anna": person(0, 0)},
    ),
]
