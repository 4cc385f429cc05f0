"""Who stands against the town hall's own administrator: registrar, trustees, officers; what they sign, and what their
tools check before they do. See docs/officials.md.

Public matter and their own keys only: no voter, no credential, no choice.
"""
