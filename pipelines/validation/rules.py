"""The rules a shop's rows must keep: what is checked, in plain words, and what follows from a row that breaks one.

Rules about one column are made from `pipelines.contract`; rules between rows and tables are declared here, once. They
look at helper columns (`adds_up`, `has_order`, ...) that `pipelines.validation.batches` computes exactly, in SQL.
Rules about the shop as a whole (is this day like its other days?) stand in `pipelines.validation.anomalies`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pipelines import contract

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipelines.contract import Table

Consequence = Literal["reject", "quarantine", "warn"]
Kind = Literal["not_null", "in_set", "not_in_set", "at_least"]

WITH_ITS_ORDER = "with_its_order"
QUARANTINE_LIMIT = "within_quarantine_limit"

_NEXT_NIGHT = "The nightly run reads the day again until it is clean."
_CORRECT = f"Correct it in the shop or in its export. {_NEXT_NIGHT}"


@dataclass(frozen=True)
class Rule:
    """One rule of one table.

    Attributes:
        table: Contract table.
        name: Stable, unique within the table: it is the name of the asset check and stands in the published marts.
        text: The rule in plain words.
        consequence: `reject` the batch, `quarantine` the row and its order, or `warn`.
        what_to_do: The next step of whoever sees it fail.
        kind: The expectation, or None for a rule that is not about single rows.
        column: The column of the frame that the expectation looks at.
        values: The allowed (`in_set`) or forbidden (`not_in_set`) values, or the minimum (`at_least`).
        shown_column: The contract's column that a person should look at; default `column`.
        shown_value: SQL over the frame that shows what is wrong; default the value of `shown_column`.
    """

    table: str
    name: str
    text: str
    consequence: Consequence
    what_to_do: str
    kind: Kind | None = None
    column: str = ""
    values: tuple[str | int | bool, ...] = ()
    shown_column: str = ""
    shown_value: str = ""


def rules(currency: str) -> list[Rule]:
    """Every rule about rows and batches, in the order in which people read them.

    Args:
        currency: The shop's.
    """
    tables = [*contract.DAY_TABLES, *contract.KEYED_TABLES]
    return [rule for table in tables for rule in _table_rules(table, currency)]


def suite(table_name: str, currency: str) -> tuple[Rule, ...]:
    """The rules of one table that are checked row by row."""
    table_rules = _table_rules(contract.TABLES[table_name], currency)
    return tuple(rule for rule in table_rules if rule.kind is not None)


def _table_rules(table: Table, currency: str) -> list[Rule]:
    if table is contract.SOURCE_COUNTS:
        return list(_COUNT_RULES)
    between = [rule for rule in _ROW_RULES if rule.table == table.name]
    own = [_currency_rule(currency)] if table is contract.ORDERS else []
    return [*_contract_rules(table), *own, *between, *_batch_rules(table)]


def _contract_rules(table: Table) -> Iterable[Rule]:
    for column in table.columns:
        name = column.landed_name
        if column.required or column.name in table.key:
            text = f"Every row of {table.name} has a {name}."
            yield Rule(table.name, f"{name}_not_null", text, "quarantine", _CORRECT, "not_null", name)
        if column.allowed is not None:
            text = f"{table.name}.{name} is one of {', '.join(column.allowed)}."
            what_to_do = f"Map the shop's word to one of these in the source. {_NEXT_NIGHT}"
            yield Rule(table.name, f"{name}_known", text, "quarantine", what_to_do, "in_set", name, column.allowed)
        if column.minimum is not None:
            text = f"{table.name}.{name} is at least {column.minimum}."
            rule_name = f"{name}_not_negative" if column.minimum == 0 else f"{name}_at_least_{column.minimum}"
            yield Rule(table.name, rule_name, text, "quarantine", _CORRECT, "at_least", name, (column.minimum,))
    yield Rule(
        table.name,
        f"{'_and_'.join(table.key)}_unique",
        f"No two different rows of {table.name} have the same {' and '.join(table.key)}, on whatever day.",
        "quarantine",
        f"Find out which row is right, and deliver the key once. {_NEXT_NIGHT}",
        "in_set",
        "key_count",
        (1,),
        shown_column=table.key[-1],
    )


def _currency_rule(currency: str) -> Rule:
    return Rule(
        "orders",
        "currency_is_the_shops",
        f"Every order is in the shop's currency, {currency}.",
        "reject",
        f"If the shop sells in {currency} only, correct the export; if its reports are in another currency, set "
        "shop.currency. Orders in a second currency belong into a shop of their own.",
        "in_set",
        "currency",
        (currency,),
    )


def _batch_rules(table: Table) -> list[Rule]:
    limit = Rule(
        table.name,
        QUARANTINE_LIMIT,
        f"No more than validation.quarantine_limit_rate of the rows of {table.name} go into quarantine.",
        "reject",
        "Look at the failed rules of this table: so many rows usually have one cause, in the source. If the shop's "
        "data are like that, raise validation.quarantine_limit_rate.",
    )
    if not table.by_day:
        return [limit]
    companions = Rule(
        table.name,
        WITH_ITS_ORDER,
        "No row is kept back only because another row of its order broke a rule.",
        "quarantine",
        f"Correct the row that broke a rule; the rest of its order comes back with it. {_NEXT_NIGHT}",
    )
    return [companions, limit]


def _is_true(
    table: str, name: str, column: str, text: str, consequence: Consequence, what_to_do: str, shown: tuple[str, str]
) -> Rule:
    """A rule that `pipelines.validation.batches` has worked out, in a helper column that must be true."""
    return Rule(table, name, text, consequence, what_to_do, "in_set", column, (True,), *shown)


_ROW_RULES = (
    _is_true(
        "orders",
        "order_adds_up",
        "adds_up",
        # Each amount of an order may be rounded to the cent on its own: its lines, its shipping and its tax.
        "total_gross_amount = lines + tax + shipping + fees - undistributed discount, up to 0.01 x (lines + 2).",
        "quarantine",
        f"Compare the order with the shop's own page of it: a line is missing, doubled or changed. {_NEXT_NIGHT}",
        ("total_gross_amount", "concat(total_gross_amount, ', but its parts make ', parts_amount)"),
    ),
    _is_true(
        "orders",
        "placed_not_in_future",
        "is_not_in_future",
        "No order is placed later than today in the shop's zone.",
        "quarantine",
        f"Correct the date; if many are wrong, look at the time zone in the export and at shop.as_of. {_NEXT_NIGHT}",
        ("placed_at", ""),
    ),
    _is_true(
        "orders",
        "order_has_lines",
        "has_lines",
        "Every order has at least one line.",
        "warn",
        "Nothing, if the shop keeps orders whose lines were all taken out; else see why their lines are not delivered.",
        ("order_id", ""),
    ),
    _is_true(
        "order_lines",
        "line_has_order",
        "has_order",
        "Every line belongs to an order of its day.",
        "quarantine",
        f"Deliver the order, or take its lines out. {_NEXT_NIGHT}",
        ("order_id", ""),
    ),
    Rule(
        "order_lines",
        "quantity_not_zero",
        "No line has the quantity 0.",
        "quarantine",
        _CORRECT,
        "not_in_set",
        "quantity",
        (0,),
    ),
    _is_true(
        "order_lines",
        "line_discount_adds_up",
        "discount_adds_up",
        # One amount rounded to the cent.
        "list_net_amount, where given, is net_amount + discount_net_amount, up to 0.01.",
        "warn",
        "Look at how the source works out the price before discount: gross sales and discounts are off by the same.",
        (
            "list_net_amount",
            "concat(list_net_amount, ', but net and discount make ', net_amount + discount_net_amount)",
        ),
    ),
    _is_true(
        "order_lines",
        "line_not_repeated",
        "is_not_repeated",
        "No order has two lines of the same article, quantity and amount under different line ids.",
        "warn",
        "Nothing, if buyers do add an article twice; else look for a join that doubles lines in the export.",
        ("line_id", "concat_ws(', ', sku, quantity, net_amount)"),
    ),
    _is_true(
        "refunds",
        "refund_has_order",
        "has_order",
        "Every refund that names an order lies on the day of that order.",
        "quarantine",
        f"Deliver the order, or leave order_id empty if the credit note names none. {_NEXT_NIGHT}",
        ("order_id", ""),
    ),
    _is_true(
        "refunds",
        "refunded_not_in_future",
        "is_not_in_future",
        "No refund is dated later than today in the shop's zone.",
        "quarantine",
        f"Correct the date; if many are wrong, look at the time zone in the export and at shop.as_of. {_NEXT_NIGHT}",
        ("refunded_at", ""),
    ),
)

_COUNT_ADVICE = (
    "The delivery is incomplete or doubled: read the day again (materialise `landing` for it in the UI). If it "
    "stays, compare the source's count with its rows."
)

_COUNT_RULES = (
    Rule(
        "source_counts",
        "rows_match_source",
        "Each day has as many order lines and refunds as the source itself counts.",
        "reject",
        _COUNT_ADVICE,
        "in_set",
        "row_difference",
        (0,),
        "row_count",
        "concat(landed_rows, ' landed, the source counts ', counted_rows)",
    ),
    _is_true(
        "source_counts",
        "amount_matches_source",
        "is_same_amount",
        "Each day's order lines, shipping and fees less discounts and refunds are worth what the source itself says.",
        "reject",
        _COUNT_ADVICE,
        ("amount", "concat(landed_amount, ' landed, the source counts ', counted_amount)"),
    ),
)
