"""What a person types of a code that they read on paper or on a screen, in the letters of that code.

In Greece the keyboard stands on Greek as often as not: what looks like a Latin letter, or lies on its key, is read as
that letter. A code's own letters are never read as others, so that two codes never become one.
"""

import unicodedata
from functools import cache

# Crockford's base 32: no I, L, O, U, so that a code read aloud or copied by hand stays right.
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"  # RFC 4648
HEX = "0123456789abcdef"

_LOOKS_LIKE = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ" + "АВЕЅІЈКМНОРСТУХ", "ABEZHIKMNOPTYX" + "ABESIJKMHOPCTYX", strict=True))
# On a Greek keyboard these lie on the Latin letter's key, and sound like it. Θ, Ξ, Ψ, Ω could be two letters each.
_SAME_KEY = dict(zip("ΓΔΛΠΣΦ", "GDLPSF", strict=True))
_CAPITALS = str.maketrans(_LOOKS_LIKE | _SAME_KEY)
# In these small letters shape and key agree; ν, for one, is n by its key and v by its shape.
_AS_THEY_STAND = str.maketrans(
    _LOOKS_LIKE | dict(zip("αβεζικοτχ" + "аеорсухіј", "abezikotx" + "aeopcyxij", strict=True))
)
# Where the code has not the one letter, the other was meant.
_SLIPS = (("O", "0"), ("0", "O"), ("I", "1"), ("L", "1"), ("1", "I"), ("8", "B"))


def capitals(text: str) -> str:
    """In Latin capitals, letter by letter, without accents; signs, spaces, and letters that resemble none stay."""
    if text.isascii():
        return text.upper()
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return plain.upper().translate(_CAPITALS)


def read(text: str, alphabet: str) -> str | None:
    """`text` in the letters of `alphabet`, where small letters and capitals are the same: without spaces, hyphens and
    signs; O is 0, I and L are 1 and so on where the alphabet has one of the two. None if another letter is there."""
    own, slips = _reading(alphabet)
    letters = "".join(filter(str.isalnum, capitals(text))).translate(slips)
    if not own.issuperset(letters):
        return None
    return letters if alphabet == alphabet.upper() else letters.lower()


@cache
def _reading(alphabet: str) -> tuple[frozenset[str], dict[int, str]]:
    """Its letters as capitals, and what is meant by those that it has not."""
    own = alphabet.upper()
    return frozenset(own), {ord(wrong): meant for wrong, meant in _SLIPS if wrong not in own and meant in own}


def as_it_stands(text: str) -> str:
    """For codes where capitals and small letters differ: what can be but one Latin letter is read as that. Without
    spaces; any dash is a hyphen."""
    dashed = "".join("-" if unicodedata.category(c) == "Pd" else c for c in unicodedata.normalize("NFKC", text))
    kept = (c for c in dashed if not c.isspace() and unicodedata.category(c) != "Cf")
    return "".join(kept).translate(_AS_THEY_STAND)
