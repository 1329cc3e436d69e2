"""Accepted links in, persons out: connected components, exactly, however long the chain.

Belongs here: what depends on the graph alone, whatever its nodes stand for.
Does not belong here: which links are accepted (link) and which key a component gets (keys).
"""
