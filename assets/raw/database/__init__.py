"""Relational databases 关系数据库 (PostgreSQL, MySQL, MariaDB): whole tables and their changes.

Belongs here: what an engine needs to hand out its rows as JSON, page by page and read only.
"""
