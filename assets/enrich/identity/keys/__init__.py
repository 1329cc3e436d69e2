"""Customer keys that outlive the night: assignment by overlap, the ledger, history and events.

Here: the keyed hashes, the append-only ledger of key assignments, which cluster gets which key,
and the tables that follow from both. Not here: which records belong together (link, cluster).
"""
