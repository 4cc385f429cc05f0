"""Views into words: what each screen shows and says, in one language."""
