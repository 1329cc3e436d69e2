"""Customer lifetime value 客户终身价值: purchase models, their back-test, the value of each buyer.

Belongs here: models, fit, scoring, back-test. Not here: how long a silence means churn (churn/).
"""
