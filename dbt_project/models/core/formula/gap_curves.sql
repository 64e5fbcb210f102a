{#- Below thirty gaps under observation the tail of a curve jumps; the curve is cut there. -#}
{%- set least_at_risk = 30 -%}
{%- set by_first_order = formula_segmentations() | reject('equalto', 'all') | list -%}
with purchase_days as (

    select * from {{ ref('purchase_days') }}

),

first_orders as (

    select * from {{ ref('first_orders') }}

),

gaps as (

    select
        {% for segmentation in by_first_order -%}
            {{ segmentations()[segmentation] }} as {{ segmentation }},
        {% endfor -%}
        purchase_days.purchase_number = 1 as is_first_gap,
        purchase_days.gap_days,
        count(*) filter (where purchase_days.is_followed) as followed_count,
        count(*) as gap_count
    from purchase_days
    inner join first_orders on purchase_days.customer_id = first_orders.customer_id
    group by all

),

segment_gaps as (

    select
        'all' as segmentation,
        'all' as segment,
        is_first_gap,
        gap_days,
        sum(followed_count) as followed_count,
        sum(gap_count) as gap_count
    from gaps
    group by all
    {%- for segmentation in by_first_order %}
        union all
        select
            '{{ segmentation }}' as segmentation,
            {{ segmentation }} as segment,
            is_first_gap,
            gap_days,
            sum(followed_count) as followed_count,
            sum(gap_count) as gap_count
        from gaps
        group by all
    {%- endfor %}

),

observed as (

    select
        *,
        sum(gap_count) over (
            partition by segmentation, segment, is_first_gap order by gap_days desc
        ) as at_risk_count
    from segment_gaps

)

select
    segmentation,
    segment,
    is_first_gap,
    gap_days,
    cast(at_risk_count as bigint) as at_risk_count,
    cast(followed_count as bigint) as followed_count,
    -- Kaplan and Meier (1958): share of purchases not yet followed by another after so many days.
    product(1 - followed_count / at_risk_count) over (
        partition by segmentation, segment, is_first_gap order by gap_days
    ) as unfollowed_rate,
    -- Greenwood's (1926) term for the variance of the curve.
    coalesce(followed_count / (at_risk_count * nullif(at_risk_count - followed_count, 0)), 0) as greenwood_term
from observed
where at_risk_count >= {{ least_at_risk }}
