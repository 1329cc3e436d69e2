"""Any system with a JSON interface over HTTP (通用 REST 接口), described in its contract alone.

Belongs here: what the settings may say, and reading pages by them. Not here: code for one system;
what one system alone needs is a template in templates/ or a connector folder of its own.
"""
