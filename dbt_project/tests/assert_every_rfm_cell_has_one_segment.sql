-- Each of the 125 score cells, and the cell 0/0/0 of prospects, is covered by the rules; the winner
-- is the one with the lowest priority number, and only one rule has it.
with

scores as (
    select 1 as score
    union all
    select 2
    union all
    select 3
    union all
    select 4
    union all
    select 5
),

cells as (
    select
        recency.score as recency_score,
        frequency.score as frequency_score,
        monetary.score as monetary_score
    from scores as recency
    cross join scores as frequency
    cross join scores as monetary

    union all

    select
        0 as recency_score,
        0 as frequency_score,
        0 as monetary_score
),

matches as (
    select
        cells.recency_score,
        cells.frequency_score,
        cells.monetary_score,
        segments.rfm_segment,
        rank() over (
            partition by cells.recency_score, cells.frequency_score, cells.monetary_score
            order by segments.priority
        ) as match_rank
    from cells
    left join {{ ref('rfm_segments') }} as segments
        on
            cells.recency_score between segments.recency_score_min and segments.recency_score_max
            and cells.frequency_score
            between segments.frequency_score_min and segments.frequency_score_max
            and cells.monetary_score
            between segments.monetary_score_min and segments.monetary_score_max
)

select
    recency_score,
    frequency_score,
    monetary_score,
    count(rfm_segment) as segment_count
from matches
where match_rank = 1
group by recency_score, frequency_score, monetary_score
having count(rfm_segment) <> 1
