-- What customers say about themselves. An answer that the seed does not explain says nothing here;
-- of two styles the later statement counts, of interests each.
with

customers as (
    select customer_key
    from {{ ref('dim_customers') }}
    where is_counted
),

survey_answers as (
    select * from {{ ref('fct_survey_answers') }}
),

meanings as (
    select * from {{ ref('survey_meanings') }}
),

rules as (
    select window_months
    from {{ ref('segment_rules') }}
    where rule_set = 'default'
),

stated as (
    select
        survey_answers.customer_key,
        meanings.meaning_kind,
        meanings.meaning,
        max(survey_answers.answered_at) as last_stated_at,
        max(survey_answers.answered_date) as last_stated_date
    from survey_answers
    cross join rules
    inner join customers on survey_answers.customer_key = customers.customer_key
    inner join meanings
        on
            survey_answers.question_code = meanings.question_code
            and survey_answers.answer_code = meanings.answer_code
    where
        survey_answers.answered_date < {{ month_start(as_of_date()) }}
        and {{ month_index('survey_answers.answered_date') }}
        >= {{ month_index(as_of_date()) }} - rules.window_months
    group by survey_answers.customer_key, meanings.meaning_kind, meanings.meaning
),

final as (
    select
        customer_key,
        {{ as_of_date() }} as as_of_date,
        meaning_kind,
        meaning,
        last_stated_date,
        cast(
            row_number() over (
                partition by customer_key, meaning_kind
                order by last_stated_at desc, meaning asc
            ) as integer
        ) as statement_rank
    from stated
)

select * from final
