"""Data in, PDF bytes out: one module for each kind of paper.

A document knows no printer, no seal and no resident beyond the plain values it is given.
"""
