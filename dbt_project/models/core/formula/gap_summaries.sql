with gap_curves as (

    select * from {{ ref('gap_curves') }}

),

steps as (

    select
        *,
        lag(gap_days, 1, 0) over curve as previous_days,
        lag(unfollowed_rate, 1, 1) over curve as previous_rate
    from gap_curves
    window curve as (partition by segmentation, segment, is_first_gap order by gap_days)

),

areas as (

    select
        *,
        -- Area under the curve up to this day.
        sum(previous_rate * (gap_days - previous_days)) over (
            partition by segmentation, segment, is_first_gap order by gap_days
        ) as area_days
    from steps

),

ends as (

    select
        segmentation,
        segment,
        is_first_gap,
        max(gap_days) as observed_days,
        -- What is left at the end of the curve never came back.
        min(unfollowed_rate) as final_rate,
        max(area_days) as total_area_days,
        (max(area_days) - max(gap_days) * min(unfollowed_rate)) / nullif(1 - min(unfollowed_rate), 0) as mean_gap_days
    from areas
    group by segmentation, segment, is_first_gap

),

-- How the mean gap moves when the share followed on this day moves (the curve's influence function).
influences as (

    select
        areas.segmentation,
        areas.segment,
        areas.is_first_gap,
        areas.gap_days,
        areas.unfollowed_rate,
        areas.greenwood_term,
        ends.observed_days,
        ends.final_rate,
        ends.mean_gap_days,
        (
            ends.observed_days * ends.final_rate - (ends.total_area_days - areas.area_days)
            - ends.mean_gap_days * ends.final_rate
        ) / nullif(1 - ends.final_rate, 0) as gap_influence
    from areas
    inner join ends using (segmentation, segment, is_first_gap)

)

select
    segmentation,
    segment,
    is_first_gap,
    observed_days,
    final_rate,
    mean_gap_days,
    -- 95 of 100 purchases that are followed at all are followed by then.
    min(gap_days) filter (where 1 - unfollowed_rate >= 0.95 * (1 - final_rate)) as late_gap_days,
    -- Ordered, since a sum of floats depends on its order.
    sum(greenwood_term order by gap_days) as rate_variance,
    sum(gap_influence * greenwood_term order by gap_days) as rate_gap_covariance,
    sum(gap_influence * gap_influence * greenwood_term order by gap_days) as gap_variance
from influences
group by all
