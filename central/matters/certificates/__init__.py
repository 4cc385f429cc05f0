"""Certificates at the town hall."""
