"""Local servers that stand in for real systems: stateful, as strict as those, faulty on demand.

Belongs here: what a system answers, and nothing of how we ask it. Not here: connectors
(`assets/raw`), which must never import from this package.
"""
