"""Whoever comes first, and however clusters are made, the customers are the same."""

from __future__ import annotations

import random

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from assets.enrich.identity.schemas import COLUMNS
from tests.unit.enrich.identity.conftest import Vault

SHOP, CONTACT, LEAD = "orders.customers", "crm_zoho.contacts", "crm_zoho.leads"
TICKET = "service.tickets"

NAMES = ["张伟", "张玮", "Zhang Wei", "李娜", "Anna Fairweather", "Ana Fairweather", "王先生", None]
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "source": st.sampled_from([SHOP, CONTACT, LEAD]),
            "full_name": st.sampled_from(NAMES),
            "phone": st.sampled_from([None, *(f"1391234567{digit}" for digit in range(4))]),
            "email": st.sampled_from([None, "one@example.com", "two@example.com"]),
            "birth_date": st.sampled_from([None, "1980-02-03", "1980-02-04", "2001-11-30"]),
            "unionid": st.sampled_from([None, None, "oUnionAAAA1", "oUnionBBBB2"]),
            "day": st.integers(1, 9),
            "linkable": st.sampled_from([True, True, True, False]),
        }
    ),
    min_size=4,
    max_size=24,
)
PAIRS = st.lists(
    st.tuples(
        st.sampled_from(["do_not_link", "always_link"]), st.integers(0, 23), st.integers(0, 23)
    ),
    max_size=3,
)


def fill(vault: Vault, rows: list[dict], pairs: list[tuple], order: list[int]) -> None:
    for number in order:
        row = dict(rows[number])
        seen = f"2017-01-0{row.pop('day')}"
        vault.record(row.pop("source"), f"r{number}", seen, row.pop("linkable"), **row)
        known = {kind: row[kind] for kind in ("phone", "email") if row[kind]}
        vault.reference(TICKET, f"t{number}", **known)
    for decision, one, other in pairs:
        if one < len(rows) and other < len(rows):
            ends = [(rows[end]["source"], f"r{end}") for end in (one, other)]
            vault.decide(decision, *ends)


# Without shrinking: a failure would take minutes to become small.
@settings(max_examples=5, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(rows=PEOPLE, pairs=PAIRS, seed=st.integers(0, 99))
def test_neither_order_nor_method_changes_anything(
    rows: list[dict], pairs: list[tuple], seed: int
) -> None:
    order = list(range(len(rows)))
    one, other = Vault(), Vault()
    fill(one, rows, pairs, order)
    random.Random(seed).shuffle(order)
    fill(other, rows, pairs[::-1], order)
    one.resolve()
    other.resolve(method="portable")
    for table in COLUMNS:
        assert one.table(table) == other.table(table), table
    for vault in (one, other):
        keys = vault.keys()
        for row in vault.decisions:
            if row[0] == "do_not_link" and row[2] != row[4]:
                assert keys[row[2]] != keys[row[4]]
        vault.con.close()
