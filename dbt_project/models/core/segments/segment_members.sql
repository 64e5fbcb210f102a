{{ config(materialized='view') }}

with customer_features as (

    select * from {{ ref('customer_features') }}

),

customer_groups as (

    select * from {{ ref('customer_groups') }}

),

members as (

    select
        customer_features.*,
        customer_groups.* exclude (customer_id)
    from customer_features
    inner join customer_groups on customer_features.customer_id = customer_groups.customer_id

)

{% for segmentation, segment in segmentations().items() %}
    select
        '{{ segmentation }}' as segmentation,
        {{ segment }} as segment,
        customer_id
    from members
    {% if not loop.last %}union all{% endif %}
{%- endfor %}
