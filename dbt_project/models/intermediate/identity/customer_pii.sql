{{ config(schema='vault') }}

{#-
    What survives, for every attribute alone: see macros/golden_record.sql. Street, city, region and
    country survive together, from one record: mixed addresses exist nowhere.

    Most customers have one record: nothing competes, so they are projected. The others are ranked,
    by one whole number per candidate and attribute; two candidates are held against each other in
    one row, which costs less than looking for the smallest in a group.
-#}
{%- set attributes = golden_attributes() -%}
{%- set provenance = ['source', 'observed_at'] -%}
with
customers as (
    select customer_key from {{ ref('int_customers') }}
),

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

candidate_counts as (
    select
        customer_key,
        count(*) as candidate_count,
        min(observed_at) as first_observed_at,
        max(observed_at) as last_observed_at
    from candidates
    group by customer_key
),

-- A duel is between two candidates of different moments, so that their ranks differ.
contested_customers as (
    select
        customer_key,
        candidate_count,
        candidate_count = 2
        and {{ epoch_seconds('first_observed_at') }} < {{ epoch_seconds('last_observed_at') }}
            as is_duel
    from candidate_counts
    where candidate_count > 1
),

priorities as (
    select
        {%- for attribute in attributes %}
        min(case when attribute = '{{ attribute.name }}' then priority end)
            as {{ attribute.name }}_priority,
        {%- endfor %}
        source
    from survivorship
    group by source
),

weights_by_attribute as (
    {{ survival_weights('survivorship_order') }}
),

weights as (
    {{ survival_weights_in_a_row('weights_by_attribute') }}
),

contested as (
    select
        candidates.*,
        {{ epoch_seconds('candidates.observed_at') }} as observed_second,
        contested_customers.candidate_count,
        contested_customers.is_duel
    from candidates
    inner join contested_customers on candidates.customer_key = contested_customers.customer_key
),

duellists as (
    select
        {%- for attribute in attributes %}
        case when {{ is_known(attribute) }} then {{ survival_rank(attribute) }} end
            as {{ attribute.name }}_rank,
        {%- endfor %}
        contested.*
    from contested
    cross join weights
    left join priorities on contested.source = priorities.source
    where contested.is_duel
),

duels as (
    select
        {%- for attribute in attributes %}
        {%- set rank = attribute.name ~ '_rank' %}
        {%- for column in attribute.columns %}
        {{ first_of_two(column, rank) }} as {{ column }},
        {%- endfor %}
        {%- for column in provenance %}
        {{ first_of_two(column, rank) }} as {{ attribute.name }}_{{ column }},
        {%- endfor %}
        {%- endfor %}
        older.customer_key
    from duellists as older
    inner join duellists as newer
        on
            older.customer_key = newer.customer_key
            and older.observed_second < newer.observed_second
),

-- Customers of whom two candidates can be equal in rank: the moment is a part of it. Or whose
-- values are to be counted, as how often one is said comes before the moment.
numbered_customers as (
    select customer_key
    from contested
    where not is_duel
    group by
        customer_key,
        observed_second
    having count(*) > 1
    union
    select customer_key
    from contested_customers
    where
        candidate_count > 2
        and (
            select count(*)
            from weights_by_attribute as frequent
            inner join weights_by_attribute as recent on frequent.attribute = recent.attribute
            where
                frequent.criterion = 'most_frequent'
                and recent.criterion = 'most_recent'
                and frequent.weight > recent.weight
        ) > 0
),

-- The last tie-break: the smallest record, then its smallest value.
numbered as (
    select
        contested.*,
        row_number() over (
            partition by contested.customer_key
            order by
                contested.source asc,
                contested.source_record_id asc,
                {{ by_identifiers('contested') }}
        ) as candidate_number
    from contested
    inner join numbered_customers on contested.customer_key = numbered_customers.customer_key
    union all
    select
        contested.*,
        0 as candidate_number
    from contested
    left join numbered_customers on contested.customer_key = numbered_customers.customer_key
    where numbered_customers.customer_key is null and not contested.is_duel
),

-- Each record has one vote. Between two candidates no vote is needed.
voters as (
    select
        {%- for attribute in attributes %}
        {%- for column in attribute.columns %}
        min({{ column }}) as {{ column }},
        {%- endfor %}
        {%- endfor %}
        customer_key
    from numbered
    where candidate_number > 0 and candidate_count > 2
    group by
        customer_key,
        source,
        source_record_id
),

frequencies as (
    select
        {%- for attribute in attributes %}
        sum(case when {{ says_the_same(attribute, 'numbered', 'voters') }} then 1 else 0 end)
            as {{ attribute.name }}_frequency,
        {%- endfor %}
        numbered.customer_key,
        numbered.candidate_number
    from numbered
    inner join voters on numbered.customer_key = voters.customer_key
    group by
        numbered.customer_key,
        numbered.candidate_number
),

ranked as (
    select
        {%- for attribute in attributes %}
        {{ survival_rank(attribute, attribute.name ~ '_frequency') }} + numbered.candidate_number
            as {{ attribute.name }}_rank,
        {%- endfor %}
        numbered.*
    from numbered
    cross join weights
    left join priorities on numbered.source = priorities.source
    left join frequencies
        on
            numbered.customer_key = frequencies.customer_key
            and numbered.candidate_number = frequencies.candidate_number
    where numbered.candidate_number < {{ 2 ** last_tie_break_bits() }}
),

survivors as (
    select
        {%- for attribute in attributes %}
        {{ first_by(
            pack(attribute.columns + provenance), attribute.name ~ '_rank', is_known(attribute)
        ) }} as {{ attribute.name }}_survivor,
        {%- endfor %}
        customer_key
    from ranked
    group by customer_key
),

golden_records as (
    select
        {%- for attribute in attributes %}
        {%- for column in attribute.columns %}
        {{ attribute.name }}_survivor.{{ column }} as {{ column }},
        {%- endfor %}
        {{ attribute.name }}_survivor.source as {{ attribute.name }}_source,
        {{ attribute.name }}_survivor.observed_at as {{ attribute.name }}_observed_at,
        {%- endfor %}
        survivors.customer_key
    from survivors
    union all
    select
        {%- for attribute in attributes %}
        {%- for column in attribute.columns %}
        {{ column }},
        {%- endfor %}
        {{ attribute.name }}_source,
        {{ attribute.name }}_observed_at,
        {%- endfor %}
        customer_key
    from duels
    union all
    select
        {%- for attribute in attributes %}
        {%- for column in attribute.columns %}
        candidates.{{ column }},
        {%- endfor %}
        case when {{ is_known(attribute) }} then candidates.source end
            as {{ attribute.name }}_source,
        case when {{ is_known(attribute) }} then candidates.observed_at end
            as {{ attribute.name }}_observed_at,
        {%- endfor %}
        candidates.customer_key
    from candidates
    left join contested_customers on candidates.customer_key = contested_customers.customer_key
    where contested_customers.customer_key is null
    union all
    select
        {%- for attribute in attributes %}
        {%- for column in attribute.columns %}
        cast(null as {{ attribute.type or dbt.type_string() }}) as {{ column }},
        {%- endfor %}
        cast(null as {{ dbt.type_string() }}) as {{ attribute.name }}_source,
        cast(null as timestamp) as {{ attribute.name }}_observed_at,
        {%- endfor %}
        customers.customer_key
    from customers
    left join candidate_counts on customers.customer_key = candidate_counts.customer_key
    where candidate_counts.customer_key is null
),

final as (
    select
        customer_key,
        {%- for attribute in attributes if attribute.name != 'address' %}
        {{ attribute.name }},
        {{ attribute.name }}_source,
        {{ attribute.name }}_observed_at,
        {%- endfor %}
        address,
        city,
        region,
        country,
        address_source,
        address_observed_at
    from golden_records
)

select * from final
