"""纷享销客 Fxiaoke (ShareCRM) by its open API v2: any object, labels of options, living ids.

Belongs here: what only Fxiaoke knows. Not here: HTTP, tokens and pulls in general, which are the
connector kernel's, and what the records mean, which the contract and dbt say.
"""
