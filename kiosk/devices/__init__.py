"""The booth's small devices: the clock today; speech, keys and sound to come. Never: what they are used for."""
