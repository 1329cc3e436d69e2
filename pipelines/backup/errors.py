"""The one error of this package."""


class BackupError(Exception):
    """One line: what could not be done, and how to mend it; without address and password."""
