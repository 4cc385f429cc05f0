"""The booth: card, screen, paper and outbox, joined.

Never: the centre's code, a PIN or a name in a log, two transactions for one act.
"""
