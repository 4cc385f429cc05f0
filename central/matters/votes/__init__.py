"""Votes at the town hall."""
