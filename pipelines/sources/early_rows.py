"""What a staged shop holds from before its start: counted by kind, since none of it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines import contract, sql
from pipelines.sources.source import LeftOut

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from pipelines.settings import Settings

# The kind of each row and what it is worth, ex tax; payments are what was paid. The lines and the tax of an order are
# the order's: they are no kinds of their own.
_KINDS = {
    "orders": ("'order'", contract.counted_amount("orders")),
    "order_lines": ("'order'", contract.counted_amount("order_lines")),
    "refunds": ("if(order_id is null, 'credit note', 'refund')", f"-({contract.counted_amount('refunds')})"),
    "order_edits": ("'edit'", contract.counted_amount("order_edits")),
    "payments": ("'payment'", "coalesce(amount, 0)"),
    "order_costs": ("'cost'", "coalesce(amount, 0)"),
}


def left_out(db: duckdb.DuckDBPyConnection, settings: Settings, relations: Mapping[str, str]) -> list[LeftOut]:
    """The rows before `shop.start_date`, by kind and currency; nothing for a kind that has none.

    Args:
        db: Where the shop is staged.
        settings: The shop's.
        relations: Contract table name to SQL that gives its rows with their `order_date`, in the contract's types.
    """
    early = " union all ".join(
        f"""
        select
            {number} as kind_number,
            {kind} as kind,
            order_id,
            {int(name != "order_lines")} as row_count,
            {amount} as amount
        from ({relations[name]})
        where order_date < $start
        """
        for number, (name, (kind, amount)) in enumerate(_KINDS.items())
        if name in relations
    )
    found = db.execute(
        f"""
        with currencies as (
            select order_id, min(currency) as currency
            from ({relations["orders"]})
            where order_date < $start
            group by order_id
        )

        select
            kind,
            coalesce(currencies.currency, {sql.text(settings.shop.currency)}) as currency,
            sum(row_count)::bigint,
            sum(amount)::decimal(18, 4)
        from ({early}) as early
        left join currencies on early.order_id = currencies.order_id
        group by all
        order by min(kind_number), kind desc, currency
        """,
        {"start": settings.shop.start_date},
    ).fetchall()
    return [LeftOut(*row) for row in found]
