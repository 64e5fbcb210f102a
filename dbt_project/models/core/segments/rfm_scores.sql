with rfm_measures as (

    select * from {{ ref('rfm_measures') }}

),

-- Fifths by the number of people who are strictly worse, so that equals share a score and row order plays no part.
-- Where most bought once, they share score 1 and the middle scores stay empty.
scored as (

    select
        *,
        count(*) over () as consumer_count,
        1 + 5 * (rank() over (order by days_since_last_order desc) - 1) // consumer_count as recency_score,
        1 + 5 * (rank() over (order by window_purchase_day_count) - 1) // consumer_count as frequency_score,
        1 + 5 * (rank() over (order by window_scored_amount) - 1) // consumer_count as monetary_score
    from rfm_measures

)

select
    customer_id,
    window_purchase_day_count,
    window_net_revenue_amount,
    window_scored_amount,
    recency_score,
    frequency_score,
    monetary_score,
    (frequency_score + monetary_score + 1) // 2 as fm_score
from scored
