"""Short names that travel or that a driver says, and the words for them: one set for every page."""
