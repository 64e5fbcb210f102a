with customer_features as (

    select * from {{ ref('customer_features') }}

),

customer_predictions as (

    select * from {{ ref('customer_predictions') }}

),

clv_formula as (

    select * from {{ ref('clv_formula') }}

),

customer_renewals as (

    select * from {{ ref('customer_renewals') }}

),

-- The factors of the formula belong to a segment, never to one person: with a lifespan from first to last order it
-- would only give back what the person has spent. The segment is the first country, where that is large and old enough.
reliable_countries as (

    select segment from clv_formula
    where segmentation = 'first_country' and is_lifespan_reliable

),

placed as (

    select
        customer_features.*,
        if(reliable_countries.segment is null, 'all', 'first_country') as formula_segmentation,
        coalesce(reliable_countries.segment, 'all') as formula_segment,
        coalesce(customer_renewals.renewal_order_count, 0) as renewal_order_count,
        coalesce(customer_renewals.last_non_renewal_order_date, customer_features.last_order_date)
            as last_non_renewal_order_date
    from customer_features
    left join customer_renewals on customer_features.customer_id = customer_renewals.customer_id
    left join reliable_countries on coalesce(customer_features.first_country, 'unknown') = reliable_countries.segment

),

customer_values as (

    select
        -- ids and text
        placed.customer_id,
        placed.formula_segmentation,
        placed.formula_segment,

        -- flags
        placed.is_customer,
        placed.is_business,
        placed.is_cost_complete,
        placed.is_discount_acquired,
        placed.is_welcome_code_acquired,
        placed.has_untold_refund,
        clv_formula.is_lifespan_reliable,
        clv_formula.has_dominant_order,

        -- counts
        placed.order_count,
        placed.renewal_order_count,
        placed.order_count - placed.renewal_order_count as non_renewal_order_count,
        placed.purchase_day_count,
        placed.repeat_purchase_count,

        -- days
        placed.first_order_date,
        placed.last_order_date,
        placed.tenure_days,
        placed.days_since_last_order,
        placed.days_since_last_order + (placed.last_order_date - placed.last_non_renewal_order_date)
            as days_since_last_non_renewal_order,
        placed.days_since_first_order,

        -- amounts
        placed.gross_amount,
        placed.discount_amount,
        placed.refunded_amount,
        cast(
            placed.gross_amount - placed.discount_amount - placed.refunded_amount - placed.net_revenue_amount
            as decimal(18, 4)
        ) as prepaid_open_amount,
        placed.net_revenue_amount,
        placed.cost_amount,
        placed.contribution_amount,
        {{ money_ratio('placed.net_revenue_amount', 'placed.order_count') }} as average_order_value_amount,
        placed.median_order_value_amount,
        cast(placed.net_revenue_amount + predictions.predicted_clv_12m_amount as decimal(18, 4)) as total_clv_amount,
        clv_formula.formula_clv_amount,
        clv_formula.capped_formula_clv_amount,
        clv_formula.average_order_value_amount as formula_average_order_value_amount,

        -- rates and years
        {{ money_ratio('placed.goods_of_known_cost_amount', 'placed.goods_amount') }} as cost_coverage_rate,
        placed.first_order_discount_rate,
        placed.order_count / ((placed.days_since_first_order + 1) / 365.25) as orders_per_year,
        clv_formula.orders_per_active_year as formula_orders_per_year,
        clv_formula.lifespan_years as formula_lifespan_years,

        -- predictions, their methods and how far they can be trusted
        predictions.* exclude (customer_id)

    from placed
    inner join customer_predictions as predictions on placed.customer_id = predictions.customer_id
    inner join clv_formula
        on
            placed.formula_segmentation = clv_formula.segmentation
            and placed.formula_segment = clv_formula.segment

)

{{ published('customer_values', with_as_of_date=true) }}
