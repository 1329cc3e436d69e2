-- written by `make publish-models` from marts/affinity/product_affinity.yml
{{ config(
    alias='product_affinity',
    meta={'order_by': ['affinity_level', 'item', 'other_item']}
) }}

select
    affinity_level,
    item,
    other_item,
    as_of_date,
    item_product_type,
    other_product_type,
    window_days,
    basket_count,
    item_basket_count,
    other_basket_count,
    pair_basket_count,
    support_ratio,
    confidence_ratio,
    reverse_confidence_ratio,
    lift,
    leverage,
    conviction,
    log_likelihood_ratio,
    is_significant
from {{ ref('product_affinity') }}
