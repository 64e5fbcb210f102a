"""Cancelled, test, draft, pending and unpaid orders."""

from tests.conformance.cases.case import OTHER_CHOICES, case, comes_to, excluded, person
from tests.support.builders import cost, line, order, refund

VALIDITY = [
    case(
        "cancelled_before_payment",
        "Cancelled: before payment, no order and no money",
        rows={
            "orders": [
                order("A", total=50, status="cancelled", shipping_net_amount=5),
                order("B", total=45, status="authorised", cancelled_at="2024-03-02 09:00:00"),
            ],
            "order_lines": [line("A", net=45), line("B", net=45)],
            "order_costs": [cost("A", "payment_fee", 1)],
        },
        orders={"A": excluded("cancelled", 45), "B": excluded("cancelled", 45)},
        days={},
        customers={"anna": person(0, 0)},
    ),
    case(
        "cancelled_after_payment",
        "Cancelled: paid, then cancelled: order and refund both happened; no purchase, the customer not acquired",
        rows={
            "orders": [
                order("A", total=50, status="cancelled", cancelled_at="2024-03-04 12:00:00"),
                order("B", "2024-03-02", "bert", total=50, status="cancelled", paid_at="2024-03-02 12:00:00"),
            ],
            "order_lines": [line("A", net=50), line("B", net=50)],
            "refunds": [
                refund("RA", "2024-03-05", "A", 50, line_id="1"),
                refund("RB", "2024-03-05", "B", 50, line_id="1"),
            ],
        },
        orders={
            "A": comes_to("cancelled", gross=50, refunded=50),
            "B": comes_to("cancelled", gross=50, refunded=50),
        },
        days={"2024-03-01": (0, 50), "2024-03-02": (0, 50), "2024-03-05": (0, -100)},
        customers={"anna": person(0, 0, first_order_date=None), "bert": person(0, 0)},
    ),
    case(
        "cancelled_in_part",
        "Cancelled: what is left of a paid order makes it a purchase; paid_at alone says that it was paid",
        rows={
            "orders": [
                order("A", total=50, status="cancelled"),
                order("B", "2024-03-02", "bert", total=50, status="cancelled", paid_at="2024-03-02 12:00:00"),
            ],
            "order_lines": [line("A", net=50), line("B", net=50)],
            "refunds": [refund("R", "2024-03-05", "A", 20, line_id="1")],
        },
        orders={"A": comes_to(gross=50, refunded=20, net=30), "B": comes_to(gross=50, net=50)},
        days={"2024-03-01": (1, 50), "2024-03-02": (1, 50), "2024-03-05": (0, -20)},
        customers={"anna": person(1, 30), "bert": person(1, 50)},
    ),
    case(
        "cancelled_after_payment_counted",
        "Cancelled: a shop may count what was cancelled after payment",
        settings=OTHER_CHOICES,
        rows={
            "orders": [order("A", total=50, status="cancelled")],
            "order_lines": [line("A", net=50)],
            "refunds": [refund("R", "2024-03-05", "A", 50, line_id="1")],
        },
        orders={"A": comes_to(gross=50, refunded=50)},
        days={"2024-03-01": (1, 50), "2024-03-05": (0, -50)},
        customers={"anna": person(1, 0, is_customer=False)},
    ),
    case(
        "test_order",
        "Test orders: no money, no purchase, whatever else they are",
        rows={
            "orders": [order("A", total=50, is_test=True), order("B", total=0, is_test=True, status="draft")],
            "order_lines": [line("A", net=50)],
            "refunds": [refund("R", "2024-03-05", "A", 20, line_id="1")],
        },
        orders={"A": excluded("test", 30), "B": excluded("test", 0)},
        days={},
        customers={"anna": person(0, 0)},
    ),
    case(
        "draft_and_failed",
        "Draft, pending, unpaid: a draft or a failed order is none",
        rows={
            "orders": [order("A", total=50, status="draft"), order("B", total=60, status="failed")],
            "order_lines": [line("A", net=50), line("B", net=60)],
        },
        orders={"A": excluded("draft", 50), "B": excluded("failed", 60)},
        days={},
        customers={"anna": person(0, 0)},
    ),
    case(
        "pending",
        "Draft, pending, unpaid: pending and not confirmed is not there yet",
        rows={
            "orders": [order("A", "2024-12-20", total=50, status="pending")],
            "order_lines": [line("A", net=50)],
        },
        orders={"A": excluded("pending", 50)},
        days={},
        customers={"anna": person(0, 0)},
    ),
    case(
        "on_account",
        "Draft, pending, unpaid: on account counts from the order's day, authorised or confirmed",
        rows={
            "orders": [
                order("A", "2024-12-20", total=50, status="authorised"),
                order("B", "2024-12-21", total=60, status="pending", confirmed_at="2024-12-22 08:00:00"),
            ],
            "order_lines": [line("A", net=50), line("B", net=60)],
        },
        orders={"A": comes_to(gross=50, net=50), "B": comes_to(gross=60, net=60)},
        days={"2024-12-20": (1, 50), "2024-12-21": (1, 60)},
        customers={"anna": person(2, 110)},
    ),
    case(
        "paid_late",
        "Draft, pending, unpaid: paying later, even much later, does not move the order's day",
        rows={
            "orders": [
                order(
                    *("A", "2024-03-01"),
                    total=50,
                    confirmed_at="2024-03-01 12:05:00",
                    paid_at="2024-06-15 10:00:00",
                ),
                order("B", "2024-03-02", total=60, status="authorised", paid_at="2024-05-15 10:00:00"),
            ],
            "order_lines": [line("A", net=50), line("B", net=60)],
        },
        orders={"A": comes_to(gross=50, net=50), "B": comes_to(gross=60, net=60)},
        days={"2024-03-01": (1, 50), "2024-03-02": (1, 60)},
        customers={"anna": person(2, 110)},
    ),
    case(
        "expired",
        "Draft, pending, unpaid: not paid 30 days after the order's day, the order is reversed",
        rows={
            # The last known day is 31 December, 30 days after the 1st. 30 days after the 2nd is a day later.
            "orders": [
                order("said", "2024-12-20", total=10, status="expired"),
                order("over", "2024-12-01", total=20, status="authorised"),
                order("today", "2024-12-02", total=30, status="authorised"),
                order("confirmed", "2024-11-01", total=40, status="pending", confirmed_at="2024-11-01 13:00:00"),
            ],
            "order_lines": [
                line("said", net=10),
                line("over", net=20),
                line("today", net=30),
                line("confirmed", net=40),
            ],
        },
        orders={
            "said": excluded("expired", 10),
            "over": excluded("expired", 20),
            "today": comes_to(gross=30, net=30),
            "confirmed": excluded("expired", 40),
        },
        days={"2024-12-02": (1, 30)},
        customers={"anna": person(1, 30)},
    ),
    case(
        "expires_later",
        "Draft, pending, unpaid: the shop sets the number of days",
        settings=OTHER_CHOICES,
        rows={
            # 60 days: 1 November expires on 31 December, 2 November does not.
            "orders": [
                order("over", "2024-11-01", total=20, status="authorised"),
                order("open", "2024-11-02", total=30, status="authorised"),
            ],
            "order_lines": [line("over", net=20), line("open", net=30)],
        },
        orders={"over": excluded("expired", 20), "open": comes_to(gross=30, net=30)},
        days={"2024-11-02": (1, 30)},
        customers={"anna": person(1, 30)},
    ),
]
