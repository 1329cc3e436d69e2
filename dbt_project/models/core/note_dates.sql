-- A date is counted from the day the note was written. What can mean two days, lies in the past or
-- does not exist stays without a date; nothing is guessed.
with

phrases as (
    select * from {{ ref('note_phrases') }}
    where phrase_role = 'date'
),

notes as (
    select
        note_key,
        written_at,
        written_date,
        {{ days_between("cast('2000-01-03' as date)", 'written_date') }} % 7 + 1 as written_weekday
    from {{ ref('fct_notes') }}
),

rules as (
    select
        priority,
        shift,
        factor,
        from_part,
        to_part,
        festival
    from {{ ref('follow_up_phrases') }}
),

dates as (
    select * from {{ ref('dim_dates') }}
),

holidays as (
    {{ holiday_periods('dates') }}
),

numbered_days as (
    select
        business_days.schedule_date,
        business_days.open_seconds > 0 as is_working_day,
        sum(case when business_days.open_seconds > 0 then 1 else 0 end) over (
            order by business_days.schedule_date
        ) as day_number
    from {{ ref('business_days') }} as business_days
    inner join {{ ref('business_schedules') }} as schedules
        on business_days.schedule_id = schedules.schedule_id and schedules.is_default
),

anchored as (
    select
        phrases.*,
        notes.written_at,
        notes.written_date,
        notes.written_weekday,
        rules.from_part,
        rules.to_part,
        rules.shift,
        rules.festival,
        coalesce(rules.shift, phrases.first_number) * rules.factor as units,
        {{ days_after(
            'notes.written_date', '1 - notes.written_weekday + 7 * coalesce(rules.shift, 0)'
        ) }} as week_start,
        {{ months_after(month_start('notes.written_date'), 'coalesce(rules.shift, 0)') }}
            as month_start_date,
        {{ months_after(
            "cast(date_trunc('quarter', notes.written_date) as date)", '3 * coalesce(rules.shift, 0)'
        ) }} as quarter_start,
        {{ months_after(
            month_start('notes.written_date'),
            'case when phrases.first_number < extract(day from notes.written_date) then 1 else 0 end'
        ) }} as day_month_start,
        {{ matches(
            'phrases.phrase_text',
            '^(by|before|until|till|within|no later than) |(之前|以前|前|内)$'
        ) }} as is_deadline
    from phrases
    inner join notes
        on phrases.note_key = notes.note_key
    inner join rules
        on phrases.phrase_rule = rules.priority
),

named as (
    select
        *,
        {{ next_named_day() }} as named_on
    from anchored
),

-- The next holiday of the name that is not over, or has not begun, when the note is written.
next_holidays as (
    select
        anchored.note_key,
        anchored.phrase_number,
        min(case when holidays.ends_on >= anchored.written_date then holidays.ends_on end)
            as ends_on,
        min(case when holidays.starts_on > anchored.written_date then holidays.starts_on end)
            as starts_on
    from named as anchored
    inner join holidays
        on anchored.festival = holidays.festival
    group by
        anchored.note_key,
        anchored.phrase_number
),

dated as (
    select
        named.*,
        {{ first_day_of_phrase() }} as first_day,
        {{ last_day_of_phrase() }} as last_day
    from named
    left join next_holidays
        on
            named.note_key = next_holidays.note_key
            and named.phrase_number = next_holidays.phrase_number
    left join numbered_days as written_days
        on named.written_date = written_days.schedule_date
    left join numbered_days as working_days
        on
            named.date_rule = 'working_days'
            and working_days.is_working_day
            and written_days.day_number + named.units = working_days.day_number
),

judged as (
    select
        *,
        -- A named day more than half a year ahead is rather one that has passed.
        last_day >= written_date
        and (
            date_rule not in (
                'month_day', 'day_month', 'slash', 'named_month',
                'festival_after', 'festival_before', 'fixed_after', 'fixed_before'
            )
            or {{ days_between('written_date', 'last_day') }} <= 183
        ) as is_ahead
    from dated
),

final as (
    select
        note_key,
        phrase_number,
        sentence_number,
        phrase_text,
        phrase_rule,
        date_rule,
        written_date,
        case
            when is_ahead and is_deadline then written_date
            when is_ahead then greatest(written_date, first_day)
        end as phrase_from_date,
        case when is_ahead then last_day end as phrase_due_date
    from judged
)

select * from final
