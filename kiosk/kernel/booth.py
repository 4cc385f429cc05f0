"""The booth that the services work for: settings, keys, anchors, store, devices and clock, built once by the wiring."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from card_reader import Reader
from kiosk.devices.scanner import NoScanner, Scanner
from kiosk.kernel.matter import BackOffice
from kiosk.settings import BoothSettings
from kiosk.store import Store
from printing import Press, Printer
from sync import Line


@dataclass(frozen=True)
class TrustAnchors:
    """What the booth believes without being told by anybody: certificates and public keys from its own folder."""

    roots: tuple[x509.Certificate, ...]
    authorities: tuple[x509.Certificate, ...]
    centre_signing: ec.EllipticCurvePublicKey
    centre_sealing: ec.EllipticCurvePublicKey
    # The fingerprint of the officials of votes, as somebody typed it here; "" before that.
    officials: str = ""


class OpenLine(Line, Protocol):
    """A line that is closed when it is no longer needed."""

    def close(self) -> None: ...


def _no_line() -> OpenLine:
    raise RuntimeError("this booth was built without a line to the centre")


@dataclass(frozen=True)
class Booth:
    """Everything a use case needs. `clock` gives aware UTC instants, already corrected by the offset
    that the centre taught; `raw_clock` is the machine's own, from which that offset is learned;
    `matters` are the services of this municipality, which the kernel asks and never names;
    `learn_offset` corrects `clock` when a later round has taught another; `dial` opens a line to the centre, which
    whoever dialled closes; `config` is the settings file, where there is one; `proven` is set once somebody has signed
    in since the start."""

    settings: BoothSettings
    store: Store
    anchors: TrustAnchors
    key: ec.EllipticCurvePrivateKey = field(repr=False)
    clock: Callable[[], datetime]
    raw_clock: Callable[[], datetime]
    reader: Reader
    printer: Printer
    press: Press
    matters: tuple[BackOffice, ...]
    scanner: Scanner = field(default_factory=NoScanner)
    learn_offset: Callable[[timedelta], None] = lambda _offset: None
    dial: Callable[[], OpenLine] = _no_line
    config: Path | None = None
    proven: Event = field(default_factory=Event, repr=False, compare=False)

    @property
    def id(self) -> str:
        return self.settings.booth.id


# The centre's name as the recipient of sealed bodies and as the signer of public matter.
CENTRE = "centre"

# A PIN older than this is asked for again before anything is signed: a forgotten card must not vote.
PIN_FRESH = timedelta(seconds=60)

# Sealed bodies of acts come in steps of this, so that a length tells little.
ACT_SIZE = 2048
