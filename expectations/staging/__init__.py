"""Rules between staging and identity, table by table."""
