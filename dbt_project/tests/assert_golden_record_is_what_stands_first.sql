-- customer_pii and customer_pii_alternatives hold the same contest, each in its own way: who stands
-- first in the one is in the other.
with

winners as (
    select * from {{ ref('customer_pii_alternatives') }}
    where is_winner
),

golden_records as (
    select * from {{ ref('customer_pii') }}
)

{% for attribute in golden_attributes() -%}
{%- set golden = 'golden_records.' ~ attribute.name -%}
{{ 'union all' if not loop.first }}
select
    winners.customer_key,
    winners.attribute
from winners
inner join golden_records on winners.customer_key = golden_records.customer_key
where
    winners.attribute = '{{ attribute.name }}'
    and not (
        {{ is_same('winners.attribute_value', value_as_text(attribute, 'golden_records')) }}
        and {{ is_same('winners.source', golden ~ '_source') }}
        and {{ is_same('winners.observed_at', golden ~ '_observed_at') }}
    )
{% endfor %}
