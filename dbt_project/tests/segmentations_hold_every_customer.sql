{{ config(meta={'dagster': {'ref': {'name': 'segment_members'}}}) }}

-- Both tables behind the members hold a customer once, so a segmentation of as many rows as customers holds each once.
with customers as (

    select count(*) as customer_count
    from {{ ref('customer_features') }}

)

select members.segmentation
from {{ ref('segment_members') }} as members
cross join customers
group by members.segmentation, customers.customer_count
having count(*) <> customers.customer_count or count(members.segment) <> customers.customer_count
