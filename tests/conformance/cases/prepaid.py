"""Paid in advance: the cash comes once, the value with each delivery."""

from tests.conformance.cases.case import OTHER_CHOICES, case, comes_to, event, excluded, person
from tests.support.builders import edit, line, order, refund

PREPAID = [
    case(
        "prepaid_year",
        "Subscription vs one-time: twelve months paid in advance are cash on one day and twelve equal cells, on the"
        " last day of a month that is too short",
        rows={
            "orders": [order("A", "2024-01-31", total="133.80", shipping_net_amount=3)],
            "order_lines": [line("A", net=120, tax_amount="10.80", delivery_count=12, delivery_interval="month")],
        },
        orders={
            "A": comes_to(gross=120, net=120, tax="10.80", shipping=3, purchase_kind="one_time"),
        },
        days={
            "2024-01-31": (1, 10),
            **{f"2024-{day}": (0, 10) for day in ("02-29", "03-31", "04-30", "05-31", "06-30", "07-31", "08-31")},
            **{f"2024-{day}": (0, 10) for day in ("09-30", "10-31", "11-30", "12-31")},
        },
        # One order, one purchase day, and nobody came back.
        customers={"anna": person(1, 120, prepaid_open_amount=0, purchase_day_count=1, last_order_date="2024-01-31")},
        events=[
            event("line", "2024-01-31", 120),
            event("prepaid_deferral", "2024-01-31", -110, net_revenue_amount=-110, attributed_order_date="2024-01-31"),
        ],
    ),
    case(
        "prepaid_and_not_all_delivered",
        "Subscription vs one-time: of what is prepaid, the part still to come is no revenue yet; cents that no part"
        " holds come with the first delivery",
        rows={
            "orders": [order("A", "2024-09-30", total=120)],
            "order_lines": [
                line("A", "1", 100, delivery_count=3, delivery_interval="quarter"),
                line("A", "2", 20),
            ],
        },
        orders={"A": comes_to(gross=120, prepaid_open="33.3333", net="86.6667", customer_order_number=1)},
        days={"2024-09-30": (1, "53.3334"), "2024-12-30": (0, "33.3333")},
        customers={"anna": person(1, "86.6667")},
        events=[
            event("prepaid_deferral", "2024-09-30", "-66.6666", line_id="1"),
            event("prepaid_delivery", "2024-12-30", "33.3333", line_id="1"),
        ],
        lines={
            ("A", "1"): {"gross": 100, "prepaid_open": "33.3333", "net": "66.6667"},
            ("A", "2"): {"gross": 20, "prepaid_open": 0, "net": 20},
        },
    ),
    case(
        "prepaid_after_discounts",
        "Subscription vs one-time: each prepaid delivery is worth its part of what the line was sold for, after all"
        " its discounts",
        rows={
            "orders": [order("A", "2023-05-10", total=105, undistributed_discount_net_amount=15)],
            "order_lines": [
                line("A", "1", 80, list_net_amount=100, delivery_count=2, delivery_interval="year"),
                line("A", "2", 40),
            ],
        },
        # Of the 15 off the order 10 fall on line 1: 70 for two years.
        orders={"A": comes_to(gross=140, discount=35, net=105)},
        days={"2023-05-10": (1, 70), "2024-05-10": (0, 35)},
        customers={"anna": person(1, 105)},
    ),
    case(
        "prepaid_given_back",
        "Subscription vs one-time: a refund ends the waiting for prepaid deliveries, so that it finds all that it "
        "takes back; of another line it ends nothing",
        rows={
            "orders": [
                order("A", "2024-01-10", total=120),
                order("B", "2024-10-10", "bert", total=44),
                order("C", "2024-01-10", "carl", total=12),
            ],
            "order_lines": [
                line("A", net=120, delivery_count=12),
                line("B", "1", 24, delivery_count=24, delivery_interval="week"),
                line("B", "2", 20),
                line("C", net=12, delivery_count=3),
            ],
            "refunds": [
                refund("R", "2024-03-20", "A", 120, line_id="1"),
                refund("S", "2024-10-20", "B", 20, line_id="2"),
                # Of the two that are still to come one is due on the very day: both come in.
                refund("T", "2024-02-10", "C", 1, kind="amount"),
            ],
        },
        orders={
            "A": comes_to(gross=120, refunded=120),
            # Twelve weeks on, the last of them on 26 December.
            "B": comes_to(gross=44, refunded=20, prepaid_open=12, net=12),
            "C": comes_to(gross=12, refunded=1, net=11),
        },
        days={
            "2024-01-10": (2, 14),
            "2024-02-10": (0, 17),
            "2024-03-10": (0, 10),
            "2024-03-20": (0, -30),
            "2024-10-10": (1, 21),
            "2024-10-20": (0, -20),
            **{f"2024-{day}": (0, 1) for day in ("10-17", "10-24", "10-31", "11-07", "11-14", "11-21", "11-28")},
            **{f"2024-{day}": (0, 1) for day in ("12-05", "12-12", "12-19", "12-26")},
        },
        customers={
            "anna": person(1, 0, is_customer=False),
            "bert": person(1, 12, prepaid_open_amount=12),
            "carl": person(1, 11),
        },
    ),
    case(
        "prepaid_changed_or_cancelled",
        "Subscription vs one-time: an edit of a prepaid line or the order's cancellation ends the waiting, too, and"
        " an edit elsewhere does not",
        rows={
            "orders": [
                order("A", "2024-01-10", total=120, status="cancelled", paid_at="2024-01-10 12:00:00")
                | {"cancelled_at": "2024-02-20 12:00:00"},
                order("B", "2024-11-10", "bert", total=40),
                order("C", "2024-11-10", "carl", total=40),
                order("D", "2024-12-10", "dora", total=40, cancelled_at="2025-01-01 12:00:00"),
            ],
            "order_lines": [
                line("A", net=120, delivery_count=12),
                *(line(key, net=40, delivery_count=4) for key in "BCD"),
            ],
            "refunds": [refund("R", "2024-03-01", "A", 120, line_id="1")],
            "order_edits": [
                edit("B", "2024-11-20", -4, line_id="1"),
                edit("C", "2024-11-20", 5),
            ],
        },
        orders={
            "A": comes_to("cancelled", gross=120, refunded=120),
            "B": comes_to(gross=36, net=36),
            "C": comes_to(gross=45, prepaid_open=20, net=25),
            "D": comes_to(gross=40, prepaid_open=30, net=10),
        },
        days={
            "2024-01-10": (0, 10),
            "2024-02-10": (0, 10),
            "2024-02-20": (0, 100),
            "2024-03-01": (0, -120),
            "2024-11-10": (2, 20),
            "2024-11-20": (0, 31),
            "2024-12-10": (1, 20),
        },
        customers={"anna": person(0, 0), "bert": person(1, 36), "carl": person(1, 25), "dora": person(1, 10)},
    ),
    case(
        "prepaid_is_bought_when_placed",
        "Subscription vs one-time: whether a prepaid order is a purchase, and its buyer a customer, goes by what "
        "was bought, delivered or not",
        rows={
            "orders": [order("A", "2024-12-01", total=140, status="cancelled")],
            "order_lines": [line("A", "1", 120, delivery_count=12), line("A", "2", 20)],
            "refunds": [refund("R", "2024-12-10", "A", 40, line_id="2")],
        },
        # Of 100 that are left 110 are still to come.
        orders={"A": comes_to(gross=140, refunded=40, prepaid_open=110, net=-10)},
        days={"2024-12-01": (1, 30), "2024-12-10": (0, -40)},
        customers={"anna": person(1, -10, is_customer=True)},
    ),
    case(
        "prepaid_of_goods_that_count",
        "Subscription vs one-time: prepaid orders that do not count wait for nothing, nor do gift cards and what is"
        " free",
        rows={
            "orders": [
                order("expired", "2024-12-01", total=24, status="expired"),
                order("card", "2024-12-01", total=24),
                order("free", "2024-12-01", total=10),
            ],
            "order_lines": [
                line("expired", net=24, delivery_count=12),
                line("card", net=24, delivery_count=12, line_type="gift_card"),
                line("free", "1", 0, list_net_amount=24, delivery_count=12),
                line("free", "2", 10),
            ],
        },
        orders={
            "expired": excluded("expired", 24),
            "card": comes_to("no_merchandise", gift_card=24),
            "free": comes_to(gross=34, discount=24, net=10),
        },
        days={"2024-12-01": (1, 10)},
        customers={"anna": person(1, 10)},
    ),
    case(
        "prepaid_in_dollars",
        "Subscription vs one-time: each prepaid delivery counts at the rate of the order, and an order given back "
        "comes to nothing",
        rows={
            "orders": [
                order("A", total=100, currency="USD"),
                order("B", customer_id="bert", total=100, currency="USD"),
                order("C", customer_id="carl", total="11.02", currency="SEK"),
            ],
            "order_lines": [
                line("A", net=100, delivery_count=3, delivery_interval="week"),
                line("B", net=100, delivery_count=3, delivery_interval="month"),
                line("C", "1", "10.01", delivery_count=2, delivery_interval="week"),
                line("C", "2", "1.01"),
            ],
            "refunds": [
                refund("R", "2024-03-02", "B", 100, line_id="1"),
                refund("S", "2024-03-02", "C", "1.01", line_id="2"),
            ],
        },
        # Goods and what waits are converted apart: 66.6666 and 33.3333 dollars at 0.90 are 59.9999 and 30.0000, and
        # 5.005 kronor at 0.0873 are 0.4369, whatever else of the order went back since.
        orders={
            "A": comes_to(gross=90, net=90),
            "B": comes_to(gross=90, refunded=90),
            "C": comes_to(gross="0.9620", refunded="0.0881", net="0.8739"),
        },
        days={"2024-03-01": (3, "60.5253"), "2024-03-02": (0, "-30.0882")}
        | {"2024-03-08": (0, "30.4368"), "2024-03-15": (0, 30)},
        customers={"anna": person(1, 90), "bert": person(1, 0, is_customer=False), "carl": person(1, "0.8739")},
    ),
    case(
        "prepaid_counts_when_charged",
        "Subscription vs one-time: a shop may count what is prepaid when it is paid, all of it",
        settings=OTHER_CHOICES,
        rows={
            "orders": [order("A", "2024-12-01", total=120)],
            "order_lines": [line("A", net=120, delivery_count=12)],
        },
        orders={"A": comes_to(gross=120, net=120)},
        days={"2024-12-01": (1, 120)},
        customers={"anna": person(1, 120)},
    ),
]
