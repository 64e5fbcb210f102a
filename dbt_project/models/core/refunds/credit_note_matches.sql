with recursive orders as (

    select * from {{ ref('order_facts') }}

),

line_values as (

    select * from {{ ref('order_line_values') }}

),

settled as (

    select * from {{ ref('settled_refunds') }}

),

credit_notes as (

    select
        *,
        row_number() over (
            partition by customer_id, sku order by refunded_at, refund_id, refund_line_no
        ) as note_no
    from settled
    where
        order_id is null and customer_id is not null and sku is not null and quantity > 0
        and kind in ('line', 'amount')

),

returned_lines as (

    select
        order_id,
        line_id,
        sum(quantity) as returned_quantity
    from settled
    where order_id is not null and line_id is not null
    group by order_id, line_id

),

sales as (

    select
        orders.customer_id,
        line_values.sku,
        orders.order_id,
        line_values.line_id,
        orders.placed_at,
        cast(line_values.quantity - coalesce(returned_lines.returned_quantity, 0) as decimal(18, 4)) as left_quantity
    from line_values
    inner join orders on line_values.order_id = orders.order_id
    left join returned_lines
        on line_values.order_id = returned_lines.order_id and line_values.line_id = returned_lines.line_id
    where
        orders.is_in_revenue and line_values.line_type in ('product', 'gift_card') and line_values.value_amount > 0
        and (orders.customer_id, line_values.sku) in (select (customer_id, sku) from credit_notes)

),

-- All sales of an article to a person, latest first.
shelves as (

    select
        customer_id,
        sku,
        list(order_id order by placed_at desc, order_id desc, line_id desc) as order_ids,
        list(line_id order by placed_at desc, order_id desc, line_id desc) as line_ids,
        list(placed_at order by placed_at desc, order_id desc, line_id desc) as placed_ats,
        list(left_quantity order by placed_at desc, order_id desc, line_id desc) as left_quantities
    from sales
    group by customer_id, sku

),

-- One credit note of every shelf a round, oldest first: each takes its pieces before the next one looks.
rounds as (

    select
        *,
        cast(0 as bigint) as note_no,
        cast(null as bigint) as taken_from
    from shelves
    union all
    select
        customer_id,
        sku,
        order_ids,
        line_ids,
        placed_ats,
        case
            when taken_from is null then left_quantities
            else
                left_quantities[:taken_from - 1]
                || [cast(left_quantities[taken_from] - quantity as decimal(18, 4))]
                || left_quantities[taken_from + 1:]
        end as left_quantities,
        note_no,
        taken_from
    from (
        select
            rounds.* exclude (note_no, taken_from),
            credit_notes.note_no,
            credit_notes.quantity,
            list_filter(
                range(1, len(rounds.order_ids) + 1),
                lambda i: rounds.placed_ats[i] <= credit_notes.refunded_at
                and rounds.left_quantities[i] >= credit_notes.quantity
            )[1] as taken_from
        from rounds
        inner join credit_notes
            on
                rounds.customer_id = credit_notes.customer_id
                and rounds.sku = credit_notes.sku
                and rounds.note_no + 1 = credit_notes.note_no
    ) as looks

),

found as (

    select
        credit_notes.refund_id,
        credit_notes.refund_line_no,
        rounds.order_ids[rounds.taken_from] as order_id,
        rounds.line_ids[rounds.taken_from] as line_id
    from rounds
    inner join credit_notes
        on
            rounds.customer_id = credit_notes.customer_id
            and rounds.sku = credit_notes.sku
            and rounds.note_no = credit_notes.note_no
    where rounds.taken_from is not null

)

select
    refund_id,
    refund_line_no,
    order_id,
    line_id
from found
