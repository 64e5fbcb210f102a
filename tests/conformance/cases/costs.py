"""What goods and orders cost the shop: contribution beside revenue."""

from tests.conformance.cases.case import case, comes_to, event, person
from tests.support.builders import cost, edit, line, order, payment, refund

COSTS = [
    case(
        "all_costs_of_an_order",
        "Contribution: net revenue and shipping income less all costs of the order; a cost never moves revenue",
        rows={
            "orders": [order("A", total=105, shipping_net_amount=5)],
            "order_lines": [line("A", net=100, quantity=4, unit_cost_amount="10.25")],
            "payments": [payment("A", "card", 105, fee_amount="1.30")],
            "order_costs": [
                cost("A", "shipping", 6),
                cost("A", "fulfilment", 3),
                cost("A", "packaging", 1),
                cost("A", "commission", 8),
                cost("A", "return_handling", 2, booked_at="2024-04-01 12:00:00"),
                cost("A", "service", "0.70"),
                cost("A", "payment_fee", -1),
            ],
        },
        orders={"A": comes_to(gross=100, net=100, shipping=5, cost=62, contribution=43, cost_coverage_rate=1)},
        days={"2024-03-01": (1, 100)},
        customers={"anna": person(1, 100)},
        events=[
            event("cost_of_goods", "2024-03-01", -41, line_id="1", net_revenue_amount=0),
            event("shipping_cost", "2024-03-01", -6),
            event("fulfilment_cost", "2024-03-01", -3),
            event("packaging_cost", "2024-03-01", -1),
            event("commission", "2024-03-01", -8),
            event("return_handling", "2024-04-01", -2),
            event("service_cost", "2024-03-01", "-0.70"),
            event("payment_fee", "2024-03-01", "-1.30"),
            event("payment_fee", "2024-03-01", 1),
        ],
    ),
    case(
        "unknown_cost",
        "Contribution: an unknown cost is not a cost of 0; coverage says how much revenue has a known one",
        rows={
            "orders": [order("A", total=100)],
            "order_lines": [
                line("A", "1", 75, unit_cost_amount=30),
                line("A", "2", 15, product_id="unknown"),
                line("A", "3", 10, unit_cost_amount=0),
            ],
        },
        orders={"A": comes_to(gross=100, net=100, cost=30, contribution=70, cost_coverage_rate="0.85")},
        days={"2024-03-01": (1, 100)},
        customers={"anna": person(1, 100)},
        events=[event("cost_of_goods", "2024-03-01", -30, line_id="1")],
    ),
    case(
        "coverage_of_what_an_edit_adds",
        "Contribution: an article that an edit brings has a known cost where catalogue and number of pieces tell it",
        rows={
            "orders": [order("A", total=50), order("B", total=50)],
            "order_lines": [line("A", net=50, unit_cost_amount=20), line("B", net=50, unit_cost_amount=20)],
            "order_edits": [
                edit("A", "2024-03-10", 30, "1", product_id="cup", quantity=1),
                edit("A", "2024-03-10", 20, "2", product_id="unknown", quantity=1),
                edit("B", "2024-03-10", 30, "1", product_id="cup"),
            ],
            "products": [{"product_id": "cup", "unit_cost_amount": 12}],
        },
        orders={
            "A": comes_to(gross=100, net=100, cost=32, contribution=68, cost_coverage_rate="0.8"),
            "B": comes_to(gross=80, net=80, cost=20, contribution=60, cost_coverage_rate="0.625"),
        },
        days={"2024-03-01": (2, 100), "2024-03-10": (0, 80)},
        customers={"anna": person(2, 180)},
    ),
    case(
        "coverage_is_a_share",
        "Contribution: coverage is a share of the goods sold, whatever went back of which of them; without goods there "
        "is none",
        rows={
            "orders": [
                order("mixed", total=200),
                order("back", "2024-03-02", total=100),
                order("out", "2024-03-03", total=100),
                order("card", "2024-03-04", total=50),
            ],
            "order_lines": [
                line("mixed", "1", 100, unit_cost_amount=40),
                line("mixed", "2", 100),
                line("back", "1", 60, unit_cost_amount=20, list_net_amount=80),
                line("back", "2", 40, list_net_amount=120),
                line("out", net=100, unit_cost_amount=40),
                line("card", net=50, line_type="gift_card"),
            ],
            "order_edits": [edit("out", "2024-03-10", -30)],
            # Of net revenue, 100 of 50 would have a known cost.
            "refunds": [
                refund("R", "2024-03-10", "mixed", 150, line_id="2"),
                refund("S", "2024-03-10", "back", 100),
            ],
        },
        orders={
            "mixed": comes_to(
                gross=200, refunded=150, net=50, cost=40, cost_coverage_rate="0.5", is_over_refunded=False
            ),
            "back": comes_to(gross=200, discount=100, refunded=100, cost=20, cost_coverage_rate="0.4"),
            "out": comes_to(gross=70, net=70, cost=40, cost_coverage_rate="0.7692"),  # 100 of 130
            "card": comes_to("no_merchandise", gift_card=50, cost_coverage_rate=None),
        },
        days={
            **{"2024-03-01": (1, 200), "2024-03-02": (1, 100), "2024-03-03": (1, 100)},
            "2024-03-10": (0, -280),
        },
        customers={"anna": person(3, 120)},
    ),
    case(
        "cost_of_the_day",
        "Contribution: goods cost what they cost on the day of the order: the line's own word, the dated costs, "
        "then the catalogue",
        rows={
            "orders": [
                order("early", "2024-01-31", total=50),
                order("before", "2024-02-29", total=50),
                order("after", "2024-03-01", total=50),
                order("own", "2024-03-02", total=50),
                order("today", "2024-03-03", total=50),
                order("not yet", "2024-03-04", total=50),
            ],
            "order_lines": [
                line("early", net=50, product_id="mug"),
                line("before", net=50, product_id="mug"),
                line("after", net=50, product_id="mug"),
                line("own", net=50, product_id="mug", unit_cost_amount=7),
                line("today", net=50, product_id="cup", variant_id="red"),
                line("not yet", net=50, product_id="pot"),
            ],
            "product_costs": [
                {"product_id": "mug", "valid_from_date": "2024-02-01", "unit_cost_amount": 20},
                {"product_id": "mug", "valid_from_date": "2024-03-01", "unit_cost_amount": 25},
            ],
            "products": [
                {"product_id": "mug", "unit_cost_amount": 18},
                {"product_id": "cup", "variant_id": "red", "unit_cost_amount": 5},
                {"product_id": "cup", "unit_cost_amount": 99},
                {"product_id": "pot", "unit_cost_amount": 5, "cost_valid_from": "2024-03-05"},
            ],
        },
        orders={
            "early": comes_to(gross=50, net=50, cost=18, contribution=32, cost_coverage_rate=1),
            "before": comes_to(gross=50, net=50, cost=20, contribution=30),
            "after": comes_to(gross=50, net=50, cost=25, contribution=25),
            "own": comes_to(gross=50, net=50, cost=7, contribution=43),
            "today": comes_to(gross=50, net=50, cost=5, contribution=45),
            "not yet": comes_to(gross=50, net=50, contribution=50, cost_coverage_rate=0),
        },
        days={
            **{"2024-01-31": (1, 50), "2024-02-29": (1, 50), "2024-03-01": (1, 50), "2024-03-02": (1, 50)},
            **{"2024-03-03": (1, 50), "2024-03-04": (1, 50)},
        },
        customers={"anna": person(6, 300)},
    ),
    case(
        "restocked_at_the_cost_of_the_order",
        "Returns not restocked: what comes back to the shelf gives back what it cost on the day of the order",
        rows={
            "orders": [order("A", "2024-02-10", total=100)],
            "order_lines": [line("A", net=100, quantity=2, product_id="mug")],
            "refunds": [
                refund("R", "2024-03-10", "A", 50, line_id="1", quantity=1, is_restocked=True),
                # How many pieces came back is not known, so nothing is put back.
                refund("S", "2024-03-11", "A", 10, kind="amount", is_restocked=True),
            ],
            "product_costs": [
                {"product_id": "mug", "valid_from_date": "2024-01-01", "unit_cost_amount": 20},
                {"product_id": "mug", "valid_from_date": "2024-03-01", "unit_cost_amount": 25},
            ],
        },
        orders={"A": comes_to(gross=100, refunded=60, net=40, cost=20, contribution=20)},
        days={"2024-02-10": (1, 100), "2024-03-10": (0, -50), "2024-03-11": (0, -10)},
        customers={"anna": person(1, 40)},
        events=[
            event("cost_of_goods", "2024-02-10", -40),
            event("cost_of_goods_returned", "2024-03-10", 20),
        ],
    ),
    case(
        "cost_after_the_last_day",
        "Contribution: a cost that is booked after the last known day is not there yet",
        rows={
            "orders": [order("A", "2024-12-30", total=40)],
            "order_lines": [line("A", net=40)],
            "order_costs": [
                cost("A", "shipping", 6, booked_at="2024-12-31 22:59:59"),
                # Half past midnight on the shop's clock.
                cost("A", "return_handling", 4, booked_at="2024-12-31 23:30:00"),
            ],
        },
        orders={"A": comes_to(gross=40, net=40, cost=6, contribution=34)},
        days={"2024-12-30": (1, 40)},
        customers={"anna": person(1, 40)},
        events=[event("shipping_cost", "2024-12-31", -6)],
    ),
]
