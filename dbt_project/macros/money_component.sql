{#- What the money of a movement is for; the marts have a column for each component. -#}
{% macro money_component(event_kind) -%}
    case
        when {{ event_kind }} in ('line', 'edit', 'exchange') then 'gross'
        when {{ event_kind }} in ('refund', 'chargeback') then 'refund'
        when {{ event_kind }} in ('prepaid_deferral', 'prepaid_delivery') then 'deferral'
        when {{ event_kind }} in ('shipping', 'refund_shipping') then 'shipping'
        when {{ event_kind }} in ('tax', 'edit_tax', 'refund_tax') then 'tax'
        when {{ event_kind }} in ('gift_card_sold', 'gift_card_redeemed') then 'gift_card'
        when {{ event_kind }} in ('store_credit_issued', 'store_credit_redeemed') then 'store_credit'
        else {{ event_kind }}
    end
{%- endmacro %}

{#- The components that make net revenue. -#}
{% macro net_revenue_components() -%}
    ('gross', 'discount', 'refund', 'deferral')
{%- endmacro %}

{#- The components outside net revenue, in the order of the marts' columns; costs are kept apart from the ledger. -#}
{% macro other_components() -%}
    {{ return([
        'shipping', 'fee', 'tip', 'duty', 'deposit', 'tax', 'gift_card', 'store_credit', 'adjustment', 'fx_effect'
    ]) }}
{%- endmacro %}
