"""What the municipality says of itself on every screen: where it is found, and its crest."""
