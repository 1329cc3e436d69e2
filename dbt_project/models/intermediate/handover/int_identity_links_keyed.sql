-- Rejected links cross too: they say why two records are not one customer. Records, links and
-- identifiers cross as keyed hashes only; the number of a record could be guessed from a plain one.
with

links as (
    select * from {{ source('identity', 'links') }}
),

current_records as (
    select
        source,
        source_record_id,
        customer_key
    from {{ source('identity', 'customers_map') }}
    where is_current
),

final as (
    select
        {{ keyed_hash('links.link_id') }} as link_key,
        {{ keyed_hash("links.source_a || ':' || links.source_record_id_a") }} as identity_key_a,
        {{ keyed_hash("links.source_b || ':' || links.source_record_id_b") }} as identity_key_b,
        links.source_a as source_object_a,
        links.source_b as source_object_b,
        records_a.customer_key as customer_key_a,
        records_b.customer_key as customer_key_b,
        links.rule,
        links.identifier_type,
        links.identifier_hash,
        links.agreement,
        cast(links.score as decimal(9, 4)) as weight,
        links.is_accepted,
        links.reason
    from links
    left join current_records as records_a
        on
            links.source_a = records_a.source
            and links.source_record_id_a = records_a.source_record_id
    left join current_records as records_b
        on
            links.source_b = records_b.source
            and links.source_record_id_b = records_b.source_record_id
)

select * from final
