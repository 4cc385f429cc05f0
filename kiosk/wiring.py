"""The only place that builds the booth: settings, keys, anchors, store, reader, printer, press, clock.

A clock moved by `--at` is refused unless the signed settings say that this is a demo.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, assert_never

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from card_reader import Reader
from kiosk.devices.clock import machine_clock, starting_at
from kiosk.devices.scanner import NoScanner, Scanner, TypingScanner
from kiosk.devices.telling import TellingPrinter, TellingReader
from kiosk.kernel import matter, public_matter
from kiosk.kernel.booth import CENTRE, Booth, TrustAnchors
from kiosk.kernel.upkeep import keeping, officials_file
from kiosk.matters import BACKS
from kiosk.settings import BoothSettings, SettingsRefused
from kiosk.store import Store, facts, open_store
from printing import Press, Printer

if TYPE_CHECKING:
    from kiosk.kernel.upkeep.enrolment import Dial, TokenPlace
    from sync import Client

_T = TypeVar("_T")


class ClockRefused(Exception):
    """`--at` was given where the town hall's signed settings do not say demo."""


@dataclass(frozen=True)
class Bench:
    """What a demo or a test puts in the place of a real part: a reader whose cards it moves, a scanner it holds codes
    before."""

    reader: Reader | None = None
    scanner: Scanner | None = None


@contextmanager
def open_booth(
    settings: BoothSettings, *, at: datetime | None = None, bench: Bench | None = None, config: Path | None = None
) -> Iterator[Booth]:
    """The booth of these settings (read from `config`); its store and its press are closed at the end.

    Raises SettingsRefused (a key file or an anchor that cannot be used), StoreRefused, ClockRefused.
    """
    table = settings.store
    store = open_store(table.file, keeping.key_of(table), table.mark)
    press = Press(settings.keys.seal)
    try:
        clock = _Corrected(store) if at is None else None
        booth = Booth(
            settings=settings,
            store=store,
            anchors=anchors_in(settings.anchors.folder),
            key=_signing_key(settings),
            clock=clock or starting_at(at or machine_clock()),
            raw_clock=machine_clock if at is None else starting_at(at),
            reader=TellingReader((bench and bench.reader) or reader_of(settings)),
            printer=TellingPrinter(printer_of(settings)),
            press=press,
            matters=BACKS,
            scanner=(bench and bench.scanner) or scanner_of(settings),
            learn_offset=clock.learn if clock else lambda _offset: None,
            dial=lambda: make_client(booth),
            config=config,
        )
        if at is not None:
            _only_in_a_demo(booth)
        yield booth
    finally:
        press.close()
        store.close()


def make_client(booth: Booth) -> "Client":
    """The line to the centre that these settings name."""
    from kiosk.kernel.upkeep.renewal import tls_certificate
    from sync import Client  # HTTP is loaded by the one command that uses it

    centre, where = booth.settings.centre, booth.settings.keys.signing
    certificate = tls_certificate(booth.settings.keys)  # first: it mends what a cut renewal has left
    return Client(
        centre.url,
        booth.id,
        # As it is on the disk: another process may have renewed it, and the line takes no key of yesterday.
        _key_in_file(where) if isinstance(where, Path) else booth.key,
        centre_keys={CENTRE: booth.anchors.centre_signing},
        clock=booth.raw_clock,
        timeout=(min(5.0, centre.timeout_seconds), float(centre.timeout_seconds)),
        cert=certificate,
    )


def key_in_token(uri: str, pin_file: Path | None) -> "tuple[ec.EllipticCurvePrivateKey, TokenPlace]":
    """The booth's key in a PKCS#11 token, made if it is not there. Raises kiosk.devices.keys.KeyRefused."""
    from kiosk.devices.keys import KeyRefused, make_token_key, read_pin
    from kiosk.kernel.upkeep.enrolment import TokenPlace

    if pin_file is None:
        raise KeyRefused("--pkcs11 wants --pin-file as well")
    return make_token_key(uri, read_pin(pin_file)), TokenPlace(uri, pin_file.absolute())


def dial_centre(url: str) -> "Dial":
    """Lines to the centre at `url` for a booth that is not enrolled yet."""

    def dial(
        booth: str, key: ec.EllipticCurvePrivateKey, centre_keys: Mapping[str, ec.EllipticCurvePublicKey] | None
    ) -> "Client":
        from sync import Client

        return Client(url, booth, key, centre_keys=centre_keys, clock=machine_clock)

    return dial


def settle_after_start(booth: Booth) -> None:
    """What a power cut may have left in doubt is made certain before the first resident comes."""
    matter.restarted(booth)


class _Corrected:
    """The machine's clock plus what the centre last taught; rounds run in another process and teach it later too."""

    def __init__(self, store: Store) -> None:
        with store.reading() as connection:
            self._offset = facts.clock_offset(connection)

    def learn(self, offset: timedelta) -> None:
        self._offset = offset

    def __call__(self) -> datetime:
        return machine_clock() + self._offset


def _only_in_a_demo(booth: Booth) -> None:
    with booth.store.reading() as connection:
        town = public_matter.settings(booth, connection)
    if town is None or not town.demo:
        raise ClockRefused("--at moves the clock of a demo only, and the signed settings of this booth do not say demo")


# Drivers are loaded where a booth has the device: what is not there costs neither start nor memory.


def reader_of(settings: BoothSettings) -> Reader:
    """The reader that these settings name; nothing is asked of it yet."""
    match settings.card.reader:
        case "virtual":
            from card_reader import VirtualReader

            return VirtualReader()
        case "pcsc":
            from card_reader import PcscReader

            return PcscReader(settings.card.name)
    assert_never(settings.card.reader)


def printer_of(settings: BoothSettings) -> Printer:
    """The printer that these settings name; nothing is asked of it yet."""
    match settings.printer.kind:
        case "folder":
            from printing import FolderPrinter

            return FolderPrinter(settings.printer.folder)
        case "ipp":
            from printing import IppPrinter

            return IppPrinter(
                settings.printer.uri,
                owner=settings.booth.id,
                fingerprint=settings.printer.fingerprint,
                trusted_links=settings.printer.trusted_links,
            )
    assert_never(settings.printer.kind)


def scanner_of(settings: BoothSettings) -> Scanner:
    """The scanner that these settings name; nothing is asked of it yet."""
    table = settings.scanner
    match table.kind:
        case "none":
            return NoScanner()
        case "wedge":
            return TypingScanner(table.device)
        case "serial":
            from kiosk.devices.scanner_serial import SerialScanner

            begin, end = bytes.fromhex(table.begin), bytes.fromhex(table.end)
            return SerialScanner(table.device, table.baud, begin=begin, end=end)
    assert_never(table.kind)


def _signing_key(settings: BoothSettings) -> ec.EllipticCurvePrivateKey:
    where = settings.keys.signing
    if isinstance(where, Path):
        return _key_in_file(where)
    from kiosk.devices.keys import KeyRefused, read_pin, token_key

    try:
        return token_key(where, read_pin(settings.keys.pin_file))
    except KeyRefused as refused:
        raise SettingsRefused(f"keys.signing: {refused}") from None


def _key_in_file(file: Path) -> ec.EllipticCurvePrivateKey:
    def load(content: bytes) -> ec.EllipticCurvePrivateKey:
        key = load_pem_private_key(content, password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError
        return key

    return _read(file, "keys.signing", load)


def anchors_in(folder: Path) -> TrustAnchors:
    """As they are on the disk now. Raises SettingsRefused."""

    def public(content: bytes) -> ec.EllipticCurvePublicKey:
        key = load_pem_public_key(content)
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise ValueError
        return key

    def certificates_in(content: bytes) -> tuple[x509.Certificate, ...]:
        return tuple(x509.load_pem_x509_certificates(content))

    return TrustAnchors(
        roots=_read(folder / "root.pem", "anchors.folder", certificates_in),
        authorities=_read(folder / "card-authority.pem", "anchors.folder", certificates_in),
        centre_signing=_read(folder / "centre-signing.pem", "anchors.folder", public),
        centre_sealing=_read(folder / "centre-sealing.pem", "anchors.folder", public),
        officials=officials_file.read(folder),
    )


def _read(file: Path, key: str, load: Callable[[bytes], _T]) -> _T:
    """What a file holds, or a refusal that names the setting and the file and nothing of its content."""
    try:
        return load(file.read_bytes())
    except OSError as error:
        raise SettingsRefused(f"{key}: {file} cannot be read ({error.strerror})") from None
    except (ValueError, TypeError):
        raise SettingsRefused(f"{key}: {file} does not hold what it should") from None
