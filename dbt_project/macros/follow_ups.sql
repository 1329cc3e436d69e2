{#
    A pattern of the seed follow_up_phrases with its {terms} written out. A term in round brackets
    is captured: the number, weekday, month or day of which the rule makes a date.
#}
{% macro phrase_pattern(expression) -%}
    {%- set weekdays = 'monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tues|tue|wed'
        '|thurs|thur|thu|fri' -%}
    {%- set months = 'january|february|march|april|may|june|july|august|september|october|november'
        '|december|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec' -%}
    {%- set terms = {
        '{number}': '([0-9]{1,3}|[一二两俩三四五六七八九十]{1,3})',
        '{count}': '([0-9]{1,3}|an?|one|two|a couple of|three|four|five|six|seven|eight|nine|ten|twelve|fourteen)',
        '{day}': '([0-3]?[0-9])',
        '{weekday_zh}': '([一二三四五六日天])',
        '{weekday}': '(' ~ weekdays ~ ')',
        '{month}': '(' ~ months ~ ')',
        '{by}': '(?:(?:by|before|until|till|on|no later than) (?:the )?)?',
        '{zh_by}': '(?:之前|以前|前|内)?',
    } -%}
    {%- set written = namespace(sql=expression) -%}
    {%- for term, pattern in terms.items() -%}
        {%- set written.sql = "replace(" ~ written.sql ~ ", '" ~ term ~ "', '" ~ pattern ~ "')" -%}
    {%- endfor -%}
    {{ written.sql }}
{%- endmacro %}


{#
    Every phrase of every text, as the body of a CTE: note_key, phrase_number (its place in the
    text) and phrase_text (in lower case). Of phrases that begin at the same letter the first by
    priority counts, and no letter is in two phrases.

    notes: relation with note_key and note_text.
    phrases: relation with priority and pattern.
#}
{% macro phrases_in_notes(notes, phrases) -%}
    {{ return(adapter.dispatch('phrases_in_notes', 'customer_360')(notes, phrases)) }}
{%- endmacro %}

{#-
    DuckDB compiles a pattern that is no literal again for every row, which takes longer than to
    search a thousand texts. So texts are searched a thousand at a time, each behind its number.
-#}
{% macro duckdb__phrases_in_notes(notes, phrases) -%}
    with
    numbered as (
        select
            note_key,
            row_number() over (order by note_key) as note_number,
            translate(lower(note_text), chr(30) || chr(31), '') as searched_text
        from {{ notes }}
        where note_text is not null
    ),

    searched as (
        select
            note_number // 1000 as batch,
            regexp_extract_all(
                string_agg(
                    chr(30) || note_number || chr(31) || searched_text || chr(10),
                    '' order by note_number
                ),
                (
                    select '\x1e[0-9]+\x1f|' || string_agg('(?:' || pattern || ')', '|' order by priority)
                    from {{ phrases }}
                )
            ) as found
        from numbered
        group by batch
    ),

    placed as (
        select
            batch,
            unnest(found) as phrase_text,
            generate_subscripts(found, 1) as place
        from searched
    ),

    assigned as (
        select
            *,
            max(
                case
                    when starts_with(phrase_text, chr(30))
                        then cast(phrase_text[2:-2] as bigint)
                end
            ) over (partition by batch order by place) as note_number
        from placed
    )

    select
        numbered.note_key,
        row_number() over (partition by numbered.note_key order by assigned.place)
            as phrase_number,
        assigned.phrase_text
    from assigned
    inner join numbered
        on assigned.note_number = numbered.note_number
    where not starts_with(assigned.phrase_text, chr(30))
{%- endmacro %}

{% macro spark__phrases_in_notes(notes, phrases) -%}
    select
        searched.note_key,
        placed.place + 1 as phrase_number,
        placed.phrase_text
    from (
        select
            notes.note_key,
            regexp_extract_all(lower(notes.note_text) || '\n', scanner.pattern, 0) as found
        from {{ notes }} as notes
        cross join (
            select array_join(
                transform(
                    array_sort(collect_list(struct(priority, pattern))), one -> '(?:' || one.pattern || ')'
                ),
                '|'
            ) as pattern
            from {{ phrases }}
        ) as scanner
        where notes.note_text is not null
    ) as searched
    lateral view posexplode(searched.found) placed as place, phrase_text
{%- endmacro %}


{# Whether a text as a whole matches the pattern of a column. #}
{% macro matches_whole(expression, pattern) -%}
    {{ return(adapter.dispatch('matches_whole', 'customer_360')(expression, pattern)) }}
{%- endmacro %}

{% macro duckdb__matches_whole(expression, pattern) -%}
    regexp_full_match({{ expression }}, {{ pattern }})
{%- endmacro %}

{% macro spark__matches_whole(expression, pattern) -%}
    {{ expression }} rlike concat('^(?:', {{ pattern }}, ')$')
{%- endmacro %}


{# What a group of the pattern of a column captures; null without the group. #}
{% macro captured(expression, pattern, group) -%}
    {{ return(adapter.dispatch('captured', 'customer_360')(expression, pattern, group)) }}
{%- endmacro %}

{% macro duckdb__captured(expression, pattern, group) -%}
    nullif(
        regexp_extract({{ expression }}, {{ pattern }} || '{{ '()' * group }}', {{ group }}), ''
    )
{%- endmacro %}

{% macro spark__captured(expression, pattern, group) -%}
    nullif(regexp_extract({{ expression }}, concat({{ pattern }}, '{{ '()' * group }}'), {{ group }}), '')
{%- endmacro %}


{# A date made of numbers; null when there is no such day. #}
{% macro date_of(year, month, day) -%}
    {{ try_cast(
        "concat(" ~ year ~ ", '-', lpad(cast(" ~ month ~ " as varchar(2)), 2, '0'), '-', lpad(cast("
        ~ day ~ " as varchar(2)), 2, '0'))",
        'date'
    ) }}
{%- endmacro %}


{# The date some months after another: the same day of the month, or its last where it is shorter. #}
{% macro months_after(date_column, months) -%}
    {{ return(adapter.dispatch('months_after', 'customer_360')(date_column, months)) }}
{%- endmacro %}

{% macro duckdb__months_after(date_column, months) -%}
    cast({{ date_column }} + to_months(cast({{ months }} as integer)) as date)
{%- endmacro %}

{% macro spark__months_after(date_column, months) -%}
    add_months({{ date_column }}, {{ months }})
{%- endmacro %}


{#
    One row per public holiday and period of days off around it, as the body of a CTE: festival,
    starts_on, ends_on. Weekends beside it belong to it. A period that the calendar may cut off,
    because no working day follows, is left out.
#}
{% macro holiday_periods(dates) -%}
    with
    counted as (
        select
            date_day,
            cn_holiday_name_zh,
            is_cn_working_day,
            sum(case when is_cn_working_day then 1 else 0 end) over (order by date_day) as period
        from {{ dates }}
    ),

    periods as (
        select
            period,
            min(date_day) as starts_on,
            max(date_day) as ends_on
        from counted
        where not is_cn_working_day
        group by period
    )

    select distinct
        split_part(counted.cn_holiday_name_zh, '（', 1) as festival,
        periods.starts_on,
        periods.ends_on
    from counted
    inner join periods
        on counted.period = periods.period
    where
        not counted.is_cn_working_day
        and counted.cn_holiday_name_zh is not null
        and periods.period < (select max(period) from counted)
{%- endmacro %}


{#
    The day a phrase counts from and the last day it allows, by its date_rule; of the relation
    `named` of core/note_dates. Null where the rule gives no day.
#}
{% macro last_day_of_phrase() -%}
    case named.date_rule
        when 'days' then {{ days_after('named.written_date', 'named.units') }}
        when 'hours'
            then {{ to_business_date(minutes_after('named.written_at', '60 * named.units')) }}
        when 'working_days' then working_days.date_day
        when 'months' then {{ months_after('named.written_date', 'named.units') }}
        when 'week' then {{ days_after('named.week_start', 'named.to_part - 1') }}
        when 'weekday'
            then case
                when named.shift is not null
                    then {{ days_after('named.week_start', 'named.first_number - 1') }}
                when named.first_number <> named.written_weekday
                    then {{ days_after(
                        'named.written_date',
                        '(named.first_number - named.written_weekday + 7) % 7'
                    ) }}
            end
        when 'month' then {{ day_of_month('named.month_start_date', 'named.to_part') }}
        when 'month_date'
            then {{ date_of(
                'extract(year from named.month_start_date)',
                'extract(month from named.month_start_date)',
                'named.first_number'
            ) }}
        when 'day_of_month'
            then {{ date_of(
                'extract(year from named.day_month_start)',
                'extract(month from named.day_month_start)',
                'named.first_number'
            ) }}
        when 'named_month' then {{ day_of_month('named.named_on', 'named.to_part') }}
        when 'month_day' then named.named_on
        when 'day_month' then named.named_on
        when 'slash' then named.named_on
        when 'full_date'
            then {{ date_of('named.first_number', 'named.second_number', 'named.third_number') }}
        when 'quarter'
            then last_day({{ months_after('named.quarter_start', 'named.to_part - 1') }})
        when 'year' then {{ date_of('extract(year from named.written_date)', '12', '31') }}
        when 'festival_after' then {{ days_after('next_holidays.ends_on', 'named.to_part') }}
        when 'festival_before' then {{ days_after('next_holidays.starts_on', '-1') }}
        when 'fixed_after' then {{ days_after('named.named_on', 'named.to_part') }}
        when 'fixed_before' then {{ days_after('named.named_on', '-1') }}
    end
{%- endmacro %}

{% macro first_day_of_phrase() -%}
    case named.date_rule
        when 'week' then {{ days_after('named.week_start', 'named.from_part - 1') }}
        when 'month' then {{ day_of_month('named.month_start_date', 'named.from_part') }}
        when 'named_month' then {{ day_of_month('named.named_on', 'named.from_part') }}
        when 'quarter'
            then case
                when named.from_part < named.to_part
                    then {{ months_after('named.quarter_start', 'named.from_part - 1') }}
                else last_day({{ months_after('named.quarter_start', 'named.to_part - 1') }})
            end
        when 'festival_after' then {{ days_after('next_holidays.ends_on', 'named.from_part') }}
        when 'fixed_after' then {{ days_after('named.named_on', 'named.from_part') }}
        else {{ last_day_of_phrase() }}
    end
{%- endmacro %}

{# A day of the month that begins on a date, or the last one where the month is shorter. #}
{% macro day_of_month(month_start_date, day) -%}
    least({{ days_after(month_start_date, day ~ ' - 1') }}, last_day({{ month_start_date }}))
{%- endmacro %}
