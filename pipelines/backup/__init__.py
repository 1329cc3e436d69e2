"""Backup and restore 备份与恢复 of an instance with restic: encrypted, deduplicated, verified.

Belongs here: what is copied, when, how long it is kept, and that what comes back is what went in.
Does not belong here: the keys (docs/runbooks/backup.md says who keeps them) and erasure itself.
"""
