"""What every matter at the booth stands on: the booth itself, its acts, its clock, what it needs and what is closed.

Names no matter, and knows no page.
"""
