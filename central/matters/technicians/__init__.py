"""Technicians at the town hall."""
