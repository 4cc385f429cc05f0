"""Cards at the booth: what comes from the town hall of them, and what the town hall has heard. Whoever signs in or has
lost a card meets the desk itself (kiosk.identity): without a card there is no other matter."""
