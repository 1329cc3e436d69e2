"""The connector kernel (连接器内核): what all systems with an API or a database have in common.

Belongs here: HTTP with retries and limits, tokens, pulls that survive a kill, strict JSON. Not
here: what one system alone knows; that lies in a folder of its own beside this one.
"""
