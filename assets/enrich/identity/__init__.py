"""Which records are one person: standardise, link, cluster, give a stable key.

Belongs here: everything between the identity inputs and the identity tables of the vault.
Does not belong here: which source fields are identifiers (dbt: identity_inputs) and which value of
a person survives (dbt: customer_pii).
"""
