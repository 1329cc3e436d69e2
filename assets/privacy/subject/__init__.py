"""The data subject 个人信息主体: who is asked for, and which rows and values are theirs.

Erasure, export and the suppression list ask here, so that they mean the same by "everything".
"""
