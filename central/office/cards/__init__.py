"""The card office: ordered, made, handed over, blocked, wiped."""
