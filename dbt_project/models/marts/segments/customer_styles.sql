-- A style is a share of order lines well above the average of the customers with about as many
-- lines (a power of two): who buys little has bought few products twice, and is no seeker of
-- variety for that. The dead band keeps a style until a review says clearly that it is gone.
with

measures as (
    select
        *,
        {{ month_index('review_date') }} as review_number,
        {{ power_of_two('reviewed_line_count') }} as size_band
    from {{ ref('customer_style_measures') }}
),

rules as (
    select * from {{ ref('segment_rules') }}
    where rule_set = 'default'
),

styles as (
    select * from {{ ref('shopping_styles') }}
),

shares as (
    select
        measures.customer_key,
        measures.review_date,
        measures.review_number,
        measures.reviewed_line_count,
        measures.size_band,
        styles.shopping_style,
        case styles.shopping_style
            when 'discount_hunter' then measures.discounted_line_ratio
            when 'brand_loyal' then measures.top_brand_line_ratio
            when 'variety_seeker' then measures.distinct_product_ratio
            when 'bulk_buyer' then measures.bulk_line_ratio
            when 'premium' then measures.premium_line_ratio
        end as line_ratio
    from measures
    cross join styles
),

averages as (
    select
        review_date,
        size_band,
        shopping_style,
        avg(line_ratio) as average_line_ratio
    from shares
    group by review_date, size_band, shopping_style
),

-- Nine digits are enough to keep what is just below a limit below it, and few enough for a quotient
-- that is exactly the limit.
indexed as (
    select
        shares.customer_key,
        shares.review_date,
        shares.review_number,
        shares.reviewed_line_count,
        shares.shopping_style,
        shares.line_ratio,
        averages.average_line_ratio,
        cast(
            shares.line_ratio / nullif(averages.average_line_ratio, 0) as decimal(18, 9)
        ) as style_index,
        {{ follows_a_gap(
            'shares.review_number', 'shares.customer_key, shares.shopping_style'
        ) }} as follows_a_gap
    from shares
    inner join averages
        on
            shares.review_date = averages.review_date
            and shares.size_band = averages.size_band
            and shares.shopping_style = averages.shopping_style
),

judged as (
    select
        indexed.*,
        styles.shopping_style_zh,
        styles.priority,
        styles.index_enter,
        {{ with_dead_band(
            'indexed.review_number',
            'indexed.style_index >= styles.index_enter '
            ~ 'and indexed.reviewed_line_count >= rules.style_min_line_count',
            'indexed.follows_a_gap '
            ~ 'or coalesce(indexed.style_index < styles.index_leave, true) '
            ~ 'or indexed.reviewed_line_count < rules.style_min_line_count',
            'indexed.customer_key, indexed.shopping_style',
        ) }} as is_style
    from indexed
    cross join rules
    inner join styles on indexed.shopping_style = styles.shopping_style
),

final as (
    select
        customer_key,
        {{ as_of_date() }} as as_of_date,
        shopping_style,
        shopping_style_zh,
        review_date,
        reviewed_line_count,
        line_ratio,
        cast(average_line_ratio as decimal(9, 6)) as average_line_ratio,
        cast(style_index as decimal(9, 2)) as style_index,
        is_style,
        -- The most pronounced style first: how far above its own limit.
        case
            when is_style
                then cast(
                    row_number() over (
                        partition by customer_key, is_style
                        order by
                            cast(style_index as decimal(9, 2)) / index_enter desc, priority asc
                    ) as integer
                )
        end as style_rank
    from judged
    where review_date = {{ month_start(as_of_date()) }}
)

select * from final
