"""Zoho CRM v8: how its records, deletions and staff are asked for.

Belongs here: what only Zoho does. Not here: retries, tokens on disk, landing (`../connector`).
"""
