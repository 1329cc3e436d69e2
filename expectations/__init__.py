"""What must be true between two stages: Great Expectations suites as blocking asset checks.

Belongs here: rules about what one stage hands to the next, and what may never be published. One
folder or file for each boundary; `sense` and `learned` are asked at staging, `engine` asks, and
`known_changes` is what the user lets pass.
Does not belong here: keys, relations and accepted values (dbt tests), code (pytest).
"""
