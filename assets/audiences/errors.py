"""What is wrong with an audience, or why it may not be exported."""


class AudienceError(Exception):
    """One line: which audience and what of it, why, and what to do. It names nobody."""
