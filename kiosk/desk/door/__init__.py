"""Whoever comes to the booth, until it is known who they are: a card and its PIN, their own PIN, a lost card."""
