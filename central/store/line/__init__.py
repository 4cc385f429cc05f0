"""Rows of the line: booths, envelopes, chains, the feed, what was served."""
