{#- Nothing of today's shop is promised beyond five years: a lifespan counts up to there only. -#}
{%- set horizon_years = 5 -%}
{#- On simulated shops, 95 % intervals held the true lifespan in 95 of 100 cases where the late gap was 0.3 of the
    days observed, in 90 at 0.37, 80 at 0.5 and 50 at 0.6: longer gaps are still under way and look like farewells. -#}
{%- set late_gap_share = 0.4 -%}
with gap_summaries as (

    select * from {{ ref('gap_summaries') }}

),

lives as (

    select
        first_gaps.segmentation,
        first_gaps.segment,
        1 - first_gaps.final_rate as second_purchase_rate,
        1 - later_gaps.final_rate as next_purchase_rate,
        first_gaps.mean_gap_days as first_gap_days,
        later_gaps.mean_gap_days as later_gap_days,
        -- The first purchase, and for those who come back, as many more as it takes until one is the last.
        1 + (1 - first_gaps.final_rate) / nullif(later_gaps.final_rate, 0) as purchases_per_life,
        later_gaps.mean_gap_days / nullif(later_gaps.final_rate, 0) as later_life_days,
        -- A life ends one usual gap after the last purchase: in between, the customer might have come back.
        first_gaps.mean_gap_days + (1 - first_gaps.final_rate) * later_life_days as life_days,
        (
            first_gaps.gap_variance
            + 2 * first_gaps.final_rate * later_life_days * first_gaps.rate_gap_covariance
            + power(first_gaps.final_rate * later_life_days, 2) * first_gaps.rate_variance
            + power(1 - first_gaps.final_rate, 2) * (
                later_gaps.gap_variance / nullif(power(later_gaps.final_rate, 2), 0)
                + 2 * later_life_days * later_gaps.rate_gap_covariance / nullif(later_gaps.final_rate, 0)
                + power(later_life_days, 2) * later_gaps.rate_variance
            )
        ) as life_variance,
        first_gaps.late_gap_days <= {{ late_gap_share }} * first_gaps.observed_days
        and later_gaps.late_gap_days <= {{ late_gap_share }} * later_gaps.observed_days as is_lifespan_reliable
    from gap_summaries as first_gaps
    inner join gap_summaries as later_gaps
        on
            first_gaps.segmentation = later_gaps.segmentation
            and first_gaps.segment = later_gaps.segment
            and first_gaps.is_first_gap
            and not later_gaps.is_first_gap

),

-- 95 % on the log scale, since a lifespan cannot be negative.
intervals as (

    select
        *,
        life_days / 365.25 as years,
        years * exp(-1.96 * sqrt(life_variance) / life_days) as years_low,
        years * exp(1.96 * sqrt(life_variance) / life_days) as years_high
    from lives
    where life_days > 0

)

select
    segmentation,
    segment,
    -- Rounded, so that the last bit of a logarithm never shows.
    round(second_purchase_rate, 6) as second_purchase_rate,
    round(next_purchase_rate, 6) as next_purchase_rate,
    round(first_gap_days, 4) as first_gap_days,
    round(later_gap_days, 4) as later_gap_days,
    round(purchases_per_life, 6) as purchases_per_life,
    round(years, 6) as unlimited_lifespan_years,
    -- Years active within the horizon, at a constant rate of leaving.
    {%- for bound in ['', '_low', '_high'] %}
        round(years{{ bound }} * (1 - exp(-{{ horizon_years }} / years{{ bound }})), 6) as lifespan_years{{ bound }},
    {%- endfor %}
    cast({{ horizon_years }} as double) as lifespan_horizon_years,
    is_lifespan_reliable
from intervals
