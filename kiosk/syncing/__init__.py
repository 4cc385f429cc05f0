"""A night's round: what goes up, what comes down and whether it may be believed, what the booth says of itself."""
