{#- The steps at which shops quote "the top x %". -#}
{%- set top_rates = ['0.01', '0.05', '0.10', '0.20', '0.50'] -%}
with value_groups as (

    select * from {{ ref('value_groups') }}

),

-- Best first, so customers worth more than nothing stand in front, in the same places as among all.
populations as (

    select
        'all' as population,
        *
    from value_groups
    union all
    select
        'positive' as population,
        *
    from value_groups
    where basis_amount > 0

),

totals as (

    select
        population,
        count(*) as customer_count,
        cast(sum(net_revenue_amount) as decimal(18, 4)) as net_revenue_amount,
        cast(sum(basis_amount) as decimal(18, 4)) as basis_amount,
        sum(cast(value_position * basis_amount as decimal(38, 4))) as position_weighted_amount,
        any_value(populations.revenue_basis) as revenue_basis,
        any_value(populations.top_revenue_rate) as top_revenue_rate
    from populations
    group by population

),

needed as (

    select
        populations.population,
        min(populations.value_position) as customer_count
    from populations
    inner join totals on populations.population = totals.population
    where
        totals.basis_amount > 0
        and populations.cumulative_amount >= totals.top_revenue_rate * totals.basis_amount
    group by populations.population

),

tops as (

    select
        totals.*,
        unnest([{{ top_rates | join(', ') }}]) as top_customer_rate,
        cast(ceil(top_customer_rate * customer_count) as bigint) as top_customer_count
    from totals

),

shares as (

    select
        tops.population,
        cast(tops.top_customer_rate as double) as top_customer_rate,
        tops.revenue_basis,
        tops.customer_count,
        tops.net_revenue_amount,
        tops.basis_amount,
        tops.top_customer_count,
        populations.cumulative_net_revenue_amount as top_net_revenue_amount,
        populations.cumulative_amount as top_basis_amount,
        if(
            tops.basis_amount > 0,
            cast(populations.cumulative_amount as double) / cast(tops.basis_amount as double),
            null
        ) as share_of_revenue_rate,
        cast(tops.top_revenue_rate as double) as top_revenue_rate,
        needed.customer_count as top_revenue_customer_count,
        needed.customer_count / tops.customer_count as top_revenue_customer_rate,
        -- Gini (1912) by places, best first: 0 when all are worth the same, near 1 when few are worth nearly all.
        if(
            tops.basis_amount > 0,
            (tops.customer_count + 1) / tops.customer_count
            - 2 * cast(tops.position_weighted_amount as double)
            / (tops.customer_count * cast(tops.basis_amount as double)),
            null
        ) as gini_rate
    from tops
    inner join populations
        on tops.population = populations.population and tops.top_customer_count = populations.value_position
    left join needed on tops.population = needed.population

)

{{ published('shares', with_as_of_date=true) }}
