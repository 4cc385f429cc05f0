"""What a booth keeps of its letters: what waits, what came, how the last round ended. The only room with SQL.

Works inside the transaction that is passed in and never commits.
"""
