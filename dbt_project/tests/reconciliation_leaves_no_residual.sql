-- Not one ten-thousandth, and not one row; and every subtotal meets the running total.
select *
from {{ ref('reconciliation') }}
where
    (step_kind = 'residual' and (amount <> 0 or row_count <> 0))
    or (step_kind in ('subtotal', 'end') and (amount <> running_amount or row_count <> running_row_count))
