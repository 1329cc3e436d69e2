{#
    The records that their own system deleted, as the body of a CTE: source and source_record_id.

    A deletion counts unless something later shows the record alive: a version, or the sweep of all
    ids. Where no deletion is told, a record is gone that the sweep of its object does not list,
    though it was landed before the sweep began. A sweep that lists nothing of an object, or nothing
    at all, says nothing: it may not have been allowed to look.

    records: relation with source, source_record_id, object (what the system calls that kind of
        record), modified_at (null when only a version after as_of is known) and landed_at.
    live_ids: relation with object, record_id and landed_at: the newest sweep. A sweep has no
        business date: it tells of now, also when a past date is rebuilt.
    deletions: relation with object, record_id and happened_at, up to as_of; none when the system
        keeps no list of deletions.
#}
{% macro deleted_records(records, live_ids, deletions=none) -%}
    with
    sweeps as (
        select
            object,
            min(landed_at) as swept_at
        from {{ live_ids }}
        group by object
    ),

    {% if deletions -%}
    last_deletions as (
        select
            object,
            record_id,
            max(happened_at) as deleted_at
        from {{ deletions }}
        group by
            object,
            record_id
    ),

    {% endif -%}
    judged as (
        select
            records.source,
            records.source_record_id,
            {% if deletions -%}
            last_deletions.deleted_at >= records.modified_at
            and not (
                listed.record_id is not null and sweeps.swept_at > last_deletions.deleted_at
            ) as is_told_deleted,
            {%- else -%}
            false as is_told_deleted,
            {%- endif %}
            listed.record_id is null
            and sweeps.swept_at > records.landed_at
            and sweeps.swept_at > coalesce(records.modified_at, records.landed_at) as is_missing
        from {{ records }} as records
        left join sweeps
            on records.object = sweeps.object
        left join {{ live_ids }} as listed
            on
                records.object = listed.object
                and records.source_record_id = listed.record_id
        {%- if deletions %}
        left join last_deletions
            on
                records.object = last_deletions.object
                and records.source_record_id = last_deletions.record_id
        {%- endif %}
    )

    select
        source,
        source_record_id
    from judged
    where is_told_deleted or is_missing
{%- endmacro %}
