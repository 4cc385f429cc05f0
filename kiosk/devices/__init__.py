"""The booth's small devices: clock, sound, speech, headphones, tones. Never: what they are used for, Qt."""
