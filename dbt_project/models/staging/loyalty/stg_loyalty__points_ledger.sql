with
source as (
    {{ latest_rows(
        source('loyalty', 'points_ledger'),
        key=['entry_id'],
        where=up_to_as_of('occurred_at')
    ) }}
),

final as (
    select
        entry_id,
        member_id,
        {{ to_id('basket_id') }} as order_id,
        kind as entry_kind,
        points,
        expires_on,
        occurred_at
    from source
)

select * from final
