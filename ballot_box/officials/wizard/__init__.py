"""The officials' guide at their own laptop: one question at a time, in Greek, and at each step which file goes to whom.

Does nothing that the command line does not do, and shows the same before it asks; never takes a passphrase or a key by
another way.
"""
