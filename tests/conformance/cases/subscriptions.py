"""Subscriptions: what is bought again without deciding again."""

from tests.conformance.cases.case import OTHER_CHOICES, case, comes_to, excluded, person
from tests.support.builders import line, order

SUBSCRIPTIONS = [
    case(
        "renewals_of_a_subscription",
        "Subscription vs one-time: a renewal is an order, and no decision to buy; another subscription is one",
        rows={
            "orders": [
                order("failed", "2024-02-01", total=10, status="failed"),
                order("start", "2024-03-01", total=10),
                order("again", "2024-04-01", total=10),
                order("other", "2024-04-15", total=20),
                order("both", "2024-05-01", total=30),
                order("gift", "2024-05-02", "bert", total=10),
            ],
            "order_lines": [
                line("failed", net=10, subscription_id="beans"),
                line("start", net=10, subscription_id="beans"),
                line("again", net=10, subscription_id="beans", selling_plan="monthly"),
                line("other", net=20, subscription_id="tea"),
                line("both", "1", net=10, subscription_id="beans"),
                line("both", "2", net=20, subscription_id="tea"),
                # Somebody else takes it over: to them it is new.
                line("gift", net=10, subscription_id="beans"),
            ],
        },
        orders={
            "failed": {**excluded("failed", 10), "purchase_kind": "subscription", "is_renewal": False},
            "start": comes_to(gross=10, net=10, purchase_kind="subscription", is_renewal=False),
            "again": comes_to(gross=10, net=10, purchase_kind="subscription", is_renewal=True),
            "other": comes_to(gross=20, net=20, purchase_kind="subscription", is_renewal=False),
            "both": comes_to(gross=30, net=30, purchase_kind="subscription", is_renewal=True),
            "gift": comes_to(gross=10, net=10, purchase_kind="subscription", is_renewal=False),
        },
        days={
            **{"2024-03-01": (1, 10), "2024-04-01": (1, 10), "2024-04-15": (1, 20), "2024-05-01": (1, 30)},
            "2024-05-02": (1, 10),
        },
        # The last decision was on 15 April, 260 days before 31 December.
        customers={
            "anna": person(
                4, 70, renewal_order_count=2, non_renewal_order_count=2, days_since_last_non_renewal_order=260
            ),
            "bert": person(1, 10, renewal_order_count=0, non_renewal_order_count=1),
        },
    ),
    case(
        "mixed_order",
        "Subscription vs one-time: an order with one product of each is mixed, and decided on; shipping and cards are "
        "neither",
        rows={
            "orders": [
                order("start", "2024-03-01", total=15),
                order("mixed", "2024-04-01", total=30),
                order("once", "2024-04-02", total=20),
                order("new", "2024-05-01", total=30),
            ],
            "order_lines": [
                line("start", "1", net=10, subscription_id="beans"),
                line("start", "2", net=5, line_type="shipping"),
                line("mixed", "1", net=10, subscription_id="beans"),
                line("mixed", "2", net=20),
                line("once", "1", net=20),
                line("new", "1", net=10, subscription_id="beans"),
                line("new", "2", net=20, subscription_id="tea"),
            ],
        },
        orders={
            "start": comes_to(gross=10, net=10, shipping=5, purchase_kind="subscription", is_renewal=False),
            "mixed": comes_to(gross=30, net=30, purchase_kind="mixed", is_renewal=False),
            "once": comes_to(gross=20, net=20, purchase_kind="one_time", is_renewal=False),
            # One renews, the other is new: somebody decided.
            "new": comes_to(gross=30, net=30, purchase_kind="subscription", is_renewal=False),
        },
        days={"2024-03-01": (1, 10), "2024-04-01": (1, 30), "2024-04-02": (1, 20), "2024-05-01": (1, 30)},
        customers={"anna": person(4, 90, renewal_order_count=0, non_renewal_order_count=4)},
    ),
    case(
        "selling_plan_alone",
        "Subscription vs one-time: where only the plan is known, any earlier subscription makes a renewal",
        rows={
            "orders": [
                order("once", "2024-02-01", total=10),
                order("start", "2024-03-01", total=10, tags="abonnement"),
                order("again", "2024-04-01", total=10),
                order("named", "2024-05-01", total=10),
            ],
            "order_lines": [
                line("once", net=10),
                line("start", net=10, selling_plan="monthly"),
                line("again", net=10, selling_plan="quarterly"),
                line("named", net=10, subscription_id="beans", selling_plan="monthly"),
            ],
        },
        orders={
            "once": comes_to(gross=10, net=10, purchase_kind="one_time", is_renewal=False),
            "start": comes_to(gross=10, net=10, purchase_kind="subscription", is_renewal=False),
            "again": comes_to(gross=10, net=10, purchase_kind="subscription", is_renewal=True),
            "named": comes_to(gross=10, net=10, purchase_kind="subscription", is_renewal=False),
        },
        days={"2024-02-01": (1, 10), "2024-03-01": (1, 10), "2024-04-01": (1, 10), "2024-05-01": (1, 10)},
        customers={"anna": person(4, 40, renewal_order_count=1, non_renewal_order_count=3)},
    ),
    case(
        "subscription_by_tag",
        "Subscription vs one-time: a shop may tag its subscription orders; what a line says goes before",
        settings=OTHER_CHOICES,
        rows={
            "orders": [
                order("start", "2024-03-01", total=30, tags="vip, Abonnement"),
                order("again", "2024-04-01", total=10, tags="abonnement"),
                order("mixed", "2024-05-01", total=30, tags="abonnement,vip"),
                order("other", "2024-05-02", total=10, tags="geen abonnement"),
            ],
            "order_lines": [
                line("start", "1", net=10),
                line("start", "2", net=20),
                line("again", net=10),
                line("mixed", "1", net=10, selling_plan="monthly"),
                line("mixed", "2", net=20),
                line("other", net=10),
            ],
        },
        orders={
            "start": comes_to(gross=30, net=30, purchase_kind="subscription", is_renewal=False),
            "again": comes_to(gross=10, net=10, purchase_kind="subscription", is_renewal=True),
            "mixed": comes_to(gross=30, net=30, purchase_kind="mixed", is_renewal=False),
            "other": comes_to(gross=10, net=10, purchase_kind="one_time", is_renewal=False),
        },
        days={"2024-03-01": (1, 30), "2024-04-01": (1, 10), "2024-05-01": (1, 30), "2024-05-02": (1, 10)},
        customers={"anna": person(4, 80, renewal_order_count=1, non_renewal_order_count=3)},
    ),
]
