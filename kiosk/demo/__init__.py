"""A demo town hall on one machine: centre, booth, bench panel, and a visit that walks itself.

The centre runs as a process of its own and is spoken to by its command line only. Not in the booth's package.
"""
