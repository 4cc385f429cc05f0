"""Pages of the office itself: booths, what they sent, cards, the roll, decisions, the record. A matter's lie with it.

Never: a rule; a page asks a service for values and draws them.
"""
