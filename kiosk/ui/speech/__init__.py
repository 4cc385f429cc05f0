"""What a booth says aloud of its screen, and the keys of whoever listens. Never: a personal word outside headphones."""
