"""What a shop's own words on orders and payments make of them."""

from tests.conformance.cases.case import OTHER_CHOICES, THIRD_CHOICES, case, comes_to, excluded, person
from tests.support.builders import line, order, payment

RULES = [
    case(
        "test_by_gateway",
        "Test orders: a payment through a gateway for tests marks its order, settled or not, and an exchange "
        "of it; a tag alone means nothing",
        rows={
            "orders": [
                order("A", total=50),
                order("B", "2024-03-02", total=20, tags="test"),
                order("C", "2024-03-03", total=10),
                order("D", "2024-03-04", total=5, order_type="exchange", original_order_id="A"),
            ],
            "order_lines": [line("A", net=50), line("B", net=20), line("C", net=10), line("D", net=5)],
            "payments": [
                payment("A", "card", 50, "1", gateway="adyen"),
                payment("A", "card", 50, "2", gateway=" Bogus", state="failed"),
                payment("B", "card", 20, gateway="not bogus"),
                payment("C", "card", 10),
            ],
        },
        orders={
            "A": excluded("test", 55),
            "B": comes_to(gross=20, net=20),
            "C": comes_to(gross=10, net=10),
            "D": excluded("test", 0),
        },
        days={"2024-03-02": (1, 20), "2024-03-03": (1, 10)},
        customers={"anna": person(2, 30, first_order_date="2024-03-02")},
    ),
    case(
        "test_by_the_shops_rules",
        "Test orders: a shop names its own tags and gateways; a tag is a whole word, capitals do not matter",
        settings=OTHER_CHOICES,
        rows={
            "orders": [
                order("tagged", total=50, tags="vip , TEST"),
                order("second", total=50, tags="Internal"),
                order("longer", "2024-03-02", total=20, tags="test drive, vip"),
                order("dummy", total=30),
                order("bogus", "2024-03-03", total=10),
            ],
            "order_lines": [
                *(line("tagged", net=50), line("second", net=50), line("longer", net=20)),
                *(line("dummy", net=30), line("bogus", net=10)),
            ],
            "payments": [
                payment("dummy", "card", 30, gateway="DUMMY"),
                payment("bogus", "card", 10, gateway="bogus"),
            ],
        },
        orders={
            "tagged": excluded("test", 50),
            "second": excluded("test", 50),
            "longer": comes_to(gross=20, net=20),
            "dummy": excluded("test", 30),
            "bogus": comes_to(gross=10, net=10),
        },
        days={"2024-03-02": (1, 20), "2024-03-03": (1, 10)},
        customers={"anna": person(2, 30, first_order_date="2024-03-02")},
    ),
    case(
        "pending_counts",
        "Draft, pending, unpaid: a shop may count pending orders from their day, until they expire",
        settings=OTHER_CHOICES,
        rows={
            "orders": [
                order("open", "2024-12-20", total=50, status="pending"),
                # 60 days: 1 November expires on 31 December.
                order("over", "2024-11-01", total=20, status="pending"),
                order("void", "2024-12-20", total=30, status="pending", cancelled_at="2024-12-21 08:00:00"),
            ],
            "order_lines": [line("open", net=50), line("over", net=20), line("void", net=30)],
        },
        orders={
            "open": comes_to(gross=50, net=50),
            "over": excluded("expired", 20),
            "void": excluded("cancelled", 30),
        },
        days={"2024-12-20": (1, 50)},
        customers={"anna": person(1, 50)},
    ),
    case(
        "authorised_does_not_count",
        "Draft, pending, unpaid: a shop may count no unpaid order but those that are confirmed, until they expire",
        settings=THIRD_CHOICES,
        rows={
            "orders": [
                order("bare", "2024-12-20", total=50, status="authorised"),
                order("confirmed", "2024-12-21", total=40, status="authorised", confirmed_at="2024-12-21 13:00:00"),
                order("agreed", "2024-12-22", total=30, status="pending", confirmed_at="2024-12-22 13:00:00"),
                order("paid", "2024-12-23", total=20, status="authorised", paid_at="2024-12-24 10:00:00"),
                order("over", "2024-11-01", total=10, status="authorised", confirmed_at="2024-11-01 13:00:00"),
            ],
            "order_lines": [
                *(line("bare", net=50), line("confirmed", net=40), line("agreed", net=30)),
                *(line("paid", net=20), line("over", net=10)),
            ],
        },
        orders={
            "bare": excluded("pending", 50),
            "confirmed": comes_to(gross=40, net=40),
            "agreed": comes_to(gross=30, net=30),
            "paid": comes_to(gross=20, net=20),
            "over": excluded("expired", 10),
        },
        days={"2024-12-21": (1, 40), "2024-12-22": (1, 30), "2024-12-23": (1, 20)},
        customers={"anna": person(3, 90, first_order_date="2024-12-21")},
    ),
    case(
        "staff_by_tag",
        "Staff: a sale with a tag of the shop's list is nobody's, in revenue with the reason; what the source calls "
        "otherwise stays what it is, and a test a test",
        settings=OTHER_CHOICES,
        rows={
            "orders": [
                order("A", total=40),
                order("seeded", "2024-03-05", total=20, tags="gift,influencer "),
                order("sample", "2024-03-06", total=5, order_type="sample", tags="Influencer", shipping_net_amount=5),
                order("both", "2024-03-07", total=10, tags="influencer, test"),
                order("longer", "2024-03-08", total=10, tags="influencers"),
            ],
            "order_lines": [
                *(line("A", net=40), line("seeded", net=20), line("sample", net=0)),
                *(line("both", net=10), line("longer", net=10)),
            ],
        },
        orders={
            "A": comes_to(gross=40, net=40, order_type="sale"),
            "seeded": comes_to("staff", gross=20, net=20, order_type="staff", customer_id=None),
            "sample": comes_to("sample", shipping=5, order_type="sample", customer_id="staff_by_tag/anna"),
            "both": {**excluded("test", 10), "order_type": "staff"},
            "longer": comes_to(gross=10, net=10),
        },
        days={"2024-03-01": (1, 40), "2024-03-05": (0, 20), "2024-03-08": (1, 10)},
        customers={"anna": person(2, 50, last_order_date="2024-03-08")},
    ),
    case(
        "welcome_code",
        "First-order discount: a welcome code on the first purchase, as it is or by its beginning, capitals or not; "
        "one on an order that is no purchase, or on a later one, welcomes nobody",
        settings=OTHER_CHOICES,
        rows={
            "orders": [
                order("A", total=10, discount_codes="ZOMER , WELKOM10"),
                order("B0", "2024-02-01", "bert", total=10, status="failed", discount_codes="hallo"),
                order("B1", "2024-03-01", "bert", total=10, discount_codes="ZOMER"),
                order("B2", "2024-03-02", "bert", total=10, discount_codes="hallo"),
                order("C", "2024-03-01", "carl", total=10, discount_codes="HALLO2,NIET WELKOM"),
                order("D", "2024-03-01", "dora", total=10),
                order("E", "2024-03-01", "evan", total=10, discount_codes="Hallo"),
            ],
            "order_lines": [line(name, net=10) for name in ("A", "B0", "B1", "B2", "C", "D", "E")],
        },
        orders={
            **{name: comes_to(gross=10, net=10) for name in ("A", "B1", "B2", "C", "D", "E")},
            "B0": excluded("failed", 10),
        },
        days={"2024-03-01": (5, 50), "2024-03-02": (1, 10)},
        customers={
            "anna": person(1, 10, is_welcome_code_acquired=True, is_discount_acquired=False),
            "bert": person(2, 20, is_welcome_code_acquired=False),
            "carl": person(1, 10, is_welcome_code_acquired=False),
            "dora": person(1, 10, is_welcome_code_acquired=False),
            "evan": person(1, 10, is_welcome_code_acquired=True),
        },
    ),
    case(
        "no_welcome_codes",
        "First-order discount: a shop that names no welcome codes has not said whom it welcomed",
        rows={
            "orders": [order("A", total=10, discount_codes="WELKOM10")],
            "order_lines": [line("A", net=10)],
        },
        orders={"A": comes_to(gross=10, net=10)},
        days={"2024-03-01": (1, 10)},
        customers={"anna": person(1, 10, is_welcome_code_acquired=None)},
    ),
]
