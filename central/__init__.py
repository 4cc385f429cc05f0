"""The town hall's end: takes in what the booths send, hands out public matter and sealed files, counts, publishes.

Never: a voting credential, a choice, the booth's code, a name in a log. Its door is its command line and its pages.
"""
