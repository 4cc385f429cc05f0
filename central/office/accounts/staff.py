"""Who of the town hall's staff may come in: accounts, sign-in, sessions. Every change is in the record of acts.

Must never keep or log a password or what a browser holds, nor tell a stranger which accounts there are.
"""

from __future__ import annotations

import hmac
import json
import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import TypeAlias

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from central.clock import TOLERANCE
from central.kernel.centre import Centre
from central.store import StoreFailed, Tx, audit
from central.store.office import staff as rows
from central.store.office import tries
from municipality.staff import Role

Account = rows.Account
SHORTEST_PASSWORD = 12
FREE_FAILURES = 4  # so many wrong passwords cost nothing; each one more doubles the wait
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(days=1)  # since the last wrong one
# So many names are counted at a time: a stranger must not fill the store. To push one of them out takes as many wrong
# passwords, each a tenth of a second of two threads' work: longer than the longest wait.
MOST_NAMES = 100_000
_SEEN_EVERY = timedelta(seconds=30)
_NAME = re.compile(r"[a-z][a-z0-9._-]{1,39}")
# 64 MiB each: a crowd at the door must not take the memory of the line to the booths.
_AT_ONCE = threading.BoundedSemaphore(2)


class StaffRefused(Exception):
    """What was asked of an account cannot be done; says why."""


@dataclass(frozen=True)
class Officer:
    """Somebody who is in. `session`: the key of their session, which opens nothing."""

    account: str
    roles: frozenset[Role]
    language: str
    local: bool
    session: str


@dataclass(frozen=True, repr=False)
class SignedIn:
    """`token`: what the browser holds; seen here once and never kept."""

    token: str
    account: str
    language: str


@dataclass(frozen=True)
class WrongPassword:
    """Or no such account, a disabled one, one without a password here: a stranger is not told which."""


@dataclass(frozen=True)
class Locked:
    """Too many wrong passwords under this name, whether it is anybody's or not; the next is looked at after `until`."""

    until: datetime


class NotLookedAt(OSError):
    """The password could not be looked at (no memory, a damaged hash): nothing is known of it."""


Entered: TypeAlias = SignedIn | WrongPassword | Locked


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()  # argon2id, RFC 9106's second choice: 3 passes over 64 MiB


@cache
def _nobodys_hash() -> str:
    return _hasher().hash(secrets.token_urlsafe(16))


def key_of(token: str) -> str:
    """How a session is known in the store."""
    return sha256(token.encode()).hexdigest()


def sign_in(centre: Centre, account: str, password: str) -> Entered:
    """Try a local account's password. A failure is counted before the password is looked at, so that many tries at
    once are many failures; it is taken back where we could not look.

    Whatever the name is, the same is done in the same order: only who comes in learns that there is such an account.
    """
    now, name = centre.clock(), _name_at_the_door(centre, account)
    known = centre.store.once(lambda tx: _count_a_try(tx, account, name, now))
    if isinstance(known, Locked):
        return known
    with _not_held_against(centre, name):
        fits = _verify(known.password if known and known.password else _nobodys_hash(), password)
        if known is None or not fits or known.state != "active" or known.password is None:
            return WrongPassword()
        return centre.store.once(lambda tx: _come_in(centre, tx, known, name))


def _come_in(centre: Centre, tx: Tx, known: rows.Account, name: str) -> SignedIn | WrongPassword:
    now = rows.find(tx, known.account, lock=True)
    if now is None or now.state != "active" or now.password != known.password:
        return WrongPassword()
    tries.forget(tx, name)
    return _enter(centre, tx, now, centre.clock())


def _name_at_the_door(centre: Centre, account: str) -> str:
    """Keyed: what is typed as a name may be a password."""
    return hmac.new(centre.keys.dossiers, b"sign-in:" + account.encode(errors="replace"), sha256).hexdigest()


def _count_a_try(tx: Tx, account: str, name: str, now: datetime) -> rows.Account | Locked | None:
    before = tries.find(tx, name)
    if before is not None and before.locked_until is not None and _lasts(before.locked_until, now, LONGEST_WAIT):
        return Locked(before.locked_until)
    counted = before is not None and _lasts(before.forget_after, now, FORGOTTEN_AFTER)
    failures = before.failures + 1 if before is not None and counted else 1
    until = _wait(failures, now)
    tries.put(tx, tries.Tries(name, failures, until, now + FORGOTTEN_AFTER), most=MOST_NAMES)
    known = rows.find(tx, account if _NAME.fullmatch(account) else "")
    if until is not None:
        local = known is not None and known.password is not None
        # The same work for a name that is nobody's, and undone: how long it takes must not tell.
        with tx.connection.begin_nested() as step:
            audit.note(tx, account if local else "", "", "staff.locked", account if local else "", now)
            if not local:
                step.rollback()
    return known


@contextmanager
def _not_held_against(centre: Centre, name: str) -> Iterator[None]:
    """A try that failed by our own fault is not counted: five nights' faults must not lock somebody out."""
    try:
        yield
    except Exception:  # whatever it was, it was not the password
        with suppress(StoreFailed, OSError):
            centre.store.once(lambda tx: _take_back_a_try(tx, name))
        raise


def _take_back_a_try(tx: Tx, name: str) -> None:
    counted = tries.find(tx, name)
    if counted is not None:
        less = replace(counted, failures=max(0, counted.failures - 1), locked_until=None)
        tries.put(tx, less, most=MOST_NAMES)


def _lasts(until: datetime, now: datetime, longest: timedelta) -> bool:
    """Whether what was to end at `until` still lasts: what would last longer than any may was made by a clock that was
    ahead."""
    return now < until <= now + longest + TOLERANCE


def _wait(failures: int, now: datetime) -> datetime | None:
    if failures <= FREE_FAILURES:
        return None
    doubled: int = 2 ** min(failures - FREE_FAILURES - 1, 20)
    return now + min(FIRST_WAIT * doubled, LONGEST_WAIT)


def _enter(centre: Centre, tx: Tx, account: rows.Account, now: datetime) -> SignedIn:
    token = secrets.token_urlsafe(32)
    until = now + timedelta(hours=centre.settings.staff.session_hours)
    rows.forget(tx, now)
    rows.change(tx, account.account, last_in=now)
    rows.add_session(tx, rows.Session(key_of(token), account.account, now, now, until))
    audit.note(tx, account.account, "", "staff.in", account.account, now)
    return SignedIn(token, account.account, account.language)


def enter_vouched(
    centre: Centre, subject: str, account: str, roles: frozenset[Role], language: str
) -> SignedIn | WrongPassword:
    """Let in whom the municipality's OpenID provider vouches for; the roles are those it says now."""
    now = centre.clock()

    def enter(tx: Tx) -> SignedIn | WrongPassword:
        known = rows.find(tx, account, lock=True)
        if known is None:
            known = rows.Account(account, None, subject, _text(roles), language, "active", now)
            rows.add(tx, known)
            audit.note(tx, account, "", "staff.add", account, now)
        elif known.state != "active" or known.subject != subject:
            return WrongPassword()
        elif known.roles != _text(roles):
            rows.change(tx, account, roles=_text(roles))
            audit.note(tx, account, "", "staff.roles", account, now)
        return _enter(centre, tx, known, now)

    return centre.store.once(enter)


def officer_of(centre: Centre, token: str) -> Officer | None:
    """Whose session this is; None if there is none, it ended, lay idle for too long, or its account is disabled."""
    if not token:
        return None
    now, key = centre.clock(), key_of(token)
    with centre.store.reading() as tx:
        session = rows.find_session(tx, key)
        account = None if session is None else rows.find(tx, session.account)
    if session is None or account is None:
        return None
    idle = timedelta(minutes=centre.settings.staff.idle_minutes)
    # One that was seen in the future was begun by a clock that was ahead, and would outlast its day.
    alive = now - idle < session.seen_at <= now + TOLERANCE and now < session.expires_at
    if account.state != "active" or not alive:
        centre.store.once(lambda tx: rows.end_session(tx, key))
        return None
    if now - session.seen_at > _SEEN_EVERY:
        centre.store.once(lambda tx: rows.seen(tx, key, now))
    return Officer(account.account, roles_of(account), account.language, account.password is not None, key)


def sign_out(centre: Centre, officer: Officer) -> None:
    def leave(tx: Tx) -> None:
        rows.end_session(tx, officer.session)
        audit.note(tx, officer.account, "", "staff.out", officer.account, centre.clock())

    centre.store.once(leave)


def change_own_password(centre: Centre, officer: Officer, old: str, new: str) -> bool:
    """False if `old` is not the password. Ends every other session of the account. Raises StaffRefused."""
    _check_password(officer.account, new)
    if not isinstance(entered := sign_in(centre, officer.account, old), SignedIn):
        return False
    kept = _hash(new)

    def change(tx: Tx) -> None:
        rows.change(tx, officer.account, password=kept)
        rows.end_session(tx, key_of(entered.token))
        rows.end_sessions(tx, officer.account, but=officer.session)
        audit.note(tx, officer.account, "", "staff.password", officer.account, centre.clock())

    centre.store.once(change)
    return True


def set_language(centre: Centre, officer: Officer, language: str) -> None:
    centre.store.once(lambda tx: rows.change(tx, officer.account, language=language))


def add_account(centre: Centre, account: str, roles: frozenset[Role], password: str, *, who: str) -> None:
    """A local account. Raises StaffRefused."""
    if not _NAME.fullmatch(account):
        raise StaffRefused(f"{account!r} cannot be an account; expected small Latin letters, digits, . _ -")
    _check_roles(roles)
    _check_password(account, password)
    hashed, now = _hash(password), centre.clock()

    def add(tx: Tx) -> None:
        if rows.find(tx, account) is not None:
            raise StaffRefused(f"there is an account {account!r} already")
        rows.add(tx, rows.Account(account, hashed, "", _text(roles), "el", "active", now))
        audit.note(tx, who, "", "staff.add", account, now)

    centre.store.once(add)


def set_password(centre: Centre, account: str, password: str, *, who: str) -> None:
    """A new password by who looks after the machine; ends the account's sessions and its lock. Raises StaffRefused."""
    _check_password(account, password)
    hashed = _hash(password)

    def change(tx: Tx) -> None:
        if _known(tx, account).subject:
            raise StaffRefused(f"{account!r} signs in at the municipality's provider and has no password here")
        rows.change(tx, account, password=hashed)
        tries.forget(tx, _name_at_the_door(centre, account))
        rows.end_sessions(tx, account)
        audit.note(tx, who, "", "staff.password", account, centre.clock())

    centre.store.once(change)


def set_roles(centre: Centre, account: str, roles: frozenset[Role], *, who: str) -> None:
    """Raises StaffRefused."""
    _check_roles(roles)

    def change(tx: Tx) -> None:
        if _known(tx, account).subject:
            raise StaffRefused(f"the roles of {account!r} are the municipality's provider's to say")
        rows.change(tx, account, roles=_text(roles))
        audit.note(tx, who, "", "staff.roles", account, centre.clock())

    centre.store.once(change)


def set_state(centre: Centre, account: str, state: str, *, who: str) -> None:
    """`state`: "active" or "disabled", which also ends the account's sessions. Raises StaffRefused."""

    def change(tx: Tx) -> None:
        _known(tx, account)
        rows.change(tx, account, state=state)
        if state == "disabled":
            rows.end_sessions(tx, account)
        audit.note(tx, who, "", "staff.disable" if state == "disabled" else "staff.enable", account, centre.clock())

    centre.store.once(change)


def all_accounts(centre: Centre) -> list[rows.Account]:
    with centre.store.reading() as tx:
        return rows.all_accounts(tx)


def roles_of(account: rows.Account) -> frozenset[Role]:
    return frozenset(Role(name) for name in json.loads(account.roles))


def _known(tx: Tx, account: str) -> rows.Account:
    known = rows.find(tx, account, lock=True)
    if known is None:
        raise StaffRefused(f"there is no account {account!r}")
    return known


def _check_roles(roles: frozenset[Role]) -> None:
    if not roles:
        raise StaffRefused("an account needs at least one role")
    if Role.AUDITOR in roles and len(roles) > 1:
        raise StaffRefused("an auditor does nothing but read: no other role goes with it")


def _check_password(account: str, password: str) -> None:
    if len(password) < SHORTEST_PASSWORD or len(password) > 200:
        raise StaffRefused(f"a password has {SHORTEST_PASSWORD} to 200 characters")
    if account in password.lower() or len(set(password)) < 5:
        raise StaffRefused("this password is too easy to guess")


def _text(roles: frozenset[Role]) -> str:
    return json.dumps(sorted(roles))


def _hash(password: str) -> str:
    with _AT_ONCE:
        return _hasher().hash(password)


def _verify(hashed: str, password: str) -> bool:
    try:
        with _AT_ONCE:
            return _hasher().verify(hashed, password[:200])
    except VerifyMismatchError:
        return False
    except (VerificationError, InvalidHashError) as trouble:
        raise NotLookedAt(type(trouble).__name__) from None
