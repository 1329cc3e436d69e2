"""The shop systems: order headers, refunds, stores and customer accounts."""

from demo.files import Fault, write_csv, write_parquet
from demo.products import write_product_costs
from demo.truth import tell
from demo.world import LAST_DATE, World

CANCELLED_SHARE = 0.01
REFUNDED_SHARE = 0.015
ACCOUNT_SHARE = 0.95
WHOLE_ORDER_SHARE = 0.08
TAX_RATIO = 0.02
SHIPPING = 4.99
FREE_SHIPPING_FROM = 35

_CUSTOMER_FAULTS: list[Fault] = [
    ("wrong_type", {"customer_id": "990000001", "birth_date": "31/02/1980"}),
    ("wrong_type", {"customer_id": "990000002", "updated_at": "yesterday"}),
    ("wrong_type", {"customer_id": "C-17"}),
    ("missing_value", {"customer_id": None}),
    ("missing_value", {"customer_id": "990000003", "registered_at": None}),
    ("not_allowed", {"customer_id": "990000004", "gender": "x"}),
    ("too_many_fields", {"customer_id": "990000005"}),
    ("too_few_fields", {"customer_id": "990000006"}),
]
_REFUND_FAULTS: list[Fault] = [
    ("below_minimum", {"refund_id": "R9000001", "refund_amount": "-4.50"}),
    ("wrong_type", {"refund_id": "R9000002", "refunded_at": "2017-13-45 10:00:00"}),
    ("wrong_type", {"refund_id": "R9000003", "refund_amount": "n/a"}),
    ("missing_value", {"refund_id": None}),
    ("too_many_fields", {"refund_id": "R9000004"}),
]


def write_shop(world: World) -> None:
    """Write the generated files of the source orders."""
    _order_headers(world)
    _refunds(world)
    write_product_costs(world)
    write_csv(
        world,
        "orders/stores.csv",
        """
        select store_id, store_name, city, region, country, opened_on from stores
        order by store_id""",
        "orders.stores",
    )
    _customers(world)


def _order_headers(world: World) -> None:
    # A second version needs room before midnight: versions never cross the business date.
    world.run(f"""
        create table orders as
        with drawn as (
            select baskets.*, persons.is_zh, u('channel', basket_id) as c, u('pay', basket_id) as p,
                if(u('cancelled', basket_id) < {CANCELLED_SHARE}, 'cancelled', 'completed')
                    as status,
                local(placed_at)::time < time '22:50:00' as has_room
            from baskets join persons on persons.person_id = baskets.household_id
        ),
        channelled as (
            select *, case when c < 0.82 then 'store' when c < 0.90 then 'web'
                when c < 0.96 or not is_zh then 'app' else 'wechat_mini_program' end as channel
            from drawn
        )
        select * exclude (c, p), case when net <= 0 then 'coupon'
                when is_zh and p < 0.40 then 'wechat_pay' when is_zh and p < 0.70 then 'alipay'
                when p < 0.30 and channel = 'store' then 'cash' else 'card' end as payment_method,
            has_room and u('versions', basket_id) < if(status = 'cancelled', 0.6, 0.02)
                as has_versions,
            case when has_versions
                then to_seconds(120 + floor(u('wait', basket_id) * 3300)::bigint)
                when has_room then to_seconds(floor(u('wait', basket_id) * 90)::bigint)
                else to_seconds(0) end as wait,
            if(channel = 'store' or net >= {FREE_SHIPPING_FROM}, 0, {SHIPPING})::decimal(18, 2)
                as shipping_amount,
            round(greatest(net, 0) * {TAX_RATIO}, 2)::decimal(18, 2) as tax_amount
        from channelled""")
    columns = "basket_id, household_id, {status} as status, payment_method, channel, placed_at"
    amounts = (
        "'USD' as currency, 0::decimal(18, 2) as discount_amount, shipping_amount, tax_amount,"
        " (net + shipping_amount + tax_amount)::decimal(18, 2) as total_amount"
    )
    write_parquet(
        world,
        "orders/order_headers.parquet",
        f"""
        select * from (
            select {columns.format(status="'pending'")}, placed_at as updated_at, {amounts}
            from orders where has_versions
            union all
            select {columns.format(status="status")}, placed_at + wait as updated_at, {amounts}
            from orders
        ) order by placed_at, basket_id, updated_at""",
        "orders.order_headers",
    )


def _refunds(world: World) -> None:
    world.run(f"""
        create table refunds as
        with refunded as (
            select basket_id, business_date(placed_at) as ordered_on from orders
            where status = 'completed' and u('refund', basket_id) < {REFUNDED_SHARE}
                and business_date(placed_at) <= date '{LAST_DATE}' - 2
        ),
        lines as (
            select refunded.*, product_id, sales_value, u('line', basket_id || '/' || product_id)
                as r, row_number() over (partition by basket_id order by u('line',
                    basket_id || '/' || product_id), product_id) as position
            from refunded join order_lines using (basket_id) where sales_value > 0
        )
        select 'R' || basket_id || '-' || product_id as refund_id, basket_id, product_id,
            greatest(0.01, if(u('whole', refund_id) < 0.7, sales_value, floor(sales_value
                * (0.2 + 0.7 * u('part', refund_id)) * 100) / 100))::decimal(18, 2)
                as refund_amount,
            pick(['damaged', 'not fresh', 'wrong item', '质量问题', '不想要了', 'changed mind'],
                u('reason', refund_id)) as reason,
            moment('refund', refund_id, ordered_on + 1,
                least(ordered_on + 21, date '{LAST_DATE}')) as refunded_at
        from lines where position = 1 or (position = 2 and u('two', basket_id) < 0.3)
        order by refunded_at, refund_id""")
    world.figures["refund_total"] = str(world.value("select sum(refund_amount) from refunds"))
    world.figures["refund_lines"] = world.value("select count(*) from refunds")
    world.figures["cancelled_orders"] = world.value(
        "select count(*) from orders where status = 'cancelled'"
    )
    write_csv(
        world,
        "orders/refunds.csv",
        f"""
        select refund_id, basket_id,
            if(u('whole order', refund_id) < {WHOLE_ORDER_SHARE}, null, product_id) as product_id,
            refund_amount, reason, plain(refunded_at) as refunded_at
        from (select * from refunds union all
            select * from refunds where u('refund twice', refund_id) < 0.01)
        order by refunded_at, refund_id""",
        "orders.refunds",
        _REFUND_FAULTS,
    )


def _customers(world: World) -> None:
    world.run(f"""
        create table accounts as
        select *, u('versions', person_id) as v,
            moment('first change', person_id, known_since::date + 2, '2017-12-31') as changed_at
        from persons
        where kind in ('prospect', 'test')
            or (kind = 'buyer' and u('account', person_id) < {ACCOUNT_SHARE})""")
    world.run("""
        create table account_versions as
        with versions as (
            select *, 1 as version, known_since as updated_at from accounts
            union all
            select *, 2, changed_at from accounts where v < 0.28
            union all
            select *, 3, moment('second change', person_id, changed_at::date + 2, '2018-01-31')
            from accounts where v < 0.05
        )
        select *, version = 1 and v < 0.28 and u('moved', person_id) < 0.5 as is_before_move,
            version = 1 and v < 0.28 and u('remailed', person_id) < 0.4 as is_before_mail
        from versions where has_happened(updated_at)""")
    write_csv(
        world,
        "orders/customers.csv",
        """
        with rows as (
            select person_id as customer_id,
                case when kind = 'test' then pick(['测试账号', 'Test User', 'test', 'QA 测试'],
                    u('test name', person_id)) else full_name end as full_name,
                case when u('no mobile', person_id) < 0.06 then null
                    when u('bad mobile', person_id) < 0.012
                        then pick(getvariable('filler_phones'), u('filler', person_id))
                    else typed_phone(country, mobile, u('typed', person_id || '/' || version))
                    end as mobile,
                case when u('no mail', person_id) < 0.10 then null
                    when u('bad mail', person_id) < 0.01
                        then pick(getvariable('filler_emails'), u('filler', person_id))
                    else typed_email(if(is_before_mail, old_email, email),
                        u('typed mail', person_id || '/' || version)) end as email,
                if(u('no gender', person_id) < 0.12, null, gender) as gender,
                if(u('no birthday', person_id) < 0.25, null, birth_date) as birth_date,
                if(is_before_move, if(country = 'CN', '苏州', 'Buffalo'), city) as city,
                if(is_before_move, if(country = 'CN', '江苏省', 'NY'), region) as region,
                country, address, if(is_zh, 'zh', 'en') as preferred_language, kind = 'test'
                    and u('flagged', person_id) < 0.7 as is_test,
                plain(known_since) as registered_at, plain(updated_at) as updated_at
            from account_versions
        )
        select * from (select * from rows union all
            select * from rows where u('account twice', customer_id) < 0.004)
        order by customer_id, updated_at""",
        "orders.customers",
        _CUSTOMER_FAULTS,
    )
    # Every shop customer number is a record of its own, with an account or without.
    tell(
        world,
        "orders.customers",
        """
        select household_id, household_id from households union
        select person_id, person_id from accounts""",
    )
    world.figures["test_accounts"] = world.value(
        "select count(*) from accounts where kind = 'test'"
    )
