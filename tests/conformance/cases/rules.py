"""What a shop's own words on orders, payments and accounts make of them."""

from tests.conformance.cases.case import OTHER_CHOICES, case, comes_to, person, uncounted
from tests.conformance.shops import line, order, payment

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
            "A": uncounted("test", 55),
            "B": comes_to(gross=20, net=20),
            "C": comes_to(gross=10, net=10),
            "D": uncounted("test", 0),
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
            "tagged": uncounted("test", 50),
            "second": uncounted("test", 50),
            "longer": comes_to(gross=20, net=20),
            "dummy": uncounted("test", 30),
            "bogus": comes_to(gross=10, net=10),
        },
        days={"2024-03-02": (1, 20), "2024-03-03": (1, 10)},
        customers={"anna": person(2, 30, first_order_date="2024-03-02")},
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
            "both": {**uncounted("test", 10), "order_type": "staff"},
            "longer": comes_to(gross=10, net=10),
        },
        days={"2024-03-01": (1, 40), "2024-03-05": (0, 20), "2024-03-08": (1, 10)},
        customers={"anna": person(2, 50, last_order_date="2024-03-08")},
    ),
]
