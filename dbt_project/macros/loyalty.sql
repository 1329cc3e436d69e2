{#
    Pseudonymous key of a membership under the instance's key. One person can hold several: points
    are used up membership by membership, marts sum them by customer.
#}
{% macro member_key(member_id) -%}
    'M' || substr({{ keyed_hash("'loyalty.members:' || " ~ member_id) }}, 1, 16)
{%- endmacro %}


{# The customer behind each membership, as the body of a CTE. #}
{% macro member_customers() -%}
    select
        source_record_id as member_id,
        customer_key
    from {{ source('identity', 'customers_map') }}
    where source = 'loyalty.members' and is_current
{%- endmacro %}


{#
    The order of the entries of one membership, total and the same in every model: by time; in one
    second what comes in stands before what goes out, then the entry's number.
#}
{% macro ledger_order() -%}
    occurred_at, case when points > 0 then 0 else 1 end, entry_id
{%- endmacro %}
