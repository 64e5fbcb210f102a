"""Every rule of a contract table, in one list: those about one column, those between rows, those about a whole batch.

Rules about one column are made here, from what `pipelines.contract` says about the column. Rules between rows and
tables are declared in `pipelines.validation.rules.between_rows`, warnings about unusual days in
`pipelines.validation.anomalies`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines import contract
from pipelines.validation.rules.between_rows import COUNT_RULES, ROW_RULES
from pipelines.validation.rules.rule import CORRECT, NEXT_NIGHT, Rule, is_true

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipelines.contract import Table

__all__ = ["QUARANTINE_LIMIT", "WITH_ITS_ORDER", "Rule", "rules", "suite"]

WITH_ITS_ORDER = "with_its_order"
QUARANTINE_LIMIT = "within_quarantine_limit"


def rules(currency: str) -> list[Rule]:
    """Every rule about rows and batches, in the order in which people read them.

    Args:
        currency: The shop's, an ISO code.
    """
    tables = [*contract.DAY_TABLES, *contract.KEYED_TABLES]
    return [rule for table in tables for rule in _table_rules(table, currency)]


def suite(table_name: str, currency: str) -> tuple[Rule, ...]:
    """The rules of one table that are checked row by row."""
    table_rules = _table_rules(contract.TABLES[table_name], currency)
    return tuple(rule for rule in table_rules if rule.kind is not None)


def _table_rules(table: Table, currency: str) -> list[Rule]:
    if table is contract.SOURCE_COUNTS:
        return list(COUNT_RULES)
    between = [rule for rule in ROW_RULES if rule.table == table.name]
    own = [_currency_rule(currency)] if table is contract.ORDERS else []
    return [*_contract_rules(table), *own, *between, *_batch_rules(table)]


def _contract_rules(table: Table) -> Iterable[Rule]:
    for column in table.columns:
        name = column.landed_name
        if column.required or column.name in table.key:
            text = f"Every row of {table.name} has a value in {name}."
            yield Rule(table.name, f"{name}_not_null", text, "quarantine", CORRECT, "not_null", name)
        if column.allowed is not None:
            text = f"{table.name}.{name} is one of {', '.join(column.allowed)}."
            what_to_do = f"Map the shop's word to one of these, in the source or the export. {NEXT_NIGHT}"
            yield Rule(table.name, f"{name}_known", text, "quarantine", what_to_do, "in_set", name, column.allowed)
        if column.minimum is not None:
            text = f"{table.name}.{name} is at least {column.minimum}."
            rule_name = f"{name}_not_negative" if column.minimum == 0 else f"{name}_at_least_{column.minimum}"
            yield Rule(table.name, rule_name, text, "quarantine", CORRECT, "at_least", name, (column.minimum,))
    yield Rule(
        table.name,
        f"{'_and_'.join(table.key)}_unique",
        f"No two different rows of {table.name} have the same {' and '.join(table.key)}"
        f"{' on one day' if table.kept_by == 'own_day' else ', even on different days'}.",
        "quarantine",
        f"Find out which row is right, and deliver only that one. {NEXT_NIGHT}",
        "in_set",
        "key_count",
        (1,),
        shown_column=table.key[-1],
    )


def _currency_rule(currency: str) -> Rule:
    return is_true(
        "orders",
        "currency_can_be_converted",
        "has_rate",
        f"Every order is in the shop's currency, {currency}, or exchange_rates has a rate for its currency up to the "
        "order's day.",
        "reject",
        "If the shop does sell in that currency, add its rates to exchange_rates, from the day of the first order on. "
        f"If the order is in {currency}, correct the export. If the shop's own currency is another, set shop.currency.",
        ("currency", "concat(currency, ', without a rate on or before ', order_date)"),
    )


def _batch_rules(table: Table) -> list[Rule]:
    limit = Rule(
        table.name,
        QUARANTINE_LIMIT,
        f"No more than a share of validation.quarantine_limit_rate of the rows of {table.name} is quarantined.",
        "reject",
        "Look at the rules of this table that failed: so many bad rows usually have one cause, in the source.",
    )
    if table.kept_by != "order_day":
        return [limit]
    companions = Rule(
        table.name,
        WITH_ITS_ORDER,
        "No row is kept back only because another row of its order broke a rule.",
        "quarantine",
        f"Correct the row that broke a rule; the rest of its order comes back with it. {NEXT_NIGHT}",
    )
    return [companions, limit]
