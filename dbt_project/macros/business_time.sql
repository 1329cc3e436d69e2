{#
    Business time 工作时间: seconds while a schedule is open, exact to the second over nights,
    weekends, holidays, breaks and clock changes. core/business_days holds for each schedule and
    day how many seconds were open before it, so that a span is a difference of two look-ups:

        from leads
        inner join business_schedules as schedules on schedules.is_default
        left join business_days as start_days
            on
                schedules.schedule_id = start_days.schedule_id
                and {{ schedule_date('leads.created_at', 'schedules') }} = start_days.schedule_date
        left join business_days as end_days
            on
                schedules.schedule_id = end_days.schedule_id
                and {{ schedule_date('leads.answered_at', 'schedules') }} = end_days.schedule_date
        ... {{ business_seconds_between(
            'leads.created_at', 'leads.answered_at', 'start_days', 'end_days'
        ) }} as response_business_seconds
#}

{# Open seconds from one moment to a later one; each on its row of business_days. #}
{% macro business_seconds_between(start_at, end_at, start_days, end_days) -%}
    (
        {{ open_seconds_until(end_at, end_days) }}
        - {{ open_seconds_until(start_at, start_days) }}
    )
{%- endmacro %}


{# Open seconds from the first day of the calendar until a moment. #}
{% macro open_seconds_until(moment, days) -%}
    (
        {{ days }}.open_seconds_before
        + {{ seconds_within(
            moment,
            days ~ '.opens_at',
            'coalesce(' ~ days ~ '.break_starts_at, ' ~ days ~ '.closes_at)'
        ) }}
        + {{ seconds_within(moment, days ~ '.break_ends_at', days ~ '.closes_at') }}
    )
{%- endmacro %}


{# Seconds of a period that have passed at a moment: 0 before it, all of it after; 0 for none. #}
{% macro seconds_within(moment, starts_at, ends_at) -%}
    case
        when {{ moment }} > {{ starts_at }}
            then {{ seconds_between(starts_at, 'least(' ~ moment ~ ', ' ~ ends_at ~ ')') }}
        else 0
    end
{%- endmacro %}


{# Seconds from one UTC timestamp to another, both cut to the second. #}
{% macro seconds_between(start_at, end_at) -%}
    {{ return(adapter.dispatch('seconds_between', 'customer_360')(start_at, end_at)) }}
{%- endmacro %}

{% macro duckdb__seconds_between(start_at, end_at) -%}
    date_diff('second', {{ start_at }}, {{ end_at }})
{%- endmacro %}

{% macro spark__seconds_between(start_at, end_at) -%}
    (unix_timestamp({{ end_at }}) - unix_timestamp({{ start_at }}))
{%- endmacro %}


{# The time zone of a row of business_schedules: its own, else that of the business date. #}
{% macro schedule_zone(schedules) -%}
    coalesce(nullif({{ schedules }}.time_zone, ''), '{{ var("timezone") }}')
{%- endmacro %}


{# The date of a UTC timestamp where the desk of a row of business_schedules stands. #}
{% macro schedule_date(timestamp_utc, schedules) -%}
    {{ date_in_zone(timestamp_utc, schedule_zone(schedules)) }}
{%- endmacro %}


{# The date of a UTC timestamp in a time zone that is an expression. #}
{% macro date_in_zone(timestamp_utc, zone) -%}
    {{ return(adapter.dispatch('date_in_zone', 'customer_360')(timestamp_utc, zone)) }}
{%- endmacro %}

{% macro duckdb__date_in_zone(timestamp_utc, zone) -%}
    cast(timezone({{ zone }}, timezone('UTC', {{ timestamp_utc }})) as date)
{%- endmacro %}

{% macro spark__date_in_zone(timestamp_utc, zone) -%}
    to_date(from_utc_timestamp({{ timestamp_utc }}, {{ zone }}))
{%- endmacro %}


{#
    The UTC moment of a time of day, `09:30` or `24:00` for the end of the day, on a date in a time
    zone (an expression). A time that the clocks skip or show twice is what the engine takes it for:
    open and close outside the hour of the change.
#}
{% macro moment_of_day(date_column, time_of_day, zone) -%}
    {{ return(adapter.dispatch('moment_of_day', 'customer_360')(date_column, time_of_day, zone)) }}
{%- endmacro %}

{% macro duckdb__moment_of_day(date_column, time_of_day, zone) -%}
    timezone(
        'UTC',
        timezone(
            {{ zone }},
            {{ minutes_after(
                'cast(' ~ date_column ~ ' as timestamp)', minutes_of_day(time_of_day)
            ) }}
        )
    )
{%- endmacro %}

{% macro spark__moment_of_day(date_column, time_of_day, zone) -%}
    to_utc_timestamp(
        {{ minutes_after('cast(' ~ date_column ~ ' as timestamp)', minutes_of_day(time_of_day)) }},
        {{ zone }}
    )
{%- endmacro %}


{# Minutes after midnight of a time of day written as `09:30`. #}
{% macro minutes_of_day(time_of_day) -%}
    (
        60 * cast(split_part({{ time_of_day }}, ':', 1) as integer)
        + cast(split_part({{ time_of_day }}, ':', 2) as integer)
    )
{%- endmacro %}


{# The English name of a date's weekday in lower case. #}
{% macro weekday_name(date_column) -%}
    case ({{ days_between("cast('2000-01-03' as date)", date_column) }} % 7 + 7) % 7
        when 0 then 'monday'
        when 1 then 'tuesday'
        when 2 then 'wednesday'
        when 3 then 'thursday'
        when 4 then 'friday'
        when 5 then 'saturday'
        else 'sunday'
    end
{%- endmacro %}


{# Whole minutes (cut off, not rounded) of a number of seconds that is not negative. #}
{% macro whole_minutes(seconds) -%}
    cast(floor({{ seconds }} / 60) as bigint)
{%- endmacro %}
