-- Nothing is dropped and nothing multiplied on the way from staging: each line once, same amount. A
-- line in the reporting currency also keeps its gross amount.
with

staged as (
    select
        order_line_id,
        net_amount,
        gross_amount
    from {{ ref('stg_orders__order_lines') }}
),

facts as (
    select
        order_line_id,
        source_net_amount,
        source_currency_code,
        gross_amount
    from {{ ref('fct_order_lines') }}
)

select coalesce(staged.order_line_id, facts.order_line_id) as order_line_id
from staged
full outer join facts
    on staged.order_line_id = facts.order_line_id
where
    staged.order_line_id is null
    or facts.order_line_id is null
    or staged.net_amount <> facts.source_net_amount
    or (
        facts.source_currency_code = '{{ var("reporting_currency") }}'
        and staged.gross_amount <> facts.gross_amount
    )
