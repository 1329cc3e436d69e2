with

customers as (
    select customer_key
    from {{ ref('dim_customers') }}
    where is_counted
),

referrals as (
    select
        customer_key,
        referred_customer_key,
        referred_date,
        is_buyer_before,
        is_referral_converted
    from {{ ref('fct_referrals') }}
    where is_credited
),

chains as (
    select
        customer_key,
        referred_customer_key,
        chain_depth,
        downstream_net_amount,
        downstream_margin_amount
    from {{ ref('referral_chains') }}
),

nps_answers as (
    select
        customer_key,
        score,
        row_number() over (
            partition by customer_key order by responded_at desc, response_id desc
        ) as answers_ago
    from {{ ref('fct_feedback') }}
    where feedback_kind = 'nps'
),

levels as (
    select
        advocacy_level,
        advocacy_level_zh,
        advocacy_rank,
        referrals_made_min,
        referrals_converted_min,
        last_nps_score_min
    from {{ ref('advocacy_levels') }}
),

made as (
    select
        customer_key,
        count(*) as referrals_made,
        count(case when is_referral_converted then 1 end) as referrals_converted,
        count(case when is_referral_converted and not is_buyer_before then 1 end)
            as referrals_new_buyers,
        max(referred_date) as last_referral_date
    from referrals
    group by customer_key
),

downstream as (
    select
        customer_key,
        max(chain_depth) as referral_depth,
        count(*) as downstream_customer_count,
        sum(downstream_net_amount) as downstream_net_amount,
        sum(downstream_margin_amount) as downstream_margin_amount
    from chains
    group by customer_key
),

measured as (
    select
        customers.customer_key,
        coalesce(made.referrals_made, 0) as referrals_made,
        coalesce(made.referrals_converted, 0) as referrals_converted,
        coalesce(made.referrals_new_buyers, 0) as referrals_new_buyers,
        made.last_referral_date,
        referred.customer_key as referred_by_customer_key,
        coalesce(downstream.referral_depth, 0) as referral_depth,
        coalesce(downstream.downstream_customer_count, 0) as downstream_customer_count,
        coalesce(downstream.downstream_net_amount, 0) as downstream_net_amount,
        coalesce(downstream.downstream_margin_amount, 0) as downstream_margin_amount,
        nps_answers.score as last_nps_score
    from customers
    left join made on customers.customer_key = made.customer_key
    left join referrals as referred
        on customers.customer_key = referred.referred_customer_key
    left join downstream on customers.customer_key = downstream.customer_key
    left join nps_answers
        on
            customers.customer_key = nps_answers.customer_key
            and nps_answers.answers_ago = 1
),

-- The highest level of which the customer meets every minimum.
levelled as (
    select
        measured.customer_key,
        levels.advocacy_level,
        levels.advocacy_level_zh,
        row_number() over (
            partition by measured.customer_key order by levels.advocacy_rank desc
        ) as level_number
    from measured
    inner join levels
        on
            measured.referrals_made >= levels.referrals_made_min
            and measured.referrals_converted >= levels.referrals_converted_min
            and coalesce(measured.last_nps_score, -1) >= levels.last_nps_score_min
),

final as (
    select
        measured.customer_key,
        {{ as_of_date() }} as as_of_date,
        measured.referrals_made,
        measured.referrals_converted,
        measured.referrals_new_buyers,
        measured.last_referral_date,
        measured.referred_by_customer_key,
        cast(measured.referral_depth as integer) as referral_depth,
        measured.downstream_customer_count,
        cast(measured.downstream_net_amount as decimal(18, 2)) as downstream_net_amount,
        cast(measured.downstream_margin_amount as decimal(18, 2)) as downstream_margin_amount,
        levelled.advocacy_level,
        levelled.advocacy_level_zh
    from measured
    inner join levelled
        on
            measured.customer_key = levelled.customer_key
            and levelled.level_number = 1
)

select * from final
