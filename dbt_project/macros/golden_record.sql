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


{# The attributes of the golden record that identifiers give. #}
{% macro golden_contacts() -%}
    {{ return(golden_attributes() | selectattr('identifier', 'defined') | list) }}
{%- endmacro %}

{#
    The candidates, as the body of a CTE: one row per record with everything it says; a record with
    two phones stands as two candidates that differ in the phone alone.
    profiles, identifiers: relations or names of CTEs; more: further columns of the profiles.
#}
{% macro golden_candidates(profiles, identifiers, more=[]) -%}
    {%- set said = golden_attributes() | rejectattr('identifier', 'defined') -%}
    select
        profiles.customer_key,
        profiles.source,
        profiles.source_record_id,
        profiles.observed_at,
        {{ epoch_seconds('profiles.observed_at') }} as observed_second,
        {%- for column in said | sum(attribute='columns', start=[]) + more %}
        profiles.{{ column }},
        {%- endfor %}
        {%- for contact in golden_contacts() %}
        {{ contact.name }}s.identifier_value as {{ contact.name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ profiles }} as profiles
    {%- for contact in golden_contacts() %}
    {%- set contacts = contact.name ~ 's' %}
    left join {{ identifiers }} as {{ contacts }}
        on
            profiles.record_number = {{ contacts }}.record_number
            and {{ contacts }}.identifier_type = '{{ contact.identifier }}'
            and {{ may_survive(contacts) }}
    {%- endfor %}
{%- endmacro %}

{# Condition: an identifier is valid, no crowd shares it, and a record says it of itself. #}
{% macro may_survive(identifiers) -%}
    {{ identifiers }}.is_valid
            and not {{ identifiers }}.is_shared
            and not {{ identifiers }}.is_reference
{%- endmacro %}

{#
    The records that stand as several candidates, as the body of a CTE. Only of the types of which
    the var `identity_sources` gives a record more than one value, as phone: [mobile, phone], can a
    record have two.
#}
{% macro crowded_records(identifiers) -%}
    {%- set columns = identity_columns('identity_sources') -%}
    {%- set types = [] -%}
    {%- for type in golden_contacts() | map(attribute='identifier') -%}
        {%- if columns.get(type) or type ~ '_2' in columns -%}
            {%- do types.append("'" ~ type ~ "'") -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for type in types or ['null'] %}
    {{ 'union all ' if not loop.first }}select identifiers.record_number
    from {{ identifiers }} as identifiers
    where
        identifiers.identifier_type = {{ type }}
        and {{ may_survive('identifiers') }}
    group by identifiers.record_number
    having count(*) > 1
    {%- endfor %}
{%- endmacro %}
