"""When a silence means that a customer is lost: rules measured against each other, one applied.

Belongs here: candidate rules, their back-test, the choice, the threshold of every purchase day.
Does not belong here: stages and their history (dbt: lifecycle_history), the purchase models
(lifetime_value).
"""
