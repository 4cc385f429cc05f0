"""The prefixes that a card signs under. It must never hold two of which one begins the other: a signature made for
one purpose could then be shown as another. Each names its purpose and ends in a zero byte; other rooms do likewise.
"""

CARD_CHECK_CONTEXT = b"municipal-atm card check v1\x00"  # 9E, before the PIN: is this the card that was issued?
SIGN_IN_CONTEXT = b"municipal-atm sign-in v1\x00"  # 9A, after the PIN: did this card sign in just now?
