{#- (column of the wide row, identifier type) -#}
{%- set people_identifiers = [
    ('mobile', 'phone'),
    ('phone', 'phone'),
    ('email', 'email'),
    ('unionid', 'unionid'),
    ('weibo_uid', 'weibo_uid'),
    ('shop_customer_id', 'shop_customer_id'),
] -%}
{%- set reference_identifiers = [
    ('phone', 'phone'),
    ('email', 'email'),
    ('unionid', 'unionid'),
    ('shop_customer_id', 'shop_customer_id'),
] -%}
with
people as (
    select * from {{ ref('int_identity_people') }}
),

reference_records as (
    select * from {{ ref('int_identity_references') }}
),

stacked as (
    {%- for column, identifier_type in people_identifiers %}
    {% if not loop.first %}union all{% endif %}
    select
        source,
        source_record_id,
        '{{ identifier_type }}' as identifier_type,
        {{ column }} as raw_value,
        false as is_reference
    from people
    {%- endfor %}
    {%- for column, identifier_type in reference_identifiers %}
    union all
    select
        source,
        source_record_id,
        '{{ identifier_type }}' as identifier_type,
        {{ column }} as raw_value,
        true as is_reference
    from reference_records
    {%- endfor %}
),

final as (
    select distinct
        source,
        source_record_id,
        identifier_type,
        raw_value,
        is_reference
    from stacked
    where raw_value is not null
)

select * from final
