"""What the examiner of papers found, in words for whoever holds the paper at a desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import assert_never

from assets.texts import catalogue
from printing.seal_form import Added
from printing.verify import LARGEST, Altered, Doubt, How, Intact, Unreadable, Unsealed, Untrusted, Verdict


def _(message: str) -> str:
    return message


INTACT, ALTERED, NOT_KNOWN = 0, 1, 2

_CONTENT = _("ALTERED after it was sealed by {signer}: what its seal covers is not what was sealed. Do not accept it.")
_NO_SEAL_HOLDS = _(
    "ALTERED after it was sealed: it holds parts of a seal, but no seal that is valid. Whose it was cannot be said. "
    "Do not accept it."
)
_ADDED = _(
    "ALTERED after it was sealed by {signer}: the sealed paper is all there, and this was added: {added}. "
    "What a reader shows may be what was added. Do not accept it."
)
_ADDED_TO_A_STRANGERS = _(
    "ALTERED after it was sealed, and sealed by nobody whom these roots vouch for. This was added: {added}. "
    "Do not accept it."
)
_IN_THE_SEAL = _(
    "ALTERED after it was sealed by {signer}: the page is as it was, but in the seal's own place something was added "
    "or written in another way. Do not accept it."
)
_ALTERED = {How.CONTENT: _CONTENT, How.ADDED: _ADDED, How.IN_THE_SEAL: _IN_THE_SEAL}
_NOBODYS = {How.CONTENT: _NO_SEAL_HOLDS, How.ADDED: _ADDED_TO_A_STRANGERS, How.IN_THE_SEAL: _NO_SEAL_HOLDS}
_DOUBTS = {
    Doubt.STRANGER: _(
        "not trusted: unchanged, but sealed by {signer}, which says {when}, outside these roots. "
        "Anybody can write that name."
    ),
    Doubt.WEAK: _(
        "not trusted: what seals it, in the name of {signer}, is so weak that others can imitate it (MD5, SHA-1)."
    ),
    Doubt.EXPIRED: _(
        "expired: unchanged, and sealed by {signer}, which says {when}. Its certificate was valid then, and ended at "
        "{ended}; this computer's clock says {now}. Look up the paper's code at the town hall's site."
    ),
    Doubt.INVALID_THEN: _(
        "not valid: unchanged, but sealed by {signer}, which says {when}, when its certificate was not valid: "
        "it is valid from {began} to {ended}."
    ),
    Doubt.TO_COME: _(
        "not yet: unchanged, and sealed by {signer}, which says {when}; but this computer's clock says {now}. "
        "One of the two clocks is wrong. Set this one and check again."
    ),
}
_INTACT = _(
    "intact: sealed by {signer}, which says {when}. Whether it was made void since then is not known here: "
    "look up its code at the town hall's site."
)
_UNSEALED = _("not sealed: a PDF without a seal. Anybody can have made it.")
_UNREADABLE = _("not a readable PDF")
_TOO_LARGE = _("not read: the file is larger than {size} MB, and no paper of ours is.")
_NO_TIME = _("nothing of when")


def sentence(verdict: Verdict, language: str, *, now: datetime) -> str:
    """One line, "el" or "en". `now`: the moment as of which it was examined."""
    say = catalogue(language).gettext

    def moment(one: datetime | None) -> str:
        return say(_NO_TIME) if one is None else one.isoformat()

    match verdict:
        case Intact(signer, sealed_at):
            return say(_INTACT).format(signer=signer, when=moment(sealed_at))
        case Altered(None, how, more):
            return say(_NOBODYS[how]).format(added=", ".join(_listed(more, say)))
        case Altered(signer, how, more):
            return say(_ALTERED[how]).format(signer=signer, added=", ".join(_listed(more, say)))
        case Untrusted(signer, sealed_at, why, began, ended):
            times = {"when": moment(sealed_at), "began": moment(began), "ended": moment(ended), "now": moment(now)}
            return say(_DOUBTS[why]).format(signer=signer, **times)
        case Unsealed():
            return say(_UNSEALED)
        case Unreadable(too_large):
            return say(_TOO_LARGE).format(size=LARGEST // 1024**2) if too_large else say(_UNREADABLE)
        case _ as never:
            assert_never(never)


def exit_code(verdict: Verdict) -> int:
    """0: intact. 1: altered after it was sealed. 2: neither can be said, or it is nobody's whom the roots vouch for."""
    return INTACT if isinstance(verdict, Intact) else ALTERED if isinstance(verdict, Altered) else NOT_KNOWN


def _listed(more: Added, say: Callable[[str], str]) -> Iterator[str]:
    if more.before:
        yield say(_("{count} bytes before it")).format(count=more.before)
    if more.behind:
        yield say(_("{count} bytes behind it")).format(count=more.behind)
    if more.revisions:
        yield say(_("{count} later versions")).format(count=more.revisions)
    if more.written:
        yield say(_("times {times}")).format(times=" ".join(map(_time, more.written)))
    if more.objects:
        yield say(_("objects {numbers}")).format(numbers=" ".join(map(str, more.objects)))
    if more.seals:
        yield say(_("{count} more seals")).format(count=more.seals)


def _time(digits: str) -> str:
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}T{digits[8:10]}:{digits[10:12]}:{digits[12:]}"
