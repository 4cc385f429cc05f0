"""Booths as the town hall sees them: who may speak on the line, and what the staff do with a booth.

Must never act on a signature that does not hold: anybody can write a booth's name on a request.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from assets import typed
from central.kernel import booth_keys
from central.kernel.centre import Centre
from central.kernel.outcome import Done, Outcome, Refused
from central.store import Tx, alarms, audit
from central.store.line import booths as rows
from central.store.line import enrolments as tokens
from central.store.line import quarantine
from central.store.line.booths import Key as Key
from municipality.staff import Role
from sync import server

Seen = Callable[[str, str, datetime, datetime], bool]
# Old keys are tried as well, so that one that comes back is noticed; a booth has about six in a year.
_TRIED = 16
# A line that was dialled before the booth's key was renewed may still be open: it is refused, and nothing more.
_STILL_OPEN = timedelta(minutes=15)


@dataclass(frozen=True)
class Officer:
    """Who of the staff acts, in which role."""

    account: str
    role: Role


# --- on the line -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Admitted:
    """A booth that may speak, by which of its keys (the fingerprint), and the Content-Digest that it signed. One in
    quarantine is answered by central.office.quarantine."""

    booth: str
    key: str
    quarantined: bool
    digest: str = ""


def admit(
    centre: Centre,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes | None,
    *,
    seen: Seen | None,
    ours: server.Ours | None = None,
) -> Admitted:
    """The booth that signed this request and may speak: an active one, or one in quarantine. `body` None: before it is
    read; `ours`: see central.kernel.serving.names.

    Raises server.Unauthorised: unsigned, unknown-booth, clock, bad-signature, other-authority, replayed, suspended,
    revoked, expired, old-key; and what the store raises: then there is no verdict. A key that was given up and still
    signs proves that two hold this booth's identity: the booth is suspended, and with it both of them.
    """
    now = centre.clock()
    verify = partial(server.signed_request, method, url, headers, body, now=now, seen=seen, ours=ours)
    look, signed = _signer(centre, verify)
    return replace(_admitted(centre, look, now), digest=signed.digest)


def admit_again(centre: Centre, admitted: Admitted) -> Admitted:
    """Whether it may still speak by then: its body took time to come. Raises as admit."""
    now = centre.clock()
    with centre.store.reading() as tx:
        booth = rows.find(tx, admitted.booth)
        key = next((one for one in rows.keys(tx, admitted.booth) if one.key == admitted.key), None)
    if key is None:
        raise server.Unauthorised("unknown-booth")
    return replace(_admitted(centre, (booth, key), now), digest=admitted.digest)


_Look = tuple[rows.Booth | None, rows.Key]


def _admitted(centre: Centre, look: _Look, now: datetime) -> Admitted:
    booth, key = look
    if booth is None:
        raise server.Unauthorised("unknown-booth")
    if booth.state == "quarantined":
        return Admitted(booth.booth, key.key, quarantined=True)
    if key.barred_at is not None:
        # Somebody has decided already that this one is not ours: it must not be able to stop the one that is.
        centre.store.once(lambda tx: alarms.ring(tx, "barred-key", key.booth, key.key, now))
        raise server.Unauthorised("revoked")
    if key.replaced_at is not None:
        if now - key.replaced_at < _STILL_OPEN:
            raise server.Unauthorised("old-key")
        centre.store.once(lambda tx: suspect(tx, key.booth, "old-key", key.key, now))
        raise server.Unauthorised("old-key")
    if booth.state != "active":
        raise server.Unauthorised("unknown-booth" if booth.state == "invited" else booth.state)
    if key.not_after < now:
        raise server.Unauthorised("expired")
    if key.first_used is None:
        centre.store.once(lambda tx: _came_into_use(tx, key, now))
    return Admitted(booth.booth, key.key, quarantined=False)


def _signer(centre: Centre, verify: Callable[..., server.Signed]) -> tuple[_Look, server.Signed]:
    """The booth as it stands and the key of which `verify` says that it signed; the newest is asked first."""
    ring: list[rows.Key] = []
    found: list[rows.Booth | None] = []

    def first_of(booth: str) -> ec.EllipticCurvePublicKey | None:
        with centre.store.reading() as tx:
            found.append(rows.find(tx, booth))
            ring.extend(rows.keys(tx, booth)[:_TRIED])
        return booth_keys.public_key(ring[0]) if ring else None

    try:
        signed = verify(key_of=first_of)
        return (found[0], ring[0]), signed
    except server.Unauthorised as refused:
        if refused.reason == "unknown-key":
            raise server.Unauthorised("unknown-booth") from None
        if refused.reason != "bad-signature":
            raise
    for key in ring[1:]:
        try:
            signed = verify(key_of=_only(key))
            return (found[0], key), signed
        except server.Unauthorised as refused:
            if refused.reason != "bad-signature":
                raise
    raise server.Unauthorised("bad-signature")


def _only(key: rows.Key) -> Callable[[str], ec.EllipticCurvePublicKey | None]:
    public = booth_keys.public_key(key)
    return lambda booth: public if booth == key.booth else None


def _came_into_use(tx: Tx, key: rows.Key, now: datetime) -> None:
    """From a key's first request on, those before it are old. Until then both are good: an answer may be lost."""
    rows.find(tx, key.booth, lock=True)
    rows.mark_key(tx, key, first_used=now)
    for other in rows.keys(tx, key.booth):
        if other.current and other.key != key.key and other.not_before <= key.not_before:
            rows.mark_key(tx, other, replaced_at=now)
    rows.set_key(tx, key.booth, key.public)


def suspect(tx: Tx, booth: str, what: str, detail: str, now: datetime) -> None:
    """Two hold one booth's identity: nobody can tell from here which is ours, so neither is served until somebody has
    looked. Whoever was looked at before cannot stop the booth once more. What was revoked or is in quarantine stays so.
    `what`: old-key, token-used-twice; `detail`: the key.
    """
    found = rows.find(tx, booth, lock=True)
    if found is not None and found.state in ("active", "invited") and not alarms.seen_to(tx, what, booth, detail):
        rows.set_state(tx, booth, "suspended")
    alarms.ring(tx, what, booth, detail, now)


def fingerprint(key: ec.EllipticCurvePublicKey) -> str:
    """Hex SHA-256 of the SubjectPublicKeyInfo: by this a key is known."""
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


# --- what the staff do -----------------------------------------------------------------------------------------------


def suspend(centre: Centre, booth: str, by: Officer) -> Outcome:
    """Not served until it is resumed."""
    return _move(centre, booth, by, "booth.suspend", {"active": "suspended"}, (Role.TECHNICIAN, Role.REGISTRAR))


def resume(centre: Centre, booth: str, by: Officer) -> Outcome:
    """Serve it again. Not a booth that somebody else may be: that one needs accept_key or a new invitation."""
    with centre.store.reading() as tx:
        if any(alarm.what in _TWO_HOLDERS for alarm in alarms.waiting(tx, booth)):
            return Refused("two-hold-it")
    return _move(centre, booth, by, "booth.resume", {"suspended": "active"}, (Role.TECHNICIAN,))


_TWO_HOLDERS = frozenset({"old-key", "token-used-twice"})


def accept_key(centre: Centre, booth: str, key: str, by: Officer) -> Outcome:
    """After a look at the booth itself: this key (its fingerprint, or at least 16 digits from its beginning) is our
    booth's, and it is served again. Keys that came after it were never ours and are barred; those before it are of
    yesterday, and what they signed lies perhaps in our booth's queue."""
    now, begins = centre.clock(), typed.read(key, typed.HEX) or ""

    def work(tx: Tx) -> Outcome:
        found = rows.find(tx, booth, lock=True)
        if found is None or by.role is not Role.TECHNICIAN:
            return Refused("unknown-booth" if found is None else "not-your-role")
        if found.state != "suspended":
            return Refused(found.state)
        known = rows.keys(tx, booth)
        chosen = [one for one in known if len(begins) >= 16 and one.key.startswith(begins)]
        if len(chosen) != 1:
            return Refused("unknown-key")
        for other in known:
            if other.not_before > chosen[0].not_before:
                rows.mark_key(tx, other, barred_at=now)
            elif other.current and other.key != chosen[0].key:
                rows.mark_key(tx, other, replaced_at=now)
        rows.readmit_key(tx, chosen[0])
        tokens.withdraw(tx, booth, now)
        rows.set_key(tx, booth, chosen[0].public)
        for alarm in alarms.waiting(tx, booth):
            alarms.see(tx, alarm.alarm, by.account, now)
        rows.set_state(tx, booth, "active")
        audit.note(tx, by.account, by.role, "booth.accept_key", f"{booth} {chosen[0].key[:16]}", now)
        return Done(booth, "active")

    return centre.store.once(work)


def revoke(centre: Centre, booth: str, by: Officer) -> Outcome:
    """Its keys are never believed again, not even under envelopes made before. To serve a booth of this name again
    takes a new invitation and a new key."""
    now = centre.clock()

    def bar(tx: Tx) -> None:
        tokens.withdraw(tx, booth, now)
        for key in rows.keys(tx, booth):
            if key.barred_at is None:
                rows.mark_key(tx, key, barred_at=now)

    ways = dict.fromkeys(("invited", "active", "suspended", "quarantined"), "revoked")
    return _move(centre, booth, by, "booth.revoke", ways, (Role.TECHNICIAN, Role.REGISTRAR), bar)


def stolen(centre: Centre, booth: str, by: Officer) -> Outcome:
    """It is gone: from now on it is answered, kept apart and not served (central.office.quarantine says why)."""
    now = centre.clock()
    ways = dict.fromkeys(("active", "suspended"), "quarantined")
    return _move(
        centre,
        booth,
        by,
        "booth.stolen",
        ways,
        (Role.TECHNICIAN, Role.REGISTRAR),
        lambda tx: tokens.withdraw(tx, booth, now),
    )


def _move(
    centre: Centre,
    booth: str,
    by: Officer,
    what: str,
    ways: Mapping[str, str],
    roles: tuple[Role, ...],
    besides: Callable[[Tx], None] = lambda _tx: None,
) -> Outcome:
    now = centre.clock()

    def work(tx: Tx) -> Outcome:
        found = rows.find(tx, booth, lock=True)
        if found is None or by.role not in roles:
            return Refused("unknown-booth" if found is None else "not-your-role")
        if found.state not in ways:
            return Refused(found.state)
        rows.set_state(tx, booth, ways[found.state])
        besides(tx)
        audit.note(tx, by.account, by.role, what, booth, now)
        return Done(booth, ways[found.state])

    return centre.store.once(work)


@dataclass(frozen=True)
class BoothStanding:
    """A booth at a glance: what it last said, its keys, the alarms that nobody has seen to, envelopes in quarantine."""

    seen: rows.Seen
    keys: tuple[rows.Key, ...]
    alarms: tuple[alarms.Alarm, ...]
    quarantined: int

    @property
    def current(self) -> rows.Key | None:
        return next((key for key in self.keys if key.current), None)


def all_standings(centre: Centre) -> list[BoothStanding]:
    """Every booth by its id."""
    with centre.store.reading() as tx:
        seen, keys, ringing, kept = rows.all_seen(tx), rows.keys(tx), alarms.waiting(tx), quarantine.counts(tx)
    of_keys: dict[str, list[rows.Key]] = defaultdict(list)
    for key in keys:
        of_keys[key.booth].append(key)
    of_alarms: dict[str, list[alarms.Alarm]] = defaultdict(list)
    for alarm in ringing:
        of_alarms[alarm.booth].append(alarm)
    return [
        BoothStanding(one, tuple(of_keys[one.booth]), tuple(of_alarms[one.booth]), kept.get(one.booth, 0))
        for one in seen
    ]


def see_alarm(centre: Centre, alarm: str, by: Officer) -> bool:
    """Somebody has seen to it; False if there is no such alarm waiting."""
    now = centre.clock()

    def work(tx: Tx) -> bool:
        if not alarms.see(tx, alarm, by.account, now):
            return False
        audit.note(tx, by.account, by.role, "alarm.see", alarm, now)
        return True

    return centre.store.once(work)
