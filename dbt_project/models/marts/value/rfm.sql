-- Scores are relative to the other buyers of the same as_of. Equal values must share a score, so no
-- ntile: recency counts the share of buyers who are no more recent (a tie takes the better fifth),
-- frequency and monetary the share who have strictly less (a tie takes the lower fifth, so that a
-- crowd of one-time buyers scores 1 and not 3).
with

customers as (
    select customer_key
    from {{ ref('dim_customers') }}
    where is_counted
),

orders as (
    select
        customer_key,
        ordered_date,
        net_amount - refunded_amount as kept_amount,
        {{ in_rfm_window('ordered_date') }} as is_in_window
    from {{ ref('fct_orders') }}
    where is_valid_order
),

segments as (
    select
        priority,
        rfm_segment,
        rfm_segment_zh,
        recency_score_min,
        recency_score_max,
        frequency_score_min,
        frequency_score_max,
        monetary_score_min,
        monetary_score_max
    from {{ ref('rfm_segments') }}
),

frequency_tiers as (
    select
        frequency_tier,
        frequency_tier_zh,
        frequency_score_min,
        frequency_score_max
    from {{ ref('frequency_tiers') }}
),

monetary_tiers as (
    select
        monetary_tier,
        monetary_tier_zh,
        monetary_score_min,
        monetary_score_max
    from {{ ref('monetary_tiers') }}
),

buyers as (
    select
        customers.customer_key,
        max(orders.ordered_date) as last_order_date,
        sum(cast(orders.is_in_window as integer)) as frequency,
        sum(case when orders.is_in_window then orders.kept_amount else 0 end) as monetary
    from customers
    inner join orders on customers.customer_key = orders.customer_key
    group by customers.customer_key
),

ranked as (
    select
        customer_key,
        last_order_date,
        frequency,
        monetary,
        count(*) over () as buyer_count,
        count(*) over (
            order by last_order_date
            range between unbounded preceding and current row
        ) as no_more_recent_count,
        {{ score_among_buyers('frequency') }} as frequency_score,
        {{ score_among_buyers('monetary') }} as monetary_score
    from buyers
),

scored as (
    select
        customers.customer_key,
        ranked.last_order_date,
        cast({{ days_between('ranked.last_order_date', as_of_date()) }} as integer) as recency_days,
        coalesce(ranked.frequency, 0) as frequency,
        coalesce(ranked.monetary, 0) as monetary,
        cast(
            ceil(5 * ranked.no_more_recent_count / ranked.buyer_count) as integer
        ) as recency_score,
        ranked.frequency_score,
        ranked.monetary_score
    from customers
    left join ranked on customers.customer_key = ranked.customer_key
),

-- A prospect has no scores and takes the cell 0/0/0 of the rule tables.
cells as (
    select distinct
        coalesce(recency_score, 0) as recency_cell,
        coalesce(frequency_score, 0) as frequency_cell,
        coalesce(monetary_score, 0) as monetary_cell
    from scored
),

segment_matches as (
    select
        cells.recency_cell,
        cells.frequency_cell,
        cells.monetary_cell,
        segments.rfm_segment,
        segments.rfm_segment_zh,
        row_number() over (
            partition by cells.recency_cell, cells.frequency_cell, cells.monetary_cell
            order by segments.priority
        ) as match_number
    from cells
    inner join segments
        on
            cells.recency_cell between segments.recency_score_min and segments.recency_score_max
            and cells.frequency_cell
            between segments.frequency_score_min and segments.frequency_score_max
            and cells.monetary_cell
            between segments.monetary_score_min and segments.monetary_score_max
),

final as (
    select
        scored.customer_key,
        {{ as_of_date() }} as as_of_date,
        {{ rfm_window_start() }} as window_from_date,
        scored.last_order_date,
        scored.recency_days,
        cast(scored.frequency as bigint) as frequency,
        cast(scored.monetary as decimal(18, 2)) as monetary,
        scored.recency_score,
        scored.frequency_score,
        scored.monetary_score,
        cast(scored.recency_score as {{ dbt.type_string() }})
        || cast(scored.frequency_score as {{ dbt.type_string() }})
        || cast(scored.monetary_score as {{ dbt.type_string() }}) as rfm_cell,
        segment_matches.rfm_segment,
        segment_matches.rfm_segment_zh,
        frequency_tiers.frequency_tier,
        frequency_tiers.frequency_tier_zh,
        monetary_tiers.monetary_tier,
        monetary_tiers.monetary_tier_zh
    from scored
    left join segment_matches
        on
            coalesce(scored.recency_score, 0) = segment_matches.recency_cell
            and coalesce(scored.frequency_score, 0) = segment_matches.frequency_cell
            and coalesce(scored.monetary_score, 0) = segment_matches.monetary_cell
            and segment_matches.match_number = 1
    left join frequency_tiers
        on
            coalesce(scored.frequency_score, 0)
            between frequency_tiers.frequency_score_min and frequency_tiers.frequency_score_max
    left join monetary_tiers
        on
            coalesce(scored.monetary_score, 0)
            between monetary_tiers.monetary_score_min and monetary_tiers.monetary_score_max
)

select * from final
