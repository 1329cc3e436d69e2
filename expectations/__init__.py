"""What must be true between two stages: Great Expectations suites as blocking asset checks.

Belongs here: rules about what one stage hands to the next, and what may never be published.
Does not belong here: keys, relations and accepted values (dbt tests), code (pytest).
"""
