with customer_features as (

    select * from {{ ref('customer_features') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

-- One wholesaler must not push the consumers down: who is ranked apart has tiers of their own.
ranked as (

    select
        customer_features.customer_id,
        customer_features.net_revenue_amount,
        {{ basis_amount('shop.concentration_basis', 'customer_features') }} as basis_amount,
        count(*) over (partition by is_ranked_apart) as people_count,
        rank() over (partition by is_ranked_apart order by basis_amount desc) as value_rank,
        count(*) over (partition by is_ranked_apart, basis_amount) as equal_count,
        row_number() over best_first as value_position,
        sum(basis_amount) over (best_first rows unbounded preceding) as cumulative_amount,
        sum(customer_features.net_revenue_amount) over (best_first rows unbounded preceding)
            as cumulative_net_revenue_amount,
        sum(basis_amount) over () as total_amount
    from customer_features
    cross join shop
    -- Equals go by customer_id, so that the order is the same every prediction_run.
    window best_first as (order by basis_amount desc, customer_id asc)

),

-- People of equal value share a tier: that of the middle of their group, counted from the top in half places.
placed as (

    select
        *,
        2 * (value_rank - 1) + equal_count as half_places
    from ranked

)

select
    placed.customer_id,
    placed.net_revenue_amount,
    shop.concentration_basis as revenue_basis,
    cast(placed.basis_amount as decimal(18, 4)) as basis_amount,
    placed.value_position,
    cast(placed.cumulative_amount as decimal(18, 4)) as cumulative_amount,
    cast(placed.cumulative_net_revenue_amount as decimal(18, 4)) as cumulative_net_revenue_amount,
    case
        when placed.half_places <= 2 * placed.people_count * shop.high_value_rate then 'high'
        when placed.half_places <= 2 * placed.people_count * (shop.high_value_rate + shop.middle_value_rate)
            then 'middle'
        else 'low'
    end as value_tier,
    -- The smallest set: whoever comes after the share is reached is out.
    placed.basis_amount > 0
    and placed.cumulative_amount - placed.basis_amount
    < shop.top_revenue_rate * cast(placed.total_amount as decimal(18, 4)) as is_in_top_revenue_set,
    shop.top_revenue_rate
from placed
cross join shop
