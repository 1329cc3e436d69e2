"""An evaluation set of free texts with labelled direct identifiers, and the score of a redactor."""
