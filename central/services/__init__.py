"""Use cases of the centre: each is one function and one transaction. Never HTML, never an argument parser."""
