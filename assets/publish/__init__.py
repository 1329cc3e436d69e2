"""Write-audit-publish: what was audited becomes what BI reads, in one atomic switch.

Belongs here: writing a publication, switching to it, rolling back. Does not belong here: what a
published table contains (dbt_project/models/publish), or whether it may be published
(expectations/).
"""
