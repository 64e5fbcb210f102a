"""The customer table as one bare query: what the SQL stages would cost if nothing were kept, tested or explained.

It knows only what the synthetic shop holds: no aliases, no accounts' addresses, no credit note without its order.
"""

FLOOR = """
with lines as (
    select
        order_id,
        sum(coalesce(list_net_amount, net_amount + discount_net_amount)) as gross_amount,
        sum(coalesce(list_net_amount, net_amount + discount_net_amount) - net_amount) as discount_amount
    from read_parquet($order_lines)
    where line_type = 'product'
    group by order_id
),
refunded as (
    select order_id, sum(net_amount) as refunded_amount
    from read_parquet($refunds)
    where
        state = 'settled'
        and cast(timezone('Europe/Amsterdam', timezone('UTC', refunded_at)) as date) < $as_of
    group by order_id
),
orders as (
    select
        order_id,
        coalesce(customer_id, 'guest-' || left(customer_email_hash, 16)) as customer_id,
        cast(timezone('Europe/Amsterdam', timezone('UTC', placed_at)) as date) as order_date,
        gross_amount,
        discount_amount + undistributed_discount_net_amount as discount_amount,
        coalesce(refunded_amount, 0) as refunded_amount,
        gross_amount - discount_amount - undistributed_discount_net_amount - coalesce(refunded_amount, 0)
            as net_revenue_amount
    from read_parquet($orders)
    inner join lines using (order_id)
    left join refunded using (order_id)
    where
        status in ('paid', 'partially_refunded', 'refunded')
        and not is_test
        and gross_amount > discount_amount + undistributed_discount_net_amount
),
gaps as (
    select
        customer_id,
        order_date - lag(order_date) over (partition by customer_id order by order_date) as gap_days
    from (select distinct customer_id, order_date from orders)
),
rhythms as (
    select
        customer_id,
        count(*) as purchase_day_count,
        quantile_cont(gap_days, [0.5, 0.8, 0.95]) as gap_cuts
    from gaps
    group by customer_id
),
totals as (
    select
        customer_id,
        count(*) as order_count,
        min(order_date) as first_order_date,
        max(order_date) as last_order_date,
        cast(sum(gross_amount) as decimal(18, 4)) as gross_amount,
        cast(sum(discount_amount) as decimal(18, 4)) as discount_amount,
        cast(sum(refunded_amount) as decimal(18, 4)) as refunded_amount,
        cast(sum(net_revenue_amount) as decimal(18, 4)) as net_revenue_amount,
        cast(median(cast(net_revenue_amount as decimal(18, 4))) as decimal(18, 4)) as median_order_value_amount
    from orders
    group by customer_id
)
select
    totals.*,
    purchase_day_count,
    cast(gap_cuts[1] as double) as median_gap_days,
    gap_cuts,
    ntile(5) over (order by last_order_date, customer_id) as recency_score,
    ntile(5) over (order by purchase_day_count, customer_id) as frequency_score,
    ntile(5) over (order by net_revenue_amount, customer_id) as monetary_score,
    rank() over (order by net_revenue_amount desc) as value_rank,
    sum(net_revenue_amount) over (order by net_revenue_amount desc, customer_id) as cumulative_amount
from totals
inner join rhythms using (customer_id)
"""
