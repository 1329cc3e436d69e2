"""Rules that learn their limits from the company's own past: its days and its last good build."""
