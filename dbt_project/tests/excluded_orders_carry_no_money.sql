select *
from {{ ref('orders') }}
where
    not is_in_revenue
    and (
        gross_amount <> 0 or discount_amount <> 0 or refunded_amount <> 0 or net_revenue_amount <> 0
        or shipping_amount <> 0 or fee_amount <> 0 or tax_amount <> 0 or gift_card_amount <> 0
        or adjustment_amount <> 0 or is_valid_order
    )
