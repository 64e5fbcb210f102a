"""The contract's tables as of a day, as a shop's interface would give them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal

from pipelines import contract
from pipelines.sources.demo.amounts import ZERO
from pipelines.sources.demo.catalogue import BUNDLES
from pipelines.sources.demo.history import History
from pipelines.sources.demo.lives import Row

Tables = dict[str, list[Row]]


def tables(history: History, as_of: dt.date) -> Tables:
    """Rows of every contract table as of a day, with every column; rows of day tables carry `order_date`."""
    end = history.end(as_of)
    found: Tables = {name: [] for name in contract.TABLES if name != "source_counts"}
    for life in history.lives:
        seen = life.as_of(end)
        if seen is None:
            continue
        order, rows = seen
        day = {"order_date": history.day(life.placed_at)}
        found["orders"].append(day | order)
        for name, row in rows:
            found[name].append(day | row)
    for note in history.notes:
        if note.at < end:
            found["refunds"].append({"order_date": history.day(note.at), **note.row})
    _add_accounts(found, history, end)
    _add_catalogue(found, history, as_of)
    for currency, rate_days in history.rates.days.items():
        found["exchange_rates"] += [
            {"currency": currency, "rate_date": rate_day, "rate": rate}
            for rate_day, rate in zip(rate_days, history.rates.rates[currency], strict=True)
            if rate_day < as_of
        ]
    return {name: _whole(contract.TABLES[name], rows) for name, rows in found.items()}


def day_counts(history: History, as_of: dt.date) -> list[Row]:
    """The shop's own count of its money rows, a row for each day that has any, made from the lives of its orders."""
    end = history.end(as_of)
    money_tables = {table.name for table in contract.MONEY_ROW_TABLES}
    counts: defaultdict[dt.date, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for life in history.lives:
        seen = life.as_of(end)
        if seen is None:
            continue
        order, rows = seen
        count = counts[history.day(life.placed_at)]
        for name, row in [("orders", order), *rows]:
            count[0] += name in money_tables
            count[1] += _worth(name, row)
    for note in history.notes:
        if note.at < end:
            count = counts[history.day(note.at)]
            count[0] += 1
            count[1] += _worth("refunds", note.row)
    return [
        {"order_date": day, "entry": "read", "row_count": int(row_count), "amount": amount}
        for day, (row_count, amount) in sorted(counts.items())
    ]


def planted(history: History, as_of: dt.date) -> dict[str, list[str]]:
    """The ids of the orders that show each trap as of a day.

    A trap counts once all of it has happened, so a deleted order is named though the tables no longer have it. Under
    `credit_note_without_order` stand refund ids.
    """
    end = history.end(as_of)
    found: defaultdict[str, list[str]] = defaultdict(list)
    for life in history.lives:
        for trap, at in life.traps.items():
            if max(at, life.placed_at) < end:
                found[trap].append(life.order_id)
    for note in history.notes:
        if note.at < end:
            found["credit_note_without_order"].append(note.row["refund_id"])
    return dict(found)


def _whole(table: contract.Table, rows: list[Row]) -> list[Row]:
    names = [*(["order_date"] if table.is_by_day else []), *table.column_names]
    return [{name: row.get(name) for name in names} for row in rows]


def _worth(name: str, row: Row) -> Decimal:
    signs = contract.COUNTED_AMOUNTS.get(name, {})
    return sum((sign * (row.get(column) or ZERO) for column, sign in signs.items()), ZERO)


def _add_accounts(found: Tables, history: History, end: dt.datetime) -> None:
    for account in history.accounts.values():
        if account.created_at >= end:
            continue
        has_opted_out = account.opts_out_at is not None and account.opts_out_at < end
        found["customers"].append(
            {
                "customer_id": account.account_id,
                "created_at": account.created_at,
                "email": account.email,
                "country": account.country,
                "accepts_marketing": account.accepts_marketing and not has_opted_out,
                "is_business": account.is_business,
                "updated_at": account.opts_out_at if has_opted_out else account.created_at,
            }
        )
        if account.merged_at is not None and account.merged_at < end:
            found["customer_aliases"].append(
                {
                    "old_customer_id": account.account_id,
                    "surviving_customer_id": account.surviving_id,
                    "merged_at": account.merged_at,
                }
            )
    for row in history.subscriptions:
        if row["started_at"] < end:
            is_over = row["cancelled_at"] < end
            changed_at = row["cancelled_at"] if is_over else row["started_at"]
            cancelled_at = row["cancelled_at"] if is_over else None
            found["subscriptions"].append({**row, "cancelled_at": cancelled_at, "updated_at": changed_at})


def _add_catalogue(found: Tables, history: History, as_of: dt.date) -> None:
    last_day = as_of - dt.timedelta(days=1)
    for product in history.catalogue.products:
        key = {"product_id": product.product_id, "variant_id": product.variant_id}
        known = [(day, cost) for day, cost in product.costs if day <= last_day]
        cost_day = known[-1][0] if known and product.has_dated_costs else None
        found["products"].append(
            {
                **key,
                "sku": product.sku,
                "title": product.title,
                "category": product.category,
                "unit_cost_amount": known[-1][1] if known else None,
                "cost_valid_from": cost_day,
                "is_active": True,
            }
        )
        if product.has_dated_costs:
            found["product_costs"] += [{**key, "valid_from_date": day, "unit_cost_amount": cost} for day, cost in known]
    smallest = {product.title: product for product in reversed(history.catalogue.products)}
    for title, parts in BUNDLES.items():
        found["bundle_components"] += [
            {
                "product_id": smallest[title].product_id,
                "component_product_id": smallest[part].product_id,
                "component_variant_id": smallest[part].variant_id,
                "value_rate": smallest[part].price,
            }
            for part in parts
        ]
