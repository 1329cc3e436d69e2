"""What the law asks for: redacted texts, erasure, access, retention, and the page that tells of it.

Belongs here: what concerns one person or one kind of personal data across all stages. Does not
belong here: gates (expectations/publish), classes of columns (dbt's meta).
"""
