"""The raw stage: source data as it came, typed by a contract, every row loaded or quarantined.

Belongs here: contracts, landing of deliveries, readers, row rules, row accounting.
Does not belong here: cleaning, renaming, deduplication or joining (dbt_project/models/staging).
"""
