"""Certificates at the booth."""
