"""How rules are asked and what came of them: the machinery under every gate."""
