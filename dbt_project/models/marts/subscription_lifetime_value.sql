with subscription_values as (

    select * from {{ source('predictions', 'subscription_values') }}

),

groups as (

    select
        -- ids and text
        subscription_values.plan,
        subscription_values.payment_interval,
        subscription_values.start_month,
        subscription_values.model_status,

        -- days

        -- counts
        subscription_values.subscription_count,
        subscription_values.active_count as active_subscription_count,
        subscription_values.expected_remaining_payment_36m_count,

        -- rates
        subscription_values.survival_rate,
        subscription_values.model_survival_rate,

        -- amounts
        subscription_values.payment_amount,
        subscription_values.expected_remaining_36m_amount,
        subscription_values.expected_remaining_discounted_amount,
        subscription_values.new_subscriber_ltv_36m_amount,
        subscription_values.new_subscriber_ltv_discounted_amount,
        subscription_values.naive_ltv_amount,

        -- the model's parameters
        subscription_values.model_alpha,
        subscription_values.model_beta

    from subscription_values

)

{{ published('groups', with_as_of_date=true) }}
