"""What is asked of the repository itself, beside style and types: no secrets, pinned packages."""
