with orders as (

    select * from {{ ref('core_orders') }}

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
first_orders as (

    select
        orders.customer_id,
        sum(line_values.list_amount) as list_amount,
        sum(
            line_values.line_discount_amount + line_values.order_discount_amount
            + line_values.points_discount_amount + line_values.store_credit_discount_amount
        ) as discount_amount
    from line_values
    inner join orders on line_values.order_id = orders.order_id
    where orders.customer_order_number = 1 and line_values.line_type = 'product'
    group by orders.customer_id

),

welcome_codes as (

    select unnest({{ words("array_to_string(welcome_codes, ',')") }}) as code
    from shop

),

first_codes as (

    select
        orders.customer_id,
        unnest({{ words('placed.discount_codes') }}) as code
    from placed
    inner join orders on placed.order_id = orders.order_id
    where placed.discount_codes is not null and orders.customer_order_number = 1

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
    first_orders.customer_id,
    {{ money_ratio('first_orders.discount_amount', 'first_orders.list_amount') }} as first_order_discount_rate,
    -- A shop that names no welcome codes has not said whom it welcomed.
    if(len(shop.welcome_codes) > 0, welcomed.customer_id is not null, null) as first_order_was_welcome
from first_orders
cross join shop
left join welcomed on first_orders.customer_id = welcomed.customer_id
