"""Rows of the office: roll, cards, staff, letters."""
