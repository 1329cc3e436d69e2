"""What the user says the gates should know: changes of the world with an end, and wider bands."""
