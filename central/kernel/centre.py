"""One opened centre: settings, store, keys and clock, handed to every use case. The only place that reads key files.

A shifted clock is refused here unless the settings that the centre itself signed say demo. Any other is watched: it
tells no time that is far from the last known one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from central.clock import LONGEST_SILENCE, TOLERANCE, Clock, SetClock, machine_count, real_clock, shifted_clock
from central.kernel.register import Register
from central.kernel.watched_clock import Bounds, WatchedClock
from central.settings import BadSettings, Settings, read_settings
from central.store import Limits, Store, StoreFailed, TablesRefused, last_time, open_store
from central.store.line import feed as feed_rows
from central.store.line import served
from municipality.messages import ItemKind
from municipality.messages import Settings as SignedSettings
from sync import NotSigned, sign_matter, verify_matter

KID = "centre"


class ClockRefused(Exception):
    """--at was asked for where it is not allowed."""


@dataclass(frozen=True)
class Keys:
    """The centre's own keys. `dossiers`: the HMAC key by which it sees what has changed."""

    signing: ec.EllipticCurvePrivateKey
    sealing: ec.EllipticCurvePrivateKey
    dossiers: bytes

    def __repr__(self) -> str:
        return "Keys(…)"


@dataclass(frozen=True)
class Centre:
    """What a use case needs. `clock` raises ClockInDoubt instead of telling a time that is not believed, whichever it
    is made with; only one that was set on purpose is not watched. `shifted`: such a one, a demo's, so nothing that
    lasts is renewed by it."""

    settings: Settings
    store: Store
    keys: Keys
    matters: Register
    clock: Clock = real_clock
    shifted: bool = False

    def __post_init__(self) -> None:
        if not (self.shifted or isinstance(self.clock, SetClock | WatchedClock)):
            count = machine_count if self.clock is real_clock else None
            file = last_time.File(self.settings.state)
            watched = WatchedClock(self.clock, count, file, self._at_first, self.settings.home)
            object.__setattr__(self, "clock", watched)

    def _at_first(self) -> Bounds:
        """What time it can be where no file says when it was last known: what the database says, or in an empty one the
        life of the authority whose cards are served here."""
        with self.store.reading() as tx:
            newest = last_time.of_rows(tx)
        if newest is not None:
            return newest - TOLERANCE, newest + LONGEST_SILENCE
        try:
            authority = self.card_authorities[0]
        except (OSError, ValueError, IndexError):  # whoever needs it will say so; nothing is made without it
            return datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
        return authority.not_valid_before_utc - TOLERANCE, authority.not_valid_after_utc

    @cached_property
    def card_authorities(self) -> tuple[x509.Certificate, ...]:
        """Authorities whose cards may vote here, from the anchors folder."""
        file = self.settings.anchors / "card-authority.pem"
        return tuple(x509.load_pem_x509_certificates(file.read_bytes()))

    @cached_property
    def served(self) -> served.File:
        """The file that knows what booths were told."""
        return served.File(self.settings.state)

    def sign(self, kind: str, text: str) -> str:
        """Public matter as it travels: a JWS whose `typ` is the kind."""
        return sign_matter(text.encode(), self.keys.signing, kid=KID, typ=kind)

    def read_signed(self, kind: str, token: str) -> bytes:
        """Our own matter back again. Raises NotSigned."""
        return verify_matter(token, {KID: self.keys.signing.public_key()}, typ=kind)


def open_centre(home: Path, matters: Register, at: datetime | None = None) -> Centre:
    """The centre in `home` with these matters, its tables brought up to date. Raises BadSettings, ClockRefused; not
    ClockInDoubt, which is for whoever asks for the time."""
    settings = read_settings(home)
    keys = Keys(
        signing=read_key("keys.signing", settings.signing),
        sealing=read_key("keys.sealing", settings.sealing),
        dossiers=read_secret("keys.dossiers", settings.dossiers),
    )
    try:
        table = settings.store
        limits = Limits(table.connect_seconds, table.lock_seconds, table.statement_seconds)
        store = open_store(settings.store_url, settings.municipality, limits)
        store.migrate()
    except TablesRefused as refused:
        raise BadSettings(f"store.url: {refused}") from None
    except (StoreFailed, OSError) as error:
        # Not the address itself: a password may stand in it.
        raise BadSettings(f"store.url: the database there cannot be opened ({type(error).__name__})") from None
    centre = Centre(settings, store, keys, matters)
    if at is None:
        return centre
    if not is_demo(centre):
        store.close()
        raise ClockRefused("--at is for demo installations only: the signed settings of this centre do not say demo")
    return Centre(settings, store, keys, matters, shifted_clock(at), shifted=True)


def signed_settings(centre: Centre) -> SignedSettings | None:
    """The municipality's settings as published, if they stand and carry our signature."""
    with centre.store.reading() as tx:
        item = feed_rows.find(tx, ItemKind.SETTINGS, ItemKind.SETTINGS)
    if item is None:
        return None
    try:
        return SignedSettings.read(centre.read_signed(ItemKind.SETTINGS, item.body))
    except (NotSigned, ValueError):
        return None


def is_demo(centre: Centre) -> bool:
    settings = signed_settings(centre)
    return settings is not None and settings.demo and settings.municipality == centre.settings.municipality


def read_key(name: str, file: Path) -> ec.EllipticCurvePrivateKey:
    """The P-256 private key in a PEM file. Raises BadSettings naming `name`."""
    try:
        key = load_pem_private_key(file.read_bytes(), None)
    except OSError as error:
        raise BadSettings(f"{name} = {str(file)!r}: cannot be read ({error.strerror})") from None
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise BadSettings(f"{name} = {str(file)!r}: expected a P-256 private key in PEM without a password")
    return key


def read_secret(name: str, file: Path) -> bytes:
    """32 bytes, in hex in a file. Raises BadSettings naming `name`."""
    try:
        secret = bytes.fromhex(file.read_text(encoding="ascii").strip())
    except OSError as error:
        raise BadSettings(f"{name} = {str(file)!r}: cannot be read ({error.strerror})") from None
    except ValueError:
        secret = b""
    if len(secret) != 32:
        raise BadSettings(f"{name} = {str(file)!r}: expected 32 bytes in hex")
    return secret
