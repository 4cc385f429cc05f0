"""What the municipality says of itself: where it is found, its crest, and its record of processing."""
