"""Gift cards, their VAT, store credit and loyalty points."""

from decimal import Decimal

from tests.conformance.cases.case import OTHER_CHOICES, case, comes_to, event, person
from tests.support.builders import line, order, payment, refund

VOUCHERS = [
    case(
        "gift_card_bought_and_redeemed",
        "Gift cards: the sale is a liability, no revenue and no purchase; redeeming is paying, and the goods are "
        "revenue of who redeems, once",
        rows={
            "orders": [
                order("buy", "2024-03-01", "anna", total=50),
                order("use", "2024-06-01", "bert", total="72.60", tax_amount="12.60"),
            ],
            "order_lines": [
                line("buy", net=50, line_type="gift_card", voucher_kind="multi_purpose"),
                line("use", net=60, tax_amount="12.60"),
            ],
            "payments": [
                payment("buy", "card", 50),
                payment("use", "gift_card", 50, "1"),
                payment("use", "card", "22.60", "2"),
            ],
        },
        orders={
            "buy": comes_to("no_merchandise", gift_card=50),
            "use": comes_to(gross=60, net=60, tax="12.60", gift_card=-50),
        },
        days={"2024-06-01": (1, 60)},
        customers={"anna": person(0, 0), "bert": person(1, 60)},
        events=[
            event("gift_card_sold", "2024-03-01", 50, customer_id="anna", net_revenue_amount=0),
            event("gift_card_redeemed", "2024-06-01", -50, customer_id="bert", net_revenue_amount=0),
        ],
    ),
    case(
        "gift_card_with_goods",
        "Gift cards: beside goods in one order, only the goods are revenue",
        rows={
            "orders": [order("A", total=75)],
            "order_lines": [line("A", "1", 25), line("A", "2", 50, line_type="gift_card")],
        },
        orders={"A": comes_to(gross=25, net=25, gift_card=50)},
        days={"2024-03-01": (1, 25)},
        customers={"anna": person(1, 25)},
    ),
    case(
        "gift_card_refunded",
        "Gift cards: a card given back is a debt less, no refund of revenue",
        rows={
            "orders": [order("A", total=75)],
            "order_lines": [line("A", "1", 25), line("A", "2", 50, line_type="gift_card")],
            "refunds": [refund("R", "2024-03-10", "A", 50, line_id="2", quantity=1)],
        },
        orders={"A": comes_to(gross=25, net=25)},
        days={"2024-03-01": (1, 25)},
        customers={"anna": person(1, 25)},
        events=[event("gift_card_sold", "2024-03-01", 50), event("gift_card_sold", "2024-03-10", -50)],
    ),
    case(
        "gift_card_payment_that_failed",
        "Gift cards: only a payment that came in takes off the debt",
        rows={
            "orders": [order("A", total=60)],
            "order_lines": [line("A", net=60)],
            "payments": [
                payment("A", "gift_card", 60, "1", state="failed"),
                payment("A", "store_credit", 60, "2", state="pending"),
                payment("A", "card", 60, "3"),
            ],
        },
        orders={"A": comes_to(gross=60, net=60)},
        days={"2024-03-01": (1, 60)},
        customers={"anna": person(1, 60)},
    ),
    case(
        "gift_card_counted_at_sale",
        "Gift cards: a shop may count them at sale: revenue of who buys, and all that the card pays comes off the "
        "goods of who redeems; both together are the goods once, ex tax",
        settings=OTHER_CHOICES,
        rows={
            "orders": [
                order("buy", "2024-03-01", "anna", total=121),
                order("use", "2024-06-01", "bert", total=187, tax_amount="31.50", shipping_net_amount="5.50"),
            ],
            "order_lines": [
                line("buy", net=121, line_type="gift_card", voucher_kind="multi_purpose"),
                line("use", "1", 100, tax_amount=21),
                line("use", "2", 50, tax_amount="10.50"),
            ],
            "payments": [payment("use", "gift_card", 121, "1"), payment("use", "card", 66, "2")],
        },
        # 121 and 29 are the 150 of goods that were sold, 31.50 and 5.50 the tax and the shipping.
        orders={
            "buy": comes_to(gross=121, net=121),
            "use": comes_to(gross=150, discount=121, net=29, tax="31.50", shipping="5.50"),
        },
        days={"2024-03-01": (1, 121), "2024-06-01": (1, 29)},
        customers={
            "anna": person(1, 121),
            # Nobody is won by what somebody else has paid for.
            "bert": person(1, 29, first_order_discount_rate=Decimal(0), is_discount_acquired=False),
        },
        # By pieces, as this shop spreads.
        lines={("use", "1"): {"discount": "60.5", "net": "39.5"}, ("use", "2"): {"discount": "60.5", "net": "-10.5"}},
    ),
    case(
        "gift_card_counted_at_sale_and_given_back",
        "Gift cards: counted at sale, a card given back is a refund of revenue, and order discounts fall on it too",
        settings=OTHER_CHOICES,
        rows={
            "orders": [order("A", total=65, undistributed_discount_net_amount=10)],
            "order_lines": [line("A", "1", 25), line("A", "2", 50, line_type="gift_card")],
            "refunds": [refund("R", "2024-03-10", "A", 45, line_id="2", quantity=1)],
        },
        orders={"A": comes_to(gross=75, discount=10, refunded=45, net=20)},
        days={"2024-03-01": (1, 65), "2024-03-10": (0, -45)},
        customers={"anna": person(1, 20)},
        events=[event("refund", "2024-03-10", -45, net_revenue_amount=-45)],
    ),
    case(
        "gift_card_counted_at_sale_pays_no_goods",
        "Gift cards: counted at sale, a card that pays for no goods takes as much off revenue all the same",
        settings=OTHER_CHOICES,
        rows={
            "orders": [order("A", total=10)],
            "order_lines": [line("A", net=10, line_type="deposit")],
            "payments": [payment("A", "gift_card", 10)],
        },
        orders={"A": comes_to("no_merchandise", discount=10, net=-10, deposit=10)},
        days={"2024-03-01": (0, -10)},
        customers={"anna": person(0, -10)},
    ),
    case(
        "multi_purpose_voucher",
        "Voucher VAT: multi-purpose, tax when it pays",
        rows={
            "orders": [
                order("buy", "2024-03-01", total=121),
                order("use", "2024-06-01", total=121, tax_amount=21),
            ],
            "order_lines": [
                line("buy", net=121, line_type="gift_card", voucher_kind="multi_purpose"),
                line("use", net=100, tax_amount=21, tax_rate="0.21"),
            ],
            "payments": [payment("use", "gift_card", 121)],
        },
        orders={
            "buy": comes_to("no_merchandise", gift_card=121),
            "use": comes_to(gross=100, net=100, tax=21, gift_card=-121),
        },
        days={"2024-06-01": (1, 100)},
        customers={"anna": person(1, 100)},
        events=[event("tax", "2024-06-01", 21, tax_rate="0.21")],
    ),
    case(
        "single_purpose_voucher",
        "Voucher VAT: single-purpose, tax when it is sold, and no second time",
        rows={
            "orders": [
                order("buy", "2024-03-01", total=121, tax_amount=21),
                order("use", "2024-06-01", total=100, tax_amount=0),
            ],
            "order_lines": [
                line(
                    "buy", net=100, tax_amount=21, tax_rate="0.21", line_type="gift_card", voucher_kind="single_purpose"
                ),
                line("use", net=100),
            ],
            "payments": [payment("use", "gift_card", 100)],
        },
        orders={
            "buy": comes_to("no_merchandise", gift_card=100, tax=21),
            "use": comes_to(gross=100, net=100, gift_card=-100),
        },
        days={"2024-06-01": (1, 100)},
        customers={"anna": person(1, 100)},
        events=[event("tax", "2024-03-01", 21, tax_rate="0.21")],
    ),
    case(
        "store_credit",
        "Store credit: a refund as credit, then spent, is one sale: credit pays, it is no discount",
        rows={
            "orders": [
                order("A", "2024-03-01", total=126, shipping_net_amount=5, tax_amount=21),
                order("B", "2024-05-01", total="96.80", tax_amount="16.80"),
            ],
            "order_lines": [line("A", net=100, tax_amount=21), line("B", net=80, tax_amount="16.80")],
            "refunds": [
                refund(
                    *("R", "2024-04-01", "A", 100),
                    line_id="1",
                    tax_amount=21,
                    shipping_net_amount=5,
                    is_store_credit=True,
                )
            ],
            "payments": [payment("B", "store_credit", "96.80")],
        },
        orders={
            "A": comes_to(gross=100, refunded=100, store_credit=126),
            "B": comes_to(gross=80, net=80, tax="16.80", store_credit="-96.80"),
        },
        days={"2024-03-01": (1, 100), "2024-04-01": (0, -100), "2024-05-01": (1, 80)},
        customers={"anna": person(2, 80)},
        events=[
            event("store_credit_issued", "2024-04-01", 126, net_revenue_amount=0),
            event("store_credit_redeemed", "2024-05-01", "-96.80", net_revenue_amount=0),
        ],
    ),
    case(
        "loyalty_points",
        "Loyalty points: redeemed points are a discount; their tax part stays in tax",
        rows={
            "orders": [order("A", total="145.20", tax_amount="25.20")],
            "order_lines": [
                line("A", "1", 80, tax_amount="16.80"),
                line("A", "2", 40, tax_amount="8.40"),
            ],
            # 20 x 120 / 145.20 = 16.5289: 11.0192 and 5.5096, and one ten-thousandth on the larger line.
            "payments": [payment("A", "loyalty_points", 20, "1"), payment("A", "card", "125.20", "2")],
        },
        orders={"A": comes_to(gross=120, discount="16.5289", net="103.4711", tax="25.20")},
        days={"2024-03-01": (1, "103.4711")},
        customers={"anna": person(1, "103.4711")},
        lines={
            ("A", "1"): {"discount": "11.0193", "net": "68.9807"},
            ("A", "2"): {"discount": "5.5096", "net": "34.4904"},
        },
    ),
    case(
        "paid_with_points_alone",
        "Zero-value: goods paid with points alone leave nothing, so they are no purchase",
        rows={
            "orders": [order("A", total="24.20", tax_amount="4.20")],
            "order_lines": [line("A", net=20, tax_amount="4.20")],
            "payments": [payment("A", "loyalty_points", "24.20")],
        },
        orders={"A": comes_to("zero_value", gross=20, discount=20, tax="4.20")},
        days={},
        customers={"anna": person(0, 0)},
    ),
]
