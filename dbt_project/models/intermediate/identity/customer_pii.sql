{{ config(schema='vault', pre_hook=write_plainly(), post_hook=write_as_usual()) }}

{#-
    What survives, for every attribute alone: see macros/golden_record.sql. Street, city, region and
    country survive together, from one record: mixed addresses exist nowhere.

    Most customers have one candidate: nothing competes, so it is projected. The others are ranked,
    by one whole number per candidate and attribute; two candidates are held against each other in
    one row, which costs less than looking for the smallest in a group. The uncontested and the
    contested are read apart: a CTE that both could share would be kept in memory at full width.
-#}
{%- set attributes = golden_attributes() -%}
{%- set provenance = ['source', 'observed_at'] -%}
with
crowded_records as (
    {{ crowded_records(source('identity', 'identifiers')) }}
),

crowded_customers as (
    select distinct profiles.customer_key
    from {{ ref('int_customer_profiles') }} as profiles
    inner join crowded_records on profiles.record_number = crowded_records.record_number
),

contested_customers as (
    select
        customers.customer_key,
        customers.record_count = 2 and crowded_customers.customer_key is null as is_duel
    from {{ ref('int_customers') }} as customers
    left join crowded_customers on customers.customer_key = crowded_customers.customer_key
    where customers.record_count > 1 or crowded_customers.customer_key is not null
),

uncontested_profiles as (
    select profiles.*
    from {{ ref('int_customer_profiles') }} as profiles
    left join contested_customers on profiles.customer_key = contested_customers.customer_key
    where contested_customers.customer_key is null
),

uncontested as (
    {{ golden_candidates('uncontested_profiles', source('identity', 'identifiers')) }}
),

contested_profiles as (
    select
        profiles.*,
        contested_customers.is_duel
    from {{ ref('int_customer_profiles') }} as profiles
    inner join contested_customers on profiles.customer_key = contested_customers.customer_key
),

contested as (
    {{ golden_candidates(
        'contested_profiles', source('identity', 'identifiers'), ['is_duel']
    ) }}
),

priorities as (
    select
        {%- for attribute in attributes %}
        min(case when attribute = '{{ attribute.name }}' then priority end)
            as {{ attribute.name }}_priority,
        {%- endfor %}
        source
    from {{ ref('identity_survivorship') }}
    group by source
),

weights_by_attribute as (
    {{ survival_weights(ref('identity_survivorship_order')) }}
),

weights as (
    {{ survival_weights_in_a_row('weights_by_attribute') }}
),

ranked as (
    select
        {%- for attribute in attributes %}
        case when {{ is_known(attribute) }} then {{ survival_rank(attribute) }} end
            as {{ attribute.name }}_rank,
        {%- endfor %}
        contested.*
    from contested
    cross join weights
    left join priorities on contested.source = priorities.source
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
    from ranked as older
    inner join ranked as newer
        on
            older.customer_key = newer.customer_key
            and {{ comes_before('older', 'newer') }}
    where older.is_duel and newer.is_duel
),

-- Customers of whom two candidates can be equal in rank: the moment is a part of it. Or whose
-- values are to be counted, as how often one is said comes before the moment.
numbered_customers as (
    select customer_key
    from ranked
    where not is_duel
    group by
        customer_key,
        observed_second
    having count(*) > 1
    union
    select customer_key
    from contested_customers
    where
        not is_duel
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
        ranked.*,
        row_number() over (
            partition by ranked.customer_key
            order by
                ranked.source asc,
                ranked.source_record_id asc,
                {{ by_identifiers('ranked') }}
        ) as candidate_number
    from ranked
    inner join numbered_customers on ranked.customer_key = numbered_customers.customer_key
),

-- Each record has one vote.
voters as (
    select
        {%- for attribute in attributes %}
        {%- for column in attribute.columns %}
        min({{ column }}) as {{ column }},
        {%- endfor %}
        {%- endfor %}
        customer_key
    from numbered
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

rivals as (
    select
        {%- for attribute in attributes %}
        {%- for column in attribute.columns %}
        ranked.{{ column }},
        {%- endfor %}
        ranked.{{ attribute.name }}_rank,
        {%- endfor %}
        ranked.source,
        ranked.observed_at,
        ranked.customer_key
    from ranked
    left join numbered_customers on ranked.customer_key = numbered_customers.customer_key
    where not ranked.is_duel and numbered_customers.customer_key is null
    union all
    select
        {%- for attribute in attributes %}
        {%- for column in attribute.columns %}
        numbered.{{ column }},
        {%- endfor %}
        numbered.{{ attribute.name }}_rank
        + {{ rank_of_votes(attribute, attribute.name ~ '_frequency') }}
        + numbered.candidate_number as {{ attribute.name }}_rank,
        {%- endfor %}
        numbered.source,
        numbered.observed_at,
        numbered.customer_key
    from numbered
    cross join weights
    inner join frequencies
        on
            numbered.customer_key = frequencies.customer_key
            and numbered.candidate_number = frequencies.candidate_number
    where numbered.candidate_number < {{ 2 ** last_tie_break_bits() }}
),

survivors as (
    select
        {%- for attribute in attributes %}
        {{ first_by(pack(attribute.columns + provenance), attribute.name ~ '_rank') }}
            as {{ attribute.name }}_survivor,
        {%- endfor %}
        customer_key
    from rivals
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
        {{ column }},
        {%- endfor %}
        case when {{ is_known(attribute) }} then source end as {{ attribute.name }}_source,
        case when {{ is_known(attribute) }} then observed_at end
            as {{ attribute.name }}_observed_at,
        {%- endfor %}
        customer_key
    from uncontested
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
