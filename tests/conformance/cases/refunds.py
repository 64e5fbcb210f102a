"""Refunds, returns, chargebacks."""

from tests.conformance.cases.case import case, comes_to, event, person
from tests.support.builders import cost, edit, line, order, refund

REFUNDS = [
    case(
        "refund_on_both_clocks",
        "Refund date: on the refund's day in daily revenue, in the order's cell for customers and cohorts",
        rows={
            "orders": [order("A", "2024-03-15", total=80), order("B", "2024-04-02", total=20)],
            "order_lines": [line("A", net=80), line("B", net=20)],
            "refunds": [refund("R", "2024-04-20", "A", 30, line_id="1")],
        },
        orders={"A": comes_to(gross=80, refunded=30, net=50), "B": comes_to(gross=20, net=20)},
        days={"2024-03-15": (1, 80), "2024-04-02": (1, 20), "2024-04-20": (0, -30)},
        customers={"anna": person(2, 70, first_order_date="2024-03-15", last_order_date="2024-04-02")},
        events=[event("refund", "2024-04-20", -30, attributed_order_date="2024-03-15", attributed_order_id="A")],
    ),
    case(
        "refund_after_the_last_day",
        "Refund date: money that goes back after the last known day, or has not gone back, is not refunded",
        rows={
            "orders": [order("A", "2024-12-30", total=30)],
            "order_lines": [line("A", net=30)],
            "refunds": [
                refund("late", "2025-01-01", "A", 10, line_id="1"),
                refund("promised", "2024-12-31", "A", 5, line_id="1", state="pending"),
                refund("bounced", "2024-12-31", "A", 5, line_id="1", state="failed"),
            ],
        },
        orders={"A": comes_to(gross=30, net=30)},
        days={"2024-12-30": (1, 30)},
        customers={"anna": person(1, 30)},
    ),
    case(
        "refund_before_its_order",
        "Refund date: a refund or an edit dated before its order, be it before all history, counts on the order's day",
        rows={
            "orders": [order("A", "2023-01-02", total=30)],
            "order_lines": [line("A", net=30)],
            "refunds": [refund("R", "2022-12-30", "A", 10, line_id="1")],
            "order_edits": [edit("A", "2022-12-31", 5)],
        },
        orders={"A": comes_to(gross=35, refunded=10, net=25)},
        days={"2023-01-02": (1, 25)},
        customers={"anna": person(1, 25)},
        events=[event("refund", "2023-01-02", -10)],
    ),
    case(
        "partial_refund_by_line",
        "Partial refunds: a refund that names its line falls on it, with its pieces",
        rows={
            "orders": [order("A", total=90)],
            "order_lines": [line("A", "1", 60, quantity=3), line("A", "2", 30)],
            "refunds": [refund("R", "2024-03-10", "A", 20, line_id="1", quantity=1)],
        },
        orders={"A": comes_to(gross=90, refunded=20, net=70)},
        days={"2024-03-01": (1, 90), "2024-03-10": (0, -20)},
        customers={"anna": person(1, 70)},
        events=[event("refund", "2024-03-10", -20, line_id="1", is_allocated=False)],
        lines={("A", "1"): {"refunded": 20, "net": 40}, ("A", "2"): {"refunded": 0, "net": 30}},
    ),
    case(
        "refund_by_amount",
        "Partial refunds: an amount without a line is spread by what is left of each line, and flagged; none of it is "
        "shipping",
        rows={
            "orders": [order("A", total=109, shipping_net_amount=4)],
            "order_lines": [line("A", "1", 60), line("A", "2", 40), line("A", "3", 5, line_type="shipping")],
            # Line 1 has 20 left after the first refund, line 2 has 40: 10 falls 3.3333 to 6.6667.
            "refunds": [
                refund("R1", "2024-03-10", "A", 40, line_id="1", quantity=1),
                refund("R2", "2024-03-12", "A", 10, kind="amount"),
            ],
        },
        orders={"A": comes_to(gross=100, refunded=50, net=50, shipping=9)},
        days={"2024-03-01": (1, 100), "2024-03-10": (0, -40), "2024-03-12": (0, -10)},
        customers={"anna": person(1, 50)},
        events=[
            event("refund", "2024-03-10", -40, line_id="1", is_allocated=False),
            event("refund", "2024-03-12", "-3.3333", line_id="1", is_allocated=True),
            event("refund", "2024-03-12", "-6.6667", line_id="2", is_allocated=True),
        ],
    ),
    case(
        "refund_by_amount_after_an_edit",
        "Partial refunds: nothing of an amount falls on a line that an edit took out",
        rows={
            "orders": [order("A", total=100)],
            "order_lines": [line("A", "1", 60), line("A", "2", 40)],
            "order_edits": [edit("A", "2024-03-02", -60, line_id="1", quantity=-1)],
            "refunds": [refund("R", "2024-03-12", "A", 10, kind="amount")],
        },
        orders={"A": comes_to(gross=40, refunded=10, net=30)},
        days={"2024-03-01": (1, 100), "2024-03-02": (0, -60), "2024-03-12": (0, -10)},
        customers={"anna": person(1, 30)},
        events=[event("refund", "2024-03-12", -10, line_id="2", is_allocated=True)],
    ),
    case(
        "refund_by_article",
        "Partial refunds: a refund that names an article falls on its lines",
        rows={
            "orders": [order("A", total=60)],
            "order_lines": [line("A", "1", 30, sku="mug"), line("A", "2", 30, sku="cup")],
            "refunds": [refund("R", "2024-03-10", "A", 12, sku="cup")],
        },
        orders={"A": comes_to(gross=60, refunded=12, net=48)},
        days={"2024-03-01": (1, 60), "2024-03-10": (0, -12)},
        customers={"anna": person(1, 48)},
        lines={("A", "1"): {"refunded": 0}, ("A", "2"): {"refunded": 12}},
    ),
    case(
        "over_refund",
        "Refund larger than order, goodwill: kept, net may be negative, the order is flagged",
        rows={
            "orders": [order("A", total=20), order("B", "2024-03-02", total=50)],
            "order_lines": [line("A", net=20), line("B", net=50)],
            "refunds": [
                refund("R1", "2024-03-10", "A", 20, line_id="1"),
                refund("R2", "2024-03-11", "A", 15, kind="amount"),
            ],
        },
        orders={
            "A": comes_to(gross=20, refunded=35, net=-15, is_over_refunded=True),
            "B": comes_to(gross=50, net=50, is_over_refunded=False),
        },
        days={"2024-03-01": (1, 20), "2024-03-02": (1, 50), "2024-03-10": (0, -20), "2024-03-11": (0, -15)},
        customers={"anna": person(2, 35)},
    ),
    case(
        "refunded_by_status_only",
        "Refunded by status only: all of the order goes back on the day of its last change, tax and shipping with it",
        rows={
            "orders": [
                order(
                    *("A", "2024-02-04"),
                    total="423.50",
                    status="refunded",
                    updated_at="2024-02-10 12:00:00",
                    tax_amount="73.50",
                    shipping_net_amount=50,
                ),
                # Changed after it was sold, with a fee, and without a stamp: on its own day.
                order("B", "2024-02-05", "bert", total=102, status="refunded", fee_net_amount=2),
                # A pending refund tells how much; one that failed does not, nor one of nothing.
                order("C", "2024-02-06", "carl", total=30, status="refunded", updated_at="2024-02-12 12:00:00"),
                order("D", "2024-02-07", "dora", total=40, status="refunded", updated_at="2024-02-13 12:00:00"),
                # What is refunded after the last known day is not refunded yet.
                order("E", "2024-02-08", "emil", total=50, status="refunded", updated_at="2025-01-01 12:00:00"),
                # In part, so nobody knows how much.
                order("F", "2024-02-09", "fay", total=300, status="partially_refunded"),
            ],
            "order_lines": [
                line("A", net=300, tax_amount=63),
                line("B", "1", 60),
                line("B", "2", 40),
                *(line(key, net=net) for key, net in (("C", 30), ("D", 40), ("E", 50), ("F", 300))),
            ],
            "order_edits": [
                edit("B", "2024-02-06", -60, line_id="1", quantity=-1),
                edit("B", "2024-02-07", 7, "2", tax_amount=1),
            ],
            "refunds": [
                refund("promised", "2024-02-12", "C", 30, state="pending"),
                refund("bounced", "2024-02-13", "D", 40, state="failed"),
                refund("nothing", "2024-02-13", "D", 0),
            ],
        },
        orders={
            "A": comes_to(gross=300, refunded=300, has_untold_refund=False),
            "B": comes_to(gross=47, refunded=47, has_untold_refund=False),
            "C": comes_to(gross=30, net=30, has_untold_refund=False),
            "D": comes_to(gross=40, refunded=40, has_untold_refund=False),
            "E": comes_to(gross=50, net=50, has_untold_refund=True),
            "F": comes_to(gross=300, net=300, has_untold_refund=True),
        },
        days={
            "2024-02-04": (1, 300),
            "2024-02-05": (1, 53),
            "2024-02-06": (1, -30),
            "2024-02-07": (1, 47),
            "2024-02-08": (1, 50),
            "2024-02-09": (1, 300),
            "2024-02-10": (0, -300),
            "2024-02-13": (0, -40),
        },
        customers={
            "anna": person(1, 0, is_customer=False),
            "bert": person(1, 0, is_customer=False),
            "carl": person(1, 30),
            "dora": person(1, 0, is_customer=False),
            "emil": person(1, 50),
            "fay": person(1, 300),
        },
        events=[
            event("refund_shipping", "2024-02-10", -50),
            event("refund_tax", "2024-02-10", "-73.50"),
            event("refund_tax", "2024-02-05", -1),
        ],
        lines={("A", "1"): {"refunded": 300}, ("B", "1"): {"refunded": 0}, ("B", "2"): {"refunded": 40}},
    ),
    case(
        "refund_of_charges",
        "Partial refunds: shipping and fees that go back come off shipping and fees",
        rows={
            "orders": [order("A", total=60)],
            "order_lines": [
                line("A", "1", 50),
                line("A", "2", 6, line_type="shipping"),
                line("A", "3", 4, line_type="fee"),
            ],
            "refunds": [
                refund("R", "2024-03-10", "A", 6, line_id="2"),
                refund("R", "2024-03-10", "A", 4, line_id="3", refund_line_no=2),
                refund("R", "2024-03-10", "A", 9, kind="adjustment", refund_line_no=3),
            ],
        },
        orders={"A": comes_to(gross=50, net=50, adjustment=-9)},
        days={"2024-03-01": (1, 50)},
        customers={"anna": person(1, 50)},
    ),
    case(
        "credit_note_without_an_order",
        "Refund date: a credit note that names neither order nor article lies on its own day",
        rows={
            "orders": [order("A", total=50)],
            "order_lines": [line("A", net=50)],
            "refunds": [
                refund("R1", "2024-04-10", None, 7, customer_id="anna"),
                refund("R2", "2024-04-11", None, 3),
            ],
        },
        orders={"A": comes_to(gross=50, net=50)},
        days={"2024-03-01": (1, 50), "2024-04-10": (0, -7), "2024-04-11": (0, -3)},
        customers={"anna": person(1, 43)},
        events=[
            event("refund", "2024-04-10", -7, refund_id="R1", attributed_order_date="2024-04-10"),
            event("refund", "2024-04-11", -3, refund_id="R2", attributed_order_date="2024-04-11"),
        ],
    ),
    case(
        "refunded_to_nothing",
        "Who is a customer: refunding the only order makes him a non-customer; the order stays one",
        rows={
            "orders": [order("A", total=50, status="refunded")],
            "order_lines": [line("A", net=50)],
            "refunds": [refund("R", "2024-03-10", "A", 50, line_id="1")],
        },
        orders={"A": comes_to(gross=50, refunded=50, is_over_refunded=False)},
        days={"2024-03-01": (1, 50), "2024-03-10": (0, -50)},
        customers={"anna": person(1, 0, is_customer=False)},
    ),
    case(
        "returns_restocked_or_not",
        "Returns not restocked: the cost of goods comes back only with goods that are on the shelf again",
        rows={
            "orders": [order("shelf", total=100), order("bin", "2024-03-02", total=100)],
            "order_lines": [
                line("shelf", net=100, quantity=2, unit_cost_amount=30),
                line("bin", net=100, quantity=2, unit_cost_amount=30),
            ],
            "refunds": [
                refund("R1", "2024-03-10", "shelf", 50, line_id="1", quantity=1, is_restocked=True),
                refund("R2", "2024-03-10", "bin", 50, line_id="1", quantity=1, is_restocked=False),
            ],
        },
        orders={
            "shelf": comes_to(gross=100, refunded=50, net=50, cost=30, contribution=20, cost_coverage_rate=1),
            "bin": comes_to(gross=100, refunded=50, net=50, cost=60, contribution=-10, cost_coverage_rate=1),
        },
        days={"2024-03-01": (1, 100), "2024-03-02": (1, 100), "2024-03-10": (0, -100)},
        customers={"anna": person(2, 100)},
        events=[
            event("cost_of_goods", "2024-03-01", -60, order_id="shelf"),
            event("cost_of_goods", "2024-03-02", -60, order_id="bin"),
            event("cost_of_goods_returned", "2024-03-10", 30, order_id="shelf"),
        ],
    ),
    case(
        "chargeback",
        "Chargebacks: like a refund, with its own reason; its fee is a cost",
        rows={
            "orders": [order("A", total=121)],
            "order_lines": [line("A", net=100, tax_amount=21)],
            "refunds": [refund("R", "2024-04-10", "A", 100, kind="chargeback", tax_amount=21)],
            "order_costs": [cost("A", "chargeback_fee", 15, booked_at="2024-04-10 12:00:00")],
        },
        orders={"A": comes_to(gross=100, refunded=100, cost=15, contribution=-15)},
        days={"2024-03-01": (1, 100), "2024-04-10": (0, -100)},
        customers={"anna": person(1, 0, is_customer=False)},
        events=[
            event("chargeback", "2024-04-10", -100, component="refund", net_revenue_amount=-100),
            event("chargeback_fee", "2024-04-10", -15, component="cost"),
        ],
    ),
    case(
        "edited_out_restocked_or_not",
        "Returns not restocked: the same for a piece that an edit takes out of the order",
        rows={
            "orders": [order("shelf", total=100), order("bin", "2024-03-02", total=100)],
            "order_lines": [
                line("shelf", net=100, quantity=2, unit_cost_amount=30),
                line("bin", net=100, quantity=2, unit_cost_amount=30),
            ],
            "order_edits": [
                edit("shelf", "2024-03-10", -50, line_id="1", quantity=-1, is_restocked=True),
                edit("bin", "2024-03-10", -50, line_id="1", quantity=-1, is_restocked=False),
            ],
        },
        orders={
            "shelf": comes_to(gross=50, net=50, cost=30, contribution=20, cost_coverage_rate=1),
            "bin": comes_to(gross=50, net=50, cost=60, contribution=-10, cost_coverage_rate=1),
        },
        days={"2024-03-01": (1, 100), "2024-03-02": (1, 100), "2024-03-10": (0, -100)},
        customers={"anna": person(2, 100)},
        events=[event("cost_of_goods_returned", "2024-03-10", 30, order_id="shelf")],
    ),
]
