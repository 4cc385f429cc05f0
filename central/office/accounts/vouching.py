"""Sign-in by the municipality's OpenID provider: what is under way, and what a vouched person may do here.

Must never keep a token, or let in somebody whose claims name no role of ours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from central.kernel.centre import Centre
from central.office.accounts import oidc, staff
from central.office.accounts.staff import SignedIn
from central.settings import BadSettings, OpenId
from central.store import Tx
from central.store.office import staff as rows
from municipality.staff import Role

_MINUTES = timedelta(minutes=10)
_PLAIN = re.compile(r"[A-Za-z0-9._-]{1,60}")


@dataclass(frozen=True, repr=False)
class UnderWay:
    """Where to send the browser, and the `state` that it must bring back."""

    url: str
    state: str


@dataclass(frozen=True)
class NotLetIn:
    """`reason`: "provider" (cannot be reached), "provider-answer" (does not hold), "no-role", "disabled"."""

    reason: str


def begin(centre: Centre, redirect: str) -> UnderWay | None:
    """None where there is no provider, or it cannot be reached."""
    openid = centre.settings.staff.oidc
    if openid is None:
        return None
    begun = oidc.begin(_client(centre, openid), redirect)
    if isinstance(begun, oidc.Failed):
        return None
    now = centre.clock()
    kept = rows.SignIn(staff.key_of(begun.state), begun.nonce, begun.verifier, now + _MINUTES)

    def keep(tx: Tx) -> None:
        rows.forget(tx, now)
        rows.add_sign_in(tx, kept)

    centre.store.once(keep)
    return UnderWay(begun.url, begun.state)


def finish(centre: Centre, redirect: str, state: str, code: str) -> SignedIn | NotLetIn:
    """`state` is the browser's own already; each is answered once, whatever the answer."""
    openid = centre.settings.staff.oidc
    kept = centre.store.once(lambda tx: rows.take_sign_in(tx, staff.key_of(state)))
    if openid is None or kept is None or kept.expires_at <= centre.clock() or not code:
        return NotLetIn("provider-answer")
    begun = oidc.Begun("", state, kept.nonce, kept.verifier)
    person = oidc.finish(_client(centre, openid), redirect, code, begun, centre.clock())
    if isinstance(person, oidc.Failed):
        return NotLetIn("provider" if person.reason == "unreachable" else "provider-answer")
    roles = frozenset(Role(openid.roles[value]) for value in person.values if value in openid.roles)
    if Role.AUDITOR in roles:
        roles = frozenset({Role.AUDITOR})  # who watches the others does nothing else, whatever the provider says
    if not roles:
        return NotLetIn("no-role")
    subject = f"{openid.issuer} {person.subject}"
    entered = staff.enter_vouched(centre, subject, _account(subject, person.subject), roles, "el")
    return entered if isinstance(entered, SignedIn) else NotLetIn("disabled")


def _account(subject: str, name: str) -> str:
    """Never a local account's: those have no colon."""
    return f"oidc:{name if _PLAIN.fullmatch(name) else sha256(subject.encode()).hexdigest()[:32]}"


def _client(centre: Centre, openid: OpenId) -> oidc.Client:
    file = centre.settings.home / openid.secret_file
    try:
        secret = file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise BadSettings(f"staff.oidc.secret_file = {str(file)!r}: cannot be read ({error.strerror})") from None
    return oidc.Client(openid.issuer, openid.client_id, secret, openid.scope, openid.claim)
