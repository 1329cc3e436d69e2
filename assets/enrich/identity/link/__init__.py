"""Evidence between records, and whether it may link them.

Belongs here: which records are looked at together (carriers, blocks), how far they agree
(compare), what the rules make of it (decide), who a nameless record belongs to (nameless), and
what may not be in one customer (conflicts).
Does not belong here: cleaning of values (standardise) and the making of clusters (cluster).
"""
