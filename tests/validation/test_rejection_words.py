"""What a rejected batch says: what broke and how often, examples, the likely cause, and what to do."""

import pytest

from pipelines import contract
from pipelines.landing import quarantine
from pipelines.validation.validate import validate_landing
from tests.support.builders import line, order, payment
from tests.support.landed import DAY, counted, good_orders, land

STATUSES = next(column.allowed for column in contract.ORDERS.columns if column.name == "status")


def last_line(settings):
    return f"The rows are kept in {quarantine.rejected_file(settings)}. See docs/runbook.md, 'A batch was rejected'."


def shown(column, values):
    """The first three examples of a rule, of orders A00, A01 and A02."""
    return "; ".join(f"{DAY}, A{number:02}: {column} = {value}" for number, value in enumerate(values))


def many(make, count=11):
    """So many orders, by the rows of each."""
    return [row for number in range(count) for row in make(f"A{number:02}")]


def test_words_that_the_contract_does_not_know_are_rejected_once_with_those_it_knows(settings):
    land(settings, *many(lambda name: [order(name, DAY, status="betaald"), line(name), line(name, "2", 3)]))
    assert validate_landing(settings).rejected == [
        "orders: 11 of 11 rows (100.0%) would be quarantined, more than the limit of 1.0%.\n"
        f"  orders.status_known: broken by 11 rows, for example {shown('status', ['betaald'] * 3)}. "
        f"orders.status is one of {', '.join(STATUSES)}. "
        "Map the shop's word to one of these, in the source or the export.\n" + last_line(settings)
    ]


def test_where_few_rows_fail_the_limit_may_be_raised(settings):
    land(settings, *many(lambda name: [order(name, DAY, status="betaald"), line(name)]), *good_orders(DAY, 12))
    (reason,) = validate_landing(settings).rejected
    assert reason.splitlines()[-2] == (
        "  If the shop's data really are like that, raise validation.quarantine_limit_rate."
    )
    land(settings, *many(lambda name: [order(name, DAY, status="betaald"), line(name)]), *good_orders(DAY, 11))
    (reason,) = validate_landing(settings).rejected
    assert "raise" not in reason


def gross_lines(name):
    return [order(name, DAY, total=121, tax_amount=21), line(name, net=121)]


def gross_lines_of_many_pieces(name):
    lines = [line(name, net=121, tax_amount=21, quantity=2), line(name, "2", "60.50", tax_amount="10.50")]
    return [order(name, DAY, total="181.50"), *lines]


def unit_prices(name):
    return [order(name, DAY, total="36.30", tax_amount="6.30"), line(name, net=10, quantity=3)]


def unit_prices_and_unit_taxes(name):
    return [order(name, DAY, total="36.30"), line(name, net=10, quantity=3, tax_amount="2.10")]


def gross_unit_prices(name):
    return [order(name, DAY, total="36.30", tax_amount="6.30"), line(name, net="12.10", quantity=3)]


def total_after_gift_card(name):
    return [
        order(name, DAY, total=75),
        line(name, net=100),
        payment(name, "gift_card", 25),
        payment(name, "card", 75, "2"),
    ]


def other(name):
    return [order(name, DAY, total=99), line(name, net=100, quantity=2), payment(name, "gift_card", 25)]


TAX_IN_LINES = (
    "net_amount of order_lines, and shipping and fees, have tax in them. Deliver them ex tax, as net_amount = amount - "
    "tax_amount."
)
PER_PIECE = "net_amount of order_lines is per piece. Deliver it per line, as price x quantity."
PER_PIECE_WITH_TAX = (
    "net_amount of order_lines is per piece and has tax in it. Deliver it per line and ex tax, as price x quantity "
    "- tax_amount."
)
AFTER_GIFT_CARDS = (
    "total_gross_amount is what was left to pay after gift cards, store credit or points. Deliver what the order came "
    "to before them; they are payments."
)


@pytest.mark.parametrize(
    ("make", "total", "parts", "cause"),
    [
        (gross_lines, "121.0000", "142.0000", TAX_IN_LINES),
        (gross_lines_of_many_pieces, "181.5000", "213.0000", TAX_IN_LINES),
        (unit_prices, "36.3000", "16.3000", PER_PIECE),
        (unit_prices_and_unit_taxes, "36.3000", "12.1000", PER_PIECE),
        (gross_unit_prices, "36.3000", "18.4000", PER_PIECE_WITH_TAX),
        (total_after_gift_card, "75.0000", "100.0000", AFTER_GIFT_CARDS),
        (other, "99.0000", "100.0000", None),
    ],
)
def test_orders_that_do_not_add_up_name_the_likely_cause(settings, make, total, parts, cause):
    land(settings, *many(make))
    likely = f"Likely cause, since it explains 11 of these 11 orders: {cause} " if cause else ""
    values = [f"{total}, but its parts add up to {parts}"] * 3
    assert validate_landing(settings).rejected == [
        "orders: 11 of 11 rows (100.0%) would be quarantined, more than the limit of 1.0%.\n"
        f"  orders.order_adds_up: broken by 11 rows, for example {shown('total_gross_amount', values)}. "
        "total_gross_amount is the sum of the order's lines, tax, shipping and fees, less its undistributed discount; "
        f"it may differ by 0.01 x (lines + 2). {likely}"
        "Compare the order with the shop's own page of it: a line is missing, doubled or changed.\n"
        + last_line(settings)
    ]


def test_a_cause_that_explains_no_more_than_half_of_the_orders_is_not_named(settings):
    land(settings, *many(gross_lines, 10), *many(lambda name: other(f"B{name}"), 10))
    (reason,) = validate_landing(settings).rejected
    assert "Likely cause" not in reason
    land(settings, *many(gross_lines, 11), *many(lambda name: other(f"B{name}"), 10))
    (reason,) = validate_landing(settings).rejected
    assert f"Likely cause, since it explains 11 of these 21 orders: {TAX_IN_LINES}" in reason


def test_lines_without_any_order_name_the_empty_file(settings):
    land(settings, *(line(f"A{number:02}") for number in range(11)))
    keys = "; ".join(f"{DAY}, A{number:02}/1: order_id = A{number:02}" for number in range(3))
    assert validate_landing(settings).rejected == [
        "order_lines: 11 of 11 rows (100.0%) would be quarantined, more than the limit of 1.0%.\n"
        f"  order_lines.line_has_order: broken by 11 rows, for example {keys}. Every line comes with its order, on the "
        "order's day. Likely cause: the delivery has no order at all. Is the file orders empty or cut off? Deliver the "
        "order, or remove its lines from the export.\n" + last_line(settings)
    ]


def test_rows_kept_back_with_their_orders_name_what_is_wrong_with_these(settings):
    few = many(lambda name: [order(name, DAY, status="betaald"), *(line(name, f"{n}", sku=f"{n}") for n in range(9))])
    land(settings, *few, *good_orders(DAY, 1100))
    (reason,) = validate_landing(settings).rejected
    assert reason.splitlines()[0] == (
        "order_lines: 99 of 1,199 rows (8.3%) would be quarantined, more than the limit of 1.0%."
    )
    assert reason.splitlines()[1].startswith("  orders.status_known: broken by 11 rows, for example ")


def test_a_day_with_missing_rows_is_said_once_and_not_again_by_their_amount(settings):
    land(settings, order("A", DAY), line("A"), counted(2, "30"))
    (reason,) = validate_landing(settings).rejected
    assert reason.startswith("source_counts: rows_match_source. ")
