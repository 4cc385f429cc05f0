"""The rules that the booth and the town hall both obey: who may do what, when, and what their messages mean.

Plain Python and pure value libraries. Never: disk, network, clock, screen, database.
The modules themselves are the doors.
"""
