{#- Fewer than five gaps, and the 95th percentile is just the longest of a handful. -#}
{%- set own_rhythm_gaps = 5 -%}
{#- A shop with fewer returning customers has no rhythm of its own either. -#}
{%- set shop_rhythm_customers = 30 -%}
with purchase_days as (

    select * from {{ ref('purchase_days') }}

),

gaps as (

    select
        customer_id,
        purchase_number,
        gap_days
    from purchase_days
    where is_followed

),

-- One gap a person, the first: otherwise the few who buy weekly would set the clock for everybody else.
shop_gaps as (

    select
        count(*) as customer_count,
        quantile_cont(gap_days, [0.8, 0.95]) as cuts
    from gaps
    where purchase_number = 1

),

-- Half a year and a year: the usual lapse points of shops that have measured nothing.
shop_rhythm as (

    select
        if(customer_count >= {{ shop_rhythm_customers }}, cuts[1], 183) as at_risk_after_days,
        if(customer_count >= {{ shop_rhythm_customers }}, cuts[2], 365) as lapsed_after_days
    from shop_gaps

),

own_rhythms as (

    select
        customer_id,
        count(*) as gap_count,
        quantile_cont(gap_days, [0.5, 0.8, 0.95]) as cuts,
        arg_max(gap_days, purchase_number) as last_gap_days
    from gaps
    group by customer_id

)

select
    own_rhythms.customer_id,
    own_rhythms.last_gap_days,
    cast(own_rhythms.cuts[1] as double) as median_gap_days,
    own_rhythms.gap_count >= {{ own_rhythm_gaps }} as has_own_rhythm,
    cast(if(has_own_rhythm, own_rhythms.cuts[2], shop_rhythm.at_risk_after_days) as double) as at_risk_after_days,
    -- Twice the usual gap at least: who buys every thirtieth day has not left on the thirty-second.
    cast(
        if(has_own_rhythm, greatest(own_rhythms.cuts[3], 2 * own_rhythms.cuts[1]), shop_rhythm.lapsed_after_days)
        as double
    ) as lapsed_after_days
from own_rhythms
cross join shop_rhythm
union all
select
    customer_id,
    null,
    null,
    false,
    cast(shop_rhythm.at_risk_after_days as double),
    cast(shop_rhythm.lapsed_after_days as double)
from purchase_days
cross join shop_rhythm
where purchase_number = 1 and not is_followed
