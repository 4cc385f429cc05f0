"""Votes at the booth."""
