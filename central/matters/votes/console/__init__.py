"""Votes in the console: drawn up, previewed, signed for, followed to their end. `staff` is its door."""
