"""What the staff does on the server itself: `kiosk-central staff | cards | roll | clock …`.

Never: a name on the terminal, or a secret as an argument, which others on the machine can read.
"""
