"""What every matter at the town hall stands on: the opened centre, taking acts in, keeping and letting go of them.

Names no matter; asks them through the register.
"""
