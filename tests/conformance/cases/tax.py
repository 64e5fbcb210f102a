"""VAT: rates, the country that gets it, reverse charge, shops that price with and without it."""

from tests.conformance.cases.case import Case, case, comes_to, event, person
from tests.support.builders import line, order, refund


def _twin(name: str, *, is_inclusive: bool) -> Case:
    """Prices with tax: two mugs at 10.00 (16.5289 and 3.4711), a cup at 11.00 less 1.00 (8.2645 and 1.7355)."""
    return case(
        name,
        "VAT: a shop whose prices include tax and its twin whose prices do not have the same net revenue",
        rows={
            "orders": [order("A", total=30, tax_amount="5.2066", prices_include_tax=is_inclusive)],
            "order_lines": [
                line("A", "1", "16.5289", quantity=2, tax_amount="3.4711", tax_rate="0.21"),
                line(
                    *("A", "2", "8.2645"),
                    list_net_amount="9.0909",
                    discount_net_amount="0.8264",
                    tax_amount="1.7355",
                    tax_rate="0.21",
                ),
            ],
            "refunds": [refund("R", "2024-03-10", "A", "8.2645", line_id="1", quantity=1, tax_amount="1.7355")],
        },
        orders={
            "A": comes_to(gross="25.6198", discount="0.8264", refunded="8.2645", net="16.5289", tax="3.4711"),
        },
        days={"2024-03-01": (1, "24.7934"), "2024-03-10": (0, "-8.2645")},
        customers={"anna": person(1, "16.5289")},
        events=[event("tax", "2024-03-01", "5.2066", tax_rate="0.21")],
    )


TAX = [
    _twin("prices_with_tax", is_inclusive=True),
    _twin("prices_without_tax", is_inclusive=False),
    case(
        "three_rates",
        "VAT: by rate (NL 21, 9 and 0), on the lines; ex VAT always",
        rows={
            "orders": [order("A", total=250)],
            "order_lines": [
                line("A", "1", 100, tax_amount=21, tax_rate="0.21"),
                line("A", "2", 20, tax_amount="4.20", tax_rate="0.21"),
                line("A", "3", 60, tax_amount="5.40", tax_rate="0.09"),
                line("A", "4", "39.40", tax_amount=0, tax_rate="0"),
            ],
        },
        orders={"A": comes_to(gross="219.40", net="219.40", tax="30.60")},
        days={"2024-03-01": (1, "219.40")},
        customers={"anna": person(1, "219.40")},
        events=[
            event("tax", "2024-03-01", "25.20", tax_rate="0.21"),
            event("tax", "2024-03-01", "5.40", tax_rate="0.09"),
        ],
    ),
    case(
        "tax_of_shipping",
        "VAT: tax of the order that is on no line with a rate is kept, without a rate",
        rows={
            "orders": [order("A", total="127.05", shipping_net_amount=5, tax_amount="22.05")],
            "order_lines": [line("A", net=100, tax_amount=21, tax_rate="0.21")],
        },
        orders={"A": comes_to(gross=100, net=100, shipping=5, tax="22.05")},
        days={"2024-03-01": (1, 100)},
        customers={"anna": person(1, 100)},
        events=[
            event("tax", "2024-03-01", 21, tax_rate="0.21"),
            event("tax", "2024-03-01", "1.05", tax_rate=None),
        ],
    ),
    case(
        "tax_lines_rule",
        "VAT: where the shop keeps tax apart by rate, that is the tax",
        rows={
            "orders": [order("A", total="131.50", shipping_net_amount=5, tax_amount="26.50")],
            "order_lines": [
                line("A", "1", 80, tax_amount="16.80", tax_rate="0.21"),
                line("A", "2", 20, tax_amount="1.80", tax_rate="0.09"),
            ],
            "tax_lines": [
                {
                    "order_id": "A",
                    "tax_line_no": 1,
                    "tax_rate": "0.21",
                    "country": "NL",
                    "tax_amount": 24,
                    "line_id": "1",
                },
                {"order_id": "A", "tax_line_no": 2, "tax_rate": "0.09", "country": "NL", "tax_amount": "2.50"},
            ],
        },
        orders={"A": comes_to(gross=100, net=100, shipping=5, tax="26.50")},
        days={"2024-03-01": (1, 100)},
        customers={"anna": person(1, 100)},
        events=[
            event("tax", "2024-03-01", 24, tax_rate="0.21"),
            event("tax", "2024-03-01", "2.50", tax_rate="0.09"),
        ],
    ),
    case(
        "rate_of_the_destination",
        "VAT: OSS, the rate of the country that the goods go to; net revenue is the same wherever they go",
        rows={
            "orders": [
                order("NL", "2024-03-01", total=121, tax_amount=21),
                order("DE", "2024-03-02", total=119, tax_amount=19, country="DE"),
                order("HU", "2024-03-03", total=127, tax_amount=27, country="HU"),
            ],
            "order_lines": [
                line("NL", net=100, tax_amount=21, tax_rate="0.21"),
                line("DE", net=100, tax_amount=19, tax_rate="0.19"),
                line("HU", net=100, tax_amount=27, tax_rate="0.27"),
            ],
            "tax_lines": [
                {
                    "order_id": "DE",
                    "tax_line_no": 1,
                    "line_id": "1",
                    "tax_rate": "0.19",
                    "country": "DE",
                    "tax_amount": 19,
                },
                {
                    "order_id": "HU",
                    "tax_line_no": 1,
                    "line_id": "1",
                    "tax_rate": "0.27",
                    "country": "HU",
                    "tax_amount": 27,
                },
            ],
        },
        orders={
            "NL": comes_to(gross=100, net=100, tax=21),
            "DE": comes_to(gross=100, net=100, tax=19),
            "HU": comes_to(gross=100, net=100, tax=27),
        },
        days={"2024-03-01": (1, 100), "2024-03-02": (1, 100), "2024-03-03": (1, 100)},
        customers={"anna": person(3, 300)},
        events=[
            event("tax", "2024-03-01", 21, tax_rate="0.21"),
            event("tax", "2024-03-02", 19, tax_rate="0.19"),
            event("tax", "2024-03-03", 27, tax_rate="0.27"),
        ],
    ),
    case(
        "reverse_charge",
        "VAT: reverse charge, no tax, and the order says why",
        rows={
            "orders": [order("A", total=100, tax_amount=0, country="BE", is_reverse_charge=True)],
            "order_lines": [line("A", net=100, tax_rate="0")],
        },
        orders={"A": comes_to(gross=100, net=100, is_reverse_charge=True)},
        days={"2024-03-01": (1, 100)},
        customers={"anna": person(1, 100)},
    ),
    case(
        "tax_from_the_lines",
        "VAT: an order that does not say its tax owes that of its lines",
        rows={
            "orders": [order("A", total=121)],
            "order_lines": [line("A", "1", 70, tax_amount="14.70"), line("A", "2", 30, tax_amount="6.30")],
        },
        orders={"A": comes_to(gross=100, net=100, tax=21)},
        days={"2024-03-01": (1, 100)},
        customers={"anna": person(1, 100)},
        events=[event("tax", "2024-03-01", 21, tax_rate=None)],
    ),
]
