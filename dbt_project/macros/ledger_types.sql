{#-
    The ledger's words, as types of a byte: written as text they would cost more than all its amounts, and a word that
    is not listed here fails where it is written.
-#}
{% macro source_part_type() -%}
    enum(
        'line', 'line_discount', 'order_discount', 'points_discount', 'store_credit_discount', 'gift_card_discount',
        'deferral', 'delivery', 'shipping', 'fee', 'tax', 'edit', 'edit_tax', 'payment', 'refund', 'refund_shipping',
        'refund_tax', 'store_credit', 'fx_effect'
    )
{%- endmacro %}

{% macro event_kind_type() -%}
    enum(
        'line', 'edit', 'exchange', 'discount', 'prepaid_deferral', 'prepaid_delivery', 'shipping', 'fee', 'tip',
        'duty', 'deposit', 'tax', 'edit_tax', 'refund', 'chargeback', 'refund_shipping', 'refund_tax',
        'gift_card_sold', 'gift_card_redeemed', 'store_credit_issued', 'store_credit_redeemed', 'adjustment', 'fx_effect'
    )
{%- endmacro %}

{% macro component_type() -%}
    enum('gross', 'discount', 'refund', 'deferral', '{{ other_components() | join("', '") }}')
{%- endmacro %}

{% macro line_type_type() -%}
    enum('product', 'gift_card', 'shipping', 'fee', 'tip', 'duty', 'deposit', 'adjustment')
{%- endmacro %}
