"""Orders in another currency than the shop's. The rates stand in tests.conformance.shops."""

import datetime as dt

from tests.conformance.cases.case import THIRD_CHOICES, case, comes_to, event, person
from tests.support.builders import cost, edit, line, order, payment, refund

CURRENCY = [
    case(
        "order_and_full_refund_in_dollars",
        "Currency: refunds at the order's rate, so an order and its full refund are 0 in both currencies; the "
        "difference is shown as FX effect",
        rows={
            # A dollar is .90 on the day of the order, .95 on the day of the refund.
            "orders": [order("A", "2024-03-01", total=100, currency="USD")],
            "order_lines": [line("A", net=100)],
            "refunds": [refund("R", "2024-04-02", "A", 100, line_id="1")],
        },
        orders={
            "A": comes_to(
                gross=90,
                refunded=90,
                fx_effect=-5,
                currency="USD",
                exchange_rate="0.90",
                exchange_rate_date=dt.date(2024, 3, 1),
            )
        },
        days={"2024-03-01": (1, 90), "2024-04-02": (0, -90)},
        customers={"anna": person(1, 0, is_customer=False)},
        events=[
            event("line", "2024-03-01", 90, original_amount=100, currency="USD"),
            event("refund", "2024-04-02", -90, original_amount=-100, currency="USD"),
            event("fx_effect", "2024-04-02", -5, net_revenue_amount=0),
        ],
    ),
    case(
        "fx_effect_of_all_that_went_back",
        "Currency: the effect is on all the money that went back, tax and shipping too; where the rate has not moved "
        "there is none",
        rows={
            "orders": [
                order("A", "2024-03-01", total=131, currency="USD", shipping_net_amount=10, tax_amount=21),
                order("B", "2024-03-02", total=50, currency="USD"),
            ],
            "order_lines": [line("A", net=100, tax_amount=21), line("B", net=50)],
            "refunds": [
                refund("R1", "2024-04-02", "A", 100, line_id="1", tax_amount=21, shipping_net_amount=10),
                refund("R2", "2024-03-03", "B", 50, line_id="1"),
            ],
        },
        orders={
            # 131 x (.95 - .90) = 6.55
            "A": comes_to(gross=90, refunded=90, fx_effect="-6.55"),
            "B": comes_to(gross=45, refunded=45),
        },
        days={"2024-03-01": (1, 90), "2024-03-02": (1, 45), "2024-03-03": (0, -45), "2024-04-02": (0, -90)},
        customers={"anna": person(2, 0, is_customer=False)},
    ),
    case(
        "day_without_a_rate",
        "Currency: on a day without a rate the last known one; rates that come later change nothing",
        rows={
            # Sunday: the rate of Friday, not that of Monday.
            "orders": [
                order("A", "2024-03-03", total=100, currency="USD"),
                order("B", "2024-03-04", total=100, currency="USD"),
            ],
            "order_lines": [line("A", net=100), line("B", net=100)],
        },
        orders={
            "A": comes_to(gross=90, net=90, exchange_rate="0.90"),
            "B": comes_to(gross=92, net=92, exchange_rate="0.92"),
        },
        days={"2024-03-03": (1, 90), "2024-03-04": (1, 92)},
        customers={"anna": person(2, 182)},
    ),
    case(
        "everything_of_an_order_at_its_rate",
        "Currency: discounts, charges, tax, edits, vouchers and booked costs at the order's rate; goods cost what they "
        "cost in the shop's own currency",
        rows={
            # A pound is 1.17 on the day of the order, 1.16 in May.
            "orders": [
                order(
                    *("A", "2024-03-10"),
                    total=138,
                    currency="GBP",
                    undistributed_discount_net_amount=10,
                    shipping_net_amount=5,
                    fee_net_amount=1,
                    tax_amount=22,
                )
            ],
            "order_lines": [
                line("A", "1", 100, list_net_amount=110, tax_amount=20, unit_cost_amount=40),
                line("A", "2", 20, line_type="gift_card"),
            ],
            "order_edits": [edit("A", "2024-05-10", -30, line_id="1", tax_amount=-6)],
            "payments": [payment("A", "gift_card", 50, "1"), payment("A", "card", 88, "2", fee_amount=2)],
            "order_costs": [cost("A", "shipping", 8, booked_at="2024-05-12 12:00:00")],
        },
        orders={
            "A": comes_to(
                gross="93.60",  # (110 - 30) x 1.17
                discount="23.40",  # (10 + 10) x 1.17
                net="70.20",
                shipping="5.85",
                fee="1.17",
                tax="18.72",  # (22 - 6) x 1.17
                gift_card="-35.10",  # (20 - 50) x 1.17
                cost="51.70",  # 40 euro, and (8 + 2) x 1.17
                contribution="24.35",
            )
        },
        days={"2024-03-10": (1, "105.30"), "2024-05-10": (0, "-35.10")},
        customers={"anna": person(1, "70.20")},
        events=[
            event("shipping_cost", "2024-05-12", "-9.36"),
            event("payment_fee", "2024-03-10", "-2.34"),
            event("cost_of_goods", "2024-03-10", -40),
        ],
    ),
    case(
        "refunds_in_parts_leave_nothing",
        "Currency: what comes to nothing in the order's currency does so in the shop's, however it went back; each "
        "movement is the step between two rounded balances",
        rows={
            "orders": [
                order("A", total=30, currency="USD", shipping_net_amount=10, tax_amount=10),
                order("B", total="6.6665", currency="USD"),
            ],
            "order_lines": [line("A", net=10), line("B", net="6.6665", list_net_amount=10)],
            "refunds": [
                refund("R1", "2024-03-02", "A", "3.3335", tax_amount="3.3335", shipping_net_amount="3.3335"),
                refund("R2", "2024-03-03", "A", "6.6665", tax_amount="6.6665", shipping_net_amount="6.6665"),
                refund("S", "2024-03-03", "B", "6.6665", line_id="1"),
            ],
        },
        # Each on its own would be 3.3335 x .9 = 3.0002 and 6.6665 x .9 = 5.9999, together 9.0001. What is left after
        # the first is 5.9999, so the first is 3.0001.
        orders={
            "A": comes_to(gross=9, refunded=9, contribution=0),
            "B": comes_to(gross=9, discount="3.0001", refunded="5.9999", is_over_refunded=False),
        },
        days={"2024-03-01": (2, "14.9999"), "2024-03-02": (0, "-3.0001"), "2024-03-03": (0, "-11.9998")},
        customers={"anna": person(2, 0, is_customer=False)},
        events=[
            event("refund", "2024-03-02", "-3.0001", original_amount="-3.3335"),
            event("refund", "2024-03-03", "-5.9999", original_amount="-6.6665"),
            event("refund", "2024-03-03", "-5.9999", original_amount="-6.6665"),
            event("refund_shipping", "2024-03-02", "-3.0001"),
            event("refund_shipping", "2024-03-03", "-5.9999"),
            event("refund_tax", "2024-03-02", "-3.0001"),
            event("refund_tax", "2024-03-03", "-5.9999"),
        ],
    ),
    case(
        "rounding",
        "Rounding: four decimals inside; a share that is cut loses nothing, and an order is worth what its total "
        "converts to",
        rows={
            "orders": [
                order("A", "2024-03-01", total="9.98", currency="USD", undistributed_discount_net_amount="0.01")
            ],
            "order_lines": [line("A", "1", "3.33"), line("A", "2", "3.33"), line("A", "3", "3.33")],
            "refunds": [refund("R", "2024-03-02", "A", "9.98", kind="amount")],
        },
        # 9.99 x .9 = 8.9910. The discounts .0034, .0033 and .0033 bring it to 8.9879, 8.9850 and 8.9820 (8.98794,
        # 8.98497, 8.982): 9.98 x .9.
        orders={"A": comes_to(gross="8.9910", discount="0.0090", refunded="8.9820")},
        days={"2024-03-01": (1, "8.9820"), "2024-03-02": (0, "-8.9820")},
        customers={"anna": person(1, 0, is_customer=False)},
        events=[
            event("discount", "2024-03-01", "-0.0031", line_id="1", original_amount="-0.0034"),
            event("discount", "2024-03-01", "-0.0029", line_id="2", original_amount="-0.0033"),
            event("discount", "2024-03-01", "-0.0030", line_id="3", original_amount="-0.0033"),
        ],
    ),
    case(
        "rounding_of_halves",
        "Rounding: half a ten-thousandth goes away from zero, so that what a sale brought is what its refund takes",
        rows={
            # 10.0005 x .9 = 9.00045
            "orders": [order("A", "2024-03-01", total="10.0005", currency="USD")],
            "order_lines": [line("A", net="10.0005")],
            "refunds": [refund("R", "2024-03-02", "A", "10.0005", line_id="1")],
        },
        orders={"A": comes_to(gross="9.0005", refunded="9.0005")},
        days={"2024-03-01": (1, "9.0005"), "2024-03-02": (0, "-9.0005")},
        customers={"anna": person(1, 0, is_customer=False)},
    ),
    case(
        "average_rate_of_the_month",
        "Currency: a shop may take the average of the month's rates, known later in it or not; in a month without any "
        "the last known one",
        settings=THIRD_CHOICES,
        rows={
            # March has .90 and .92, April .95 alone, and before March the last was .95 of a year ago.
            "orders": [
                order("A", "2024-03-02", total=100, currency="USD"),
                order("B", "2024-03-31", total=100, currency="USD"),
                order("C", "2024-02-29", total=100, currency="USD"),
            ],
            "order_lines": [line("A", net=100), line("B", net=100), line("C", net=100)],
            # This shop has refunds at the rate of their own day, so of their own month.
            "refunds": [refund("R", "2024-03-31", "A", 50, line_id="1"), refund("S", "2024-04-30", "B", 100)],
        },
        orders={
            "A": comes_to(
                gross=91, refunded="45.5", net="45.5", exchange_rate="0.91", exchange_rate_date=dt.date(2024, 3, 4)
            ),
            "B": comes_to(gross=91, refunded=95, net=-4, exchange_rate="0.91", is_over_refunded=False),
            "C": comes_to(gross=95, net=95, exchange_rate="0.95", exchange_rate_date=dt.date(2023, 1, 2)),
        },
        days={"2024-02-29": (1, 95), "2024-03-02": (1, 91), "2024-03-31": (1, "45.5"), "2024-04-30": (0, -95)},
        customers={"anna": person(3, "136.5")},
    ),
]
