"""Why many orders do not add up, where their own amounts show it: an export that fills a column with another amount.

For each cause, the order's total is what its parts would come to if that were the cause. The causes are counted in the
table `likely_causes` of the scratch database, and named where a batch is rejected; they decide about nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.validation import frames

if TYPE_CHECKING:
    import duckdb

SENTENCES = {
    "tax_in_lines": (
        "net_amount of order_lines, and shipping and fees, have tax in them. Deliver them ex tax, as net_amount = "
        "amount - tax_amount"
    ),
    "per_piece": "net_amount of order_lines is per piece. Deliver it per line, as price x quantity",
    "per_piece_with_tax": (
        "net_amount of order_lines is per piece and has tax in it. Deliver it per line and ex tax, as price x quantity "
        "- tax_amount"
    ),
    "after_gift_cards": (
        "total_gross_amount is what was left to pay after gift cards, store credit or points. Deliver what the order "
        "came to before them; they are payments"
    ),
}

_MEANS_OF_THE_SHOP = "('gift_card', 'store_credit', 'loyalty_points')"


def create(db: duckdb.DuckDBPyConnection) -> None:
    """Make the table, empty."""
    db.execute("create temp table likely_causes (cause varchar, order_count bigint)")


def count(db: duckdb.DuckDBPyConnection) -> None:
    """Add the orders of the batch in the database that do not add up, by the first cause that explains them."""
    db.execute(
        f"""
        insert into likely_causes
        with lines as (
            select
                order_date,
                order_id,
                sum(net_amount) as net_amount,
                -- As floats: no figure, and a large price times a large quantity does not fit the decimals of either.
                sum(net_amount::double * quantity::double) as net_by_piece_amount,
                sum(coalesce(tax_amount, 0)::double * quantity::double) as tax_by_piece_amount
            from {frames.unrepeated("order_lines")}
            group by order_date, order_id
        ),
        redeemed as (
            select order_date, order_id, sum(amount) as amount
            from {frames.unrepeated("payments")}
            where kind in {_MEANS_OF_THE_SHOP}
            group by order_date, order_id
        ),
        wrong as (
            select
                o.total_gross_amount as total,
                o.parts_amount as parts,
                o.order_tax_amount as tax,
                o.row_amount as charges,
                l.net_by_piece_amount as by_piece,
                l.tax_by_piece_amount as tax_by_piece,
                l.net_by_piece_amount <> l.net_amount as has_pieces,
                coalesce(r.amount, 0) as redeemed,
                0.01 * (o.line_count + 2) as tolerance
            from frame_orders as o
            left join lines as l on l.order_date = o.order_date and l.order_id = o.order_id
            left join redeemed as r on r.order_date = o.order_date and r.order_id = o.order_id
            where not o.adds_up
        )
        select
            case
                when tax <> 0 and abs(total - (parts - tax)) <= tolerance then 'tax_in_lines'
                when has_pieces and abs(total - (by_piece + tax + charges)) <= tolerance then 'per_piece'
                when has_pieces and tax_by_piece <> 0 and abs(total - (by_piece + tax_by_piece + charges)) <= tolerance
                    then 'per_piece'
                when has_pieces and abs(total - (by_piece + charges)) <= tolerance then 'per_piece_with_tax'
                when redeemed <> 0 and abs(total - (parts - redeemed)) <= tolerance then 'after_gift_cards'
            end as cause,
            count(*)
        from wrong
        group by cause
        """
    )


def sentence(db: duckdb.DuckDBPyConnection) -> str:
    """The cause that explains most of the orders that do not add up, in words; empty if none does."""
    rows = db.execute(
        "select cause, sum(order_count)::bigint as n, sum(n) over ()::bigint from likely_causes group by cause "
        "order by n desc, cause nulls last"
    ).fetchall()
    if not rows or rows[0][0] is None or 2 * rows[0][1] <= rows[0][2]:
        return ""
    cause, explained, wrong = rows[0]
    return f"Likely cause, since it explains {explained:,} of these {wrong:,} orders: {SENTENCES[cause]}."
