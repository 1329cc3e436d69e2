"""Customer lifetime value: purchase models, their fit, and what they say of each customer.

Here belongs: sufficient statistics, likelihoods, fits, expectations, intervals, discounting and
the back-test that judges them. Not here: which orders count (core says so), segments people see
(marts), anything about one customer's reasons.
"""
