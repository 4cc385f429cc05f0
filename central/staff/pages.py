"""The console's policy for the pages of the one room, and what its templates know besides: codes in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from central.staff.words import Words, record
from central.web.drawing import Gettext, Pages

# Whoever is signed in here can act for the town hall: no page of another house holds a window of ours, is told where
# somebody was, or gets a camera.
POLICY: Mapping[str, str] = {
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def pages(nouns: Iterable[str], words: Words) -> Pages:
    """The console's pages and those of the matters called `nouns`, with `words` for every code on them."""

    def own(gettext: Gettext, language: str) -> Mapping[str, object]:
        return {
            "chips": words.chips,
            "said": lambda sort, code: gettext(words.of(sort, code)),
            "who": lambda doer: record.who(doer, gettext),
            "about": lambda what, thing: record.about(what, thing, language),
        }

    return Pages("staff", nouns, POLICY, own)
