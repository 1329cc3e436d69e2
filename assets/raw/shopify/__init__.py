"""Shopify, read by its Admin GraphQL API: orders, customers, products, refunds.

Belongs here: queries, what errors and costs mean, lists that come cut. Not here: HTTP, retries,
tokens and pulls; those are the kernel's (assets/raw/connector).
"""
