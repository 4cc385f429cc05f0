"""What a booth does for a resident: one use case, one function, one transaction. Outcomes are values.

Never: Qt, a second transaction for one act, a name, PIN or choice in a log or an exception.
"""
