"""Business days, and who is one customer."""

from tests.conformance.cases.case import case, comes_to, event, excluded, person
from tests.support.builders import cost, edit, line, order, payment, refund

# In Amsterdam the clocks went forward in the night of 31 March 2024 (a day of 23 hours, UTC+1 to UTC+2) and back in
# that of 27 October 2024 (25 hours).
TIME = [
    case(
        "day_of_23_hours",
        "Day: the shop's own, from midnight to midnight, on the day the clocks go forward",
        rows={
            "orders": [
                order("23:59", total=1, placed_at="2024-03-30 22:59:59"),
                order("00:00", total=2, placed_at="2024-03-30 23:00:00"),
                order("23:30", total=4, placed_at="2024-03-31 21:30:00"),
                order("00:30", total=8, placed_at="2024-03-31 22:30:00"),
            ],
            "order_lines": [line("23:59", net=1), line("00:00", net=2), line("23:30", net=4), line("00:30", net=8)],
        },
        orders={
            key: comes_to(gross=net, net=net) for key, net in {"23:59": 1, "00:00": 2, "23:30": 4, "00:30": 8}.items()
        },
        days={"2024-03-30": (1, 1), "2024-03-31": (2, 6), "2024-04-01": (1, 8)},
        customers={"anna": person(4, 15, purchase_day_count=3)},
    ),
    case(
        "day_of_25_hours",
        "Day: the shop's own, on the day the clocks go back; refunds and edits, too",
        rows={
            "orders": [
                order("A", total=100, placed_at="2024-10-26 21:59:59"),
                order("B", total=10, placed_at="2024-10-26 22:00:00"),
                order("C", total=20, placed_at="2024-10-27 22:59:59"),
                order("D", total=40, placed_at="2024-10-27 23:00:00"),
            ],
            "order_lines": [line("A", net=100), line("B", net=10), line("C", net=20), line("D", net=40)],
            "refunds": [
                refund("R1", "", "A", 1, line_id="1", refunded_at="2024-10-27 22:30:00"),
                refund("R2", "", "A", 2, line_id="1", refunded_at="2024-10-27 23:30:00"),
            ],
            "order_edits": [edit("A", "", 5, edited_at="2024-10-27 22:30:00", line_id="1")],
        },
        orders={
            "A": comes_to(gross=105, refunded=3, net=102),
            "B": comes_to(gross=10, net=10),
            "C": comes_to(gross=20, net=20),
            "D": comes_to(gross=40, net=40),
        },
        days={"2024-10-26": (1, 100), "2024-10-27": (2, 34), "2024-10-28": (1, 38)},
        customers={"anna": person(4, 172, purchase_day_count=3)},
    ),
    case(
        "two_orders_on_a_day",
        "Two orders same day: both are orders, one purchase occasion",
        rows={
            "orders": [order("A", total=30), order("B", total=20, placed_at="2024-03-01 18:00:00")],
            "order_lines": [line("A", net=30), line("B", net=20)],
        },
        orders={"A": comes_to(gross=30, net=30), "B": comes_to(gross=20, net=20)},
        days={"2024-03-01": (2, 50)},
        customers={"anna": person(2, 50, purchase_day_count=1)},
    ),
    case(
        "guest_then_account",
        "Guest checkout: guest, then account with that address, is one customer since the first guest order",
        rows={
            "orders": [
                order("A", "2024-02-01", None, total=30, customer_email_hash="ann@example.org"),
                order("B", "2024-03-01", "anna", total=20),
            ],
            "order_lines": [line("A", net=30), line("B", net=20)],
            "customers": [{"customer_id": "anna", "email_hash": "ann@example.org"}],
        },
        orders={"A": comes_to(gross=30, net=30), "B": comes_to(gross=20, net=20)},
        days={"2024-02-01": (1, 30), "2024-03-01": (1, 20)},
        customers={"anna": person(2, 50, first_order_date="2024-02-01")},
    ),
    case(
        "guests_of_one_address",
        "Guest checkout: guests join by their address; without one they are nobody, and revenue all the same",
        rows={
            "orders": [
                order("A", "2024-02-01", None, total=30, customer_email_hash="gus@example.org"),
                order("B", "2024-03-01", None, total=20, customer_email_hash="gus@example.org"),
                order("C", "2024-03-02", None, total=10, customer_email_hash="eva@example.org"),
                order("D", "2024-03-03", None, total=5, sales_channel="pos"),
            ],
            "order_lines": [line("A", net=30), line("B", net=20), line("C", net=10), line("D", net=5)],
        },
        orders={
            "A": comes_to(gross=30, net=30),
            "B": comes_to(gross=20, net=20),
            "C": comes_to(gross=10, net=10),
            "D": comes_to(gross=5, net=5, customer_id=None),
        },
        days={"2024-02-01": (1, 30), "2024-03-01": (1, 20), "2024-03-02": (1, 10), "2024-03-03": (1, 5)},
        customers={"guest:gus@example.org": person(2, 50), "guest:eva@example.org": person(1, 10)},
    ),
    case(
        "till_sale",
        "POS: an anonymous sale at the till is revenue and a purchase, and nobody's",
        rows={
            "orders": [order("A", "2024-03-01", None, total=30, sales_channel="pos"), order("B", total=20)],
            "order_lines": [line("A", net=30), line("B", net=20)],
        },
        orders={
            "A": comes_to(gross=30, net=30, customer_id=None, is_new_customer=None),
            "B": comes_to(gross=20, net=20, is_new_customer=True),
        },
        days={"2024-03-01": (2, 50)},
        customers={"anna": person(1, 20)},
    ),
    case(
        "company",
        "B2B: a company account is a customer like any other in revenue and purchases",
        rows={
            "orders": [order("A", total=5000, is_reverse_charge=True, country="BE")],
            "order_lines": [line("A", net=5000)],
            "customers": [{"customer_id": "anna", "is_business": True}],
        },
        orders={"A": comes_to(gross=5000, net=5000, is_reverse_charge=True)},
        days={"2024-03-01": (1, 5000)},
        customers={"anna": person(1, 5000)},
    ),
    case(
        "new_then_returning",
        "First order / new vs returning: the first purchase is new for ever, whatever came before that is no purchase; "
        "a discount on it is in net revenue once",
        rows={
            "orders": [
                order("void", "2024-02-01", total=10, status="failed"),
                order("gift", "2024-02-10", total=0),
                order("first", "2024-02-20", total=45, undistributed_discount_net_amount=5),
                order("second", "2024-03-01", total=20),
            ],
            "order_lines": [line("void", net=10), line("gift", net=0), line("first", net=50), line("second", net=20)],
        },
        orders={
            "void": {**excluded("failed", 10), "is_new_customer": None},
            "gift": comes_to("zero_value", is_new_customer=None),
            "first": comes_to(gross=50, discount=5, net=45, is_new_customer=True, customer_order_number=1),
            "second": comes_to(gross=20, net=20, is_new_customer=False, customer_order_number=2),
        },
        days={"2024-02-20": (1, 45), "2024-03-01": (1, 20)},
        customers={"anna": person(2, 65, first_order_date="2024-02-20", last_order_date="2024-03-01")},
    ),
    case(
        "merged_accounts",
        "Platform merges: the old id's orders are the survivor's, through a chain of merges",
        rows={
            "orders": [order("A", "2024-02-01", "old", total=30), order("B", "2024-03-01", "new", total=20)],
            "order_lines": [line("A", net=30), line("B", net=20)],
            "refunds": [refund("R", "2024-04-01", "A", 10, line_id="1", customer_id="somebody")],
            "customer_aliases": [
                {"old_customer_id": "old", "surviving_customer_id": "middle"},
                {"old_customer_id": "middle", "surviving_customer_id": "new"},
            ],
        },
        orders={"A": comes_to(gross=30, refunded=10, net=20), "B": comes_to(gross=20, net=20)},
        days={"2024-02-01": (1, 30), "2024-03-01": (1, 20), "2024-04-01": (0, -10)},
        # A refund is the buyer's, whoever it names.
        customers={"new": person(2, 40)},
    ),
    case(
        "refund_moves_its_own_two_cells",
        "Refund date: a refund moves its day and its order's cell, and no other",
        rows={
            "orders": [
                order("A", "2024-01-10", total=30),
                order("B", "2024-02-10", total=20),
                order("C", "2024-01-20", "bert", total=10),
            ],
            "order_lines": [line("A", net=30), line("B", net=20), line("C", net=10)],
            "refunds": [refund("R", "2024-06-10", "B", 5, line_id="1")],
        },
        orders={
            "A": comes_to(gross=30, net=30),
            "B": comes_to(gross=20, refunded=5, net=15),
            "C": comes_to(gross=10, net=10),
        },
        days={"2024-01-10": (1, 30), "2024-01-20": (1, 10), "2024-02-10": (1, 20), "2024-06-10": (0, -5)},
        customers={"anna": person(2, 45), "bert": person(1, 10)},
        events=[event("refund", "2024-06-10", -5, attributed_order_date="2024-02-10")],
    ),
    case(
        "past_midnight_in_summer",
        "Day: everything that happens to an order lies on the shop's own day, two hours ahead of UTC in summer",
        rows={
            "orders": [order("A", total=100, placed_at="2024-06-30 22:30:00")],
            "order_lines": [line("A", net=100)],
            "refunds": [refund("R", "", "A", 10, line_id="1", refunded_at="2024-07-09 22:30:00")],
            "order_edits": [edit("A", "", 5, edited_at="2024-07-19 22:30:00", line_id="1")],
            "payments": [
                payment("A", "gift_card", 50, "1", paid_at="2024-07-01 22:30:00"),
                payment("A", "card", 50, "2", paid_at="2024-07-02 22:30:00", fee_amount=1),
            ],
            "order_costs": [cost("A", "shipping", 6, booked_at="2024-07-29 22:30:00")],
        },
        orders={"A": comes_to(gross=105, refunded=10, net=95, gift_card=-50, cost=7, contribution=88)},
        days={"2024-07-01": (1, 100), "2024-07-10": (0, -10), "2024-07-20": (0, 5)},
        customers={"anna": person(1, 95, first_order_date="2024-07-01")},
        events=[
            event("gift_card_redeemed", "2024-07-02", -50),
            event("payment_fee", "2024-07-03", -1),
            event("shipping_cost", "2024-07-30", -6),
        ],
    ),
]
