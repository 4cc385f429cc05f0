"""Every screen with invented data, for pictures, recordings and tests. Never: a real resident's data."""
