-- Two defaults would double every ticket, none would leave them without business time.
with

schedules as (
    select * from {{ ref('business_schedules') }}
),

counted as (
    select count(case when is_default then 1 end) as default_count
    from schedules
)

select default_count
from counted
where default_count <> 1
