"""What is said to booths and to those who keep the centre running: greetings, the feed, letters on a stick, figures."""
