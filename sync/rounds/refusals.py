"""Which of the town hall's refusals end a night. Nobody signs a refusal: one alone must never make a booth silent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# Only the town hall can end these (docs/wire.md); 403 without a reason is a proxy that saw no certificate.
_OF_THE_BOOTH: Final = frozenset(
    {"unknown-booth", "suspended", "revoked", "expired", "old-key", "other-certificate", "status 403"}
)


def for_good(problems: Mapping[str, str], *, sent: bool) -> bool:
    """Whether trying again tonight is in vain. `problems` by stage, "" where it was finished; `sent`: whether the push
    had anything to send (else it has asked nobody).

    Another protocol or town hall; or a reason that speaks of the booth's own state, if no stage gives it the lie. Any
    other no may pass by itself: a proxy's, a centre that is being changed.
    """
    if {"protocol", "municipality"} & set(problems.values()):
        return True
    answered = any(not problem and (name != "push" or sent) for name, problem in problems.items())
    return not answered and bool(_OF_THE_BOOTH & {one.removeprefix("refused: ") for one in problems.values()})
