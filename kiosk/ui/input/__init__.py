"""Fingers, keys and the focus on what can be pressed in a window. Never: a decision what a press means."""
