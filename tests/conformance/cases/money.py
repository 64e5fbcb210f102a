"""The parts of an order, discounts, shipping, charges and edits."""

from tests.conformance.cases.case import case, comes_to, event, person
from tests.support.builders import edit, line, order, payment, refund

MONEY = [
    case(
        "parts_of_an_order",
        "Gross, net, total: net revenue is gross less discounts less refunds, ex VAT, ex shipping; the parts make the "
        "platform's total",
        rows={
            # 100 - 10 + 5 shipping + 2 gift wrap + 20.37 tax.
            "orders": [order("A", total="117.37", shipping_net_amount=5, fee_net_amount=2, tax_amount="20.37")],
            "order_lines": [line("A", list_net_amount=100, net=90, discount_net_amount=10, tax_amount="18.90")],
            "refunds": [refund("R", "2024-03-10", "A", 30, line_id="1", tax_amount="6.30")],
        },
        orders={
            "A": comes_to(
                gross=100, discount=10, refunded=30, net=60, shipping=5, fee=2, tax="14.07", is_over_refunded=False
            )
        },
        days={"2024-03-01": (1, 90), "2024-03-10": (0, -30)},
        customers={"anna": person(1, 60)},
        events=[
            event("tax", "2024-03-01", "20.37"),
            event("refund_tax", "2024-03-10", "-6.30"),
        ],
    ),
    case(
        "order_discount_is_spread",
        "Discounts: an order's discount is spread by line value after line discounts, the remainder to the largest "
        "line (of equals, the first)",
        rows={
            "orders": [order("A", total="60.50", undistributed_discount_net_amount=10, tax_amount="10.50")],
            "order_lines": [
                line("A", "1", 20),
                line("A", "2", 20, list_net_amount=25, discount_net_amount=5),
                line("A", "3", 20),
                line("A", "4", 0, line_type="shipping"),
            ],
        },
        orders={"A": comes_to(gross=65, discount=15, net=50, tax="10.50")},
        days={"2024-03-01": (1, 50)},
        customers={"anna": person(1, 50)},
        # 10 x 20 / 60 = 3.3333, three times; one ten-thousandth is left.
        lines={
            ("A", "1"): {"gross": 20, "discount": "3.3334", "net": "16.6666"},
            ("A", "2"): {"gross": 25, "discount": "8.3333", "net": "16.6667"},
            ("A", "3"): {"gross": 20, "discount": "3.3333", "net": "16.6667"},
        },
    ),
    case(
        "order_discount_by_value",
        "Discounts: by value, not by quantity",
        rows={
            "orders": [order("A", total=90, undistributed_discount_net_amount=10)],
            "order_lines": [line("A", "1", 75, quantity=1), line("A", "2", 25, quantity=9)],
        },
        orders={"A": comes_to(gross=100, discount=10, net=90)},
        days={"2024-03-01": (1, 90)},
        customers={"anna": person(1, 90)},
        lines={("A", "1"): {"discount": "7.5", "net": "67.5"}, ("A", "2"): {"discount": "2.5", "net": "22.5"}},
    ),
    case(
        "discount_without_products",
        "Discounts: what falls on no product is an adjustment, not a discount on goods",
        rows={
            "orders": [order("A", total=4, shipping_net_amount=6, undistributed_discount_net_amount=2)],
        },
        orders={"A": comes_to("no_merchandise", shipping=6, adjustment=-2)},
        days={},
        customers={"anna": person(0, 0)},
    ),
    case(
        "line_above_list_price",
        "Discounts: a line sold above its list price was not discounted",
        rows={
            "orders": [order("A", total=12)],
            "order_lines": [line("A", net=12, list_net_amount=10)],
        },
        orders={"A": comes_to(gross=12, net=12)},
        days={"2024-03-01": (1, 12)},
        customers={"anna": person(1, 12)},
    ),
    case(
        "shipping_is_no_revenue",
        "Shipping: income stands apart from net revenue, in contribution; free shipping is a cost, not a discount",
        rows={
            "orders": [
                order("paid", total=55, shipping_net_amount=5),
                order("free", "2024-03-02", total=50),
                order("lines", "2024-03-03", total=54),
            ],
            "order_lines": [
                line("paid", net=50),
                line("free", net=50),
                line("lines", "1", 50),
                line("lines", "2", 4, line_type="shipping"),
            ],
            "refunds": [refund("R", "2024-03-05", "paid", 0, kind="shipping", shipping_net_amount=5)],
            "order_costs": [
                {"order_id": key, "cost_id": "1", "kind": "shipping", "amount": 6} for key in ("paid", "free", "lines")
            ],
        },
        orders={
            "paid": comes_to(gross=50, net=50, cost=6, contribution=44),
            "free": comes_to(gross=50, net=50, cost=6, contribution=44),
            "lines": comes_to(gross=50, net=50, shipping=4, cost=6, contribution=48),
        },
        days={"2024-03-01": (1, 50), "2024-03-02": (1, 50), "2024-03-03": (1, 50)},
        customers={"anna": person(3, 150)},
        events=[
            event("shipping", "2024-03-01", 5, order_id="paid"),
            event("shipping", "2024-03-03", 4, order_id="lines"),
            event("refund_shipping", "2024-03-05", -5, order_id="paid"),
        ],
    ),
    case(
        "tips_duties_fees_deposits",
        "Tips, duties, fees, deposits: in the order's total, out of net revenue, each under its own name",
        rows={
            "orders": [order("A", total="39.10", fee_net_amount=1)],
            "order_lines": [
                line("A", "1", 20),
                line("A", "2", 5, line_type="tip"),
                line("A", "3", 8, line_type="duty"),
                line("A", "4", "2.10", line_type="deposit", quantity=7),
                line("A", "5", 3, line_type="fee"),
            ],
            "refunds": [refund("R", "2024-03-20", "A", "0.90", line_id="4", quantity=3)],
        },
        orders={"A": comes_to(gross=20, net=20, tip=5, duty=8, deposit="1.20", fee=4, contribution=20)},
        days={"2024-03-01": (1, 20)},
        customers={"anna": person(1, 20)},
        events=[event("deposit", "2024-03-01", "2.10"), event("deposit", "2024-03-20", "-0.90")],
    ),
    case(
        "adjustment_is_no_revenue",
        "Gross, net, total: a correction on an order is neither a sale nor a refund",
        rows={
            "orders": [order("A", total=-30)],
            "order_lines": [line("A", "1", 10), line("A", "2", -40, line_type="adjustment")],
        },
        orders={"A": comes_to(gross=10, net=10, adjustment=-40)},
        days={"2024-03-01": (1, 10)},
        customers={"anna": person(1, 10)},
    ),
    case(
        "edit_counts_on_its_own_day",
        "Order edits: revenue on the day of the edit, attributed to the original order; lifetime the same",
        rows={
            "orders": [order("A", total=121)],
            "order_lines": [line("A", "1", 60, tax_amount="12.60"), line("A", "2", 40, tax_amount="8.40")],
            "order_edits": [
                edit("A", "2024-03-05", -40, "1", line_id="2", quantity=-1, tax_amount="-8.40"),
                edit("A", "2024-03-06", 15, "2", quantity=1, tax_amount="3.15"),
            ],
        },
        orders={"A": comes_to(gross=75, net=75, tax="15.75")},
        days={"2024-03-01": (1, 100), "2024-03-05": (0, -40), "2024-03-06": (0, 15)},
        customers={"anna": person(1, 75, first_order_date="2024-03-01", last_order_date="2024-03-01")},
        events=[
            event("edit", "2024-03-05", -40, line_id="2", attributed_order_date="2024-03-01"),
            event("edit", "2024-03-06", 15, line_id=None, attributed_order_date="2024-03-01"),
            event("edit_tax", "2024-03-05", "-8.40"),
            event("edit_tax", "2024-03-06", "3.15"),
        ],
        lines={("A", "1"): {"gross": 60, "net": 60}, ("A", "2"): {"gross": 0, "net": 0}},
    ),
    case(
        "edited_away",
        "Order edits: an order edited down to nothing stays a purchase, and leaves no customer",
        rows={
            "orders": [order("A", total=40)],
            "order_lines": [line("A", net=40)],
            "order_edits": [edit("A", "2024-03-05", -40, line_id="1", quantity=-1, is_restocked=True)],
        },
        orders={"A": comes_to(net=0)},
        days={"2024-03-01": (1, 40), "2024-03-05": (0, -40)},
        customers={"anna": person(1, 0, is_customer=False)},
    ),
    case(
        "edit_after_the_last_day",
        "Order edits: an edit after the last known day is not there yet",
        rows={
            "orders": [order("A", "2024-12-30", total=40)],
            "order_lines": [line("A", net=40)],
            "order_edits": [edit("A", "2025-01-01", -40, line_id="1", quantity=-1)],
        },
        orders={"A": comes_to(gross=40, net=40)},
        days={"2024-12-30": (1, 40)},
        customers={"anna": person(1, 40)},
    ),
    case(
        "payment_by_card_is_no_event",
        "Gross, net, total: paying is not selling; a payment in money changes nothing",
        rows={
            "orders": [order("A", total=50)],
            "order_lines": [line("A", net=50)],
            "payments": [payment("A", "card", 30, "1"), payment("A", "bank_transfer", 20, "2")],
        },
        orders={"A": comes_to(gross=50, net=50)},
        days={"2024-03-01": (1, 50)},
        customers={"anna": person(1, 50)},
    ),
]
