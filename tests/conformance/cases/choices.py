"""Shops that have chosen otherwise, where a setting lets them. The same traps under the defaults stand by topic."""

from decimal import Decimal

from tests.conformance.cases.case import OTHER_CHOICES, THIRD_CHOICES, case, comes_to, event, person
from tests.support.builders import edit, line, order, payment, refund

CHOICES = [
    case(
        "won_by_a_discount",
        "First-order discount: the share that discounts took off the first purchase as it was placed; a tenth or more "
        "won the customer",
        rows={
            "orders": [
                order("A1", total=85, undistributed_discount_net_amount=5),
                order("A2", "2024-03-02", total=10),
                order("B", customer_id="bert", total="90.01"),
                order("C", customer_id="carl", total=0),
                order("D", "2024-03-02", customer_id="carl", total=100),
            ],
            "order_lines": [
                line("A1", "1", 40, list_net_amount=50),
                line("A1", "2", 50),
                line("A2", net=10, list_net_amount=100),
                line("B", net="90.01", list_net_amount=100),
                line("C", net=0, list_net_amount=100),
                line("D", net=100),
            ],
            # What happens to the order later changes nothing.
            "order_edits": [edit("A1", "2024-03-10", 100)],
            "refunds": [refund("R", "2024-03-10", "A1", 50, line_id="2")],
        },
        orders={
            "A1": comes_to(gross=200, discount=15, refunded=50, net=135),
            "A2": comes_to(gross=100, discount=90, net=10),
            "B": comes_to(gross=100, discount="9.99", net="90.01"),
            "C": comes_to("zero_value", gross=100, discount=100),
            "D": comes_to(gross=100, net=100),
        },
        days={"2024-03-01": (2, "175.01"), "2024-03-02": (2, 110), "2024-03-10": (0, 50)},
        customers={
            "anna": person(2, 145, first_order_discount_rate=Decimal("0.15"), is_discount_acquired=True),
            "bert": person(1, "90.01", first_order_discount_rate=Decimal("0.0999"), is_discount_acquired=False),
            # The free one was no purchase.
            "carl": person(1, 100, first_order_discount_rate=Decimal(0), is_discount_acquired=False),
        },
    ),
    case(
        "exchange_order_counted",
        "Exchanges: a shop may count an exchange that is an order of its own as a purchase, apart from the first",
        settings=OTHER_CHOICES,
        rows={
            "orders": [
                order("A", total=100),
                order("X", "2024-03-10", total=120, order_type="exchange", original_order_id="A"),
            ],
            "order_lines": [line("A", net=100), line("X", net=120)],
            "refunds": [refund("R", "2024-03-10", "A", 100, line_id="1")],
        },
        orders={
            "A": comes_to(gross=100, refunded=100),
            "X": comes_to(gross=120, net=120, customer_order_number=2),
        },
        days={"2024-03-01": (1, 100), "2024-03-10": (1, 20)},
        customers={"anna": person(2, 120)},
        events=[
            event("line", "2024-03-01", 100, attributed_order_id="A", attributed_order_date="2024-03-01"),
            event("line", "2024-03-10", 120, attributed_order_id="X", attributed_order_date="2024-03-10"),
        ],
    ),
    case(
        "order_discount_by_quantity",
        "Discounts: a shop may spread an order's discount by pieces; what is free carries none, the remainder falls "
        "where most pieces are",
        settings=OTHER_CHOICES,
        rows={
            "orders": [order("A", total=90, undistributed_discount_net_amount=10)],
            "order_lines": [
                line("A", "1", 90, quantity=1),
                line("A", "2", 10, quantity=2),
                line("A", "3", 0, quantity=5),
            ],
        },
        orders={"A": comes_to(gross=100, discount=10, net=90)},
        days={"2024-03-01": (1, 90)},
        customers={"anna": person(1, 90)},
        lines={
            ("A", "1"): {"discount": "3.3333", "net": "86.6667"},
            ("A", "2"): {"discount": "6.6667", "net": "3.3333"},
            ("A", "3"): {"discount": 0, "net": 0},
        },
    ),
    case(
        "refunded_by_status_only_kept",
        "Refunded by status only: a shop may keep the money of an order that no refund tells of",
        settings=OTHER_CHOICES,
        rows={
            "orders": [order("A", total=30, status="refunded", updated_at="2024-03-10 12:00:00")],
            "order_lines": [line("A", net=30)],
        },
        orders={"A": comes_to(gross=30, net=30, has_untold_refund=True)},
        days={"2024-03-01": (1, 30)},
        customers={"anna": person(1, 30)},
    ),
    case(
        "refund_by_amount_by_quantity",
        "Partial refunds: a shop may spread a refund that names no line by pieces; lines with nothing left carry none",
        settings=OTHER_CHOICES,
        rows={
            "orders": [order("A", total=120)],
            "order_lines": [
                line("A", "1", 90, quantity=1),
                line("A", "2", 10, quantity=2),
                line("A", "3", 20, quantity=4),
            ],
            "refunds": [
                refund("R", "2024-03-10", "A", 20, line_id="3"),
                refund("S", "2024-03-11", "A", 9, kind="amount"),
            ],
        },
        orders={"A": comes_to(gross=120, refunded=29, net=91)},
        days={"2024-03-01": (1, 120), "2024-03-10": (0, -20), "2024-03-11": (0, -9)},
        customers={"anna": person(1, 91)},
        lines={
            ("A", "1"): {"refunded": 3, "net": 87},
            ("A", "2"): {"refunded": 6, "net": 4},
            ("A", "3"): {"refunded": 20, "net": 0},
        },
    ),
    case(
        "refund_by_amount_shipping_first",
        "Partial refunds: a shop may take amounts for no line from the shipping first, as far as it was not given back",
        settings=THIRD_CHOICES,
        rows={
            "orders": [order("A", total=112, shipping_net_amount=12)],
            "order_lines": [line("A", "1", 75), line("A", "2", 25)],
            "refunds": [
                refund("R", "2024-03-10", "A", 4, kind="amount"),
                refund("S", "2024-03-11", "A", 9, kind="amount"),
                # Of the shipping 2 are named, so 10 are left for the two amounts: 4 and 6.
                refund("T", "2024-03-12", "A", 0, kind="shipping", shipping_net_amount=2),
                refund("U", "2024-03-13", "A", 5, line_id="2"),
            ],
        },
        # 3 of S fall on what is left of the lines, 75 and 20.
        orders={"A": comes_to(gross=100, refunded=8, net=92)},
        days={"2024-03-01": (1, 100), "2024-03-11": (0, -3), "2024-03-13": (0, -5)},
        customers={"anna": person(1, 92)},
        events=[
            event("refund_shipping", "2024-03-10", -4),
            event("refund_shipping", "2024-03-11", -6),
            event("refund_shipping", "2024-03-12", -2),
        ],
        lines={("A", "1"): {"refunded": "2.3685"}, ("A", "2"): {"refunded": "5.6315"}},
    ),
    case(
        "refund_at_the_rate_of_its_day",
        "Currency: a shop may count refunds at the rate of their own day; the effect is then in revenue alone, and no "
        "over-refund",
        settings=OTHER_CHOICES,
        rows={
            # A dollar is .90 on the day of the order, .95 on the day of the refund; the tax is the order's until then.
            "orders": [order("A", total=121, currency="USD", tax_amount=21)],
            "order_lines": [line("A", net=100)],
            "refunds": [refund("R", "2024-04-02", "A", 100, line_id="1", tax_amount=21)],
        },
        orders={
            "A": comes_to(gross=90, refunded=95, net=-5, tax="-1.05", exchange_rate="0.90", is_over_refunded=False)
        },
        days={"2024-03-01": (1, 90), "2024-04-02": (0, -95)},
        customers={"anna": person(1, -5, is_customer=False)},
        events=[event("refund", "2024-04-02", -95, original_amount=-100, currency="USD")],
    ),
    case(
        "cost_comes_back_always",
        "Returns not restocked: a shop may have all that comes back cost nothing again",
        settings=OTHER_CHOICES,
        rows={
            "orders": [order("A", total=100), order("B", "2024-03-02", total=100)],
            "order_lines": [line(key, net=100, quantity=2, unit_cost_amount=30) for key in ("A", "B")],
            "refunds": [refund("R", "2024-03-10", "A", 50, line_id="1", quantity=1, is_restocked=False)],
            "order_edits": [edit("B", "2024-03-10", -50, line_id="1", quantity=-1, is_restocked=False)],
        },
        orders={
            "A": comes_to(gross=100, refunded=50, net=50, cost=30, contribution=20),
            "B": comes_to(gross=50, net=50, cost=30, contribution=20),
        },
        days={"2024-03-01": (1, 100), "2024-03-02": (1, 100), "2024-03-10": (0, -100)},
        customers={"anna": person(2, 100)},
    ),
    case(
        "cost_comes_back_never",
        "Returns not restocked: a shop may have nothing that comes back cost nothing again",
        settings=THIRD_CHOICES,
        rows={
            "orders": [order("A", total=100), order("B", "2024-03-02", total=100)],
            "order_lines": [line(key, net=100, quantity=2, unit_cost_amount=30) for key in ("A", "B")],
            "refunds": [refund("R", "2024-03-10", "A", 50, line_id="1", quantity=1, is_restocked=True)],
            "order_edits": [edit("B", "2024-03-10", -50, line_id="1", quantity=-1, is_restocked=True)],
        },
        orders={
            "A": comes_to(gross=100, refunded=50, net=50, cost=60, contribution=-10),
            "B": comes_to(gross=50, net=50, cost=60, contribution=-10),
        },
        days={"2024-03-01": (1, 100), "2024-03-02": (1, 100), "2024-03-10": (0, -100)},
        customers={"anna": person(2, 100)},
    ),
    case(
        "store_credit_is_a_discount",
        "Store credit, loyalty points: a shop may call credit that pays a discount: the part of it before tax",
        settings=OTHER_CHOICES,
        rows={
            "orders": [order("A", total=121)],
            "order_lines": [line("A", net=100, tax_amount=21)],
            "payments": [payment("A", "store_credit", "60.50"), payment("A", "card", "60.50", "2")],
        },
        orders={"A": comes_to(gross=100, discount=50, net=50, tax=21)},
        days={"2024-03-01": (1, 50)},
        customers={"anna": person(1, 50)},
    ),
    case(
        "won_by_half_the_price",
        "First-order discount: a shop may set from which discount on a customer counts as won by it",
        settings=OTHER_CHOICES,
        rows={
            "orders": [order("A", total=60), order("B", customer_id="bert", total=50)],
            "order_lines": [line("A", net=60, list_net_amount=100), line("B", net=50, list_net_amount=100)],
        },
        orders={"A": comes_to(gross=100, discount=40, net=60), "B": comes_to(gross=100, discount=50, net=50)},
        days={"2024-03-01": (2, 110)},
        customers={
            "anna": person(1, 60, first_order_discount_rate=Decimal("0.4"), is_discount_acquired=False),
            "bert": person(1, 50, first_order_discount_rate=Decimal("0.5"), is_discount_acquired=True),
        },
    ),
]
