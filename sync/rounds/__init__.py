"""What a round is made of. `round` tells it from beginning to end, `parties` says who takes part."""
