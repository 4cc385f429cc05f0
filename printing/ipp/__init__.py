"""A printer over IPP, from the paper down: `printer`, `obstacles`, `job`, `questions`, `wire`, `message`.

Each module knows only what stands after it.
"""
