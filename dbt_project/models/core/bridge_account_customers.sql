with

contacts as (
    select * from {{ ref('int_account_contacts_keyed') }}
),

accounts as (
    select account_key
    from {{ ref('dim_accounts') }}
    where not is_unknown
),

final as (
    select
        contacts.account_key,
        contacts.customer_key,
        count(*) as contact_count
    from contacts
    inner join accounts
        on contacts.account_key = accounts.account_key
    group by
        contacts.account_key,
        contacts.customer_key
)

select * from final
