"""Cards at the town hall."""
