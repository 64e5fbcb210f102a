"""The customer table as one bare query: what the SQL stages would cost if nothing were kept, tested or explained.

All that the marts say of a customer before predictions is in it: money down to contribution, acquisition, rhythm, top
category, scores. It knows only what the synthetic shop holds: no aliases, no accounts' addresses, no credit note
without its order.
"""

FLOOR = """
with lines as (
    select
        order_id,
        sum(coalesce(list_net_amount, net_amount + discount_net_amount)) as gross_amount,
        sum(coalesce(list_net_amount, net_amount + discount_net_amount) - net_amount) as discount_amount,
        sum(quantity * unit_cost_amount) as cost_amount,
        bool_and(unit_cost_amount is not null) as is_cost_complete
    from read_parquet($order_lines)
    where line_type = 'product'
    group by order_id
),
settled as (
    select order_id, line_id, net_amount
    from read_parquet($refunds)
    where
        state = 'settled'
        and cast(timezone('Europe/Amsterdam', timezone('UTC', refunded_at)) as date) < $as_of
),
refunded as (
    select order_id, sum(net_amount) as refunded_amount
    from settled
    group by order_id
),
orders as (
    select
        order_id,
        coalesce(customer_id, 'guest-' || left(customer_email_hash, 16)) as customer_id,
        cast(timezone('Europe/Amsterdam', timezone('UTC', placed_at)) as date) as order_date,
        placed_at,
        country,
        sales_channel,
        marketing_channel,
        shipping_net_amount as shipping_amount,
        cost_amount,
        is_cost_complete,
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
sold_and_refunded as (
    select order_id, category, net_amount
    from read_parquet($order_lines)
    where line_type = 'product' and category is not null
    union all
    select settled.order_id, category, -settled.net_amount
    from settled
    inner join read_parquet($order_lines) as sold using (order_id, line_id)
    where category is not null
),
category_values as (
    select customer_id, category, sum(net_amount) as net_revenue_amount
    from sold_and_refunded
    inner join orders using (order_id)
    group by customer_id, category
),
top_categories as (
    select customer_id, arg_min(category, (-net_revenue_amount, category)) as top_category
    from category_values
    where net_revenue_amount > 0
    group by customer_id
),
gaps as (
    select
        customer_id,
        order_date,
        order_date - lag(order_date) over (partition by customer_id order by order_date) as gap_days
    from (select distinct customer_id, order_date from orders)
),
rhythms as (
    select
        customer_id,
        count(*) as purchase_day_count,
        quantile_cont(gap_days, [0.5, 0.8, 0.95]) as gap_cuts,
        arg_max(gap_days, order_date) as last_gap_days
    from gaps
    group by customer_id
),
totals as (
    select
        customer_id,
        count(*) as order_count,
        min(order_date) as first_order_date,
        max(order_date) as last_order_date,
        arg_min(
            struct_pack(order_id, country, sales_channel, marketing_channel), row(placed_at, order_id)
        ) as first_order,
        bool_and(is_cost_complete) as is_cost_complete,
        cast(sum(cost_amount) as decimal(18, 4)) as cost_amount,
        cast(sum(net_revenue_amount + shipping_amount - cost_amount) as decimal(18, 4)) as contribution_amount,
        cast(sum(gross_amount) as decimal(18, 4)) as gross_amount,
        cast(sum(discount_amount) as decimal(18, 4)) as discount_amount,
        cast(sum(refunded_amount) as decimal(18, 4)) as refunded_amount,
        cast(sum(net_revenue_amount) as decimal(18, 4)) as net_revenue_amount,
        cast(
            (
                cast(quantile_disc(cast(net_revenue_amount as decimal(18, 4)), 0.5) as decimal(20, 4))
                - cast(quantile_disc(-cast(net_revenue_amount as decimal(18, 4)), 0.5) as decimal(20, 4))
            ) * cast(0.5 as decimal(2, 1))
            as decimal(18, 4)
        ) as median_order_value_amount
    from orders
    group by customer_id
)
select
    totals.* exclude (first_order),
    first_order.order_id as first_order_id,
    first_order.country as first_country,
    first_order.sales_channel as first_sales_channel,
    first_order.marketing_channel as first_marketing_channel,
    top_category,
    purchase_day_count,
    last_gap_days,
    cast(gap_cuts[1] as double) as median_gap_days,
    gap_cuts,
    ntile(5) over (order by last_order_date, customer_id) as recency_score,
    ntile(5) over (order by purchase_day_count, customer_id) as frequency_score,
    ntile(5) over (order by net_revenue_amount, customer_id) as monetary_score,
    rank() over (order by net_revenue_amount desc) as value_rank,
    sum(net_revenue_amount) over (order by net_revenue_amount desc, customer_id) as cumulative_amount
from totals
inner join rhythms using (customer_id)
left join top_categories using (customer_id)
"""
