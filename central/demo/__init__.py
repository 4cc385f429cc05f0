"""The demo municipality: people who cannot exist, booths, cards, one open vote.

Never: a real person's number, a use outside `kiosk-central seed` and `elections open --title-from demo`.
"""
