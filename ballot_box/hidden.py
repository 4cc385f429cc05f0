"""A text that must not be seen: the base of credential, plaintext and private key.

It prints as a mask in repr, str, format, a traceback with locals; it cannot be pickled or copied deeply.
"""

from __future__ import annotations

from typing import SupportsIndex

MASK = "•••"


class Hidden:
    """Holds the text; only `reveal` gives it, and only ballot_box.belenios and the registrar should ask."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"{type(self).__name__}({MASK})"

    __str__ = __repr__

    def __format__(self, _spec: str) -> str:
        return repr(self)

    def __reduce_ex__(self, _protocol: SupportsIndex) -> str | tuple[object, ...]:
        raise TypeError(f"a {type(self).__name__.lower()} does not leave memory")
