with first_orders as (

    select * from {{ ref('first_orders') }}

),

line_values as (

    select * from {{ ref('order_line_values') }}

),

placed as (

    select * from {{ ref('stg_orders') }}

),

shop as (

    select * from {{ ref('stg_shop') }}

),

-- As the order was placed: what edits and refunds did to it later is another matter. A gift card that pays wins nobody.
discounts as (

    select
        first_orders.customer_id,
        sum(line_values.list_amount) as list_amount,
        sum(
            line_values.line_discount_amount + line_values.order_discount_amount
            + line_values.points_discount_amount + line_values.store_credit_discount_amount
        ) as discount_amount
    from line_values
    inner join first_orders on line_values.order_id = first_orders.first_order_id
    where line_values.line_type = 'product'
    group by first_orders.customer_id

),

welcome_codes as (

    select unnest({{ words("array_to_string(welcome_codes, ',')") }}) as code
    from shop

),

first_codes as (

    select
        first_orders.customer_id,
        unnest({{ words('placed.discount_codes') }}) as code
    from placed
    inner join first_orders on placed.order_id = first_orders.first_order_id
    where placed.discount_codes is not null

),

welcomed as (

    select distinct first_codes.customer_id
    from first_codes
    inner join welcome_codes
        on
            first_codes.code = welcome_codes.code
            or (ends_with(welcome_codes.code, '*') and starts_with(first_codes.code, rtrim(welcome_codes.code, '*')))

)

select
    discounts.customer_id,
    {{ money_ratio('discounts.discount_amount', 'discounts.list_amount') }} as first_order_discount_rate,
    -- A shop that names no welcome codes has not said whom it welcomed.
    if(len(shop.welcome_codes) > 0, welcomed.customer_id is not null, null) as is_welcome_code_acquired
from discounts
cross join shop
left join welcomed on discounts.customer_id = welcomed.customer_id
