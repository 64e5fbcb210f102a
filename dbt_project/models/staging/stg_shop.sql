with shop as (

    select * from {{ source('raw', 'shop') }}

)

select
    -- ids
    source_id,
    definition_version,

    -- text
    currency,
    timezone,

    -- definitions
    count_zero_value_orders,
    unpaid_expires_after_days,
    count_cancelled_after_payment,
    count_marketplace_orders,
    count_exchanges_as_orders,
    discount_spread,
    refund_allocation,
    refund_exchange_rate,
    exchange_rate_basis,
    cost_back_on_return,
    store_credit_is_discount,
    gift_cards_count_at,
    daily_refund_clock,
    daily_edit_clock,
    cohort_refund_clock,
    cohort_basis,
    rfm_refund_clock,
    rfm_basis,
    concentration_basis,
    cap_over_refunds_in_scores,
    count_businesses_as_consumers,
    discount_acquired_rate,
    rfm_window_months,
    high_value_rate,
    middle_value_rate,
    top_revenue_rate,

    -- days and instants
    history_start_date,
    as_of_date

from shop
