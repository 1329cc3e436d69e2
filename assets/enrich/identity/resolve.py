"""The whole of identity resolution on one connection: identity inputs in, identity tables out.

The graph is recomputed every night. So a deleted record, a corrected number and a split need no
code of their own, and the order in which records arrive cannot matter. What last night knew comes
in two ways only: the ledger of keys, so that a customer keeps its key, and the cache of standard
values, so that an unchanged value is not cleaned twice.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from assets.enrich.identity import inputs as inputs_
from assets.enrich.identity import references, standards, tables
from assets.enrich.identity.cluster.interface import Method
from assets.enrich.identity.inputs import Inputs
from assets.enrich.identity.keys.assign import assign_keys
from assets.enrich.identity.link import (
    blocks,
    carriers,
    compare,
    conflicts,
    decide,
    known_names,
    nameless,
    prints,
)
from assets.enrich.identity.link.fuzzy import FuzzyEvidence, add_fuzzy_links
from assets.enrich.identity.rules import DEFAULT_PHONE_REGION, Rules, default_rules
from assets.enrich.identity.storage import scratch_uncompressed

if TYPE_CHECKING:
    import duckdb


def resolve(
    con: duckdb.DuckDBPyConnection,
    inputs: Inputs,
    as_of: date,
    timezone: str,
    *,
    default_region: str = DEFAULT_PHONE_REGION,
    rules: Rules | None = None,
    method: Method = "array",
    cache_schema: str | None = None,
    fuzzy: FuzzyEvidence | None = None,
) -> None:
    """Write the identity tables (see schemas.py) into the vault.

    Args:
        con: connection with the vault attached as `vault`, and the committed keys of all nights
            before as temp table or view `identity_ledger` (see keys/ledger.py).
        inputs: the relations to read.
        as_of: business date of the run; stands in where a record does not say when it began.
        timezone: business time zone of `valid_from`.
        default_region: region of phone numbers that give no hint themselves.
        rules: the rules; those of rules.yml if not given.
        method: clustering in memory ("array") or in portable SQL ("portable").
        cache_schema: schema with last night's identity tables, whose standard values of unchanged
            records are taken over; None if there is none.
        fuzzy: a matcher that proposes pairs beside the rules, see link/fuzzy.py.

    Raises:
        inputs.IdentityInputError: the inputs are not what they promise.
        keys.assign.KeyCollisionError: two founding records hash to the same customer key.
    """
    rules = rules or default_rules()
    with scratch_uncompressed(con):
        inputs_.check_inputs(con, inputs)
        inputs_.number_records(con, inputs, rules, standards.made_by(rules, default_region))
        inputs_.read_decisions(con, inputs)
        standards.standardise(con, inputs, rules, default_region, as_of, cache_schema)
        find_links(con, rules, method, fuzzy)
        assign_keys(con, as_of, timezone)
        tables.write_links(con)
        tables.write_rules(con, rules)
        tables.write_review(con, rules)
        tables.write_night_report(con, rules)
        references.write_references_map(con, rules)
        tables.drop_scratch(con)


def find_links(
    con: duckdb.DuckDBPyConnection,
    rules: Rules,
    method: Method,
    fuzzy: FuzzyEvidence | None = None,
) -> None:
    """Make `identity_links` and `identity_clusters` out of the standardised values."""
    carriers.load_types(con, rules)
    carriers.find_shared_values(con)
    carriers.pair_carriers(con)
    known_names.find_strong_groups(con, method)
    known_names.lend_names(con)
    details = prints.read_prints(con, rules)
    compare.compare(con, details, blocks.find_pairs(con, rules, details))
    [(node_count,)] = con.execute("select count(*) from identity_nodes").fetchall()
    decide.decide(con, rules, node_count)
    if fuzzy is not None:
        add_fuzzy_links(con, rules, fuzzy)
    conflicts.add_decisions(con)
    # Nameless records go to whole customers, so these are settled first; what the attached ones
    # bring together against a steward's word is settled after.
    conflicts.resolve_conflicts(con, rules, method, details)
    nameless.attach(con, rules.nameless)
    conflicts.resolve_conflicts(con, rules, method, details)
