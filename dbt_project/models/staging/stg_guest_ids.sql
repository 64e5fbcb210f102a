with shop as (

    select * from {{ ref('stg_shop') }}

)

select unnest(guest_customer_ids) as guest_id
from shop
