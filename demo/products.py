"""What the shop's products cost, and how some were before: generated, no cost is known."""

from demo.files import Fault, write_csv
from demo.world import FIRST_DATE, World

# Gross margin per department; generated, for no real one is known.
_MARGINS = {
    "GROCERY": 0.27, "DRUG GM": 0.32, "PRODUCE": 0.38, "NUTRITION": 0.34, "COSMETICS": 0.42,
    "DELI": 0.45, "MEAT-PCKGD": 0.25, "MEAT": 0.24, "PASTRY": 0.5, "FLORAL": 0.48,
    "SEAFOOD-PCKGD": 0.27, "SEAFOOD": 0.26, "SPIRITS": 0.22, "GARDEN CENTER": 0.4,
    "RESTAURANT": 0.55, "SALAD BAR": 0.58, "FUEL": 0.07, "FROZEN GROCERY": 0.29, "COUPON": 0.0,
}  # fmt: skip
_OTHER_MARGIN = 0.3
REPRICED_SHARE = 0.08
IMPORTED_SHARE = 0.05
MOVED_SHARE = 0.005
_CNY_OF_A_DOLLAR = 6.75

_VERSION_FAULTS: list[Fault] = [
    ("wrong_type", {"product_id": "990000001", "valid_from": "2017-00-01"}),
    ("missing_value", {"product_id": "990000002", "valid_from": None}),
    ("below_minimum", {"product_id": "990000003", "unit_cost": "-0.5"}),
]


def write_product_costs(world: World) -> None:
    """Write the cost of each product as it stands, and the versions before it."""
    margins = " ".join(f"when '{name}' then {margin}" for name, margin in _MARGINS.items())
    world.run(f"""
        create table costs as
        with prices as (
            select product_id, median((sales_value + retail_disc + coupon_match_disc) / quantity)
                as price
            from '{world.journey / "transactions.parquet"}' where quantity > 0 group by product_id
        ),
        usual as (
            select department, median(price) as price from products join prices using (product_id)
            group by department
        ),
        dollars as (
            select product_id, product_category, (coalesce(nullif(prices.price, 0), usual.price,
                    1.99) * (1 - case department {margins} else {_OTHER_MARGIN} end))
                    ::decimal(18, 6) as dollars,
                u('imported', product_id) < {IMPORTED_SHARE} as is_imported,
                u('repriced', product_id) < {REPRICED_SHARE} as is_repriced,
                u('moved product', product_id) < {MOVED_SHARE} as is_moved
            from products left join prices using (product_id) left join usual using (department)
        )
        select *, if(is_imported, 'CNY', 'USD') as currency,
            if(is_imported, dollars * {_CNY_OF_A_DOLLAR}, dollars)::decimal(18, 6) as unit_cost,
            (unit_cost * (0.88 + 0.1 * u('older cost', product_id)))::decimal(18, 6)
                as older_cost,
            day_between('changed', product_id, '2017-03-01', '2017-10-31') as changed_on
        from dollars""")
    basis = "'generated: department margin'"
    write_csv(
        world,
        "orders/product_costs.csv",
        f"""
        select product_id, unit_cost, currency, {basis} as basis,
            if(is_repriced, changed_on, null) as valid_from
        from costs order by product_id""",
        "orders.product_costs",
    )
    write_csv(
        world,
        "orders/product_versions.csv",
        f"""
        select product_id, date '{FIRST_DATE}' as valid_from, null as department, null as brand,
            if(is_moved, 'NEW PRODUCTS', null) as product_category, null as product_type,
            if(is_repriced, older_cost, null) as unit_cost,
            if(is_repriced, currency, null) as currency,
            if(is_repriced, {basis}, null) as basis
        from costs where is_repriced or is_moved
        union all
        select product_id, changed_on, null, null, product_category, null, null, null, null
        from costs where is_moved
        order by product_id, valid_from""",
        "orders.product_versions",
        _VERSION_FAULTS,
    )
