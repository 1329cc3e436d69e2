-- The newest version known on as_of wins. A version later than that is not known yet, but its
-- ticket may have been open: the earliest of them stands in, and only what had happened is told.
with

versions as (
    select * from {{ ref('stg_service__tickets') }}
),

ranked as (
    select
        *,
        row_number() over (
            partition by ticket_id
            order by
                case when is_version_known then updated_at end desc nulls last,
                updated_at asc
        ) as version_rank,
        case when {{ up_to_as_of('first_response_at') }} then first_response_at end
            as known_first_response_at,
        case when {{ up_to_as_of('resolved_at') }} then resolved_at end as known_resolved_at
    from versions
),

final as (
    select
        ticket_id,
        shop_customer_id,
        channel_id,
        case when is_version_known then staff_id end as staff_id,
        ticket_type,
        priority,
        case
            when is_version_known then ticket_status
            when known_first_response_at is not null then 'pending'
            else 'open'
        end as ticket_status,
        contact_email,
        contact_phone,
        subject,
        description,
        case when is_version_known then resolution end as resolution,
        case when is_version_known then rating end as rating,
        opened_at,
        known_first_response_at as first_response_at,
        known_resolved_at as resolved_at,
        case
            when is_version_known then updated_at
            else coalesce(known_first_response_at, opened_at)
        end as updated_at
    from ranked
    where version_rank = 1
)

select * from final
