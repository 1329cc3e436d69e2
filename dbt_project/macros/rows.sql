{#
    One row per key, the newest version of it. Use it as the body of a CTE.

    relation: a relation or the name of a CTE.
    key: columns that make a row unique; none of them null.
    order_by: columns (or expressions) of which the greatest wins; then the row that was loaded last
        and stands last in its file, so that a re-delivered row replaces the older one.
    then_earliest: columns (or expressions) of which, among equals so far, the smallest wins.
    where: condition a row must meet to be considered at all, e.g. up_to_as_of('updated_at'): a
        version that lies in the future must not hide the one that counts today.

    Only keys that come more than once are ranked: ranking all rows would sort the widest and
    largest tables of the warehouse to find out that nearly every key comes once.
#}
{% macro latest_rows(relation, key, order_by=[], where=none, then_earliest=[]) -%}
    with
    candidates as (
        select *
        from {{ relation }}
        {%- if where %}
        where {{ where }}
        {%- endif %}
    ),

    repeated_keys as (
        select {{ key | join(', ') }}
        from candidates
        group by {{ key | join(', ') }}
        having count(*) > 1
    ),

    ranked as (
        select
            *,
            row_number() over (
                partition by {{ key | join(', ') }}
                order by
                    {%- for column in order_by %}
                    {{ column }} desc nulls last,
                    {%- endfor %}
                    {%- for column in then_earliest %}
                    {{ column }} asc nulls last,
                    {%- endfor %}
                    _loaded_at desc, _position desc, _row_hash
            ) as _row_rank
        from candidates
        where exists ({{ _same_key(key) }})
    )

    select
        *,
        1 as _row_rank
    from candidates
    where not exists ({{ _same_key(key) }})
    union all
    select *
    from ranked
    where _row_rank = 1
{%- endmacro %}

{% macro _same_key(key) -%}
    select 1
    from repeated_keys
    where
        {%- for column in key %}
        {{ 'and ' if not loop.first }}repeated_keys.{{ column }} = candidates.{{ column }}
        {%- endfor %}
{%- endmacro %}


{#
    One row per record that was there on as_of, as the body of a CTE: the newest version known by
    then. Of a record edited since, a snapshot holds later versions only; then the earliest of them
    stands in, is_version_known is false, and the model leaves out what only a later state tells.

    version: column with the time of the version.
    created: column with the time the record came to be.
#}
{% macro known_versions(relation, key, version, created) -%}
    {%- set is_known = up_to_as_of(version) -%}
    select
        *,
        {{ is_known }} as is_version_known
    from (
        {{ latest_rows(
            relation,
            key=key,
            order_by=['case when ' ~ is_known ~ ' then ' ~ version ~ ' end'],
            then_earliest=[version],
            where=up_to_as_of(created)
        ) }}
    ) as versions
{%- endmacro %}


{#
    One row per record and version known by as_of, as the body of a CTE: known_versions for an
    object whose contract says keep_versions, with the time of creation as event_at. Of a record
    that has later versions only, the earliest of them stands in, is_version_known is false, and
    version_at is the time of creation; else version_at is the time of the version. The row
    accounting counts the same rows.
#}
{% macro kept_versions(relation, key, version, created) -%}
    {%- set is_known = up_to_as_of(version) -%}
    select
        *,
        case when is_version_known then {{ version }} else {{ created }} end as version_at
    from (
        select
            *,
            {{ is_known }} as is_version_known,
            max(case when {{ is_known }} then 1 else 0 end) over (
                partition by {{ key | join(', ') }}
            ) as _has_known_version,
            row_number() over (
                partition by {{ key | join(', ') }} order by {{ version }}
            ) as _version_number
        from (
            {{ latest_rows(relation, key=key + [version], where=up_to_as_of(created)) }}
        ) as delivered_versions
    ) as numbered_versions
    where is_version_known or (_has_known_version = 0 and _version_number = 1)
{%- endmacro %}


{# md5 over the columns' text joined by '|', null as nothing: a stable id for a composite key. #}
{% macro surrogate_key(columns) -%}
    md5(
        {%- for column in columns %}
        coalesce(cast({{ column }} as {{ dbt.type_string() }}), '')
        {%- if not loop.last %} || '|' ||{% endif %}
        {%- endfor %}
    )
{%- endmacro %}


{# The middle value of a group. #}
{% macro median(expression) -%}
    {{ adapter.dispatch('median', 'customer_360')(expression) }}
{%- endmacro %}

{% macro duckdb__median(expression) -%}
    median({{ expression }})
{%- endmacro %}

{% macro spark__median(expression) -%}
    percentile({{ expression }}, 0.5)
{%- endmacro %}


{# A cast that gives null where the value does not fit. #}
{% macro try_cast(expression, data_type) -%}
    {{ adapter.dispatch('try_cast', 'customer_360')(expression, data_type) }}
{%- endmacro %}

{% macro default__try_cast(expression, data_type) -%}
    try_cast({{ expression }} as {{ data_type }})
{%- endmacro %}


{#
    The newest version of each record of a staged history, as the body of a CTE. Staging has one row
    per key and version, so no tie is possible.
#}
{% macro current_versions(relation, key, version) -%}
    select * from (
        select
            *,
            row_number() over (
                partition by {{ key | join(', ') }} order by {{ version }} desc
            ) as version_rank
        from {{ relation }}
    ) as versions
    where version_rank = 1
{%- endmacro %}


{#
    Codes and labels (选项) of one choice field of Fxiaoke, as the body of a CTE: records hold codes
    that mean nothing. A code without a label, of an option that was removed, stays as it is.
#}
{% macro option_labels(object, field) -%}
    select
        option_code,
        option_label
    from {{ ref('stg_crm_fxiaoke__field_options') }}
    where object = '{{ object }}' and field = '{{ field }}'
{%- endmacro %}


{# Aggregate: the value of the row that stands first by some columns, which must order all rows. #}
{% macro value_of_first(value, by) -%}
    {{ return(adapter.dispatch('value_of_first', 'customer_360')(value, by)) }}
{%- endmacro %}

{% macro duckdb__value_of_first(value, by) -%}
    min_by({{ value }}, row({{ by | join(', ') }}))
{%- endmacro %}

{% macro spark__value_of_first(value, by) -%}
    min_by({{ value }}, struct({{ by | join(', ') }}))
{%- endmacro %}
