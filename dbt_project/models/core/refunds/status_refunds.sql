with orders as (

    select * from {{ ref('status_refunded_orders') }}

),

line_values as (

    select * from {{ ref('order_line_values') }}
    where order_id in (select orders.order_id from orders)

),

edits as (

    select * from {{ ref('settled_edits') }}
    where order_id in (select orders.order_id from orders)

),

payment_discounts as (

    select * from {{ ref('payment_discounts') }}
    where order_id in (select orders.order_id from orders)

),

tax_lines as (

    select * from {{ ref('stg_tax_lines') }}
    where order_id in (select orders.order_id from orders)

),

products as (

    select * from line_values
    where line_type = 'product'

),

edited as (

    select
        edits.order_id,
        products.line_id,
        -- What came new with an edit is on no line.
        if(products.line_id is null, 'edit', 'line') as kind,
        edits.quantity,
        edits.net_amount
    from edits
    left join products on edits.order_id = products.order_id and edits.line_id = products.line_id

),

-- As the ledger has it: by the tax lines, else by the order, else by its lines.
taxes as (

    select order_id, tax_amount from tax_lines
    union all
    select order_id, tax_amount from orders
    where tax_amount is not null and order_id not in (select tax_lines.order_id from tax_lines)
    union all
    select line_values.order_id, line_values.tax_amount from line_values
    inner join orders on line_values.order_id = orders.order_id
    where orders.tax_amount is null and orders.order_id not in (select tax_lines.order_id from tax_lines)
    union all
    select order_id, tax_amount from edits

),

-- All that the ledger has of an order but its refunds, of each line and of the order itself.
parts as (

    select order_id, line_id, 'line' as kind, quantity, value_amount as net_amount from line_values
    union all by name
    select * from edited
    union all by name
    select order_id, 'edit' as kind, -gift_card_discount_amount as net_amount from payment_discounts
    where not has_goods
    union all by name
    select order_id, 'fee' as kind, fee_amount as net_amount from orders
    union all by name
    select order_id, 'adjustment' as kind, -undistributed_discount_amount as net_amount from orders
    where order_id not in (select products.order_id from products)
    union all by name
    select order_id, 'shipping' as kind, shipping_amount from orders
    union all by name
    select order_id, 'shipping' as kind, tax_amount from taxes

),

sums as (

    select
        order_id,
        line_id,
        kind,
        if(kind = 'line' and sum(quantity) > 0, sum(quantity), null) as quantity,
        {% for amount in ['net_amount', 'tax_amount', 'shipping_amount'] -%}
            cast(coalesce(sum({{ amount }}), 0) as decimal(18, 4)) as {{ amount }},
        {% endfor -%}
        row_number() over (partition by order_id order by kind, {{ natural_order('line_id') }}) as refund_line_no
    from parts
    group by order_id, line_id, kind
    having sum(net_amount) <> 0 or sum(tax_amount) <> 0 or sum(shipping_amount) <> 0

)

select
    'status:' || sums.order_id as refund_id,
    sums.*,
    'known only by status' as reason,
    orders.refund_date,
    orders.refunded_at
from sums
inner join orders on sums.order_id = orders.order_id
