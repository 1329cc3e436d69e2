{{ config(schema='vault') }}

{#-
    The same contest as in customer_pii, told in full, for the few attributes on which the records
    of a customer disagree.
-#}
{%- set attributes = golden_attributes() -%}
{%- set criteria = survival_criteria().keys() | list -%}
with
profiles as (
    select * from {{ ref('int_customer_profiles') }}
),

survivorship as (
    select * from {{ ref('identity_survivorship') }}
),

survivorship_order as (
    select * from {{ ref('identity_survivorship_order') }}
),

candidates as (
    {{ golden_candidates('profiles', source('identity', 'identifiers')) }}
),

contested_customers as (
    select customer_key
    from candidates
    group by customer_key
    having count(*) > 1
),

contested as (
    select candidates.*
    from candidates
    inner join contested_customers on candidates.customer_key = contested_customers.customer_key
),

disagreements as (
    select
        {%- for attribute in attributes %}
        {%- set value = 'case when ' ~ is_known(attribute) ~ ' then '
            ~ value_as_text(attribute) ~ ' end' %}
        coalesce(min({{ value }}) <> max({{ value }}), false) as is_{{ attribute.name }}_disputed,
        {%- endfor %}
        customer_key
    from contested
    group by customer_key
),

disputed as (
    select
        {%- for attribute in attributes %}
        disagreements.is_{{ attribute.name }}_disputed,
        {%- endfor %}
        contested.*
    from contested
    inner join disagreements on contested.customer_key = disagreements.customer_key
),

said as (
    {%- for attribute in attributes %}
    {% if not loop.first %}union all{% endif %}
    select distinct
        customer_key,
        '{{ attribute.name }}' as attribute,
        {{ value_as_text(attribute) }} as attribute_value,
        source,
        source_record_id,
        observed_at,
        {{ penalty('valid', attribute) }} as valid,
        {{ penalty('most_recent', attribute) }} as most_recent,
        {{ penalty('most_complete', attribute) }} as most_complete
    from disputed
    where is_{{ attribute.name }}_disputed and {{ is_known(attribute) }}
    {%- endfor %}
),

-- Each record has one vote: the second of its phones has none.
voted as (
    select
        *,
        case
            when
                attribute_value = min(attribute_value) over (
                    partition by customer_key, attribute, source, source_record_id
                )
                then 1
            else 0
        end as vote
    from said
),

weighed as (
    select
        voted.*,
        {{ penalty('trusted_source', {}, 'survivorship.priority') }} as trusted_source,
        {{ penalty('most_frequent', {}, 'none', 'sum(voted.vote) over same_value') }}
            as most_frequent
    from voted
    left join survivorship
        on voted.attribute = survivorship.attribute and voted.source = survivorship.source
    window
        same_value as (
            partition by voted.customer_key, voted.attribute, voted.attribute_value
        )
),

weights_by_attribute as (
    {{ survival_weights('survivorship_order') }}
),

weights as (
    select
        {%- for criterion in criteria %}
        min(case when criterion = '{{ criterion }}' then weight end) as {{ criterion }}_weight,
        {%- endfor %}
        attribute
    from weights_by_attribute
    group by attribute
),

ranked as (
    select
        {%- for criterion in criteria %}
        weights.{{ criterion }}_weight,
        {%- endfor %}
        {{ weighed_sum('weights', 'weighed') }} as survival_rank,
        weighed.*
    from weighed
    inner join weights on weighed.attribute = weights.attribute
),

-- The criterion that decided is the first on which a candidate differs from the winner.
compared as (
    select
        customer_key,
        attribute,
        attribute_value,
        source,
        source_record_id,
        observed_at,
        {%- for criterion in criteria %}
        {{ criterion }}_weight,
        {%- endfor %}
        row_number() over standing as standing,
        greatest(
            {%- for criterion in criteria %}
            case
                when {{ criterion }} <> first_value({{ criterion }}) over standing
                    then {{ criterion }}_weight
                else 0
            end,
            {%- endfor %}
            0
        ) as deciding_weight
    from ranked
    window
        standing as (
            partition by customer_key, attribute
            order by
                survival_rank asc,
                source asc,
                source_record_id asc,
                attribute_value asc
        )
),

final as (
    select
        customer_key,
        attribute,
        attribute_value,
        source,
        source_record_id,
        observed_at,
        standing,
        standing = 1 as is_winner,
        case
            when standing = 1 then null
            {%- for criterion in criteria %}
            when deciding_weight = {{ criterion }}_weight then '{{ criterion }}'
            {%- endfor %}
            else 'smallest_record'
        end as lost_by
    from compared
)

select * from final
