-- An object with several money columns has several rows in `landed` that repeat its row counts;
-- every money column must balance by itself before the totals are added up.
with

landed as (
    select * from {{ source('accounting', 'landed') }}
),

staged as (
    select * from {{ source('accounting', 'staged') }}
),

landed_objects as (
    select
        source,
        object,
        max(rows_read) as rows_read,
        max(rows_loaded) as rows_loaded,
        max(rows_quarantined) as rows_quarantined,
        coalesce(max(rows_expired), 0) as rows_expired,
        {{ listed('money_column') }} as money_columns,
        cast(sum(money_read) as decimal(18, 2)) as money_read_amount,
        cast(sum(money_loaded) as decimal(18, 2)) as money_loaded_amount,
        cast(sum(money_quarantined) as decimal(18, 2)) as money_quarantined_amount,
        cast(sum(money_expired) as decimal(18, 2)) as money_expired_amount,
        min(
            case
                when
                    rows_read <> rows_loaded + rows_quarantined + coalesce(rows_expired, 0)
                    or (
                        money_column is not null
                        and coalesce(money_read, 0)
                        <> coalesce(money_loaded, 0) + coalesce(money_quarantined, 0)
                        + coalesce(money_expired, 0)
                    )
                    then 0
                else 1
            end
        ) as is_landing_balanced
    from landed
    group by source, object
),

final as (
    select
        landed_objects.source as source_name,
        landed_objects.object as object_name,
        landed_objects.rows_read,
        landed_objects.rows_loaded,
        landed_objects.rows_quarantined,
        landed_objects.rows_expired,
        staged.rows_after_as_of,
        staged.rows_merged,
        staged.rows_staged,
        landed_objects.money_columns,
        landed_objects.money_read_amount,
        landed_objects.money_loaded_amount,
        landed_objects.money_quarantined_amount,
        landed_objects.money_expired_amount,
        coalesce(
            landed_objects.is_landing_balanced = 1
            and staged.rows_raw = landed_objects.rows_loaded
            and staged.rows_raw
            = staged.rows_after_as_of + staged.rows_merged + staged.rows_staged,
            false
        ) as is_balanced
    from landed_objects
    left join staged
        on
            landed_objects.source = staged.source
            and landed_objects.object = staged.object
)

select * from final
