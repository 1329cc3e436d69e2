-- The treated against those held out, as drawn: treated customers whom no message reached stay in,
-- or the groups would not be alike. The interval of the difference of two shares is Newcombe's
-- (1998, method 10, from two Wilson intervals): it holds for small groups and for shares of 0 or 1,
-- which the textbook interval does not. Margins are compared by their means with Welch's error.
with

campaigns as (
    select campaign_id
    from {{ ref('dim_campaigns') }}
    where not is_unknown
),

rules as (
    select cast(confidence_z as double) as z
    from {{ ref('campaign_rules') }}
),

members as (
    select
        campaign_id,
        campaign_group,
        is_converted,
        campaign_margin_amount as margin
    from {{ ref('campaign_audience') }}
    where campaign_group in ('treated', 'control')
),

groups as (
    select
        campaign_id,
        campaign_group,
        count(*) as n,
        count(case when is_converted then 1 end) as x,
        cast(sum(margin) as double) / count(*) as mean_margin,
        greatest(
            cast(sum(margin * margin) as double)
            - power(cast(sum(margin) as double), 2) / count(*),
            0
        ) / nullif(count(*) - 1, 0) / count(*) as squared_error
    from members
    group by
        campaign_id,
        campaign_group
),

wilson as (
    select
        groups.*,
        groups.x / cast(groups.n as double) as p,
        (
            2 * groups.x + rules.z * rules.z - rules.z * sqrt(
                rules.z * rules.z + 4.0 * groups.x * (groups.n - groups.x) / groups.n
            )
        ) / (2 * (groups.n + rules.z * rules.z)) as p_low,
        (
            2 * groups.x + rules.z * rules.z + rules.z * sqrt(
                rules.z * rules.z + 4.0 * groups.x * (groups.n - groups.x) / groups.n
            )
        ) / (2 * (groups.n + rules.z * rules.z)) as p_high
    from groups
    cross join rules
),

compared as (
    select
        treated.campaign_id,
        treated.p - held_out.p as uplift,
        treated.p - held_out.p
        - sqrt(power(treated.p - treated.p_low, 2) + power(held_out.p_high - held_out.p, 2))
            as uplift_low,
        treated.p - held_out.p
        + sqrt(power(treated.p_high - treated.p, 2) + power(held_out.p - held_out.p_low, 2))
            as uplift_high,
        treated.mean_margin - held_out.mean_margin as margin_uplift,
        rules.z * sqrt(treated.squared_error + held_out.squared_error) as margin_error
    from wilson as treated
    inner join wilson as held_out
        on
            treated.campaign_id = held_out.campaign_id
            and treated.campaign_group = 'treated'
            and held_out.campaign_group = 'control'
    cross join rules
),

final as (
    select
        campaigns.campaign_id,
        {{ as_of_date() }} as as_of_date,
        coalesce(treated.n, 0) as treated_count,
        coalesce(treated.x, 0) as treated_converted_count,
        cast(treated.p as decimal(9, 6)) as treated_conversion_ratio,
        coalesce(held_out.n, 0) as control_count,
        coalesce(held_out.x, 0) as control_converted_count,
        cast(held_out.p as decimal(9, 6)) as control_conversion_ratio,
        cast(compared.uplift as decimal(9, 6)) as conversion_uplift,
        cast(compared.uplift_low as decimal(9, 6)) as conversion_uplift_low,
        cast(compared.uplift_high as decimal(9, 6)) as conversion_uplift_high,
        compared.uplift_low > 0 or compared.uplift_high < 0 as is_uplift_significant,
        cast(treated.mean_margin as decimal(18, 2)) as treated_margin_per_customer_amount,
        cast(held_out.mean_margin as decimal(18, 2)) as control_margin_per_customer_amount,
        cast(compared.margin_uplift as decimal(18, 2)) as margin_uplift_amount,
        cast(compared.margin_uplift - compared.margin_error as decimal(18, 2))
            as margin_uplift_low_amount,
        cast(compared.margin_uplift + compared.margin_error as decimal(18, 2))
            as margin_uplift_high_amount,
        cast(compared.margin_uplift * treated.n as decimal(18, 2)) as incremental_margin_amount
    from campaigns
    left join wilson as treated
        on
            campaigns.campaign_id = treated.campaign_id
            and treated.campaign_group = 'treated'
    left join wilson as held_out
        on
            campaigns.campaign_id = held_out.campaign_id
            and held_out.campaign_group = 'control'
    left join compared
        on campaigns.campaign_id = compared.campaign_id
)

select * from final
