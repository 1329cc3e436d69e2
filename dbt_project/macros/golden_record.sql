{#
    The golden record (客户主数据): what `customer_pii` and `customer_pii_alternatives` share, so that
    both hold the same contest.

    A candidate is what one record says; of two phones of one record the second is a candidate of
    its own. Each criterion gives a candidate a number of so many bits, small is better; the order of
    the criteria (seed `identity_survivorship_order`) says how far to the left each number stands.
    Put together they are one whole number per candidate, its rank, and the smallest rank survives.
    That is why a changed seed row changes the result without a change of the SQL, and why the
    contest is one comparison of whole numbers per candidate.
#}

{#
    The attributes of the golden record.

    name: as in the seeds. columns: what survives together. type: where not text.
    valid: whether a value can be believed at first sight; it is weighed, not thrown away. What can
        be no value at all never becomes a candidate (int_customer_profiles, identity.identifiers).
    completeness: how much the value says, 0 to 31.
    identifier: the identifier type that the values come from.
#}
{% macro golden_attributes() -%}
    {{ return([
        {
            'name': 'full_name', 'columns': ['full_name'],
            'valid': is_full_name('full_name'), 'completeness': name_completeness('full_name'),
        },
        {'name': 'nickname', 'columns': ['nickname']},
        {
            'name': 'birth_date', 'columns': ['birth_date'], 'type': 'date',
            'valid': is_likely_birth_date('birth_date'),
        },
        {'name': 'gender', 'columns': ['gender']},
        {'name': 'preferred_language', 'columns': ['preferred_language']},
        {
            'name': 'phone', 'columns': ['phone'], 'identifier': 'phone',
            'completeness': 'case when ' ~ is_mobile_number('phone') ~ ' then 2 else 1 end',
        },
        {'name': 'email', 'columns': ['email'], 'identifier': 'email'},
        {'name': 'wechat_unionid', 'columns': ['wechat_unionid'], 'identifier': 'unionid'},
        {'name': 'weibo_uid', 'columns': ['weibo_uid'], 'identifier': 'weibo_uid'},
        {
            'name': 'address', 'columns': ['address', 'city', 'region', 'country'],
            'completeness': count_known(['address', 'city', 'region', 'country']),
        },
    ]) }}
{%- endmacro %}

{# Criterion -> bits, in the order that holds where the seed names none. #}
{% macro survival_criteria() -%}
    {{ return({
        'trusted_source': 7, 'valid': 1, 'most_recent': 33, 'most_complete': 5, 'most_frequent': 5
    }) }}
{%- endmacro %}

{# The last tie-break, to the right of all criteria: the number among simultaneous candidates. #}
{% macro last_tie_break_bits() -%}
    {{ return(12) }}
{%- endmacro %}


{# The values of an `order by` that tells the candidates of one record apart. #}
{% macro by_identifiers(relation) -%}
    {%- for contact in golden_attributes() | selectattr('identifier', 'defined') -%}
        {{ ', ' if not loop.first }}{{ relation }}.{{ contact.name }} asc nulls last
    {%- endfor -%}
{%- endmacro %}

{# Condition: two candidates say the same about an attribute. #}
{% macro says_the_same(attribute, one, other) -%}
    {%- for column in attribute.columns -%}
        {{ ' and ' if not loop.first }}{{ is_same(one ~ '.' ~ column, other ~ '.' ~ column) }}
    {%- endfor -%}
{%- endmacro %}

{# Condition: a candidate says something about an attribute. #}
{% macro is_known(attribute) -%}
    {%- if attribute.columns | length == 1 -%}
        {{ attribute.columns[0] }} is not null
    {%- else -%}
        coalesce({{ attribute.columns | join(', ') }}) is not null
    {%- endif -%}
{%- endmacro %}

{# How many of some columns hold something. #}
{% macro count_known(columns) -%}
    {%- for column in columns -%}
        {{ ' + ' if not loop.first }}case when {{ column }} is null then 0 else 1 end
    {%- endfor -%}
{%- endmacro %}

{# The value of an attribute as one text: address parts on a line each. #}
{% macro value_as_text(attribute, relation=none) -%}
    {%- set prefix = relation ~ '.' if relation else '' -%}
    {%- if attribute.columns | length == 1 -%}
        cast({{ prefix }}{{ attribute.columns[0] }} as {{ dbt.type_string() }})
    {%- else -%}
        {%- for column in attribute.columns -%}
            {{ " || chr(10) || " if not loop.first }}coalesce({{ prefix }}{{ column }}, '')
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}


{#
    The candidates, as the body of a CTE: one row per record with everything it says; a record with
    two phones stands as two candidates that differ in the phone alone.
    profiles, identifiers: relations or names of CTEs; only valid values that no crowd shares and that
    a record says of itself may survive.
#}
{% macro golden_candidates(profiles, identifiers) -%}
    {%- set contacts = golden_attributes() | selectattr('identifier', 'defined') | list -%}
    {%- set said = golden_attributes() | rejectattr('identifier', 'defined') | list -%}
    select
        profiles.customer_key,
        profiles.source,
        profiles.source_record_id,
        profiles.observed_at,
        {%- for attribute in said %}
        {%- for column in attribute.columns %}
        profiles.{{ column }},
        {%- endfor %}
        {%- endfor %}
        {%- for contact in contacts %}
        {{ contact.name }}s.identifier_value as {{ contact.name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ profiles }} as profiles
    {%- for contact in contacts %}
    left join {{ identifiers }} as {{ contact.name }}s
        on
            profiles.source = {{ contact.name }}s.source
            and profiles.source_record_id = {{ contact.name }}s.source_record_id
            and {{ contact.name }}s.identifier_type = '{{ contact.identifier }}'
            and {{ contact.name }}s.is_valid
            and not {{ contact.name }}s.is_shared
            and not {{ contact.name }}s.is_reference
    {%- endfor %}
{%- endmacro %}


{#
    How far to the left each criterion stands, as the body of a CTE: one row per attribute and
    criterion. A criterion that the seed does not name for an attribute counts after those it names.
#}
{% macro survival_weights(survivorship_order) -%}
    with
    criteria as (
        {%- for criterion, bits in survival_criteria().items() %}
        {{ 'union all ' if not loop.first }}select
            '{{ criterion }}' as criterion,
            {{ bits }} as bits,
            {{ 100 + loop.index }} as usual_step
        {%- endfor %}
    ),

    attributes as (
        {%- for attribute in golden_attributes() %}
        {{ 'union all ' if not loop.first }}select '{{ attribute.name }}' as attribute
        {%- endfor %}
    ),

    steps as (
        select
            attributes.attribute,
            criteria.criterion,
            criteria.bits,
            coalesce(survivorship_order.step, criteria.usual_step) as step
        from attributes
        cross join criteria
        left join {{ survivorship_order }} as survivorship_order
            on
                attributes.attribute = survivorship_order.attribute
                and criteria.criterion = survivorship_order.criterion
    )

    select
        attribute,
        criterion,
        step,
        cast(
            power(
                2,
                {{ last_tie_break_bits() }} + coalesce(
                    sum(bits) over (
                        partition by attribute
                        order by step desc
                        rows between unbounded preceding and 1 preceding
                    ),
                    0
                )
            ) as bigint
        ) as weight
    from steps
{%- endmacro %}


{# The weights side by side in one row, `<attribute>_<criterion>`, as the body of a CTE. #}
{% macro survival_weights_in_a_row(weights) -%}
    select
        {%- for attribute in golden_attributes() %}
        {%- for criterion in survival_criteria() %}
        min(
            case
                when attribute = '{{ attribute.name }}' and criterion = '{{ criterion }}'
                    then weight
            end
        ) as {{ attribute.name }}_{{ criterion }},
        {%- endfor %}
        {%- endfor %}
        count(*) as weight_count
    from {{ weights }}
{%- endmacro %}

{# The rank of a candidate: its numbers, each as far to the left as its weight says. #}
{% macro survival_rank(attribute, frequency='1') -%}
    {%- set name = attribute.name -%}
    {%- for criterion in survival_criteria() %}
    {{ '+ ' if not loop.first -}}
    weights.{{ name }}_{{ criterion }} * (
        {{ penalty(criterion, attribute, name ~ '_priority', frequency) }}
    )
    {%- endfor %}
{%- endmacro %}

{# Of a duel, the column of the one with the smaller rank; an empty rank is that of no value. #}
{% macro first_of_two(column, rank) -%}
    case
        when older.{{ rank }} < coalesce(newer.{{ rank }}, older.{{ rank }} + 1)
            then older.{{ column }}
        when newer.{{ rank }} is not null then newer.{{ column }}
    end
{%- endmacro %}

{# The same sum over rows that hold one attribute each. #}
{% macro weighed_sum(weights, candidates) -%}
    {%- for criterion in survival_criteria() -%}
        {{ ' + ' if not loop.first -}}
        {{ weights }}.{{ criterion }}_weight * {{ candidates }}.{{ criterion }}
    {%- endfor -%}
{%- endmacro %}


{# The number that a criterion gives to a candidate: small is better. #}
{% macro penalty(criterion, attribute, priority, frequency) -%}
    {%- if criterion == 'trusted_source' -%}
        coalesce({{ priority }}, 99)
    {%- elif criterion == 'valid' -%}
        case when {{ attribute.valid or 'true' }} then 0 else 1 end
    {%- elif criterion == 'most_recent' -%}
        {{ 2 ** 33 - 1 }} - observed_second
    {%- elif criterion == 'most_complete' -%}
        31 - least({{ attribute.completeness or 1 }}, 31)
    {%- elif criterion == 'most_frequent' -%}
        31 - least(greatest(coalesce({{ frequency }}, 1), 1), 31)
    {%- endif -%}
{%- endmacro %}

{# Whole seconds since 1970 of a UTC timestamp; 0 without one. #}
{% macro epoch_seconds(timestamp_utc) -%}
    {{ adapter.dispatch('epoch_seconds', 'customer_360')(timestamp_utc) }}
{%- endmacro %}

{% macro duckdb__epoch_seconds(timestamp_utc) -%}
    coalesce(greatest(epoch_ms({{ timestamp_utc }}) // 1000, 0), 0)
{%- endmacro %}

{% macro spark__epoch_seconds(timestamp_utc) -%}
    coalesce(greatest(unix_timestamp({{ timestamp_utc }}), 0), 0)
{%- endmacro %}


{#
    Aggregate: one value of the group, that of the row where `rank` is smallest, among the rows that
    meet a condition. No two of those rows may have the same rank.
#}
{% macro first_by(value, rank, where) -%}
    min_by({{ value }}, {{ rank }}) filter (where {{ where }})
{%- endmacro %}

{# Several columns of a row as one value with fields of the same names. #}
{% macro pack(columns) -%}
    {{ adapter.dispatch('pack', 'customer_360')(columns) }}
{%- endmacro %}

{% macro duckdb__pack(columns) -%}
    struct_pack(
        {%- for column in columns -%}
            {{ column }} := {{ column }}{{ ', ' if not loop.last }}
        {%- endfor -%}
    )
{%- endmacro %}

{% macro spark__pack(columns) -%}
    struct({{ columns | join(', ') }})
{%- endmacro %}


{# Equal, or both empty. #}
{% macro is_same(one, other) -%}
    {{ adapter.dispatch('is_same', 'customer_360')(one, other) }}
{%- endmacro %}

{% macro duckdb__is_same(one, other) -%}
    {{ one }} is not distinct from {{ other }}
{%- endmacro %}

{% macro spark__is_same(one, other) -%}
    {{ one }} <=> {{ other }}
{%- endmacro %}
