"""A synthetic shop of any size as contract Parquet files: seeded, with guests, discounts, shipping and refunds."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from pipelines.database import scratch


def write_synthetic_shop(folder: Path, orders: int, start: dt.date, end: dt.date) -> None:
    """Three lines an order, five orders a customer, one order in twenty partly refunded.

    Everything follows from the row's number by a hash, so that the same size gives the same shop.
    """
    folder.mkdir(parents=True, exist_ok=True)
    seconds = (end - start).days * 86_400
    with scratch() as db:
        db.execute(
            f"""
            create table lines as
            select
                i // 3 as order_number,
                i % 3 as line_number,
                hash(i) % 400 as product_number,
                (1 + hash(i, 'q') % 3)::decimal(18, 4) as quantity,
                ((199 + hash(i, 'p') % 6000) / 100)::decimal(18, 4) as list_net_amount,
                if(hash(i, 'd') % 10 = 0, 1, 0)::decimal(18, 4) as discount_net_amount
            from range({3 * orders}) t(i)
            """
        )
        db.execute(
            f"""
            copy (
                select
                    'o' || order_number as order_id,
                    line_number::varchar as line_id,
                    'p' || product_number as product_id,
                    's' || product_number as sku,
                    'category ' || (product_number % 12) as category,
                    quantity,
                    list_net_amount,
                    discount_net_amount,
                    list_net_amount - discount_net_amount as net_amount,
                    round((list_net_amount - discount_net_amount) * 21 / 100, 4)::decimal(18, 4) as tax_amount,
                    (list_net_amount / 2)::decimal(18, 4) as unit_cost_amount
                from lines
            ) to '{folder}/order_lines.parquet'
            """
        )
        db.execute(
            f"""
            copy (
                select
                    'o' || order_number as order_id,
                    timestamp '{start}' + to_seconds((hash(order_number) % {seconds})::bigint) as placed_at,
                    placed_at as updated_at,
                    if(order_number % 20 = 0, 'partially_refunded', 'paid') as status,
                    if(order_number % 10 = 0, null, 'c' || (hash(order_number, 'c') % {max(orders // 5, 1)}))
                        as customer_id,
                    if(order_number % 10 = 0, 'guest' || (order_number % 5000) || '@example.nl', null)
                        as customer_email,
                    'EUR' as currency,
                    sum(list_net_amount - discount_net_amount
                        + round((list_net_amount - discount_net_amount) * 21 / 100, 4))::decimal(18, 4) + 4.95
                        as total_gross_amount,
                    4.95 as shipping_net_amount,
                    if(order_number % 3 = 0, 'app', 'web') as sales_channel,
                    'channel ' || (order_number % 7) as marketing_channel,
                    'NL' as country
                from lines
                group by order_number
            ) to '{folder}/orders.parquet'
            """
        )
        db.execute(
            f"""
            copy (
                select
                    'r' || order_number as refund_id,
                    'o' || order_number as order_id,
                    '0' as line_id,
                    timestamp '{start}' + to_seconds((hash(order_number) % {seconds})::bigint) + interval 1 hour
                        as refunded_at,
                    quantity,
                    list_net_amount - discount_net_amount as net_amount
                from lines
                where line_number = 0 and order_number % 20 = 0
            ) to '{folder}/refunds.parquet'
            """
        )
