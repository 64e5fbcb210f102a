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
            partition by customer_id, sku order by refunded_at, {{ natural_order('refund_id') }}, refund_line_no
        ) as note_no
    from settled
    where
        order_id is null and customer_id is not null and sku is not null and quantity > 0
        and kind in ('line', 'amount')

),

returned_lines as (

    select order_id, line_id, sum(quantity) as quantity
    from settled
    where order_id is not null and line_id is not null
    group by order_id, line_id

),

-- All sales of an article to a person, latest first, with the pieces that no refund names.
shelves as (

    select
        orders.customer_id,
        line_values.sku,
        list(
            struct_pack(
                order_id := orders.order_id,
                line_id := line_values.line_id,
                placed_at := orders.placed_at,
                left_quantity := cast(line_values.quantity - coalesce(returned_lines.quantity, 0) as decimal(18, 4))
            ) order by orders.order_sequence desc, {{ natural_order('line_values.line_id') }} desc
        ) as sales
    from line_values
    inner join orders on line_values.order_id = orders.order_id
    left join returned_lines
        on line_values.order_id = returned_lines.order_id and line_values.line_id = returned_lines.line_id
    where
        orders.is_in_revenue and line_values.line_type in ('product', 'gift_card') and line_values.value_amount > 0
        and (orders.customer_id, line_values.sku) in (select (customer_id, sku) from credit_notes)
    group by orders.customer_id, line_values.sku

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
        case
            when taken_from is null then sales
            else
                sales[:taken_from - 1]
                || [struct_update(
                    sales[taken_from],
                    left_quantity := cast(sales[taken_from].left_quantity - quantity as decimal(18, 4))
                )]
                || sales[taken_from + 1:]
        end as sales,
        note_no,
        taken_from
    from (
        select
            rounds.* exclude (note_no, taken_from),
            credit_notes.note_no,
            credit_notes.quantity,
            list_filter(
                range(1, len(rounds.sales) + 1),
                lambda i: rounds.sales[i].placed_at <= credit_notes.refunded_at
                and rounds.sales[i].left_quantity >= credit_notes.quantity
            )[1] as taken_from
        from rounds
        inner join credit_notes
            on
                rounds.customer_id = credit_notes.customer_id and rounds.sku = credit_notes.sku
                and rounds.note_no + 1 = credit_notes.note_no
    ) as looks

)

select
    credit_notes.refund_id,
    credit_notes.refund_line_no,
    rounds.sales[rounds.taken_from].order_id as order_id,
    rounds.sales[rounds.taken_from].line_id as line_id
from rounds
inner join credit_notes
    on
        rounds.customer_id = credit_notes.customer_id and rounds.sku = credit_notes.sku
        and rounds.note_no = credit_notes.note_no
where rounds.taken_from is not null
