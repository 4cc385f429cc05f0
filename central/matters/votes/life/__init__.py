"""The life of a vote, step by step: drawn up, signed, open, closed, counted. `service` is its door."""
