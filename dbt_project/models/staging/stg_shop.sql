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
    unpaid_valid_statuses,
    count_cancelled_after_payment,
    count_marketplace_orders,
    count_exchanges_as_orders,
    discount_spread,
    refunded_without_refund,
    refund_allocation,
    refund_exchange_rate,
    exchange_rate_basis,
    cost_back_on_return,
    store_credit_is_discount,
    test_order_tags,
    test_payment_gateways,
    staff_order_tags,
    subscription_order_tags,
    prepaid_counts_at,
    daily_sales_clock,
    gift_cards_count_at,
    daily_refund_clock,
    daily_edit_clock,
    cohort_refund_clock,
    cohort_basis,
    rfm_refund_clock,
    rfm_basis,
    concentration_basis,
    explode_bundles,
    cap_over_refunds_in_scores,
    count_businesses_as_consumers,
    businesses_by_contact,
    discount_acquired_rate,
    welcome_codes,
    rfm_window_months,
    high_value_rate,
    middle_value_rate,
    top_revenue_rate,

    -- identity
    join_accounts_by_address,
    guest_customer_ids,
    max_monthly_orders_per_address,
    max_addresses_per_account,

    -- days and instants
    history_start_date,
    as_of_date

from shop
