"""Who is at the booth: the card, its PIN, a PIN of their own, a card that is lost. Never a PIN that stays."""
