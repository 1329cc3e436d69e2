"""Raw values to one standard spelling, or the reason why they identify nobody.

Belongs here: how one written value (name, phone, e-mail, handle, address, birth date) is read, and
the cache that saves reading it again. Works on distinct raw values as Arrow arrays.
Does not belong here: which column holds what (dbt: identity inputs) and what may link two records.
"""
