-- Orders are those of the people who work for the company; somebody with two companies counts in
-- both.
with

accounts as (
    select * from {{ ref('dim_accounts') }}
    where not is_unknown
),

sizes as (
    select * from {{ ref('company_sizes') }}
),

contacts as (
    select * from {{ ref('bridge_account_customers') }}
),

pipeline as (
    select * from {{ ref('sales_pipeline') }}
),

activities as (
    select
        account_key,
        count(*) as activity_count,
        max(case when is_contact then occurred_date end) as last_contact_date
    from {{ ref('fct_activities') }}
    group by account_key
),

notes as (
    select
        account_key,
        count(*) as note_count
    from {{ ref('fct_notes') }}
    group by account_key
),

orders as (
    select
        contacts.account_key,
        count(*) as order_count,
        sum(orders.kept_net_amount) as order_amount
    from {{ ref('fct_orders') }} as orders
    inner join contacts
        on orders.customer_key = contacts.customer_key
    where orders.is_valid_order and orders.customer_key <> 'unknown'
    group by contacts.account_key
),

people as (
    select
        account_key,
        sum(contact_count) as contact_count,
        count(distinct case when customer_key <> 'unknown' then customer_key end)
            as customer_count
    from contacts
    group by account_key
),

sales as (
    select
        account_key,
        count(*) as opportunity_count,
        sum(case when stage_group = 'won' then 1 else 0 end) as won_count,
        sum(case when stage_group = 'lost' then 1 else 0 end) as lost_count,
        sum(case when stage_group not in ('won', 'lost') then 1 else 0 end) as open_count,
        sum(case when stage_group = 'won' then opportunity_amount end) as won_amount,
        sum(case when stage_group not in ('won', 'lost') then opportunity_amount end)
            as open_amount,
        sum(case when stage_group not in ('won', 'lost') then weighted_amount end)
            as weighted_amount,
        max(case when stage_group = 'won' then closed_date end) as last_won_date
    from pipeline
    group by account_key
),

final as (
    select
        accounts.account_key,
        {{ as_of_date() }} as as_of_date,
        accounts.source_system,
        accounts.account_name,
        accounts.industry,
        coalesce(sizes.size_band, 'unknown') as size_band,
        sizes.size_band_zh,
        accounts.city,
        accounts.country,
        accounts.owner_staff_key,
        cast(coalesce(people.contact_count, 0) as bigint) as contact_count,
        cast(coalesce(people.customer_count, 0) as bigint) as account_customer_count,
        cast(coalesce(sales.opportunity_count, 0) as bigint) as opportunity_count,
        cast(coalesce(sales.open_count, 0) as bigint) as still_open_count,
        cast(coalesce(sales.won_count, 0) as bigint) as won_count,
        cast(coalesce(sales.lost_count, 0) as bigint) as lost_count,
        cast(coalesce(sales.open_amount, 0) as decimal(18, 2)) as open_amount,
        cast(coalesce(sales.weighted_amount, 0) as decimal(18, 2)) as open_weighted_amount,
        cast(coalesce(sales.won_amount, 0) as decimal(18, 2)) as won_amount,
        {{ share_of('sales.won_count', 'sales.won_count + sales.lost_count') }} as win_rate_ratio,
        sales.last_won_date,
        cast(coalesce(activities.activity_count, 0) as bigint) as activity_count,
        activities.last_contact_date,
        cast(coalesce(notes.note_count, 0) as bigint) as note_count,
        cast(coalesce(orders.order_count, 0) as bigint) as account_order_count,
        cast(coalesce(orders.order_amount, 0) as decimal(18, 2)) as account_order_amount
    from accounts
    left join sizes
        on
            accounts.employee_count >= sizes.employees_min
            and accounts.employee_count <= coalesce(sizes.employees_max, accounts.employee_count)
            or accounts.employee_count is null
            and accounts.company_size = sizes.source_label
    left join people on accounts.account_key = people.account_key
    left join sales on accounts.account_key = sales.account_key
    left join activities on accounts.account_key = activities.account_key
    left join notes on accounts.account_key = notes.account_key
    left join orders on accounts.account_key = orders.account_key
)

select * from final
