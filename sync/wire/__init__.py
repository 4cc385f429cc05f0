"""What travels: canonical form, seals, signatures, envelopes, messages of a round.

No network and no database here, and never a look at what a sealed body says.
"""
